/**
 * A real Kafka broker for tests: its jars come from Maven (`maven-jars.ts`), it runs in a folder that is
 * thrown away, on free ports of this machine alone. One process is broker and controller (KRaft).
 *
 * Asked for, it listens on three more ports: TLS, login by PLAIN or SCRAM, and login over TLS. Its certificate is made
 * anew by `keytool` of the JDK and signs itself.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { flinkPrerequisites } from '../flink/prerequisites.ts';
import { mavenJars, runTool } from './maven-jars.ts';

const START_MS_MAX = 60_000;

/** User and password of those listeners that want a login. */
export const BROKER_LOGIN = { username: 'alice', password: 'al"ice \\ secret' };
const STORE_PASSWORD = 'not-a-secret';

/** The addresses that want more than a connection, and what is needed for them. */
export interface SecureListeners {
  readonly tls: string;
  readonly sasl: string;
  readonly saslTls: string;
  /** The broker's certificate as a PEM text, and a file with it. */
  readonly certificate: string;
  readonly certificateFile: string;
}

/** A broker that runs. */
export interface RealBroker {
  /** `host:port`. */
  readonly server: string;
  /** There where it was asked for. */
  readonly secure: SecureListeners | null;
  /** A client for preparing and looking, independent of what is tested. */
  readonly kafka: Kafka;
  createTopic(topic: string, partitionCount?: number): Promise<void>;
  /** Ends the process at once, as a power cut does. */
  kill(): Promise<void>;
  /** Starts it again on the same port with the same data. */
  start(): Promise<void>;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

/** What a broker is wanted for. */
export interface BrokerWishes {
  readonly isSecure?: boolean;
  /** Further lines of its configuration. */
  readonly properties?: readonly string[];
}

/** Installs what is missing and starts a broker. Throws with its last words when it does not come up. */
export async function startRealBroker(wishes: BrokerWishes = {}): Promise<RealBroker> {
  const found = flinkPrerequisites();
  if (!found.ok) throw new Error(found.reason);
  const { java, maven } = found.tools;
  const libs = mavenJars(maven, 'pom.xml', 'lib');
  const folder = mkdtempSync(join(tmpdir(), 'millrace-kafka-'));
  const [port, controllerPort] = [await freePort(), await freePort()];
  const config = join(folder, 'server.properties');
  const security = wishes.isSecure === true ? await makeSecurity(folder) : null;
  writeFileSync(
    config,
    [
      ...properties(port, controllerPort, join(folder, 'data'), security?.listeners ?? []),
      ...(security?.properties ?? []),
      ...(wishes.properties ?? []),
      '',
    ].join('\n'),
  );
  const classPath = join(libs, '*');
  const quiet = '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn';
  const storage = (...args: string[]): string =>
    runTool(java, [quiet, '-cp', classPath, 'kafka.tools.StorageTool', ...args]);
  const id = storage('random-uuid').trim().split('\n').pop() ?? '';
  const scram = ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => {
    const { username, password } = BROKER_LOGIN;
    return ['--add-scram', `${mechanism}=[name=${username},password=${password}]`];
  });
  storage('format', '-t', id, '-c', config, ...(security === null ? [] : scram));

