/**
 * `Result`: what an operation on the outside world (files, network, another process) answers.
 * Such failures are expected, carry a domain and say whether trying again can help.
 */

/** Which part of the outside world failed. */
export type FailureDomain = 'file' | 'format' | 'network' | 'process' | 'user-code' | 'recording';

/** A failure of the outside world. `message` is a whole sentence: what, where, what to do. */
export interface Failure {
  readonly domain: FailureDomain;
  readonly message: string;
  /** `now`: may succeed at once; `later`: after the cause is gone; `never`: the same call fails again. */
  readonly retry: 'now' | 'later' | 'never';
}

/** Either a value or a failure; test `ok` first. */
export type Result<T, E = Failure> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: E };

/** Wraps a value as success. */
export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

/** Wraps a failure. */
export function err<E>(error: E): { readonly ok: false; readonly error: E } {
  return { ok: false, error };
}
