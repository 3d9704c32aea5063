/**
 * Looks at a script without running it: its diagnostics, and what each phase made of its statements.
 * Behind `millrace check` and `millrace explain`, and behind the designer's plan panel.
 */
import type { Diagnostic } from '../base/diagnostic.ts';
import type { ScriptStatement } from '../sql/1-parse/ast.ts';
import { parseScript } from '../sql/1-parse/parse-script.ts';
import { type BoundStatement, bindStatement } from '../sql/2-bind/bind-statement.ts';
import { Session } from '../sql/2-bind/session.ts';
import { explainPlan } from '../sql/3-plan/explain.ts';
import type { PhysicalPlan } from '../sql/3-plan/physical.ts';
import { plan as planStatements } from '../sql/3-plan/plan.ts';
import type { FunctionLibrary } from '../udf/function-library.ts';
import { unsupportedNodes } from './build-dataflow.ts';
import { connectorCatalog } from './connector-catalog.ts';
import { operatorManifests } from './operator-manifests.ts';
import { planRules } from './plan-rules.ts';

/** One statement as the phases saw it. */
export interface InspectedStatement {
  readonly statement: ScriptStatement;
  readonly bound: BoundStatement | null;
  readonly plan: PhysicalPlan | null;
}

/** A script as the phases saw it. */
export interface InspectedScript {
  readonly statements: readonly InspectedStatement[];
  readonly diagnostics: readonly Diagnostic[];
  readonly session: Session;
}

/** Parses, binds and plans every statement; a mistake in one leaves the others alone. `functions`: its TypeScript files, read. */
export function inspectScript(text: string, functions: FunctionLibrary | null = null): InspectedScript {
  const { script, diagnostics: parseDiagnostics } = parseScript(text);
  const session = new Session();
  const diagnostics: Diagnostic[] = [...parseDiagnostics];
  const statements = script.statements.map((statement): InspectedStatement => {
    const { start, end } = statement.extent;
    const isBroken = parseDiagnostics.some(
      (d) => d.severity === 'error' && d.span !== undefined && d.span.start >= start && d.span.start <= end,
    );
    const result = bindStatement(statement, session, connectorCatalog, {
      text,
      ...(functions === null ? {} : { functions }),
    });
    // What binding says about half a statement only repeats what parsing has said.
    if (isBroken) return { statement, bound: null, plan: null };
    diagnostics.push(...result.diagnostics);
    const bound = result.bound ?? null;
    const runnable = bound?.kind === 'explain' ? bound.target : bound;
    if (runnable?.kind !== 'query' && runnable?.kind !== 'inserts') return { statement, bound, plan: null };
    const roots = runnable.kind === 'query' ? [{ kind: 'query' as const, rel: runnable.rel }] : runnable.inserts;
    const planned = planStatements(roots, planRules, session, connectorCatalog);
    diagnostics.push(...planned.diagnostics);
    if (planned.diagnostics.some((d) => d.severity === 'error')) return { statement, bound, plan: null };
    diagnostics.push(...unsupportedNodes(planned.plan).map((node) => notYetDiagnostic(node.name)));
    return { statement, bound, plan: planned.plan };
  });
  diagnostics.sort((a, b) => (a.span?.start ?? 0) - (b.span?.start ?? 0));
  return { statements, diagnostics, session };
}

/** The optimised plans of all statements that run, as text. */
export function explainScript(
  text: string,
  functions: FunctionLibrary | null = null,
): { readonly text: string; readonly diagnostics: readonly Diagnostic[] } {
  const { statements, diagnostics } = inspectScript(text, functions);
  const parts = statements.flatMap(({ statement, plan }) =>
    plan === null
      ? []
      : [`== Statement ${statement.number} ==\n${explainPlan(plan, planRules).trimEnd()}\n${stateNotes(plan)}`],
  );
  return { text: parts.join('\n'), diagnostics };
}

/** What the plan's operators keep, and what makes it shrink; empty when nothing is kept. */
function stateNotes(plan: PhysicalPlan): string {
  const notes = new Map<string, string>();
  for (const { name, options } of plan.nodes) {
    const { state } = operatorManifests[options.kind];
    if (state !== null) notes.set(name, `${name}: ${state}`);
  }
  return notes.size === 0 ? '' : `\n== State ==\n${[...notes.values()].join('\n')}\n`;
}

/** Planned, but without a runtime. */
export function notYetDiagnostic(name: string): Diagnostic {
  return {
    code: 'plan/operator-not-yet',
    phase: 'plan',
    severity: 'error',
    message: `Millrace plans ${name} but cannot run it yet.`,
    hint: 'Export the job to Flink to run it there.',
  };
}
