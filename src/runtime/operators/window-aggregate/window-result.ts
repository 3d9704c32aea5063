/** What the three window aggregates share: their settings and the shape of their result rows. */
import { unreachable } from '../../base/assert.ts';
import type { Schema } from '../../data/logical-type.ts';
import type { Row, Value } from '../../data/value.ts';
import type { StateDescriptor } from '../../engine/operator.ts';
import type { TimeWindow, WindowZone } from '../../engine/time-windows.ts';
import type { AggregateHandler } from '../../sql/4-codegen/compiled.ts';

/** A column about the window behind the results. */
export type WindowProperty = 'start' | 'end' | 'time' | 'rowtime' | 'proctime';

/** Settings common to window aggregates over time slices, sessions and attached windows. */
export interface WindowAggregateSettings {
  readonly keys: readonly number[];
  readonly keySchema: Schema;
  readonly callSchema: Schema;
  readonly handler: AggregateHandler;
  readonly retract: boolean;
  readonly properties: readonly WindowProperty[];
  readonly attribute: 'rowtime' | 'proctime';
  /** Position of the time column (not used for attached windows). */
  readonly timeColumn: number;
  readonly zone: WindowZone;
}

/** Keys, results, then the window's properties. */
export function windowResult(
  settings: WindowAggregateSettings,
  key: Row,
  values: readonly Value[],
  window: TimeWindow,
): Row {
  const result: Value[] = [...key, ...values];
  for (const property of settings.properties) result.push(propertyValue(property, window, settings.zone));
  return result;
}

/** The moment at which a window is complete, in event time. */
export function fireTimeMs(endMs: number, zone: WindowZone): number {
  return zone.timerMs(endMs - 1);
}

/** The descriptor of a window state. */
export function windowStateDescriptor(settings: WindowAggregateSettings, bound: string): StateDescriptor {
  const timestamp = { kind: 'TIMESTAMP', nullable: false, precision: 3 } as const;
  return {
    name: 'windows',
    kind: 'map',
    keySchema: [
      ...settings.keySchema,
      { name: 'window_start', type: timestamp },
      { name: 'window_end', type: timestamp },
    ],
    valueSchema: [...settings.callSchema, { name: 'row_count', type: { kind: 'BIGINT', nullable: false } }],
    ttlMs: 0,
    bound,
    version: 2,
  };
}

function propertyValue(property: WindowProperty, window: TimeWindow, zone: WindowZone): Value {
  switch (property) {
    case 'start':
      return window.startMs;
    case 'end':
      return window.endMs;
    case 'time':
    case 'rowtime':
    case 'proctime':
      return zone.toEpoch(window.endMs - 1);
    default:
      return unreachable(property);
  }
}
