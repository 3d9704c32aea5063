/** What a dataflow is made of before it runs, and what one node leaves in a snapshot. */

import type { Portable } from '../data/portable.ts';
import type { Random } from '../seams/random.ts';
import type { Operator, OperatorSnapshot, PackedPages, SharedPages } from './operator.ts';
import type { SourceReader } from './source.ts';
import type { SplitCursor } from './splits.ts';
import type { Trace } from './trace.ts';

/** One node of a dataflow to be: a reader without inputs, or an operator. */
export interface DataflowNode {
  /** Unique; inputs come before their consumers. */
  readonly id: number;
  /** For messages and metrics. */
  readonly name: string;
  /** Canvas nodes whose output this is. */
  readonly nodeIds: readonly string[];
  readonly inputs: readonly number[];
  readonly body:
    | { readonly kind: 'operator'; readonly operator: Operator }
    | {
        readonly kind: 'source';
        readonly reader: SourceReader;
        /** Of a reader with splits. */
        readonly splits?: SplitCursor;
      };
}

/** What all operators of a dataflow share. */
export interface DataflowServices {
  readonly nowMs: () => number;
  readonly random: () => number;
  /** The stream behind `random`, where snapshots shall keep how far it was read. */
  readonly randomStream?: Random;
  readonly timeZone: string;
  readonly stateTtlMs: number;
  readonly trace: Trace | null;
  /** Hashes only what reaches the ends of the graph: cheap enough for every recorded run. */
  readonly endTrace?: Trace | null;
}

/** State of one node in a snapshot. */
export interface NodeSnapshot {
  readonly id: number;
  readonly name: string;
  readonly inputWatermarksMs: readonly number[];
  readonly inputEnded: readonly boolean[];
  readonly inputIdle: readonly boolean[];
  readonly isIdle: boolean;
  /** The minimum over the inputs that the operator has seen. */
  readonly reachedMs: number;
  /** What it has sent on. */
  readonly watermarkMs: number;
  readonly rowCount: number;
  readonly lateRowCount: number;
  readonly operator: PortableSnapshot | null;
  readonly position: Portable;
}

/** One state of an operator as plain data; `SharedPages` only in snapshots that stay in memory. */
export type PortableState = readonly Portable[] | PackedPages | SharedPages;

/** An `OperatorSnapshot` as plain data. */
export interface PortableSnapshot {
  readonly versions: OperatorSnapshot['versions'];
  readonly states: Readonly<Record<string, PortableState>>;
}
