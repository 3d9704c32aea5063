/** Bundles for the tests of the export: from a script and functions that are given as text. */

import { type Bundle, type BundleRequest, flinkBundle } from '../export/bundle.ts';
import { parseScript } from '../sql/1-parse/parse-script.ts';
import type { CompiledFunction } from '../udf/function-library.ts';
import { projectFunctions } from '../udf/project-functions.ts';
import { readDeclaration } from '../udf/read-declaration.ts';
import { inspectScript } from './inspect-script.ts';

/** A function's file: path and text. Its code is the text itself; nothing here runs it. */
export type FunctionTexts = Readonly<Record<string, string>>;

/** The bundle of a script. */
export function bundleOf(
  text: string,
  functionTexts: FunctionTexts = {},
  more: Partial<Pick<BundleRequest, 'name' | 'inputs' | 'expected'>> = {},
): Bundle {
  const files = Object.entries(functionTexts).map(([path, content]) => ({ path, text: content }));
  const functions = files.flatMap(({ path, text: content }): CompiledFunction[] => {
    const declaration = readDeclaration(content, path);
    return declaration.ok ? [{ path, declaration: declaration.value, code: content, sourceMap: '' }] : [];
  });
  const { diagnostics } = inspectScript(text, projectFunctions(files));
  const { script } = parseScript(text);
  return flinkBundle({ name: 'job', text, script, diagnostics, functions, inputs: [], expected: null, ...more });
}

/** The text of a file of a bundle. */
export function textOf({ files }: Bundle, path: string): string {
  const file = files.find((each) => each.path === path);
  if (file === undefined || !('text' in file)) throw new Error(`there is no ${path}`);
  return file.text;
}
