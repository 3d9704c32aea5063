/** `npm run bench -- NAME`: runs bench/NAME.ts. Figures go to stdout, progress to stderr. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_FOLDER } from './build.ts';
import { isOnPath } from './system-packages.ts';

/** What a benchmark file exports. */
interface Benchmark {
  /** Whether it opens windows: then it gets a virtual display. */
  readonly needsDisplay: boolean;
  /** Runs and prints; gives the exit code. */
  readonly run: (args: readonly string[]) => Promise<number>;
}

process.exitCode = await main(process.argv.slice(2));

async function main([name, ...args]: readonly string[]): Promise<number> {
  const folder = join(PROJECT_FOLDER, 'bench');
  const names = readdirSync(folder)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => file.slice(0, -3));
  if (name === undefined || !names.includes(name) || !existsSync(join(folder, `${name}.ts`))) {
    process.stderr.write(`usage: npm run bench -- NAME; there are ${names.join(', ')}.\n`);
    return 2;
  }
  const benchmark = (await import(`../bench/${name}.ts`)) as Benchmark;
  const isInside = process.env.MILLRACE_BENCH_DISPLAY === '1';
  if (benchmark.needsDisplay && process.platform === 'linux' && !isInside) {
    if (!isOnPath('xvfb-run')) {
      process.stderr.write('A virtual display is needed: apt-get install xvfb\n');
      return 1;
    }
    const command = [
      '-a',
      '-s',
      '-screen 0 1920x1200x24',
      process.execPath,
      ...process.execArgv,
      ...process.argv.slice(1),
    ];
    const env = { ...process.env, MILLRACE_BENCH_DISPLAY: '1' };
    return spawnSync('xvfb-run', command, { stdio: 'inherit', env }).status ?? 1;
  }
  return benchmark.run(args);
}
