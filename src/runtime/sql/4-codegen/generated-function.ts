/**
 * Turns generated text into a function, and remembers the text, so that `explain --phase code` shows
 * exactly what runs.
 */
import type { CodeBuilder } from './code-builder.ts';

const sources = new WeakMap<object, string>();

/** The JavaScript of a generated function or aggregate handler; `undefined` for anything else. */
export function sourceOf(generated: object): string | undefined {
  return sources.get(generated);
}

/** Notes `source` as the text of `generated`. */
export function rememberSource(generated: object, source: string): void {
  sources.set(generated, source);
}

/** Makes `function name(params) { body }` with the builder's constants in scope. The caller knows its type. */
export function makeFunction<F extends object>(name: string, params: readonly string[], builder: CodeBuilder): F {
  const source = `function ${name}(${params.join(', ')}) {\n${builder.body()}\n}`;
  return evaluate<F>(source, builder);
}

/** Evaluates a JavaScript expression with the builder's constants in scope, and notes its text. */
export function evaluate<T extends object>(source: string, builder: CodeBuilder): T {
  // Generating functions at run time is the point of this room; see README.md for what may go into the text.
  const make = new Function(...builder.constantNames, `'use strict';\nreturn (${source});`);
  const made = make(...builder.constantValues) as T;
  rememberSource(made, source);
  return made;
}
