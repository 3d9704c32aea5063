/** Where a failure happened: wraps whatever was thrown while a row went through an operator. */

import type { Failure, Result } from '../base/result.ts';
import type { Row } from '../data/value.ts';

/** Thrown by an edge: the first operator (from the inside) whose `processRow` threw, and its row. */
export class RowFailure extends Error {
  override readonly name = 'RowFailure';
  override readonly cause: unknown;
  readonly nodeId: number;
  readonly row: Row | null;

  constructor(cause: unknown, nodeId: number, row: Row | null) {
    super(cause instanceof Error ? cause.message : String(cause));
    this.cause = cause;
    this.nodeId = nodeId;
    this.row = row;
  }
}

/** Adds the place to `error` unless an operator further in has already done so. */
export function locate(error: unknown, nodeId: number, row: Row | null): RowFailure {
  return error instanceof RowFailure ? error : new RowFailure(error, nodeId, row);
}

/** A failure of the outside world (a file, a network) that came up inside an operator, such as a sink. */
export class OutsideFailure extends Error {
  override readonly name = 'OutsideFailure';
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

/** The value of a result; a failure is thrown, so that it goes the way of all failures of a run. */
export function unwrap<T>(result: Result<T>): T {
  if (!result.ok) throw new OutsideFailure(result.error);
  return result.value;
}

/** Whether the outside world made a run fail: running it again may go well. */
export function isOutside(failure: unknown): boolean {
  return (failure instanceof RowFailure ? failure.cause : failure) instanceof OutsideFailure;
}
