/**
 * What the real-Flink tests need from the machine: a JDK (Flink 2.3 runs on Java 17 and later) and Maven, which fetches
 * Flink's jars. Asked before anything is started, so that a missing tool is one clear sentence and not a stack trace.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Paths or names of the commands to call. */
export interface FlinkTools {
  readonly java: string;
  readonly javac: string;
  readonly maven: string;
}

/** `reason` completes the sentence "not run, because …". */
export type FlinkPrerequisites =
  | { readonly ok: true; readonly tools: FlinkTools }
  | { readonly ok: false; readonly reason: string };

const JAVA_VERSION_MIN = 17;
const DEBIAN_HINT = 'on Debian or Ubuntu: apt-get install openjdk-17-jdk-headless maven';

/** Looks for `java`, `javac` (in JAVA_HOME first) and `mvn`. Takes about half a second, starts no Flink. */
export function flinkPrerequisites(): FlinkPrerequisites {
  const java = javaCommand('java');
  const javac = javaCommand('javac');
  const version = commandOutput(java, ['-version']);
  if (version === null) return missing('Java 17 was not found');
  const major = Number(/version "(?:1\.)?(\d+)/.exec(version)?.[1] ?? 0);
  if (major < JAVA_VERSION_MIN) return missing(`Java ${major} was found, Flink 2.3 needs Java ${JAVA_VERSION_MIN}`);
  if (commandOutput(javac, ['-version']) === null) return missing('Java was found without its compiler (javac)');
  if (commandOutput('mvn', ['-v']) === null) return missing('Maven (mvn) was not found');
  return { ok: true, tools: { java, javac, maven: 'mvn' } };
}

function missing(what: string): FlinkPrerequisites {
  return { ok: false, reason: `${what} (${DEBIAN_HINT})` };
}

function javaCommand(name: string): string {
  const home = process.env.JAVA_HOME;
  const inHome = home ? join(home, 'bin', name) : '';
  return inHome && existsSync(inHome) ? inHome : name;
}

/** Both streams together: `java -version` writes to stderr. `null` when the command cannot be started or fails. */
function commandOutput(command: string, args: readonly string[]): string | null {
  const run = spawnSync(command, args, { encoding: 'utf8', timeout: 30_000 });
  return run.error || run.status !== 0 ? null : run.stdout + run.stderr;
}
