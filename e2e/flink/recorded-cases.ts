/**
 * `recorded/AREA.json`: many small scripts with what real Flink 2.3 gave for them, one case a line, inputs
 * shared. They were recorded once each (cases in `cases/` three times), and hold what works: they are a
 * net against regressions, not a measure. The documents are never edited.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CompareRules, TableRule } from './compare-rule.ts';
import { type ResultDocument, resultName } from './result-document.ts';

const folder = join(dirname(fileURLToPath(import.meta.url)), 'recorded');

/** One recorded case. `input` maps a file's name to its text. */
export interface RecordedCase {
  readonly area: string;
  readonly name: string;
  readonly sql: string;
  readonly input: Readonly<Record<string, string>>;
  readonly rule: TableRule;
  readonly expected: ResultDocument;
}

interface AreaFile {
  readonly inputs: Readonly<Record<string, string>>;
  readonly cases: readonly {
    readonly name: string;
    readonly sql: string;
    readonly input: Readonly<Record<string, string>>;
    readonly rule?: TableRule;
    readonly expected: ResultDocument;
  }[];
}

/** All cases of all areas, in a fixed order. */
export function recordedCases(): RecordedCase[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .flatMap((file) => {
      const { inputs, cases } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as AreaFile;
      return cases.map(({ name, sql, input, rule, expected }) => ({
        area: file.slice(0, -'.json'.length),
        name,
        sql,
        input: Object.fromEntries(Object.entries(input).map(([path, key]) => [path, inputs[key] ?? ''])),
        rule: rule ?? {},
        expected,
      }));
    });
}

/** Writes a case as a project under `parent`; gives the path of its script. */
export function writeCase(parent: string, { area, name, sql, input }: RecordedCase): string {
  const project = join(parent, area, name);
  mkdirSync(join(project, 'input'), { recursive: true });
  for (const [file, text] of Object.entries(input)) writeFileSync(join(project, 'input', file), text);
  const path = join(project, 'job.sql');
  writeFileSync(path, sql);
  return path;
}

/** The case's one rule, for each of its results; the key `*` stands for all columns. */
export function rulesOf({ rule, expected }: RecordedCase): CompareRules {
  const rules = expected.results.map((result): [string, TableRule] => {
    const key = rule.key?.[0] === '*' ? result.columns.map(([name]) => name) : rule.key;
    return [resultName(result), key === undefined ? rule : { ...rule, key }];
  });
  return { rules: Object.fromEntries(rules) };
}
