/** Values of ours as the types of a contract, which zod infers without `readonly`. */

/** `T` without `readonly`, all the way down. */
export type Mutable<T> = T extends readonly (infer E)[]
  ? Mutable<E>[]
  : T extends object
    ? { -readonly [K in keyof T]: Mutable<T[K]> }
    : T;

/** The same value: sending makes a copy, so nobody writes into ours. */
export function mutable<T>(value: T): Mutable<T> {
  return value as Mutable<T>;
}
