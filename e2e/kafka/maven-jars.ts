/** Jars that Maven copies into a cache folder outside git, once for each text of their pom. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const INSTALL_MS_MAX = 10 * 60_000;

/** The folder `~/.cache/millrace/kafka/NAME-<hash of the pom>` with the jars that a pom beside this file names. */
export function mavenJars(maven: string, pomName: string, name: string): string {
  const pom = join(here, pomName);
  const hash = createHash('sha256').update(readFileSync(pom)).digest('hex').slice(0, 12);
  return installedFolder(`kafka/${name}-${hash}`, `the jars of ${pomName}`, (folder) => {
    runTool(maven, ['-q', '-B', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${folder}`]);
  });
}

/** The folder `~/.cache/millrace/NAME`; `fill` puts into it what belongs there when it is not there yet. */
export function installedFolder(name: string, what: string, fill: (folder: string) => void): string {
  const folder = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'millrace', name);
  if (existsSync(folder)) return folder;
  // Under another name until it is whole: an interrupted installation leaves no half of it.
  const temporary = `${folder}.${process.pid}`;
  mkdirSync(temporary, { recursive: true });
  try {
    process.stdout.write(`fetching ${what} with Maven into ${dirname(folder)} (once)\n`);
    fill(temporary);
    if (!existsSync(folder)) renameSync(temporary, folder);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  return folder;
}

/** Runs a tool to its end and answers what it printed; throws with its last words when it fails. */
export function runTool(command: string, args: readonly string[]): string {
  const result = spawnSync(command, args, { encoding: 'utf8', timeout: INSTALL_MS_MAX });
  if (result.error) throw new Error(`${command} could not be started: ${result.error.message}`);
  if (result.status !== 0) throw new Error(`${command} failed:\n${`${result.stdout}${result.stderr}`.slice(-3_000)}`);
  return result.stdout;
}
