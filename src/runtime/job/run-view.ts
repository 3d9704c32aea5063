/**
 * What can be looked at: a run (`start-run.ts`) or a replay at a moment (`replay-view.ts`). Both answer
 * the same questions about canvas nodes, from a dataflow that rests between two rows.
 */
/** Figures of one canvas node. Shape of `nodeMetricsShape`. */
export interface NodeFigures {
  readonly nodeId: string;
  readonly rowCount: number;
  readonly rowsPerSecond: number;
  readonly watermarkMs: number | null;
  readonly ended: boolean;
  readonly lateRowCount: number;
  readonly stateEntryCount: number;
  readonly stateSizeBytes: number;
}

/** A column as the contract sends it. */
export interface ColumnText {
  readonly name: string;
  readonly type: string;
}

/** A retained row, formatted. */
export interface TapRowText {
  readonly sequence: number;
  readonly kind: '+I' | '-U' | '+U' | '-D';
  readonly values: readonly (string | null)[];
}

/** Retained rows of a node. */
export interface TapPage {
  readonly columns: readonly ColumnText[];
  readonly rows: readonly TapRowText[];
  readonly total: number;
  readonly retainedFrom: number;
}

/** One state of a node. Shape of `stateDescriptionShape`. */
export interface StateDescription {
  readonly stateId: string;
  readonly operator: string;
  readonly name: string;
  readonly kind: 'value' | 'list' | 'map' | 'timers';
  readonly keyColumns: readonly ColumnText[];
  readonly valueColumns: readonly ColumnText[];
  readonly ttlMs: number;
  readonly bound: string;
  readonly entryCount: number;
  readonly sizeBytes: number;
}

/** What page of a state is wanted. */
export interface StatePageQuery {
  readonly offset: number;
  readonly countMax: number;
  readonly filter: string;
  readonly sort: {
    readonly by: 'key' | 'value' | 'updated';
    readonly column: number;
    readonly descending: boolean;
  } | null;
}

/** A page of a state, formatted. Shape of the answer of `state.page`. */
export interface StatePageText {
  readonly entries: readonly {
    readonly key: readonly (string | null)[];
    readonly value: readonly (string | null)[];
    readonly updatedMs: number | null;
  }[];
  readonly matchCount: number;
  readonly entryCount: number;
  readonly sizeBytes: number;
  readonly isMoving: boolean;
}

/** Something whose rows, figures and state can be looked at. */
export interface RunView {
  /** Figures of all canvas nodes. */
  figures(): readonly NodeFigures[];
  readTap(nodeId: string, fromSequence: number, countMax: number): TapPage;
  describeState(nodeId: string): readonly StateDescription[];
  /** Looks through a large state in slices; rows may flow in between. */
  pageState(nodeId: string, stateId: string, query: StatePageQuery): Promise<StatePageText>;
}

/** A breakpoint on an edge. Shape of `breakpointShape`. */
export interface Breakpoint {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly condition: string;
  readonly enabled: boolean;
}

/** Where a breakpoint stopped: the first row that met it. Shape of `breakpointHitShape`. */
export interface BreakpointHit {
  readonly breakpointId: string;
  /** Input rows that have gone through, this one included: the moment to seek to. */
  readonly row: number;
  readonly columns: readonly ColumnText[];
  readonly kind: '+I' | '-U' | '+U' | '-D';
  readonly values: readonly (string | null)[];
}
