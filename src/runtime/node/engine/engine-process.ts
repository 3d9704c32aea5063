/**
 * The engine process: serves the engine contract on every message port that the main process hands to it. Its
 * main thread only supervises; runs live in worker threads, which start from this same file. It owns no window
 * and no project; when a port closes, the runs started over it are stopped.
 */
import { isMainThread } from 'node:worker_threads';
import type { Secret } from '../../connections/secrets.ts';
import { type EmitterPortLike, overEmitterPort } from '../../contract/channel.ts';
import { readEngineControl } from '../../contract/engine-control.ts';
import { exportOrder, serveExport } from '../cluster/export-thread.ts';
import { EngineSupervisor } from './engine-supervisor.ts';
import { defaultLimits, heapMbOf } from './run-limits.ts';
import { serveWorker } from './run-worker.ts';
import { SpareWorker } from './spare-worker.ts';
import { TrustedFolders } from './trusted-folders.ts';

/** Shape of `process.parentPort` in Electron's utility processes. */
interface ParentPort {
  on(
    event: 'message',
    listener: (event: { readonly data: unknown; readonly ports: readonly EmitterPortLike[] }) => void,
  ): unknown;
}

/** Supervises for the main process at the other end of `parentPort`. */
function serveMain(parentPort: ParentPort): void {
  // An error outside a run (a callback of the host) is a bug: it is told, and the other runs go on.
  process.on('uncaughtException', (error) => console.error('engine: uncaught', error));
  process.on('unhandledRejection', (reason) => console.error('engine: unhandled rejection', reason));
  const trust = new TrustedFolders();
  const exportFolders = new TrustedFolders();
  const entry = new URL(import.meta.url);
  let secrets: readonly Secret[] = [];
  const workers = new SpareWorker({ entry, heapMb: heapMbOf(defaultLimits()) });
  workers.prepare();
  parentPort.on('message', ({ data, ports }) => {
    const control = readEngineControl(data);
    if (control?.kind === 'trusted-folders') trust.set(control.folders);
    if (control?.kind === 'export-folders') exportFolders.set(control.folders);
    if (control?.kind === 'secrets') secrets = control.secrets;
    if (control?.kind !== 'port') return;
    for (const port of ports) {
      new EngineSupervisor(overEmitterPort(port), {
        workers,
        trust,
        nowMs: () => Date.now(),
        secrets: () => secrets,
        entry,
        exportFolders,
      }).serve();
    }
  });
}

const { parentPort } = process as unknown as { readonly parentPort?: ParentPort };

const order = exportOrder();
if (order !== null) serveExport(order);
else if (!isMainThread) serveWorker();
else if (parentPort !== undefined) serveMain(parentPort);
