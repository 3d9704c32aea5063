/**
 * Every query of Nexmark on real Flink and on Millrace over the same file of events: the rows of each are the same, and
 * how they are compared says `rulesOf`. `MILLRACE_EVENTS` sets how many.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { NEXMARK_QUERIES, type NexmarkQuery, nexmarkLine, nexmarkTable } from '../../samples/generate/nexmark.ts';
import { NEXMARK_DEFAULTS, NexmarkEvents } from '../../src/runtime/connectors/nexmark/events.ts';
import { compareDocuments, firstDifference } from './compare-results.ts';
import type { CompareRules } from './compare-rule.ts';
import { flinkSuite } from './flink-suite.ts';
import type { ResultDocument } from './result-document.ts';
import { runOnFlink } from './run-flink.ts';
import { runOnMillrace } from './run-millrace.ts';

const EVENTS = Number(process.env.MILLRACE_EVENTS ?? 100_000);

/** Joins hear two inputs whose order Flink leaves open, and so do the queries behind them. */
const UNORDERED = new Set(['q3', 'q4', 'q5', 'q7', 'q8', 'q9', 'q11', 'q20']);

function rulesOf({ name, views, isTimed }: NexmarkQuery): CompareRules {
  // Behind the table and the views comes the query.
  const statement = `statement ${views.split('CREATE VIEW').length + 1}`;
  // Windows of the clock on the wall: on both sides only those that are over before the end.
  if (isTimed === true) return { rules: { [statement]: { compare: 'schema' } } };
  return UNORDERED.has(name) ? { rules: { [statement]: { compare: 'final-table' } } } : {};
}

flinkSuite('Nexmark on real Flink', () => {
  let folder: string;
  const flink = new Map<string, ResultDocument>();
  const report: string[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'nexmark-'));
    const events = new NexmarkEvents({ ...NEXMARK_DEFAULTS, eventsPerSecond: 1000 });
    const lines = Array.from({ length: EVENTS }, (_, n) => nexmarkLine(events.event(n)));
    writeFileSync(join(folder, 'events.jsonl'), `${lines.join('\n')}\n`);
    const table = nexmarkTable({ connector: 'filesystem', path: 'events.jsonl', format: 'json' });
    for (const { name, views, select } of NEXMARK_QUERIES) {
      writeFileSync(join(folder, `${name}.sql`), `${table}${views}${select};\n`);
    }
    const paths = NEXMARK_QUERIES.map(({ name }) => ({ path: join(folder, `${name}.sql`), paced: false }));
    const found = await runOnFlink(paths, { say: (line) => void process.stderr.write(`${line}\n`) });
    for (const [at, query] of NEXMARK_QUERIES.entries()) {
      const document = found[at];
      if (document !== undefined) flink.set(query.name, document);
    }
  });

  afterAll(() => {
    process.stdout.write(`\n${report.join('\n')}\n`);
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(NEXMARK_QUERIES)('$name gives the same rows', async (query) => {
    const { name } = query;
    const expected = flink.get(name);
    if (expected === undefined) throw new Error('Flink gave no document');
    const actual = await runOnMillrace(join(folder, `${name}.sql`), 'built');
    expect(expected.error).toBeUndefined();
    const comparison = compareDocuments(expected, actual, rulesOf(query));
    const [table] = comparison.tables;
    report.push(
      `${name.padEnd(4)} ${table?.rows ?? 0} rows, ${table?.equal ?? 0} equal, ${table?.missing ?? 0} missing, ${table?.extra ?? 0} extra`,
    );
    expect(firstDifference(comparison)).toBeNull();
  });
});
