/**
 * One node of a running dataflow: the operator's context, the minimum of its inputs' watermarks, its
 * timers, and where its rows go. See `dataflow.ts` for how nodes are wired.
 */
import { assert, present } from '../base/assert.ts';
import { fromPortable, type Portable, toPortable } from '../data/portable.ts';
import type { RowKind } from '../data/row-kind.ts';
import type { Row } from '../data/value.ts';
import type { EvalContext } from '../sql/functions/function.ts';
import type { DataflowNode, DataflowServices, NodeSnapshot } from './dataflow-node.ts';
import { type EdgeListener, WatchedInput } from './edge-watch.ts';
import type {
  Operator,
  OperatorContext,
  OperatorMetrics,
  RowInput,
  SnapshotForm,
  Timer,
  TimerService,
} from './operator.ts';
import { pack, unpack } from './portable-snapshot.ts';
import { locate } from './row-failure.ts';
import type { SourceReader } from './source.ts';
import type { SplitCursor } from './splits.ts';
import type { Tap } from './tap.ts';
import { TimerQueue } from './timer-queue.ts';
import type { Trace } from './trace.ts';

/** A node of a running dataflow; also the operator's context. */
export class RunningNode implements OperatorContext {
  readonly id: number;
  readonly name: string;
  readonly nodeIds: readonly string[];
  readonly operator: Operator | null;
  /** Where its rows come from, by input. */
  readonly producers: RunningNode[] = [];
  /** Where the node's rows go, in plan order. */
  readonly consumers: { readonly node: RunningNode; readonly input: number }[] = [];
  readonly output: Output;
  readonly metrics: OperatorMetrics;
  readonly eval: EvalContext;
  readonly stateTtlMs: number;
  readonly inputCount: number;
  readonly #inputWatermarksMs: number[];
  readonly #inputIdle: boolean[];
  readonly #inputEnded: boolean[];
  readonly #services: DataflowServices;
  readonly #eventTimers: TimerQueue<unknown>[] = [];
  readonly #processingTimers: TimerQueue<unknown>[] = [];
  #watermarkMs = Number.NEGATIVE_INFINITY;
  #emittedWatermarkMs = Number.NEGATIVE_INFINITY;
  #isIdle = false;

