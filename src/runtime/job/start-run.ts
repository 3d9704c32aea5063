/**
 * The designer's run: all INSERT and SELECT statements of a script as one dataflow, with a tap on every
 * canvas node. Sources are read once for all statements, so the canvas shows one stream of rows.
 */
import { assert, present } from '../base/assert.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import type { Span } from '../base/span.ts';
import { formatValue } from '../data/format-value.ts';
import type { Schema } from '../data/logical-type.ts';
import { ROW_KIND_TEXT } from '../data/row-kind.ts';
import { typeToString } from '../data/type-text.ts';
import type { Row } from '../data/value.ts';
import type { Dataflow } from '../engine/dataflow.ts';
import { RateMeter, type RunStatus } from '../engine/metrics.ts';
import type { RunningNode } from '../engine/running-node.ts';
import { Run, type RunSnapshot, runDiagnostic } from '../engine/scheduler.ts';
import type { Trace } from '../engine/trace.ts';
import { TurnClock } from '../engine/turn-clock.ts';
import { buildGraph } from '../program/build-graph.ts';
import { parseScript } from '../sql/1-parse/parse-script.ts';
import { bindStatement } from '../sql/2-bind/bind-statement.ts';
import type { BoundInsert, Rel } from '../sql/2-bind/rel.ts';
import { Session } from '../sql/2-bind/session.ts';
import type { PhysicalNode, PhysicalPlan } from '../sql/3-plan/physical.ts';
import { plan as planStatements } from '../sql/3-plan/plan.ts';
import { buildDataflow, unsupportedNodes } from './build-dataflow.ts';
import { connectorCatalog } from './connector-catalog.ts';
import { notYetDiagnostic } from './inspect-script.ts';
import { planRules } from './plan-rules.ts';
import type { ScriptSeams } from './run-script.ts';
import { aggregateNames } from './state-column-names.ts';
import { nameUnconnectedInputs } from './unconnected-inputs.ts';

/** Either a run that is about to start (paused), or what is wrong with the script. */
export type StartedRun =
  | { readonly run: DesignerRun; readonly diagnostics: readonly Diagnostic[] }
  | { readonly run: null; readonly diagnostics: readonly Diagnostic[] };

/** Figures of one canvas node. Shape of `nodeMetricsShape`, but for the watermark at the end. */
export interface NodeFigures {
  readonly nodeId: string;
  readonly rowCount: number;
  readonly rowsPerSecond: number;
  readonly watermarkMs: number | null;
  readonly ended: boolean;
  readonly lateRowCount: number;
  readonly stateEntryCount: number;
  readonly stateSizeBytes: number;
}

/** A column as the contract sends it. */
export interface ColumnText {
  readonly name: string;
  readonly type: string;
}

/** Plans a script and makes its run. Nothing flows before `resume`. */
export function startRun(text: string, seams: ScriptSeams, trace: Trace | null = null): StartedRun {
  const { script, diagnostics: parseDiagnostics } = parseScript(text);
  const graph = buildGraph(script);
  const byStart = new Map(graph.nodes.map((node) => [node.span.start, node.id]));
  const nodeIdOf = (span: Span): string | undefined => byStart.get(span.start);
  const session = new Session();
  const diagnostics: Diagnostic[] = [...parseDiagnostics];
  const roots: (BoundInsert | { readonly kind: 'query'; readonly rel: Rel })[] = [];
  for (const statement of script.statements) {
    const { bound, diagnostics: found } = bindStatement(statement, session, connectorCatalog, { text, nodeIdOf });
    diagnostics.push(...nameUnconnectedInputs(found, graph));
    if (bound?.kind === 'inserts') roots.push(...bound.inserts);
    else if (bound?.kind === 'query') roots.push({ kind: 'query', rel: bound.rel });
  }
  if (roots.length === 0 && !hasErrors(diagnostics)) diagnostics.push(NOTHING_TO_RUN);
  if (hasErrors(diagnostics)) return { run: null, diagnostics };
  const planned = planStatements(roots, planRules, session, connectorCatalog, { taps: true });
  diagnostics.push(...planned.diagnostics);
  if (!hasErrors(diagnostics)) {
    diagnostics.push(
      ...unsupportedNodes(planned.plan).map((node) => ({ ...notYetDiagnostic(node.name), ...nodeIdsOf(node) })),
    );
  }
  if (hasErrors(diagnostics)) return { run: null, diagnostics };
  const clock = new TurnClock(seams.host.clock);
  const built = buildDataflow({
    plan: planned.plan,
    seams: {
      files: seams.files,
      clock,
      random: seams.random,
      printLine: seams.printLine,
      timeZone: session.timeZone,
    },
    stateTtlMs: session.duration('table.exec.state.ttl'),
    notNull: session.setting('table.exec.sink.not-null-enforcer')?.toUpperCase() === 'DROP' ? 'drop' : 'error',
    trace,
    onQueryRow: () => {},
  });
  if (!built.ok) {
    const message = built.error.message;
    return {
      run: null,
      diagnostics: [...diagnostics, { code: 'run/outside', phase: 'run', severity: 'error', message }],
    };
  }
  return {
    run: new DesignerRun(planned.plan, built.value, { host: seams.host, clock }, session.timeZone),
    diagnostics,
  };
}

