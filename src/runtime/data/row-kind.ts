/** The kind of a change in a changelog. Flink: `org.apache.flink.types.RowKind`. */

/**
 * Kind of one change. Numbers (Flink's byte values), because every row on the hot path carries one.
 * An object, not an enum: it has no run-time surprise and works with `isolatedModules`.
 */
export const RowKind = {
  /** +I: the row is new. */
  Insert: 0,
  /** -U: the old content of a row that is being updated. */
  UpdateBefore: 1,
  /** +U: the new content of an updated row. */
  UpdateAfter: 2,
  /** -D: the row is gone. */
  Delete: 3,
} as const;

/** One of the four kinds. */
export type RowKind = (typeof RowKind)[keyof typeof RowKind];

/** Flink's short form: `+I`, `-U`, `+U`, `-D`. */
export const ROW_KIND_TEXT = ['+I', '-U', '+U', '-D'] as const;

/** Whether the kind adds its row (`+I`, `+U`) rather than taking it away. Flink: `RowDataUtil.isAccumulateMsg`. */
export function isAccumulate(kind: RowKind): boolean {
  return kind === RowKind.Insert || kind === RowKind.UpdateAfter;
}
