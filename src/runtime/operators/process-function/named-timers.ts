/**
 * Timers of a process function: by key, kind and name. A timer of the same name is replaced; one in the past
 * fires at the next watermark, as Flink's does. Flink: `WritableInternalTimeContext`, `NamedTimerService`.
 */
import { present } from '../../base/assert.ts';
import type { LogicalType, Schema } from '../../data/logical-type.ts';
import { MAP_SLOT_BYTES, objectBytes, rowBytes } from '../../data/memory-size.ts';
import type { Row, Value } from '../../data/value.ts';
import type {
  InspectedState,
  OperatorContext,
  SavedState,
  StateDescriptor,
  TimerService,
} from '../../engine/operator.ts';
import { listed } from '../../engine/operator-base.ts';
import { uniqueNames } from '../../sql/2-bind/rel-tools.ts';
import { inspectLists } from '../../state/inspect.ts';
import { KeyedState } from '../../state/keyed-state.ts';
import type { StateEntry } from '../../state/state-entry.ts';

/** On the watermark or on the clock. */
export type TimerKind = 'event' | 'processing';

/** A timer of one key. */
export interface NamedTimer {
  readonly key: Row;
  readonly kind: TimerKind;
  readonly name: string;
  readonly timeMs: number;
}

interface KeyTimers {
  readonly byName: Map<string, NamedTimer>;
  bytes: number;
}

const KINDS: readonly TimerKind[] = ['event', 'processing'];
const STRING: LogicalType = { kind: 'VARCHAR', nullable: false, length: 2147483647 };
const INSTANT: LogicalType = { kind: 'TIMESTAMP_LTZ', nullable: false, precision: 3 };

/** All timers of one operator. */
export class NamedTimers {
  readonly inspected: InspectedState;
  readonly #keySchema: Schema;
  readonly #columns: readonly number[];
  readonly #timeType: LogicalType;
  readonly #state: KeyedState<KeyTimers>;
  readonly #services: Partial<Record<TimerKind, TimerService<NamedTimer>>> = {};

