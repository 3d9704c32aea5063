/** The dataflow: order, watermarks, idleness, ends, snapshots. Operators here only write down what they see. */
import { describe, expect, it } from 'vitest';
import { ROW_KIND_TEXT, type RowKind } from '../data/row-kind.ts';
import type { Row, Value } from '../data/value.ts';
import { Dataflow } from './dataflow.ts';
import type { DataflowNode, DataflowServices } from './dataflow-node.ts';
import type { OperatorContext, OperatorSnapshot, RowInput, StateDescriptor, TimerService } from './operator.ts';
import { OperatorBase, stateVersions } from './operator-base.ts';
import { RowFailure } from './row-failure.ts';
import type { SourceReader } from './source.ts';

const SERVICES: DataflowServices = { nowMs: () => 0, random: () => 0, timeZone: 'UTC', stateTtlMs: 0, trace: null };

/** Passes everything on and writes down what it saw; sets an event timer `delayMs` behind each row. */
class Recorder extends OperatorBase {
  readonly inputs: readonly RowInput[];
  readonly #name: string;
  readonly #log: string[];
  readonly #delayMs: number | null;
  #timers: TimerService<string> | null = null;

  constructor(name: string, log: string[], inputCount = 1, delayMs: number | null = null) {
    super();
    this.#name = name;
    this.#log = log;
    this.#delayMs = delayMs;
    this.inputs = Array.from({ length: inputCount }, (_, input) => ({
      processRow: (kind: RowKind, row: Row) => this.#row(input, kind, row),
    }));
  }

  override open(context: OperatorContext): void {
    super.open(context);
    this.#timers = context.eventTimers<string>(({ timeMs, tag }) =>
      this.#log.push(`${this.#name} timer ${tag}@${timeMs}`),
    );
  }

  override processWatermark(timeMs: number): void {
    this.#log.push(`${this.#name} W${timeMs}`);
  }

  override finishInput(input: number): void {
    this.#log.push(`${this.#name} end${input}`);
  }

  override snapshot(): OperatorSnapshot {
    const timers = (this.#timers?.pending() ?? []).map(({ timeMs, tag }): Value => [timeMs, tag]);
    return { versions: stateVersions(this.describeState()), states: { timers } };
  }

  override restore(snapshot: OperatorSnapshot): void {
    for (const [timeMs, tag] of snapshot.states.timers as [number, string][]) this.#timers?.register(timeMs, tag);
  }

  override describeState(): readonly StateDescriptor[] {
    const base = { keySchema: [], valueSchema: [], ttlMs: 0, bound: 'Rows not yet passed.', version: 1 } as const;
    return [{ ...base, name: 'timers', kind: 'timers' }];
  }

  #row(input: number, kind: RowKind, row: Row): void {
    this.#log.push(`${this.#name}${input} ${ROW_KIND_TEXT[kind]}${row.join()}`);
    if (row[0] === 'bad') throw new Error('a bad row');
    if (this.#delayMs !== null) this.#timers?.register((row[1] as number) + this.#delayMs, String(row[0]));
    this.output.processRow(kind, row);
  }
}

/** A reader that hands nothing out: rows are pushed by the test. */
class IdleReader implements SourceReader {
  at = 0;
  open(): { ok: true; value: undefined } {
    return { ok: true, value: undefined };
  }
  poll(): { ok: true; value: 'blocked' } {
    return { ok: true, value: 'blocked' };
  }
  progress(): { rowsRead: number; fraction: null } {
    return { rowsRead: this.at, fraction: null };
  }
  position(): Value {
    return this.at;
  }
  restore(position: Value): void {
    this.at = position as number;
  }
  close(): void {}
}

const source = (id: number): DataflowNode => ({
  id,
  name: `source ${id}`,
  nodeIds: [],
  inputs: [],
  body: { kind: 'source', reader: new IdleReader() },
});
const operator = (
  id: number,
  name: string,
  inputs: readonly number[],
  op: OperatorBase,
  nodeIds: string[] = [],
): DataflowNode => ({
  id,
  name,
  nodeIds,
  inputs,
  body: { kind: 'operator', operator: op },
});

/** Two sources into a union, whose output two consumers share. */
function diamond(log: string[], delayMs: number | null = null): Dataflow {
  return new Dataflow(
    [
      source(0),
      source(1),
      operator(2, 'both', [0, 1], new Recorder('both', log, 2, delayMs), ['view']),
      operator(3, 'x', [2], new Recorder('x', log)),
      operator(4, 'y', [2], new Recorder('y', log)),
    ],
    SERVICES,
  );
}

