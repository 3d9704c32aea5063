/**
 * User code as the operators of a running job call it. Each call stands between `enter` and `leave`, so that a
 * supervisor outside the thread knows which one never came back; what it throws becomes a `RunError` that names
 * the function, the place in its file and the row. While user code runs, no other operator does: what it emits
 * is sent on after it came back.
 */
import { AssertionError } from '../base/assert.ts';
import { RunError } from '../base/diagnostic.ts';
import type { Failure } from '../base/result.ts';
import { ok, type Result } from '../base/result.ts';
import { formatValue } from '../data/format-value.ts';
import type { Schema } from '../data/logical-type.ts';
import type { Row } from '../data/value.ts';
import type { Declaration } from './declaration.ts';
import type { FunctionRuntime, FunctionWorld, LoadedFunction, UserRealm } from './function-library.ts';

/** Which function: as in `CREATE FUNCTION name AS 'path'`. */
export interface UserFunctionName {
  readonly name: string;
  readonly path: string;
}

/** Code of a function at one node of a running plan. */
export interface UserCode {
  readonly name: string;
  readonly declaration: Declaration;
  readonly realm: UserRealm;
  /** `eval`, `onRow`, `onTimer` as the file gives them. */
  member(name: 'eval' | 'onRow' | 'onTimer'): ((...args: unknown[]) => unknown) | null;
  enter(): void;
  leave(): void;
  /** What to throw in place of `error`; `row` says what the function was called with. */
  failure(error: unknown, row: string): Error;
}

/** The code for an operator; it was loaded before. */
export type UserCodeOf = (fn: UserFunctionName) => UserCode;

/** Loads each function once for a job; its nodes share the module, never its state. */
export class UserCodeLoader {
  readonly #runtime: FunctionRuntime;
  readonly #world: FunctionWorld;
  readonly #rowNumber: () => number;
  readonly #loaded = new Map<string, LoadedFunction>();

  /** `rowNumber`: input rows that have entered the job so far, for who watches calls from outside. */
  constructor(runtime: FunctionRuntime, world: FunctionWorld, rowNumber: () => number) {
    this.#runtime = runtime;
    this.#world = world;
    this.#rowNumber = rowNumber;
  }

  /** Code for the node that canvas node `nodeId` shows. A failure is a mistake at the top level of the file. */
  load(fn: UserFunctionName, nodeId: string | null): Result<UserCode, Failure> {
    const compiled = this.#runtime.functions.get(fn.path);
    if (compiled === undefined)
      return {
        ok: false,
        error: { domain: 'user-code', message: `There is no compiled code of ${fn.path}.`, retry: 'never' },
      };
    let loaded = this.#loaded.get(fn.path);
    if (loaded === undefined) {
      const result = this.#runtime.sandbox.load(compiled, this.#world);
      if (!result.ok) return result;
      loaded = result.value;
      this.#loaded.set(fn.path, loaded);
    }
    return ok(new LoadedCode(fn, compiled.declaration, loaded, this.#runtime, nodeId, this.#rowNumber));
  }
}

class LoadedCode implements UserCode {
  readonly name: string;
  readonly declaration: Declaration;
  readonly realm: UserRealm;
  readonly #loaded: LoadedFunction;
  readonly #guard: FunctionRuntime['guard'];
  readonly #slot: number;
  readonly #rowNumber: () => number;

  constructor(
    fn: UserFunctionName,
    declaration: Declaration,
    loaded: LoadedFunction,
    { guard }: FunctionRuntime,
    nodeId: string | null,
    rowNumber: () => number,
  ) {
    this.#rowNumber = rowNumber;
    this.name = fn.name;
    this.declaration = declaration;
    this.realm = loaded.realm;
    this.#loaded = loaded;
    this.#guard = guard;
    this.#slot = guard.register({ functionName: fn.name, path: fn.path, nodeId });
  }

  member(name: 'eval' | 'onRow' | 'onTimer'): ((...args: unknown[]) => unknown) | null {
    const member = this.#loaded.definition[name];
    return typeof member === 'function' ? (member as (...args: unknown[]) => unknown) : null;
  }

  enter(): void {
    this.#guard.enter(this.#slot, this.#rowNumber());
  }

  leave(): void {
    this.#guard.leave();
  }

  failure(error: unknown, row: string): Error {
    const original = this.#loaded.original(error);
    if (isOurs(original)) return original;
    const { message, path, line, column } = this.#loaded.explain(error);
    const place = line === null ? path : `${path}:${line}${column === null ? '' : `:${column}`}`;
    return new RunError(
      'run/function-failed',
      `${this.name} failed at ${place}: ${message}`,
      'java.lang.RuntimeException',
      `It was called with ${row}.`,
      line === null ? undefined : { path, line, column: column ?? 1 },
    );
  }
}

/** Our own errors go on as they are. What user code threw may answer anything, exceptions too. */
function isOurs(error: unknown): error is Error {
  try {
    return error instanceof AssertionError || error instanceof RunError;
  } catch {
    return false;
  }
}

/** Longer values are cut: the row is told, not shown. */
const VALUE_LENGTH_MAX = 60;
const COLUMNS_MAX = 12;

/** A row in a message: `amount = 12.50, city = NULL`. */
export function rowText(schema: Schema, row: Row, timeZone: string): string {
  if (schema.length === 0) return 'no arguments';
  const shown = schema.slice(0, COLUMNS_MAX).map(({ name, type }, i) => {
    const text = formatValue(row[i] ?? null, type, timeZone) ?? 'NULL';
    return `${name} = ${text.length > VALUE_LENGTH_MAX ? `${text.slice(0, VALUE_LENGTH_MAX)}…` : text}`;
  });
  return shown.join(', ') + (schema.length > COLUMNS_MAX ? ', …' : '');
}
