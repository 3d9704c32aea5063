/**
 * Aggregation over SESSION windows. Flink: `UnslicingWindowOperator` with `MergingWindowSet` and
 * `SessionWindowAssigner`.
 *
 * A session of a key grows with every row that comes within the gap of it; a row between two sessions
 * joins them, and their accumulators (`engine/session-windows.ts`). A row is late when its own session,
 * after merging, would already have fired.
 *
 * State: open sessions per key until the watermark passes their end. Cost: key look-up, and a walk over
 * the key's open sessions (few).
 */
import { assert, present } from '../../base/assert.ts';
import { RunError } from '../../base/diagnostic.ts';
import { BOX_BYTES, LIST_BYTES, objectBytes, SLOT_BYTES } from '../../data/memory-size.ts';
import { isAccumulate, RowKind } from '../../data/row-kind.ts';
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
import type { TimeWindow } from '../../engine/time-windows.ts';
import { type Accumulators, type AggregateHandler, accumulatorsBytes } from '../../sql/4-codegen/compiled.ts';
import { inspectLists } from '../../state/inspect.ts';
import { KeyedState } from '../../state/keyed-state.ts';
import type { StateEntry } from '../../state/state-entry.ts';
import { fireTimeMs, type WindowAggregateSettings, windowResult, windowStateDescriptor } from './window-result.ts';

/** An open session. */
interface Session extends TimeWindow {
  startMs: number;
  endMs: number;
  accumulators: Accumulators;
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
export class SessionWindowAggregateOperator extends OperatorBase implements RowInput {
  readonly inputs = [this];
  readonly #settings: WindowAggregateSettings;
  readonly #gapMs: number;
  readonly #keys: KeyedState<Session[]>;
  readonly #state: InspectedState;
  #timers: TimerService<Session> | null = null;

  constructor(settings: WindowAggregateSettings, gapMs: number) {
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
    const { attribute, timeColumn, zone, keys, handler, retract } = this.#settings;
    const time = attribute === 'proctime' ? this.context.eval.currentTimeMs() : row[timeColumn];
    if (time === null || time === undefined) {
      const message = 'RowTime field should not be null, please convert it to a non-null long value.';
      throw new RunError('run/null-rowtime', message, 'java.lang.RuntimeException');
    }
    assert(typeof time === 'number', 'a time attribute has at most millisecond precision');
    const startMs = zone.toLocal(time);
    const found = this.#keys.find(row, keys);
    const merge = mergeSessions(found?.value ?? [], { startMs, endMs: startMs + this.#gapMs });
    if (attribute === 'rowtime' && this.context.currentWatermarkMs() >= fireTimeMs(merge.endMs, zone)) {
      this.context.metrics.numLateRecordsDropped += 1;
      return;
    }
    const entry = found ?? this.#keys.insert(row, keys, []);
    const countBefore = entry.value.length;
    const bytesBefore = sessionsBytes(entry.value, handler);
    const session = this.#apply(entry, merge);
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
    const windows: Value[] = [];
    // Sessions of several keys that end together are sent in the order of their timers.
    const ranks = new Map(
      present(this.#timers, 'timers of a session')
        .pending()
        .map(({ tag }, rank) => [tag, rank]),
    );
    for (const { key, value, updatedMs } of this.#keys.entries()) {
      windows.push([
        key,
        value.map((session) => [
          session.startMs,
          session.endMs,
          this.#settings.handler.encode(session.accumulators),
          session.rowCount,
          present(ranks.get(session), 'timer of a session'),
        ]),
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
        assert(startMs > lastEndMs, 'open sessions of a key never overlap nor touch');
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
    return [windowStateDescriptor(this.#settings, 'Open sessions per key; one goes when time has passed its end.')];
  }

  override inspectState(): InspectedState {
    return this.#state;
  }

  /** Puts the merged session in place of the absorbed ones, which keep the first one's accumulators. */
  #apply(entry: StateEntry<Session[]>, { startMs, endMs, absorbed }: SessionMerge<Session>): Session {
    const { handler } = this.#settings;
    const [first, ...others] = absorbed;
    if (first !== undefined && others.length === 0 && first.startMs === startMs && first.endMs === endMs) return first;
    for (const session of absorbed) this.#unregister(session);
    const merged: Session = first ?? { startMs, endMs, accumulators: handler.create(), rowCount: 0, owner: entry };
    merged.startMs = startMs;
    merged.endMs = endMs;
    for (const other of others) {
      handler.merge(merged.accumulators, other.accumulators);
      merged.rowCount += other.rowCount;
    }
    entry.value = replaceSessions(entry.value, absorbed, merged);
    this.#register(merged);
    return merged;
  }

  #register(session: Session): void {
    present(this.#timers, 'timers of a session').register(fireTimeMs(session.endMs, this.#settings.zone), session);
  }

  #unregister(session: Session): void {
    present(this.#timers, 'timers of a session').cancel(fireTimeMs(session.endMs, this.#settings.zone), session);
  }

  #fire(session: Session): void {
    const { owner } = session;
    owner.value = owner.value.filter((other) => other !== session);
    this.#keys.grow(owner, 0, -1, -sessionsBytes([session], this.#settings.handler));
    if (owner.value.length === 0) this.#keys.delete(owner);
    if (session.rowCount <= 0) return;
    const values = this.#settings.handler.values(session.accumulators);
    this.output.processRow(RowKind.Insert, windowResult(this.#settings, owner.key, values, session));
  }
}
