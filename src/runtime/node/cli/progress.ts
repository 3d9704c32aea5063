/** The progress line of the CLI: on the error output, only when somebody looks at it. */
import type { Run } from '../../engine/scheduler.ts';
import type { Terminal } from './cli-run.ts';

/** Runs that end sooner show no progress at all. */
const DELAY_MS = 500;
const INTERVAL_MS = 200;

/** A progress line that follows one run after the other. */
export interface Progress {
  watch(run: Run): void;
  stop(): void;
}

/** Starts the line; a pipe or a file gets none. */
export function startProgress(terminal: Terminal): Progress {
  if (process.stderr.isTTY !== true) return { watch: () => {}, stop: () => {} };
  let run: Run | null = null;
  let isShown = false;
  const startedMs = Date.now();
  const timer = setInterval(() => {
    if (run === null || Date.now() - startedMs < DELAY_MS) return;
    isShown = true;
    terminal.out.flush();
    process.stderr.write(`\r\x1b[2K${progressText(run)}`);
  }, INTERVAL_MS);
  timer.unref();
  return {
    watch: (next) => {
      run = next;
    },
    stop: () => {
      clearInterval(timer);
      if (isShown) process.stderr.write('\r\x1b[2K');
    },
  };
}

function progressText(run: Run): string {
  let rowsRead = 0;
  let fraction: number | null = 1;
  for (const source of run.dataflow.sources) {
    const progress = source.reader.progress();
    rowsRead += progress.rowsRead;
    fraction = progress.fraction === null || fraction === null ? null : Math.min(fraction, progress.fraction);
  }
  const share = fraction === null ? '' : `  ${Math.floor(fraction * 100)} %`;
  const rate = Math.round((rowsRead * 1000) / Math.max(1, run.elapsedMs));
  return `${rowsRead.toLocaleString('en')} rows read${share}  ${rate.toLocaleString('en')} rows/s`;
}
