/**
 * `millrace run` for scripts with TypeScript functions: the script runs in a thread of its own, so that a
 * function that never comes back, eats all memory or ends its process is named, and the program ends as it
 * should. Both sides are here: what the program does, and what the thread does.
 */
import * as path from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { present } from '../../base/assert.ts';
import type { CompiledFunction } from '../../udf/function-library.ts';
import { SharedCallGuard } from '../engine/call-guard.ts';
import { type CallMessage, EngineWorker, type WorkerEnd } from '../engine/engine-worker.ts';
import { heapMbOf } from '../engine/run-limits.ts';
import { closeWaysOut, guardedSandbox } from '../engine/run-worker.ts';
import { Watchdog } from '../engine/watchdog.ts';
import { endDiagnostic } from '../engine/worker-end-text.ts';
import type { WorkerData, WorkerReport } from '../engine/worker-messages.ts';
import { VmFunctionSandbox } from '../functions/function-sandbox.ts';
import { compileScript, type ScriptNeeds } from '../functions/script-functions.ts';
import type { RunOptions, ScriptFile, Terminal } from './cli-run.ts';
import { LineOutput, type TextStream } from './output.ts';
import { runScript, type ScriptEnd } from './script-run.ts';

/** Text that the thread may be ahead of the terminal; then it waits. */
const AHEAD_BYTES_MAX = 16 * 1024 * 1024;
/** A thread that is told to stop and does not hangs in a call. */
const STOP_MS = 1_000;

/** A piece of what the thread prints. */
interface Printed {
  readonly to: 'out' | 'error';
  readonly text: string;
}

/** What the thread is told. */
interface GuardedRun {
  readonly script: ScriptFile;
  readonly options: RunOptions;
  readonly functions: readonly CompiledFunction[];
  /** Bytes that were sent and not yet printed, an int32. */
  readonly ahead: SharedArrayBuffer;
}

/** How a guarded script ended. */
export interface GuardedEnd extends ScriptEnd {
  /** Whether it came so far as to print its document. */
  readonly hasPrinted: boolean;
}

/** Compiles the functions of a script and runs it in a thread. */
export async function runGuarded(
  script: ScriptFile,
  needs: ScriptNeeds,
  options: RunOptions,
  terminal: Terminal,
): Promise<GuardedEnd> {
  const failed = (diagnostics: ScriptEnd['outcome']['diagnostics']): GuardedEnd => ({
    outcome: { status: 'failed', statement: null, diagnostics },
    closingLines: [],
    hasPrinted: false,
  });
  const folder = path.dirname(path.resolve(script.file));
  const { functions, diagnostics } = await compileScript(needs, { folder, files: [] });
  if (diagnostics.some(({ severity }) => severity === 'error')) return failed(diagnostics);
  const worker = new EngineWorker({ entry: new URL(import.meta.url), heapMb: heapMbOf(needs.limits), isWarm: false });
  const watchdog = new Watchdog(() => false);
  const ahead = new SharedArrayBuffer(4);
  const room = new Int32Array(ahead);
  worker.onEvent(({ payload }) => {
    const { to, text } = payload as Printed;
    // On a terminal both streams are one: what came first stands first.
    if (to === 'error') terminal.out.flush();
    (to === 'out' ? terminal.out : terminal.error).text(text);
    Atomics.sub(room, 0, text.length);
    Atomics.notify(room, 0);
  });
  terminal.active = {
    stop: () => {
      worker.forward(callOf('stop', { isClosed: terminal.out.isClosed }), () => {});
      setTimeout(() => void worker.end(), STOP_MS).unref();
    },
  };
  watchdog.watch({ worker, ...needs.limits, isActive: () => !worker.isGone });
  try {
    return await new Promise<GuardedEnd>((resolve) => {
      let end: WorkerEnd = { kind: 'wanted' };
      worker.onGone((how) => {
        end = how;
      });
      const order: GuardedRun = { script, options, functions, ahead };
      worker.forward(callOf('run', { ...order }), (reply) => {
        if (reply !== null) resolve({ ...(reply.result as ScriptEnd), hasPrinted: true });
        else {
          const diagnostic = endDiagnostic(end, worker);
          if (diagnostic !== null) resolve(failed([diagnostic]));
          else resolve({ ...failed([]), outcome: { status: 'stopped', statement: null, diagnostics: [] } });
        }
      });
      if (terminal.isStopped) terminal.active?.stop();
    });
  } finally {
    terminal.active = null;
    watchdog.stop();
    await worker.end();
  }
}

function callOf(command: 'run' | 'stop', params: Readonly<Record<string, unknown>>): CallMessage {
  return { type: 'call', contract: 'cli', version: 1, id: 1, command, params };
}

/** Serves the thread: one script. */
export function serveGuardedRun(): void {
  const port = present(parentPort, 'port of a worker thread');
  const tell = (report: WorkerReport): void => port.postMessage(report);
  closeWaysOut();
  const guard = new SharedCallGuard((workerData as WorkerData).guard, (slot, what) =>
    tell({ kind: 'guarded', slot, what }),
  );
  let terminal: Terminal | null = null;
  port.on('message', (message: CallMessage) => {
    if (message.command === 'stop') {
      if (terminal === null) return;
      terminal.isStopped = true;
      if (message.params.isClosed === true) terminal.out.close();
      terminal.active?.stop();
      return;
    }
    const { script, options, functions, ahead } = message.params as unknown as GuardedRun;
    const room = new Int32Array(ahead);
    const out = new LineOutput(streamTo(port, 'out', room), () => {});
    const error = new LineOutput(streamTo(port, 'error', room), () => {});
    terminal = { out, error, active: null, isStopped: false };
    const byPath = new Map(functions.map((fn) => [fn.path, fn]));
    const realms = new VmFunctionSandbox();
    const sandbox = guardedSandbox(realms, guard);
    void runScript(script, options, terminal, { functions: byPath, sandbox, guard }).then((result) => {
      out.flush();
      for (const { level, text } of realms.consoleLines) error.line(`console.${level}: ${text}`);
      error.flush();
      port.postMessage({ type: 'reply', id: message.id, result });
    });
  });
}

/** A stream that ends in the terminal of the program; it waits when that cannot follow. */
function streamTo(port: NonNullable<typeof parentPort>, to: Printed['to'], room: Int32Array): TextStream {
  return {
    on: () => {},
    write(text) {
      const payload: Printed = { to, text };
      Atomics.add(room, 0, text.length);
      port.postMessage({ type: 'event', contract: 'cli', event: 'printed', payload });
      for (let ahead = Atomics.load(room, 0); ahead > AHEAD_BYTES_MAX; ahead = Atomics.load(room, 0)) {
        Atomics.wait(room, 0, ahead, STOP_MS);
      }
    },
  };
}
