/**
 * SESSION as a table function: rows wait until their session is complete, then come out in order of
 * arrival with the window's columns behind theirs. Flink: `UnalignedWindowTableFunctionOperator`.
 *
 * State: rows of open sessions per partition key. Late rows are dropped.
 */
import { assert, present } from '../../base/assert.ts';
import type { Schema } from '../../data/logical-type.ts';
import type { RowKind } from '../../data/row-kind.ts';
import type { Row, Value } from '../../data/value.ts';
import type {
  OperatorContext,
  OperatorSnapshot,
  RowInput,
  StateDescriptor,
  StatePage,
  StateQuery,
  TimerService,
} from '../../engine/operator.ts';
import { assertVersions, OperatorBase, stateVersions } from '../../engine/operator-base.ts';
import { mergeSessions, replaceSessions, type SessionMerge } from '../../engine/session-windows.ts';
import type { WindowZone } from '../../engine/time-windows.ts';
import type { TimeColumn, WindowSpec } from '../../sql/2-bind/rel.ts';
import { KeyedState, type StateEntry } from '../../state/keyed-state.ts';
import { pageOf } from '../../state/state-page.ts';

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

/** Holds rows back until their session is complete. */
export class SessionTableFunctionOperator extends OperatorBase implements RowInput {
  readonly inputs = [this];
  readonly #gapMs: number;
  readonly #keys: readonly number[];
  readonly #time: TimeColumn;
  readonly #zone: WindowZone;
  readonly #input: Schema;
  readonly #sessions: KeyedState<Session[]>;
  #timers: TimerService<Session> | null = null;
  #order = 0;

  constructor(window: WindowSpec & { readonly kind: 'session' }, time: TimeColumn, zone: WindowZone, input: Schema) {
    super();
    this.#gapMs = window.gapMs;
    this.#keys = window.partitionKeys;
    this.#time = time;
    this.#zone = zone;
    this.#input = input;
    this.#sessions = new KeyedState(this.#keys.map((key) => present(input[key], 'partition key')));
  }

  override open(context: OperatorContext): void {
    super.open(context);
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
    const session = this.#open(found ?? this.#sessions.insert(row, this.#keys, []), merge);
    session.rows.push({ order: this.#order++, kind, row });
  }

  override snapshot(): OperatorSnapshot {
    const rows: Value[] = [];
    // In firing order: sessions of several keys that end together are sent in the order of their timers.
    for (const { tag } of present(this.#timers, 'timers of a session').pending()) {
      const { owner, startMs, endMs, rows: waiting } = tag;
      rows.push([owner.key, startMs, endMs, waiting.map(({ order, kind, row }) => [order, kind, row])]);
    }
    return { versions: stateVersions(this.describeState()), states: { rows: [this.#order, ...rows] } };
  }

  override restore(snapshot: OperatorSnapshot): void {
    assertVersions(this.describeState(), snapshot);
    const [order, ...saved] = snapshot.states.rows ?? [];
    this.#order = order as number;
    const columns = this.#keys.map((_, index) => index);
    for (const session of saved) {
      const [key, startMs, endMs, waiting] = session as [Row, number, number, [number, RowKind, Row][]];
      const owner = this.#sessions.find(key, columns) ?? this.#sessions.restoreEntry(key, [], 0);
      const rows = waiting.map(([at, kind, row]) => ({ order: at, kind, row }));
      this.#add({ startMs, endMs, rows, owner }, []);
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
        version: 1,
      },
    ];
  }

  override listState(_name: string, query: StateQuery): StatePage {
    return pageOf(this.#listed(), query);
  }

  *#listed(): IterableIterator<{ key: Row; value: Row; updatedMs: null }> {
    for (const { key, value } of this.#sessions.entries()) {
      for (const { startMs, endMs, rows } of value) {
        for (const { row } of rows) yield { key: [...key, startMs, endMs], value: row, updatedMs: null };
      }
    }
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
    if (owner.value.length === 0) this.#sessions.delete(owner);
    const timeMs = this.#zone.toEpoch(endMs - 1);
    for (const { kind, row } of session.rows) this.output.processRow(kind, [...row, startMs, endMs, timeMs]);
  }
}
