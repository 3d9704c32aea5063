/**
 * What the designer knows of a script before it runs: the graph, every mistake that would keep it from
 * running, and for each node the columns and the changelog mode of its output. Behind the language
 * worker, so it is called after each pause in typing.
 */
import type { Diagnostic } from '../base/diagnostic.ts';
import type { Span } from '../base/span.ts';
import type { Schema } from '../data/logical-type.ts';
import { typeToString } from '../data/type-text.ts';
import { buildGraph } from '../program/build-graph.ts';
import type { ProgramGraph } from '../program/graph.ts';
import type { Script } from '../sql/1-parse/ast.ts';
import { parseScript } from '../sql/1-parse/parse-script.ts';
import { bindStatement } from '../sql/2-bind/bind-statement.ts';
import type { Rel } from '../sql/2-bind/rel.ts';
import { Session } from '../sql/2-bind/session.ts';
import type { ChangelogMode, PhysicalPlan } from '../sql/3-plan/physical.ts';
import { type PlanInput, plan as planStatements } from '../sql/3-plan/plan.ts';
import { type FunctionFile, projectFunctions } from '../udf/project-functions.ts';
import { type AnalysedFunction, analyseFunctions } from './analyse-functions.ts';
import { unsupportedNodes } from './build-dataflow.ts';
import { connectorCatalog } from './connector-catalog.ts';
import { notYetDiagnostic } from './inspect-script.ts';
import { planRules } from './plan-rules.ts';
import { nameUnconnectedInputs } from './unconnected-inputs.ts';

/** How the rows of a node change, in one word. */
export type ChangelogWord = 'append' | 'upsert' | 'retract';

/** Output of a node. `changelog` is null while the node cannot be planned. */
export interface NodeOutput {
  readonly nodeId: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly changelog: ChangelogWord | null;
}

/** What is known of a script. */
export interface Analysis {
  readonly script: Script;
  readonly graph: ProgramGraph;
  readonly diagnostics: readonly Diagnostic[];
  readonly outputs: readonly NodeOutput[];
  readonly functions: readonly AnalysedFunction[];
}

/** Bounds for scripts that nobody could look at as a graph. */
export interface AnalyseLimits {
  /** Statements that become nodes; the others are only parsed. Beyond it nothing is bound or planned. */
  readonly statementCountMax: number;
}

/** Views that nothing reads yet are planned one by one for their changelog; more than this would be felt. */
const LOOSE_VIEW_COUNT_MAX = 40;

/**
 * Parses, draws, binds and plans a script. A mistake in one statement leaves the others alone. `files`: its
 * TypeScript files, whose declarations are read and never run.
 */
export function analyse(text: string, limits: AnalyseLimits, files: readonly FunctionFile[] = []): Analysis {
  const { script, diagnostics: parseDiagnostics } = parseScript(text);
  const drawn = script.statements.slice(0, limits.statementCountMax);
  const graph = buildGraph({ ...script, statements: drawn });
  const library = projectFunctions(files);
  if (drawn.length < script.statements.length) {
    const functions = analyseFunctions(graph, library, []);
    return { script, graph, diagnostics: parseDiagnostics, outputs: [], functions };
  }

  const nodeByStart = new Map(graph.nodes.map((node) => [node.span.start, node.id]));
  const nodeIdOf = (span: Span): string | undefined => nodeByStart.get(span.start);
  const session = new Session();
  const diagnostics: Diagnostic[] = [...parseDiagnostics];
  const roots: PlanInput[] = [];
  const errorStarts = parseDiagnostics.filter((d) => d.severity === 'error').map((d) => d.span?.start ?? -1);
  for (const statement of script.statements) {
    const { start, end } = statement.extent;
    const { bound, diagnostics: found } = bindStatement(statement, session, connectorCatalog, {
      text,
      nodeIdOf,
      functions: library,
    });
    // What binding says about half a statement only repeats what parsing has said.
    if (errorStarts.some((at) => at >= start && at <= end)) continue;
    diagnostics.push(...found);
    if (bound?.kind === 'inserts') roots.push(...bound.inserts);
    else if (bound?.kind === 'query') roots.push({ kind: 'query', rel: bound.rel });
  }

  const outputs = new Map<string, NodeOutput>();
  const planned = planStatements(roots, planRules, session, connectorCatalog, { taps: true });
  // A mistake is shown where its text is: in the view, not in the INSERT that reads it.
  const nodeAt = (span: Span | undefined): string | undefined =>
    span === undefined ? undefined : graph.nodes.find((n) => n.span.start <= span.start && span.end <= n.span.end)?.id;
  diagnostics.push(...planned.diagnostics.map((d) => ({ ...d, nodeId: nodeAt(d.span) ?? d.nodeId })));
  diagnostics.push(
    ...unsupportedNodes(planned.plan).map((node) => ({
      ...notYetDiagnostic(node.name),
      ...(node.nodeIds[0] === undefined ? {} : { nodeId: node.nodeIds[0] }),
    })),
  );
  takeOutputs(planned.plan, outputs);
  addLooseObjects(session, outputs);
  return {
    script,
    graph,
    diagnostics: nameUnconnectedInputs(diagnostics, graph),
    outputs: [...outputs.values()],
    functions: analyseFunctions(graph, library, [
      ...roots.map((root) => (root.kind === 'query' ? root.rel : root.query)),
      ...viewsOf(session),
    ]),
  };
}

