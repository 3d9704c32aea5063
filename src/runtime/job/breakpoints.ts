/**
 * Breakpoints of the canvas on a dataflow: an edge between two cards becomes edges of the plan, a SQL
 * condition over the columns of its first card becomes a compiled predicate. Conditions look and never touch:
 * they have random numbers of their own, call no user code, and where one fails it is not met.
 */
import { type Diagnostic, RunError } from '../base/diagnostic.ts';
import type { RowKind } from '../data/row-kind.ts';
import { ROW_KIND_TEXT } from '../data/row-kind.ts';
import type { Row } from '../data/value.ts';
import type { Dataflow } from '../engine/dataflow.ts';
import type { EdgeBreakpoint, EdgeHit } from '../engine/edge-watch.ts';
import { SeededRandom } from '../seams/seeded-random.ts';
import { parseExpression } from '../sql/1-parse/parse-script.ts';
import { bindExpr } from '../sql/2-bind/bind-expr.ts';
import { BindContext } from '../sql/2-bind/context.ts';
import { hasSubquery } from '../sql/2-bind/expr-tools.ts';
import { Session } from '../sql/2-bind/session.ts';
import type { PhysicalNode, PhysicalPlan } from '../sql/3-plan/physical.ts';
import { compilePredicate } from '../sql/4-codegen/compile-calc.ts';
import type { EvalContext } from '../sql/functions/function.ts';
import { planEdges } from './canvas-nodes.ts';
import { connectorCatalog } from './connector-catalog.ts';
import { columnTexts, textsOf } from './dataflow-view.ts';
import type { Breakpoint, BreakpointHit } from './run-view.ts';

/** What breakpoints are put on. */
export interface BreakpointTarget {
  readonly plan: PhysicalPlan;
  readonly dataflow: Dataflow;
  readonly timeZone: string;
}

/** A breakpoint that cannot work, and why. Spans are in its condition. */
export interface BreakpointProblem {
  readonly breakpointId: string;
  readonly diagnostic: Diagnostic;
}

/** Compiles breakpoints. Those with a problem, and those that are off, are left out; problems of both are told. */
export function compileBreakpoints(
  breakpoints: readonly Breakpoint[],
  target: BreakpointTarget,
): { readonly compiled: readonly EdgeBreakpoint[]; readonly problems: readonly BreakpointProblem[] } {
  const compiled: EdgeBreakpoint[] = [];
  const problems: BreakpointProblem[] = [];
  for (const breakpoint of breakpoints) {
    const made = compileOne(breakpoint, target);
    if (made.kind === 'problem') problems.push({ breakpointId: breakpoint.id, diagnostic: made.diagnostic });
    else if (breakpoint.enabled) compiled.push(made.breakpoint);
  }
  return { compiled, problems };
}

/** A hit as it is shown. `row`: input rows that have gone through. */
export function hitText(
  hit: EdgeHit,
  breakpoints: readonly Breakpoint[],
  { plan, timeZone }: BreakpointTarget,
  row: number,
): BreakpointHit {
  const from = breakpoints.find(({ id }) => id === hit.breakpointId)?.from ?? '';
  const schema = nodeOf(plan, from)?.schema ?? [];
  return {
    breakpointId: hit.breakpointId,
    row,
    columns: columnTexts(schema),
    kind: ROW_KIND_TEXT[hit.kind],
    values: textsOf(schema, hit.row, timeZone),
  };
}

type Made =
  | { readonly kind: 'made'; readonly breakpoint: EdgeBreakpoint }
  | { readonly kind: 'problem'; readonly diagnostic: Diagnostic };

function compileOne({ id, from, to, condition }: Breakpoint, target: BreakpointTarget): Made {
  const edges = planEdges(target.plan, from, to);
  const source = nodeOf(target.plan, from);
  const [first] = edges;
  if (first === undefined || source === undefined) {
    return problem('no-edge', 'No rows go this way in this run.', 'Run the script again, or put it on another edge.');
  }
  if (condition.trim() === '') return { kind: 'made', breakpoint: { id, edges, meets: () => true } };
  const parsed = parseExpression(condition);
  const mistake = parsed.diagnostics.find(({ severity }) => severity === 'error');
  if (mistake !== undefined) return { kind: 'problem', diagnostic: mistake };
  // A session of its own: tables and functions of the script mean nothing here.
  const session = new Session();
  session.set('table.local-time-zone', target.timeZone);
  const cx = new BindContext(session, connectorCatalog, condition, 1);
  const table = { alias: nameOf(from), fields: source.schema, offset: 0 };
  const bound = bindExpr(parsed.value, {
    cx,
    scope: { tables: [table], merged: [] },
    ctes: undefined,
    clause: 'WHERE',
  });
  const unbound = cx.diagnostics.find(({ severity }) => severity === 'error');
  if (unbound !== undefined) return { kind: 'problem', diagnostic: unbound };
  const { span } = parsed.value;
  if (hasSubquery(bound)) {
    return problem('subquery', 'A breakpoint looks at one row and cannot ask a query.', 'Compare columns.', span);
  }
  if (bound.type.kind !== 'BOOLEAN') {
    return problem('not-boolean', 'A breakpoint needs a condition.', 'Compare the value with something.', span);
  }
  const predicate = compilePredicate(bound, source.schema);
  const evaluation = evaluationOf(target.dataflow, first.from);
  const meets = (_kind: RowKind, row: Row): boolean => {
    try {
      return predicate(row, evaluation);
    } catch (error) {
      if (error instanceof RunError) return false;
      throw error;
    }
  };
  return { kind: 'made', breakpoint: { id, edges, meets } };
}

/** What the operator's own expressions see, but for random numbers: drawing those would change the run. */
function evaluationOf(dataflow: Dataflow, planId: number): EvalContext {
  const random = new SeededRandom(0);
  return { ...dataflow.node(planId).eval, random: () => random.next() };
}

function nodeOf(plan: PhysicalPlan, nodeId: string): PhysicalNode | undefined {
  return plan.nodes.find(({ nodeIds }) => nodeIds.includes(nodeId));
}

/** The name of a card: `orders` of `table:orders`. */
function nameOf(nodeId: string): string {
  return nodeId.slice(nodeId.indexOf(':') + 1);
}

function problem(code: string, message: string, hint: string, span?: Diagnostic['span']): Made {
  const diagnostic: Diagnostic = {
    code: `breakpoint/${code}`,
    phase: 'validate',
    severity: 'error',
    message,
    hint,
    ...(span === undefined ? {} : { span }),
  };
  return { kind: 'problem', diagnostic };
}
