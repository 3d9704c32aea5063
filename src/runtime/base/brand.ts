/** Nominal types over primitives, so that an event time is never passed for a processing time. */

declare const brand: unique symbol;

/** `T` that carries the name `B` for the type checker only. */
export type Brand<T, B extends string> = T & { readonly [brand]: B };

/** Milliseconds since 1970-01-01T00:00:00Z on the time line of the rows. */
export type EventTimeMs = Brand<number, 'EventTimeMs'>;

/** Milliseconds since 1970-01-01T00:00:00Z on the engine's clock seam. */
export type ProcessingTimeMs = Brand<number, 'ProcessingTimeMs'>;
