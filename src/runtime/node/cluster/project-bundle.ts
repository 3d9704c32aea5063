/**
 * The bundle of a project on the disk: what `flinkBundle` needs, gathered. Behind `millrace export` and behind the
 * designer's export. First what is to be said; rows are found, and files made, only when nothing is refused.
 */
import type { Diagnostic } from '../../base/diagnostic.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { type Bundle, flinkBundle, inputPathsOf } from '../../export/bundle.ts';
import type { ExpectedTable } from '../../export/expected-rows.ts';
import { inspectScript } from '../../job/inspect-script.ts';
import { buildModel } from '../../program/model.ts';
import { parseScript } from '../../sql/1-parse/parse-script.ts';
import type { BoundTable } from '../../sql/2-bind/catalog.ts';
import type { FunctionFile } from '../../udf/project-functions.ts';
import { type CompiledScript, declaredFunctions, needsOf } from '../functions/script-functions.ts';
import { readInputs } from './bundle-folder.ts';
import { comparedSinks } from './expected-rows.ts';

/** A project. */
export interface ExportedProject {
  readonly name: string;
  readonly text: string;
  readonly folder: string;
  /** Texts of TypeScript files that go before those on the disk. */
  readonly files: readonly FunctionFile[];
  /** Its functions, or what is wrong with them. */
  readonly compiled: CompiledScript;
}

/** A bundle before its expected rows are known. */
export interface PreparedBundle {
  /** What the front end and the compiler have to say. */
  readonly diagnostics: readonly Diagnostic[];
  /** Findings, and the files of a bundle without expected rows. */
  readonly first: Bundle;
  /** Sinks whose rows can be expected. */
  readonly sinks: readonly BoundTable[];
  /** The bundle with these rows. */
  with(expected: readonly ExpectedTable[]): Bundle;
}

/** Looks at a project and reads its data. Nothing of it runs. The error is a sentence. */
export async function prepareBundle(project: ExportedProject): Promise<Result<PreparedBundle, string>> {
  const { name, text, folder, files, compiled } = project;
  const inspected = inspectScript(text, await declaredFunctions(needsOf(text), { folder, files }));
  const { script } = parseScript(text);
  const inputs = readInputs(folder, inputPathsOf(script));
  if (!inputs.ok) return err(inputs.error);
  const diagnostics = [...inspected.diagnostics, ...compiled.diagnostics];
  const { functions } = compiled;
  const request = { name, text, script, diagnostics, functions, inputs: inputs.value };
  const { read } = buildModel(script);
  const isRead = new Set([...read].map((id) => id.slice(id.indexOf(':') + 1)));
  return ok({
    diagnostics,
    first: flinkBundle({ ...request, expected: null }),
    sinks: comparedSinks(inspected, (table) => isRead.has(table.path.name)),
    with: (expected) => flinkBundle({ ...request, expected }),
  });
}
