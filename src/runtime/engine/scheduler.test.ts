/** The scheduler, on a host without a machine. */
import { describe, expect, it } from 'vitest';
import { AssertionError } from '../base/assert.ts';
import { RunError } from '../base/diagnostic.ts';
import { err, ok, type Result } from '../base/result.ts';
import { RowKind } from '../data/row-kind.ts';
import type { Row, Value } from '../data/value.ts';
import { Dataflow } from './dataflow.ts';
import type { DataflowNode } from './dataflow-node.ts';
import type { RowInput } from './operator.ts';
import { OperatorBase } from './operator-base.ts';
import { runDiagnostic } from './run-diagnostic.ts';
import { Run, TURN_ROW_COUNT } from './scheduler.ts';
import { SimHost } from './sim-host.ts';
import type { PollStatus, SourceReader } from './source.ts';

/** Counts up to `count`; `pauseAtMs`: waits for the clock after its first row. */
class Counter implements SourceReader {
  readonly #name: string;
  readonly #count: number;
  readonly #host: SimHost;
  readonly #isSlow: boolean;
  readonly #log: string[];
  #next = 0;
  #wake: () => void = () => {};

  constructor(name: string, count: number, host: SimHost, log: string[], options: { readonly isSlow?: boolean } = {}) {
    this.#name = name;
    this.#count = count;
    this.#host = host;
    this.#log = log;
    this.#isSlow = options.isSlow ?? false;
  }

  open(wake: () => void): Result<void> {
    this.#log.push(`open ${this.#name}`);
    this.#wake = wake;
    return ok(undefined);
  }

