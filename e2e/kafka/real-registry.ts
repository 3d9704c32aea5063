/**
 * A real schema registry for tests: Apicurio from Maven, with its API that Confluent's clients speak. It keeps
 * everything in memory and listens on a free port of this machine alone.
 *
 *     ~/.cache/millrace/registry/apicurio-<version>/
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { flinkPrerequisites } from '../flink/prerequisites.ts';
import { freePort } from './real-broker.ts';

/** The newest whose class files Java 17 reads. */
const VERSION = '3.0.9';
const INSTALL_MS_MAX = 10 * 60_000;
const START_MS_MAX = 90_000;

/** A registry that runs. */
export interface RealRegistry {
  /** Address for `'avro-confluent.url'`. */
  readonly url: string;
  /** Ends the process at once. */
  stop(): Promise<void>;
}

/** Installs what is missing and starts a registry. Throws with its last words when it does not come up. */
export async function startRealRegistry(): Promise<RealRegistry> {
  const found = flinkPrerequisites();
  if (!found.ok) throw new Error(found.reason);
  const folder = install(found.tools.maven);
  const jar = readdirSync(folder).find((name) => name.endsWith('-runner.jar'));
  if (jar === undefined) throw new Error(`There is no runner in ${folder}`);
  const port = await freePort();
  const settings = [
    `-Dquarkus.http.port=${port}`,
    '-Dquarkus.http.host=127.0.0.1',
    '-Xmx300m',
    '-XX:TieredStopAtLevel=1',
  ];
  const child = spawn(found.tools.java, [...settings, '-jar', join(folder, jar)], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let lastWords = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      lastWords = (lastWords + text).slice(-3_000);
    });
  const url = `http://127.0.0.1:${port}/apis/ccompat/v7`;
  const untilMs = Date.now() + START_MS_MAX;
  while (!(await answers(`${url}/subjects`))) {
    if (child.exitCode !== null || Date.now() > untilMs) {
      child.kill('SIGKILL');
      throw new Error(`The registry did not start:\n${lastWords}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return { url, stop: () => end(child) };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

function install(maven: string): string {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'millrace', 'registry');
  const folder = join(cache, `apicurio-${VERSION}`);
  if (existsSync(folder)) return folder;
  // Under another name until it is whole: an interrupted installation leaves no half of it.
  const temporary = `${folder}.${process.pid}`;
  mkdirSync(temporary, { recursive: true });
  try {
    process.stdout.write(`fetching a schema registry with Maven into ${cache} (about 109 MB, once)\n`);
    const artifact = `io.apicurio:apicurio-registry-app:${VERSION}:tar.gz:all`;
    // Later ones want the parents of its description too, which are not needed and not everywhere to be had.
    const plugin = 'org.apache.maven.plugins:maven-dependency-plugin:2.8';
    run(maven, ['-q', '-B', `${plugin}:get`, `-Dartifact=${artifact}`, '-Dtransitive=false']);
    run(maven, ['-q', '-B', `${plugin}:copy`, `-Dartifact=${artifact}`, `-DoutputDirectory=${temporary}`]);
    const archive = readdirSync(temporary).find((name) => name.endsWith('.tar.gz')) ?? '';
    run('tar', ['-xzf', join(temporary, archive), '-C', temporary]);
    rmSync(join(temporary, archive));
    if (!existsSync(folder)) renameSync(temporary, folder);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  return folder;
}

function run(command: string, args: readonly string[]): void {
  const ran = spawnSync(command, args, { encoding: 'utf8', timeout: INSTALL_MS_MAX });
  if (ran.status !== 0)
    throw new Error(`${command} ${args[0] ?? ''} failed:\n${ran.stderr}${ran.stdout}`.slice(0, 3_000));
}
