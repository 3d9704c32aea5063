/** `millrace check` and `millrace explain`: what the phases make of a script, without running it. */
import * as path from 'node:path';
import { lineColumn } from '../../base/span.ts';
import { generatedSources } from '../../job/generated-sources.ts';
import { explainScript, inspectScript } from '../../job/inspect-script.ts';
import type { FunctionLibrary } from '../../udf/function-library.ts';
import { declaredFunctions, needsOf } from '../functions/script-functions.ts';
import { type ExitCode, printDiagnostic, readScript, type ScriptFile, type Terminal } from './cli-run.ts';

/** How far `explain` goes. */
export const EXPLAIN_PHASES = ['parse', 'bind', 'plan', 'code'] as const;

/** One of the phases. */
export type ExplainPhase = (typeof EXPLAIN_PHASES)[number];

/** Reports what is wrong with a script. */
export async function checkFile(
  scriptOrFolder: string,
  format: 'text' | 'json',
  terminal: Terminal,
): Promise<ExitCode> {
  const script = readScript(scriptOrFolder, terminal);
  if (script === null) return 1;
  const { file, text } = script;
  const { diagnostics } = inspectScript(text, await libraryOfScript(script));
  const hasErrors = diagnostics.some((diagnostic) => diagnostic.severity === 'error');
  if (format === 'json') {
    const placed = diagnostics.map((diagnostic) => ({
      ...diagnostic,
      ...(diagnostic.span === undefined ? {} : lineColumn(text, diagnostic.span.start)),
    }));
    terminal.out.line(JSON.stringify({ file, diagnostics: placed }));
  } else {
    for (const diagnostic of diagnostics) printDiagnostic(diagnostic, file, text, terminal);
    if (diagnostics.length === 0) terminal.error.line(`${file}: nothing to report`);
  }
  return hasErrors ? 1 : 0;
}

/** Prints what a phase made of a script. */
export async function explainFile(
  scriptOrFolder: string,
  phase: ExplainPhase,
  format: 'text' | 'json',
  terminal: Terminal,
): Promise<ExitCode> {
  const script = readScript(scriptOrFolder, terminal);
  if (script === null) return 1;
  const { file, text } = script;
  const library = await libraryOfScript(script);
  const inspected = inspectScript(text, library);
  for (const diagnostic of inspected.diagnostics) printDiagnostic(diagnostic, file, text, terminal);
  const asJson = (value: unknown): string => JSON.stringify(value, jsonValue, format === 'json' ? 0 : 2);
  switch (phase) {
    case 'parse':
      terminal.out.line(asJson(inspected.statements.map(({ statement }) => statement)));
      break;
    case 'bind':
      terminal.out.line(asJson(inspected.statements.map(({ bound }) => bound)));
      break;
    case 'plan':
      if (format === 'json') terminal.out.line(asJson(inspected.statements.map(({ plan }) => plan)));
      else terminal.out.line(explainScript(text, library).text.trimEnd());
      break;
    case 'code': {
      const sources = inspected.statements.flatMap(({ plan }) => (plan === null ? [] : generatedSources(plan)));
      if (format === 'json') terminal.out.line(asJson(sources));
      else for (const { name, source } of sources) terminal.out.line(`// ${name}\n${source}\n`);
      break;
    }
  }
  return inspected.diagnostics.some((diagnostic) => diagnostic.severity === 'error') ? 1 : 0;
}

/** Declarations of the script's functions, from the files beside it. */
function libraryOfScript({ file, text }: ScriptFile): Promise<FunctionLibrary> {
  return declaredFunctions(needsOf(text), { folder: path.dirname(path.resolve(file)), files: [] });
}

/** JSON for values that JSON does not have. */
function jsonValue(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Map) return Object.fromEntries(value);
  if (typeof value === 'function') return `[${value.name || 'function'}]`;
  return value;
}
