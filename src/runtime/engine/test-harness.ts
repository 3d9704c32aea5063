/**
 * Drives one operator by hand: rows, watermarks and clock steps as a small text table in, changelog and
 * state out. Every script runs again with a stop after every event (snapshot, fresh operator, restore),
 * and must give the same: so each operator's state is proven whole. The snapshot must hold exactly the states that
 * the operator describes. Snapshots in memory that share pages are taken after every event too, and must still be
 * what they were at the end.
 *
 *   +I a 1        a row into the first input
 *   right: +I b 2 a row into a named or numbered input
 *   W 10          watermark of all inputs
 *   left: W 10    watermark of one input
 *   T 500         processing time
 *   END           end of all inputs
 *
 * Values are written as SQL shows them and read by the input's types: `null`, numbers, text without
 * blanks. Used by tests only.
 */
import { assert, present } from '../base/assert.ts';
import { formatValue } from '../data/format-value.ts';
import type { LogicalType, Schema } from '../data/logical-type.ts';
import { ROW_KIND_TEXT, type RowKind } from '../data/row-kind.ts';
import type { Row, Value } from '../data/value.ts';
import { SeededRandom } from '../seams/seeded-random.ts';
import { SimClock } from '../seams/sim-clock.ts';
import { Dataflow, type DataflowSnapshot } from './dataflow.ts';
import type { DataflowNode } from './dataflow-node.ts';
import type { Operator, RowInput, StateEntry } from './operator.ts';
import { OperatorBase } from './operator-base.ts';
import type { SourceReader } from './source.ts';

/** What is tested: how to make it, and the shapes around it. */
export interface HarnessSubject {
  readonly create: () => Operator;
  readonly inputs: readonly Schema[];
  readonly output: Schema;
  readonly inputNames?: readonly string[];
  readonly stateTtlMs?: number;
  readonly timeZone?: string;
}

/** What an operator gave. */
export interface HarnessResult {
  /** Changes and watermarks in order: `+I[a, 1]`, `W[10]`. */
  readonly output: readonly string[];
  /** All state at the end: `name: [key] -> [value]`. */
  readonly state: readonly string[];
  readonly lateRowCount: number;
}

/** Runs a script straight through, then with a stop after every event, and answers the result of both. */
export function runHarness(subject: HarnessSubject, script: string): HarnessResult {
  const events = parseScript(subject, script);
  const straight = new Harness(subject);
  const moments: Moment[] = [];
  for (const event of events) {
    straight.apply(event);
    moments.push(straight.moment());
  }
  const expected = straight.result();
  for (const moment of moments) straight.assertKept(moment);
  let harness = new Harness(subject);
  const output: string[] = [];
  for (const event of events) {
    harness.apply(event);
    const { output: so } = harness.result();
    output.push(...so);
    // Plain data must survive being written and read, as it does in a checkpoint.
    harness = harness.restored();
  }
  const stopped = { ...harness.result(), output };
  const [figures, restoredFigures] = [straight.stateFigures(), harness.stateFigures()].map((each) => each.join('\n'));
  assert(
    figures === restoredFigures,
    `restoring changed the figures of state:\n${restoredFigures}\ninstead of\n${figures}`,
  );
  assert(
    JSON.stringify(stopped) === JSON.stringify(expected),
    `stopping and restoring changed the result:\n${JSON.stringify(stopped, null, 1)}\ninstead of\n${JSON.stringify(expected, null, 1)}`,
  );
  return expected;
}

/** A snapshot that stays in memory, and the state that it was taken of. */
interface Moment {
  readonly snapshot: DataflowSnapshot;
  readonly state: string;
}

type HarnessEvent =
  | { readonly kind: 'row'; readonly input: number; readonly rowKind: RowKind; readonly row: Row }
  | { readonly kind: 'watermark'; readonly input: number | null; readonly timeMs: number }
  | { readonly kind: 'time'; readonly nowMs: number }
  | { readonly kind: 'end' };

/** One operator between hand-driven sources and a listening end. */
class Harness {
  readonly #subject: HarnessSubject;
  readonly #dataflow: Dataflow;
  readonly #clock: SimClock;
  readonly #output: string[] = [];
  readonly #operator: Operator;

