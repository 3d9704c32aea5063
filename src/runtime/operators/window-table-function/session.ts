/**
 * SESSION as a table function: rows wait until their session is complete, then come out in order of
 * arrival with the window's columns behind theirs. Flink: `UnalignedWindowTableFunctionOperator`.
 *
 * State: rows of open sessions per partition key. Late rows are dropped.
 */
import { assert, present } from '../../base/assert.ts';
import type { Schema } from '../../data/logical-type.ts';
import { BOX_BYTES, LIST_BYTES, objectBytes } from '../../data/memory-size.ts';
import type { RowKind } from '../../data/row-kind.ts';
import type { Row, Value } from '../../data/value.ts';
import type {
  InspectedState,
  OperatorContext,
  OperatorSnapshot,
  RowInput,
  StateDescriptor,
  TimerService,
} from '../../engine/operator.ts';
import { assertVersions, listed, OperatorBase, stateVersions } from '../../engine/operator-base.ts';
import { mergeSessions, replaceSessions, type SessionMerge } from '../../engine/session-windows.ts';
import type { WindowZone } from '../../engine/time-windows.ts';
import type { TimeColumn, WindowSpec } from '../../sql/2-bind/rel.ts';
import { inspectLists } from '../../state/inspect.ts';
import { KeyedState } from '../../state/keyed-state.ts';
import { listedRowBytes } from '../../state/row-list.ts';
import type { StateEntry } from '../../state/state-entry.ts';

interface WaitingRow {
  readonly order: number;
  readonly kind: RowKind;
  readonly row: Row;
}

interface Session {
  startMs: number;
  endMs: number;
  rows: WaitingRow[];
  readonly owner: StateEntry<Session[]>;
}

function countOf(sessions: readonly Session[]): number {
  return sessions.reduce((sum, { rows }) => sum + rows.length, 0);
}

function rowsBytes(rows: readonly WaitingRow[]): number {
  return rows.reduce((sum, { row }) => sum + objectBytes(3) + listedRowBytes(row), 0);
}

function* rowsOf(sessions: readonly Session[]): IterableIterator<readonly [Session, WaitingRow]> {
  for (const session of sessions) for (const row of session.rows) yield [session, row];
}

/** A session without rows. */
const SESSION_BYTES = objectBytes(4) + LIST_BYTES + 2 * BOX_BYTES;

/** Holds rows back until their session is complete. */
export class SessionTableFunctionOperator extends OperatorBase implements RowInput {
  readonly inputs = [this];
  readonly #gapMs: number;
  readonly #keys: readonly number[];
  readonly #time: TimeColumn;
  readonly #zone: WindowZone;
  readonly #input: Schema;
  readonly #sessions: KeyedState<Session[]>;
  readonly #state: InspectedState;
  #timers: TimerService<Session> | null = null;
  #order = 0;

