/**
 * Which operators of a Flink job stand behind which node of the canvas. Flink's plan knows no names of views, but our
 * planner plans a statement as Flink's does; so the statement is planned here with the names of the canvas, and both
 * plans are walked together, from each sink upwards:
 *
 *   canvas      page_views                                            views_per_minute  popular_pages
 *   our plan    Calc ─────────── WindowAggregate ──────────────────── Calc ──────────── Sink
 *   Flink       Calc ── Local ── GlobalWindowAggregate (next vertex)─ Calc ──────────── Sink
 *
 *  1. Sinks are found by the names of their tables.
 *  2. What only one side has (Local…, WatermarkAssigner pushed into a source, ConstraintEnforcer, Union) is passed over.
 *  3. Between two operators that both sides have there are runs of Calc, of which Flink may have fewer. A Calc without
 *     a condition lets as many rows out as in, so its count is that of its neighbour; of several with conditions in one
 *     only the last has a count, the others are said to be merged.
 *  4. Scans are found by the names of their tables wherever the walk did not come to them.
 *
 * What cannot be mapped is told, never guessed.
 */
import { assert } from '../base/assert.ts';
import type { PhysicalNode } from '../sql/3-plan/physical.ts';
import type { FlinkOperator } from './flink-operators.ts';

/** What stands behind a node of the canvas. */
export interface MappedNode {
  /** Operators whose output is the node's, added up; of a sink: whose input is. */
  readonly operators: readonly FlinkOperator[];
  /** False: Flink does more in that operator than the node, so its count is not the node's. */
  readonly isExact: boolean;
  /** These, and those before them that work for the node alone. */
  readonly members: readonly FlinkOperator[];
}

/** The map of a job. */
export interface CanvasMap {
  readonly nodes: ReadonlyMap<string, MappedNode>;
  /** Operators that are behind no node, and are no helpers of one that is. */
  readonly unmapped: readonly FlinkOperator[];
}

/** A table on the canvas. */
export interface CanvasTable {
  readonly nodeId: string;
  readonly name: string;
}

/** What is mapped: the plan of the script, with the names of the canvas, and the tables of the canvas. */
export interface MapRequest {
  readonly operators: readonly FlinkOperator[];
  /** Roots of the plan; empty when the script cannot be planned here, then only tables are found. */
  readonly roots: readonly PhysicalNode[];
  readonly tables: readonly CanvasTable[];
}

/** Maps a job. */
export function mapToCanvas({ operators, roots, tables }: MapRequest): CanvasMap {
  const walk = new Walk();
  for (const root of roots) {
    if (root.options.kind !== 'sink') continue;
    const { name } = root.options.table.path;
    const [input] = root.inputs;
    if (input === undefined) continue;
    const sinks = operators.filter((each) => each.name === 'Sink');
    const named = sinks.find((each) => each.table === name);
    if (named !== undefined) walk.match(input, named.inputs[0] ?? []);
    else {
      // One that does not say its table is that of the sink whose rows come to it.
      const found = sinks.find(
        (each) => each.table === '' && !walk.seen.has(each) && walk.match(input, each.inputs[0] ?? []),
      );
      for (const nodeId of root.nodeIds) if (found !== undefined) walk.assign(nodeId, [found], true);
      if (found !== undefined) walk.seen.add(found);
    }
  }
  for (const { nodeId, name } of tables) {
    const own = operators.filter((each) => each.table === name);
    walk.assign(nodeId, own.filter((each) => each.name === 'TableSourceScan').slice(0, 1), true);
    // A table that is both has the rows that come out of it.
    walk.assign(nodeId, own.filter((each) => each.name === 'Sink').slice(0, 1), true);
    for (const each of own) walk.seen.add(each);
  }
  const outputs = new Set([...walk.nodes.values()].flatMap((node) => node.operators));
  return {
    nodes: new Map(
      [...walk.nodes].map(([nodeId, node]) => [
        nodeId,
        { ...node, members: membersOf(node.operators, outputs, walk.seen) },
      ]),
    ),
    unmapped: operators.filter((each) => !walk.seen.has(each) && !isHelper(each.name)),
  };
}

/** From the outputs of a node up to the outputs of others. */
function membersOf(
  own: readonly FlinkOperator[],
  outputs: ReadonlySet<FlinkOperator>,
  seen: ReadonlySet<FlinkOperator>,
): FlinkOperator[] {
  const members = new Set(own);
  for (const member of members) {
    for (const candidates of member.inputs) {
      const input = candidates.find((each) => seen.has(each));
      if (input !== undefined && !outputs.has(input)) members.add(input);
    }
  }
  return [...members];
}

/** A run of Calc below an operator, the one nearest to the consumer first. */
interface Run {
  readonly calcs: readonly PhysicalNode[];
  readonly anchor: PhysicalNode;
}

class Walk {
  readonly nodes = new Map<string, Omit<MappedNode, 'members'>>();
  /** Operators that were matched with something of our plan, or passed over on the way to it. */
  readonly seen = new Set<FlinkOperator>();
  readonly #tried = new Set<string>();

