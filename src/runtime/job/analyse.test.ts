/** What the designer knows of a script before it runs. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { type Analysis, analyse } from './analyse.ts';

const LIMITS = { statementCountMax: 1000 };
const clicks = readFileSync(new URL('../../../samples/clickstream/job.sql', import.meta.url), 'utf8');

const known = (text: string): Analysis => analyse(text, LIMITS);
const modes = (analysis: Analysis): Record<string, string | null> =>
  Object.fromEntries(analysis.outputs.map((o) => [o.nodeId, o.changelog]));

it('every node of a sample has its columns and its changelog mode', () => {
  const analysis = known(clicks);
  expect(analysis.diagnostics).toEqual([]);
  expect(modes(analysis)).toMatchObject({
    'table:clicks': 'append',
    'view:human_clicks': 'append',
    'view:views_per_minute': 'append',
    'view:funnel': 'retract',
    'view:orders': 'append',
    'view:revenue': 'retract',
  });
  expect(analysis.graph.nodes.filter((n) => !analysis.outputs.some((o) => o.nodeId === n.id))).toEqual([]);
  expect(analysis.outputs.find((o) => o.nodeId === 'view:purchases')?.columns.map((c) => c.name)).toEqual([
    'event_id',
    'user_id',
    'amount',
    'tax',
  ]);
});

it('a view that nothing reads yet is known too, and a mistake in it is reported at its node', () => {
  const table = "CREATE TABLE t (a INT, b STRING) WITH ('connector' = 'datagen');\n";
  const loose = known(`${table}CREATE VIEW v AS SELECT b, COUNT(*) AS n FROM t GROUP BY b;`);
  expect({ diagnostics: loose.diagnostics, modes: modes(loose) }).toEqual({
    diagnostics: [],
    modes: { 'table:t': null, 'view:v': 'retract' },
  });
  const wrong = known(`${table}CREATE VIEW v AS SELECT c FROM t;\nCREATE VIEW w AS SELECT a FROM t;`);
  expect(wrong.diagnostics.map((d) => [d.severity, d.nodeId])).toEqual([['error', 'view:v']]);
  expect(modes(wrong)).toMatchObject({ 'view:w': 'append' });
});

it('a script beyond the limit is parsed and drawn in part, and not bound', () => {
  const { graph, outputs, script } = analyse(clicks, { statementCountMax: 4 });
  expect([script.statements.length, outputs.length]).toEqual([16, 0]);
  expect(graph.nodes.length).toBeLessThan(5);
});

it('says of an open input which node has none, not that a placeholder was not found', () => {
  const text =
    'CREATE TEMPORARY VIEW filter_1 AS SELECT * FROM `?` WHERE TRUE;\n' +
    'CREATE TEMPORARY VIEW join_1 AS SELECT l.*, r.* FROM `?` AS l JOIN `?` AS r ON TRUE;\n' +
    'CREATE TEMPORARY VIEW union_1 AS SELECT * FROM filter_0 UNION ALL SELECT * FROM `?`;';
  expect(known(text).diagnostics.map((d) => `${d.code} ${d.nodeId}: ${d.message}`)).toEqual([
    'validate/unconnected-input view:filter_1: filter_1 has no input.',
    'validate/unconnected-input view:join_1: join_1 has no input l.',
    'validate/unconnected-input view:join_1: join_1 has no input r.',
    "validate/unknown-object view:union_1: Object 'filter_0' not found",
    'validate/unconnected-input view:union_1: union_1 has no input 2.',
  ]);
});

it('knows all columns of a view, also those that nothing further on reads', () => {
  const orders = known(clicks).outputs.find((each) => each.nodeId === 'view:orders');
  const names = orders?.columns.map((column) => column.name);
  expect(names).toEqual(expect.arrayContaining(['event_id', 'plan', 'tax']));
  expect(orders?.changelog).toBe('append');
});