  constructor(window: WindowSpec & { readonly kind: 'session' }, time: TimeColumn, zone: WindowZone, input: Schema) {
    super();
    this.#gapMs = window.gapMs;
    this.#keys = window.partitionKeys;
    this.#time = time;
    this.#zone = zone;
    this.#input = input;
    const keySchema = this.#keys.map((key) => present(input[key], 'partition key'));
    this.#sessions = new KeyedState<Session[]>(keySchema, undefined, {
      count: (sessions, list) => (list === 0 ? countOf(sessions) : 0),
      bytes: (sessions, list) =>
        list === 0 ? LIST_BYTES + sessions.reduce((sum, { rows }) => sum + SESSION_BYTES + rowsBytes(rows), 0) : 0,
    });
    this.#state = inspectLists(() => this.#sessions, 0, {
      items: rowsOf,
      countOf,
      key: (key, [{ startMs, endMs }]) => [...key, startMs, endMs],
      value: ([, { row }]) => row,
    });
  }

  override open(context: OperatorContext): void {
    super.open(context);
    this.#sessions.open({ ttlMs: 0, nowMs: () => context.eval.currentTimeMs() });
    const onTimer = ({ tag }: { readonly tag: Session }): void => this.#fire(tag);
    this.#timers =
      this.#time.attribute === 'rowtime'
        ? context.eventTimers<Session>(onTimer)
        : context.processingTimers<Session>(onTimer);
  }

  processRow(kind: RowKind, row: Row): void {
    const isRowtime = this.#time.attribute === 'rowtime';
    const time = isRowtime ? row[this.#time.index] : this.context.eval.currentTimeMs();
    if (time === null) {
      this.context.metrics.numLateRecordsDropped += 1;
      return;
    }
    assert(typeof time === 'number', 'a time attribute has at most millisecond precision');
    const startMs = this.#zone.toLocal(time);
    const found = this.#sessions.find(row, this.#keys);
    const merge = mergeSessions(found?.value ?? [], { startMs, endMs: startMs + this.#gapMs });
    if (isRowtime && this.context.currentWatermarkMs() >= this.#zone.timerMs(merge.endMs - 1)) {
      this.context.metrics.numLateRecordsDropped += 1;
      return;
    }
    const entry = found ?? this.#sessions.insert(row, this.#keys, []);
    const countBefore = entry.value.length;
    const session = this.#open(entry, merge);
    const waiting: WaitingRow = { order: this.#order++, kind, row };
    session.rows.push(waiting);
    const bytes = rowsBytes([waiting]) + (entry.value.length - countBefore) * SESSION_BYTES;
    this.#sessions.grow(entry, 0, 1, bytes);
    this.#sessions.touch(entry);
  }

  override snapshot(): OperatorSnapshot {
    const rows: Value[] = [];
    const places = new Map<StateEntry<Session[]>, number>();
    for (const entry of this.#sessions.entries()) places.set(entry, places.size);
    // In firing order: sessions of several keys that end together are sent in the order of their timers.
    for (const { tag } of present(this.#timers, 'timers of a session').pending()) {
      const { owner, startMs, endMs, rows: waiting } = tag;
      const saved = waiting.map(({ order, kind, row }): Value => [order, kind, row]);
      rows.push([owner.key, startMs, endMs, saved, owner.updatedMs, present(places.get(owner), 'key of a session')]);
    }
    return { versions: stateVersions(this.describeState()), states: { rows: [this.#order, ...rows] } };
  }

  override restore(snapshot: OperatorSnapshot): void {
    assertVersions(this.describeState(), snapshot);
    const [order, ...saved] = listed(snapshot.states.rows);
    this.#order = order as number;
    type Saved = [Row, number, number, [number, RowKind, Row][], number, number];
    const sessions = saved as unknown as Saved[];
    // Keys in their own order, sessions in firing order.
    const owners = new Map<number, StateEntry<Session[]>>();
    for (const [key, , , , updatedMs, place] of [...sessions].sort((a, b) => a[5] - b[5]))
      if (!owners.has(place)) owners.set(place, this.#sessions.restoreEntry(key, [], updatedMs));
    for (const [, startMs, endMs, waiting, , place] of sessions) {
      const owner = present(owners.get(place), 'key of a session');
      const rows = waiting.map(([at, kind, row]) => ({ order: at, kind, row }));
      this.#add({ startMs, endMs, rows, owner }, []);
      this.#sessions.grow(owner, 0, rows.length, SESSION_BYTES + rowsBytes(rows));
    }
  }

  override describeState(): readonly StateDescriptor[] {
    const timestamp = { kind: 'TIMESTAMP', nullable: false, precision: 3 } as const;
    return [
      {
        name: 'rows',
        kind: 'list',
        keySchema: [
          ...this.#sessions.keySchema,
          { name: 'window_start', type: timestamp },
          { name: 'window_end', type: timestamp },
        ],
        valueSchema: this.#input,
        ttlMs: 0,
        bound: 'Rows of open sessions; they go when the watermark passes the end of their session.',
        version: 2,
      },
    ];
  }

  override inspectState(): InspectedState {
    return this.#state;
  }

  /** The session that the row joins: the first one absorbed takes in the rows of the others. */
  #open(owner: StateEntry<Session[]>, { startMs, endMs, absorbed }: SessionMerge<Session>): Session {
    const [first, ...others] = absorbed;
    if (first !== undefined && others.length === 0 && first.startMs === startMs && first.endMs === endMs) return first;
    for (const session of absorbed) this.#timers?.cancel(this.#zone.timerMs(session.endMs - 1), session);
    const merged: Session = first ?? { startMs, endMs, rows: [], owner };
    merged.startMs = startMs;
    merged.endMs = endMs;
    // Each session has its rows in order of arrival already; only a bridge between several needs sorting.
    if (others.length > 0) merged.rows = absorbed.flatMap(({ rows }) => rows).sort((a, b) => a.order - b.order);
    this.#add(merged, absorbed);
    return merged;
  }

  #add(session: Session, absorbed: readonly Session[]): void {
    session.owner.value = replaceSessions(session.owner.value, absorbed, session);
    present(this.#timers, 'timers of a session').register(this.#zone.timerMs(session.endMs - 1), session);
  }

  #fire(session: Session): void {
    const { owner, startMs, endMs } = session;
    owner.value = owner.value.filter((open) => open !== session);
    this.#sessions.grow(owner, 0, -session.rows.length, -SESSION_BYTES - rowsBytes(session.rows));
    if (owner.value.length === 0) this.#sessions.delete(owner);
    const timeMs = this.#zone.toEpoch(endMs - 1);
    for (const { kind, row } of session.rows) this.output.processRow(kind, [...row, startMs, endMs, timeMs]);
  }
}
