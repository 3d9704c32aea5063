/**
 * A real schema registry for tests: Apicurio from Maven, with its API that Confluent's clients speak. It keeps
 * everything in memory and listens on a free port of this machine alone.
 *
 *     ~/.cache/millrace/registry/apicurio-<version>/
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { flinkPrerequisites } from '../flink/prerequisites.ts';
import { installedFolder, runTool } from './maven-jars.ts';
import { freePort } from './real-broker.ts';

/** The newest whose class files Java 17 reads. */
const VERSION = '3.0.9';
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
  return installedFolder(`registry/apicurio-${VERSION}`, 'a schema registry (about 109 MB)', (folder) => {
    const artifact = `io.apicurio:apicurio-registry-app:${VERSION}:tar.gz:all`;
    // Later ones want the parents of its description too, which are not needed and not everywhere to be had.
    const plugin = 'org.apache.maven.plugins:maven-dependency-plugin:2.8';
    runTool(maven, ['-q', '-B', `${plugin}:get`, `-Dartifact=${artifact}`, '-Dtransitive=false']);
    runTool(maven, ['-q', '-B', `${plugin}:copy`, `-Dartifact=${artifact}`, `-DoutputDirectory=${folder}`]);
    const archive = readdirSync(folder).find((name) => name.endsWith('.tar.gz')) ?? '';
    runTool('tar', ['-xzf', join(folder, archive), '-C', folder]);
    rmSync(join(folder, archive));
  });
}
