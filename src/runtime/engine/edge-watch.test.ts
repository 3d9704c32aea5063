/** Breakpoints as a run meets them, on a host without a machine; and rates by the clock of the run. */
import { describe, expect, it } from 'vitest';
import { RunError } from '../base/diagnostic.ts';
import { ok, type Result } from '../base/result.ts';
import { RowKind } from '../data/row-kind.ts';
import type { Row, Value } from '../data/value.ts';
import { Dataflow } from './dataflow.ts';
import type { DataflowNode } from './dataflow-node.ts';
import type { EdgeBreakpoint, EdgeHit } from './edge-watch.ts';
import type { RunStatus } from './metrics.ts';
import { RateHistory } from './metrics.ts';
import type { RowInput } from './operator.ts';
import { OperatorBase } from './operator-base.ts';
import type { RunRecorder } from './run-recorder.ts';
import { Run } from './scheduler.ts';
import { SimHost } from './sim-host.ts';
import type { PollStatus, SourceReader } from './source.ts';

/** Counts up to `count` in polls of at most `batch` rows; `failAt`: cannot read that row. */
class Counter implements SourceReader {
  readonly canReadAgain = true;
  readonly #name: string;
  readonly #count: number;
  readonly #batch: number;
  readonly #failAt: number;
  #next = 0;

  constructor(name: string, count: number, { batch = 1_000, failAt = -1 } = {}) {
    this.#name = name;
    this.#count = count;
    this.#batch = batch;
    this.#failAt = failAt;
  }

  open(): Result<void> {
    return ok(undefined);
  }