  /** Matches an input of our plan with the first of Flink's operators that fits. */
  match(local: PhysicalNode, candidates: readonly FlinkOperator[]): boolean {
    return candidates.some((operator) => this.#matchRun(runOf(local), operator, [], []));
  }

  assign(nodeId: string, operators: readonly FlinkOperator[], isExact: boolean): void {
    const known = this.nodes.get(nodeId);
    if (operators.length === 0 || known?.isExact === true || (known !== undefined && !isExact)) return;
    this.nodes.set(nodeId, { operators, isExact });
  }

  /** `calcs` and `passed`: of Flink, between the consumer and `operator`. */
  #matchRun(
    run: Run,
    operator: FlinkOperator,
    calcs: readonly FlinkOperator[],
    passed: readonly FlinkOperator[],
  ): boolean {
    const { anchor } = run;
    if (operator.name === 'Calc' || isHelper(operator.name)) {
      const more = operator.name === 'Calc' ? [...calcs, operator] : calcs;
      return (operator.inputs[0] ?? []).some((input) => this.#matchRun(run, input, more, [...passed, operator]));
    }
    if (isSame(anchor, operator)) {
      for (const each of [operator, ...passed]) this.seen.add(each);
      this.#pairCalcs(run.calcs, calcs, operator);
      for (const nodeId of anchor.nodeIds) this.assign(nodeId, [operator], true);
      this.#matchInputs(anchor, operator);
      return true;
    }
    // A WatermarkAssigner that Flink has inside its source, and others that only we have.
    const [below] = anchor.inputs;
    if (anchor.inputs.length !== 1 || below === undefined || !ONLY_OURS.has(anchor.name)) return false;
    const next = runOf(below);
    if (!this.#matchRun({ calcs: [...run.calcs, ...next.calcs], anchor: next.anchor }, operator, calcs, passed))
      return false;
    for (const nodeId of anchor.nodeIds) this.assign(nodeId, [operator], true);
    return true;
  }

  /** Inputs in their order; of a Union, which is no operator of Flink's, its inputs stand in its place. */
  #matchInputs(anchor: PhysicalNode, operator: FlinkOperator): void {
    // The same pair is met again where a plan is shared; once is enough.
    const key = `${anchor.id} ${operator.key}`;
    if (this.#tried.has(key)) return;
    this.#tried.add(key);
    const inputs = anchor.inputs.flatMap((input) => spread(input));
    for (const [i, input] of inputs.entries()) this.match(input, operator.inputs[i] ?? operator.inputs[0] ?? []);
    for (const input of anchor.inputs) {
      const { anchor: union } = runOf(input);
      if (union.name !== 'Union') continue;
      const heads = union.inputs.flatMap((_, i) => operator.inputs[i]?.find((each) => this.seen.has(each)) ?? []);
      for (const nodeId of union.nodeIds) this.assign(nodeId, heads, heads.length === union.inputs.length);
    }
  }

  /** Our run of Calc beside Flink's, both from the consumer down; `below` is what the run reads. */
  #pairCalcs(ours: readonly PhysicalNode[], theirs: readonly FlinkOperator[], below: FlinkOperator): void {
    const counts: (FlinkOperator | null)[] = ours.map((_, i) =>
      ours.length <= theirs.length ? (theirs[i] ?? null) : null,
    );
    if (ours.length === 0) return;
    counts[0] = theirs[0] ?? below;
    // Without a condition as many rows come out as go in.
    for (let i = 1; i < ours.length; i++) counts[i] ??= hasCondition(ours[i - 1]) ? null : (counts[i - 1] ?? null);
    let under: FlinkOperator | null = below;
    for (let i = ours.length - 1; i >= 0; i--) {
      if (hasCondition(ours[i])) under = counts[i] ?? null;
      counts[i] ??= under;
    }
    ours.forEach((calc, i) => {
      const exact = counts[i] ?? null;
      const near = exact ?? theirs[0] ?? below;
      for (const nodeId of calc.nodeIds) this.assign(nodeId, [near], exact !== null);
    });
  }
}

function runOf(node: PhysicalNode): Run {
  const calcs: PhysicalNode[] = [];
  let at = node;
  while (at.options.kind === 'calc') {
    calcs.push(at);
    const [input] = at.inputs;
    assert(input !== undefined, 'a Calc has an input');
    at = input;
  }
  return { calcs, anchor: at };
}

/** An input, or the inputs of the Union that it is. */
function spread(input: PhysicalNode): readonly PhysicalNode[] {
  const { anchor } = runOf(input);
  return anchor.name === 'Union' ? anchor.inputs.flatMap(spread) : [input];
}

function hasCondition(node: PhysicalNode | undefined): boolean {
  return node?.options.kind === 'calc' && node.options.condition !== undefined;
}

/** Operators that Flink adds on its own and that let rows through as they are, or only prepare what comes next. */
function isHelper(name: string): boolean {
  return /^Local|^(MiniBatchAssigner|ConstraintEnforcer|SinkMaterializer|SinkUpsertMaterializer|DropUpdateBefore|StreamRecordTimestampInserter|Sink|end: Writer)$/.test(
    name,
  );
}

/** Operators that only our plan may have where Flink's has pushed them into a source, or has none. */
const ONLY_OURS: ReadonlySet<string> = new Set(['WatermarkAssigner', 'DropUpdateBefore', 'ChangelogNormalize']);

function isSame(local: PhysicalNode, operator: FlinkOperator): boolean {
  if (local.name === 'TableSourceScan' && local.options.kind === 'table-scan')
    return operator.name === 'TableSourceScan' && operator.table === local.options.table.path.name;
  return bare(local.name) === bare(operator.name);
}

/** `GlobalWindowAggregate` and `IncrementalGroupAggregate` give what their plain forms give. */
function bare(name: string): string {
  return name.replace(/^(Global|Incremental)/, '');
}
