/**
 * `npm run check`: types, lint and format, walls, tidiness. All four are looked at, whatever fails
 * first. `npm run check -- walls tidy` runs only these.
 */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { projectFiles } from '../e2e/checks/project-files.ts';
import { findUntidiness } from '../e2e/checks/tidy.ts';
import { findBreaches, sourceFiles } from '../e2e/checks/walls.ts';
import { PROJECT_FOLDER } from './build.ts';

/** A check gives what is wrong, one line each; an empty list is success. `note` says what was looked at. */
interface Outcome {
  readonly problems: readonly string[];
  readonly note: string;
}

const CHECKS: Readonly<Record<string, () => Promise<Outcome>>> = {
  types: checkTypes,
  lint: checkLint,
  walls: checkWalls,
  tidy: checkTidy,
};

process.exitCode = await main(process.argv.slice(2));

async function main(names: readonly string[]): Promise<number> {
  const wanted = Object.entries(CHECKS).filter(([name]) => names.length === 0 || names.includes(name));
  if (wanted.length === 0) {
    process.stderr.write(`There is no such check; there are ${Object.keys(CHECKS).join(', ')}.\n`);
    return 2;
  }
  let failedCount = 0;
  for (const [name, check] of wanted) {
    const startedMs = performance.now();
    const { problems, note } = await check();
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
    for (const problem of problems) process.stdout.write(`${problem}\n`);
    process.stdout.write(
      `${name}: ${problems.length === 0 ? 'ok' : `${problems.length} problems`} (${note}, ${seconds} s)\n`,
    );
    if (problems.length > 0) failedCount++;
  }
  return failedCount === 0 ? 0 : 1;
}

/** Each room has its own settings, so that a pure room does not know Node or the DOM. */
async function checkTypes(): Promise<Outcome> {
  const configurations = findConfigurations('.');
  const problems: string[] = [];
  const waiting = [...configurations];
  const work = async (): Promise<void> => {
    for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
      const { code, output } = await run('tsc', ['--project', path, '--pretty', 'false']);
      const lines = output.split('\n').filter((line) => line.trim() !== '');
      problems.push(...lines);
      if (code !== 0 && lines.length === 0) problems.push(`tsc failed on ${path} without a word (code ${code})`);
    }
  };
  await Promise.all([work(), work()]);
  return { problems: [...new Set(problems)].sort(), note: `${configurations.length} rooms` };
}

function findConfigurations(folder: string): string[] {
  return readdirSync(join(PROJECT_FOLDER, folder))
    .sort()
    .flatMap((name) => {
      const path = folder === '.' ? name : `${folder}/${name}`;
      if (name.startsWith('.') || ['node_modules', 'dist', 'release', 'target'].includes(name)) return [];
      if (statSync(join(PROJECT_FOLDER, path)).isDirectory()) return findConfigurations(path);
      // The one at the top only makes editors find the others.
      return /^tsconfig.*\.json$/.test(name) && path !== 'tsconfig.json' && path !== 'tsconfig.base.json' ? [path] : [];
    });
}

async function checkLint(): Promise<Outcome> {
  const { code, output } = await run('biome', ['ci', '--reporter=summary', '--colors=off', '.']);
  const details =
    code === 0
      ? ''
      : (await run('biome', ['check', '--diagnostic-level=error', '--max-diagnostics=40', '--colors=off', '.'])).output;
  const note = /Checked (\d+) files/.exec(output)?.[0] ?? 'no file counted';
  return { problems: code === 0 ? [] : details.trim().split('\n'), note };
}

async function checkWalls(): Promise<Outcome> {
  const { breaches, moduleCount } = await findBreaches(PROJECT_FOLDER);
  const fileCount = sourceFiles(PROJECT_FOLDER).length;
  const problems = breaches.map(({ rule, from, to }) => `${from} → ${to}: ${rule}`);
  // A tool that understands no TypeScript sees no modules and finds no breach.
  if (moduleCount !== fileCount || fileCount === 0) {
    problems.push(`The wall check saw ${moduleCount} of ${fileCount} source files.`);
  }
  return { problems, note: `${moduleCount} modules` };
}

async function checkTidy(): Promise<Outcome> {
  const files = projectFiles(PROJECT_FOLDER);
  const longFiles = JSON.parse(
    readFileSync(join(PROJECT_FOLDER, 'e2e', 'checks', 'long-files.json'), 'utf8'),
  ) as Record<string, number>;
  const problems = findUntidiness(files, { longFiles }).map(({ path, message }) => `${path}: ${message}`);
  return { problems, note: `${files.length} files` };
}

function run(program: string, args: readonly string[]): Promise<{ code: number; output: string }> {
  return new Promise((settle) => {
    const child = spawn(join(PROJECT_FOLDER, 'node_modules', '.bin', program), args, {
      cwd: PROJECT_FOLDER,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8');
    });
    child.stderr.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8');
    });
    child.on('error', (error) => settle({ code: 127, output: error.message }));
    child.on('close', (code) => settle({ code: code ?? 1, output }));
  });
}
