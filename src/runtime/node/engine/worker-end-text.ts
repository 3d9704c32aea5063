/** What is told when a thread came to its end: the operator, the function, the file, the row. */
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { EngineWorker, WorkerEnd } from './engine-worker.ts';

/** Why a run is over whose thread is gone, as a diagnostic; null when it was wanted. */
export function endDiagnostic(end: WorkerEnd, worker: Pick<EngineWorker, 'call' | 'guarded'>): Diagnostic | null {
  const { call } = worker;
  const guarded = call === null ? null : worker.guarded(call.slot);
  const row = call === null || call.rowNumber <= 0 ? '' : ` at row ${call.rowNumber.toLocaleString('en-US')}`;
  const name =
    guarded === null
      ? null
      : guarded.functionName === guarded.path
        ? `The file ${guarded.path}, while it was loaded,`
        : `The function ${guarded.functionName} (${guarded.path})${row}`;
  const base = {
    phase: 'run',
    severity: 'error',
    ...(guarded === null ? {} : { file: { path: guarded.path, line: 1, column: 1 } }),
    ...(guarded === null || guarded.nodeId === null ? {} : { nodeId: guarded.nodeId }),
  } as const;
  switch (end.kind) {
    case 'wanted':
      return null;
    case 'hung':
      return {
        ...base,
        code: 'run/function-timeout',
        message: `${name ?? 'A function'} did not come back within ${secondsText(end.afterMs)}.`,
        hint: "Look for a loop without an end. If the work is really that long: SET 'millrace.function.timeout' = '30 s'.",
      };
    case 'memory':
      return {
        ...base,
        code: 'run/out-of-memory',
        message:
          name === null
            ? `The run needs more memory than it may have, ${end.limitMb} MB.`
            : end.isOfOneCall === true
              ? `${name} needed more memory than one call may, ${end.limitMb} MB.`
              : `${name} needed more memory than the run may have, ${end.limitMb} MB.`,
        hint:
          name === null
            ? "Bound its state (a TTL, a window), or give it more: SET 'millrace.memory' = '4096 MB'."
            : 'Look for something that grows with every call. What must grow belongs into state with a TTL.',
      };
    case 'exit':
      return {
        ...base,
        code: 'run/function-exit',
        message: `${name ?? 'Something in the run'} ended the process of the run (exit code ${end.code}).`,
        hint: 'A function cannot end the process: throw an error to fail the run.',
      };
    case 'crash':
      return {
        ...base,
        code: 'run/internal-error',
        message: `The run broke down: ${end.message}`,
        hint: 'This is a bug of the engine, not of your script. What was recorded is kept.',
      };
  }
}

function secondsText(ms: number): string {
  return ms < 1_000 ? `${ms} ms` : `${Number((ms / 1_000).toFixed(1))} s`;
}

/** A run was told to stop while it was made. */
export const STOPPED_WHILE_STARTING: Diagnostic = {
  code: 'run/stopped',
  phase: 'run',
  severity: 'error',
  message: 'The run was stopped before it began.',
};
