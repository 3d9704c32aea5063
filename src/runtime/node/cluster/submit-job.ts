/**
 * Sends a job through a SQL gateway as the start script of its bundle does: the program of the bundle, statement by
 * statement, with the paths in it made absolute. Functions in TypeScript run from the bundle's jar, so with them the
 * bundle must have been exported and built, and be that of this very job.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { type ClusterStatement, clusterStatements } from '../../export/cluster-statements.ts';
import type { ExportFile } from '../../export/export-file.ts';
import { JOB_JAR } from '../../export/jvm/maven-project.ts';
import { secretReferences, secretVariable } from '../../program/secret-references.ts';
import { parseScript } from '../../sql/1-parse/parse-script.ts';
import { quoteString } from '../../sql/print/quote.ts';
import type { AskFailure } from './ask-json.ts';
import { GatewaySession, gatewayInfo } from './gateway-client.ts';

/** What is submitted. */
export interface SubmitRequest {
  readonly gateway: string;
  /** The script as the user wrote it, for the places of diagnostics. */
  readonly script: string;
  /** The files of its bundle. */
  readonly files: readonly ExportFile[];
  readonly name: string;
  /** Folder that relative paths count from, as gateway and cluster see it. */
  readonly root: string;
  readonly bundleFolder: string;
  readonly resume: readonly { readonly statement: number; readonly path: string }[];
  readonly onProgress: (text: string) => void;
}

/** What came of it. */
export interface Submitted {
  readonly jobs: { readonly jobId: string; readonly name: string; readonly statement: number }[];
  readonly diagnostics: Diagnostic[];
  readonly notes: string[];
  readonly failure: { readonly message: string; readonly hint: string } | null;
}

/** Where the program lies in a bundle. */
const PROGRAM = 'sql/job.sql';
/** Java of the functions, which the jar is built from. */
const OF_FUNCTIONS = /^jvm\/src\/main\/(java\/millrace\/functions|resources\/millrace)\//;

/** Submits. Jobs that were started before a statement failed run on, and are told. */
export async function submitJob(request: SubmitRequest): Promise<Submitted> {
  const { gateway, files, root, name, resume, onProgress } = request;
  const done: Submitted = { jobs: [], diagnostics: [], notes: [], failure: null };
  const program = textOf(files, PROGRAM);
  const missing = missingJar(request);
  if (missing !== null) return { ...done, failure: missing };
  const secrets = secretReferences(program);
  if (secrets.length > 0) {
    return {
      ...done,
      failure: {
        message: `The job refers to secrets (${secrets.join(', ')}), which are not sent to a SQL gateway from here.`,
        hint: `Export it and run bin/submit-gateway.sh with ${secrets.map(secretVariable).join(', ')} set; then watch the job here.`,
      },
    };
  }
  const { statements, settings, skipped } = clusterStatements(program, parseScript(program).script, root);
  if (skipped.length > 0) {
    const which =
      skipped.length === 1 ? `Statement ${skipped[0]} only shows` : `Statements ${skipped.join(', ')} only show`;
    done.notes.push(`${which} something, so it was left out: nobody would see it.`);
  }
  const jobCount = statements.filter(({ isJob }) => isJob).length;
  if (jobCount === 0) {
    return { ...done, failure: { message: 'The script writes into no table.', hint: 'Add an INSERT INTO a sink.' } };
  }
  const info = await gatewayInfo(gateway);
  if (!info.ok) return { ...done, failure: outside(info.error) };
  const session = await GatewaySession.open(gateway);
  if (!session.ok) return { ...done, failure: outside(session.error) };
  const restoreKey = restoreKeyOf(info.value.version);
  const send = (text: string) => session.value.execute(text);
  try {
    for (const statement of statements) {
      onProgress(`Statement ${statement.number} of ${statements[statements.length - 1]?.number ?? 0}…`);
      const jobName = settings.get('pipeline.name') ?? nameOf(name, statement, jobCount);
      // A job that was watched and not submitted here is of no statement; of one job there is no doubt.
      const savepoint = resume.find(
        (each) => each.statement === statement.number || (each.statement === 0 && jobCount === 1),
      )?.path;
      const before = !statement.isJob
        ? []
        : [
            ['pipeline.name', jobName],
            // Who submits does not wait for the end of the job.
            ['table.dml-sync', 'false'],
            ...(savepoint === undefined ? [] : [[restoreKey, savepoint]]),
          ].map(([key = '', value = '']) => `SET ${quoteString(key)} = ${quoteString(value)}`);
      const after = savepoint === undefined ? [] : [`RESET ${quoteString(restoreKey)}`];
      for (const text of before) await send(text);
      const result = await send(statement.text);
      if (!result.ok) {
        done.diagnostics.push(refusedBy(result.error, statement, request.script));
        return done;
      }
      if (result.value !== null) done.jobs.push({ jobId: result.value, name: jobName, statement: statement.number });
      for (const text of after) await send(text);
    }
    return done;
  } finally {
    await session.value.close();
  }
}

