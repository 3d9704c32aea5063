/**
 * Aggregation over SESSION windows. Flink: `UnslicingWindowOperator` with `MergingWindowSet` and
 * `SessionWindowAssigner`.
 *
 * A session of a key grows with every row that comes within the gap of it; a row between two sessions
 * joins them, and their accumulators:
 *
 *   [10 ── 20)      [25 ── 35)          gap 10
 *            row 17 → [17, 27)
 *   [10 ────────────────── 35)
 *
 * Rows exactly one gap apart belong together (flink-semantics #26): windows that touch merge.
 * Invariant: open sessions of a key never overlap nor touch. A row is late when its own session,
 * after merging, would already have fired.
 *
 * State: open sessions per key until the watermark passes their end. Cost: key look-up, and a walk over
 * the key's open sessions (few).
 */
import { assert, present } from '../../base/assert.ts';
import { RunError } from '../../base/diagnostic.ts';
import { isAccumulate, RowKind } from '../../data/row-kind.ts';
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
import type { TimeWindow } from '../../engine/time-windows.ts';
import type { Accumulators } from '../../sql/4-codegen/compiled.ts';
import { KeyedState, type StateEntry } from '../../state/keyed-state.ts';
import { pageOf } from '../../state/state-page.ts';
import { fireTimeMs, type WindowAggregateSettings, windowResult, windowStateDescriptor } from './window-result.ts';

/** An open session. */
interface Session extends TimeWindow {
  startMs: number;
  endMs: number;
  accumulators: Accumulators;
  rowCount: number;
  readonly owner: StateEntry<Session[]>;
}

/** What adding a window does to open sessions. */
export interface MergePlan<W extends TimeWindow> {
  /** Sessions that the new window overlaps or touches, oldest first. */
  readonly absorbed: readonly W[];
  readonly merged: TimeWindow;
}

/** Plans the merge of `added` into sessions sorted by start that neither overlap nor touch. */
export function mergeSessions<W extends TimeWindow>(open: readonly W[], added: TimeWindow): MergePlan<W> {
  const absorbed = open.filter((session) => session.startMs <= added.endMs && session.endMs >= added.startMs);
  const merged = {
    startMs: Math.min(added.startMs, ...absorbed.map((session) => session.startMs)),
    endMs: Math.max(added.endMs, ...absorbed.map((session) => session.endMs)),
  };
  return { absorbed, merged };
}

/** Aggregates per key and session. */
export class SessionWindowAggregateOperator extends OperatorBase implements RowInput {
  readonly inputs = [this];
  readonly #settings: WindowAggregateSettings;
  readonly #gapMs: number;
  readonly #keys: KeyedState<Session[]>;
  #timers: TimerService<Session> | null = null;

  constructor(settings: WindowAggregateSettings, gapMs: number) {
    super();
    assert(gapMs > 0, 'a session has a gap');
    this.#settings = settings;
    this.#gapMs = gapMs;
    this.#keys = new KeyedState(settings.keySchema);
  }

  override open(context: OperatorContext): void {
    super.open(context);
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
    const plan = mergeSessions(found?.value ?? [], { startMs, endMs: startMs + this.#gapMs });
    if (attribute === 'rowtime' && this.context.currentWatermarkMs() >= fireTimeMs(plan.merged.endMs, zone)) {
      this.context.metrics.numLateRecordsDropped += 1;
      return;
    }
    const entry = found ?? this.#keys.insert(row, keys, []);
    const session = this.#apply(entry, plan);
    if (isAccumulate(kind)) {
      handler.accumulate(session.accumulators, row, this.context.eval);
      session.rowCount += 1;
    } else {
      assert(retract, 'a window aggregate planned for insert-only input gets no retraction');
      handler.retract(session.accumulators, row, this.context.eval);
      session.rowCount -= 1;
    }
  }

  override snapshot(): OperatorSnapshot {
    const windows: Value[] = [];
    for (const { key, value } of this.#keys.entries()) {
      windows.push([
        key,
        value.map((session) => [
          session.startMs,
          session.endMs,
          this.#settings.handler.encode(session.accumulators),
          session.rowCount,
        ]),
      ]);
    }
    return { versions: stateVersions(this.describeState()), states: { windows } };
  }

  override restore(snapshot: OperatorSnapshot): void {
    assertVersions(this.describeState(), snapshot);
    for (const saved of snapshot.states.windows ?? []) {
      const [key, sessions] = saved as [Row, [number, number, Value, number][]];
      const owner = this.#keys.restoreEntry(key, [], 0);
      let lastEndMs = Number.NEGATIVE_INFINITY;
      for (const [startMs, endMs, accumulators, rowCount] of sessions) {
        assert(startMs > lastEndMs, 'open sessions of a key never overlap nor touch');
        lastEndMs = endMs;
        const decoded = this.#settings.handler.decode(accumulators);
        const session: Session = { startMs, endMs, accumulators: decoded, rowCount, owner };
        owner.value.push(session);
        this.#register(session);
      }
    }
  }

  override describeState(): readonly StateDescriptor[] {
    return [
      windowStateDescriptor(this.#settings, 'Open sessions per key; one goes when the watermark passes its end.'),
    ];
  }

  override listState(_name: string, query: StateQuery): StatePage {
    return pageOf(this.#listed(), query);
  }

  *#listed(): IterableIterator<{ key: Row; value: Row; updatedMs: null }> {
    for (const { key, value } of this.#keys.entries()) {
      for (const session of value) {
        const values = this.#settings.handler.values(session.accumulators);
        yield { key: [...key, session.startMs, session.endMs], value: [...values, session.rowCount], updatedMs: null };
      }
    }
  }

  /** Puts the merged session in place of the absorbed ones, which keep the first one's accumulators. */
  #apply(entry: StateEntry<Session[]>, plan: MergePlan<Session>): Session {
    const { handler } = this.#settings;
    const [first, ...others] = plan.absorbed;
    const isSame = first !== undefined && others.length === 0 && first.endMs === plan.merged.endMs;
    if (isSame && first.startMs === plan.merged.startMs) return first;
    for (const session of plan.absorbed) this.#unregister(session);
    const merged: Session = first ?? {
      ...plan.merged,
      accumulators: handler.create(),
      rowCount: 0,
      owner: entry,
    };
    merged.startMs = plan.merged.startMs;
    merged.endMs = plan.merged.endMs;
    for (const other of others) {
      handler.merge(merged.accumulators, other.accumulators);
      merged.rowCount += other.rowCount;
    }
    const sessions = entry.value.filter((session) => !plan.absorbed.includes(session));
    const at = sessions.findIndex((session) => session.startMs > merged.startMs);
    sessions.splice(at === -1 ? sessions.length : at, 0, merged);
    entry.value = sessions;
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
    if (owner.value.length === 0) this.#keys.delete(owner);
    if (session.rowCount <= 0) return;
    const values = this.#settings.handler.values(session.accumulators);
    this.output.processRow(RowKind.Insert, windowResult(this.#settings, owner.key, values, session));
  }
}
