/**
 * All INSERT and SELECT statements of a script as one plan, with a tap on every canvas node: what the designer
 * runs and what a replay of such a run is built from. No connector is opened and no user code is run.
 */
import type { Diagnostic } from '../base/diagnostic.ts';
import type { Span } from '../base/span.ts';
import { buildGraph } from '../program/build-graph.ts';
import type { ProgramGraph } from '../program/graph.ts';
import { parseScript } from '../sql/1-parse/parse-script.ts';
import { bindStatement } from '../sql/2-bind/bind-statement.ts';
import type { BoundInsert, Rel } from '../sql/2-bind/rel.ts';
import { Session } from '../sql/2-bind/session.ts';
import type { PhysicalNode, PhysicalPlan } from '../sql/3-plan/physical.ts';
import { plan as planStatements } from '../sql/3-plan/plan.ts';
import type { FunctionLibrary } from '../udf/function-library.ts';
import { type DataflowRequest, unsupportedNodes } from './build-dataflow.ts';
import { connectorCatalog } from './connector-catalog.ts';
import { notYetDiagnostic } from './inspect-script.ts';
import { planRules } from './plan-rules.ts';
import { settingsOf } from './run-script.ts';
import { nameUnconnectedInputs } from './unconnected-inputs.ts';

/** A script that can run. */
export interface PlannedScript {
  readonly text: string;
  readonly graph: ProgramGraph;
  readonly plan: PhysicalPlan;
  readonly timeZone: string;
  readonly settings: Pick<DataflowRequest, 'stateTtlMs' | 'notNull'>;
  /** Warnings. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Either a plan, or what is wrong with the script. */
export type ScriptPlan =
  | { readonly planned: PlannedScript; readonly diagnostics: readonly Diagnostic[] }
  | { readonly planned: null; readonly diagnostics: readonly Diagnostic[] };

/** Plans a script. `library`: declarations of its TypeScript functions; without it there are none. */
export function planScript(text: string, library: FunctionLibrary | null = null): ScriptPlan {
  const { script, diagnostics: parseDiagnostics } = parseScript(text);
  const graph = buildGraph(script);
  const byStart = new Map(graph.nodes.map((node) => [node.span.start, node.id]));
  const nodeIdOf = (span: Span): string | undefined => byStart.get(span.start);
  const session = new Session();
  const diagnostics: Diagnostic[] = [...parseDiagnostics];
  const roots: (BoundInsert | { readonly kind: 'query'; readonly rel: Rel })[] = [];
  for (const statement of script.statements) {
    const { bound, diagnostics: found } = bindStatement(statement, session, connectorCatalog, {
      text,
      nodeIdOf,
      ...(library === null ? {} : { functions: library }),
    });
    diagnostics.push(...nameUnconnectedInputs(found, graph));
    if (bound?.kind === 'inserts') roots.push(...bound.inserts);
    else if (bound?.kind === 'query') roots.push({ kind: 'query', rel: bound.rel });
  }
  if (roots.length === 0 && !hasErrors(diagnostics)) diagnostics.push(NOTHING_TO_RUN);
  if (hasErrors(diagnostics)) return { planned: null, diagnostics };
  const { plan, diagnostics: planDiagnostics } = planStatements(roots, planRules, session, connectorCatalog, {
    taps: true,
  });
  diagnostics.push(...planDiagnostics);
  if (!hasErrors(diagnostics)) {
    diagnostics.push(...unsupportedNodes(plan).map((node) => ({ ...notYetDiagnostic(node.name), ...nodeIdsOf(node) })));
  }
  if (hasErrors(diagnostics)) return { planned: null, diagnostics };
  const planned = { text, graph, plan, timeZone: session.timeZone, settings: settingsOf(session), diagnostics };
  return { planned, diagnostics };
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
