/** Compares two result documents of one script, pure. */
import type { CompareRules, TableRule } from './compare-rule.ts';
import {
  type DocumentError,
  type DocumentResult,
  type DocumentRow,
  type DocumentValue,
  type ResultDocument,
  resultName,
} from './result-document.ts';

/** One result (a sink or a query) side by side. `difference` is `null` when the rule is fulfilled. */
export interface TableComparison {
  readonly name: string;
  /** Rows that were expected. */
  readonly rows: number;
  /** Rows that both sides have, whatever their place. */
  readonly equal: number;
  readonly missing: number;
  readonly extra: number;
  readonly difference: string | null;
}

/** `problem` is about the script as a whole: another error, another number of results. */
export interface Comparison {
  readonly tables: readonly TableComparison[];
  readonly problem: string | null;
}

/** Whether both documents say the same under the rules. */
export function isEqual(comparison: Comparison): boolean {
  return comparison.problem === null && comparison.tables.every((t) => t.difference === null);
}

/** The first difference in words, `null` when there is none. */
export function firstDifference(comparison: Comparison): string | null {
  if (comparison.problem !== null) return comparison.problem;
  const table = comparison.tables.find((t) => t.difference !== null);
  return table ? `${table.name}: ${table.difference}` : null;
}

/** `expected` is Flink's. A rule for a table that does not exist is a problem, too: it would hide a misspelling. */
export function compareDocuments(expected: ResultDocument, actual: ResultDocument, rules: CompareRules): Comparison {
  let problem = errorDifference(expected.error, actual.error, rules.message === true);
  const names = expected.results.map(resultName);
  const unknown = Object.keys(rules.rules ?? {}).find((name) => !names.includes(name));
  if (unknown !== undefined && !expected.error) problem ??= `there is a rule for ${unknown}, but no such result`;
  // Rows that were sent before a failure while running depend on timing; Flink's document leaves them out.
  if (expected.error?.phase !== 'run' && expected.results.length !== actual.results.length) {
    problem ??= `${actual.results.length} results, expected ${expected.results.length} (${names.join(', ')})`;
  }
  const tables = expected.results.map((e) => {
    const name = resultName(e);
    const a = actual.results.find((r) => resultName(r) === name);
    return compareResult(name, e, a, rules.rules?.[name] ?? {});
  });
  return { tables, problem };
}

function errorDifference(
  expected: DocumentError | undefined,
  actual: DocumentError | undefined,
  message: boolean,
): string | null {
  if (!expected && !actual) return null;
  if (!expected) return `error (${actual?.phase}): ${actual?.message}, expected none`;
  if (!actual) return `no error, expected one (${expected.phase}): ${expected.message}`;
  const runsE = expected.phase === 'run';
  const runsA = actual.phase === 'run';
  // Flink evaluates constant expressions while planning: there either moment is right.
  const isFolded = expected.phase === 'plan' && (expected.class ?? '').startsWith('java.');
  if (runsE !== runsA && !isFolded)
    return `error in phase ${actual.phase} (${actual.message}), expected ${expected.phase} (${expected.message})`;
  if (actual.statement !== expected.statement)
    return `error in statement ${actual.statement}, expected ${expected.statement}`;
  if (message && actual.message !== expected.message && actual.outer?.message !== expected.message) {
    return `message ${JSON.stringify(actual.message)}, expected ${JSON.stringify(expected.message)}`;
  }
  return null;
}

function compareResult(
  name: string,
  expectedAsGiven: DocumentResult,
  actualAsGiven: DocumentResult | undefined,
  rule: TableRule,
): TableComparison {
  const expected = withSortedMaps(expectedAsGiven);
  const actual = actualAsGiven && withSortedMaps(actualAsGiven);
  const counts = multisetCounts(expected.rows, actual?.rows ?? []);
  const side = { name, rows: expected.rows.length, ...counts };
  if (!actual) return { ...side, difference: 'this result is missing' };
  const types = JSON.stringify(expected.columns);
  if (JSON.stringify(actual.columns) !== types)
    return { ...side, difference: `columns ${JSON.stringify(actual.columns)}, expected ${types}` };
  if (rule.compare === 'schema')
    return { ...side, equal: expected.rows.length, missing: 0, extra: 0, difference: null };
  if (rule.compare === 'final-table') {
    // Here the counts are those of the table, not of the changes that led to it.
    const e = finalTable(expected.rows);
    const a = finalTable(actual.rows);
    const table = multisetCounts(e, a);
    return {
      name,
      rows: e.length,
      ...table,
      difference: table.missing + table.extra > 0 ? firstUnmatched(e, a) : null,
    };
  }
  return { ...side, difference: orderDifference(expected, actual, rule) };
}