const NOTHING_TO_RUN: Diagnostic = {
  code: 'plan/nothing-to-run',
  phase: 'plan',
  severity: 'error',
  message: 'The script has no INSERT and no SELECT, so there is nothing to run.',
  hint: 'Connect a node to a sink, or add a SELECT.',
};

function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === 'error');
}

function nodeIdsOf(node: PhysicalNode): { readonly nodeId?: string } {
  return node.nodeIds[0] === undefined ? {} : { nodeId: node.nodeIds[0] };
}

/** State figures may cost this share of the time: listing state walks over it. */
const STATE_FIGURES_SHARE = 0.02;

/** A run as the designer sees it: by canvas node. */
export class DesignerRun {
  readonly #run: Run;
  readonly #plan: PhysicalPlan;
  readonly #dataflow: Dataflow;
  readonly #timeZone: string;
  readonly #nowMs: () => number;
  readonly #rates = new Map<string, RateMeter>();
  readonly #schemas = new Map<string, Schema>();
  /** Plan nodes that make up a canvas node: its own, and nameless ones that only feed it. */
  readonly #members = new Map<string, RunningNode[]>();
  #stateFigures = new Map<string, { entryCount: number; sizeBytes: number }>();
  #stateFiguresDueMs = 0;
  #onEnd: (run: DesignerRun) => void = () => {};

  constructor(
    plan: PhysicalPlan,
    dataflow: Dataflow,
    seams: Pick<ScriptSeams, 'host'> & { readonly clock: TurnClock },
    timeZone: string,
  ) {
    this.#plan = plan;
    this.#dataflow = dataflow;
    this.#timeZone = timeZone;
    this.#nowMs = () => seams.host.clock.nowMs();
    this.#run = new Run(dataflow, seams.host, () => this.#onEnd(this), { clock: seams.clock });
    for (const node of plan.nodes) {
      for (const nodeId of node.nodeIds) if (!this.#schemas.has(nodeId)) this.#schemas.set(nodeId, node.schema);
    }
    this.#assignMembers();
  }

  /** Called once when the run has ended, however. */
  onEnd(listener: (run: DesignerRun) => void): void {
    this.#onEnd = listener;
  }

  get status(): RunStatus {
    return this.#run.status;
  }

  get hasEnded(): boolean {
    return this.#run.hasEnded;
  }

  get elapsedMs(): number {
    return this.#run.elapsedMs;
  }

  resume(): void {
    this.#run.resume();
  }

  pause(): void {
    this.#run.pause();
  }

  step(): void {
    this.#run.step();
  }

  stop(): void {
    this.#run.stop();
  }

  /** The whole state between two rows, as plain data. */
  snapshot(): RunSnapshot {
    return this.#run.snapshot();
  }

  /** Goes on from a snapshot of the same script; only before the run has begun. */
  restore(snapshot: RunSnapshot): void {
    this.#run.restore(snapshot);
  }

  /** Why the run failed, as diagnostics; empty otherwise. */
  diagnostics(): readonly Diagnostic[] {
    return this.#run.status === 'failed' ? [runDiagnostic(this.#run.failure, this.#dataflow)] : [];
  }

  rowsRead(): number {
    return this.#dataflow.sources.reduce((sum, source) => sum + source.reader.progress().rowsRead, 0);
  }

  /** Share of the input read, 0 to 1; null when some input has no end. */
  fraction(): number | null {
    let least: number | null = 1;
    for (const source of this.#dataflow.sources) {
      const { fraction } = source.reader.progress();
      least = fraction === null || least === null ? null : Math.min(least, source.hasEnded ? 1 : fraction);
    }
    return least;
  }

  /** Figures of all canvas nodes. */
  figures(): NodeFigures[] {
    this.#refreshStateFigures();
    const nowMs = this.#nowMs();
    return this.#dataflow.nodeIds().map((nodeId) => {
      const node = present(this.#dataflow.nodeOf(nodeId), 'canvas node of a run');
      const rowCount = this.#dataflow.tapOf(nodeId)?.total ?? node.output.rowCount;
      const watermarkMs = Math.max(node.emittedWatermarkMs, node.currentWatermarkMs());
      const state = this.#stateFigures.get(nodeId);
      return {
        nodeId,
        rowCount,
        rowsPerSecond: this.hasEnded ? 0 : this.#rateOf(nodeId).sample(nowMs, rowCount),
        watermarkMs: Number.isFinite(watermarkMs) ? watermarkMs : null,
        ended: watermarkMs === Number.POSITIVE_INFINITY,
        lateRowCount: this.#membersOf(nodeId).reduce((sum, member) => sum + member.lateRowCount, 0),
        stateEntryCount: state?.entryCount ?? 0,
        stateSizeBytes: state?.sizeBytes ?? 0,
      };
    });
  }

