/** What a script needs before it can run: its TypeScript functions compiled, and bounds of its own. */
import type { Diagnostic } from '../../base/diagnostic.ts';
import { projectPath } from '../../base/project-path.ts';
import type { Span } from '../../base/span.ts';
import { buildGraph } from '../../program/build-graph.ts';
import { parseScript } from '../../sql/1-parse/parse-script.ts';
import type { FunctionProblem } from '../../udf/declaration.ts';
import type { CompiledFunction, FunctionLibrary } from '../../udf/function-library.ts';
import { projectFunctions } from '../../udf/project-functions.ts';
import { defaultLimits, limitsOf, type RunLimits } from '../engine/run-limits.ts';
import { compileFunctions, type FunctionProject } from './compile-functions.ts';
import { ProjectTexts } from './project-texts.ts';

/** Paths of functions and bounds, as a script names them. */
export interface ScriptNeeds {
  readonly functions: readonly { readonly path: string; readonly span: Span }[];
  readonly limits: RunLimits;
}

/** What either word of it would be in the text of. Most scripts need nothing, and are not parsed for it. */
const MAY_NEED = /typescript|millrace\./i;

/** Reads what a script needs. */
export function needsOf(script: string): ScriptNeeds {
  if (!MAY_NEED.test(script)) return { functions: [], limits: defaultLimits() };
  const graph = buildGraph(parseScript(script).script);
  const functions = graph.functions.filter(({ language }) => language.toUpperCase() === 'TYPESCRIPT');
  return { functions, limits: limitsOf(graph.settings) };
}

/** Functions in the order of the script, or what is wrong with them. */
export interface CompiledScript {
  readonly functions: readonly CompiledFunction[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Compiles the functions that a script names. */
export async function compileScript({ functions }: ScriptNeeds, project: FunctionProject): Promise<CompiledScript> {
  if (functions.length === 0) return { functions: [], diagnostics: [] };
  const { compiled, problems } = await compileFunctions(
    functions.map(({ path }) => path),
    project,
  );
  return {
    functions: [...compiled.values()],
    diagnostics: problems.map((problem) => problemDiagnostic(problem, functions)),
  };
}

/** Declarations of the functions that a script names. Files are read, nothing is compiled and no code is run. */
export async function declaredFunctions(
  { functions }: ScriptNeeds,
  project: FunctionProject,
): Promise<FunctionLibrary> {
  const texts = new ProjectTexts(project.folder, project.files);
  const files = await Promise.all(
    functions.map(async ({ path }) => ({ path, text: await texts.read(projectPath(path)) })),
  );
  return projectFunctions(files.flatMap(({ path, text }) => (text.ok ? [{ path, text: text.value }] : [])));
}

/** A mistake in a function's file, at the statement that names the file. */
function problemDiagnostic(problem: FunctionProblem, functions: ScriptNeeds['functions']): Diagnostic {
  const { code, message, hint, path, line, column } = problem;
  const named = functions.find((each) => each.path === path);
  return {
    code,
    phase: 'validate',
    severity: 'error',
    message: `${path}, line ${line}: ${message}`,
    file: { path, line, column },
    ...(hint === undefined ? {} : { hint }),
    ...(named === undefined ? {} : { span: named.span }),
  };
}
