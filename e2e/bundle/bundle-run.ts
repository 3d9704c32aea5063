/** What the tests do with a bundle, as a user would: export it, build it, submit it, verify it. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FlinkTools } from '../flink/prerequisites.ts';
import type { FlinkCluster } from './flink-cluster.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const BUILT = join(repository, 'dist', 'cli', 'millrace.cjs');
const STEP_MS_MAX = 240_000;

/** How a program ended. */
export interface Ended {
  readonly code: number | null;
  /** Both streams. */
  readonly text: string;
}

/** Exports with the rows of a run on this machine. Throws when the export fails. */
export async function exportBundle(script: string, out: string): Promise<string> {
  const args = [BUILT, 'export', script, '--target', 'flink', '--out', out, '--expected'];
  return wellEnded(await run(process.execPath, args, repository));
}

/** Builds the thin jar. */
export async function buildBundle(bundle: string, { maven }: FlinkTools): Promise<void> {
  wellEnded(await run(maven, ['-q', '-B', '-f', join(bundle, 'jvm', 'pom.xml'), 'package'], bundle));
}

/** `bin/verify.sh` against the cluster. */
export function verifyBundle(bundle: string, cluster: FlinkCluster, args: readonly string[] = []): Promise<Ended> {
  return run(join(bundle, 'bin', 'verify.sh'), args, bundle, { MILLRACE_GATEWAY: cluster.gateway });
}

/** `bin/submit-gateway.sh` against the cluster. */
export function submitBundle(bundle: string, cluster: FlinkCluster): Promise<Ended> {
  return run(join(bundle, 'bin', 'submit-gateway.sh'), [], bundle, { MILLRACE_GATEWAY: cluster.gateway });
}

/** Waits until a job is in a state that it does not leave; answers that state. */
export async function endOfJob(job: string, { rest }: FlinkCluster): Promise<string> {
  const endMs = performance.now() + STEP_MS_MAX;
  while (performance.now() < endMs) {
    const { state } = (await fetch(`${rest}/jobs/${job}`).then((r) => r.json())) as { state?: string };
    if (state === 'FINISHED' || state === 'FAILED' || state === 'CANCELED') return state;
    await new Promise((done) => setTimeout(done, 200));
  }
  throw new Error(`job ${job} did not end`);
}

function wellEnded({ code, text }: Ended): string {
  if (code !== 0) throw new Error(`exit code ${code}:\n${text.slice(-4_000)}`);
  return text;
}

/** Runs a program to its end. */
export function run(
  program: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  return new Promise((done, fail) => {
    const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
    let text = '';
    const timer = setTimeout(() => child.kill('SIGKILL'), STEP_MS_MAX);
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
      });
    }
    child.on('error', fail);
    child.on('close', (code) => {
      clearTimeout(timer);
      done({ code, text });
    });
  });
}
