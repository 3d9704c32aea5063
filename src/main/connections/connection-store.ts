/**
 * The connections of the user, under userData and never in a project: what they are in one file, their secrets in
 * another, sealed with a key of the system's keyring. Where there is no keyring, the user says whether a secret is
 * kept as it is, in a file that only this user reads, or for this session alone.
 *
 * A secret belongs to the addresses that its connection had when it was typed. A connection that moves elsewhere needs
 * it anew, so that nothing that changes an address (a page, an imported file) sends a password to where it leads.
 */
import { join } from 'node:path';
import * as z from 'zod/mini';
import {
  type Connection,
  connectionProblems,
  passwordName,
  registryPasswordName,
  serverList,
} from '../../runtime/connections/connection.ts';
import type { Secret } from '../../runtime/connections/secrets.ts';
import { connectionShape } from '../../runtime/contract/connections-commands.ts';
import type { CommandIn, CommandOut } from '../../runtime/contract/contract.ts';
import type { WorkspaceContract } from '../../runtime/contract/workspace-contract.ts';
import { JsonStore } from '../workspace/json-store.ts';

/** Seals texts with a key that the system keeps. */
export interface Vault {
  /** Whether there is such a key. Asking may make the system ask the user for the keyring's password. */
  canSeal(): boolean;
  seal(text: string): Buffer;
  /** Null: it cannot be opened here, or not any more. */
  open(sealed: Buffer): string | null;
}

type Listed = CommandOut<WorkspaceContract, 'connections.list'>;
type Kept = Listed['connections'][number]['password'];
type Saving = CommandIn<WorkspaceContract, 'connections.save'>;
type SaveFailure = CommandOut<WorkspaceContract, 'connections.save'>['failure'];

const connectionsShape = z.object({ version: z.literal(1), connections: z.array(connectionShape) });
const secretShape = z.object({
  name: z.string(),
  addresses: z.array(z.string()),
  form: z.enum(['sealed', 'plain']),
  /** Base64 of the sealed bytes, or the text. */
  value: z.string(),
});
const secretsShape = z.object({ version: z.literal(1), secrets: z.array(secretShape) });
type StoredSecret = z.infer<typeof secretShape>;

/** Only this user may read it. */
const SECRET_FILE_MODE = 0o600;

/** Name of the file with secrets under userData. */
export const SECRETS_FILE = 'secrets.json';

/** Keeps the connections. */
export class ConnectionStore {
  readonly #vault: Vault;
  readonly #connections: JsonStore<z.infer<typeof connectionsShape>>;
  readonly #secrets: JsonStore<z.infer<typeof secretsShape>>;
  readonly #ofSession = new Map<string, Secret>();
  readonly #listeners: (() => void)[] = [];

  constructor(userDataFolder: string, vault: Vault) {
    this.#vault = vault;
    const file = (name: string): string => join(userDataFolder, name);
    this.#connections = new JsonStore(file('connections.json'), connectionsShape, { version: 1, connections: [] });
    const none: z.infer<typeof secretsShape> = { version: 1, secrets: [] };
    this.#secrets = new JsonStore(file(SECRETS_FILE), secretsShape, none, { mode: SECRET_FILE_MODE });
  }

