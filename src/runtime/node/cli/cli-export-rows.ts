/** The rows that `millrace export` expects of Flink when it runs the job: in a thread that Ctrl+C ends. */
import { err, ok, type Result } from '../../base/result.ts';
import type { ExpectedTable } from '../../export/expected-rows.ts';
import type { ResultDocument } from '../../job/result-document.ts';
import type { BoundTable } from '../../sql/2-bind/catalog.ts';
import { type NoRows, RUN_FAILED, rowsOfDocument } from '../cluster/expected-rows.ts';
import { runAnywhere, type ScriptFile, type Terminal } from './cli-run.ts';
import { LineOutput } from './output.ts';

/** Runs the script here. Nothing is printed and nothing is written into its sinks. */
export async function rowsOfRun(
  script: ScriptFile,
  sinks: readonly BoundTable[],
  terminal: Terminal,
): Promise<Result<ExpectedTable[], NoRows>> {
  const pieces: string[] = [];
  const out = new LineOutput({ write: (piece: string) => pieces.push(piece), on: () => {} }, () => {});
  // Ctrl+C on the outside terminal ends the run.
  const inner: Terminal = { out, error: terminal.error, active: null, isStopped: terminal.isStopped };
  terminal.active = { stop: () => inner.active?.stop() };
  const options = { format: 'rows', seed: 0, limit: null, record: null, isQuiet: true } as const;
  const { outcome } = await runAnywhere(script, options, inner);
  terminal.active = null;
  out.flush();
  if (outcome.status !== 'finished') {
    const message = outcome.status === 'stopped' ? 'The run was stopped.' : RUN_FAILED;
    return err({ message, diagnostics: outcome.diagnostics });
  }
  return ok(rowsOfDocument(JSON.parse(pieces.join('')) as ResultDocument, sinks));
}
