/**
 * Builds the program into dist/: `npm run build` everything, `npm run build -- main engine` only these.
 * A target is skipped when neither its inputs nor the tools changed since its last build, so that
 * `npm start` may always ask for all of them.
 *
 *   main     dist/main/main.cjs         Electron's main process
 *   preload  dist/main/preload.cjs      the sandboxed bridge of the window
 *   engine   dist/engine/engine.cjs     the engine process
 *   cli      dist/cli/millrace.cjs      the command line
 *   renderer dist/renderer/             the window's page, and the list of its files
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as esbuild, type Plugin } from 'esbuild';
import { withFolderLock } from './folder-lock.ts';

/** The project's root folder. */
export const PROJECT_FOLDER = fileURLToPath(new URL('..', import.meta.url)).replace(/[/\\]$/, '');

/** One thing that is built. */
export interface BuildTarget {
  readonly name: 'main' | 'preload' | 'engine' | 'cli' | 'renderer';
  /** Source file that the bundle starts from. */
  readonly entry: string;
  /** The file whose presence says that the target was built. */
  readonly output: string;
  /** Folders and files that decide the output. */
  readonly inputs: readonly string[];
}

/** Everything that is built. */
export const BUILD_TARGETS: readonly BuildTarget[] = [
  { name: 'main', entry: 'src/main/main.ts', output: 'dist/main/main.cjs', inputs: ['src/main', 'src/runtime'] },
  {
    name: 'preload',
    entry: 'src/main/windows/preload.ts',
    output: 'dist/main/preload.cjs',
    inputs: ['src/main', 'src/runtime/contract'],
  },
  {
    name: 'engine',
    entry: 'src/runtime/node/engine/engine-process.ts',
    output: 'dist/engine/engine.cjs',
    inputs: ['src/runtime'],
  },
  { name: 'cli', entry: 'src/runtime/node/cli/cli.ts', output: 'dist/cli/millrace.cjs', inputs: ['src/runtime'] },
  {
    name: 'renderer',
    entry: 'src/renderer/index.html',
    output: 'dist/renderer/index.html',
    inputs: ['src/renderer', 'src/runtime', 'vite.config.ts'],
  },
];

/** Changes of these rebuild every target. */
const COMMON_INPUTS = ['package.json', 'package-lock.json', 'tsconfig.base.json', 'tools/build.ts'];

/** What happened to a target. */
export interface BuildOutcome {
  readonly name: string;
  readonly built: boolean;
  readonly elapsedMs: number;
}

/** Builds the named targets (all without names) that are out of date. Throws what the bundler reports. */
export async function buildAll(names: readonly string[] = []): Promise<BuildOutcome[]> {
  const unknown = names.find((name) => !BUILD_TARGETS.some((target) => target.name === name));
  if (unknown !== undefined) {
    throw new Error(`There is no build target ${unknown}; there are ${BUILD_TARGETS.map((t) => t.name).join(', ')}.`);
  }
  const wanted = BUILD_TARGETS.filter((target) => names.length === 0 || names.includes(target.name));
  // Two builds at once (a test run beside `npm start`) would write the same files.
  return withFolderLock(join(PROJECT_FOLDER, 'dist'), async () => {
    const outcomes: BuildOutcome[] = [];
    for (const target of wanted) {
      const startedMs = performance.now();
      const key = inputsKey(target);
      const keyFile = join(PROJECT_FOLDER, 'dist', '.keys', target.name);
      const isFresh =
        existsSync(join(PROJECT_FOLDER, target.output)) && existsSync(keyFile) && readFileSync(keyFile, 'utf8') === key;
      if (!isFresh) {
        rmSync(keyFile, { force: true });
        await buildTarget(target);
        mkdirSync(dirname(keyFile), { recursive: true });
        writeFileSync(keyFile, key);
      }
      outcomes.push({ name: target.name, built: !isFresh, elapsedMs: Math.round(performance.now() - startedMs) });
    }
    return outcomes;
  });
}

