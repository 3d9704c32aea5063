/**
 * Runs one script in this thread and prints its rows: the part of `millrace run` that is the same whether the
 * thread is the program's own or one that is guarded from outside.
 */
import * as path from 'node:path';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { registriesWithSecrets } from '../../connections/registry-secrets.ts';
import { brokersWithSecrets } from '../../connections/secrets.ts';
import type { Failpoint } from '../../job/checkpoint-steps.ts';
import { libraryOf } from '../../job/replay-script.ts';
import { DocumentCollector } from '../../job/result-document.ts';
import { executeScript, type ScriptListener, type ScriptOutcome } from '../../job/run-script.ts';
import { DEFAULT_RECORDING_LIMITS, RecordingWriter } from '../../recording/recording-writer.ts';
import { SeededRandom } from '../../seams/seeded-random.ts';
import type { FunctionRuntime } from '../../udf/function-library.ts';
import { CHUNK_MS_WITH_FUNCTIONS } from '../engine/run-limits.ts';
import { openCheckpointFolder } from '../host/checkpoint-folder.ts';
import { LevelStore } from '../host/level-store.ts';
import { NodeFiles } from '../host/node-files.ts';
import { nodeHost } from '../host/node-host.ts';
import { kafkaBrokers } from '../kafka/kafka-client.ts';
import { schemaRegistries } from '../kafka/schema-registry.ts';
import { ChangelogListener, hasSeveralResults, printsRows, TableListener } from './cli-listeners.ts';
import type { RunOptions, ScriptFile, Terminal } from './cli-run.ts';
import { startProgress } from './progress.ts';
import { RunSummary } from './run-summary.ts';

/** How a script ended, and what is to be said at the end. */
export interface ScriptEnd {
  readonly outcome: ScriptOutcome;
  readonly closingLines: readonly string[];
}

/** Runs a script. `failpoint` is for tests, which end the process there. Rows, or the document, are printed; diagnostics and closing lines are the caller's to print. */
export async function runScript(
  script: ScriptFile,
  options: RunOptions,
  terminal: Terminal,
  functionRuntime: FunctionRuntime | null,
  failpoint?: Failpoint,
): Promise<ScriptEnd> {
  const summary = new RunSummary();
  const run = (listener: ScriptListener): Promise<ScriptOutcome> =>
    execute(script, options, terminal, summary.watch(listener), functionRuntime, failpoint);
  let outcome: ScriptOutcome;
  if (options.format === 'json' || options.format === 'rows') {
    const collector = new DocumentCollector(options.format === 'rows' ? 'all' : 'print');
    outcome = await run(collector).catch(internalError);
    terminal.out.line(JSON.stringify(collector.document(outcome)));
  } else if (options.format === 'table') {
    const listener = new TableListener(terminal);
    outcome = await run(listener);
    listener.finish();
  } else {
    outcome = await run(new ChangelogListener(terminal, { isSaidWhere: hasSeveralResults(script.text) }));
  }
  return { outcome, closingLines: summary.lines(outcome.status) };
}

/** A fault of ours in one script must not take the others of a batch with it; it is told as one. */
function internalError(error: unknown): ScriptOutcome {
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return failed({
    code: 'run/internal-error',
    phase: 'run',
    severity: 'error',
    message: `Internal error of Millrace: ${message}`,
  });
}

function failed(diagnostic: Diagnostic): ScriptOutcome {
  return {
    status: 'failed',
    statement: diagnostic.code === 'run/internal-error' ? 0 : null,
    diagnostics: [diagnostic],
  };
}

async function execute(
  script: ScriptFile,
  options: RunOptions,
  terminal: Terminal,
  listener: ScriptListener,
  functionRuntime: FunctionRuntime | null,
  failpoint?: Failpoint,
): Promise<ScriptOutcome> {
  const host = nodeHost();
  let store: LevelStore | null = null;
  if (options.record !== null) {
    const created = await LevelStore.create(options.record);
    if (!created.ok) {
      return failed({ code: 'run/recording', phase: 'run', severity: 'error', message: created.error.message });
    }
    store = created.value;
  }
  const functions = functionRuntime === null ? [] : [...functionRuntime.functions.values()];
  const folder = path.dirname(path.resolve(script.file));
  const writer =
    store === null
      ? null
      : new RecordingWriter(
          store,
          {
            script: script.text,
            functions,
            seed: options.seed,
            planned: 'statements',
            // From the recording to the script: both may move together.
            folder: path.relative(path.resolve(options.record ?? ''), folder),
            startMs: host.clock.nowMs(),
          },
          functions.length === 0
            ? DEFAULT_RECORDING_LIMITS
            : { ...DEFAULT_RECORDING_LIMITS, chunkMs: CHUNK_MS_WITH_FUNCTIONS },
        );
  const kept = options.checkpoints == null ? null : openCheckpointFolder(options.checkpoints, host.clock, failpoint);
  if (kept?.ok === false) {
    await store?.close();
    return failed({ code: 'run/checkpoint', phase: 'run', severity: 'error', ...kept.error });
  }
  const say = (note: string): void => terminal.error.line(`millrace: ${note}`);
  for (const note of kept?.value.checkpoints.notes ?? []) say(note);
  if (kept?.value.checkpoints.isGoingOn === true && listener.restore === undefined && printsRows(script.text)) {
    say('rows that were printed after that checkpoint are printed again.');
  }
  const progress = startProgress(terminal);
  const seams = {
    host,
    files: new NodeFiles(folder),
    random: new SeededRandom(options.seed),
    printLine: (line: string, to: 'out' | 'error') => (to === 'out' ? terminal.out : terminal.error).line(line),
    brokers: brokersWithSecrets(kafkaBrokers(say), options.secrets ?? []),
    registries: registriesWithSecrets(schemaRegistries(), options.secrets ?? []),
  };
  const { snapshot, restore } = listener;
  const watching: ScriptListener = {
    ...(snapshot === undefined ? {} : { snapshot: snapshot.bind(listener) }),
    ...(restore === undefined ? {} : { restore: restore.bind(listener) }),
    checkpointNote: say,
    queryStarted: (statement, columns) => listener.queryStarted(statement, columns),
    queryRow: (kind, row, timeZone) => listener.queryRow(kind, row, timeZone),
    sinkStarted: (statement, table, columns) => listener.sinkStarted?.(statement, table, columns),
    ...(listener.sinkRow === undefined ? {} : { sinkRow: listener.sinkRow.bind(listener) }),
    runStarted(run) {
      terminal.active = run;
      progress.watch(run);
      if (terminal.isStopped) run.stop();
    },
  };
  try {
    const outcome = await executeScript(script.text, seams, watching, {
      rowCountMax: options.limit,
      trace: null,
      ...(writer === null ? {} : { recording: { writer } }),
      ...(kept === null ? {} : { checkpoints: kept.value.checkpoints }),
      library: libraryOf(functions),
      functionRuntime,
    });
    await writer?.finish(outcome.status);
    if (writer !== null && writer.note !== null) terminal.error.line(`millrace: ${writer.note}`);
    return outcome;
  } finally {
    terminal.active = null;
    progress.stop();
    kept?.value.close();
    await store?.close();
  }
}
