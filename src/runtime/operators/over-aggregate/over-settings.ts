/** What the OVER operators share: their settings, and how a row of theirs looks. */
import type { Schema } from '../../data/logical-type.ts';
import type { Row } from '../../data/value.ts';
import type { StateDescriptor } from '../../engine/operator.ts';
import type { Accumulators, AggregateHandler, RowComparator, RowEquals } from '../../sql/4-codegen/compiled.ts';

/** Settings of one OVER aggregation. */
export interface OverSettings {
  /** Columns of PARTITION BY; none: one partition. */
  readonly keys: readonly number[];
  readonly keySchema: Schema;
  readonly inputSchema: Schema;
  readonly callSchema: Schema;
  readonly timeColumn: number;
  readonly unit: 'rows' | 'range';
  /** Rows or milliseconds before the current row that still count; `null`: all. */
  readonly preceding: number | null;
  /** Can take rows back when the frame has a lower bound. */
  readonly handler: AggregateHandler;
  /** Order within a partition. */
  readonly compare: RowComparator;
  /** Equality of whole input rows. */
  readonly sameRow: RowEquals;
}

/** The input row, then the results. */
export function overResult(row: Row, accumulators: Accumulators, handler: AggregateHandler): Row {
  return row.concat(handler.values(accumulators));
}

/** A copy that may be changed. */
export function copyOf(accumulators: Accumulators, handler: AggregateHandler): Accumulators {
  return handler.decode(handler.encode(accumulators));
}

/** State that holds input rows under the partition's key. */
export function rowsDescriptor(settings: OverSettings, name: string, ttlMs: number, bound: string): StateDescriptor {
  return {
    name,
    kind: 'list',
    keySchema: settings.keySchema,
    valueSchema: settings.inputSchema,
    ttlMs,
    bound,
    version: 2,
  };
}

/** State that holds the running results of a partition. */
export function framesDescriptor(settings: OverSettings, ttlMs: number, bound: string): StateDescriptor {
  return {
    name: 'frames',
    kind: 'value',
    keySchema: settings.keySchema,
    valueSchema: settings.callSchema,
    ttlMs,
    bound,
    version: 2,
  };
}