function viewsOf(session: Session): readonly Rel[] {
  return session
    .catalogs()
    .flatMap((catalog) =>
      session
        .databases(catalog)
        .flatMap((database) =>
          [...session.objects(catalog, database).values()].flatMap((o) => (o.kind === 'view' ? [o.rel] : [])),
        ),
    );
}

/** Outputs of all canvas nodes of a plan. The first physical node that stands for a canvas node counts. */
function takeOutputs(plan: PhysicalPlan, outputs: Map<string, NodeOutput>): void {
  for (const node of plan.nodes) {
    for (const nodeId of node.nodeIds) {
      if (!outputs.has(nodeId)) outputs.set(nodeId, output(nodeId, node.schema, changelogWord(node.changelog)));
    }
  }
}

/**
 * Tables and views that no INSERT or SELECT reaches: what binding knows of them, and for views a plan of their own;
 * and the columns of planned views that the plan does not read.
 */
function addLooseObjects(session: Session, outputs: Map<string, NodeOutput>): void {
  let looseViewCount = 0;
  for (const catalog of session.catalogs()) {
    for (const database of session.databases(catalog)) {
      for (const object of session.objects(catalog, database).values()) {
        const { nodeId } = object;
        if (nodeId === undefined) continue;
        const planned = outputs.get(nodeId);
        if (planned !== undefined) {
          // The plan may drop columns of a view that nothing further on reads; whoever connects to it still has them.
          if (object.kind === 'view' && object.schema.length > planned.columns.length)
            outputs.set(nodeId, { ...output(nodeId, object.schema, null), changelog: planned.changelog });
          continue;
        }
        if (object.kind === 'table' || object.broken === true || looseViewCount >= LOOSE_VIEW_COUNT_MAX) {
          outputs.set(nodeId, output(nodeId, object.schema, null));
          continue;
        }
        looseViewCount += 1;
        // Its mistakes are not reported: a view that nothing reads keeps no job from running.
        const inputs: PlanInput[] = [{ kind: 'query', rel: { ...object.rel, nodeId } }];
        takeOutputs(planStatements(inputs, planRules, session, connectorCatalog, { taps: true }).plan, outputs);
        if (!outputs.has(nodeId)) outputs.set(nodeId, output(nodeId, object.schema, null));
      }
    }
  }
}

function output(nodeId: string, schema: Schema, changelog: ChangelogWord | null): NodeOutput {
  return { nodeId, columns: schema.map(({ name, type }) => ({ name, type: typeToString(type) })), changelog };
}

/** Flink's changelog modes by their usual names. */
function changelogWord({ kinds, updates }: ChangelogMode): ChangelogWord {
  if (!kinds.update && !kinds.delete) return 'append';
  return updates === 'only-update-after' ? 'upsert' : 'retract';
}
