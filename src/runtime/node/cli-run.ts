/** `millrace run`: runs scripts in this process and prints what they give. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Diagnostic } from '../base/diagnostic.ts';
import { lineColumn } from '../base/span.ts';
import type { Run } from '../engine/scheduler.ts';
import { DocumentCollector } from '../job/result-document.ts';
import { executeScript, type ScriptListener, type ScriptOutcome } from '../job/run-script.ts';
import { RecordingWriter } from '../recording/recording-writer.ts';
import { SeededRandom } from '../seams/seeded-random.ts';
import { ChangelogListener, hasSeveralResults, TableListener } from './cli-listeners.ts';
import { colours } from './colours.ts';
import { LevelStore } from './level-store.ts';
import { NodeFiles } from './node-files.ts';
import { nodeHost } from './node-host.ts';
import { LineOutput } from './output.ts';
import { startProgress } from './progress.ts';
import { RunSummary } from './run-summary.ts';

/** How results are printed. */
export type RunFormat = 'changelog' | 'table' | 'json';

/** Options of `run`. */
export interface RunOptions {
  readonly format: RunFormat;
  readonly seed: number;
  readonly limit: number | null;
  /** Folder that the run is recorded into; `null`: it is not. */
  readonly record: string | null;
  /** Leaves out the closing line. */
  readonly isQuiet: boolean;
}

/** Exit codes: 0 ok, 1 the program is wrong or failed, 2 wrong use, 130 stopped by Ctrl+C. */
export type ExitCode = 0 | 1 | 2 | 130;

/** What `run` and its siblings write to. */
export interface Terminal {
  readonly out: LineOutput;
  readonly error: LineOutput;
  /** The run under way, to stop it on Ctrl+C. */
  active: Run | null;
  isStopped: boolean;
}

