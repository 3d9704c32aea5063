/**
 * Puts the parts of Flink and our Java program into a cache folder outside git and says how to start it.
 *
 *     ~/.cache/millrace/flink/lib-<hash of pom.xml>/       jars, copied there by Maven
 *     ~/.cache/millrace/flink/classes-<hash of sources>/   our program, compiled
 *
 * Each folder is made under a temporary name and renamed when it is whole, so that an interrupted or a second
 * installation never leaves half a folder behind.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FlinkTools } from './prerequisites.ts';

const here = dirname(fileURLToPath(import.meta.url));
const pom = join(here, 'pom.xml');
const javaSources = join(here, 'src', 'main', 'java', 'millrace', 'flink');
const resources = join(here, 'src', 'main', 'resources');
const INSTALL_MS_MAX = 15 * 60_000;

/** Folders with the jars and with our classes. */
export interface FlinkInstallation {
  readonly libFolder: string;
  readonly classesFolder: string;
}

/** Installs what is not there yet; `say` gets one line per long step. Throws with the tool's last words when one fails. */
export function installFlink(tools: FlinkTools, say: (line: string) => void): FlinkInstallation {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'millrace', 'flink');
  const sources = [javaSources, join(javaSources, 'functions')].flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.java'))
      .sort()
      .map((name) => join(folder, name)),
  );

  const libFolder = makeOnce(join(cache, `lib-${hash([pom])}`), (folder) => {
    say(`fetching Flink's jars with Maven into ${cache} (about 160 MB, once)`);
    run(tools.maven, ['-q', '-B', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${folder}`]);
  });
  const classesFolder = makeOnce(join(cache, `classes-${hash([pom, ...sources])}`), (folder) => {
    say('compiling the Flink runner');
    run(tools.javac, ['-nowarn', '-d', folder, '-cp', join(libFolder, '*'), ...sources]);
    cpSync(resources, folder, { recursive: true });
  });
  return { libFolder, classesFolder };
}

/** Compiles further Java sources against Flink and copies what stands beside them; answers the folder of classes. */
export function compileForFlink(
  tools: FlinkTools,
  { libFolder }: FlinkInstallation,
  project: string,
  sources: readonly string[],
): string {
  const folder = join(project, 'classes');
  mkdirSync(folder, { recursive: true });
  run(tools.javac, ['-nowarn', '-d', folder, '-cp', join(libFolder, '*'), ...sources]);
  cpSync(join(project, 'src', 'main', 'resources'), folder, { recursive: true });
  return folder;
}

function makeOnce(folder: string, make: (temporary: string) => void): string {
  if (existsSync(folder)) return folder;
  const temporary = `${folder}.${process.pid}`;
  mkdirSync(temporary, { recursive: true });
  try {
    make(temporary);
    try {
      renameSync(temporary, folder);
    } catch (error) {
      // Another process was faster: its folder is as good as ours.
      if (!existsSync(folder)) throw error;
    }
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  return folder;
}

function hash(files: readonly string[]): string {
  const digest = createHash('sha256');
  for (const file of files) digest.update(readFileSync(file));
  return digest.digest('hex').slice(0, 12);
}

function run(command: string, args: readonly string[]): void {
  const result = spawnSync(command, args, { encoding: 'utf8', timeout: INSTALL_MS_MAX });
  if (result.error) throw new Error(`${command} could not be started: ${result.error.message}`);
  if (result.status !== 0) {
    const lastWords = `${result.stdout}${result.stderr}`.trim().split('\n').slice(-15).join('\n');
    throw new Error(`${command} failed (exit code ${result.status}):\n${lastWords}`);
  }
}
