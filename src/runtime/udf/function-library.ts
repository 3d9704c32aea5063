/**
 * The TypeScript functions of a project, in the two shapes in which the runtime needs them: as
 * declarations for the binder (no code is run), and as compiled code for a job.
 */
import type { Failure, Result } from '../base/result.ts';
import type { Declaration, FunctionProblem } from './declaration.ts';

/** What the binder asks: the declaration in a file, by the path in `CREATE FUNCTION … AS 'path'`. */
export interface FunctionLibrary {
  declarationOf(path: string): Result<Declaration, readonly FunctionProblem[]>;
}

/**
 * A function ready to be loaded: plain data, so that it goes to a worker, into a recording and into an
 * export as it is.
 */
export interface CompiledFunction {
  readonly path: string;
  readonly declaration: Declaration;
  /** A script (no module) that holds the library too, and whose value is the default export. */
  readonly code: string;
  /** Source map (version 3, JSON) of `code`, with the sources' texts. */
  readonly sourceMap: string;
}

/** Compiled functions by path. */
export type CompiledFunctions = ReadonlyMap<string, CompiledFunction>;

/** What user code may see of the world: everything else would not come out the same in a replay. */
export interface FunctionWorld {
  /** `Date.now()` and `new Date()` inside user code: the clock of the turn. */
  nowMs(): number;
  /** `Math.random()` inside user code. */
  random(): number;
}

/**
 * Marks which call of user code is under way, so that a supervisor outside this thread can name it when
 * the call never comes back. Costs two stores into shared memory a call.
 */
export interface CallGuard {
  /** A small number for a function at a node; `what` is told to people: function, file, canvas node. */
  register(what: GuardedCall): number;
  enter(slot: number, rowNumber: number): void;
  leave(): void;
}

/** Whose code it is. */
export interface GuardedCall {
  readonly functionName: string;
  readonly path: string;
  readonly nodeId: string | null;
}

/** An exception of user code, told in terms of the user's file. Lines and columns count from 1. */
export interface FunctionFailure {
  readonly message: string;
  readonly path: string;
  readonly line: number | null;
  readonly column: number | null;
}

/**
 * Makes values where user code lives. Values that user code gets are made there and not here, so that no
 * chain of constructors leads from them into the host's realm. Whatever is thrown through it stays as it is.
 */
export interface UserRealm {
  /** Evaluates an expression of our own (never of the user's) as strict code of the realm: `(a) => [a]`. */
  compile(source: string): unknown;
  /**
   * Methods of an object of ours as user code may reach them: what they throw arrives as an error of the realm,
   * because an error of ours would bring our constructors along. `LoadedFunction.original` knows the first one.
   */
  shield(host: object, methods: readonly string[]): object;
  /** `Decimal` of 'millrace' as the function sees it: value = unscaled × 10^-scale. */
  readonly Decimal: new (
    unscaled: bigint,
    scale: number,
  ) => object;
  /** `Timestamp` of 'millrace' as the function sees it. */
  readonly Timestamp: new (
    epochMs: number,
    nanoOfMs: number,
  ) => object;
}

/** A function that can be called. `definition` is what `scalar`, `table` or `process` was given. */
export interface LoadedFunction {
  /**
   * `eval` of scalar and table functions, `onRow` and (when there is one) `onTimer` of process functions
   * can be called as members; each of them already refuses to be asynchronous.
   */
  readonly definition: Readonly<Record<string, unknown>>;
  /** For the converters of `values.ts`. */
  readonly realm: UserRealm;
  /** Where in the user's file an exception came from. */
  explain(error: unknown): FunctionFailure;
  /** The error of ours that a shielded method threw and user code let through; any other error as it is. */
  original(error: unknown): unknown;
}

/** Loads compiled code; a seam, because a realm of its own is the host's to make. */
export interface FunctionSandbox {
  load(fn: CompiledFunction, world: FunctionWorld): Result<LoadedFunction, Failure>;
}

/** Everything a job needs to run user code. */
export interface FunctionRuntime {
  readonly functions: CompiledFunctions;
  readonly sandbox: FunctionSandbox;
  readonly guard: CallGuard;
}
