/** What is kept of connections, and what of it can be read where. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../runtime/connections/connection.ts';
import { ConnectionStore, SECRETS_FILE, type Vault } from './connection-store.ts';

const ORDERS: Connection = {
  name: 'orders',
  servers: 'a:9092, b:9092',
  protocol: 'SASL_SSL',
  mechanism: 'SCRAM-SHA-256',
  user: 'reader',
  ca: '',
  registryUrl: 'https://registry:8081',
  registryUser: 'reader',
};

/** A keyring that turns bytes around; `key` null: there is none. */
function vaultOf(key: number | null): Vault {
  const turned = (bytes: Buffer): Buffer => Buffer.from(bytes.map((byte) => byte ^ (key ?? 0)));
  return {
    canSeal: () => key !== null,
    seal: (text) => turned(Buffer.from(`sealed:${text}`)),
    open: (sealed) => {
      const text = turned(sealed).toString();
      return key !== null && text.startsWith('sealed:') ? text.slice(7) : null;
    },
  };
}

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-connections-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const everything = (): string =>
  readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');

describe('connections that are kept', () => {
  it('are listed without their secrets, which only the engine is told, with the addresses they are for', () => {
    const store = new ConnectionStore(folder, vaultOf(7));
    expect(store.save({ connection: ORDERS, password: 'pass word', registryPassword: 'r', keep: 'sealed' })).toBe(null);
    const later = new ConnectionStore(folder, vaultOf(7));
    expect(later.list()).toEqual({
      connections: [{ ...ORDERS, password: 'sealed', registryPassword: 'sealed' }],
      canSeal: true,
    });
    expect(later.secrets()).toEqual([
      { name: 'orders.password', value: 'pass word', addresses: ['a:9092', 'b:9092'] },
      { name: 'orders.registry-password', value: 'r', addresses: ['https://registry:8081'] },
    ]);
    expect(everything()).not.toContain('pass word');
    expect(statSync(join(folder, SECRETS_FILE)).mode & 0o077).toBe(0);
  });

  it('lose nothing when they are saved without a password, and the password when it is empty', () => {
    const store = new ConnectionStore(folder, vaultOf(7));
    store.save({ connection: ORDERS, password: 'p', registryPassword: null, keep: 'sealed' });
    store.save({ connection: { ...ORDERS, user: 'other' }, password: null, registryPassword: null, keep: 'sealed' });
    expect(store.list().connections.map(({ user, password }) => [user, password])).toEqual([['other', 'sealed']]);
    store.save({ connection: ORDERS, password: '', registryPassword: null, keep: 'sealed' });
    expect([store.list().connections[0]?.password, store.secrets()]).toEqual(['none', []]);
  });

  it('do not take their password to another address', () => {
    const store = new ConnectionStore(folder, vaultOf(7));
    store.save({ connection: ORDERS, password: 'p', registryPassword: null, keep: 'sealed' });
    const moved = { ...ORDERS, servers: 'a:9092, elsewhere:9092' };
    const save = (password: string | null) =>
      store.save({ connection: moved, password, registryPassword: null, keep: 'sealed' });
    expect(save(null)).toEqual({
      message: 'The password was given for a:9092, b:9092.',
      hint: 'Type it again: it does not go to another address by itself.',
    });
    expect(store.list().connections[0]?.servers).toBe(ORDERS.servers);
    expect(save('p')).toBe(null);
    expect(store.secrets().map(({ addresses }) => addresses)).toEqual([['a:9092', 'elsewhere:9092']]);
    // Fewer addresses are no other ones.
    const fewer = { ...ORDERS, servers: 'elsewhere:9092' };
    expect(store.save({ connection: fewer, password: null, registryPassword: null, keep: 'sealed' })).toBe(null);
    expect(store.secrets().map(({ addresses }) => addresses)).toEqual([['elsewhere:9092']]);
  });

  it('keep a password without a keyring only as the user says: for the session, or in a file of this user alone', () => {
    const store = new ConnectionStore(folder, vaultOf(null));
    const save = (keep: 'sealed' | 'session' | 'plain') =>
      store.save({ connection: ORDERS, password: 'pass word', registryPassword: null, keep });
    expect(save('sealed')).toEqual({
      message: 'There is no keyring here that could seal the password.',
      hint: 'Keep it for this session, or in a file as it is.',
    });
    expect(store.list()).toEqual({ connections: [], canSeal: false });
    save('session');
    expect([store.list().connections[0]?.password, store.secrets().length]).toEqual(['session', 1]);
    expect(everything()).not.toContain('pass word');
    expect(new ConnectionStore(folder, vaultOf(null)).list().connections[0]?.password).toBe('none');
    save('plain');
    const later = new ConnectionStore(folder, vaultOf(null));
    expect([later.list().connections[0]?.password, later.secrets()[0]?.value]).toEqual(['plain', 'pass word']);
  });

  it('say that a password cannot be read when the keyring is another one', () => {
    const store = new ConnectionStore(folder, vaultOf(7));
    store.save({ connection: ORDERS, password: 'p', registryPassword: null, keep: 'sealed' });
    const elsewhere = new ConnectionStore(folder, vaultOf(9));
    expect([elsewhere.list().connections[0]?.password, elsewhere.secrets()]).toEqual(['unreadable', []]);
  });

  it('are forgotten with their secrets', () => {
    const store = new ConnectionStore(folder, vaultOf(7));
    store.save({ connection: ORDERS, password: 'p', registryPassword: 'r', keep: 'sealed' });
    let changeCount = 0;
    store.onChanged(() => {
      changeCount += 1;
    });
    store.delete('orders');
    expect([store.list().connections, store.secrets(), changeCount]).toEqual([[], [], 1]);
  });
});
