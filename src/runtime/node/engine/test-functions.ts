/**
 * For tests: scripts with TypeScript functions through the real compiler and sandbox, as the command line runs
 * them, but in this thread and without a supervisor.
 */
import type { Host } from '../../engine/scheduler.ts';
import { DocumentCollector, type ResultDocument } from '../../job/result-document.ts';
import { executeScript, type ScriptOutcome } from '../../job/run-script.ts';
import { buildGraph } from '../../program/build-graph.ts';
import { SeededRandom } from '../../seams/seeded-random.ts';
import { parseScript } from '../../sql/1-parse/parse-script.ts';
import type { FunctionRuntime } from '../../udf/function-library.ts';
import { type FunctionFile, projectFunctions } from '../../udf/project-functions.ts';
import { compileFunctions } from '../functions/compile-functions.ts';
import { VmFunctionSandbox } from '../functions/function-sandbox.ts';
import { NodeFiles } from '../host/node-files.ts';
import { nodeHost } from '../host/node-host.ts';
import { UNWATCHED } from './call-guard.ts';

/** The TypeScript files that a script names. */
export function functionPaths(text: string): readonly string[] {
  return buildGraph(parseScript(text).script)
    .functions.filter(({ language }) => language.toUpperCase() === 'TYPESCRIPT')
    .map(({ path }) => path);
}

/** Compiles the functions of a script. A file that does not compile is a mistake of the test. */
export async function functionRuntimeOf(
  text: string,
  folder: string,
  files: readonly FunctionFile[] = [],
): Promise<FunctionRuntime> {
  const { compiled, problems } = await compileFunctions(functionPaths(text), { folder, files });
  const [problem] = problems;
  if (problem !== undefined) throw new Error(`${problem.path}:${problem.line}: ${problem.message}`);
  return { functions: compiled, sandbox: new VmFunctionSandbox(), guard: UNWATCHED };
}

/** What a script gave. */
export interface RunWithFunctions {
  readonly document: ResultDocument;
  readonly outcome: ScriptOutcome;
}

/** Runs a script whose functions are `files`; tables read from `folder`. */
export async function runWithFunctions(
  text: string,
  files: readonly FunctionFile[],
  folder: string,
  host: Host = nodeHost(),
): Promise<RunWithFunctions> {
  const library = projectFunctions(files);
  const readable = files.filter(({ path }) => library.declarationOf(path).ok);
  const declared = functionPaths(text).every((path) => readable.some((file) => file.path === path));
  const functionRuntime = declared ? await functionRuntimeOf(text, folder, files) : null;
  const collector = new DocumentCollector();
  const seams = { host, files: new NodeFiles(folder), random: new SeededRandom(1), printLine: () => {} };
  const outcome = await executeScript(text, seams, collector, {
    rowCountMax: null,
    trace: null,
    library,
    functionRuntime,
  });
  return { document: collector.document(outcome), outcome };
}
