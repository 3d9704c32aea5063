/**
 * From `properties.*` to settings of the client. Only properties of this list are taken: some of Kafka's own would
 * load classes or read files of the machine (JAAS login modules, interceptors, metric reporters, key stores).
 */
import { err, ok, type Result } from '../../base/result.ts';
import type { BrokerSettings, TlsSettings } from '../../seams/broker.ts';

/** A property that is not taken as it stands: its name, what is wrong, what to write instead. */
export interface PropertyProblem {
  readonly property: string;
  readonly message: string;
  readonly hint: string;
}

/** Properties that mean something here. */
const USED: ReadonlySet<string> = new Set([
  'bootstrap.servers',
  'client.id',
  'group.id',
  'isolation.level',
  'auto.offset.reset',
  'security.protocol',
  'sasl.mechanism',
  'sasl.jaas.config',
  'ssl.truststore.type',
  'ssl.truststore.location',
  'ssl.truststore.certificates',
  'ssl.keystore.type',
  'ssl.keystore.certificate.chain',
  'ssl.keystore.key',
  'ssl.key.password',
  'ssl.endpoint.identification.algorithm',
  'acks',
  'enable.idempotence',
  'compression.type',
  'request.timeout.ms',
  'default.api.timeout.ms',
  'delivery.timeout.ms',
  'fetch.max.bytes',
  'max.partition.fetch.bytes',
  'partition.discovery.interval.ms',
  'transaction.timeout.ms',
]);

/** Properties of tuning, which change no result: taken and not looked at. */
const WITHOUT_EFFECT: ReadonlySet<string> = new Set([
  'auto.commit.interval.ms',
  'batch.size',
  'buffer.memory',
  'check.crcs',
  'client.dns.lookup',
  'client.id.prefix',
  'client.rack',
  'commit.offsets.on.checkpoint',
  'connections.max.idle.ms',
  'enable.auto.commit',
  'fetch.max.wait.ms',
  'fetch.min.bytes',
  'heartbeat.interval.ms',
  'linger.ms',
  'max.block.ms',
  'max.in.flight.requests.per.connection',
  'max.poll.interval.ms',
  'max.poll.records',
  'max.request.size',
  'metadata.max.age.ms',
  'receive.buffer.bytes',
  'reconnect.backoff.max.ms',
  'reconnect.backoff.ms',
  'retries',
  'retry.backoff.ms',
  'send.buffer.bytes',
  'session.timeout.ms',
  'ssl.enabled.protocols',
  'ssl.protocol',
]);

const LOGIN_MODULE =
  /^\s*(?:org\.apache\.flink\.kafka\.shaded\.)?org\.apache\.kafka\.common\.security\.(plain\.PlainLoginModule|scram\.ScramLoginModule)\s+required\b([\s\S]*);\s*$/;

/** Everything that is wrong with the properties of a table. */
export function propertyProblems(properties: ReadonlyMap<string, string>): readonly PropertyProblem[] {
  const problems: PropertyProblem[] = [];
  for (const property of properties.keys()) {
    if (USED.has(property) || WITHOUT_EFFECT.has(property)) continue;
    const hint = `Remove it. These can be used: ${[...USED].sort().join(', ')}.`;
    problems.push({ property, message: `The Kafka property '${property}' is not allowed here.`, hint });
  }
  if (problems.length > 0) return problems;
  const settings = clientSettings(properties);
  return settings.ok ? [] : [settings.error];
}

