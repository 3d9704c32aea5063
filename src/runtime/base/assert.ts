/**
 * Assertions for our own bugs. A user's mistake is a `Diagnostic`, the outside world's failure a
 * `Result`; whatever fails here is a fault in Millrace and stops the job loudly (design.md §3).
 */

/** Thrown by `assert` and `unreachable`: always a bug of ours, never something a user can cause. */
export class AssertionError extends Error {
  override readonly name = 'AssertionError';
}

/** Stops with an `AssertionError` when `condition` does not hold. `message` says what must be true. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionError(message);
}

/** Returns `value` when it is neither null nor undefined, else stops: the typed form of "it is there". */
export function present<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new AssertionError(`${what} must be present`);
  return value;
}

/** Marks a branch that the type checker proves empty, so that a new union member is a type error here. */
export function unreachable(value: never): never {
  throw new AssertionError(`unreachable: ${JSON.stringify(value)}`);
}
