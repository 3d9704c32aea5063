/**
 * A real Flink session cluster with a SQL gateway, for the tests of exported bundles: three processes, made of jars
 * that Maven fetches once. Every port is free when it starts and bound to this machine alone.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FlinkTools } from '../flink/prerequisites.ts';

const own = join(dirname(fileURLToPath(import.meta.url)), 'cluster');
const INSTALL_MS_MAX = 15 * 60_000;
const START_MS_MAX = 120_000;
/** What Flink's own start scripts open on Java 17. */
const OPENED = [
  'lang',
  'net',
  'io',
  'nio',
  'lang.reflect',
  'text',
  'time',
  'util',
  'util.concurrent',
  'util.concurrent.atomic',
  'util.concurrent.locks',
];

/** A cluster that runs. */
export interface FlinkCluster {
  /** Address of the SQL gateway, `http://127.0.0.1:port`. */
  readonly gateway: string;
  /** Address of the JobManager's REST interface. */
  readonly rest: string;
  /** What the TaskManager printed so far: print sinks write there. */
  taskManagerLog(): string;
  stop(): Promise<void>;
}

/** Starts a cluster; takes about ten seconds once the jars are there. `say` gets a line for what takes long. */
export async function startFlinkCluster(tools: FlinkTools, say: (line: string) => void): Promise<FlinkCluster> {
  const lib = installJars(tools, say);
  const home = mkdtempSync(join(tmpdir(), 'millrace-cluster-'));
  const [rest = 0, rpc = 0, blob = 0, taskRpc = 0, data = 0, gateway = 0] = await freePorts(6);
  const conf = join(home, 'conf');
  const plugins = join(home, 'plugins');
  for (const folder of [conf, plugins]) mkdirSync(folder);
  writeFileSync(join(conf, 'config.yaml'), configText({ rest, rpc, blob, taskRpc, data, gateway, home }));
  const children: ChildProcess[] = [];
  const startedMs = performance.now();
  const start = (name: string, mainClass: string, memory: readonly string[], args: readonly string[]): void => {
    const log = openSync(join(home, `${name}.log`), 'w');
    const child = spawn(
      tools.java,
      [
        ...memory,
        '-XX:+UseSerialGC',
        '-XX:TieredStopAtLevel=1',
        '-Duser.timezone=UTC',
        '-Dfile.encoding=UTF-8',
        `-Dlog4j.configurationFile=${join(own, 'log4j2.properties')}`,
        '--add-exports=java.rmi/sun.rmi.registry=ALL-UNNAMED',
        '--add-exports=java.security.jgss/sun.security.krb5=ALL-UNNAMED',
        '--add-opens=java.base/sun.nio.ch=ALL-UNNAMED',
        ...OPENED.map((name) => `--add-opens=java.base/java.${name}=ALL-UNNAMED`),
        '-cp',
        join(lib, '*'),
        mainClass,
        ...args,
      ],
      {
        cwd: home,
        stdio: ['ignore', log, log],
        env: { ...process.env, FLINK_CONF_DIR: conf, FLINK_PLUGINS_DIR: plugins, FLINK_LIB_DIR: lib },
      },
    );
    child.on('error', (error) => say(`${name} did not start: ${error.message}`));
    children.push(child);
  };
  const stop = async (): Promise<void> => {
    await Promise.all(children.map(endOf));
    rmSync(home, { recursive: true, force: true });
  };
  start(
    'jobmanager',
    'org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint',
    ['-Xmx384m'],
    ['-c', conf],
  );
  start(
    'taskmanager',
    'org.apache.flink.runtime.taskexecutor.TaskManagerRunner',
    ['-Xmx384m', '-XX:MaxDirectMemorySize=160m', '-XX:MaxMetaspaceSize=512m'],
    ['-c', conf],
  );
  start('gateway', 'org.apache.flink.table.gateway.SqlGateway', ['-Xmx512m'], []);
  const addresses = { rest: `http://127.0.0.1:${rest}`, gateway: `http://127.0.0.1:${gateway}` };
  try {
    await untilTrue(children, async () => {
      const overview = (await fetch(`${addresses.rest}/overview`).then((r) => r.json())) as { 'slots-total'?: number };
      return (overview['slots-total'] ?? 0) > 0 && (await fetch(`${addresses.gateway}/v1/info`)).ok;
    });
  } catch (error) {
    const logs = ['jobmanager', 'taskmanager', 'gateway']
      .map((name) => `${name}: ${readFileSync(join(home, `${name}.log`), 'utf8').slice(-1_500)}`)
      .join('\n');
    await stop();
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${logs}`);
  }
  say(`Flink cluster with SQL gateway ready after ${Math.round(performance.now() - startedMs)} ms`);
  return { ...addresses, taskManagerLog: () => readFileSync(join(home, 'taskmanager.log'), 'utf8'), stop };
}

/** Fetches the jars into a cache; whole or not at all, so that a second process never sees half of them. */
function installJars({ maven }: FlinkTools, say: (line: string) => void): string {
  const pom = join(own, 'pom.xml');
  const key = createHash('sha256').update(readFileSync(pom)).digest('hex').slice(0, 12);
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'millrace', 'flink');
  const folder = join(cache, `cluster-${key}`);
  if (existsSync(folder)) return folder;
  say(`fetching the jars of a Flink cluster with Maven into ${cache} (about 210 MB, once)`);
  const temporary = `${folder}.${process.pid}`;
  mkdirSync(temporary, { recursive: true });
  const args = ['-q', '-B', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${temporary}`];
  const { status, stdout, stderr } = spawnSync(maven, args, { encoding: 'utf8', timeout: INSTALL_MS_MAX });
  if (status !== 0 || readdirSync(temporary).length === 0) {
    rmSync(temporary, { recursive: true, force: true });
    throw new Error(`Maven could not fetch Flink's jars:\n${`${stdout}${stderr}`.trim().slice(-2_000)}`);
  }
  if (existsSync(folder)) rmSync(temporary, { recursive: true, force: true });
  else renameSync(temporary, folder);
  return folder;
}

