/**
 * The engine process: serves the engine contract on every message port that the main process hands to
 * it. It owns no window and no project; when a port closes, the runs started over it are stopped.
 */
import { type EmitterPortLike, overEmitterPort } from '../contract/channel.ts';
import { engineContract } from '../contract/engine-contract.ts';
import { type Server, serve } from '../contract/transport.ts';
import { EngineService } from './engine-service.ts';

/** Shape of `process.parentPort` in Electron's utility processes. */
interface ParentPort {
  on(
    event: 'message',
    listener: (event: { readonly data: unknown; readonly ports: readonly EmitterPortLike[] }) => void,
  ): unknown;
}

/** Serves the contract on one port until it closes. */
export function serveEngine(port: EmitterPortLike): void {
  let server: Server<typeof engineContract> | null = null;
  const service = new EngineService({
    emitMetrics: (metrics) => server?.emit('run.metrics', metrics),
    emitEnded: (ended) => server?.emit('run.ended', ended),
  });
  server = serve(engineContract, service.handlers(), overEmitterPort(port), {
    onServiceError: (command, error) => console.error(`engine: ${command} failed:`, error),
    onClosed: () => service.stopAll(),
  });
}

const { parentPort } = process as unknown as { readonly parentPort?: ParentPort };

if (parentPort !== undefined) {
  // An error outside a run (a callback of the host) is a bug: it is told, and the other runs go on.
  process.on('uncaughtException', (error) => console.error('engine: uncaught', error));
  process.on('unhandledRejection', (reason) => console.error('engine: unhandled rejection', reason));
  parentPort.on('message', (event) => {
    for (const port of event.ports) serveEngine(port);
  });
}
