/**
 * `job.layout.json`: positions, groups, notes and colours. Never meaning: it may be deleted at any
 * time. Written with sorted keys, two spaces and integers, so that diffs are small.
 */

/** A position on the canvas in pixels at zoom 1; integers on the 4 px grid. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A free note on the canvas. */
export interface Note {
  readonly id: string;
  readonly at: Point;
  readonly width: number;
  readonly height: number;
  readonly text: string;
}

/** The layout of one script. Unknown fields of newer versions are kept in `extra`. */
export interface Layout {
  readonly version: 1;
  /** Node id → position. Nodes without one are laid out automatically. */
  readonly nodes: Readonly<Record<string, Point>>;
  readonly notes: readonly Note[];
  readonly extra: Readonly<Record<string, unknown>>;
}

/** A change of a layout: `null` removes. */
export interface LayoutPatch {
  readonly nodes?: Readonly<Record<string, Point | null>>;
  /** Carries positions over when a node's identity changes: old id → new id. */
  readonly rename?: Readonly<Record<string, string>>;
  readonly notes?: readonly Note[];
}

/** The layout of a script that never had one. */
export const EMPTY_LAYOUT: Layout = { version: 1, nodes: {}, notes: [], extra: {} };