interface Ports {
  readonly rest: number;
  readonly rpc: number;
  readonly blob: number;
  readonly taskRpc: number;
  readonly data: number;
  readonly gateway: number;
  readonly home: string;
}

/** Without Flink's start scripts a TaskManager needs every part of its memory spelled out. */
function configText({ rest, rpc, blob, taskRpc, data, gateway, home }: Ports): string {
  return `jobmanager.rpc.address: 127.0.0.1
jobmanager.rpc.port: ${rpc}
jobmanager.bind-host: 127.0.0.1
rest.address: 127.0.0.1
rest.bind-address: 127.0.0.1
rest.port: ${rest}
blob.server.port: "${blob}"
web.submit.enable: false
# Its default is 10 s: figures of operators would be older than most tests take.
metrics.fetcher.update-interval: 500
io.tmp.dirs: ${JSON.stringify(home)}
taskmanager.bind-host: 127.0.0.1
taskmanager.host: 127.0.0.1
taskmanager.rpc.port: "${taskRpc}"
taskmanager.data.port: ${data}
taskmanager.numberOfTaskSlots: 4
taskmanager.cpu.cores: 2
taskmanager.memory.framework.heap.size: 64m
taskmanager.memory.task.heap.size: 320m
taskmanager.memory.framework.off-heap.size: 64m
taskmanager.memory.task.off-heap.size: 64m
taskmanager.memory.managed.size: 64m
taskmanager.memory.network.min: 32m
taskmanager.memory.network.max: 32m
taskmanager.memory.jvm-metaspace.size: 512m
taskmanager.memory.jvm-overhead.min: 128m
taskmanager.memory.jvm-overhead.max: 128m
parallelism.default: 1
heartbeat.timeout: 60000
sql-gateway.endpoint.rest.address: 127.0.0.1
sql-gateway.endpoint.rest.bind-address: 127.0.0.1
sql-gateway.endpoint.rest.port: ${gateway}
# Their defaults are 10 s and 30 s: a TaskManager that starts before the JobManager would wait that long.
cluster.registration.error-delay: 500
cluster.registration.refused-registration-delay: 500
`;
}

/** Ports that nobody listens on, different from each other. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>((done, fail) => {
          const server = createServer();
          server.on('error', fail);
          server.listen(0, '127.0.0.1', () => done(server));
        }),
    ),
  );
  const ports = servers.map((server) => {
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('a server without a port');
    return address.port;
  });
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}

async function untilTrue(children: readonly ChildProcess[], ask: () => Promise<boolean>): Promise<void> {
  const endMs = performance.now() + START_MS_MAX;
  while (performance.now() < endMs) {
    if (await ask().catch(() => false)) return;
    const dead = children.find(({ exitCode }) => exitCode !== null);
    if (dead !== undefined) throw new Error(`a process of the cluster ended with exit code ${dead.exitCode}`);
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`the cluster was not ready after ${START_MS_MAX / 1000} s`);
}

function endOf(child: ChildProcess): Promise<void> {
  return new Promise((done) => {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return done();
    const hard = setTimeout(() => child.kill('SIGKILL'), 5_000);
    child.on('exit', () => {
      clearTimeout(hard);
      done();
    });
    child.kill('SIGTERM');
  });
}
