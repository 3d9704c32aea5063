/**
 * How the rows of a script are compared. The default is the hardest: same rows, same kinds, same order. A file beside
 * the script relaxes it where Flink itself is not deterministic, and says why.
 */
import { existsSync, readFileSync } from 'node:fs';

/** `per-key`: exact within each value of the key columns; no key columns = any order. `final-table`: what the changes add up to. */
export interface TableRule {
  readonly order?: 'exact' | 'per-key';
  readonly key?: readonly string[];
  readonly compare?: 'changelog' | 'final-table' | 'schema';
}

/** `rules` by name of the result (table of a sink, `statement N` of a query). */
export interface CompareRules {
  readonly why?: string;
  /** Millrace is known to give something else: an id of `job/known-differences.ts`. A test says when that is no longer true. */
  readonly differs?: string;
  /** Flink reads row by row, each to its end: see PacedFilesFactory. */
  readonly paced?: boolean;
  /** The message of an error must be Flink's, too, not only its place. */
  readonly message?: boolean;
  readonly rules?: Readonly<Record<string, TableRule>>;
}

/** The rules in this file; the default when there is no such file. */
export function readRules(path: string): CompareRules {
  if (!existsSync(path)) return {};
  const rules = JSON.parse(readFileSync(path, 'utf8')) as CompareRules;
  const isRelaxed = rules.paced === true || Object.keys(rules.rules ?? {}).length > 0;
  if (isRelaxed && !rules.why) throw new Error(`${path}: a relaxed comparison must say why`);
  return rules;
}