  /** All connections by name, and where their secrets are; never a secret itself. */
  list(): Listed {
    const { secrets } = this.#secrets.read();
    const connections = this.#connections.read().connections.map((connection) => ({
      ...connection,
      password: this.#keptOf(passwordName(connection.name), secrets),
      registryPassword: this.#keptOf(registryPasswordName(connection.name), secrets),
    }));
    return { connections, canSeal: this.#vault.canSeal() };
  }

  /** Keeps a connection. The failure says why not, and then nothing has changed. */
  save({ connection, password, registryPassword, keep }: Saving): SaveFailure {
    const [problem] = connectionProblems(connection, []);
    if (problem !== undefined) return { message: 'The connection was not saved.', hint: problem.message };
    if (keep === 'sealed' && !this.#vault.canSeal())
      return {
        message: 'There is no keyring here that could seal the password.',
        hint: 'Keep it for this session, or in a file as it is.',
      };
    const given = [
      { name: passwordName(connection.name), value: password, addresses: serverList(connection.servers) },
      { name: registryPasswordName(connection.name), value: registryPassword, addresses: registryOf(connection) },
    ];
    for (const { name, value, addresses } of given) {
      const before = this.#addressesOf(name);
      if (value === null && before !== null && addresses.some((address) => !before.includes(address)))
        return {
          message: `The password was given for ${before.join(', ')}.`,
          hint: 'Type it again: it does not go to another address by itself.',
        };
    }
    for (const { name, value, addresses } of given) this.#keep(name, value, addresses, keep);
    const others = this.#connections.read().connections.filter(({ name }) => name !== connection.name);
    this.#writeConnections([...others, connection]);
    this.#announce();
    return null;
  }

  /** Forgets a connection and its secrets. */
  delete(name: string): void {
    this.#writeConnections(this.#connections.read().connections.filter((each) => each.name !== name));
    for (const secret of [passwordName(name), registryPasswordName(name)]) this.#forget(secret);
    this.#announce();
  }

  /** All secrets that can be read, for the engine. */
  secrets(): readonly Secret[] {
    const stored = this.#secrets.read().secrets.flatMap(({ name, addresses, form, value }): Secret[] => {
      const text = form === 'plain' ? value : this.#vault.open(Buffer.from(value, 'base64'));
      return text === null ? [] : [{ name, value: text, addresses }];
    });
    return [...stored, ...this.#ofSession.values()];
  }

  /** Called after each change. */
  onChanged(listener: () => void): void {
    this.#listeners.push(listener);
  }

  #keptOf(name: string, stored: readonly StoredSecret[]): Kept {
    if (this.#ofSession.has(name)) return 'session';
    const secret = stored.find((each) => each.name === name);
    if (secret === undefined) return 'none';
    if (secret.form === 'plain') return 'plain';
    return this.#vault.open(Buffer.from(secret.value, 'base64')) === null ? 'unreadable' : 'sealed';
  }

  #addressesOf(name: string): readonly string[] | null {
    const stored = this.#secrets.read().secrets.find((each) => each.name === name);
    return this.#ofSession.get(name)?.addresses ?? stored?.addresses ?? null;
  }

  #keep(name: string, value: string | null, addresses: readonly string[], keep: Saving['keep']): void {
    // The addresses of one that stays are fewer at most: it belongs to those.
    if (value === null) {
      const session = this.#ofSession.get(name);
      if (session !== undefined) this.#ofSession.set(name, { ...session, addresses });
      const { secrets } = this.#secrets.read();
      if (secrets.some((each) => each.name === name))
        this.#writeSecrets(secrets.map((each) => (each.name === name ? { ...each, addresses: [...addresses] } : each)));
      return;
    }
    this.#forget(name);
    if (value === '') return;
    if (keep === 'session') this.#ofSession.set(name, { name, value, addresses });
    else {
      const stored = keep === 'plain' ? value : this.#vault.seal(value).toString('base64');
      const secret: StoredSecret = { name, addresses: [...addresses], form: keep, value: stored };
      this.#writeSecrets([...this.#secrets.read().secrets, secret]);
    }
  }

  #forget(name: string): void {
    this.#ofSession.delete(name);
    const { secrets } = this.#secrets.read();
    if (secrets.some((each) => each.name === name)) this.#writeSecrets(secrets.filter((each) => each.name !== name));
  }

  #writeConnections(connections: readonly Connection[]): void {
    const sorted = [...connections].sort((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1));
    this.#connections.write({ version: 1, connections: sorted });
  }

  #writeSecrets(secrets: readonly StoredSecret[]): void {
    this.#secrets.write({ version: 1, secrets: [...secrets] });
  }

  #announce(): void {
    for (const listener of this.#listeners) listener();
  }
}

function registryOf({ registryUrl }: Connection): readonly string[] {
  return registryUrl === '' ? [] : [registryUrl];
}
