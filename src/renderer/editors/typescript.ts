/**
 * Monaco with TypeScript, for functions. Loaded by itself when a project first shows a TypeScript file:
 * its worker holds a whole compiler. Each file is checked in a folder of its own, beside a copy of the
 * library that knows that file's input row, so that two open functions never see each other's columns:
 *
 *   file:///f1/operators/velocity.ts     the file (a model)
 *   file:///f1/node_modules/millrace.ts  the library
 *   file:///f1/input-row.d.ts            interface InputRow, from the graph
 *   file:///f1/operators/shared.ts       other files, when the first imports any
 */
import 'monaco-editor/features/codeAction/register';
import 'monaco-editor/features/format/register';
import 'monaco-editor/features/parameterHints/register';
import 'monaco-editor/features/snippet/register';
import 'monaco-editor/languages/definitions/typescript/register';
import * as ts from 'monaco-editor/languages/features/typescript/register';
import { LIBRARY_NAME, LIBRARY_TEXT } from '../client/function-library.ts';
import { monaco } from './monaco.ts';

/** Monaco's name of the language. */
export const TYPESCRIPT = 'typescript';

/** What user code finds besides the language itself: nothing of a browser or of Node, only a console. */
const GLOBALS = `/** Writes into the log of the run. */
declare const console: Record<'log' | 'info' | 'warn' | 'error' | 'debug', (...values: readonly unknown[]) => void>;
`;

/** TypeScript's own number for it; Monaco's enumeration ends earlier. */
const ES2022: number = 9;

const defaults = ts.typescriptDefaults;
defaults.setCompilerOptions({
  target: ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.NodeJs,
  lib: ['es2022'],
  types: [],
  strict: true,
  noEmit: true,
  isolatedModules: true,
  allowImportingTsExtensions: true,
  allowNonTsExtensions: true,
  skipLibCheck: true,
});
defaults.setDiagnosticsOptions({ noSemanticValidation: false, noSyntaxValidation: false, onlyVisible: false });
defaults.setEagerModelSync(true);
defaults.addExtraLib(GLOBALS, 'file:///globals.d.ts');

/** Where a file is checked. */
export interface CheckedFolder {
  /** Address of the file itself, for its model. */
  readonly uri: monaco.Uri;
  /** Members of `InputRow`, as TypeScript; null: nothing is known of the row. */
  setInputRow(members: string | null): void;
  /** The files that it can import, by path. */
  setNeighbours(files: ReadonlyMap<string, string>): void;
  dispose(): void;
}

let folderCount = 0;

/** A folder for checking the file at `path`. */
export function openCheckedFolder(path: string): CheckedFolder {
  folderCount += 1;
  const root = `file:///f${folderCount}`;
  const library = defaults.addExtraLib(LIBRARY_TEXT, `${root}/node_modules/${LIBRARY_NAME}.ts`);
  let row: { dispose(): void } | null = null;
  let rowText: string | null = null;
  const neighbours = new Map<string, { readonly text: string; readonly lib: { dispose(): void } }>();
  return {
    uri: monaco.Uri.parse(`${root}/${encodeURI(path)}`),
    setInputRow(members) {
      if (members === rowText) return;
      rowText = members;
      row?.dispose();
      row = members === null ? null : defaults.addExtraLib(inputRowDeclaration(members), `${root}/input-row.d.ts`);
    },
    setNeighbours(files) {
      for (const [other, known] of neighbours) {
        if (files.get(other) === known.text) continue;
        known.lib.dispose();
        neighbours.delete(other);
      }
      for (const [other, text] of files) {
        if (other === path || neighbours.has(other)) continue;
        neighbours.set(other, { text, lib: defaults.addExtraLib(text, `${root}/${encodeURI(other)}`) });
      }
    },
    dispose() {
      library.dispose();
      row?.dispose();
      for (const { lib } of neighbours.values()) lib.dispose();
      neighbours.clear();
    },
  };
}

/** The augmentation of the library that gives a file's rows their columns. */
function inputRowDeclaration(members: string): string {
  return `export {};\ndeclare module '${LIBRARY_NAME}' {\n  interface InputRow {\n${members}\n  }\n}\n`;
}
