/**
 * Compiles the TypeScript functions of a project with esbuild: each into one script that holds the
 * library and whose value is the function's declaration. Nothing of the project is run, no settings file
 * of it is read, and only 'millrace' and files inside the project can be imported.
 */
import { createRequire } from 'node:module';
import { sep } from 'node:path';
import type { Message, OnResolveResult, Plugin } from 'esbuild';
import { projectPath } from '../../base/project-path.ts';
import type { FunctionProblem } from '../../udf/declaration.ts';
import type { CompiledFunction, CompiledFunctions } from '../../udf/function-library.ts';
import { LIBRARY_NAME, LIBRARY_TEXT } from '../../udf/library-text.ts';
import type { FunctionFile } from '../../udf/project-functions.ts';
import { readDeclaration } from '../../udf/read-declaration.ts';
import { type ImportRefusal, ProjectTexts } from './project-texts.ts';

/** Where the functions are. */
export interface FunctionProject {
  /** The project's folder; `''` when there is none, then only `files` are looked at. */
  readonly folder: string;
  /** Texts of files that the window holds, saved or not; they go before what is on disk. */
  readonly files: readonly FunctionFile[];
}

/** What came out: a function is compiled or has problems. */
export interface CompileOutcome {
  readonly compiled: CompiledFunctions;
  readonly problems: readonly FunctionProblem[];
}

/** Compiles the functions in the files of these paths, as `CREATE FUNCTION … AS` writes them. */
export async function compileFunctions(paths: readonly string[], project: FunctionProject): Promise<CompileOutcome> {
  const texts = new ProjectTexts(project.folder, project.files);
  const outcomes = await Promise.all([...new Set(paths)].map((path) => compileOne(path, texts)));
  const compiled = new Map<string, CompiledFunction>();
  for (const outcome of outcomes) {
    if (outcome.compiled !== null) compiled.set(outcome.compiled.path, outcome.compiled);
  }
  return { compiled, problems: outcomes.flatMap((outcome) => outcome.problems) };
}

/** What came out of one file, and every text that decided it: path → text, null for a file that was not there. */
interface FileOutcome {
  readonly compiled: CompiledFunction | null;
  readonly problems: readonly FunctionProblem[];
  readonly inputs: ReadonlyMap<string, string | null>;
}

/** How many outcomes are kept: every run of an unchanged project asks for the same. */
const OUTCOMES_MAX = 100;

const outcomes = new Map<string, FileOutcome>();

async function compileOne(path: string, texts: ProjectTexts): Promise<FileOutcome> {
  const key = `${texts.folder}\0${path}`;
  const kept = outcomes.get(key);
  if (kept !== undefined && (await isUnchanged(kept, texts))) return kept;
  const outcome = await compileAfresh(path, texts);
  outcomes.delete(key);
  const oldest = outcomes.size >= OUTCOMES_MAX ? outcomes.keys().next().value : undefined;
  if (oldest !== undefined) outcomes.delete(oldest);
  outcomes.set(key, outcome);
  return outcome;
}

async function isUnchanged({ inputs }: FileOutcome, texts: ProjectTexts): Promise<boolean> {
  for (const [path, text] of inputs) {
    const now = await texts.read(path);
    if ((now.ok ? now.value : null) !== text) return false;
  }
  return true;
}

async function compileAfresh(path: string, texts: ProjectTexts): Promise<FileOutcome> {
  const entry = projectPath(path);
  const inputs = new Map<string, string | null>();
  const failed = (problems: readonly FunctionProblem[]): FileOutcome => ({ compiled: null, problems, inputs });
  const text = await texts.read(entry);
  inputs.set(entry, text.ok ? text.value : null);
  if (!text.ok) return failed([{ ...text.error, path, line: 1, column: 1, span: { start: 0, end: 0 } }]);
  const declaration = readDeclaration(text.value, path);
  if (!declaration.ok) return failed(declaration.error);

  const esbuild = await loadEsbuild();
  try {
    const result = await esbuild.build({
      // Under a name of ours: a path with a star in it would be taken for a pattern.
      entryPoints: [ENTRY],
      bundle: true,
      write: false,
      outfile: 'function.js',
      format: 'iife',
      platform: 'neutral',
      globalName: 'declared',
      // The value of the script is the default export, and nothing is left in the realm's globals.
      banner: { js: '(() => {"use strict";' },
      footer: { js: 'return declared.default;\n})()' },
      target: 'es2022',
      // What is imported under a name that is known only at run time passes no plugin: its rejection would be an
      // error of the host.
      supported: { 'dynamic-import': false },
      charset: 'utf8',
      tsconfigRaw: {},
      sourcemap: 'external',
      sourcesContent: true,
      logLevel: 'silent',
      logLimit: PROBLEMS_MAX,
      plugins: [projectOnly(entry, texts, inputs)],
    });
    const output = (suffix: string): string =>
      result.outputFiles.find((file) => file.path.endsWith(suffix))?.text ?? '';
    const compiled = {
      path,
      declaration: declaration.value,
      code: output('.js'),
      sourceMap: withPlainSources(output('.map')),
    };
    return { compiled, problems: [], inputs };
  } catch (error) {
    const { errors } = error as { errors?: readonly Message[] };
    if (errors === undefined) throw error;
    return failed(errors.slice(0, PROBLEMS_MAX).map((message) => problemOf(message, path, entry, inputs)));
  }
}

