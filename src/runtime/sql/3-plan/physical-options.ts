/**
 * Settings of each physical operator: the seam between planning (which decides them) and the
 * operators (which obey them). Plain data. One member per folder under `operators/`.
 */
import type { LogicalType } from '../../data/logical-type.ts';
import type { AggregateCall, BoundExpr } from '../2-bind/bound-expr.ts';
import type { BoundTable } from '../2-bind/catalog.ts';
import type { BoundMatch, Collation, OverGroup, ProcessCall, TimeColumn, WindowSpec } from '../2-bind/rel.ts';
import type { UserFunctionRef } from '../functions/user-function.ts';

/** Columns by position. */
export type Columns = readonly number[];

/** An equi-join key pair and how NULLs compare. */
export interface JoinKey {
  readonly left: number;
  readonly right: number;
  /** IS NOT DISTINCT FROM: NULL matches NULL. */
  readonly nullSafe: boolean;
}

/** What every regular or windowed join needs. */
export interface JoinCondition {
  readonly type: 'inner' | 'left' | 'right' | 'full' | 'semi' | 'anti';
  readonly keys: readonly JoinKey[];
  /** The part that is not equality, over left then right columns. */
  readonly residual?: BoundExpr;
}

/** How a window operator reads its window: from the time column, or from window columns made upstream. */
export type WindowSource =
  | { readonly kind: 'time'; readonly window: WindowSpec; readonly time: TimeColumn }
  /** A cascaded window: the input already has window_start/window_end columns. */
  | {
      readonly kind: 'columns';
      readonly window: WindowSpec;
      readonly start: number;
      readonly end: number;
      readonly attribute: 'rowtime' | 'proctime';
      readonly local: boolean;
    };