/** The terminal of this process; Ctrl+C and a closed pipe stop the run under way. */
export function openTerminal(): Terminal {
  const stop = (): void => {
    terminal.isStopped = true;
    terminal.active?.stop();
  };
  const terminal: Terminal = {
    out: new LineOutput(process.stdout, stop),
    error: new LineOutput(process.stderr, stop),
    active: null,
    isStopped: false,
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  return terminal;
}

/** Runs one script, or that of a folder. */
export async function runFile(scriptOrFolder: string, options: RunOptions, terminal: Terminal): Promise<ExitCode> {
  const script = readScript(scriptOrFolder, terminal);
  if (script === null) return 1;
  const { file, text } = script;
  const summary = new RunSummary();
  if (options.format === 'json') {
    const { document, outcome } = await documentOf(file, text, options, terminal, summary);
    terminal.out.line(JSON.stringify(document));
    printSummary(summary, outcome, options, terminal);
    return exitCodeOf(outcome, terminal);
  }
  const listener =
    options.format === 'table'
      ? new TableListener(terminal)
      : new ChangelogListener(terminal, { isSaidWhere: hasSeveralResults(text) });
  const outcome = await execute(file, text, options, terminal, summary.watch(listener));
  if (listener instanceof TableListener) listener.finish();
  for (const diagnostic of outcome.diagnostics) printDiagnostic(diagnostic, file, text, terminal);
  printSummary(summary, outcome, options, terminal);
  return exitCodeOf(outcome, terminal);
}

/** Runs every script that the list names, one per line: one document a line, in order. */
export async function runBatch(listFile: string, options: RunOptions, terminal: Terminal): Promise<ExitCode> {
  const list = readScript(listFile, terminal);
  if (list === null) return 1;
  let exitCode: ExitCode = 0;
  for (const line of list.text.split('\n')) {
    const name = line.trim();
    if (name === '') continue;
    if (terminal.isStopped) return stoppedCode(terminal);
    const script = readScript(name, terminal);
    if (script === null) {
      terminal.out.line(
        JSON.stringify({
          results: [],
          error: { statement: 0, phase: 'parse', message: `The script ${name} could not be read.` },
        }),
      );
      exitCode = 1;
    } else {
      const { document, outcome } = await documentOf(script.file, script.text, options, terminal, new RunSummary());
      terminal.out.line(JSON.stringify(document));
      if (outcome.status !== 'finished') exitCode = 1;
    }
    terminal.out.flush();
  }
  return exitCode;
}

/** A failure has said how the run ended; everything else gets a line. */
function printSummary(summary: RunSummary, outcome: ScriptOutcome, options: RunOptions, terminal: Terminal): void {
  if (options.isQuiet || outcome.status === 'failed' || terminal.out.isClosed) return;
  terminal.out.flush();
  for (const line of summary.lines(outcome.status)) terminal.error.line(line);
}

async function documentOf(
  file: string,
  text: string,
  options: RunOptions,
  terminal: Terminal,
  summary: RunSummary,
): Promise<{ document: unknown; outcome: ScriptOutcome }> {
  const collector = new DocumentCollector();
  try {
    const outcome = await execute(file, text, options, terminal, summary.watch(collector));
    return { document: collector.document(outcome), outcome };
  } catch (error) {
    // A fault of ours in one script must not take the others of a batch with it; it is told as one.
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const diagnostic: Diagnostic = {
      code: 'run/internal-error',
      phase: 'run',
      severity: 'error',
      message: `Internal error of Millrace: ${message}`,
    };
    const outcome: ScriptOutcome = { status: 'failed', statement: 0, diagnostics: [diagnostic] };
    return { document: collector.document(outcome), outcome };
  }
}

async function execute(
  file: string,
  text: string,
  options: RunOptions,
  terminal: Terminal,
  listener: ScriptListener,
): Promise<ScriptOutcome> {
  const host = nodeHost();
  let store: LevelStore | null = null;
  if (options.record !== null) {
    const created = await LevelStore.create(options.record);
    if (!created.ok) {
      const diagnostic = {
        code: 'run/recording',
        phase: 'run',
        severity: 'error',
        message: created.error.message,
      } as const;
      return { status: 'failed', statement: null, diagnostics: [diagnostic] };
    }
    store = created.value;
  }
  const writer = store === null ? null : recordingWriter(store, file, text, options, host.clock.nowMs());
  const progress = startProgress(terminal);
  const seams = {
    host,
    files: new NodeFiles(path.dirname(path.resolve(file))),
    random: new SeededRandom(options.seed),
    printLine: (line: string, to: 'out' | 'error') => (to === 'out' ? terminal.out : terminal.error).line(line),
  };
  const watching: ScriptListener = {
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
  const recording = writer === null ? {} : { recording: { writer } };
  try {
    const outcome = await executeScript(text, seams, watching, {
      rowCountMax: options.limit,
      trace: null,
      ...recording,
    });
    await writer?.finish(outcome.status);
    if (writer !== null && writer.note !== null) terminal.error.line(`millrace: ${writer.note}`);
    return outcome;
  } finally {
    terminal.active = null;
    progress.stop();
    await store?.close();
  }
}

function recordingWriter(
  store: LevelStore,
  file: string,
  script: string,
  options: RunOptions,
  startMs: number,
): RecordingWriter {
  // From the recording to the script: both may move together.
  const folder = path.relative(path.resolve(options.record ?? ''), path.dirname(path.resolve(file)));
  return new RecordingWriter(store, {
    script,
    functions: [],
    seed: options.seed,
    planned: 'statements',
    folder,
    startMs,
  });
}

/** A script on disk. */
export interface ScriptFile {
  /** As named, with `job.sql` behind it for a folder. */
  readonly file: string;
  readonly text: string;
}

/** The script that a project folder is about. */
const SCRIPT_OF_FOLDER = 'job.sql';

/** A script, or that of a folder; `null` after saying why it cannot be read. */
export function readScript(scriptOrFolder: string, terminal: Terminal): ScriptFile | null {
  let file = scriptOrFolder;
  try {
    if (fs.statSync(file).isDirectory()) {
      file = path.join(scriptOrFolder, SCRIPT_OF_FOLDER);
      if (!fs.existsSync(file)) {
        terminal.error.line(
          `millrace: the folder ${scriptOrFolder} has no ${SCRIPT_OF_FOLDER}: name a folder that has one, or a .sql file.`,
        );
        return null;
      }
    }
    const bytes = fs.readFileSync(file);
    const text = bytes.toString('utf8');
    if (text.includes('\u0000')) {
      terminal.error.line(`millrace: ${file} is not a text file.`);
      return null;
    }
    return { file, text: text.replace(/^\uFEFF/, '') };
  } catch (error) {
    terminal.error.line(`millrace: ${file} cannot be read: ${reasonOf(error)}.`);
    return null;
  }
}

function reasonOf(error: unknown): string {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOENT':
      return 'there is no such file';
    case 'EISDIR':
      return 'it is a folder';
    case 'EACCES':
    case 'EPERM':
      return 'this user may not read it';
    default:
      return error instanceof Error ? error.message : String(error);
  }
}

/** Characters shown on either side of a mistake. */
const CONTEXT_WIDTH = 70;

/** One diagnostic for people: where, what, what to do. */
export function printDiagnostic(diagnostic: Diagnostic, file: string, text: string, terminal: Terminal): void {
  const { span } = diagnostic;
  const place = span === undefined ? null : lineColumn(text, span.start);
  const where = place === null ? file : `${file}:${place.line}:${place.column}`;
  const colour = diagnostic.severity === 'error' ? colours.red : colours.yellow;
  terminal.error.line(
    `${where}: ${colour(diagnostic.severity)} ${diagnostic.message} ${colours.dim(`[${diagnostic.code}]`)}`,
  );
  if (place !== null) {
    const line = text.split('\n')[place.line - 1] ?? '';
    // A whole script may be one line: only what is around the place helps.
    const from = Math.max(0, place.column - 1 - CONTEXT_WIDTH);
    const shown = line.slice(from, place.column - 1 + CONTEXT_WIDTH);
    const column = place.column - 1 - from;
    const width = Math.max(1, Math.min((span?.end ?? 0) - (span?.start ?? 0), shown.length - column));
    terminal.error.line(colours.dim(`  ${shown}`));
    terminal.error.line(`  ${' '.repeat(column)}${colour('^'.repeat(width))}`);
  }
  if (diagnostic.hint !== undefined) terminal.error.line(`  ${colours.cyan('hint:')} ${diagnostic.hint}`);
}

function exitCodeOf(outcome: ScriptOutcome, terminal: Terminal): ExitCode {
  if (outcome.status === 'finished') return 0;
  return outcome.status === 'stopped' ? stoppedCode(terminal) : 1;
}

/** Who reads with `head` has got what was wanted: only Ctrl+C is a stop to tell. */
function stoppedCode(terminal: Terminal): ExitCode {
  return terminal.out.isClosed ? 0 : 130;
}
