/**
 * MATCH_RECOGNIZE: finds patterns in the rows of each partition, in order of time. Flink: `CepOperator`.
 *
 *   row ──> pending[key][time] ──watermark──> sorted rows ──> runs of the pattern ──> +I measures
 *
 * Rows at or before the watermark are late and dropped. When a time is reached, all rows of the key up
 * to the watermark are worked off, in order of time, then of the further ORDER BY columns, then of
 * arrival. By processing time rows are worked off as they come.
 *
 * State: pending rows until the watermark, and the rows of open runs; only WITHIN bounds the latter.
 */
import { assert, present } from '../../base/assert.ts';
import type { Schema } from '../../data/logical-type.ts';
import { objectBytes } from '../../data/memory-size.ts';
import { RowKind } from '../../data/row-kind.ts';
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
import type { OperatorFactory } from '../../engine/operator-factory.ts';
import { rowtimeMs } from '../../engine/row-time.ts';
import { compileComparator } from '../../sql/4-codegen/compile-comparator.ts';
import type { RowComparator } from '../../sql/4-codegen/compiled.ts';
import { inspectLists } from '../../state/inspect.ts';
import { KeyedState } from '../../state/keyed-state.ts';
import { PendingRows } from '../../state/pending-rows.ts';
import type { StateEntry } from '../../state/state-entry.ts';
import { compileDefine, compileMeasure, type MatchEvaluator, type MatchedRows } from './pattern-rows.ts';
import {
  advance,
  advanceTime,
  decodeRuns,
  encodeRuns,
  type Matcher,
  noRuns,
  openRows,
  type RunFigures,
  type Runs,
  runFigures,
} from './pattern-run.ts';
import { compilePattern } from './pattern-states.ts';

/** Settings of a pattern match. */
export interface MatchSettings {
  readonly keys: readonly number[];
  readonly keySchema: Schema;
  readonly inputSchema: Schema;
  readonly attribute: 'rowtime' | 'proctime';
  readonly timeColumn: number;
  /** Order of rows with the same time; null: of arrival. */
  readonly compareEqualTimes: RowComparator | null;
  readonly matcher: Matcher;
  readonly measures: readonly MatchEvaluator[];
}

/** Rows and runs of one partition. */
interface Partition {
  readonly pending: PendingRows;
  readonly runs: Runs;
  /** Figures of the runs, as they were counted last. */
  runFigures: RunFigures;
}

type PartitionEntry = StateEntry<Partition>;

/** Matches a pattern per partition. */
export class MatchOperator extends OperatorBase implements RowInput {
  readonly inputs = [this];
  readonly #settings: MatchSettings;
  readonly #partitions: KeyedState<Partition>;
  readonly #states: Readonly<Record<'runs' | 'pending', InspectedState>>;
  #timers: TimerService<PartitionEntry> | null = null;

