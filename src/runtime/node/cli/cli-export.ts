/** `millrace export`: a job as a bundle for Apache Flink. Runs the job only when rows are asked for. */
import * as path from 'node:path';
import { flinkBundle, inputPathsOf } from '../../export/bundle.ts';
import type { ExpectedTable } from '../../export/expected-rows.ts';
import type { Finding } from '../../export/findings.ts';
import { inspectScript } from '../../job/inspect-script.ts';
import { buildModel } from '../../program/model.ts';
import { parseScript } from '../../sql/1-parse/parse-script.ts';
import { compileScript, declaredFunctions, needsOf } from '../functions/script-functions.ts';
import { readInputs, writeFolder } from './cli-export-folder.ts';
import { comparedSinks, type NoRows, rowsOfRecording, rowsOfRun } from './cli-export-rows.ts';
import { type ExitCode, printDiagnostic, readScript, type ScriptFile, type Terminal } from './cli-run.ts';
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
  const needs = needsOf(text);
  const project = { folder, files: [] };
  const inspected = inspectScript(text, await declaredFunctions(needs, project));
  const { functions, diagnostics: notCompiled } = await compileScript(needs, project);
  const diagnostics = [...inspected.diagnostics, ...notCompiled];
  for (const diagnostic of diagnostics) printDiagnostic(diagnostic, file, text, terminal);
  const parsed = parseScript(text).script;
  const inputs = readInputs(folder, inputPathsOf(parsed));
  if (!inputs.ok) return fail(inputs.error);
  const request = { name: nameOf(script), text, script: parsed, diagnostics, functions, inputs: inputs.value };

  // What cannot run is said before anything runs here.
  const first = flinkBundle({ ...request, expected: null });
  sayFindings(first.refusals, 'cannot run on Flink', terminal);
  if (first.refusals.length > 0) return 1;
  sayFindings(first.differences, 'different on Flink', terminal);

  let expected: ExpectedTable[] | null = null;
  if (options.recording !== null || options.expected) {
    const { read } = buildModel(parsed);
    const isRead = new Set([...read].map((id) => id.slice(id.indexOf(':') + 1)));
    const sinks = comparedSinks(inspected, (table) => isRead.has(table.path.name));
    const rows =
      options.recording === null
        ? await rowsOfRun(script, sinks, terminal)
        : await rowsOfRecording(options.recording, script, sinks);
    if (!rows.ok) return failRows(rows.error, script, terminal);
    expected = rows.value;
  }
  const { files } = flinkBundle({ ...request, expected });
  const written = writeFolder(options.out, files, { isForced: options.force });
  if (!written.ok) return fail(written.error);
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
    const text = `${nodeId === null ? '' : `${nodeId}: `}${message}`.replace(/\p{Cc}/gu, '?');
    terminal.error.line(`${what}: ${text} ${colours.dim(`[${code}]`)}`);
  }
}

/** The project's folder, or the script's own name. */
function nameOf({ file }: ScriptFile): string {
  const base = path.basename(file, '.sql');
  return base === 'job' ? path.basename(path.dirname(path.resolve(file))) : base;
}
