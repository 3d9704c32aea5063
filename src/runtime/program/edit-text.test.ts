/** Edits that rewrite one statement (forms, SQL, settings) and must leave every other byte as it was. */
import { describe, expect, it } from 'vitest';
import { applyTextEdits } from '../base/span.ts';
import { edit } from './apply-edit.ts';
import type { EditRequest, ProgramEdit } from './edit.ts';
import type { NodeForm } from './graph.ts';
import { EMPTY_LAYOUT, type Layout } from './layout.ts';

const ORDERS =
  "CREATE TABLE orders (id BIGINT, customer STRING, amount INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'datagen');\n";
const BIG = '-- the big ones\nCREATE VIEW big AS SELECT * FROM orders WHERE orders.amount > 100; -- over 100\n';
const OUT =
  "CREATE TABLE out1 (id BIGINT, customer STRING, amount INT, ts TIMESTAMP(3)) WITH ('connector' = 'print');\n";

function change(text: string, request: EditRequest, layout: Layout = EMPTY_LAYOUT): ProgramEdit {
  const result = edit(text, layout, request);
  if (!result.ok) throw new Error(`${result.diagnostic.code}: ${result.diagnostic.message}`);
  return result.edit;
}

/** The text after the requests, one after the other. */
function edited(text: string, ...requests: readonly EditRequest[]): string {
  return requests.reduce((current, request) => applyTextEdits(current, change(current, request).edits), text);
}

/** Code of the refusal; every refusal has a hint. */
function refusal(text: string, request: EditRequest): string {
  const result = edit(text, EMPTY_LAYOUT, request);
  if (result.ok) return 'done';
  expect(result.diagnostic.hint).toBeTruthy();
  return result.diagnostic.code;
}

describe('forms, SQL and settings', () => {
  const text = `SET 'a' = '1';\n\n${ORDERS}${BIG}SELECT * FROM big;\n`;

  it('writes a form and refuses values that do not parse', () => {
    const form: NodeForm = { kind: 'filter', input: 'orders', condition: 'amount > 7' };
    expect(edited(text, { kind: 'set-form', node: 'view:big', form })).toBe(
      text.replace('orders.amount > 100', 'amount > 7'),
    );
    const wrong = (condition: string): string =>
      refusal(text, { kind: 'set-form', node: 'view:big', form: { ...form, condition } });
    expect([
      wrong('amount >'),
      wrong("amount > 'x"),
      wrong('amount > 1; DROP TABLE orders'),
      wrong('amount > 1 GROUP BY id'),
      wrong('(amount'),
      wrong('amount /* x'),
    ]).toEqual(Array.from({ length: 6 }, () => 'edit/invalid-field'));
    const refused = edit(text, EMPTY_LAYOUT, {
      kind: 'set-form',
      node: 'view:big',
      form: { ...form, condition: 'amount >' },
    });
    const start = text.indexOf('orders.amount > 100');
    expect(refused.ok ? null : [refused.diagnostic.span, refused.diagnostic.message]).toEqual([
      { start, end: start + 'orders.amount > 100'.length },
      expect.stringMatching(/^Not valid SQL: condition: ./),
    ]);
    expect(refusal(text, { kind: 'set-form', node: 'select:1', form })).toBe('edit/no-form');
    expect(
      change(text, { kind: 'set-form', node: 'view:big', form: { ...form, condition: 'orders.amount > 100' } }).edits,
    ).toEqual([]);
  });

  it('replaces the SQL of a node by the least edit, broken or not, and keeps its position', () => {
    const layout: Layout = { ...EMPTY_LAYOUT, nodes: { 'view:big': { x: 4, y: 8 } } };
    const typed = change(
      text,
      { kind: 'set-sql', node: 'view:big', sql: 'CREATE VIEW big AS SELECT * FROM orders WHERE orders.amount > 1000;' },
      layout,
    );
    expect([typed.edits.map((item) => item.text), typed.layout, typed.select]).toEqual([['0'], {}, ['view:big']]);
    const broken = change(text, { kind: 'set-sql', node: 'view:big', sql: 'CREATE VIEW big AS SELECT * FRO' }, layout);
    expect([broken.layout, broken.select]).toEqual([{ rename: { 'view:big': 'broken:1' } }, ['broken:1']]);
    const renamed = change(
      text,
      { kind: 'set-sql', node: 'view:big', sql: 'CREATE VIEW huge AS SELECT * FROM orders' },
      layout,
    );
    expect(renamed.layout).toEqual({ rename: { 'view:big': 'view:huge' } });
  });

  it('keeps the neighbours whole', () => {
    expect(refusal(text, { kind: 'set-sql', node: 'view:big', sql: 'CREATE VIEW big AS SELECT /* open' })).toBe(
      'edit/disturbs-others',
    );
    const set = `${ORDERS}${OUT}BEGIN STATEMENT SET;\nINSERT INTO out1 SELECT id, 'x', 1, ts FROM orders;\nINSERT INTO out1 SELECT * FROM orders;\nEND;\n`;
    expect(refusal(set, { kind: 'set-sql', node: 'insert:out1', sql: 'INSERT INTO out1 SELEC' })).toBe(
      'edit/broken-in-set',
    );
    expect(
      edited(set, { kind: 'set-sql', node: 'insert:out1', sql: "INSERT INTO out1 SELECT id, 'y', 1, ts FROM orders;" }),
    ).toBe(set.replace("'x'", "'y'"));
  });

  it('sets, adds and removes options', () => {
    expect([
      edited(text, { kind: 'set-option', key: 'a', value: "it's" }),
      edited(text, { kind: 'set-option', key: 'b', value: '2' }),
      edited(text, { kind: 'set-option', key: 'a', value: null }),
      edited('-- job\nSELECT 1;', { kind: 'set-option', key: 'b', value: '2' }),
    ]).toEqual([
      text.replace("'1'", "'it''s'"),
      text.replace("'1';\n", "'1';\nSET 'b' = '2';\n"),
      text.replace("SET 'a' = '1';\n\n", ''),
      "-- job\nSET 'b' = '2';\n\nSELECT 1;",
    ]);
  });

  it('moves nodes on the grid without touching the text', () => {
    expect(
      change(text, { kind: 'move', positions: { 'view:big': { x: 3, y: 5 }, 'table:orders': { x: -1, y: 0 } } }),
    ).toEqual({
      edits: [],
      layout: { nodes: { 'view:big': { x: 4, y: 4 }, 'table:orders': { x: 0, y: 0 } } },
      label: 'Move 2 nodes',
      select: ['view:big', 'table:orders'],
    });
    expect(refusal(text, { kind: 'move', positions: { 'view:gone': { x: 0, y: 0 } } })).toBe('edit/no-such-node');
  });
});