/** Entries of maps and multisets have no order of their own. */
function withSortedMaps(result: DocumentResult): DocumentResult {
  const isMap = result.columns.map(([, type]) => type.startsWith('MAP<') || type.startsWith('MULTISET<'));
  if (!isMap.includes(true)) return result;
  const sorted = (value: DocumentValue): DocumentValue =>
    Array.isArray(value) ? value.map((entry) => JSON.stringify(entry)).sort() : value;
  return {
    ...result,
    rows: result.rows.map(([kind, values]) => [kind, values.map((value, i) => (isMap[i] ? sorted(value) : value))]),
  };
}

function orderDifference(expected: DocumentResult, actual: DocumentResult, rule: TableRule): string | null {
  if (rule.order !== 'per-key') return sequenceDifference(expected.rows, actual.rows, '');
  const names = expected.columns.map(([name]) => name);
  const positions = (rule.key ?? []).map((column) => {
    const at = names.indexOf(column);
    if (at < 0) throw new Error(`the rule names the key column ${column}, the result has ${names.join(', ')}`);
    return at;
  });
  if (positions.length === 0) return firstUnmatched(expected.rows, actual.rows);
  const e = groupBy(expected.rows, positions);
  const a = groupBy(actual.rows, positions);
  for (const key of new Set([...e.keys(), ...a.keys()])) {
    const difference = sequenceDifference(e.get(key) ?? [], a.get(key) ?? [], `key ${key}, `);
    if (difference !== null) return difference;
  }
  return null;
}

function sequenceDifference(
  expected: readonly DocumentRow[],
  actual: readonly DocumentRow[],
  where: string,
): string | null {
  for (let i = 0; i < Math.max(expected.length, actual.length); i++) {
    const e = show(expected[i]);
    const a = show(actual[i]);
    if (e !== a) return `${where}row ${i + 1}: ${a}, expected ${e}`;
  }
  return null;
}

function groupBy(rows: readonly DocumentRow[], positions: readonly number[]): Map<string, DocumentRow[]> {
  const groups = new Map<string, DocumentRow[]>();
  for (const row of rows) {
    const key = JSON.stringify(positions.map((p) => row[1][p]));
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return groups;
}

/** +I and +U add a row, -U and -D take an equal one away; what was taken but never there stays as -D. */
function finalTable(rows: readonly DocumentRow[]): DocumentRow[] {
  const counts = new Map<string, { values: DocumentRow[1]; count: number }>();
  for (const [kind, values] of rows) {
    const key = JSON.stringify(values);
    const entry = counts.get(key) ?? { values, count: 0 };
    entry.count += kind === '+I' || kind === '+U' ? 1 : -1;
    counts.set(key, entry);
  }
  return [...counts.values()].flatMap(({ values, count }) =>
    Array.from({ length: Math.abs(count) }, (): DocumentRow => [count > 0 ? '+I' : '-D', values]),
  );
}

function multisetCounts(expected: readonly DocumentRow[], actual: readonly DocumentRow[]) {
  const left = new Map<string, number>();
  for (const row of expected) left.set(show(row), (left.get(show(row)) ?? 0) + 1);
  let equal = 0;
  for (const row of actual) {
    const count = left.get(show(row)) ?? 0;
    if (count === 0) continue;
    left.set(show(row), count - 1);
    equal++;
  }
  return { equal, missing: expected.length - equal, extra: actual.length - equal };
}

function firstUnmatched(expected: readonly DocumentRow[], actual: readonly DocumentRow[]): string | null {
  const rest = actual.map(show);
  for (const row of expected) {
    const at = rest.indexOf(show(row));
    if (at < 0) return `${show(row)} is missing`;
    rest.splice(at, 1);
  }
  return rest.length > 0 ? `${rest[0]} is not expected` : null;
}

function show(row: DocumentRow | undefined): string {
  return row ? `${row[0]}${JSON.stringify(row[1])}` : '(nothing)';
}
