/**
 * What went wrong in a designer's run, with its place: the card, the statement, the input row. Without the
 * place a message such as "/ by zero" helps nobody.
 */
import type { Diagnostic } from '../base/diagnostic.ts';
import type { Dataflow } from '../engine/dataflow.ts';
import { RowFailure } from '../engine/row-failure.ts';
import { runDiagnostic } from '../engine/run-diagnostic.ts';
import type { PhysicalNode } from '../sql/3-plan/physical.ts';
import type { BuildFailure } from './build-dataflow.ts';
import { canvasNodeOf } from './canvas-nodes.ts';
import type { PlannedScript } from './plan-script.ts';

/** Why rows stopped flowing. */
export function failureDiagnostic(failure: unknown, dataflow: Dataflow, planned: PlannedScript): Diagnostic {
  const diagnostic = runDiagnostic(failure, dataflow);
  const node = failure instanceof RowFailure ? planned.plan.nodes.find(({ id }) => id === failure.nodeId) : undefined;
  const row = dataflow.rowsEntered;
  const place = node === undefined ? '' : placeText(node, row);
  const hint = [place, diagnostic.hint ?? ''].filter((text) => text !== '').join(' ');
  return { ...diagnostic, ...spanOf(planned, diagnostic.nodeId), ...(hint === '' ? {} : { hint }) };
}

/** Why a run could not be built: a connector or a function could not be set up. */
export function buildDiagnostic(failure: BuildFailure, planned: PlannedScript): Diagnostic {
  const nodeId = canvasNodeOf(planned.plan, failure.node.id);
  const code = failure.domain === 'user-code' ? 'run/function-failed' : 'run/outside';
  return {
    code,
    phase: 'run',
    severity: 'error',
    message: failure.message,
    ...(nodeId === undefined ? {} : { nodeId }),
    ...spanOf(planned, nodeId),
  };
}

function spanOf(planned: PlannedScript, nodeId: string | undefined): Pick<Diagnostic, 'span'> {
  const span = planned.graph.nodes.find(({ id }) => id === nodeId)?.span;
  return span === undefined ? {} : { span };
}

/** Where in a plan, and at which input row. */
export function placeText({ name, options }: PhysicalNode, row: number): string {
  switch (options.kind) {
    case 'table-scan':
      return `It came up while table ${options.table.path.name} was read, after input row ${row}.`;
    case 'sink':
      return `It came up at input row ${row}, while table ${options.table.path.name} was written.`;
    default:
      return `It came up at input row ${row}, in the operator ${name}.`;
  }
}
