/** What stopped a run, as a diagnostic for people: a mistake of theirs, a failure outside, or a bug of ours. */
import { AssertionError } from '../base/assert.ts';
import { type Diagnostic, RunError } from '../base/diagnostic.ts';
import type { Dataflow } from './dataflow.ts';
import { OutsideFailure, RowFailure } from './row-failure.ts';

/** Turns what stopped a run into a diagnostic. Assertions are our bugs and say so. */
export function runDiagnostic(failure: unknown, dataflow: Dataflow): Diagnostic {
  const cause = failure instanceof RowFailure ? failure.cause : failure;
  const nodeId = failure instanceof RowFailure ? canvasNodeOf(dataflow, failure.nodeId) : undefined;
  const base = { phase: 'run', severity: 'error', ...(nodeId === undefined ? {} : { nodeId }) } as const;
  if (cause instanceof RunError) {
    return {
      ...base,
      code: cause.code,
      message: cause.message,
      flinkClass: cause.flinkClass,
      ...(cause.hint === undefined ? {} : { hint: cause.hint }),
      ...(cause.file === undefined ? {} : { file: cause.file }),
    };
  }
  if (cause instanceof OutsideFailure) {
    return {
      ...base,
      code: `run/${cause.failure.domain}`,
      message: cause.failure.message,
      flinkClass: 'java.io.IOException',
    };
  }
  const text = cause instanceof Error ? cause.message : String(cause);
  return {
    ...base,
    code: cause instanceof AssertionError ? 'run/internal-assertion' : 'run/internal-error',
    message: `Internal error of Millrace: ${text}`,
    hint: 'This is a bug of the engine, not of your script. The state and the rows so far are kept for inspection.',
  };
}

/** The canvas node of a plan node: its own, or that of the nearest consumer that has one. */
function canvasNodeOf(dataflow: Dataflow, id: number): string | undefined {
  const queue = [dataflow.node(id)];
  for (let node = queue.shift(); node !== undefined; node = queue.shift()) {
    if (node.nodeIds[0] !== undefined) return node.nodeIds[0];
    queue.push(...node.consumers.map((consumer) => consumer.node));
  }
  return undefined;
}
