/**
 * A connection: how to reach a Kafka cluster, made once and used by many tables. What a table gets of it are plain
 * options of Flink's Kafka connector, so the script stays whole without it; the password is a reference
 * (`program/secret-references.ts`) and its value is kept elsewhere.
 */
import { secretReference } from '../program/secret-references.ts';

/** Security protocols, as `properties.security.protocol` names them. */
export const SECURITY_PROTOCOLS = ['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'] as const;
/** Ways to sign in, as `properties.sasl.mechanism` names them. */
export const SASL_MECHANISMS = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const;

/** A connection without its secrets. */
export interface Connection {
  /** Names it everywhere, also its secrets; never changed. */
  readonly name: string;
  /** `host:port` of some brokers, separated by commas. */
  readonly servers: string;
  readonly protocol: (typeof SECURITY_PROTOCOLS)[number];
  readonly mechanism: (typeof SASL_MECHANISMS)[number];
  readonly user: string;
  /** Certificates to trust in PEM, or the path of a file with them; empty: what the system trusts. */
  readonly ca: string;
  /** Address of the schema registry; empty: there is none. */
  readonly registryUrl: string;
  /** User of the registry; empty: it asks for none. */
  readonly registryUser: string;
}

/** A field of a connection and what is wrong with it. */
export interface ConnectionProblem {
  readonly field: keyof Connection;
  readonly message: string;
}

/** One WITH option. */
export interface TableOption {
  readonly key: string;
  readonly value: string;
}

/** What a connection is until something is typed. */
export const NEW_CONNECTION: Connection = {
  name: '',
  servers: '',
  protocol: 'PLAINTEXT',
  mechanism: 'SCRAM-SHA-256',
  user: '',
  ca: '',
  registryUrl: '',
  registryUser: '',
};

/** Name of the secret that holds the password of a connection. */
export function passwordName(connection: string): string {
  return `${connection}.password`;
}

/** Name of the secret that holds the password of a connection's schema registry. */
export function registryPasswordName(connection: string): string {
  return `${connection}.registry-password`;
}

/** Whether somebody has to sign in. */
export function signsIn({ protocol }: Pick<Connection, 'protocol'>): boolean {
  return protocol.startsWith('SASL');
}

/** Whether the connection is encrypted. */
export function isEncrypted({ protocol }: Pick<Connection, 'protocol'>): boolean {
  return protocol.endsWith('SSL');
}

/** Addresses of a list with commas, without their protocols. */
export function serverList(servers: string): readonly string[] {
  return servers
    .split(',')
    .map((server) => server.trim().replace(/^[A-Z_]+:\/\//, ''))
    .filter((server) => server !== '');
}

const NAME = /^[A-Za-z][\w-]{0,39}$/;
const SERVER = /^(?:\[[0-9a-fA-F:.]+\]|[^\s:/,]+):\d{1,5}$/;

/** Everything that is wrong with a connection; `taken` are names of others. */
export function connectionProblems(connection: Connection, taken: readonly string[]): readonly ConnectionProblem[] {
  const problems: ConnectionProblem[] = [];
  const say = (field: keyof Connection, message: string): void => void problems.push({ field, message });
  const { name, servers, user, registryUrl } = connection;
  if (!NAME.test(name)) say('name', 'Use letters, digits, - and _, beginning with a letter: tables refer to it.');
  else if (taken.some((other) => other.toLowerCase() === name.toLowerCase()))
    say('name', 'There is a connection of this name already.');
  const addresses = serverList(servers);
  const wrong = addresses.find((address) => !SERVER.test(address));
  if (addresses.length === 0) say('servers', 'Write at least one broker: host:9092.');
  else if (wrong !== undefined) say('servers', `${wrong} is no address: write host:9092, several with commas.`);
  if (signsIn(connection) && user.trim() === '') say('user', 'Who signs in? Or choose a protocol without a login.');
  if (registryUrl !== '' && !/^https?:\/\/[^\s/]+/.test(registryUrl))
    say('registryUrl', 'Write the whole address: https://registry.example:8081.');
  return problems;
}

/** Options of a table that say how to reach the cluster. All others are the table's own. */
const CONNECTION_KEYS: ReadonlySet<string> = new Set([
  'properties.bootstrap.servers',
  'properties.security.protocol',
  'properties.sasl.mechanism',
  'properties.sasl.jaas.config',
  'properties.ssl.truststore.type',
  'properties.ssl.truststore.certificates',
  'properties.ssl.truststore.location',
]);

/** As they are called in `flink-sql-connector-kafka`, the jar that a Flink with SQL has. */
const SECURITY = 'org.apache.flink.kafka.shaded.org.apache.kafka.common.security';
const LOGIN_MODULES = {
  PLAIN: `${SECURITY}.plain.PlainLoginModule`,
  'SCRAM-SHA-256': `${SECURITY}.scram.ScramLoginModule`,
  'SCRAM-SHA-512': `${SECURITY}.scram.ScramLoginModule`,
} as const;

/** The options of Flink's Kafka connector that a connection stands for. */
export function connectionOptions(connection: Connection): readonly TableOption[] {
  const { name, servers, protocol, mechanism, user, ca } = connection;
  const options: TableOption[] = [{ key: 'properties.bootstrap.servers', value: serverList(servers).join(',') }];
  const add = (key: string, value: string): void => void options.push({ key: `properties.${key}`, value });
  if (protocol !== 'PLAINTEXT') add('security.protocol', protocol);
  if (signsIn(connection)) {
    add('sasl.mechanism', mechanism);
    const login = `username=${jaasText(user)} password="${secretReference(passwordName(name))}"`;
    add('sasl.jaas.config', `${LOGIN_MODULES[mechanism]} required ${login};`);
  }
  if (isEncrypted(connection) && ca.trim() !== '') {
    const isText = ca.includes('-----BEGIN');
    add('ssl.truststore.type', 'PEM');
    add(isText ? 'ssl.truststore.certificates' : 'ssl.truststore.location', ca.trim());
  }
  return options;
}

/** Text in the quotes of a JAAS configuration. */
function jaasText(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** The options of a table with those of a connection in place of what said how to reach the cluster. */
export function withConnection(options: readonly TableOption[], connection: Connection): readonly TableOption[] {
  const first = options.findIndex(({ key }) => CONNECTION_KEYS.has(key));
  // Where it was, or behind the topic, or at the end.
  const topic = options.findIndex(({ key }) => key === 'topic' || key === 'topic-pattern');
  const at = first >= 0 ? first : topic >= 0 ? topic + 1 : options.length;
  const own = (part: readonly TableOption[]): readonly TableOption[] =>
    part.filter(({ key }) => !CONNECTION_KEYS.has(key));
  return [...own(options.slice(0, at)), ...connectionOptions(connection), ...own(options.slice(at))];
}

/** What of a table's options says how to reach the cluster, as properties of a Kafka client. */
export function propertiesOf(options: readonly TableOption[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    options
      .filter(({ key }) => CONNECTION_KEYS.has(key))
      .map(({ key, value }) => [key.slice('properties.'.length), value]),
  );
}

/** The connection that a table uses: the one whose options it has; null when it has options of its own. */
export function connectionOf(options: readonly TableOption[], connections: readonly Connection[]): Connection | null {
  const own = propertiesOf(options);
  const count = Object.keys(own).length;
  return (
    connections.find((connection) => {
      const wanted = Object.entries(propertiesOf(connectionOptions(connection)));
      return wanted.length === count && wanted.every(([key, value]) => own[key] === value);
    }) ?? null
  );
}