/** A name for people, in Flink's list of jobs. */
function nameOf(name: string, { sinks }: ClusterStatement, jobCount: number): string {
  return jobCount === 1 ? name : `${name}: ${sinks.join(', ')}`;
}

/** Flink 1.20 gave the setting another name; 2.0 dropped the first one. */
function restoreKeyOf(version: string): string {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major >= 2 || (major === 1 && minor >= 20) ? 'execution.state-recovery.path' : 'execution.savepoint.path';
}

/** What Flink says of a statement, at its place in the user's script. */
function refusedBy({ message, status, hint }: AskFailure, { number }: ClusterStatement, script: string): Diagnostic {
  const span = parseScript(script).script.statements.find((each) => each.number === number)?.statement.span;
  return {
    code: status === 0 ? 'cluster/away' : 'cluster/refused',
    phase: 'run',
    severity: 'error',
    message: status === 0 ? message : `Flink refused statement ${number}: ${message}`,
    ...(hint === '' ? {} : { hint }),
    ...(span === undefined ? {} : { span: { start: span.start, end: span.end } }),
  };
}

function outside({ message, hint }: AskFailure): Submitted['failure'] {
  return { message: `The SQL gateway cannot be used. ${message}`, hint };
}

/** Why the jar of the functions is not there, or null when it is, or none is needed. */
function missingJar({ files, bundleFolder }: SubmitRequest): Submitted['failure'] {
  const sources = files.filter(({ path: name }) => OF_FUNCTIONS.test(name));
  if (sources.length === 0) return null;
  const build = 'Export the job, run mvn -f jvm/pom.xml package in its folder, and submit again.';
  const no = (message: string): Submitted['failure'] => ({ message, hint: build });
  if (bundleFolder === '') {
    return no('This job has functions in TypeScript. On Flink they run from a jar, which an exported bundle builds.');
  }
  const jar = path.join(bundleFolder, JOB_JAR);
  const builtMs = fs.statSync(jar, { throwIfNoEntry: false })?.mtimeMs;
  if (builtMs === undefined) return no(`The jar with the functions is not built: there is no ${jar}.`);
  for (const file of [...sources, { path: PROGRAM, text: textOf(files, PROGRAM) }]) {
    const written = path.join(bundleFolder, file.path);
    const stats = fs.statSync(written, { throwIfNoEntry: false });
    if (stats === undefined || fs.readFileSync(written, 'utf8') !== ('text' in file ? file.text : '')) {
      return no(`The bundle in ${bundleFolder} is of another version of this job (${file.path} differs).`);
    }
    if (file.path !== PROGRAM && stats.mtimeMs > builtMs) return no(`The jar ${jar} is older than its sources.`);
  }
  return null;
}

function textOf(files: readonly ExportFile[], name: string): string {
  const file = files.find((each) => each.path === name);
  return file !== undefined && 'text' in file ? file.text : '';
}
