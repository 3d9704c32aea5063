/**
 * The three doors of the window, as the stores see them. `app/main.tsx` connects the real clients
 * once at start; tests connect the same language functions in process. Stores never import `client/`
 * implementations, so that they run without a worker, a preload or an engine.
 */
import { assert } from '../../runtime/base/assert.ts';
import type { Result } from '../../runtime/base/result.ts';
import type { EngineContract } from '../../runtime/contract/engine-contract.ts';
import type { LanguageContract } from '../../runtime/contract/language-contract.ts';
import type { CallFailure, Client } from '../../runtime/contract/transport.ts';
import type { WorkspaceContract } from '../../runtime/contract/workspace-contract.ts';

/** The engine lives and dies apart from the window; `connect` brings up a fresh process when it is gone. */
export interface EngineDoor {
  /** The live connection; null while the process is not there. */
  current(): Client<EngineContract> | null;
  /** A live connection, starting the process when needed. */
  connect(): Promise<Result<Client<EngineContract>, CallFailure>>;
  /** Tells each new connection (to listen to its events). */
  onConnected(listener: (client: Client<EngineContract>) => void): void;
  /** Forgets a connection whose process has ended, so that the next `connect` starts afresh. */
  drop(): void;
}

/** What the window is connected to. */
export interface Services {
  readonly workspace: Client<WorkspaceContract>;
  readonly language: Client<LanguageContract>;
  readonly engine: EngineDoor;
}

let connected: Services | null = null;

/** Connects the window. Called once at start and by tests. */
export function provideServices(services: Services): void {
  connected = services;
}

/** The connected services; a call before `provideServices` is a bug. */
export function services(): Services {
  assert(connected !== null, 'services are provided before the first use');
  return connected;
}
