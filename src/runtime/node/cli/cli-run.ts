/** `millrace run`: runs scripts and prints what they give. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { lineColumn } from '../../base/span.ts';
import type { Secret } from '../../connections/secrets.ts';
import type { ScriptOutcome } from '../../job/run-script.ts';
import { isSameOrBelow } from '../engine/trusted-folders.ts';
import { needsOf } from '../functions/script-functions.ts';
import type { CheckpointOptions } from '../host/checkpoint-folder.ts';
import { runGuarded } from './cli-guarded.ts';
import { type SecretValues, secretsFor } from './cli-secrets.ts';
import { colours } from './colours.ts';
import { LineOutput } from './output.ts';
import { runScript, type ScriptEnd } from './script-run.ts';

/** How results are printed. `rows`: as `json`, with every sink in it, and nothing is written into any (for exports). */
export type RunFormat = 'changelog' | 'table' | 'json' | 'rows';

/** Options of `run`. */
export interface RunOptions {
  readonly format: RunFormat;
  readonly seed: number;
  readonly limit: number | null;
  /** Folder that the run is recorded into; `null`: it is not. */
  readonly record: string | null;
  /** Where checkpoints are kept; nowhere without it. */
  readonly checkpoints?: CheckpointOptions | null;
  /** Values of a file of secrets. */
  readonly secretValues?: SecretValues;
  /** The secrets of the script, once they are known. */
  readonly secrets?: readonly Secret[];
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
  active: { stop(): void } | null;
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
  const { outcome, closingLines } = await runAnywhere(script, options, terminal);
  if (options.format !== 'json') {
    for (const diagnostic of outcome.diagnostics) printDiagnostic(diagnostic, script.file, script.text, terminal);
  }
  printClosingLines(closingLines, outcome, options, terminal);
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
      printFailedDocument(`The script ${name} could not be read.`, 'parse', terminal);
      exitCode = 1;
    } else {
      const { outcome } = await runAnywhere(script, options, terminal);
      if (outcome.status !== 'finished') exitCode = 1;
    }
    terminal.out.flush();
  }
  return exitCode;
}

/** A script with functions runs in a thread that can be ended, every other one here. */
export async function runAnywhere(script: ScriptFile, asked: RunOptions, terminal: Terminal): Promise<ScriptEnd> {
  const { secretValues = new Map(), ...rest } = asked;
  // Here, because the thread has no environment; and it gets no others.
  const options = { ...rest, secrets: secretsFor(script.text, process.env, secretValues) };
  const needs = needsOf(script.text);
  if (needs.functions.length === 0) return runScript(script, options, terminal, null);
  const end = await runGuarded(script, needs, options, terminal);
  const [first] = end.outcome.diagnostics;
  if ((options.format === 'json' || options.format === 'rows') && !end.hasPrinted) {
    printFailedDocument(first?.message ?? 'The run was stopped.', first?.phase ?? 'run', terminal);
  }
  return end;
}

/** The document of a script of which there is nothing to show but why. */
function printFailedDocument(message: string, phase: string, terminal: Terminal): void {
  terminal.out.line(JSON.stringify({ results: [], error: { statement: 0, phase, message } }));
}

/** A failure has said how the run ended; everything else gets a line. */
function printClosingLines(
  lines: readonly string[],
  outcome: ScriptOutcome,
  options: RunOptions,
  terminal: Terminal,
): void {
  if (options.isQuiet || outcome.status === 'failed' || terminal.out.isClosed) return;
  terminal.out.flush();
  for (const line of lines) terminal.error.line(line);
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
  const place = placeOf(diagnostic, file, text);
  const where = place.line === null ? place.file : `${place.file}:${place.line}:${place.column}`;
  const colour = diagnostic.severity === 'error' ? colours.red : colours.yellow;
  terminal.error.line(
    `${harmless(where)}: ${colour(diagnostic.severity)} ${harmless(place.message)} ${colours.dim(`[${diagnostic.code}]`)}`,
  );
  if (place.line !== null) {
    const line = place.text.split('\n')[place.line - 1] ?? '';
    // A whole script may be one line: only what is around the place helps.
    const from = Math.max(0, place.column - 1 - CONTEXT_WIDTH);
    const shown = line.slice(from, place.column - 1 + CONTEXT_WIDTH);
    const column = place.column - 1 - from;
    const width = Math.max(1, Math.min(place.width, shown.length - column));
    terminal.error.line(colours.dim(`  ${harmless(shown)}`));
    terminal.error.line(`  ${' '.repeat(column)}${colour('^'.repeat(width))}`);
  }
  if (diagnostic.hint !== undefined) terminal.error.line(`  ${colours.cyan('hint:')} ${harmless(diagnostic.hint)}`);
}

/**
 * Text of a project as it may stand in a terminal: a script's own characters of control would move the cursor or
 * write over what is true. One for one, so that the mark below a line stays in its place.
 */
export function harmless(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]/gu, '?');
}

/** A place in the script, or in a file of one of its functions. `line: null`: only the file is known. */
interface Place {
  readonly file: string;
  readonly text: string;
  readonly line: number | null;
  readonly column: number;
  readonly width: number;
  readonly message: string;
}

function placeOf({ span, file: functionFile, message }: Diagnostic, file: string, text: string): Place {
  if (functionFile !== undefined) {
    const { path: name, line, column } = functionFile;
    const whole = path.join(path.dirname(file), name);
    const prefix = `${name}, line ${line}: `;
    const own = message.startsWith(prefix) ? message.slice(prefix.length) : message;
    const content = textInFolder(whole, path.dirname(file));
    return { file: whole, text: content ?? '', line: content === null ? null : line, column, width: 1, message: own };
  }
  if (span === undefined) return { file, text, line: null, column: 1, width: 1, message };
  return { file, text, ...lineColumn(text, span.start), width: span.end - span.start, message };
}

/** Longer files are no code. */
const SHOWN_BYTES_MAX = 4_000_000;

/**
 * The text of a file of a project. A script may name anything as the file of a function: what lies outside of its
 * folder is not shown, and what is no plain file (a pipe, a device) is not opened, because that may never end.
 */
function textInFolder(file: string, folder: string): string | null {
  try {
    const real = fs.realpathSync(file);
    if (!isSameOrBelow(real, fs.realpathSync(folder))) return null;
    const facts = fs.statSync(real);
    return facts.isFile() && facts.size <= SHOWN_BYTES_MAX ? fs.readFileSync(real, 'utf8') : null;
  } catch {
    return null;
  }
}

function exitCodeOf(outcome: ScriptOutcome, terminal: Terminal): ExitCode {
  if (outcome.status === 'finished') return 0;
  return outcome.status === 'stopped' ? stoppedCode(terminal) : 1;
}

/** Who reads with `head` has got what was wanted: only Ctrl+C is a stop to tell. */
function stoppedCode(terminal: Terminal): ExitCode {
  return terminal.out.isClosed ? 0 : 130;
}
