/**
 * Writes the body of one generated function: statements, local names, constants, and what is already
 * computed at the current place. Generated code only ever holds names and literals made here; the
 * user's text reaches it through constants or JSON-quoted literals.
 */
import type { EmitContext } from '../functions/function.ts';

/** A value at run time: a name or a literal, free of side effects and cheap to repeat. */
export interface Term {
  readonly code: string;
  /** Whether it can be `null`. */
  readonly nullable: boolean;
}

/** The JavaScript of a function under construction. */
export class CodeBuilder implements EmitContext {
  readonly runtime: string;
  readonly #lines: string[] = [];
  readonly #constants = new Map<unknown, string>();
  readonly #constantNames = new Set<string>();
  /** Innermost last: what is computed in the blocks that enclose the current place. */
  readonly #scopes: Map<string, Term>[] = [new Map()];
  readonly #hoisted: string[] = [];
  #usesNow = false;
  #counter = 0;
  #indent = 1;

  constructor(runtime = 'cx') {
    this.runtime = runtime;
  }

  /** Names of the constants in order, for the enclosing function. */
  get constantNames(): readonly string[] {
    return [...this.#constants.values()];
  }

  /** Values of the constants, in the order of `constantNames`. */
  get constantValues(): readonly unknown[] {
    return [...this.#constants.keys()];
  }

  constant(value: unknown): string {
    const known = this.#constants.get(value);
    if (known !== undefined) return known;
    const base = typeof value === 'function' && /^[A-Za-z]\w*$/.test(value.name) ? `$${value.name}` : '$k';
    let name = base;
    for (let i = 2; this.#constantNames.has(name); i += 1) name = `${base}${i}`;
    this.#constants.set(value, name);
    this.#constantNames.add(name);
    return name;
  }

  local(): string {
    const name = this.#fresh();
    this.#hoisted.push(name);
    return name;
  }

  now(): string {
    if (!this.#usesNow) {
      this.#usesNow = true;
      this.#hoisted.push(`now = ${this.runtime}.currentTimeMs()`);
    }
    return 'now';
  }

  statement(code: string): void {
    this.#lines.push('  '.repeat(this.#indent) + code);
  }

  /** Stores the value of `code` under a fresh name. */
  assign(code: string, nullable: boolean): Term {
    const name = this.#fresh();
    this.statement(`const ${name} = ${code};`);
    return { code: name, nullable };
  }

  /** A fresh variable that later statements set, `code` at first. */
  variable(code: string): string {
    const name = this.#fresh();
    this.statement(`let ${name} = ${code};`);
    return name;
  }

  /** Runs `write` inside `head { … }`; what is computed there is not known afterwards. */
  block(head: string, write: () => void): void {
    this.statement(`${head} {`);
    this.#indent += 1;
    this.#scopes.push(new Map());
    write();
    this.#scopes.pop();
    this.#indent -= 1;
    this.statement('}');
  }

  /** `if (condition) { whenTrue } else { whenFalse }`. */
  branch(condition: string, whenTrue: () => void, whenFalse: () => void): void {
    this.block(`if (${condition})`, whenTrue);
    this.block('else', whenFalse);
  }

  /** The term of an expression that was computed in this or an enclosing block. */
  find(key: string): Term | undefined {
    for (let i = this.#scopes.length - 1; i >= 0; i -= 1) {
      const term = this.#scopes[i]?.get(key);
      if (term !== undefined) return term;
    }
    return undefined;
  }

  /** Remembers that the expression `key` has been computed at this place. */
  remember(key: string, term: Term): void {
    this.#scopes[this.#scopes.length - 1]?.set(key, term);
  }

  /** The whole body. */
  body(): string {
    const hoisted = this.#hoisted.length === 0 ? [] : [`  let ${this.#hoisted.join(', ')};`];
    return [...hoisted, ...this.#lines].join('\n');
  }

  #fresh(): string {
    this.#counter += 1;
    return `t${this.#counter}`;
  }
}