  /** Kept rows of a node, formatted. */
  readTap(nodeId: string, fromSequence: number, countMax: number) {
    const tap = this.#dataflow.tapOf(nodeId);
    const schema = this.#schemas.get(nodeId) ?? [];
    const rows = (tap?.read(fromSequence, countMax) ?? []).map(({ sequence, kind, row }) => ({
      sequence,
      kind: ROW_KIND_TEXT[kind],
      values: this.#texts(schema, row),
    }));
    return { columns: columnTexts(schema), rows, total: tap?.total ?? 0, retainedFrom: tap?.retainedFrom ?? 0 };
  }

  /** A page of every state of a node's operators. */
  listState(nodeId: string, offset: number, countMax: number) {
    return this.#membersOf(nodeId).flatMap((member) => {
      const operator = member.operator;
      if (operator === null) return [];
      const names = aggregateNames(this.#plan, member.id);
      return operator.describeState().map((state) => {
        const page = operator.listState(state.name, { offset, countMax });
        return {
          operator: member.name,
          name: state.name,
          keyColumns: columnTexts(state.keySchema),
          valueColumns: columnTexts(state.valueSchema).map((c) => ({ ...c, name: names.get(c.name) ?? c.name })),
          bound: state.bound,
          entryCount: page.entryCount,
          sizeBytes: page.sizeBytes,
          entries: page.entries.map(({ key, value }) => ({
            key: this.#texts(state.keySchema, key),
            value: this.#texts(state.valueSchema, value),
          })),
        };
      });
    });
  }

  #texts(schema: Schema, row: Row): (string | null)[] {
    return schema.map(({ type }, index) => formatValue(row[index] ?? null, type, this.#timeZone));
  }

  #rateOf(nodeId: string): RateMeter {
    let rate = this.#rates.get(nodeId);
    if (rate === undefined) {
      rate = new RateMeter();
      this.#rates.set(nodeId, rate);
    }
    return rate;
  }

  #membersOf(nodeId: string): readonly RunningNode[] {
    return this.#members.get(nodeId) ?? [];
  }

  #assignMembers(): void {
    const ownerOf = new Map<number, string>();
    // Consumers come after their inputs in the plan, so walking backwards meets them first.
    for (let i = this.#plan.nodes.length - 1; i >= 0; i--) {
      const node = this.#plan.nodes[i] as PhysicalNode;
      const owner = node.nodeIds[0] ?? ownerOf.get(node.id);
      if (owner === undefined) continue;
      const members = this.#members.get(owner) ?? [];
      members.unshift(this.#dataflow.node(node.id));
      this.#members.set(owner, members);
      for (const input of node.inputs) if (!ownerOf.has(input.id)) ownerOf.set(input.id, owner);
    }
    for (const node of this.#plan.nodes) {
      const [first, ...others] = node.nodeIds;
      for (const other of others) this.#members.set(other, [...this.#membersOf(first ?? '')]);
    }
  }

  #refreshStateFigures(): void {
    const startMs = this.#nowMs();
    if (startMs < this.#stateFiguresDueMs && !this.hasEnded) return;
    const figures = new Map<string, { entryCount: number; sizeBytes: number }>();
    for (const [nodeId, members] of this.#members) {
      let entryCount = 0;
      let sizeBytes = 0;
      for (const { operator } of members) {
        for (const state of operator?.describeState() ?? []) {
          const page = present(operator, 'operator with state').listState(state.name, { offset: 0, countMax: 0 });
          entryCount += page.entryCount;
          sizeBytes += page.sizeBytes;
        }
      }
      figures.set(nodeId, { entryCount, sizeBytes });
    }
    this.#stateFigures = figures;
    const costMs = this.#nowMs() - startMs;
    assert(costMs >= 0, 'the clock does not go back');
    this.#stateFiguresDueMs = startMs + costMs / STATE_FIGURES_SHARE;
  }
}

function columnTexts(schema: Schema): ColumnText[] {
  return schema.map(({ name, type }) => ({ name, type: typeToString(type) }));
}
