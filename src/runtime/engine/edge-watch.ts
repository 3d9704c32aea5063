/**
 * Breakpoints of a dataflow: conditions on rows that cross an edge. An edge that nobody watches has no trace
 * of this in its way; a watched one calls its conditions before the row goes on. Nothing stops by itself: the
 * driver (a run, a replay) asks after each row whether something was hit.
 */
import type { RowKind } from '../data/row-kind.ts';
import type { Row } from '../data/value.ts';
import type { Dataflow } from './dataflow.ts';
import type { RowInput } from './operator.ts';

/** A condition on edges between plan nodes. */
export interface EdgeBreakpoint {
  readonly id: string;
  /** Plan nodes; `to: null` is every way out of `from`. */
  readonly edges: readonly { readonly from: number; readonly to: number | null }[];
  /** Never throws; a condition that fails for a row is not met. */
  meets(kind: RowKind, row: Row): boolean;
}

/** The first row that met a breakpoint. */
export interface EdgeHit {
  readonly breakpointId: string;
  readonly kind: RowKind;
  readonly row: Row;
}

/** Called for every row of an edge, before it goes on. */
export type EdgeListener = (kind: RowKind, row: Row) => void;

/** Watches edges of one dataflow. */
export class EdgeWatch {
  readonly #dataflow: Dataflow;
  #isActive = false;
  #hit: EdgeHit | null = null;

  constructor(dataflow: Dataflow) {
    this.#dataflow = dataflow;
  }

  /** Whether any edge is watched. */
  get isActive(): boolean {
    return this.#isActive;
  }

  /** Whether a breakpoint was hit since the last `take`. */
  get isHit(): boolean {
    return this.#hit !== null;
  }

  /** Replaces all breakpoints; only between two rows. */
  set(breakpoints: readonly EdgeBreakpoint[]): void {
    this.#hit = null;
    this.#isActive = false;
    for (const { output, consumers } of this.#dataflow.nodes) {
      const id = output.nodeId;
      const listeners = consumers.map(({ node }) => {
        const own = breakpoints.filter(({ edges }) =>
          edges.some(({ from, to }) => from === id && (to === null || to === node.id)),
        );
        return own.length === 0 ? null : this.#listenerOf(own);
      });
      output.listen(listeners);
      if (listeners.some((listener) => listener !== null)) this.#isActive = true;
    }
  }

  /** The first hit since the last time; `null` when there was none. */
  take(): EdgeHit | null {
    const hit = this.#hit;
    this.#hit = null;
    return hit;
  }

  #listenerOf(breakpoints: readonly EdgeBreakpoint[]): EdgeListener {
    return (kind, row) => {
      if (this.#hit !== null) return;
      const met = breakpoints.find((breakpoint) => breakpoint.meets(kind, row));
      if (met !== undefined) this.#hit = { breakpointId: met.id, kind, row };
    };
  }
}

/** The input at the end of an edge that somebody listens to. */
export class WatchedInput implements RowInput {
  readonly #input: RowInput;
  readonly #listener: EdgeListener;

  constructor(input: RowInput, listener: EdgeListener) {
    this.#input = input;
    this.#listener = listener;
  }

  processRow(kind: RowKind, row: Row): void {
    this.#listener(kind, row);
    this.#input.processRow(kind, row);
  }
}
