/**
 * A process for the crash tests: runs a script with checkpoints and tells, line by line, how many rows have gone
 * in. It is killed from outside, or kills itself at a step of a checkpoint, as a power cut would: no handler runs.
 * Arguments: script file, folder of the checkpoints, interval in ms, step (or nothing), how often it is passed.
 */
import * as fs from 'node:fs';
import { openTerminal } from './cli-run.ts';
import { runScript } from './script-run.ts';

const [file = '', folder = '', interval = '', fatalStep = '', passes = '0'] = process.argv.slice(2);
const terminal = openTerminal();
const options = {
  format: 'changelog',
  seed: 0,
  limit: null,
  record: null,
  isQuiet: true,
  checkpoints: { folder, intervalMs: Number(interval), keepCount: 3, isResumed: true },
} as const;
let left = Number(passes);
setInterval(() => {
  const run = terminal.active as { readonly dataflow?: { readonly rowsEntered: number } } | null;
  if (run?.dataflow !== undefined) fs.writeSync(1, `${run.dataflow.rowsEntered}\n`);
}, 2).unref();
const script = { file, text: fs.readFileSync(file, 'utf8') };
void runScript(script, options, terminal, null, (step) => {
  if (step !== fatalStep) return;
  left -= 1;
  if (left < 0) process.kill(process.pid, 'SIGKILL');
}).then(({ outcome }) => {
  for (const { message } of outcome.diagnostics) terminal.error.line(message);
  terminal.error.flush();
  process.exit(outcome.status === 'finished' ? 0 : 1);
});
