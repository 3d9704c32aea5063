/**
 * The engine process as a client of the engine contract. Each start of the process brings a message
 * port of its own, so rows go from the engine to the window without passing the main process.
 */
import { err, ok, type Result } from '../../runtime/base/result.ts';
import { overDomPort } from '../../runtime/contract/channel.ts';
import { type EngineContract, engineContract } from '../../runtime/contract/engine-contract.ts';
import { ENGINE_PORT_MESSAGE } from '../../runtime/contract/preload-api.ts';
import { type CallFailure, type Client, connect } from '../../runtime/contract/transport.ts';
import type { WorkspaceContract } from '../../runtime/contract/workspace-contract.ts';
import type { EngineDoor } from '../store/services.ts';

/** A process that has not handed its port over by then does not come. */
const PORT_WAIT_MS_MAX = 10_000;

/** Opens the door to the engine; the process is started by the first `connect`. */
export function openEngineDoor(workspace: Client<WorkspaceContract>): EngineDoor {
  let current: Client<EngineContract> | null = null;
  let connecting: Promise<Result<Client<EngineContract>, CallFailure>> | null = null;
  const listeners: ((client: Client<EngineContract>) => void)[] = [];
  let onPort: ((port: MessagePort) => void) | null = null;

  window.addEventListener('message', (event) => {
    const port = event.ports[0];
    if (event.source !== window || event.data !== ENGINE_PORT_MESSAGE || port === undefined) return;
    if (onPort === null) port.close();
    else onPort(port);
  });

  const start = async (): Promise<Result<Client<EngineContract>, CallFailure>> => {
    const port = new Promise<MessagePort | null>((settle) => {
      const timer = setTimeout(() => settle(null), PORT_WAIT_MS_MAX);
      onPort = (arrived) => {
        clearTimeout(timer);
        settle(arrived);
      };
    });
    const asked = await workspace.call('engine.connect', {});
    if (!asked.ok) return asked;
    if (!asked.value.alive) return notThere('The engine process did not start.');
    const arrived = await port;
    if (arrived === null) return notThere('The engine process did not answer.');
    const client = connect(engineContract, overDomPort(arrived));
    current = client;
    for (const listener of listeners) listener(client);
    return ok(client);
  };

  return {
    current: () => current,
    connect() {
      if (current !== null) return Promise.resolve(ok(current));
      connecting ??= start().finally(() => {
        connecting = null;
        onPort = null;
      });
      return connecting;
    },
    onConnected: (listener) => void listeners.push(listener),
    drop() {
      const gone = current;
      current = null;
      gone?.close();
    },
  };
}

function notThere(message: string): Result<never, CallFailure> {
  return err({ code: 'transport/closed', message });
}
