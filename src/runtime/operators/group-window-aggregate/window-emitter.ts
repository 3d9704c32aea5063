/**
 * What legacy windows of both shapes share: their settings, result rows, and how a result is sent the
 * first time, corrected, or taken back. Flink: `AggregateWindowOperator.emitWindowResult`.
 */
import { unreachable } from '../../base/assert.ts';
import type { Schema } from '../../data/logical-type.ts';
import { RowKind } from '../../data/row-kind.ts';
import { NanoTimestamp, type Row, type Value } from '../../data/value.ts';
import type { RowInput } from '../../engine/operator.ts';
import type { TimeWindow, WindowZone } from '../../engine/time-windows.ts';
import type { OptionsOf } from '../../sql/3-plan/physical-options.ts';
import type { Accumulators, AggregateHandler, RowEquals } from '../../sql/4-codegen/compiled.ts';

type Options = OptionsOf<'group-window-aggregate'>;

/** When a window answers beside its end. */
export type EmitSettings = Options['emit'];

/** Settings of a legacy window aggregate. */
export interface GroupWindowSettings {
  readonly keys: readonly number[];
  readonly keySchema: Schema;
  /** Calls, then properties. */
  readonly resultSchema: Schema;
  readonly handler: AggregateHandler;
  readonly retract: boolean;
  readonly updateBefore: boolean;
  readonly attribute: 'rowtime' | 'proctime';
  readonly timeColumn: number;
  readonly zone: WindowZone;
  readonly properties: Options['properties'];
  readonly emit: EmitSettings;
  /** Compares calls and properties. */
  readonly sameResult: RowEquals;
}

/** What was sent for a window; null: nothing, or it was taken back. */
export interface SentResult {
  sent: Row | null;
}

/** Whether windows send corrections: else each sends one +I. */
export function sendsUpdates({ emit, attribute }: GroupWindowSettings): boolean {
  return emit.earlyMs !== null || (emit.lateMs !== null && attribute === 'rowtime');
}

/** Time of a row on the windows' wall clock; null when it has none. */
export function localTimeOf(row: Row, settings: GroupWindowSettings): number | null {
  const time = row[settings.timeColumn];
  if (typeof time === 'number') return settings.zone.toLocal(time);
  return time instanceof NanoTimestamp ? settings.zone.toLocal(time.epochMs) : null;
}

/** Sends what has changed about a window. `rowCount`: rows added minus rows taken back. */
export function emitResult(
  window: TimeWindow & SentResult,
  key: Row,
  accumulators: Accumulators,
  rowCount: number,
  settings: GroupWindowSettings,
  output: RowInput,
): void {
  const isEmpty = settings.retract && rowCount <= 0;
  const before = window.sent;
  if (isEmpty) {
    if (before === null) return;
    window.sent = null;
    output.processRow(RowKind.Delete, key.concat(before));
    return;
  }
  const values: Value[] = settings.handler.values(accumulators);
  for (const property of settings.properties) values.push(propertyOf(property, window, settings.zone));
  if (!sendsUpdates(settings)) {
    output.processRow(RowKind.Insert, key.concat(values));
    return;
  }
  window.sent = values;
  if (before === null) {
    output.processRow(RowKind.Insert, key.concat(values));
    return;
  }
  if (settings.sameResult(before, values)) return;
  if (settings.updateBefore) output.processRow(RowKind.UpdateBefore, key.concat(before));
  output.processRow(RowKind.UpdateAfter, key.concat(values));
}

function propertyOf(property: Options['properties'][number], window: TimeWindow, zone: WindowZone): Value {
  switch (property) {
    case 'start':
      return window.startMs;
    case 'end':
      return window.endMs;
    case 'rowtime':
    case 'proctime':
      return zone.toEpoch(window.endMs - 1);
    default:
      return unreachable(property);
  }
}

/** Key columns with the window's bounds, as state shows them. */
export function windowKeySchema(settings: GroupWindowSettings): Schema {
  const timestamp = { kind: 'TIMESTAMP', nullable: false, precision: 3 } as const;
  return [...settings.keySchema, { name: 'window_start', type: timestamp }, { name: 'window_end', type: timestamp }];
}