/** Settings of one operator. */
export type PhysicalOptions =
  /** Reads a table's physical and metadata columns. */
  | {
      readonly kind: 'table-scan';
      readonly table: BoundTable;
      readonly hints: Readonly<Record<string, string>>;
      readonly columns: Columns;
    }
  | { readonly kind: 'values'; readonly rows: readonly (readonly BoundExpr[])[] }
  /** Filter then project. Flink: `Calc`. */
  | { readonly kind: 'calc'; readonly condition?: BoundExpr; readonly projection: readonly BoundExpr[] }
  | {
      readonly kind: 'watermark-assigner';
      readonly column: number;
      readonly expr: BoundExpr;
      readonly intervalMs: number;
      readonly idleTimeoutMs: number;
    }
  | {
      readonly kind: 'group-aggregate';
      readonly keys: Columns;
      readonly calls: readonly AggregateCall[];
      /** The input may retract: count rows, use retractable accumulators. */
      readonly retract: boolean;
      /** Send -U before +U. Flink: `generateUpdateBefore`. */
      readonly updateBefore: boolean;
      readonly batch: boolean;
    }
  /** One output row per input row and window; passes kinds through. */
  | { readonly kind: 'window-table-function'; readonly window: WindowSpec; readonly time: TimeColumn }
  /** TVF aggregation. Output: keys, calls, then the properties. */
  | {
      readonly kind: 'window-aggregate';
      readonly source: WindowSource;
      readonly keys: Columns;
      readonly calls: readonly AggregateCall[];
      readonly retract: boolean;
      readonly properties: readonly ('start' | 'end' | 'time')[];
    }
  /** Legacy TUMBLE/HOP/SESSION in GROUP BY. Output: keys, calls, properties. */
  | {
      readonly kind: 'group-window-aggregate';
      readonly window: WindowSpec;
      readonly time: TimeColumn;
      readonly keys: Columns;
      readonly calls: readonly AggregateCall[];
      readonly retract: boolean;
      readonly properties: readonly ('start' | 'end' | 'rowtime' | 'proctime')[];
      readonly emit: {
        readonly earlyMs: number | null;
        readonly lateMs: number | null;
        readonly allowedLatenessMs: number;
      };
      readonly updateBefore: boolean;
    }
  | ({
      readonly kind: 'join';
      readonly leftUnique: JoinUniqueness;
      readonly rightUnique: JoinUniqueness;
      readonly leftTypes: readonly LogicalType[];
      readonly rightTypes: readonly LogicalType[];
      readonly batch: boolean;
    } & JoinCondition)
  | ({
      readonly kind: 'interval-join';
      readonly leftTime: number;
      readonly rightTime: number;
      readonly attribute: 'rowtime' | 'proctime';
      /** leftTime between rightTime + lowerMs and rightTime + upperMs, both inclusive. */
      readonly lowerMs: number;
      readonly upperMs: number;
    } & JoinCondition)
  | ({
      readonly kind: 'temporal-join';
      readonly leftTime: number;
      readonly rightTime: number;
      readonly rightKey: Columns;
      readonly attribute: 'rowtime' | 'proctime';
    } & JoinCondition)
  | ({
      readonly kind: 'window-join';
      readonly leftWindowEnd: number;
      readonly rightWindowEnd: number;
      readonly leftWindowStart: number;
      readonly rightWindowStart: number;
      /** Windows over TIMESTAMP_LTZ end at the session zone's wall clock. */
      readonly local: boolean;
    } & JoinCondition)
  /** UNNEST or a table function for each left row. */
  | {
      readonly kind: 'correlate';
      readonly type: 'inner' | 'left';
      readonly call:
        | { readonly kind: 'unnest'; readonly operand: BoundExpr; readonly withOrdinality: boolean }
        | { readonly kind: 'table-function'; readonly name: string; readonly args: readonly BoundExpr[] }
        | {
            readonly kind: 'user-function';
            readonly user: UserFunctionRef;
            readonly args: readonly BoundExpr[];
          };
      readonly condition?: BoundExpr;
      readonly rightTypes: readonly LogicalType[];
    }
  /** A process table function. */
  | { readonly kind: 'process-function'; readonly call: ProcessCall }
  | { readonly kind: 'union' }
  | { readonly kind: 'expand'; readonly projections: readonly (readonly BoundExpr[])[] }
  | {
      readonly kind: 'rank';
      readonly partitionBy: Columns;
      readonly orderBy: readonly Collation[];
      /** First and last rank kept, inclusive, from 1. `endColumn`: the limit comes from a column. */
      readonly start: number;
      readonly end: number;
      readonly endColumn?: number;
      readonly outputRank: boolean;
      /** Flink's strategies: `append`, `update` (needs a unique key), `retract`. */
      readonly strategy:
        | { readonly kind: 'append' }
        | { readonly kind: 'update'; readonly uniqueKey: Columns }
        | { readonly kind: 'retract' };
      readonly updateBefore: boolean;
    }
  | {
      readonly kind: 'deduplicate';
      readonly keys: Columns;
      readonly keep: 'first' | 'last';
      readonly time: 'rowtime' | 'proctime';
      readonly timeColumn: number;
      readonly updateBefore: boolean;
      /** The input has updates or deletes (proctime keep-last only). */
      readonly retract: boolean;
    }
  | {
      readonly kind: 'window-rank';
      readonly partitionBy: Columns;
      readonly orderBy: readonly Collation[];
      readonly start: number;
      readonly end: number;
      readonly outputRank: boolean;
      readonly windowEnd: number;
      readonly windowStart: number;
      /** Windows over TIMESTAMP_LTZ end at the session zone's wall clock. */
      readonly local: boolean;
    }
  | {
      readonly kind: 'window-deduplicate';
      readonly keys: Columns;
      readonly keep: 'first' | 'last';
      readonly timeColumn: number;
      readonly windowEnd: number;
      /** Windows over TIMESTAMP_LTZ end at the session zone's wall clock. */
      readonly local: boolean;
    }
  | {
      readonly kind: 'over-aggregate';
      readonly group: OverGroup;
      readonly time: 'rowtime' | 'proctime' | 'non-time';
      readonly timeColumn: number;
      readonly retract: boolean;
      readonly batch: boolean;
    }
  /** Event-time sort. */
  | {
      readonly kind: 'temporal-sort';
      readonly timeColumn: number;
      readonly attribute: 'rowtime' | 'proctime';
      readonly orderBy: readonly Collation[];
    }
  /** ORDER BY … LIMIT on a stream is a rank; this is LIMIT alone, and the full sort of batch mode. */
  | { readonly kind: 'limit'; readonly offset: number; readonly limit: number | null; readonly retract: boolean }
  | {
      readonly kind: 'sort';
      readonly orderBy: readonly Collation[];
      readonly offset: number;
      readonly limit: number | null;
    }
  | {
      readonly kind: 'match';
      readonly match: BoundMatch;
      readonly timeColumn: number;
      readonly attribute: 'rowtime' | 'proctime';
    }
  | {
      readonly kind: 'changelog-normalize';
      readonly keys: Columns;
      readonly updateBefore: boolean;
      readonly filter?: BoundExpr;
    }
  | { readonly kind: 'drop-update-before' }
  /** Flink: `SinkUpsertMaterializer`; `keys` are the sink's primary key. */
  | { readonly kind: 'sink-materializer'; readonly keys: Columns; readonly inputUpsertKey: Columns | null }
  | {
      readonly kind: 'sink';
      readonly table: BoundTable;
      /** `table.exec.sink.not-null-enforcer` and `type-length-enforcer`. */
      readonly notNull: 'error' | 'drop';
      readonly typeLength: 'ignore' | 'trim-pad' | 'error';
      readonly notNullColumns: Columns;
      /** Upsert sinks do not get -U. */
      readonly upsert: boolean;
    }
  /** The end of a query: its rows go to whoever asked. */
  | { readonly kind: 'collect' };

/** How rows of a join side are kept. Flink: `JoinInputSideSpec`. */
export type JoinUniqueness =
  /** The join key contains a unique key: one row per key. */
  | { readonly kind: 'join-key' }
  | { readonly kind: 'unique-key'; readonly columns: Columns }
  /** A multiset of rows. */
  | { readonly kind: 'none' };

/** Settings of one kind of operator. */
export type OptionsOf<K extends PhysicalOptions['kind']> = Extract<PhysicalOptions, { kind: K }>;
