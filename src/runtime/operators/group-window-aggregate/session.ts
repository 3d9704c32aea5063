/**
 * Legacy SESSION. Flink: `WindowOperator` with `MergingWindowProcessFunction` and `SessionWindowAssigner`.
 *
 * A row opens a window of one gap; windows that overlap or touch become one, with their accumulators
 * (`engine/session-windows.ts`). Sessions answer once, at their end: early and late firing do not exist for
 * them. A row is late when the session it would end up in is over already.
 *
 * State: open sessions per key. Cost per row: one key look-up, and a walk over the key's open sessions.
 */
import { assert, present } from '../../base/assert.ts';
import { BOX_BYTES, LIST_BYTES, objectBytes, SLOT_BYTES } from '../../data/memory-size.ts';
import { isAccumulate, type RowKind } from '../../data/row-kind.ts';
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
import { type Accumulators, type AggregateHandler, accumulatorsBytes } from '../../sql/4-codegen/compiled.ts';
import { inspectLists } from '../../state/inspect.ts';
import { KeyedState } from '../../state/keyed-state.ts';
import type { StateEntry } from '../../state/state-entry.ts';
import { emitResult, type GroupWindowSettings, localTimeOf, windowKeySchema } from './window-emitter.ts';

interface Session {
  startMs: number;
  endMs: number;
  readonly accumulators: Accumulators;
  rowCount: number;
  readonly owner: StateEntry<Session[]>;
}

function sessionsBytes(sessions: readonly Session[], handler: AggregateHandler): number {
  let bytes = 0;
  for (const { accumulators } of sessions)
    bytes += objectBytes(5) + 2 * BOX_BYTES + SLOT_BYTES + accumulatorsBytes(accumulators, handler);
  return bytes;
}

/** Aggregates per key and session. */
export class SessionGroupWindowOperator extends OperatorBase implements RowInput {
  readonly inputs = [this];
  readonly #settings: GroupWindowSettings;
  readonly #gapMs: number;
  readonly #keys: KeyedState<Session[]>;
  readonly #state: InspectedState;
  #timers: TimerService<Session> | null = null;

