/** One script on Millrace and on real Flink, each as a process of its own, and how long it took. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runOnFlink } from '../../e2e/flink/run-flink.ts';
import { PROJECT_FOLDER } from '../../tools/build.ts';

/** A process that ran to its end. */
export interface MillraceRun {
  readonly ms: number;
  /** Peak resident memory, MB; null where the system does not tell. */
  readonly peakMb: number | null;
}

/** The command line as users have it; the time is that of the whole process. Throws with its last words when it fails. */
export async function runMillrace(script: string): Promise<MillraceRun> {
  const startedMs = performance.now();
  const child = spawn(process.execPath, [join(PROJECT_FOLDER, 'dist/cli/millrace.cjs'), 'run', script], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let lastWords = '';
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    lastWords = (lastWords + part).slice(-2000);
  });
  let peakMb: number | null = null;
  const watch = setInterval(() => {
    peakMb = peakOf(child.pid) ?? peakMb;
  }, 50);
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) throw new Error(`millrace ended with ${code}: ${lastWords}`);
    return { ms: performance.now() - startedMs, peakMb };
  } finally {
    clearInterval(watch);
  }
}

function peakOf(pid: number | undefined): number | null {
  try {
    const found = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return found === null ? null : Math.round(Number(found[1]) / 1024);
  } catch {
    return null;
  }
}

/** Scripts one after the other in one JVM; the time of each inside it, in their order. Throws when one fails. */
export async function flinkMs(scripts: readonly string[], jarFolders: readonly string[] = []): Promise<number[]> {
  const times: number[] = [];
  const documents = await runOnFlink(
    scripts.map((path) => ({ path, paced: false })),
    {
      jobs: 1,
      jarFolders,
      say: (line) => {
        const found = /^Flink: .* in (\d+) ms$/.exec(line);
        if (found !== null) times.push(Number(found[1]));
      },
    },
  );
  const failed = documents.find(({ error }) => error !== undefined);
  if (failed !== undefined) throw new Error(`Flink failed: ${failed.error?.message}`);
  if (times.length !== scripts.length) throw new Error('Flink did not say what its scripts took');
  return times;
}
