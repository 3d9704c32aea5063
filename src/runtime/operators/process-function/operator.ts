/**
 * A process function: the rows of each key, one after the other, through user code with state and timers.
 * Flink: `ProcessSetTableOperator`, `ProcessTableFunction`.
 *
 *   row ──> onRow(row, cx) ──> [key, columns of emit, time of the row]
 *   watermark or clock ──> timers due ──> onTimer(timer, cx) ──> [key, columns of emit, time of the timer]
 *
 * Late rows go through as all others do (unless ORDER BY sorts them). Rows see the watermark that stood before
 * them, timers the one that fires them; the watermark goes on after its timers. What a call emits is sent on
 * when the call has come back, so user code never sees, catches or repeats what happens downstream.
 *
 * State: the declared tables, the timers, and with ORDER BY the rows that wait.
 */
import { assert, present } from '../../base/assert.ts';
import { RunError } from '../../base/diagnostic.ts';
import type { LogicalType, Schema } from '../../data/logical-type.ts';
import { RowKind } from '../../data/row-kind.ts';
import type { Row, Value } from '../../data/value.ts';
import type {
  InspectedState,
  OperatorContext,
  OperatorSnapshot,
  RowInput,
  SnapshotForm,
  StateDescriptor,
} from '../../engine/operator.ts';
import { assertVersions, OperatorBase, stateVersions } from '../../engine/operator-base.ts';
import type { OperatorFactory, OperatorShape } from '../../engine/operator-factory.ts';
import type { ProcessCall } from '../../sql/2-bind/rel.ts';
import { uniqueNames } from '../../sql/2-bind/rel-tools.ts';
import { compileProjection } from '../../sql/4-codegen/compile-calc.ts';
import { compileComparator } from '../../sql/4-codegen/compile-comparator.ts';
import { rowText, type UserCode } from '../../udf/user-code.ts';
import { type RowFromUser, rowFromUser } from '../../udf/values-from-user.ts';
import { type RowToUser, rowToUser } from '../../udf/values-to-user.ts';
import { type NamedTimer, NamedTimers } from './named-timers.ts';
import { SortedRows } from './sorted-rows.ts';
import { type StateTable, stateTable } from './state-table.ts';
import { type ContextHost, type TimerMaker, timerMaker, userContext } from './user-context.ts';

/** The latest time that a `Date` can be: what stands for the watermark at the end of the input. */
const END_OF_TIME_MS = 8_640_000_000_000_000;
/** Timers that may be set after the end of the input: beyond it a function sets them for ever. */
const TIMERS_AFTER_END_MAX = 1_000_000;
/** Timers that calls of timers may set for a time that has come already, within one turn: the clock stands there. */
const TIMERS_AT_ONCE_MAX = 100_000;

/** Settings of a process function. */
export interface ProcessFunctionSettings {
  readonly call: ProcessCall;
  readonly code: UserCode;
  readonly input: Schema;
  readonly timeZone: string;
}

/** Runs a process function. */
export class ProcessFunctionOperator extends OperatorBase implements RowInput, ContextHost {
  readonly inputs = [this];
  readonly #settings: ProcessFunctionSettings;
  readonly #keySchema: Schema;
  readonly #visible: Schema;
  readonly #tables: readonly StateTable[];
  readonly #timers: NamedTimers;
  readonly #sorted: SortedRows | null;
  /** Names of all states: the tables', then those of timers and waiting rows. */
  readonly #stateNames: readonly string[];
  readonly #toRow: RowToUser;
  readonly #toKey: RowToUser;
  readonly #fromRow: RowFromUser;
  readonly #makeTimer: TimerMaker;
  readonly #onRow: (row: object, cx: object) => void;
  readonly #onTimer: ((timer: object, cx: object) => void) | null;
  #cx: object | null = null;