  let child: ChildProcess | null = null;
  let lastWords = '';
  const start = async (): Promise<void> => {
    const jvm = ['-Xmx256m', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', quiet, '-cp', classPath];
    const started = spawn(java, [...jvm, 'kafka.Kafka', config], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    child = started;
    for (const stream of [started.stdout, started.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        lastWords = (lastWords + text).slice(-3_000);
      });
    const untilMs = Date.now() + START_MS_MAX;
    while (!(await isOpen(port))) {
      if (started.exitCode !== null || Date.now() > untilMs) throw new Error(`The broker did not start:\n${lastWords}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const kill = async (): Promise<void> => {
    const running = child;
    child = null;
    if (running === null || running.exitCode !== null) return;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    running.kill('SIGKILL');
    await ended;
  };
  await start();
  const server = `127.0.0.1:${port}`;
  process.env.KAFKAJS_NO_PARTITIONER_WARNING = '1';
  const kafka = new Kafka({ brokers: [server], logLevel: logLevel.NOTHING, retry: { retries: 10 } });
  return {
    server,
    secure: security?.secure ?? null,
    kafka,
    start,
    kill,
    async createTopic(topic, partitionCount = 1) {
      const admin = kafka.admin();
      await admin.connect();
      await admin.createTopics({ waitForLeaders: true, topics: [{ topic, numPartitions: partitionCount }] });
      await admin.disconnect();
    },
    async stop() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A listener: its name, its protocol, its port. */
type Listener = readonly [name: string, protocol: string, port: number];

/** A certificate that signs itself, and the listeners that need it. */
async function makeSecurity(folder: string): Promise<{
  readonly secure: SecureListeners;
  readonly listeners: readonly Listener[];
  readonly properties: readonly string[];
}> {
  const store = join(folder, 'broker.p12');
  const withStore = ['-keystore', store, '-storetype', 'PKCS12', '-storepass', STORE_PASSWORD, '-alias', 'broker'];
  const names = 'SAN=ip:127.0.0.1,dns:localhost';
  runTool('keytool', ['-genkeypair', ...withStore, '-keyalg', 'EC', '-dname', 'CN=millrace-test', '-ext', names]);
  const certificate = runTool('keytool', ['-exportcert', '-rfc', ...withStore]);
  const certificateFile = join(folder, 'broker.pem');
  writeFileSync(certificateFile, certificate);
  const [tls, sasl, saslTls] = [await freePort(), await freePort(), await freePort()];
  const { username, password } = BROKER_LOGIN;
  // Once for the configuration of the login, once for the file of properties.
  const quoted = password.replace(/["\\]/g, '\\$&').replaceAll('\\', '\\\\');
  const logins = ['logins', 'safelogins'].flatMap((name) => [
    `listener.name.${name}.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512`,
    `listener.name.${name}.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_${username}="${quoted}";`,
    ...['256', '512'].map(
      (bits) =>
        `listener.name.${name}.scram-sha-${bits}.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;`,
    ),
  ]);
  return {
    secure: {
      tls: `127.0.0.1:${tls}`,
      sasl: `127.0.0.1:${sasl}`,
      saslTls: `127.0.0.1:${saslTls}`,
      certificate,
      certificateFile,
    },
    listeners: [
      ['SAFE', 'SSL', tls],
      ['LOGINS', 'SASL_PLAINTEXT', sasl],
      ['SAFELOGINS', 'SASL_SSL', saslTls],
    ],
    properties: [
      `ssl.keystore.location=${store.replaceAll('\\', '/')}`,
      'ssl.keystore.type=PKCS12',
      `ssl.keystore.password=${STORE_PASSWORD}`,
      ...logins,
    ],
  };
}

function properties(
  port: number,
  controllerPort: number,
  data: string,
  secure: readonly Listener[],
): readonly string[] {
  const listeners: readonly Listener[] = [['PLAINTEXT', 'PLAINTEXT', port], ...secure];
  const addresses = listeners.map(([name, , own]) => `${name}://127.0.0.1:${own}`).join(',');
  const once = ['offsets.topic', 'transaction.state.log', 'share.coordinator.state.topic'].flatMap((name) => [
    `${name}.num.partitions=1`,
    `${name}.replication.factor=1`,
    ...(name === 'offsets.topic' ? [] : [`${name}.min.isr=1`]),
  ]);
  return [
    'process.roles=broker,controller',
    'node.id=1',
    `controller.quorum.voters=1@127.0.0.1:${controllerPort}`,
    'controller.listener.names=CONTROLLER',
    `listeners=${addresses},CONTROLLER://127.0.0.1:${controllerPort}`,
    `advertised.listeners=${addresses}`,
    `listener.security.protocol.map=CONTROLLER:PLAINTEXT,${listeners.map(([name, protocol]) => `${name}:${protocol}`).join(',')}`,
    'inter.broker.listener.name=PLAINTEXT',
    `log.dirs=${data.replaceAll('\\', '/')}`,
    ...once,
    'group.initial.rebalance.delay.ms=0',
    'num.network.threads=2',
    'num.io.threads=2',
    'log.cleaner.dedupe.buffer.size=10485760',
    'auto.create.topics.enable=false',
    // Records of tests have old event times: without this the broker deletes them within minutes.
    'log.retention.ms=-1',
    'log.retention.bytes=-1',
  ];
}

/** A port of this machine that nobody listens on now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
