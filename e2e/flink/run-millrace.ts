/** Runs scripts through Millrace's own command line, as a user does. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildAll } from '../../tools/build.ts';
import { parseResultDocument, type ResultDocument } from './result-document.ts';

const repository = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const BUILT = join(repository, 'dist', 'cli', 'millrace.cjs');
const SCRIPT_MS_MAX = 60_000;

/** `built`: what `npm run build` made. `source`: the TypeScript as it stands; it is bundled first where that is old. */
export type MillraceFrom = 'built' | 'source';

/** Documents in the order of the scripts, by one process (`run --batch`). Throws when the process ends early or hangs. */
export async function runBatchOnMillrace(paths: readonly string[], from: MillraceFrom): Promise<ResultDocument[]> {
  const temporary = mkdtempSync(join(tmpdir(), 'millrace-batch-'));
  try {
    const list = join(temporary, 'list');
    writeFileSync(list, `${paths.map((p) => resolve(p)).join('\n')}\n`);
    const { stdout, stderr } = await call(from, ['run', '--batch', list], SCRIPT_MS_MAX * paths.length);
    const lines = stdout.split('\n').filter((line) => line.trim() !== '');
    if (lines.length !== paths.length) {
      throw new Error(
        `${lines.length} documents for ${paths.length} scripts; stopped at ${paths[lines.length]}\n${stderr.slice(-2_000)}`,
      );
    }
    return lines.map((line, i) => parseResultDocument(line, paths[i] ?? '?'));
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** One script in a process of its own: `run JOB.sql --format json`. */
export async function runOnMillrace(path: string, from: MillraceFrom): Promise<ResultDocument> {
  const { stdout, stderr, code } = await call(from, ['run', path, '--format', 'json'], SCRIPT_MS_MAX);
  const document = parseResultDocument(stdout, `${path} (exit code ${code}) ${stderr.slice(-1_000)}`);
  if ((document.error !== undefined) !== (code !== 0))
    throw new Error(`${path}: exit code ${code}, error ${JSON.stringify(document.error)}`);
  return document;
}

interface Finished {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
}

async function call(from: MillraceFrom, args: readonly string[], msMax: number): Promise<Finished> {
  if (from === 'source') await buildAll(['cli']);
  else if (!existsSync(BUILT)) throw new Error('dist/cli/millrace.cjs is missing: npm run build makes it');
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [BUILT, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: repository,
    });
    let stdout = '';
    let stderr = '';
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      fail(new Error(`millrace ${args.join(' ')}: no end after ${msMax / 1000} s\n${stderr.slice(-2_000)}`));
    }, msMax);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', fail);
    child.on('close', (code) => {
      clearTimeout(timer);
      done({ stdout, stderr, code });
    });
  });
}
