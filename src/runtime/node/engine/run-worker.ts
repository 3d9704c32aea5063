/**
 * The inside of a worker thread: one run (or a recording) served to the supervisor. User code runs here; what
 * it does to this thread stays in this thread.
 */
import { parentPort, threadId, workerData } from 'node:worker_threads';
import { present } from '../../base/assert.ts';
import { overNodePort } from '../../contract/channel.ts';
import { engineContract } from '../../contract/engine-contract.ts';
import { serve } from '../../contract/transport.ts';
import type { CallGuard, FunctionSandbox } from '../../udf/function-library.ts';
import { VmFunctionSandbox } from '../functions/function-sandbox.ts';
import { SharedCallGuard } from './call-guard.ts';
import { RunService } from './run-service.ts';
import { warmUp } from './warm-up.ts';
import { isOrder, type WorkerData, type WorkerReport } from './worker-messages.ts';

/** How often the thread says how much memory it uses. */
const MEMORY_REPORT_MS = 500;

/** Serves the thread. */
export function serveWorker(): void {
  const port = present(parentPort, 'port of a worker thread');
  const tell = (report: WorkerReport): void => port.postMessage(report);
  closeWaysOut();
  const { guard: memory, isWarm } = workerData as WorkerData;
  const guard = new SharedCallGuard(memory, (slot, what) => tell({ kind: 'guarded', slot, what }));
  const channel = overNodePort(port);
  let stopWarming = (): void => {};
  const service = new RunService({
    emit: (event, payload) => server.emit(event, payload),
    tell,
    functionHost: { sandbox: guardedSandbox(new VmFunctionSandbox(), guard), guard },
    replayPrefix: `replay-${threadId}`,
  });
  const server = serve(
    engineContract,
    service.handlers(),
    {
      ...channel,
      listen: (onMessage, onClose) =>
        channel.listen((message) => {
          stopWarming();
          if (!isOrder(message)) onMessage(message);
          else if (message.kind === 'close') void service.close().finally(() => process.exit());
          else service.obey(message);
        }, onClose),
    },
    { onServiceError: (command, error) => console.error(`engine: ${command} failed:`, error) },
  );
  setInterval(() => {
    const { heapUsed, external } = process.memoryUsage();
    tell({ kind: 'memory', usedBytes: heapUsed + external });
  }, MEMORY_REPORT_MS).unref();
  if (isWarm) stopWarming = warmUp();
}

/** A file may loop while it is loaded, before any of its functions is called: that is watched too. */
export function guardedSandbox(sandbox: FunctionSandbox, guard: CallGuard): FunctionSandbox {
  return {
    load(fn, world) {
      const slot = guard.register({ functionName: fn.path, path: fn.path, nodeId: null });
      guard.enter(slot, 0);
      const loaded = sandbox.load(fn, world);
      guard.leave();
      return loaded;
    },
  };
}

/**
 * A thread can end itself but must not reach its neighbours: there is nothing here that needs these. And what an
 * asynchronous function of the user's leaves behind does not end the thread.
 */
export function closeWaysOut(): void {
  const closed = (): never => {
    throw new Error('This is not possible in a run.');
  };
  Object.assign(process, { kill: closed, abort: closed });
  process.on('unhandledRejection', (reason, promise) => {
    // A promise of user code: nobody can wait for it there, so its failure is no failure of the run.
    if (promise instanceof Promise) throw reason;
  });
}
