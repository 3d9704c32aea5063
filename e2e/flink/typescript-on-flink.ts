/**
 * Lets real Flink run a script with TypeScript functions: they are compiled as for Millrace, packaged as the export
 * does it, and the script's CREATE FUNCTION statements name the Java classes instead. Everything else stays.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ExportFile, TextFile } from '../../src/runtime/export/export-file.ts';
import { scriptForFlink as rewritten, typescriptFunctions } from '../../src/runtime/export/flink-script.ts';
import { type JvmFunction, jvmProject } from '../../src/runtime/export/jvm/jvm-project.ts';
import { compileFunctions } from '../../src/runtime/node/functions/compile-functions.ts';
import { parseScript } from '../../src/runtime/sql/1-parse/parse-script.ts';

/** A script without TypeScript, and the sources of its functions. */
export interface ScriptForFlink {
  readonly text: string;
  /** Empty when the script has no TypeScript functions. */
  readonly files: readonly TextFile[];
}

/** Rewrites the script in `folder`. Throws when a function does not compile: the samples must. */
export async function scriptForFlink(folder: string, file: string): Promise<ScriptForFlink> {
  const text = readFileSync(join(folder, file), 'utf8');
  const { script } = parseScript(text);
  const created = typescriptFunctions(script);
  const { compiled, problems } = await compileFunctions(
    created.map((statement) => statement.as),
    { folder, files: [] },
  );
  if (problems.length > 0)
    throw new Error(problems.map((each) => `${each.path}:${each.line} ${each.message}`).join('\n'));
  const functions: JvmFunction[] = created.flatMap((statement) => {
    const name = statement.name.parts[statement.name.parts.length - 1]?.name;
    const fn = compiled.get(statement.as);
    return name === undefined || fn === undefined ? [] : [{ name, compiled: fn }];
  });
  const { files, classes } = jvmProject(functions);
  const byPath = new Map(functions.map(({ name, compiled: fn }) => [fn.path, classes.get(name) ?? '']));
  // The runner has the classes on its class path.
  return { text: rewritten(text, script, { byPath, jar: null }), files: functions.length === 0 ? [] : files };
}

/** Writes files of an export below a folder. */
export function writeExport(folder: string, files: readonly ExportFile[]): void {
  for (const file of files) {
    const target = join(folder, file.path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, 'text' in file ? file.text : file.bytes, {
      mode: 'isProgram' in file && file.isProgram ? 0o755 : 0o644,
    });
  }
}