  // What the call under way sees.
  #key: Row = [];
  #keyObject: object | null = null;
  #timeMs: number | null = null;
  #shownWatermarkMs = Number.NEGATIVE_INFINITY;
  /** The watermark before the one that is being worked off: what sorted rows see. */
  #previousWatermarkMs = Number.NEGATIVE_INFINITY;
  #emitted: Row[] = [];
  #timersAfterEnd = 0;
  #isInTimer = false;
  /** Timers set at once by timers, and the time of the turn they were set in. */
  #timersAtOnce = { count: 0, nowMs: 0 };

  constructor(settings: ProcessFunctionSettings) {
    super();
    this.#settings = settings;
    const { call, code, input } = settings;
    const { declaration } = call;
    const { realm, name } = code;
    this.#keySchema = call.partitionBy.map((c) => present(input[c], 'column of a partition key'));
    this.#visible = call.columns.map((c) => ({ name: c.name, type: c.type }));
    const tableOf = (s: (typeof declaration.states)[number]): StateTable => stateTable(s, this.#keySchema, name, realm);
    this.#tables = declaration.states.map(tableOf);
    this.#timers = new NamedTimers(this.#keySchema, timerTimeType(call, input));
    this.#sorted = call.orderBy.length === 0 ? null : new SortedRows(orderOfEqualTimes(call, input), call.partitionBy);
    const own = this.#sorted === null ? ['timers'] : ['timers', 'waiting rows'];
    this.#stateNames = uniqueNames([...declaration.states.map((s) => s.name), ...own]);
    const positions = call.columns.map((c) => c.index);
    this.#toRow = rowToUser(this.#visible, realm, positions);
    this.#toKey = rowToUser(this.#keySchema, realm);
    this.#fromRow = rowFromUser(declaration.returns, `a row of ${name}`);
    this.#makeTimer = timerMaker(realm);
    this.#onRow = present(code.member('onRow'), 'onRow of a process function');
    this.#onTimer = code.member('onTimer');
  }

  override open(context: OperatorContext): void {
    super.open(context);
    const { call, code } = this.#settings;
    const nowMs = (): number => context.eval.currentTimeMs();
    this.#tables.forEach((table, i) => {
      table.open(call.declaration.states[i]?.ttlMs || context.stateTtlMs, nowMs);
    });
    // First, so that rows of a watermark go before its timers.
    this.#sorted?.open(context, (row) => this.#handleRow(row, this.#previousWatermarkMs));
    this.#timers.open(context, (timer) => this.#handleTimer(timer));
    const args = compileProjection(call.args, [])([], context.eval);
    const toArgs = rowToUser(call.declaration.args, code.realm);
    const handles = this.#tables.map(({ kind, host }, i) => ({
      name: present(call.declaration.states[i], 'declaration of a state').name,
      kind,
      host,
    }));
    this.#cx = userContext(code.realm, this, handles, toArgs(args));
  }

  processRow(kind: RowKind, row: Row): void {
    assert(kind === RowKind.Insert, 'a process function is planned for insert-only input');
    const first = this.#settings.call.orderBy[0];
    if (this.#sorted === null || first === undefined) {
      this.#handleRow(row, this.context.currentWatermarkMs());
      return;
    }
    const timeMs = row[first.index];
    if (typeof timeMs !== 'number' || timeMs <= this.context.currentWatermarkMs()) {
      this.context.metrics.numLateRecordsDropped += 1;
      return;
    }
    this.#sorted.add(row, timeMs);
  }

  override processWatermark(timeMs: number): void {
    this.#previousWatermarkMs = timeMs;
  }

  // ---------------------------------------------------------------- calls of user code

  #handleRow(row: Row, watermarkMs: number): void {
    const { call, code, timeZone } = this.#settings;
    this.#select(call.partitionBy.map((c) => row[c] as Value));
    // As in Flink, rows that are sorted by time have one even without `on_time`.
    const timeColumn = call.onTime ?? call.orderBy[0]?.index;
    this.#timeMs = timeColumn === undefined ? null : this.#timeOf(row, timeColumn);
    this.#shownWatermarkMs = watermarkMs;
    code.enter();
    try {
      this.#onRow(this.#toRow(row), present(this.#cx, 'context of an open operator'));
    } catch (error) {
      this.#emitted = [];
      const seen = call.columns.map((c) => row[c.index] ?? null);
      throw code.failure(error, `the row ${rowText(this.#visible, seen, timeZone)}`);
    } finally {
      code.leave();
    }
    this.#send(this.#timeMs);
  }

  #handleTimer(timer: NamedTimer): void {
    const { code, timeZone } = this.#settings;
    this.#select(timer.key);
    const watermarkMs = this.context.currentWatermarkMs();
    this.#shownWatermarkMs = watermarkMs;
    // A timer of the clock has no event time: its rows come right behind the watermark, so that they are not late.
    const behind = Number.isFinite(watermarkMs) ? watermarkMs + 1 : 0;
    this.#timeMs = timer.kind === 'event' ? timer.timeMs : behind;
    const onTimer = present(this.#onTimer, 'onTimer of a function that has set a timer');
    this.#isInTimer = true;
    code.enter();
    try {
      const made = this.#makeTimer(timer.name, timer.timeMs, timer.kind);
      onTimer(made, present(this.#cx, 'context of an open operator'));
    } catch (error) {
      this.#emitted = [];
      throw code.failure(error, `timer ${timer.name} of the key ${rowText(this.#keySchema, timer.key, timeZone)}`);
    } finally {
      code.leave();
      this.#isInTimer = false;
    }
    this.#send(this.#timeMs);
  }

  #select(key: Row): void {
    this.#key = key;
    this.#keyObject = null;
    for (const table of this.#tables) table.select(key);
  }

  #send(timeMs: number | null): void {
    if (this.#emitted.length === 0) return;
    const rows = this.#emitted;
    this.#emitted = [];
    const key = this.#key;
    for (const row of rows) {
      this.output.processRow(
        RowKind.Insert,
        this.#settings.call.onTime === null ? key.concat(row) : [...key, ...row, timeMs],
      );
    }
  }

  /** Flink gives rows of a processing-time attribute the time 0. */
  #timeOf(row: Row, column: number): number {
    const value = row[column];
    return typeof value === 'number' && !isProctime(this.#settings.input[column]?.type) ? value : 0;
  }

  // ---------------------------------------------------------------- what the context asks

  key(): object {
    this.#keyObject ??= this.#toKey(this.#key);
    return this.#keyObject;
  }

  timeMs(): number | null {
    return this.#timeMs;
  }

  watermarkMs(): number | null {
    if (this.#shownWatermarkMs === Number.NEGATIVE_INFINITY) return null;
    return Math.min(this.#shownWatermarkMs, END_OF_TIME_MS);
  }

  nowMs(): number {
    return this.context.eval.currentTimeMs();
  }

  emit(row: unknown): void {
    this.#emitted.push(this.#fromRow(row));
  }

  register(kind: 'event' | 'processing', name: string, timeMs: number): void {
    const { code } = this.#settings;
    if (this.#onTimer === null)
      throw new TypeError(`${code.name} sets the timer ${name}, but it has no onTimer to call`);
    // Calls for rows that waited for the end of the input are as many as the rows.
    if (this.#isInTimer && this.context.currentWatermarkMs() === Number.POSITIVE_INFINITY) {
      this.#timersAfterEnd += 1;
      if (this.#timersAfterEnd > TIMERS_AFTER_END_MAX)
        throw new RunError(
          'run/endless-timers',
          `${code.name} has set ${TIMERS_AFTER_END_MAX} timers after the end of its input, each in the call of another: the job would never end.`,
          'java.lang.RuntimeException',
          'Set no further timer where cx.watermark is at the end of time.',
        );
    }
    if (this.#isInTimer && kind === 'processing' && timeMs <= this.nowMs()) this.#countAtOnce();
    this.#timers.register({ key: this.#key, kind, name, timeMs });
  }

  /** A timer that sets itself again for now would be called for ever, and the turn would never end. */
  #countAtOnce(): void {
    const nowMs = this.nowMs();
    const before = this.#timersAtOnce;
    this.#timersAtOnce = { count: before.nowMs === nowMs ? before.count + 1 : 1, nowMs };
    if (this.#timersAtOnce.count > TIMERS_AT_ONCE_MAX)
      throw new RunError(
        'run/endless-timers',
        `${this.#settings.code.name} has set ${TIMERS_AT_ONCE_MAX} timers for a time that had come already, each in the call of another: they would never end.`,
        'java.lang.RuntimeException',
        'Set the next timer after cx.now.',
      );
  }

  clearTimer(name: string): void {
    this.#timers.clear(this.#key, name);
  }

  clearAllTimers(): void {
    this.#timers.clearAll(this.#key);
  }

  clearAllState(): void {
    for (const table of this.#tables) table.clear();
  }

  // ---------------------------------------------------------------- state

  override describeState(): readonly StateDescriptor[] {
    const nameAt = (index: number): string => present(this.#stateNames[index], 'name of a state');
    const count = this.#tables.length;
    const described = this.#tables.map((table, i) => table.describe(nameAt(i)));
    described.push(this.#timers.describe(nameAt(count)));
    if (this.#sorted !== null)
      described.push(this.#sorted.describe(nameAt(count + 1), this.#keySchema, this.#settings.input));
    return described;
  }

  override inspectState(name: string): InspectedState {
    return present(this.#stateNamed(name), 'a state that is described').inspected;
  }

  override snapshot(form?: SnapshotForm): OperatorSnapshot {
    const states = this.#stateNames.map((name) => [name, this.#stateNamed(name)?.snapshot(form) ?? []] as const);
    return { versions: stateVersions(this.describeState()), states: Object.fromEntries(states) };
  }

  override restore(snapshot: OperatorSnapshot): void {
    assertVersions(this.describeState(), snapshot);
    for (const name of this.#stateNames) this.#stateNamed(name)?.restore(present(snapshot.states[name], 'state'));
    this.#previousWatermarkMs = this.context.currentWatermarkMs();
  }

  #stateNamed(name: string): StateTable | NamedTimers | SortedRows | null {
    const index = this.#stateNames.indexOf(name);
    assert(index !== -1, `there is no state named ${name}`);
    if (index < this.#tables.length) return this.#tables[index] ?? null;
    return index === this.#tables.length ? this.#timers : this.#sorted;
  }
}

function isProctime(type: LogicalType | undefined): boolean {
  return type !== undefined && 'timeAttribute' in type && type.timeAttribute === 'proctime';
}

/** Times of timers read as those of the rows; without event time they are instants. */
function timerTimeType({ onTime }: ProcessCall, input: Schema): LogicalType {
  const type = onTime === null ? undefined : input[onTime]?.type;
  if (type?.kind !== 'TIMESTAMP') return NamedTimers.instant;
  return { kind: 'TIMESTAMP', nullable: false, precision: type.precision };
}

function orderOfEqualTimes({ orderBy }: ProcessCall, input: Schema): ReturnType<typeof compileComparator> | null {
  return orderBy.length < 2 ? null : compileComparator(orderBy.slice(1), input);
}

/** Runtime of `process-function`. */
export const processFunctionFactory: OperatorFactory<'process-function'> = {
  kind: 'process-function',
  create: ({ call }, shape) => new ProcessFunctionOperator(settingsOf(call, shape)),
};

function settingsOf(call: ProcessCall, shape: OperatorShape): ProcessFunctionSettings {
  return {
    call,
    code: shape.userCode(call.user),
    input: present(shape.inputs[0], 'input of a process function'),
    timeZone: shape.timeZone,
  };
}