  poll(output: RowInput, rowCountMax: number): Result<PollStatus> {
    for (let i = 0; i < Math.min(rowCountMax, this.#batch) && this.#next < this.#count; i++) {
      if (this.#next === this.#failAt) throw new RunError('format/bad', 'a bad record', 'java.io.IOException');
      output.processRow(RowKind.Insert, [this.#name, this.#next++]);
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

  close(): void {}
}

/** Keeps rows, and the end of each input. */
class End extends OperatorBase {
  readonly seen: string[];
  readonly inputs: readonly RowInput[];

  constructor(seen: string[]) {
    super();
    this.seen = seen;
    const input = { processRow: (_kind: RowKind, row: Row) => void seen.push(row.join('')) };
    this.inputs = [input, input];
  }

  override finishInput(input: number): void {
    this.seen.push(`end ${input}`);
  }
}

interface Setting {
  readonly batch?: number;
  readonly failAt?: number;
  readonly breakpoints?: readonly EdgeBreakpoint[];
}

function runOf({ batch, failAt, breakpoints = [] }: Setting) {
  const host = new SimHost();
  const seen: string[] = [];
  const turns: string[] = [];
  const hits: EdgeHit[] = [];
  const nodes: DataflowNode[] = [250, 330].map((count, id) => ({
    id,
    name: `source ${id}`,
    nodeIds: [`s${id}`],
    inputs: [],
    body: { kind: 'source', reader: new Counter('ab'[id] ?? '', count, id === 0 ? { batch, failAt } : {}) },
  }));
  nodes.push({
    id: 2,
    name: 'end',
    nodeIds: ['end'],
    inputs: [0, 1],
    body: { kind: 'operator', operator: new End(seen) },
  });
  const services = { nowMs: () => host.clock.nowMs(), random: () => 0, timeZone: 'UTC', stateTtlMs: 0, trace: null };
  const recorder: RunRecorder = {
    opened: () => {},
    timersDue: () => {},
    turnBegins: (_source, running) => running.output,
    turnEnds: (rowCount, status) => void turns.push(`${rowCount} ${status}`),
    betweenTurns: () => void turns.push('-'),
    waitFor: () => null,
    ended: (status: RunStatus) => void turns.push(status),
  };
  const run = new Run(new Dataflow(nodes, services), host, () => {}, { recorder, onHit: (hit) => hits.push(hit) });
  run.setBreakpoints(breakpoints);
  return { run, host, seen, turns, hits };
}

/** Runs to the end over all hits; how much had been seen at each of them. */
function through({ run, host, seen }: ReturnType<typeof runOf>): readonly number[] {
  const rests: number[] = [];
  while (!run.hasEnded) {
    run.resume();
    host.runUntil(() => run.status !== 'running');
    if (!run.hasEnded) rests.push(seen.length);
  }
  return rests;
}

function breakpoint(from: number, to: number | null, meets: (number: number) => boolean): EdgeBreakpoint {
  return { id: `${from}`, edges: [{ from, to }], meets: (_kind, row) => meets(row[1] as number) };
}

describe('a watched edge', () => {
  it('rests the run after each row that meets a condition, and leaves order, turns and ends as they were', () => {
    for (const batch of [1_000, 60]) {
      const straight = runOf({ batch });
      through(straight);
      const broken = runOf({
        batch,
        breakpoints: [breakpoint(0, 2, (n) => n % 50 === 49), breakpoint(1, null, (n) => n === 0)],
      });
      const rests = through(broken);
      expect(broken.seen).toEqual(straight.seen);
      expect(broken.hits.map(({ row }) => row.join(''))).toEqual(
        straight.seen.filter((text) => text === 'b0' || /^a\d*[49]9$/.test(text)),
      );
      expect(rests.map((count) => broken.seen[count - 1])).toEqual(broken.hits.map(({ row }) => row.join('')));
      // What a recorder hears: a cut turn in parts, and no snapshot in the middle of one.
      const whole = (turns: readonly string[]): string[] =>
        turns
          .join(' ')
          .split(' - ')
          .map((text) => [...text.matchAll(/\d+/g)].reduce((sum, [count]) => sum + Number(count), 0).toString());
      expect(whole(broken.turns)).toEqual(whole(straight.turns));
    }
  });

  it('lets rows go one by one while the run rests in a turn', () => {
    const each = runOf({ breakpoints: [breakpoint(0, 2, (n) => n === 30)] });
    each.run.resume();
    each.host.runUntil(() => each.run.status !== 'running');
    each.run.step();
    each.run.step();
    expect([each.seen.length, each.seen[32], each.run.status]).toEqual([33, 'a32', 'paused']);
    each.run.setBreakpoints([]);
    through(each);
    const straight = runOf({});
    through(straight);
    expect(each.seen).toEqual(straight.seen);
  });

  it('rests before the end of an input that comes with its last row', () => {
    const each = runOf({ breakpoints: [breakpoint(0, 2, (n) => n === 249)] });
    each.run.resume();
    each.host.runUntil(() => each.run.status !== 'running');
    expect([each.seen[each.seen.length - 1], each.seen.includes('end 0')]).toEqual(['a249', false]);
    through(each);
    expect([each.run.status, each.seen.filter((text) => text.startsWith('end'))]).toEqual([
      'finished',
      ['end 0', 'end 1'],
    ]);
  });

  it('fails where reading failed, after the rows before it', () => {
    const straight = runOf({ failAt: 130 });
    through(straight);
    const broken = runOf({ failAt: 130, breakpoints: [breakpoint(0, 2, (n) => n === 129 || n === 110)] });
    expect(through(broken).length).toBe(2);
    expect([broken.run.status, broken.seen, String(broken.run.failure)]).toEqual([
      'failed',
      straight.seen,
      String(straight.run.failure),
    ]);
  });

  it('stops at once when the run rests in a turn', () => {
    const each = runOf({ breakpoints: [breakpoint(0, 2, (n) => n === 30)] });
    each.run.resume();
    each.host.runUntil(() => each.run.status !== 'running');
    each.run.stop();
    expect([each.run.status, each.seen.length, each.turns]).toEqual(['stopped', 31, ['31 more', 'stopped']]);
  });
});

describe('a history of counts', () => {
  it('gives the growth over the last second, over less in the first, and goes on from a snapshot', () => {
    const counts = [0, 0];
    let history = new RateHistory(() => [...counts]);
    const grow = (timeMs: number, a: number, b: number): void => {
      history.turn(timeMs);
      counts[0] = (counts[0] ?? 0) + a;
      counts[1] = (counts[1] ?? 0) + b;
    };
    grow(10_000, 10, 0);
    expect(history.ratesAt(10_000)).toEqual([0, 0]);
    grow(10_100, 10, 5);
    expect(history.ratesAt(10_100)).toEqual([200, 50]);
    for (let timeMs = 10_200; timeMs <= 12_000; timeMs += 100) grow(timeMs, 10, 0);
    expect(history.ratesAt(12_000)).toEqual([100, 0]);
    const again = new RateHistory(() => [...counts]);
    again.restore(structuredClone(history.snapshot()));
    history = again;
    grow(12_100, 10, 7);
    expect(history.ratesAt(12_100)).toEqual([100, 7]);
    expect(history.ratesAt(12_700)).toEqual([40, 7]);
    expect(history.ratesAt(20_000)).toEqual([0, 0]);
  });
});
