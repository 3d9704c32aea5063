/**
 * `npm start` on a machine without a display: the sample runs in the terminal through the command
 * line, with a live count of rows and the first of them.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Result rows that are printed; the rest is counted. */
const ROWS_SHOWN = 12;
/** How often the count is redrawn, ms. */
const REDRAW_MS = 100;

/** Runs `scriptFile` through the built CLI; resolves with its exit code. */
export function runSampleInTerminal(cliFile: string, scriptFile: string): Promise<number> {
  const child = spawn(process.execPath, [cliFile, 'run', scriptFile, '--format', 'changelog'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const startedMs = performance.now();
  let rowCount = 0;
  let drawnMs = 0;
  const draw = (): void => {
    drawnMs = performance.now();
    const seconds = ((drawnMs - startedMs) / 1000).toFixed(1);
    process.stdout.write(`${process.stdout.isTTY ? '\r\x1b[K' : ''}  ${rowCount} rows in ${seconds} s`);
    if (!process.stdout.isTTY) process.stdout.write('\n');
  };
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    rowCount++;
    if (rowCount <= ROWS_SHOWN) process.stdout.write(`  ${line}\n`);
    else if (process.stdout.isTTY && performance.now() - drawnMs > REDRAW_MS) draw();
  });
  return new Promise((settle) => {
    child.on('error', (error) => {
      process.stderr.write(`The command line did not start: ${error.message}\n`);
      settle(1);
    });
    child.on('close', (code) => {
      draw();
      if (process.stdout.isTTY) process.stdout.write('\n');
      settle(code ?? 1);
    });
  });
}