  constructor(settings: GroupWindowSettings, gapMs: number) {
    super();
    assert(gapMs > 0, 'a session has a gap');
    this.#settings = settings;
    this.#gapMs = gapMs;
    const { handler } = settings;
    this.#keys = new KeyedState(settings.keySchema, undefined, {
      count: (sessions, list) => (list === 0 ? sessions.length : 0),
      bytes: (sessions, list) => (list === 0 ? LIST_BYTES + sessionsBytes(sessions, handler) : 0),
    });
    this.#state = inspectLists(() => this.#keys, 0, {
      items: (sessions) => sessions,
      countOf: (sessions) => sessions.length,
      key: (key, { startMs, endMs }) => [...key, startMs, endMs],
      value: ({ accumulators, rowCount }) => [...handler.values(accumulators), rowCount],
    });
  }

  override open(context: OperatorContext): void {
    super.open(context);
    this.#keys.open({ ttlMs: 0, nowMs: () => context.eval.currentTimeMs() });
    const onTimer = ({ tag }: { readonly tag: Session }): void => this.#fire(tag);
    this.#timers =
      this.#settings.attribute === 'rowtime'
        ? context.eventTimers<Session>(onTimer)
        : context.processingTimers<Session>(onTimer);
  }

  processRow(kind: RowKind, row: Row): void {
    const { attribute, zone, keys, handler, retract } = this.#settings;
    const startMs =
      attribute === 'proctime' ? zone.toLocal(this.context.eval.currentTimeMs()) : localTimeOf(row, this.#settings);
    const found = this.#keys.find(row, keys);
    const window =
      startMs === null ? null : mergeSessions(found?.value ?? [], { startMs, endMs: startMs + this.#gapMs });
    if (window === null || (attribute === 'rowtime' && this.#isOver(window.endMs))) {
      this.context.metrics.numLateRecordsDropped += 1;
      return;
    }
    const entry = found ?? this.#keys.insert(row, keys, []);
    const countBefore = entry.value.length;
    const bytesBefore = sessionsBytes(entry.value, handler);
    const session = this.#open(entry, window);
    if (isAccumulate(kind)) {
      handler.accumulate(session.accumulators, row, this.context.eval);
      session.rowCount += 1;
    } else {
      assert(retract, 'a window aggregate planned for insert-only input gets no retraction');
      handler.retract(session.accumulators, row, this.context.eval);
      session.rowCount -= 1;
    }
    const bytes = sessionsBytes(entry.value, handler);
    this.#keys.grow(entry, 0, entry.value.length - countBefore, bytes - bytesBefore);
    this.#keys.touch(entry);
  }

  override snapshot(): OperatorSnapshot {
    const { handler } = this.#settings;
    const windows: Value[] = [];
    // Sessions of several keys that end together are sent in the order of their timers.
    const timers = this.#timersOf().pending();
    const ranks = new Map(timers.map(({ tag }, rank) => [tag, rank]));
    const rankOf = (session: Session): number => present(ranks.get(session), 'timer of a session');
    for (const { key, value, updatedMs } of this.#keys.entries()) {
      windows.push([
        key,
        value.map((s) => [s.startMs, s.endMs, handler.encode(s.accumulators), s.rowCount, rankOf(s)]),
        updatedMs,
      ]);
    }
    return { versions: stateVersions(this.describeState()), states: { windows } };
  }

  override restore(snapshot: OperatorSnapshot): void {
    assertVersions(this.describeState(), snapshot);
    const ranked: { readonly rank: number; readonly session: Session }[] = [];
    for (const saved of listed(snapshot.states.windows)) {
      const [key, sessions, updatedMs] = saved as [Row, [number, number, Value, number, number][], number];
      const owner = this.#keys.restoreEntry(key, [], updatedMs);
      let lastEndMs = Number.NEGATIVE_INFINITY;
      for (const [startMs, endMs, accumulators, rowCount, rank] of sessions) {
        assert(startMs > lastEndMs, 'open sessions of a key neither overlap nor touch');
        lastEndMs = endMs;
        const decoded = this.#settings.handler.decode(accumulators);
        const session: Session = { startMs, endMs, accumulators: decoded, rowCount, owner };
        owner.value.push(session);
        ranked.push({ rank, session });
      }
      this.#keys.grow(owner, 0, owner.value.length, sessionsBytes(owner.value, this.#settings.handler));
    }
    for (const { session } of ranked.sort((a, b) => a.rank - b.rank)) this.#register(session);
  }

  override describeState(): readonly StateDescriptor[] {
    const { resultSchema, properties } = this.#settings;
    const calls = resultSchema.slice(0, resultSchema.length - properties.length);
    return [
      {
        name: 'windows',
        kind: 'map',
        keySchema: windowKeySchema(this.#settings),
        valueSchema: [...calls, { name: 'row_count', type: { kind: 'BIGINT', nullable: false } }],
        ttlMs: 0,
        bound: 'Open sessions per key; one goes when time has passed its end.',
        version: 3,
      },
    ];
  }

  override inspectState(): InspectedState {
    return this.#state;
  }

  /** Puts the merged session in the place of those it touches; the first of them takes the others in. */
  #open(entry: StateEntry<Session[]>, { startMs, endMs, absorbed }: SessionMerge<Session>): Session {
    const { handler } = this.#settings;
    const [first, ...others] = absorbed;
    if (first !== undefined && others.length === 0 && first.startMs === startMs && first.endMs === endMs) return first;
    for (const session of absorbed) this.#timersOf().cancel(this.#endTimerMs(session.endMs), session);
    const session: Session = first ?? { startMs, endMs, accumulators: handler.create(), rowCount: 0, owner: entry };
    session.startMs = startMs;
    session.endMs = endMs;
    for (const other of others) {
      handler.merge(session.accumulators, other.accumulators);
      session.rowCount += other.rowCount;
    }
    entry.value = replaceSessions(entry.value, absorbed, session);
    this.#register(session);
    return session;
  }

  #timersOf(): TimerService<Session> {
    return present(this.#timers, 'timers of a session');
  }

  #endTimerMs(endMs: number): number {
    return this.#settings.zone.timerMs(endMs - 1);
  }

  #isOver(endMs: number): boolean {
    return this.#endTimerMs(endMs) <= this.context.currentWatermarkMs();
  }

  #register(session: Session): void {
    this.#timersOf().register(this.#endTimerMs(session.endMs), session);
  }

  #fire(session: Session): void {
    const { owner, startMs, endMs, accumulators, rowCount } = session;
    owner.value = owner.value.filter((each) => each !== session);
    this.#keys.grow(owner, 0, -1, -sessionsBytes([session], this.#settings.handler));
    if (owner.value.length === 0) this.#keys.delete(owner);
    emitResult({ startMs, endMs, sent: null }, owner.key, accumulators, rowCount, this.#settings, this.output);
  }
}
