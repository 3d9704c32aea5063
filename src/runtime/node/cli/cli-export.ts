/** `millrace export`: a job as a bundle for Apache Flink. Runs the job only when rows are asked for. */
import * as path from 'node:path';
import type { Finding } from '../../export/findings.ts';
import { writeFolder } from '../cluster/bundle-folder.ts';
import { type NoRows, rowsOfRecording } from '../cluster/expected-rows.ts';
import { prepareBundle } from '../cluster/project-bundle.ts';
import { compileScript, needsOf } from '../functions/script-functions.ts';
import { rowsOfRun } from './cli-export-rows.ts';
import { type ExitCode, harmless, printDiagnostic, readScript, type ScriptFile, type Terminal } from './cli-run.ts';
import { colours } from './colours.ts';

/** Options of `export`. */
export interface ExportOptions {
  /** Folder that is written into. */
  readonly out: string;
  /** Recording that the expected rows come from. */
  readonly recording: string | null;
  /** Runs the job here for the expected rows. */
  readonly expected: boolean;
  /** Also over files that an export did not write. */
  readonly force: boolean;
}

/** Exports the script, or that of a folder. */
export async function exportFile(
  scriptOrFolder: string,
  options: ExportOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const script = readScript(scriptOrFolder, terminal);
  if (script === null) return 1;
  const { file, text } = script;
  const folder = path.dirname(path.resolve(file));
  const fail = (message: string): ExitCode => {
    terminal.error.line(`millrace: ${message}`);
    return 1;
  };
  const compiled = await compileScript(needsOf(text), { folder, files: [] });
  const prepared = await prepareBundle({ name: nameOf(script), text, folder, files: [], compiled });
  if (!prepared.ok) return fail(prepared.error);
  const { diagnostics, first, sinks } = prepared.value;
  for (const diagnostic of diagnostics) printDiagnostic(diagnostic, file, text, terminal);

  // What cannot run is said before anything runs here.
  sayFindings(first.refusals, 'cannot run on Flink', terminal);
  if (first.refusals.length > 0) return 1;
  sayFindings(first.differences, 'different on Flink', terminal);

  let { files } = first;
  if (options.recording !== null || options.expected) {
    const rows =
      options.recording === null
        ? await rowsOfRun(script, sinks, terminal)
        : await rowsOfRecording(options.recording, text, sinks);
    if (!rows.ok) return failRows(rows.error, script, terminal);
    files = prepared.value.with(rows.value).files;
  }
  const written = writeFolder(options.out, files, { isForced: options.force });
  if (!written.ok) {
    const { message, canForce } = written.error;
    return fail(canForce ? `${message} Choose another folder, or --force.` : message);
  }
  terminal.error.line(`${files.length} files written into ${options.out}; its README.md says how to go on.`);
  return 0;
}

function failRows({ message, diagnostics }: NoRows, { file, text }: ScriptFile, terminal: Terminal): ExitCode {
  for (const diagnostic of diagnostics) printDiagnostic(diagnostic, file, text, terminal);
  terminal.error.line(`millrace: ${message}`);
  return 1;
}

/** Names of a project come in here: none of them writes control characters into the terminal. */
function sayFindings(findings: readonly Finding[], what: string, terminal: Terminal): void {
  for (const { message, nodeId, code } of findings) {
    const text = harmless(`${nodeId === null ? '' : `${nodeId}: `}${message}`);
    terminal.error.line(`${what}: ${text} ${colours.dim(`[${code}]`)}`);
  }
}

/** The project's folder, or the script's own name. */
function nameOf({ file }: ScriptFile): string {
  const base = path.basename(file, '.sql');
  return base === 'job' ? path.basename(path.dirname(path.resolve(file))) : base;
}
