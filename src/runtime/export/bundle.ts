/// <reference path="../udf/raw-text.d.ts" />
/**
 * The Flink bundle: from a script, its functions and its data to a list of files that hold a whole job for Apache
 * Flink. A pure function: nothing is read, written or run for it.
 */
import type { Diagnostic } from '../base/diagnostic.ts';
import { buildModel } from '../program/model.ts';
import { secretReferences } from '../program/secret-references.ts';
import type { Script } from '../sql/1-parse/ast.ts';
import type { CompiledFunction } from '../udf/function-library.ts';
import { clusterFiles } from './cluster-files.ts';
import { type ExpectedTable, expectedFiles } from './expected-rows.ts';
import type { BytesFile, ExportFile } from './export-file.ts';
import { type Finding, findingsOf } from './findings.ts';
import { scriptForFlink, typescriptFunctions } from './flink-script.ts';
import { JOB_JAR, mavenProject } from './jvm/maven-project.ts';
import { projectFilesOf } from './project-paths.ts';
import { readmeFile } from './readme.ts';
import statementsAwk from './scripts/statements.awk?raw';
import submitGateway from './scripts/submit-gateway.sh?raw';
import submitSqlClient from './scripts/submit-sql-client.sh?raw';
import verifyScript from './scripts/verify.sh?raw';

/** What a bundle is made of. */
export interface BundleRequest {
  /** Name of the job, for people. */
  readonly name: string;
  readonly text: string;
  /** The text, parsed. */
  readonly script: Script;
  /** What the front end has to say about it. */
  readonly diagnostics: readonly Diagnostic[];
  /** Functions in TypeScript, compiled. */
  readonly functions: readonly CompiledFunction[];
  /** Files that the script reads, under their paths from the script. */
  readonly inputs: readonly BytesFile[];
  /** What the sinks got in a run on this machine; `null`: it was not run. */
  readonly expected: readonly ExpectedTable[] | null;
}

/** A bundle, and what is to be said before it is written. With a refusal there are no files. */
export interface Bundle {
  readonly files: readonly ExportFile[];
  readonly differences: readonly Finding[];
  readonly refusals: readonly Finding[];
}

/** Makes the bundle of a job. */
export function flinkBundle(request: BundleRequest): Bundle {
  const { text, script, functions, inputs, expected } = request;
  const model = buildModel(script);
  const { differences, refusals } = findingsOf({ model, diagnostics: request.diagnostics, functions });
  if (refusals.length > 0) return { files: [], differences, refusals };
  const created = typescriptFunctions(script).flatMap(({ as, name }) => {
    const compiled = functions.find((fn) => fn.path === as);
    return compiled === undefined ? [] : [{ name: name.parts[name.parts.length - 1]?.name ?? '', compiled }];
  });
  const jvm = mavenProject(created);
  const sql = scriptForFlink(text, script, { byPath: jvm.classesByPath, jar: JOB_JAR });
  const secrets = secretReferences(sql);
  const cluster = { name: request.name, hasFunctions: created.length > 0, hasSecrets: secrets.length > 0 };
  const files: ExportFile[] = [
    readmeFile({
      name: request.name,
      functions: created.map(({ name }) => name),
      inputs: inputs.map(({ path }) => path),
      differences,
      secrets,
      expected: expected?.map(({ name, rows }) => ({ name, rowCount: rows.length })) ?? null,
    }),
    { path: 'sql/job.sql', text: sql },
    { path: 'bin/submit-gateway.sh', text: submitGateway, isProgram: true },
    { path: 'bin/submit-sql-client.sh', text: submitSqlClient, isProgram: true },
    { path: 'bin/verify.sh', text: verifyScript, isProgram: true },
    { path: 'bin/lib/statements.awk', text: statementsAwk },
    ...clusterFiles(cluster),
    ...jvm.files,
    ...(expected === null ? [] : expectedFiles(expected)),
    ...inputs,
  ];
  return { files, differences, refusals };
}

/** What an export must bring along: relative paths that the script reads and does not write itself. */
export function inputPathsOf(script: Script): string[] {
  const model = buildModel(script);
  const paths = model.units.flatMap(({ id, table }) =>
    table === undefined || !model.read.has(id) || model.written.has(id) ? [] : projectFilesOf(table),
  );
  return [...new Set(paths)];
}