describe('dataflow', () => {
  it('takes a row through everything behind it, consumers in plan order, before the next', () => {
    const log: string[] = [];
    const flow = diamond(log);
    flow.node(0).output.processRow(0, ['a']);
    flow.node(1).output.processRow(3, ['b']);
    expect(log).toEqual(['both0 +Ia', 'x0 +Ia', 'y0 +Ia', 'both1 -Db', 'x0 -Db', 'y0 -Db']);
  });

  it('has the smallest watermark of its inputs, and it never falls', () => {
    const log: string[] = [];
    const flow = diamond(log);
    flow.node(0).emitWatermark(10);
    flow.node(1).emitWatermark(5);
    flow.node(1).emitWatermark(3);
    flow.node(1).emitWatermark(20);
    expect([log.filter((line) => line.startsWith('both')), flow.node(2).inputWatermarksMs()]).toEqual([
      ['both W5', 'both W10'],
      [10, 20],
    ]);
  });

  it('fires timers in time order before their watermark goes on', () => {
    const log: string[] = [];
    const flow = diamond(log, 0);
    for (const [name, timeMs] of [
      ['late', 9],
      ['a', 3],
      ['b', 3],
      ['first', 1],
    ])
      flow.node(0).output.processRow(0, [name ?? '', timeMs ?? 0]);
    log.length = 0;
    flow.node(0).emitWatermark(5);
    flow.node(1).emitWatermark(5);
    expect(log).toEqual(['both timer first@1', 'both timer a@3', 'both timer b@3', 'both W5', 'x W5', 'y W5']);
  });

  it('leaves idle inputs out of the minimum, and when all are idle the furthest counts', () => {
    const log: string[] = [];
    const flow = diamond(log);
    flow.node(0).emitWatermark(10);
    flow.node(1).emitWatermark(2);
    flow.node(1).setIdle(true);
    flow.node(0).emitWatermark(15);
    // Active again with an old watermark: nothing falls back.
    flow.node(1).setIdle(false);
    flow.node(1).emitWatermark(12);
    flow.node(1).emitWatermark(40);
    flow.node(0).setIdle(true);
    flow.node(1).setIdle(true);
    expect(log.filter((line) => line.startsWith('both'))).toEqual(['both W2', 'both W10', 'both W15', 'both W40']);
  });

  it('passes the end on when the last input has ended, behind the last watermark', () => {
    const log: string[] = [];
    const flow = diamond(log);
    flow.sources[0]?.end();
    log.push('—');
    flow.sources[1]?.end();
    expect(log).toEqual([
      'both end0',
      '—',
      'both WInfinity',
      'x WInfinity',
      'y WInfinity',
      'both end1',
      'x end0',
      'y end0',
    ]);
  });

  it('says in which operator a row failed, and which row it was', () => {
    const flow = diamond([]);
    let failure: unknown = null;
    try {
      flow.node(1).output.processRow(0, ['bad', 1]);
    } catch (error) {
      failure = error;
    }
    expect(failure instanceof RowFailure && [failure.nodeId, failure.row, failure.message]).toEqual([
      2,
      ['bad', 1],
      'a bad row',
    ]);
  });

  it('counts rows and keeps those of canvas nodes', () => {
    const flow = diamond([]);
    flow.node(0).output.processRow(0, ['a', 1]);
    flow.node(1).output.processRow(0, ['b', 2]);
    expect([flow.node(2).metrics.numRecordsIn, flow.node(2).metrics.numRecordsOut, flow.tapOf('view')?.total]).toEqual([
      2, 2, 2,
    ]);
    expect([flow.nodeIds(), flow.tapOf('nobody')]).toEqual([['view'], undefined]);
  });

  it('goes on from its snapshot as if nothing had been: positions, watermarks, timers, ends, counts', () => {
    const events: readonly ((flow: Dataflow) => void)[] = [
      (flow) => flow.node(0).output.processRow(0, ['a', 3]),
      (flow) => flow.node(0).emitWatermark(2),
      (flow) => flow.node(1).emitWatermark(1),
      (flow) => flow.node(1).output.processRow(0, ['b', 8]),
      (flow) => flow.node(1).setIdle(true),
      (flow) => flow.node(0).emitWatermark(5),
      (flow) => flow.sources[1]?.end(),
      (flow) => flow.node(0).emitWatermark(9),
      (flow) => flow.sources[0]?.end(),
    ];
    const straight: string[] = [];
    const flow = diamond(straight, 0);
    for (const event of events) event(flow);
    for (let stop = 1; stop < events.length; stop++) {
      // Idleness is not part of a snapshot: it is noticed again.
      if (stop === 5) continue;
      const log: string[] = [];
      const first = diamond(log, 0);
      for (const event of events.slice(0, stop)) event(first);
      const second = diamond(log, 0);
      second.restore(JSON.parse(JSON.stringify(first.snapshot(), infinities), infinities));
      for (const event of events.slice(stop)) event(second);
      expect(log).toEqual(straight);
      expect(second.node(2).output.rowCount).toBe(2);
    }
  });

  it('does not fall behind the watermark of an idle input by a restore', () => {
    const flow = diamond([]);
    flow.node(1).setIdle(true);
    flow.node(0).emitWatermark(10);
    const other = diamond([]);
    other.restore(flow.snapshot());
    expect(other.node(2).currentWatermarkMs()).toBe(10);
  });

  it('refuses a snapshot of another plan', () => {
    const other = new Dataflow([source(0)], SERVICES);
    expect(() => other.restore(diamond([]).snapshot())).toThrow('a snapshot is restored into the same plan');
  });
});

/** JSON knows no infinity; storage does. Works in both directions. */
function infinities(_key: string, value: unknown): unknown {
  if (value === Number.POSITIVE_INFINITY) return '+∞';
  if (value === Number.NEGATIVE_INFINITY) return '-∞';
  if (value === '+∞') return Number.POSITIVE_INFINITY;
  return value === '-∞' ? Number.NEGATIVE_INFINITY : value;
}