/** Hash over the paths and contents of everything that decides a target's output. Tests and notes do not. */
function inputsKey(target: BuildTarget): string {
  const hash = createHash('sha256');
  const add = (path: string): void => {
    const absolute = join(PROJECT_FOLDER, path);
    if (!existsSync(absolute)) return;
    if (statSync(absolute).isDirectory()) {
      for (const name of readdirSync(absolute).sort()) add(join(path, name));
    } else if (!/\.test\.tsx?$|\.md$|\.case\.|tsconfig\.json$/.test(path)) {
      hash.update(path).update('\0').update(readFileSync(absolute)).update('\0');
    }
  };
  for (const input of [...target.inputs, ...COMMON_INPUTS]) add(input);
  return hash.digest('hex');
}

async function buildTarget(target: BuildTarget): Promise<void> {
  if (!existsSync(join(PROJECT_FOLDER, target.entry)))
    throw new Error(`The entry ${target.entry} of ${target.name} is missing.`);
  if (target.name === 'renderer') return buildRenderer();
  const isCli = target.name === 'cli';
  const { version } = JSON.parse(readFileSync(join(PROJECT_FOLDER, 'package.json'), 'utf8')) as { version: string };
  await esbuild({
    absWorkingDir: PROJECT_FOLDER,
    entryPoints: [target.entry],
    outfile: target.output,
    bundle: true,
    platform: 'node',
    // The Node inside the oldest Electron that development and tests use.
    target: 'node18.15',
    // The main process of older Electrons and a sandboxed preload cannot be ES modules.
    format: 'cjs',
    // A native module stays where npm has put it, and so does the compiler of functions, a program of its own.
    external: ['electron', 'classic-level', 'esbuild'],
    plugins: [rawTexts],
    sourcemap: target.name === 'preload' ? false : 'linked',
    legalComments: 'linked',
    // ESM sources may ask for their own address; a CJS bundle has another way to say it.
    define: { 'import.meta.url': '__bundleUrl', MILLRACE_VERSION: JSON.stringify(version) },
    banner: {
      js: `${isCli ? '#!/usr/bin/env node\n' : ''}${
        target.name === 'preload' ? '' : "const __bundleUrl = require('node:url').pathToFileURL(__filename).href;"
      }`,
    },
    logLevel: 'warning',
  });
  if (isCli) await chmod(join(PROJECT_FOLDER, target.output), 0o755);
}

/** `import text from './file.ts?raw'` is the file's text, as Vite has it. */
const rawTexts: Plugin = {
  name: 'raw texts',
  setup(build): void {
    build.onResolve({ filter: /\?raw$/ }, ({ path, resolveDir }) => ({
      path: join(resolveDir, path.replace(/\?raw$/, '')),
      namespace: 'raw-text',
    }));
    build.onLoad({ filter: /.*/, namespace: 'raw-text' }, ({ path }) => ({
      contents: readFileSync(path, 'utf8'),
      loader: 'text',
    }));
  },
};

/** Media types of the files that the page may ask for; a file of another kind is a build error. */
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.ttf': 'font/ttf',
};

async function buildRenderer(): Promise<void> {
  const { build } = await import('vite');
  await build({ configFile: join(PROJECT_FOLDER, 'vite.config.ts'), logLevel: 'warn' });
  // The main process serves exactly these files and no path that a request makes up.
  const folder = join(PROJECT_FOLDER, 'dist', 'renderer');
  const files: Record<string, string> = {};
  const add = (path: string): void => {
    if (statSync(path).isDirectory()) {
      for (const name of readdirSync(path).sort()) add(join(path, name));
      return;
    }
    const address = relative(folder, path).replaceAll('\\', '/');
    const mediaType = MEDIA_TYPES[/\.[^.]*$/.exec(address)?.[0] ?? ''];
    if (mediaType === undefined) throw new Error(`The page has a file of an unknown kind: ${address}`);
    files[address] = mediaType;
  };
  add(folder);
  writeFileSync(join(PROJECT_FOLDER, 'dist', 'renderer-files.json'), `${JSON.stringify(files, null, 2)}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    for (const outcome of await buildAll(process.argv.slice(2))) {
      process.stderr.write(
        `${outcome.name.padEnd(9)}${outcome.built ? `built in ${outcome.elapsedMs} ms` : 'unchanged'}\n`,
      );
    }
  } catch (error) {
    process.stderr.write(`The build failed: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