  poll(output: RowInput, rowCountMax: number): Result<PollStatus> {
    if (this.#count === -1) return err({ domain: 'file', message: 'The file is gone.', retry: 'never' });
    for (let i = 0; i < rowCountMax && this.#next < this.#count; i++) {
      output.processRow(RowKind.Insert, [this.#name, this.#next++]);
      if (!this.#isSlow || this.#next >= this.#count) continue;
      this.#host.clock.at(this.#host.clock.nowMs() + 10, () => this.#wake());
      return ok('blocked');
    }
    return ok(this.#next >= this.#count ? 'end' : 'more');
  }

  progress(): { rowsRead: number; fraction: number } {
    return { rowsRead: this.#next, fraction: this.#next / this.#count };
  }

  position(): Value {
    return this.#next;
  }

  restore(position: Value): void {
    this.#next = position as number;
  }

  close(): void {
    this.#log.push(`close ${this.#name}`);
  }
}

/** The end of the graph: keeps rows, and fails where it is told to. */
class End extends OperatorBase implements RowInput {
  readonly inputs = [this, this];
  readonly rows: Row[] = [];
  readonly #fail: (row: Row) => void;

  constructor(fail: (row: Row) => void = () => {}) {
    super();
    this.#fail = fail;
  }

  processRow(_kind: RowKind, row: Row): void {
    this.#fail(row);
    this.rows.push(row);
  }
}

function runOf(
  counts: readonly [number, number],
  options: { readonly isSlow?: boolean; readonly fail?: (row: Row) => void } = {},
) {
  const host = new SimHost();
  const log: string[] = [];
  const end = new End(options.fail);
  const nodes: DataflowNode[] = counts.map((count, id) => ({
    id,
    name: `source ${id}`,
    nodeIds: [`s${id}`],
    inputs: [],
    body: { kind: 'source', reader: new Counter('ab'[id] ?? '', count, host, log, options) },
  }));
  nodes.push({ id: 2, name: 'end', nodeIds: ['end'], inputs: [0, 1], body: { kind: 'operator', operator: end } });
  const random = (): number => 0;
  const services = { nowMs: () => host.clock.nowMs(), random, timeZone: 'UTC', stateTtlMs: 0, trace: null };
  const ended: string[] = [];
  const run = new Run(new Dataflow(nodes, services), host, (each) => ended.push(each.status));
  return { run, host, log, rows: end.rows, ended };
}

const toEnd = (each: ReturnType<typeof runOf>): void => each.host.runUntil(() => each.run.hasEnded);
const texts = (rows: readonly Row[]): string[] => rows.map((row) => row.join(''));

describe('a run', () => {
  it('begins paused, and when resumed reads its sources in turns to their ends', () => {
    const each = runOf([TURN_ROW_COUNT + 1, 1]);
    expect([each.run.status, each.log]).toEqual(['paused', []]);
    each.run.resume();
    expect(each.rows).toEqual([]);
    toEnd(each);
    expect([texts(each.rows).slice(-3), each.rows.length, each.ended, each.log]).toEqual([
      [`a${TURN_ROW_COUNT - 1}`, 'b0', `a${TURN_ROW_COUNT}`],
      TURN_ROW_COUNT + 2,
      ['finished'],
      ['open a', 'open b', 'close a', 'close b'],
    ]);
  });

  it('reads one row at a step, of the sources in turn, and ends with the step behind the last', () => {
    const each = runOf([2, 1]);
    const seen: (string | number)[][] = [];
    for (let step = 0; step < 5; step++) {
      each.run.step();
      seen.push([...texts(each.rows), each.run.status]);
    }
    expect(seen).toEqual([
      ['a0', 'paused'],
      ['a0', 'b0', 'paused'],
      ['a0', 'b0', 'a1', 'paused'],
      ['a0', 'b0', 'a1', 'finished'],
      ['a0', 'b0', 'a1', 'finished'],
    ]);
  });

  it('does nothing while it is paused, and goes on where it was', () => {
    const each = runOf([3_000, 0]);
    each.run.resume();
    each.host.runUntil(() => each.rows.length > 0);
    each.run.pause();
    const paused = each.rows.length;
    each.host.runUntil(() => false);
    expect([each.rows.length, each.run.status]).toEqual([paused, 'paused']);
    each.run.step();
    expect(each.rows.length).toBe(paused + 1);
    each.run.resume();
    toEnd(each);
    expect([each.rows.length, each.run.status]).toEqual([3_000, 'finished']);
  });

  it('stops at once, closes its readers and says so once', () => {
    const each = runOf([3_000, 0]);
    each.run.resume();
    each.host.runUntil(() => each.rows.length > 0);
    const stopped = each.rows.length;
    each.run.stop();
    each.run.stop();
    each.run.resume();
    each.host.runUntil(() => false);
    expect([each.rows.length, each.ended, each.log.slice(-2)]).toEqual([stopped, ['stopped'], ['close a', 'close b']]);
  });

  it('waits for sources that have nothing now, and measures the time without pauses', () => {
    const each = runOf([3, 2], { isSlow: true });
    each.run.resume();
    toEnd(each);
    expect([texts(each.rows), each.host.clock.nowMs(), each.run.elapsedMs]).toEqual([
      ['a0', 'b0', 'a1', 'b1', 'a2'],
      20,
      20,
    ]);
  });

  it('goes on from a snapshot after any number of steps with the same rows', () => {
    const straight = runOf([5, 3]);
    straight.run.resume();
    toEnd(straight);
    for (let stop = 0; stop < 8; stop++) {
      const first = runOf([5, 3]);
      for (let step = 0; step < stop; step++) first.run.step();
      const second = runOf([5, 3]);
      second.run.restore(first.run.snapshot());
      for (let step = 0; step < 9; step++) second.run.step();
      const stepped = runOf([5, 3]);
      for (let step = 0; step < 9; step++) stepped.run.step();
      expect(texts([...first.rows, ...second.rows])).toEqual(texts(stepped.rows));
      expect(second.run.status).toBe('finished');
    }
    expect(texts(straight.rows).sort()).toEqual(['a0', 'a1', 'a2', 'a3', 'a4', 'b0', 'b1', 'b2']);
  });
});

describe('a failing run', () => {
  const failing = (error: () => Error) =>
    runOf([5, 0], {
      fail: (row) => {
        if (row[1] === 2) throw error();
      },
    });
  const diagnosticOf = (each: ReturnType<typeof runOf>) => {
    each.run.resume();
    toEnd(each);
    return [each.run.status, each.rows.length, runDiagnostic(each.run.failure, each.run.dataflow)];
  };

  it('tells a mistake of the user with its code, its place on the canvas and the class of Flink', () => {
    const each = failing(
      () => new RunError('run/division', '/ by zero', 'java.lang.ArithmeticException', 'Test for 0.'),
    );
    expect(diagnosticOf(each)).toEqual([
      'failed',
      2,
      {
        phase: 'run',
        severity: 'error',
        nodeId: 'end',
        code: 'run/division',
        message: '/ by zero',
        flinkClass: 'java.lang.ArithmeticException',
        hint: 'Test for 0.',
      },
    ]);
  });

  it('tells a failure of the outside world by its domain, at the source', () => {
    const each = runOf([-1, 0]);
    expect(diagnosticOf(each)).toMatchObject([
      'failed',
      0,
      { code: 'run/file', message: 'The file is gone.', nodeId: 's0', flinkClass: 'java.io.IOException' },
    ]);
  });

  it('tells our own mistakes apart from those of the script, and keeps the rows so far', () => {
    const each = failing(() => new AssertionError('a law was broken'));
    expect(diagnosticOf(each)).toMatchObject([
      'failed',
      2,
      { code: 'run/internal-assertion', message: 'Internal error of Millrace: a law was broken' },
    ]);
    expect([each.ended, each.run.dataflow.tapOf('s0')?.total]).toEqual([['failed'], 3]);
  });
});
