/**
 * The rows that a run on this machine gave, as `verify` reads them: one file for each sink, a change a line, and a
 * list of the sinks with their columns.
 */
import type { TextFile } from './export-file.ts';
import { safeName } from './writers/names.ts';

/** A value: text as `CAST(x AS STRING)` gives it, `null`, or a list of such. */
export type ExpectedValue = string | null | readonly ExpectedValue[];

/** What one sink got. */
export interface ExpectedTable {
  readonly name: string;
  readonly isTemporary: boolean;
  /** Name and Flink's type, as the sink has them. */
  readonly columns: readonly (readonly [name: string, type: string])[];
  /** Names of the columns of the primary key; empty when there is none. */
  readonly key: readonly string[];
  readonly rows: readonly (readonly [kind: string, values: readonly ExpectedValue[]])[];
}

/** Raised with every change of the shape below. History: 1 the first. */
const MANIFEST_FORMAT = 1;

/** `expected/…`. */
export function expectedFiles(tables: readonly ExpectedTable[]): TextFile[] {
  const taken = new Set<string>(['manifest']);
  const named = tables.map((table) => ({ table, file: `${safeName(table.name, taken)}.jsonl` }));
  const manifest = {
    format: MANIFEST_FORMAT,
    tables: named.map(({ table: { name, isTemporary, columns, key }, file }) => ({
      name,
      temporary: isTemporary,
      file,
      columns: columns.map(([column, type]) => ({ name: column, type })),
      key,
    })),
  };
  return [
    { path: 'expected/manifest.json', text: `${JSON.stringify(manifest, null, 2)}\n` },
    ...named.map(({ table, file }) => ({ path: `expected/${file}`, text: linesOf(table) })),
  ];
}

function linesOf({ columns, rows }: ExpectedTable): string {
  return rows
    .map(([kind, values]) => {
      // Not an object first: a column may be called __proto__.
      const fields = columns.map(([name], i) => `${JSON.stringify(name)}:${JSON.stringify(values[i] ?? null)}`);
      return `{"kind":${JSON.stringify(kind)},"row":{${fields.join(',')}}}\n`;
    })
    .join('');
}
