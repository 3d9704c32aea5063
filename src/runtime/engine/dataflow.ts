/**
 * A dataflow: operators wired by direct calls, from readers to sinks. It carries rows, watermarks,
 * idleness and ends of input along its edges, keeps the figures, and gives its whole state as one value.
 *
 * Order is the law here: a row has gone through everything behind it before the next is read; a node
 * with several consumers serves them in plan order; event timers up to a watermark fire, in time
 * order, before the watermark goes on. So the output is a function of the input's order.
 *
 * Flink: `OperatorChain`, `StatusWatermarkValve`, `InternalTimeServiceManager`, for one subtask.
 */
import { assert, present } from '../base/assert.ts';
import type { DataflowNode, DataflowServices, NodeSnapshot } from './dataflow-node.ts';
import { RateHistory, type RateSnapshot } from './metrics.ts';
import type { Operator, SnapshotForm } from './operator.ts';
import { locate, OutsideFailure } from './row-failure.ts';
import { RunningNode, RunningSource } from './running-node.ts';
import { Tap } from './tap.ts';

/** Raised with every change of the snapshot's own shape. 1: first. 2: idleness and random numbers. 3: rates. 4: pages. */
export const DATAFLOW_SNAPSHOT_VERSION = 4;

/** State of a whole dataflow between two rows, as plain data. */
export interface DataflowSnapshot {
  readonly version: number;
  readonly nodes: readonly NodeSnapshot[];
  /** How far the random numbers of expressions were drawn; `null` where nobody said. */
  readonly random: readonly number[] | null;
  /** Counts of canvas nodes in the last second. */
  readonly rates: RateSnapshot;
}

/** A wired dataflow. */
export class Dataflow {
  readonly nodes: readonly RunningNode[];
  readonly sources: readonly RunningSource[];
  readonly #services: DataflowServices;
  readonly #byId = new Map<number, RunningNode>();
  readonly #taps = new Map<string, { readonly node: RunningNode; readonly tap: Tap }>();
  readonly #rates: RateHistory;
  readonly #waiting: readonly Operator[];