  constructor(settings: MatchSettings) {
    super();
    this.#settings = settings;
    // The state TTL does not apply to patterns in Flink either.
    this.#partitions = new KeyedState<Partition>(settings.keySchema, undefined, {
      count: ({ runFigures, pending }, list) => (list === 0 ? runFigures.rowCount : pending.count),
      bytes: ({ runFigures, pending }, list) => (list === 0 ? objectBytes(3) + runFigures.bytes : pending.bytes),
    });
    this.#states = {
      runs: inspectLists(() => this.#partitions, 0, {
        items: ({ runs }) => openRows(settings.matcher, runs),
        countOf: (partition) => partition.runFigures.rowCount,
        value: ({ run, variable, row }) => [run, variable, ...row],
      }),
      pending: inspectLists(() => this.#partitions, 1, {
        items: ({ pending }) => pending.rows(),
        countOf: ({ pending }) => pending.count,
        value: (row) => row,
      }),
    };
  }

  override open(context: OperatorContext): void {
    super.open(context);
    this.#partitions.open({ ttlMs: 0, nowMs: () => context.eval.currentTimeMs() });
    if (this.#settings.attribute === 'rowtime') {
      this.#timers = context.eventTimers<PartitionEntry>(({ tag }) => this.#workOff(tag, context.currentWatermarkMs()));
    } else {
      this.#timers = context.processingTimers<PartitionEntry>(({ tag, timeMs }) => this.#workOff(tag, timeMs));
    }
  }

  processRow(kind: RowKind, row: Row): void {
    assert(kind === RowKind.Insert, 'MATCH_RECOGNIZE takes no updates');
    const { keys, attribute, timeColumn, compareEqualTimes } = this.#settings;
    const byRow = attribute === 'rowtime';
    const timeMs = byRow ? rowtimeMs(row, timeColumn) : this.context.eval.currentTimeMs();
    if (byRow && timeMs <= this.context.currentWatermarkMs()) {
      this.context.metrics.numLateRecordsDropped += 1;
      return;
    }
    const entry = this.#partitions.find(row, keys) ?? this.#partitions.insert(row, keys, newPartition(noRuns(), []));
    this.#partitions.touch(entry);
    if (!byRow && compareEqualTimes === null) {
      this.#emit(entry, advanceTime(this.#settings.matcher, entry.value.runs, timeMs));
      this.#processInOrder(entry, row, timeMs);
      this.#dropIfIdle(entry);
      return;
    }
    const { pending } = entry.value;
    const bytes = pending.bytes;
    if (pending.add(timeMs, row)) this.#register(timeMs, entry);
    this.#partitions.grow(entry, 1, 1, pending.bytes - bytes);
  }

  override snapshot(): OperatorSnapshot {
    const positions = new Map<PartitionEntry, number>();
    const partitions: Value[] = [];
    for (const entry of this.#partitions.entries()) {
      positions.set(entry, partitions.length);
      partitions.push([entry.key, encodeRuns(entry.value.runs), entry.updatedMs, [...entry.value.pending.times()]]);
    }
    const pending: Value[] = [];
    for (const { timeMs, tag } of present(this.#timers, 'timers of a match').pending()) {
      const position = positions.get(tag);
      if (position !== undefined) pending.push([position, timeMs, [...(tag.value.pending.at(timeMs) ?? [])]]);
    }
    return { versions: stateVersions(this.describeState()), states: { runs: partitions, pending } };
  }

  override restore(snapshot: OperatorSnapshot): void {
    assertVersions(this.describeState(), snapshot);
    const entries = listed(snapshot.states.runs).map((saved) => {
      const [key, runs, updatedMs, times] = saved as unknown as [Row, Value, number, number[]];
      return this.#partitions.restoreEntry(key, newPartition(decodeRuns(runs), times), updatedMs);
    });
    for (const saved of listed(snapshot.states.pending)) {
      const [position, timeMs, rows] = saved as [number, number, Row[]];
      const entry = present(entries[position], 'partition of pending rows');
      const { pending } = entry.value;
      const bytes = pending.bytes;
      for (const row of rows) pending.add(timeMs, row);
      this.#partitions.grow(entry, 1, rows.length, pending.bytes - bytes);
      this.#register(timeMs, entry);
    }
  }

  override describeState(): readonly StateDescriptor[] {
    const { keySchema, inputSchema, matcher } = this.#settings;
    const run: Schema = [
      { name: 'run', type: { kind: 'BIGINT', nullable: false } },
      { name: 'variable', type: { kind: 'VARCHAR', nullable: false, length: 2147483647 } },
    ];
    return [
      {
        name: 'runs',
        kind: 'list',
        keySchema,
        valueSchema: [...run, ...inputSchema],
        ttlMs: 0,
        bound:
          matcher.withinMs === 0
            ? 'Rows of open runs; nothing bounds how long a run stays open. WITHIN would.'
            : `Rows of open runs; WITHIN ends a run after ${matcher.withinMs} ms.`,
        version: 2,
      },
      {
        name: 'pending',
        kind: 'list',
        keySchema,
        valueSchema: inputSchema,
        ttlMs: 0,
        bound: 'Rows go when the watermark reaches their time.',
        version: 2,
      },
    ];
  }

  override inspectState(name: string): InspectedState {
    return this.#states[name === 'pending' ? 'pending' : 'runs'];
  }

  /** Counts the runs of a partition anew; matching has looked at each of them anyway. */
  #countRuns(entry: PartitionEntry): void {
    const before = entry.value.runFigures;
    const after = runFigures(entry.value.runs);
    entry.value.runFigures = after;
    this.#partitions.grow(entry, 0, after.rowCount - before.rowCount, after.bytes - before.bytes);
  }

  #register(timeMs: number, entry: PartitionEntry): void {
    present(this.#timers, 'timers of a match').register(timeMs, entry);
  }

  /** Works off everything of a partition up to `untilMs`. */
  #workOff(entry: PartitionEntry, untilMs: number): void {
    if (entry.isDeleted) return;
    const { matcher, compareEqualTimes } = this.#settings;
    const { pending, runs } = entry.value;
    for (const timeMs of [...pending.times()].filter((each) => each <= untilMs).sort((a, b) => a - b)) {
      const bytes = pending.bytes;
      const rows = present(pending.take(timeMs), 'pending rows');
      this.#partitions.grow(entry, 1, -rows.length, pending.bytes - bytes);
      this.#partitions.touch(entry);
      this.#emit(entry, advanceTime(matcher, runs, timeMs));
      if (compareEqualTimes !== null) rows.sort(compareEqualTimes);
      for (const row of rows) this.#processInOrder(entry, row, timeMs);
    }
    if (this.#settings.attribute === 'rowtime') this.#emit(entry, advanceTime(matcher, runs, untilMs));
    this.#dropIfIdle(entry);
  }

  #processInOrder(entry: PartitionEntry, row: Row, timeMs: number): void {
    const { matcher } = this.#settings;
    const { runs } = entry.value;
    this.#emit(entry, advance(matcher, runs, row, timeMs, this.context.eval));
    const newest = runs.open[runs.open.length - 1];
    // A run that has just begun is looked at again when its time is over.
    if (matcher.withinMs > 0 && newest?.firstTimeMs === timeMs) this.#register(timeMs + matcher.withinMs, entry);
  }

  #emit(entry: PartitionEntry, matches: readonly MatchedRows[]): void {
    for (const rows of matches) {
      const measures = this.#settings.measures.map((measure) => measure(rows, this.context.eval));
      this.output.processRow(RowKind.Insert, [...entry.key, ...measures]);
    }
  }

  #dropIfIdle(entry: PartitionEntry): void {
    this.#countRuns(entry);
    const { pending, runs } = entry.value;
    if (pending.count === 0 && runs.open.length === 0 && runs.complete.length === 0) this.#partitions.delete(entry);
  }
}

function newPartition(runs: Runs, times: readonly number[]): Partition {
  return { pending: new PendingRows(times), runs, runFigures: runFigures(runs) };
}

/** Runtime of `match`. */
export const matchFactory: OperatorFactory<'match'> = {
  kind: 'match',
  create({ match, timeColumn, attribute }, shape) {
    const input = present(shape.inputs[0], 'input of a match');
    const states = compilePattern(match.pattern);
    const [, ...further] = match.orderBy;
    return new MatchOperator({
      keys: match.partitionBy,
      keySchema: match.partitionBy.map((key) => present(input[key], 'partition column')),
      inputSchema: input,
      attribute,
      timeColumn,
      compareEqualTimes: further.length === 0 ? null : compileComparator(further, input),
      matcher: {
        states,
        conditions: states.variables.map((name) => {
          const condition = match.define.get(name);
          return condition === undefined ? null : compileDefine(condition, input);
        }),
        afterMatch: match.afterMatch,
        withinMs: match.withinMs ?? 0,
      },
      measures: match.measures.map(({ expr }) => compileMeasure(expr, input)),
    });
  },
};
