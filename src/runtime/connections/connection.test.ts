/** Connections as options of tables, and secrets where they are used. */
import { describe, expect, it } from 'vitest';
import { clientSettings } from '../connectors/kafka/client-settings.ts';
import { secretReferences, secretVariable } from '../program/secret-references.ts';
import { MemoryBroker } from '../seams/memory-broker.ts';
import {
  type Connection,
  connectionOf,
  connectionOptions,
  connectionProblems,
  NEW_CONNECTION,
  propertiesOf,
  withConnection,
} from './connection.ts';
import { brokersWithSecrets, type Secret, secretsOf, settingsWithSecrets } from './secrets.ts';

const ORDERS: Connection = {
  ...NEW_CONNECTION,
  name: 'orders',
  servers: 'SASL_SSL://a:9092 , b:9093',
  protocol: 'SASL_SSL',
  mechanism: 'PLAIN',
  user: 'a "reader" \\ of it',
  ca: '/etc/ca.pem',
};
const PLAIN: Connection = { ...NEW_CONNECTION, name: 'local', servers: 'localhost:9092' };

const settingsOf = (connection: Connection) => {
  const settings = clientSettings(new Map(Object.entries(propertiesOf(connectionOptions(connection)))));
  if (!settings.ok) throw new Error(settings.error.message);
  return settings.value;
};

describe('a connection', () => {
  it('is a few options of a Kafka table, in which the password is a reference', () => {
    expect(connectionOptions(ORDERS)).toEqual([
      { key: 'properties.bootstrap.servers', value: 'a:9092,b:9093' },
      { key: 'properties.security.protocol', value: 'SASL_SSL' },
      { key: 'properties.sasl.mechanism', value: 'PLAIN' },
      {
        key: 'properties.sasl.jaas.config',
        value:
          // biome-ignore lint/suspicious/noTemplateCurlyInString: that is how a reference is written.
          'org.apache.flink.kafka.shaded.org.apache.kafka.common.security.plain.PlainLoginModule required username="a \\"reader\\" \\\\ of it" password="${secret:orders.password}";',
      },
      { key: 'properties.ssl.truststore.type', value: 'PEM' },
      { key: 'properties.ssl.truststore.location', value: '/etc/ca.pem' },
    ]);
    expect(connectionOptions(PLAIN)).toEqual([{ key: 'properties.bootstrap.servers', value: 'localhost:9092' }]);
  });

  it('takes the place of another one in a table and leaves all other options where they are', () => {
    const table = [
      { key: 'connector', value: 'kafka' },
      { key: 'topic', value: 't' },
      { key: 'properties.group.id', value: 'g' },
      { key: 'format', value: 'json' },
    ];
    const secured = withConnection(table, ORDERS);
    expect(secured.map(({ key }) => key)).toEqual([
      'connector',
      'topic',
      ...connectionOptions(ORDERS).map(({ key }) => key),
      'properties.group.id',
      'format',
    ]);
    expect([connectionOf(secured, [PLAIN, ORDERS])?.name, connectionOf(table, [PLAIN, ORDERS])]).toEqual([
      'orders',
      null,
    ]);
    expect(withConnection(withConnection(secured, PLAIN), ORDERS)).toEqual(secured);
  });

  it('is checked before it is kept', () => {
    expect(connectionProblems(ORDERS, ['others'])).toEqual([]);
    const wrong: Connection = { ...ORDERS, name: '1 x', servers: 'host', user: ' ', registryUrl: 'registry:8081' };
    expect(connectionProblems(wrong, []).map(({ field }) => field)).toEqual(['name', 'servers', 'user', 'registryUrl']);
    expect(connectionProblems(PLAIN, ['LOCAL'])).toEqual([
      { field: 'name', message: 'There is a connection of this name already.' },
    ]);
  });
});

describe('a secret', () => {
  const secret: Secret = { name: 'orders.password', value: 'p"a$&ss\\', addresses: ['a:9092', 'b:9093'] };

  it('is referred to by name, and a run gets those that its script names', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: that is how a reference is written.
    const script = "WITH ('x' = '${secret:orders.password} ${secret:b} ${secret:b} ${secret:} $secret:c')";
    expect(secretReferences(script)).toEqual(['orders.password', 'b']);
    expect(secretsOf(script, [secret, { ...secret, name: 'other' }])).toEqual([secret]);
    expect(secretVariable('orders.registry-password')).toBe('MILLRACE_SECRET_ORDERS_REGISTRY_PASSWORD');
  });

  it('is put into the settings of a client as it is, whatever characters it has', () => {
    const resolved = settingsWithSecrets(settingsOf(ORDERS), [secret]);
    expect(resolved.ok && resolved.value.sasl).toEqual({
      mechanism: 'plain',
      username: 'a "reader" \\ of it',
      password: 'p"a$&ss\\',
    });
  });

  it('is not sent to a server that it is not for, nor does anything connect without it', async () => {
    const broker = new MemoryBroker();
    broker.create('t', 1);
    const answer = async (connection: Connection, secrets: readonly Secret[]) => {
      const client = brokersWithSecrets(broker, secrets).connect(settingsOf(connection));
      const topics = await client.topics();
      return topics.ok ? topics.value : topics.error.message;
    };
    expect([
      await answer(ORDERS, [secret]),
      await answer(PLAIN, []),
      await answer(ORDERS, []),
      await answer({ ...ORDERS, servers: 'a:9092,evil:9092' }, [secret]),
      await answer({ ...ORDERS, servers: 'evil:9092' }, [{ ...secret, addresses: null }]),
    ]).toEqual([
      ['t'],
      ['t'],
      'The secret orders.password is not known here. In the designer, enter it in Connections; on the command line, set MILLRACE_SECRET_ORDERS_PASSWORD or give it with --secrets.',
      "The secret orders.password is not sent to evil:9092: its connection is for a:9092, b:9093. Correct 'properties.bootstrap.servers', or enter the password for that address in Connections.",
      ['t'],
    ]);
  });
});