  constructor(subject: HarnessSubject, clock = new SimClock()) {
    this.#subject = subject;
    this.#clock = clock;
    const operator = subject.create();
    this.#operator = operator;
    const id = subject.inputs.length;
    const nodes: DataflowNode[] = subject.inputs.map((_, index) => ({
      id: index,
      name: `input ${index}`,
      nodeIds: [],
      inputs: [],
      body: { kind: 'source', reader: new SilentReader() },
    }));
    nodes.push({
      id,
      name: 'subject',
      nodeIds: [],
      inputs: subject.inputs.map((_, index) => index),
      body: { kind: 'operator', operator },
    });
    nodes.push({
      id: id + 1,
      name: 'end',
      nodeIds: [],
      inputs: [id],
      body: { kind: 'operator', operator: this.#listener() },
    });
    const random = new SeededRandom(1);
    this.#dataflow = new Dataflow(nodes, {
      nowMs: () => clock.nowMs(),
      random: () => random.next(),
      timeZone: subject.timeZone ?? 'UTC',
      stateTtlMs: subject.stateTtlMs ?? 0,
      trace: null,
    });
  }

  apply(event: HarnessEvent): void {
    switch (event.kind) {
      case 'row':
        this.#dataflow.node(event.input).output.processRow(event.rowKind, event.row);
        break;
      case 'watermark':
        this.#subject.inputs.forEach((_, index) => {
          if (event.input === null || event.input === index) this.#dataflow.node(index).emitWatermark(event.timeMs);
        });
        break;
      case 'time':
        this.#clock.advanceTo(event.nowMs);
        this.#dataflow.fireProcessingTimers(event.nowMs);
        break;
      case 'end':
        for (const source of this.#dataflow.sources) if (!source.hasEnded) source.end();
        break;
    }
  }

  result(): HarnessResult {
    const state: string[] = [];
    for (const descriptor of this.#operator.describeState()) {
      const page = this.#operator.listState(descriptor.name, { offset: 0, countMax: 1000 });
      assert(page.entryCount === page.entries.length || page.entries.length === 1000, 'a page counts its entries');
      for (const { key, value } of page.entries) {
        state.push(
          `${descriptor.name}: ${this.#text(descriptor.keySchema, key)} -> ${this.#text(descriptor.valueSchema, value)}`,
        );
      }
    }
    return {
      output: [...this.#output],
      state,
      lateRowCount: this.#dataflow.node(this.#subject.inputs.length).lateRowCount,
    };
  }

  /** Count, bytes and times of change of each state; asserts that what is counted is what is there. */
  stateFigures(): string[] {
    return this.#operator.describeState().map(({ name }) => {
      const state = this.#operator.inspectState(name);
      const entries = [...state.entries(0)].filter((entry): entry is StateEntry => entry !== null);
      const [count, bytes] = [state.entryCount(), state.sizeBytes()];
      assert(count === entries.length, `${name} counts ${count} entries and has ${entries.length}`);
      for (let offset = 0; offset <= count; offset += 3) {
        const rest = [...state.entries(offset)].filter((entry) => entry !== null).length;
        assert(rest === count - offset, `${name} has ${rest} entries from ${offset} on, not ${count - offset}`);
      }
      return `${name}: ${count} entries, ${bytes} bytes, changed ${entries.map(({ updatedMs }) => updatedMs).join()}`;
    });
  }

  /** A snapshot that shares with others what has not changed. */
  moment(): Moment {
    return { snapshot: this.#dataflow.snapshot('shared'), state: this.#stateText() };
  }

  /** Asserts that a snapshot in memory is still that of its moment, whatever has happened since. */
  assertKept({ snapshot, state }: Moment): void {
    const fresh = new Harness(this.#subject, this.#clock);
    fresh.#dataflow.restore(snapshot);
    const restored = fresh.#stateText();
    assert(restored === state, `a snapshot in memory has become:\n${restored}\ninstead of\n${state}`);
  }

  #stateText(): string {
    return [...this.result().state, ...this.stateFigures()].join('\n');
  }

  /** A fresh harness that goes on from here. */
  restored(): Harness {
    const snapshot: DataflowSnapshot = clonePlain(this.#dataflow.snapshot());
    const described = this.#operator.describeState().map((descriptor) => descriptor.name);
    const { states } = this.#operator.snapshot();
    assert(
      described.every((name) => states[name] !== undefined) && Object.keys(states).length === described.length,
      `the snapshot holds exactly the described states: ${described.join()}, not ${Object.keys(states).join()}`,
    );
    const fresh = new Harness(this.#subject, this.#clock);
    fresh.#dataflow.restore(snapshot);
    return fresh;
  }

  #text(schema: Schema, row: Row): string {
    const zone = this.#subject.timeZone ?? 'UTC';
    return `[${schema.map(({ type }, index) => formatValue(row[index] ?? null, type, zone) ?? 'null').join(', ')}]`;
  }

  #listener(): Operator {
    const onRow = (kind: RowKind, row: Row): void => {
      assert(row.length === this.#subject.output.length, 'an output row has the columns of the output schema');
      this.#output.push(ROW_KIND_TEXT[kind] + this.#text(this.#subject.output, row));
    };
    const onWatermark = (timeMs: number): void => {
      this.#output.push(`W[${timeMs}]`);
    };
    return new (class extends OperatorBase implements RowInput {
      readonly inputs = [this];
      processRow(kind: RowKind, row: Row): void {
        onRow(kind, row);
      }
      override processWatermark(timeMs: number): void {
        onWatermark(timeMs);
      }
    })();
  }
}

/** A reader that nobody polls: the harness pushes by hand. */
class SilentReader implements SourceReader {
  open(): { ok: true; value: undefined } {
    return { ok: true, value: undefined };
  }
  poll(): { ok: true; value: 'blocked' } {
    return { ok: true, value: 'blocked' };
  }
  progress(): { rowsRead: number; fraction: null } {
    return { rowsRead: 0, fraction: null };
  }
  position(): Value {
    return 0;
  }
  restore(): void {}
  close(): void {}
}

function parseScript(subject: HarnessSubject, script: string): HarnessEvent[] {
  const names = subject.inputNames ?? subject.inputs.map((_, index) => String(index));
  return script
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line): HarnessEvent => {
      const named = /^(\w+):\s*(.*)$/.exec(line);
      const input = named === null ? null : names.indexOf(named[1] ?? '');
      assert(input !== -1, `the operator has an input ${named?.[1]}`);
      const [word = '', ...texts] = (named?.[2] ?? line).split(/\s+/);
      if (word === 'END') return { kind: 'end' };
      if (word === 'W') return { kind: 'watermark', input, timeMs: Number(texts[0]) };
      if (word === 'T') return { kind: 'time', nowMs: Number(texts[0]) };
      const rowKind = ROW_KIND_TEXT.indexOf(word as '+I');
      assert(rowKind !== -1, `${word} is a row kind, W, T or END`);
      const schema = present(subject.inputs[input ?? 0], 'input of the row');
      assert(texts.length === schema.length, `the row ${line} has ${schema.length} values`);
      const row = schema.map(({ type }, index) => readValue(texts[index] ?? '', type));
      return { kind: 'row', input: input ?? 0, rowKind: rowKind as RowKind, row };
    });
}

function readValue(text: string, type: LogicalType): Value {
  if (text === 'null') return null;
  switch (type.kind) {
    case 'CHAR':
    case 'VARCHAR':
      return text;
    case 'BOOLEAN':
      return text === 'true';
    default:
      assert(!Number.isNaN(Number(text)), `${text} is a number`);
      return Number(text);
  }
}

/** A deep copy through nothing but plain values, so that no object of the operator is shared. */
function clonePlain<T>(value: T): T {
  if (Array.isArray(value)) return value.map(clonePlain) as T;
  if (typeof value !== 'object' || value === null) return value;
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (value instanceof Uint8Array) return value.slice() as T;
  assert(prototype === Object.prototype || prototype === null, 'a snapshot is plain data');
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, clonePlain(item)])) as T;
}