  constructor(
    spec: DataflowNode,
    operator: Operator | null,
    services: DataflowServices,
    queryStartMs: number,
    tap: Tap | null,
  ) {
    this.id = spec.id;
    this.name = spec.name;
    this.nodeIds = spec.nodeIds;
    this.operator = operator;
    this.#services = services;
    this.stateTtlMs = services.stateTtlMs;
    this.inputCount = spec.inputs.length;
    this.#inputWatermarksMs = spec.inputs.map(() => Number.NEGATIVE_INFINITY);
    this.#inputIdle = spec.inputs.map(() => false);
    this.#inputEnded = spec.inputs.map(() => false);
    const splits = spec.body.kind === 'source' ? spec.body.splits : undefined;
    this.output =
      splits === undefined ? new Output(this, services.trace, tap) : new SplitOutput(this, services.trace, tap, splits);
    this.metrics = new NodeCounters(this.output, this.producers);
    this.eval = {
      currentTimeMs: services.nowMs,
      queryStartMs,
      random: services.random,
      currentWatermarkMs: () => (this.#watermarkMs === Number.NEGATIVE_INFINITY ? null : this.#watermarkMs),
      timeZone: services.timeZone,
    };
    assert(operator === null || operator.inputs.length === spec.inputs.length, `${spec.name} has one input per edge`);
  }

  /** Connects the output once all consumers are known. */
  wire(): void {
    this.output.connect(
      this.consumers.map(
        ({ node, input }) => new NodeInput(node.id, present(node.operator?.inputs[input], 'input of a consumer')),
      ),
    );
  }

  open(): void {
    this.operator?.open(this);
  }

  /** The tap that keeps this node's rows; null when no canvas node stands for it. */
  get tap(): Tap | null {
    return this.output.tap;
  }

  /** Watermark that this node last sent on. */
  get emittedWatermarkMs(): number {
    return this.#emittedWatermarkMs;
  }

  /** Watermark of each input, for the designer: which one holds the node back. */
  inputWatermarksMs(): readonly number[] {
    return this.#inputWatermarksMs;
  }

  currentWatermarkMs(): number {
    return this.#watermarkMs;
  }

  emitWatermark(timeMs: number): void {
    if (timeMs <= this.#emittedWatermarkMs) return;
    this.#emittedWatermarkMs = timeMs;
    this.#services.trace?.watermark(this.id, timeMs);
    for (const { node, input } of this.consumers) node.receiveWatermark(input, timeMs);
  }

  setIdle(idle: boolean): void {
    if (idle === this.#isIdle) return;
    this.#isIdle = idle;
    for (const { node, input } of this.consumers) node.receiveIdle(input, idle);
  }

  eventTimers<T>(onTimer: (timer: Timer<T>) => void): TimerService<T> {
    const queue = new TimerQueue<T>(onTimer);
    this.#eventTimers.push(queue as unknown as TimerQueue<unknown>);
    return queue;
  }

  processingTimers<T>(onTimer: (timer: Timer<T>) => void): TimerService<T> {
    const queue = new TimerQueue<T>(onTimer);
    this.#processingTimers.push(queue as unknown as TimerQueue<unknown>);
    return queue;
  }

  nextProcessingTimerMs(): number {
    let earliest = Number.POSITIVE_INFINITY;
    for (const queue of this.#processingTimers) earliest = Math.min(earliest, queue.nextTimeMs());
    return earliest;
  }

  fireProcessingTimers(nowMs: number): void {
    try {
      for (const queue of this.#processingTimers) queue.fireUpTo(nowMs);
    } catch (error) {
      throw locate(error, this.id, null);
    }
  }

  receiveWatermark(input: number, timeMs: number): void {
    // A channel that was idle and lags must not pull the minimum back; `#combine` only ever raises it.
    if (timeMs <= (this.#inputWatermarksMs[input] ?? timeMs)) return;
    this.#inputWatermarksMs[input] = timeMs;
    if (this.#inputIdle[input]) this.receiveIdle(input, false);
    this.#combine();
  }

  receiveIdle(input: number, idle: boolean): void {
    if (this.#inputIdle[input] === idle) return;
    this.#inputIdle[input] = idle;
    this.#combine();
    this.setIdle(this.#inputIdle.every((each) => each));
  }

  receiveEnd(input: number): void {
    assert(!this.#inputEnded[input], 'an input ends once');
    this.#inputEnded[input] = true;
    try {
      this.operator?.finishInput(input);
    } catch (error) {
      throw locate(error, this.id, null);
    }
    if (this.#inputEnded.every((each) => each))
      for (const consumer of this.consumers) consumer.node.receiveEnd(consumer.input);
  }

  /** Late rows, and others that the operator counts. */
  get lateRowCount(): number {
    return this.metrics.numLateRecordsDropped;
  }

  snapshot(form: SnapshotForm): NodeSnapshot {
    return {
      id: this.id,
      name: this.name,
      inputWatermarksMs: [...this.#inputWatermarksMs],
      inputEnded: [...this.#inputEnded],
      inputIdle: [...this.#inputIdle],
      isIdle: this.#isIdle,
      reachedMs: this.#watermarkMs,
      watermarkMs: this.#emittedWatermarkMs,
      rowCount: this.output.rowCount,
      lateRowCount: this.metrics.numLateRecordsDropped,
      operator: this.operator === null ? null : pack(this.operator.snapshot(form)),
      position: null,
    };
  }

  restore(saved: NodeSnapshot): void {
    saved.inputWatermarksMs.forEach((timeMs, input) => {
      this.#inputWatermarksMs[input] = timeMs;
    });
    saved.inputEnded.forEach((ended, input) => {
      this.#inputEnded[input] = ended;
    });
    saved.inputIdle.forEach((idle, input) => {
      this.#inputIdle[input] = idle;
    });
    this.#isIdle = saved.isIdle;
    // Not the minimum over the inputs: one that was idle may lag behind what the node has reached.
    this.#watermarkMs = saved.reachedMs;
    this.#emittedWatermarkMs = saved.watermarkMs;
    this.output.rowCount = saved.rowCount;
    this.metrics.numLateRecordsDropped = saved.lateRowCount;
    if (saved.operator !== null) present(this.operator, 'operator of a snapshot').restore(unpack(saved.operator));
  }

  close(): void {
    this.operator?.close();
  }

  #combine(): void {
    let minimum = Number.POSITIVE_INFINITY;
    let active = 0;
    for (let input = 0; input < this.inputCount; input++) {
      if (this.#inputIdle[input]) continue;
      active += 1;
      minimum = Math.min(minimum, this.#inputWatermarksMs[input] as number);
    }
    // All idle: nobody holds the others back any more, so the furthest counts (StatusWatermarkValve).
    if (active === 0) minimum = Math.max(...this.#inputWatermarksMs);
    if (minimum <= this.#watermarkMs) return;
    this.#watermarkMs = minimum;
    const operator = present(this.operator, 'operator of a node with inputs');
    try {
      for (const queue of this.#eventTimers) queue.fireUpTo(minimum);
      operator.processWatermark(minimum);
    } catch (error) {
      throw locate(error, this.id, null);
    }
    if (operator.forwardsWatermarks) this.emitWatermark(minimum);
  }
}

/** A node that reads. It has no inputs; its reader pushes into `output`. */
export class RunningSource extends RunningNode {
  readonly reader: SourceReader;
  /** Splits of its rows; `null`: it has none. */
  readonly splits: SplitCursor | null;
  hasEnded = false;

  constructor(
    spec: DataflowNode,
    reader: SourceReader,
    services: DataflowServices,
    queryStartMs: number,
    tap: Tap | null,
  ) {
    super(spec, null, services, queryStartMs, tap);
    assert(spec.inputs.length === 0, 'a source has no inputs');
    this.reader = reader;
    this.splits = (spec.body.kind === 'source' ? spec.body.splits : undefined) ?? null;
  }

  /** The reader is exhausted: the final watermark, then the end of input. */
  end(): void {
    assert(!this.hasEnded, 'a source ends once');
    this.hasEnded = true;
    this.emitWatermark(Number.POSITIVE_INFINITY);
    for (const { node, input } of this.consumers) node.receiveEnd(input);
  }

  override snapshot(form: SnapshotForm): NodeSnapshot {
    const position = [this.hasEnded, toPortable(this.reader.position())];
    return {
      ...super.snapshot(form),
      position: this.splits === null ? position : [...position, toPortable(this.splits.snapshot())],
    };
  }

  override restore(saved: NodeSnapshot): void {
    super.restore(saved);
    assert(Array.isArray(saved.position), 'the snapshot of a source has its position');
    this.hasEnded = saved.position[0] === true;
    this.reader.restore(fromPortable(saved.position[1] as Portable));
    this.splits?.restore(fromPortable(saved.position[2] as Portable));
  }

  override close(): void {
    this.reader.close();
  }
}

/** Where a node's rows go: counts, taps, traces, then calls the consumers in plan order. */
export class Output implements RowInput {
  rowCount = 0;
  readonly tap: Tap | null;
  #trace: Trace | null;
  readonly #node: RunningNode;
  #inputs: readonly NodeInput[] = [];
  /** The inputs, or what stands before those that are watched. */
  #targets: readonly RowInput[] = [];

  constructor(node: RunningNode, trace: Trace | null, tap: Tap | null) {
    this.#node = node;
    this.#trace = trace;
    this.tap = tap;
  }

  /** Plan id of the node. */
  get nodeId(): number {
    return this.#node.id;
  }

  connect(inputs: readonly NodeInput[]): void {
    this.#inputs = inputs;
    this.#targets = inputs;
  }

  /** Lets listeners hear rows before the consumers get them; one place a consumer, `null` for nobody. */
  listen(listeners: readonly (EdgeListener | null)[]): void {
    this.#targets = this.#inputs.map((input, place) => {
      const listener = listeners[place] ?? null;
      return listener === null ? input : new WatchedInput(input, listener);
    });
  }

  /** Hashes this node's rows into `trace`, unless a trace of all edges does so already. */
  traceInto(trace: Trace): void {
    this.#trace ??= trace;
  }

  processRow(kind: RowKind, row: Row): void {
    this.rowCount += 1;
    if (this.tap !== null) this.tap.add(kind, row);
    if (this.#trace !== null) this.#trace.row(this.#node.id, kind, row);
    const targets = this.#targets;
    for (let i = 0; i < targets.length; i++) (targets[i] as RowInput).processRow(kind, row);
  }
}

/** The output of a source with splits: its rows say where they come from, and enter without that. */
class SplitOutput extends Output {
  readonly #splits: SplitCursor;

  constructor(node: RunningNode, trace: Trace | null, tap: Tap | null, splits: SplitCursor) {
    super(node, trace, tap);
    this.#splits = splits;
  }

  override processRow(kind: RowKind, row: Row): void {
    super.processRow(kind, this.#splits.enter(row));
  }
}

/** One input of a node as its producer sees it: says where a failure happened. */
class NodeInput implements RowInput {
  readonly #nodeId: number;
  readonly #input: RowInput;

  constructor(nodeId: number, input: RowInput) {
    this.#nodeId = nodeId;
    this.#input = input;
  }

  processRow(kind: RowKind, row: Row): void {
    try {
      this.#input.processRow(kind, row);
    } catch (error) {
      throw locate(error, this.#nodeId, row);
    }
  }
}

/** Counters of one operator; the output counts itself, so that no row is counted twice. */
class NodeCounters implements OperatorMetrics {
  numLateRecordsDropped = 0;
  readonly #output: Output;
  readonly #producers: readonly RunningNode[];

  constructor(output: Output, producers: readonly RunningNode[]) {
    this.#output = output;
    this.#producers = producers;
  }

  get numRecordsIn(): number {
    return this.#producers.reduce((sum, producer) => sum + producer.output.rowCount, 0);
  }

  get numRecordsOut(): number {
    return this.#output.rowCount;
  }
}
