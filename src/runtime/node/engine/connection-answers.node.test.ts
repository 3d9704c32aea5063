/** What is answered about clusters without one: refusals, and which secret goes where. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectionOptions, NEW_CONNECTION, propertiesOf } from '../../connections/connection.ts';
import type { Secret } from '../../connections/secrets.ts';
import { connectionAnswers } from './connection-answers.ts';
import { TrustedFolders } from './trusted-folders.ts';

let folder: string;
let server: Server;
let callCount = 0;
let address = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-answers-'));
  // Something that listens and is no broker: whoever calls is counted and sent away.
  server = createServer((socket) => {
    callCount += 1;
    socket.on('error', () => {});
    socket.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const at = server.address();
  address = typeof at === 'object' && at !== null ? `127.0.0.1:${at.port}` : '';
});

afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

const SECRET: Secret = { name: 'orders.password', value: 'p', addresses: ['broker:9092'] };

async function test(trusted: readonly string[], typed: Readonly<Record<string, string>> = {}) {
  const trust = new TrustedFolders();
  trust.set(trusted);
  const answers = connectionAnswers({ trust, secrets: () => [SECRET] });
  const connection = {
    ...NEW_CONNECTION,
    name: 'orders',
    servers: address,
    protocol: 'SASL_PLAINTEXT' as const,
    user: 'u',
  };
  const properties = { ...propertiesOf(connectionOptions(connection)) };
  const before = callCount;
  const access = { folder, properties, typed: { ...typed } };
  const { failure } = await answers['connections.test'](access);
  const topics = await answers['connections.topics'](access);
  const sample = await answers['connections.sample']({ ...access, topic: 't', countMax: 10 });
  const failures = [failure, topics.failure, sample.failure].map((each) => each?.message ?? '');
  return { failures, called: callCount > before };
}

describe('questions about a cluster', () => {
  it('connect nothing for a project whose folder is not trusted', async () => {
    const message = `Nothing runs in ${folder}, because its folder is not trusted.`;
    expect(await test([])).toEqual({ failures: [message, message, message], called: false });
  });

  it('do not send a kept password to another address, nor call there', async () => {
    const message = `The secret orders.password is not sent to ${address}.`;
    expect(await test([folder])).toEqual({ failures: [message, message, message], called: false });
  });

  it('send a password where the user has just typed it for', async () => {
    const { failures, called } = await test([folder], { 'orders.password': 'typed' });
    expect([called, failures.every((failure) => failure.includes(`Kafka at ${address}`))]).toEqual([true, true]);
  });
});