  constructor(specs: readonly DataflowNode[], services: DataflowServices) {
    this.#services = services;
    const nodes: RunningNode[] = [];
    const sources: RunningSource[] = [];
    const queryStartMs = services.nowMs();
    const read = new Set(specs.flatMap((spec) => spec.inputs));
    for (const spec of specs) {
      assert(!this.#byId.has(spec.id), 'ids of dataflow nodes are unique');
      const tap = this.#tapOf(spec, read);
      const node =
        spec.body.kind === 'source'
          ? new RunningSource(spec, spec.body.reader, services, queryStartMs, tap)
          : new RunningNode(spec, spec.body.operator, services, queryStartMs, tap);
      if (node instanceof RunningSource) sources.push(node);
      spec.inputs.forEach((id, index) => {
        const from = this.#byId.get(id);
        assert(from !== undefined, 'inputs come before their consumers');
        from.consumers.push({ node, input: index });
        node.producers.push(from);
      });
      this.#byId.set(spec.id, node);
      nodes.push(node);
      for (const nodeId of spec.nodeIds) {
        if (tap !== null && !this.#taps.has(nodeId)) this.#taps.set(nodeId, { node, tap });
      }
    }
    orderConsumers(nodes);
    for (const node of nodes) node.wire();
    const endTrace = services.endTrace ?? null;
    for (const node of nodes) if (endTrace !== null && node.consumers.length === 0) node.output.traceInto(endTrace);
    for (const node of nodes) node.open();
    const taps = [...this.#taps.values()].map(({ tap }) => tap);
    this.#rates = new RateHistory(() => taps.map((tap) => tap.total));
    this.nodes = nodes;
    this.sources = sources;
    this.#waiting = nodes.flatMap(({ operator }) => (operator?.waitFor === undefined ? [] : [operator]));
  }

  /** The node behind a canvas node (the first, where there are several), or `undefined`. */
  nodeOf(nodeId: string): RunningNode | undefined {
    return this.#taps.get(nodeId)?.node;
  }

  /** The kept rows of a canvas node. */
  tapOf(nodeId: string): Tap | undefined {
    return this.#taps.get(nodeId)?.tap;
  }

  /** Canvas nodes with something to show. */
  nodeIds(): readonly string[] {
    return [...this.#taps.keys()];
  }

  /** A turn, or the firing of timers, begins: all of it happens at `timeMs`. */
  turnBegins(timeMs: number): void {
    this.#rates.turn(timeMs);
  }

  /** Rows a second of all canvas nodes over the second before `nowMs`, in the order of `nodeIds`. */
  ratesAt(nowMs: number): readonly number[] {
    return this.#rates.ratesAt(nowMs);
  }

  /** Rows that all sources together have given. */
  get rowsEntered(): number {
    let sum = 0;
    for (const source of this.sources) sum += source.output.rowCount;
    return sum;
  }

  /** Resolves when the outside world can take more; `null`: it can now. */
  waitFor(): Promise<void> | null {
    for (const operator of this.#waiting) {
      const wait = operator.waitFor?.() ?? null;
      if (wait !== null) return wait;
    }
    return null;
  }

  /**
   * After the end of all sources: resolves when everything is where it belongs, rejects with what failed.
   * `null`: it is there already.
   */
  settle(): Promise<void> | null {
    const settling = this.nodes.flatMap((node) => {
      const settled = node.operator?.settle?.() ?? null;
      return settled === null ? [] : [{ node, settled }];
    });
    if (settling.length === 0) return null;
    return (async () => {
      for (const { node, settled } of settling) {
        const result = await settled;
        if (!result.ok) throw locate(new OutsideFailure(result.error), node.id, null);
      }
    })();
  }

  /** The node with a plan id. */
  node(id: number): RunningNode {
    return present(this.#byId.get(id), `dataflow node ${id}`);
  }

  /** Earliest pending processing-time timer of any operator; Infinity when there is none. */
  nextProcessingTimerMs(): number {
    let earliest = Number.POSITIVE_INFINITY;
    for (const node of this.nodes) earliest = Math.min(earliest, node.nextProcessingTimerMs());
    return earliest;
  }

  /** Fires processing-time timers that are due, in time order over all operators. */
  fireProcessingTimers(nowMs: number): void {
    for (;;) {
      let first: RunningNode | null = null;
      let earliest = Number.POSITIVE_INFINITY;
      for (const node of this.nodes) {
        const timeMs = node.nextProcessingTimerMs();
        if (timeMs < earliest) {
          earliest = timeMs;
          first = node;
        }
      }
      if (first === null || earliest > nowMs) return;
      first.fireProcessingTimers(earliest);
    }
  }

  /** As plain data, unless `shared` is asked for: then pages of large states are shared with other snapshots. */
  snapshot(form: SnapshotForm = 'apart'): DataflowSnapshot {
    const random = this.#services.randomStream?.state() ?? null;
    const nodes = this.nodes.map((node) => node.snapshot(form));
    return { version: DATAFLOW_SNAPSHOT_VERSION, nodes, random, rates: this.#rates.snapshot() };
  }

  /** Fills a fresh dataflow of the same plan. */
  restore(snapshot: DataflowSnapshot): void {
    assert(snapshot.version === DATAFLOW_SNAPSHOT_VERSION, `snapshot version ${snapshot.version} can be read`);
    assert(snapshot.nodes.length === this.nodes.length, 'a snapshot is restored into the same plan');
    snapshot.nodes.forEach((saved, index) => {
      const node = present(this.nodes[index], 'node of the snapshot');
      assert(node.id === saved.id && node.name === saved.name, 'a snapshot is restored into the same plan');
      node.restore(saved);
    });
    this.#rates.restore(snapshot.rates);
    if (snapshot.random !== null) this.#services.randomStream?.restore(snapshot.random);
  }

  close(): void {
    for (const node of this.nodes) node.close();
  }

  /**
   * The tap of a node that a canvas node stands for. Two INSERTs into one table are one node on the
   * canvas and share a tap; a table read twice shows its first reader, or its rows would show twice.
   */
  #tapOf(spec: DataflowNode, read: ReadonlySet<number>): Tap | null {
    if (spec.nodeIds.length === 0) return null;
    const known = spec.nodeIds.map((nodeId) => this.#taps.get(nodeId)?.tap).find((tap) => tap !== undefined);
    if (known === undefined) return new Tap();
    return read.has(spec.id) ? null : known;
  }
}

/**
 * A row that reaches one operator on two ways (a table joined with its own aggregate) comes first on the
 * shorter one: on a cluster every keyed operator is a task of its own, and each hop between tasks takes
 * longer than none. Where ways are equally long the plan's order stays.
 */
function orderConsumers(nodes: readonly RunningNode[]): void {
  const hopsBehind = new Map<RunningNode, number>();
  const hopsThrough = (node: RunningNode): number => (hopsBehind.get(node) ?? 0) + (isTask(node) ? 1 : 0);
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i] as RunningNode;
    const ways = node.consumers.map((consumer) => hopsThrough(consumer.node));
    hopsBehind.set(node, Math.max(0, ...ways));
    node.consumers.sort((a, b) => hopsThrough(a.node) - hopsThrough(b.node));
  }
}

/** Whether a node stands behind an exchange: it brings rows of a key, or of two inputs, together. */
function isTask(node: RunningNode): boolean {
  return node.inputCount > 1 || (node.operator?.describeState().length ?? 0) > 0;
}