/** The settings; the first problem where there is one. */
export function clientSettings(properties: ReadonlyMap<string, string>): Result<BrokerSettings, PropertyProblem> {
  const text = (name: string, fallback = ''): string => properties.get(name)?.trim() ?? fallback;
  const servers = text('bootstrap.servers')
    .split(',')
    .map((server) => server.trim())
    .filter((server) => server !== '')
    .map((server) => server.replace(/^[A-Z_]+:\/\//, ''));
  if (servers.length === 0)
    return problem('bootstrap.servers', "The Kafka property 'bootstrap.servers' is missing.", "Write 'host:9092'.");
  const wrong = servers.find((server) => !/^(?:\[[0-9a-fA-F:.]+\]|[^\s:/]+):\d{1,5}$/.test(server));
  if (wrong !== undefined)
    return problem('bootstrap.servers', `Invalid url in bootstrap.servers: ${wrong}`, "Write 'host:9092'.");
  const protocol = text('security.protocol', 'PLAINTEXT').toUpperCase();
  if (!['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'].includes(protocol))
    return problem('security.protocol', `There is no security protocol ${protocol}.`, 'Use PLAINTEXT, SSL, SASL_SSL.');
  const sasl = protocol.startsWith('SASL') ? saslOf(text) : ok(null);
  if (!sasl.ok) return sasl;
  const tls = protocol.endsWith('SSL') ? tlsOf(properties) : ok(null);
  if (!tls.ok) return tls;
  const isolation = text('isolation.level', 'read_uncommitted');
  if (isolation !== 'read_uncommitted' && isolation !== 'read_committed')
    return problem('isolation.level', `There is no isolation level ${isolation}.`, 'Use read_committed.');
  const acks = { all: -1, '-1': -1, '1': 1, '0': 0 }[text('acks', 'all')] as -1 | 0 | 1 | undefined;
  if (acks === undefined) return problem('acks', `'acks' cannot be ${text('acks')}.`, "Use 'all', '1' or '0'.");
  const compression = text('compression.type', 'none');
  if (compression !== 'none' && compression !== 'gzip' && compression !== 'snappy')
    return problem(
      'compression.type',
      `Records cannot be compressed with ${compression} here.`,
      "Use 'gzip', 'snappy' or 'none'.",
    );
  const numbers = {
    requestTimeoutMs: 30_000,
    apiTimeoutMs: 60_000,
    transactionTimeoutMs: 900_000,
    fetchBytesMax: 52_428_800,
    partitionBytesMax: 1_048_576,
  };
  for (const [key, name] of [
    ['requestTimeoutMs', 'request.timeout.ms'],
    ['apiTimeoutMs', 'default.api.timeout.ms'],
    ['transactionTimeoutMs', 'transaction.timeout.ms'],
    ['fetchBytesMax', 'fetch.max.bytes'],
    ['partitionBytesMax', 'max.partition.fetch.bytes'],
  ] as const) {
    const value = properties.get(name)?.trim();
    if (value === undefined) continue;
    if (!/^\d{1,9}$/.test(value))
      return problem(name, `'${name}' must be a whole number, not ${value}.`, 'Write 30000.');
    numbers[key] = Number(value);
  }
  return ok({
    servers,
    clientId: text('client.id') || 'millrace',
    tls: tls.value,
    sasl: sasl.value,
    readCommitted: isolation === 'read_committed',
    acks,
    isIdempotent: acks === -1 && text('enable.idempotence', 'true').toLowerCase() !== 'false',
    compression,
    ...numbers,
  });
}

function problem(property: string, message: string, hint: string): Result<never, PropertyProblem> {
  return err({ property, message, hint });
}

function saslOf(text: (name: string, fallback?: string) => string): Result<BrokerSettings['sasl'], PropertyProblem> {
  const mechanism = text('sasl.mechanism', 'GSSAPI').toLowerCase();
  if (mechanism !== 'plain' && mechanism !== 'scram-sha-256' && mechanism !== 'scram-sha-512') {
    const message = `The SASL mechanism ${mechanism.toUpperCase()} is not supported.`;
    return problem('sasl.mechanism', message, 'Use PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512.');
  }
  const [, module, rest = ''] = LOGIN_MODULE.exec(text('sasl.jaas.config')) ?? [];
  const wanted = mechanism === 'plain' ? 'plain.PlainLoginModule' : 'scram.ScramLoginModule';
  const username = optionOf(rest, 'username');
  const password = optionOf(rest, 'password');
  if (module !== wanted || username === null || password === null) {
    const form = `org.apache.kafka.common.security.${wanted} required username="…" password="…";`;
    return problem('sasl.jaas.config', 'This JAAS configuration cannot be used.', `Write ${form}`);
  }
  return ok({ mechanism, username, password });
}

function optionOf(text: string, name: string): string | null {
  const found = new RegExp(`\\b${name}\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|'([^']*)'|([^\\s;]+))`).exec(text);
  if (found === null) return null;
  return found[1]?.replace(/\\(.)/g, '$1') ?? found[2] ?? found[3] ?? null;
}

function tlsOf(properties: ReadonlyMap<string, string>): Result<TlsSettings, PropertyProblem> {
  for (const store of ['ssl.truststore', 'ssl.keystore']) {
    const type = properties.get(`${store}.type`) ?? 'PEM';
    const isFile = store === 'ssl.truststore' && properties.has(`${store}.location`);
    if (type.toUpperCase() !== 'PEM' || (isFile && !properties.has(`${store}.type`)))
      return problem(
        `${store}.type`,
        'Only certificates in PEM can be read.',
        `Write 'properties.${store}.type' = 'PEM'.`,
      );
  }
  return ok({
    ca: properties.get('ssl.truststore.certificates') ?? null,
    caFile: properties.get('ssl.truststore.location') ?? null,
    certificate: properties.get('ssl.keystore.certificate.chain') ?? null,
    key: properties.get('ssl.keystore.key') ?? null,
    keyPassword: properties.get('ssl.key.password') ?? null,
    checksHost: properties.get('ssl.endpoint.identification.algorithm') !== '',
  });
}