  /** `timeType`: how times on the watermark read; those of the clock are instants. */
  constructor(keySchema: Schema, timeType: LogicalType) {
    this.#keySchema = keySchema;
    this.#columns = keySchema.map((_, index) => index);
    this.#timeType = timeType;
    this.#state = new KeyedState<KeyTimers>(keySchema, undefined, {
      count: ({ byName }, list) => (list === 0 ? byName.size : 0),
      bytes: ({ bytes }, list) => (list === 0 ? bytes : 0),
    });
    this.inspected = inspectLists<KeyTimers, NamedTimer>(() => this.#state, 0, {
      items: ({ byName }) => byName.values(),
      countOf: ({ byName }) => byName.size,
      key: (key, { name }) => [...key, name],
      value: ({ timeMs, kind }) => [timeMs, kind],
    });
  }

  open(context: OperatorContext, onTimer: (timer: NamedTimer) => void): void {
    this.#state.open({ ttlMs: 0, nowMs: () => context.eval.currentTimeMs() });
    const fire = ({ tag }: { readonly tag: NamedTimer }): void => {
      this.#forget(tag);
      onTimer(tag);
    };
    this.#services.event = context.eventTimers<NamedTimer>(fire);
    this.#services.processing = context.processingTimers<NamedTimer>(fire);
  }

  register(timer: NamedTimer): void {
    const known = this.#find(timer.key)?.value.byName.get(idOf(timer));
    // Flink's queue knows it already and leaves it where it is.
    if (known?.timeMs === timer.timeMs) return;
    if (known !== undefined) this.#cancel(known);
    this.#add(timer, this.#find(timer.key));
    this.#service(timer.kind).register(timer.timeMs, timer);
  }

  /** Forgets the timers of a name, of both kinds. */
  clear(key: Row, name: string): void {
    for (const kind of KINDS) {
      const timer = this.#find(key)?.value.byName.get(idOf({ kind, name }));
      if (timer !== undefined) this.#cancel(timer);
    }
  }

  clearAll(key: Row): void {
    for (const timer of [...(this.#find(key)?.value.byName.values() ?? [])]) this.#cancel(timer);
  }

  describe(name: string): StateDescriptor {
    const keys = [...this.#keySchema, { name: 'timer', type: STRING }];
    const names = uniqueNames(keys.map((f) => f.name));
    return {
      name,
      kind: 'timers',
      keySchema: keys.map((f, i) => ({ name: names[i] ?? f.name, type: f.type })),
      valueSchema: [
        { name: 'time', type: this.#timeType },
        { name: 'kind', type: STRING },
      ],
      ttlMs: 0,
      bound: 'A timer goes when it fires, when the function clears it, or when one of its name takes its place.',
      version: 1,
    };
  }

  /** Keys in order, each with its timers and their places in the order of firing. */
  snapshot(): readonly Value[] {
    const ranks = new Map<NamedTimer, number>();
    for (const kind of KINDS)
      for (const [rank, { tag }] of this.#service(kind).pending().entries()) ranks.set(tag, rank);
    return [...this.#state.entries()].map(({ key, value, updatedMs }) => [
      key,
      [...value.byName.values()].map((timer) => [
        timer.name,
        timer.kind,
        timer.timeMs,
        present(ranks.get(timer), 'a timer of a key is pending'),
      ]),
      updatedMs,
    ]);
  }

  restore(saved: SavedState): void {
    const entries = listed(saved);
    const timers: { readonly timer: NamedTimer; readonly rank: number }[] = [];
    for (const saved of entries) {
      const [key, listed, updatedMs] = saved as [Row, [string, TimerKind, number, number][], number];
      const byName = new Map<string, NamedTimer>();
      let bytes = 0;
      for (const [name, kind, timeMs, rank] of listed) {
        const timer = { key, name, kind, timeMs };
        byName.set(idOf(timer), timer);
        bytes += bytesOf(timer);
        timers.push({ timer, rank });
      }
      this.#state.restoreEntry(key, { byName, bytes }, updatedMs);
    }
    timers.sort((a, b) => a.rank - b.rank);
    for (const { timer } of timers) this.#service(timer.kind).register(timer.timeMs, timer);
  }

  #service(kind: TimerKind): TimerService<NamedTimer> {
    return present(this.#services[kind], 'timers of an operator that is open');
  }

  #find(key: Row): StateEntry<KeyTimers> | undefined {
    return this.#state.find(key, this.#columns);
  }

  #add(timer: NamedTimer, known: StateEntry<KeyTimers> | undefined): void {
    const entry = known ?? this.#state.insert(timer.key, this.#columns, { byName: new Map(), bytes: 0 });
    const bytes = bytesOf(timer);
    entry.value.byName.set(idOf(timer), timer);
    entry.value.bytes += bytes;
    this.#state.grow(entry, 0, 1, bytes);
    this.#state.touch(entry);
  }

  #cancel(timer: NamedTimer): void {
    this.#service(timer.kind).cancel(timer.timeMs, timer);
    this.#forget(timer);
  }

  #forget(timer: NamedTimer): void {
    const entry = present(this.#find(timer.key), 'key of a timer');
    const bytes = bytesOf(timer);
    entry.value.byName.delete(idOf(timer));
    entry.value.bytes -= bytes;
    this.#state.grow(entry, 0, -1, -bytes);
    if (entry.value.byName.size === 0) this.#state.delete(entry);
  }

  /** Type of times on the clock, for those who show both. */
  static readonly instant = INSTANT;
}

function idOf({ kind, name }: Pick<NamedTimer, 'kind' | 'name'>): string {
  return `${kind}:${name}`;
}

function bytesOf({ name, timeMs }: NamedTimer): number {
  return MAP_SLOT_BYTES + objectBytes(4) + rowBytes([name, timeMs]);
}
