/**
 * State of operators that collect rows per key and window and act when the window ends: window joins,
 * ranks and deduplications over rows that bring their window along as columns.
 * Flink: `WindowValueState` and `WindowListState` with their timer service.
 */
import { assert, present } from '../base/assert.ts';
import type { Schema } from '../data/logical-type.ts';
import type { Row } from '../data/value.ts';
import type { OperatorContext, TimerService } from '../engine/operator.ts';
import type { WindowZone } from '../engine/time-windows.ts';
import { type Contents, KeyedState } from './keyed-state.ts';
import type { StateEntry } from './state-entry.ts';

/** Where a row has its key and its window. */
export interface WindowColumns {
  readonly keys: readonly number[];
  readonly end: number;
}

/**
 * A value per key and window until the window fires. The state's key is: keys, window end. Windows of
 * one kind that end together begin together, except sessions, which owners tell apart by their start.
 */
export class WindowState<V> {
  readonly keySchema: Schema;
  /** To look at, and to note changes in. */
  readonly keyed: KeyedState<V>;
  readonly #zone: WindowZone;
  #timers: TimerService<StateEntry<V>> | null = null;
  #context: OperatorContext | null = null;

  constructor(keySchema: Schema, zone: WindowZone, contents: Contents<V>) {
    const timestamp = { kind: 'TIMESTAMP', nullable: true, precision: 3 } as const;
    this.keySchema = [...keySchema, { name: 'window_end', type: timestamp }];
    this.keyed = new KeyedState(this.keySchema, undefined, contents);
    this.#zone = zone;
  }

  /** Calls `onFire` for each entry when its window has ended, and forgets the entry. */
  open(context: OperatorContext, onFire: (entry: StateEntry<V>) => void): void {
    this.#context = context;
    this.keyed.open({ ttlMs: 0, nowMs: () => context.eval.currentTimeMs() });
    this.#timers = context.eventTimers<StateEntry<V>>(({ tag }) => {
      this.keyed.delete(tag);
      onFire(tag);
    });
  }

  /** The entry of a row's key and window; `null` (and counted) when the window has already ended. */
  entryOf(row: Row, columns: WindowColumns, create: () => V): StateEntry<V> | null {
    const context = present(this.#context, 'context of a window state');
    const fireMs = this.#fireMs(row[columns.end]);
    if (context.currentWatermarkMs() >= fireMs) {
      context.metrics.numLateRecordsDropped += 1;
      return null;
    }
    const key = [...columns.keys, columns.end];
    const found = this.keyed.find(row, key);
    if (found !== undefined) return found;
    const entry = this.keyed.insert(row, key, create());
    present(this.#timers, 'timers of a window state').register(fireMs, entry);
    return entry;
  }

  /** All open windows, in order of their first row. */
  entries(): IterableIterator<StateEntry<V>> {
    return this.keyed.entries();
  }

  /** Restores one window from a snapshot. */
  restore(key: Row, value: V, updatedMs: number): void {
    const entry = this.keyed.restoreEntry(key, value, updatedMs);
    present(this.#timers, 'timers of a window state').register(this.#fireMs(key[key.length - 1]), entry);
  }

  #fireMs(endMs: unknown): number {
    assert(typeof endMs === 'number', 'window_end is a timestamp of millisecond precision');
    return this.#zone.timerMs(endMs - 1);
  }
}