const PROBLEMS_MAX = 50;

/** What esbuild is asked for; the plugin knows which file it is. */
const ENTRY = 'function';

/** Namespaces of esbuild: they keep it from looking at the disk by itself. */
const PROJECT = 'project';
const LIBRARY = 'library';

/** Resolves and loads everything; esbuild itself never touches a file. */
function projectOnly(entry: string, texts: ProjectTexts, inputs: Map<string, string | null>): Plugin {
  const refused = ({ text, ...detail }: ImportRefusal): OnResolveResult => ({ errors: [{ text, detail }] });
  return {
    name: 'only the project',
    setup(build): void {
      build.onResolve({ filter: /.*/ }, async (args): Promise<OnResolveResult> => {
        if (args.kind === 'entry-point') return { path: entry, namespace: PROJECT };
        if (args.kind !== 'import-statement') {
          return refused({
            text: `${args.kind === 'require-call' ? 'require' : 'import(…)'} cannot be used in a function.`,
            code: 'udf/import',
            hint: 'Write an import statement at the top of the file.',
          });
        }
        if (args.path === LIBRARY_NAME) return { path: LIBRARY_NAME, namespace: LIBRARY };
        const found = await texts.resolveImport(args.path, args.importer, inputs);
        return found.ok ? { path: found.value, namespace: PROJECT } : refused(found.error);
      });
      build.onLoad({ filter: /.*/, namespace: LIBRARY }, () => ({ contents: LIBRARY_TEXT, loader: 'ts' }));
      build.onLoad({ filter: /.*/, namespace: PROJECT }, async (args) => {
        const text = await texts.read(args.path);
        inputs.set(args.path, text.ok ? text.value : null);
        if (!text.ok) return { errors: [{ text: text.error.message, detail: text.error }] };
        return {
          contents: text.value,
          loader: args.path.endsWith('.json') ? 'json' : args.path.endsWith('.js') ? 'js' : 'ts',
        };
      });
    },
  };
}

/** A message of esbuild in our terms. Its columns count bytes of UTF-8 from 0. */
function problemOf(
  message: Message,
  path: string,
  entry: string,
  inputs: ReadonlyMap<string, string | null>,
): FunctionProblem {
  const { location } = message;
  const { code, hint } = (message.detail ?? {}) as { code?: string; hint?: string };
  const file = location === null ? entry : location.file.replace(/^project:/, '');
  const line = location?.line ?? 1;
  const before = Buffer.from(location?.lineText ?? '', 'utf8').subarray(0, location?.column ?? 0);
  const column = before.toString('utf8').length + 1;
  const start = offsetOf(inputs.get(file) ?? '', line) + column - 1;
  return {
    code: code ?? 'udf/compile',
    path: file === entry ? path : file,
    message: message.text.replaceAll('"project:', '"'),
    ...(hint === undefined ? {} : { hint }),
    line,
    column,
    span: { start, end: start + Math.max(1, location?.length ?? 1) },
  };
}

function offsetOf(text: string, line: number): number {
  let offset = 0;
  for (let at = 1; at < line; at++) offset = text.indexOf('\n', offset) + 1;
  return offset;
}

/** The library's source is called by the name under which it is imported, the project's by their paths. */
function withPlainSources(sourceMap: string): string {
  const map = JSON.parse(sourceMap) as { sources: string[] };
  map.sources = map.sources.map((source) => source.replace(/^(project|library):/, ''));
  return JSON.stringify(map);
}

type Esbuild = typeof import('esbuild');
let loading: Promise<Esbuild> | null = null;

/** esbuild is loaded when the first function is compiled; most projects have none. */
function loadEsbuild(): Promise<Esbuild> {
  loading ??= (async () => {
    const binary = unpackedBinary();
    if (binary !== null) process.env.ESBUILD_BINARY_PATH ??= binary;
    return import('esbuild');
  })();
  return loading;
}

/** A program inside the app's archive cannot be started: the packer has put it beside the archive. */
function unpackedBinary(): string | null {
  const archive = `app.asar${sep}`;
  const require = createRequire(import.meta.url);
  const name = `@esbuild/${process.platform}-${process.arch}/${process.platform === 'win32' ? 'esbuild.exe' : 'bin/esbuild'}`;
  try {
    const path = require.resolve(name);
    return path.includes(archive) ? path.replace(archive, `app.asar.unpacked${sep}`) : null;
  } catch {
    // Then esbuild says itself what is missing.
    return null;
  }
}
