/** How long state lives. */

/** How long unused state lives. Flink: `StateTtlConfig` (updated on create and write, never returned when expired). */
export interface StateTtl {
  /** 0: for ever. */
  readonly ttlMs: number;
  /** Processing time; also where nothing expires, for the time of the last change. */
  readonly nowMs: () => number;
}

/** Nothing expires. */
export const FOREVER: StateTtl = { ttlMs: 0, nowMs: () => 0 };
