/**
 * Runs scripts on real Flink 2.3: a mini cluster inside one JVM, streaming mode, parallelism 1. Also a command:
 *
 *     npx tsx e2e/flink/run-flink.ts [--paced] JOB.sql …      prints one document per script
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileForFlink, installFlink } from './install-flink.ts';
import { flinkPrerequisites } from './prerequisites.ts';
import { type ResultDocument, readResultDocument } from './result-document.ts';

/** One script. `paced`: a file source hands out its next row only when the whole job is idle (see PacedFilesFactory). */
export interface FlinkScript {
  readonly path: string;
  readonly paced: boolean;
}

export interface FlinkRunOptions {
  /** One line per step and per finished script. */
  readonly say: (line: string) => void;
  /** Scripts at the same time. */
  readonly jobs?: number;
  /** Java functions that the scripts use: their sources, and the Maven project that they belong to. */
  readonly project?: { readonly folder: string; readonly sources: readonly string[] };
  /** Folders of further jars: connectors that are not part of Flink. */
  readonly jarFolders?: readonly string[];
}

const STATEMENT_SECONDS_MAX = 120;
/** What Flink's own start scripts open on Java 17. */
const OPENED_PACKAGES = ['util', 'lang', 'time', 'nio', 'net', 'util.concurrent', 'lang.reflect', 'text', 'io'];

/** Documents in the order of the scripts. Throws when Flink cannot be installed or started; a failing script is data. */
export async function runOnFlink(scripts: readonly FlinkScript[], options: FlinkRunOptions): Promise<ResultDocument[]> {
  const prerequisites = flinkPrerequisites();
  if (!prerequisites.ok) throw new Error(`Flink cannot run, because ${prerequisites.reason}`);
  const installation = installFlink(prerequisites.tools, options.say);
  const { libFolder, classesFolder } = installation;
  const { project } = options;
  const functions =
    project === undefined ? [] : [compileForFlink(prerequisites.tools, installation, project.folder, project.sources)];
  const temporary = mkdtempSync(join(tmpdir(), 'millrace-flink-'));
  try {
    const documents = scripts.map((_, i) => join(temporary, `${i}.json`));
    const list = join(temporary, 'list');
    writeFileSync(
      list,
      scripts.map((s, i) => `${s.paced ? 'paced' : 'free'}\t${resolve(s.path)}\t${documents[i]}\n`).join(''),
    );
    const args = [
      ...OPENED_PACKAGES.map((name) => `--add-opens=java.base/java.${name}=ALL-UNNAMED`),
      '-Duser.timezone=UTC',
      '-Dfile.encoding=UTF-8',
      '-Xmx2g',
      '-XX:+UseSerialGC',
      '-cp',
      [classesFolder, ...functions, ...[libFolder, ...(options.jarFolders ?? [])].map((each) => join(each, '*'))].join(
        ':',
      ),
      'millrace.flink.RunScripts',
      '--jobs',
      String(options.jobs ?? 2),
      '--seconds',
      String(STATEMENT_SECONDS_MAX),
      list,
    ];
    await runJava(prerequisites.tools.java, args, options.say);
    return documents.map(readResultDocument);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

function runJava(java: string, args: readonly string[], say: (line: string) => void): Promise<void> {
  return new Promise((done, fail) => {
    const child = spawn(java, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let lastWords = '';
    let line = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const parts = (line + text).split('\n');
      line = parts.pop() ?? '';
      for (const part of parts) {
        const [, ms, script] = part.split('\t');
        say(script === undefined ? part : `Flink: ${script} in ${ms} ms`);
      }
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      lastWords = (lastWords + text).slice(-4_000);
    });
    child.on('error', fail);
    child.on('close', (code) => {
      if (code === 0) done();
      else fail(new Error(`the Flink runner ended with exit code ${code}:\n${lastWords}`));
    });
  });
}

async function main(): Promise<void> {
  const paced = process.argv.includes('--paced');
  const paths = process.argv.slice(2).filter((a) => a !== '--paced');
  if (paths.length === 0) {
    console.error('usage: npx tsx e2e/flink/run-flink.ts [--paced] JOB.sql …');
    process.exitCode = 2;
    return;
  }
  const documents = await runOnFlink(
    paths.map((path) => ({ path, paced })),
    { say: (line) => console.error(line) },
  );
  for (const document of documents) console.log(JSON.stringify(document));
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
