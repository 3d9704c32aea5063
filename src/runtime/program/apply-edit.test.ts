/** Edits that make, wire and remove statements: what each writes into the script, where, and what it refuses. */
import { describe, expect, it } from 'vitest';
import { applyTextEdits } from '../base/span.ts';
import { parseScript } from '../sql/1-parse/parse-script.ts';
import { edit } from './apply-edit.ts';
import { buildGraph } from './build-graph.ts';
import type { EditRequest, ProgramEdit } from './edit.ts';
import { EMPTY_LAYOUT, type Layout } from './layout.ts';

const ORDERS =
  "CREATE TABLE orders (id BIGINT, customer STRING, amount INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'datagen');\n";
const RATES =
  "CREATE TABLE rates (id BIGINT, rate INT) WITH ('connector' = 'filesystem', 'path' = 'r', 'format' = 'csv');\n";
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

function edges(text: string): readonly string[] {
  return buildGraph(parseScript(text).script).edges.map((item) => item.id);
}

const at = { x: 101, y: 50 };

describe('adding nodes', () => {
  it('writes an operator with an open port behind the definitions, before what runs', () => {
    const text = `${ORDERS}\nSELECT * FROM orders;\n`;
    expect(edited(text, { kind: 'add-node', palette: 'filter', at })).toBe(
      `${ORDERS}\nCREATE TEMPORARY VIEW filter_1 AS\nSELECT *\nFROM \`?\`\nWHERE TRUE;\n\nSELECT * FROM orders;\n`,
    );
  });

  it('starts an empty script and answers with place, label and selection', () => {
    expect(change('', { kind: 'add-node', palette: 'source-datagen', at })).toMatchObject({
      label: 'Add generator',
      select: ['table:generator_1'],
      layout: { nodes: { 'table:generator_1': { x: 100, y: 52 } } },
    });
    expect(edited('-- my job\n', { kind: 'add-node', palette: 'sink-blackhole', at })).toBe(
      "-- my job\n\nCREATE TABLE sink_1 (\n  id BIGINT,\n  label STRING\n) WITH (\n  'connector' = 'blackhole'\n);\n",
    );
  });

  it('puts sources before the first query and ends a last statement that lacks its semicolon', () => {
    expect(edited(`${ORDERS}SELECT * FROM orders`, { kind: 'add-node', palette: 'source-filesystem', at })).toMatch(
      /^CREATE TABLE orders [^\n]*\n\nCREATE TABLE source_1 \([\s\S]*'path' = 'data\/source_1\.jsonl'[\s\S]*\);\n\nSELECT \* FROM orders$/,
    );
    expect(edited('INSERT INTO a SELECT 1 -- last', { kind: 'add-node', palette: 'sql', at })).toBe(
      'CREATE TEMPORARY VIEW query_1 AS\nSELECT *\nFROM `?`;\n\nINSERT INTO a SELECT 1 -- last',
    );
    expect(edited("SET 'a' = 'b' -- last", { kind: 'set-option', key: 'c', value: 'd' })).toBe(
      "SET 'a' = 'b'; -- last\nSET 'c' = 'd';\n",
    );
  });

  it('makes operators that fit what they read', () => {
    const view = (palette: 'map' | 'group-aggregate' | 'window-aggregate' | 'join' | 'union'): string =>
      edited(ORDERS, { kind: 'add-node', palette, at, connectFrom: 'table:orders' }).slice(ORDERS.length + 1);
    expect([view('map'), view('group-aggregate'), view('window-aggregate'), view('join'), view('union')]).toEqual([
      'CREATE TEMPORARY VIEW map_1 AS\nSELECT id, customer, amount, ts\nFROM orders;\n',
      'CREATE TEMPORARY VIEW aggregate_1 AS\nSELECT customer, COUNT(*) AS row_count\nFROM orders\nGROUP BY customer;\n',
      "CREATE TEMPORARY VIEW window_1 AS\nSELECT window_start, window_end, COUNT(*) AS row_count\nFROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '10' SECOND))\nGROUP BY window_start, window_end;\n",
      'CREATE TEMPORARY VIEW join_1 AS\nSELECT l.*, r.*\nFROM orders AS l\nJOIN `?` AS r ON TRUE;\n',
      'CREATE TEMPORARY VIEW union_1 AS\nSELECT * FROM orders\nUNION ALL\nSELECT * FROM `?`;\n',
    ]);
  });

  it('gives a sink the columns of what feeds it, as the binder knows them or as the text tells', () => {
    const text = `${ORDERS}CREATE VIEW v AS SELECT customer, SUM(amount) * 2 AS s FROM orders GROUP BY customer;\n`;
    const known = {
      'view:v': [
        { name: 'customer', type: 'STRING' },
        { name: 's', type: 'TIMESTAMP(3) *ROWTIME* NOT NULL' },
      ],
    };
    expect(edited(text, { kind: 'add-node', palette: 'sink-print', at, connectFrom: 'view:v', schemas: known })).toBe(
      `${text}\nCREATE TABLE sink_1 (\n  customer STRING,\n  s TIMESTAMP(3)\n) WITH (\n  'connector' = 'print'\n);\n\nINSERT INTO sink_1 SELECT * FROM v;\n`,
    );
    expect(edited(ORDERS, { kind: 'add-node', palette: 'sink-print', at, connectFrom: 'table:orders' })).toContain(
      '  id BIGINT,\n  customer STRING,\n  amount INT,\n  ts TIMESTAMP(3)\n',
    );
  });

  it('refuses sources behind others and outputs that are none', () => {
    expect([
      refusal(ORDERS, { kind: 'add-node', palette: 'source-datagen', at, connectFrom: 'table:orders' }),
      refusal(OUT, { kind: 'add-node', palette: 'filter', at, connectFrom: 'table:out1' }),
      refusal('SELEC;', { kind: 'add-node', palette: 'filter', at, connectFrom: 'broken:1' }),
      refusal('', { kind: 'add-node', palette: 'filter', at, connectFrom: 'view:gone' }),
    ]).toEqual(['edit/source-takes-no-input', 'edit/no-output', 'edit/broken-statement', 'edit/no-such-node']);
  });
});

describe('connecting', () => {
  it('rewrites the reference and what calls it by name, and nothing else', () => {
    const text = ORDERS + RATES + BIG;
    expect(change(text, { kind: 'connect', from: 'table:rates', to: 'view:big', toPort: 'in' }).edits).toEqual([
      { span: { start: text.indexOf('FROM orders') + 5, end: text.indexOf('FROM orders') + 11 }, text: 'rates' },
      { span: { start: text.indexOf('orders.amount'), end: text.indexOf('orders.amount') + 6 }, text: 'rates' },
    ]);
  });

  it('writes an INSERT behind the last one, or into the statement set', () => {
    const connect: EditRequest = { kind: 'connect', from: 'view:big', to: 'table:out1', toPort: 'in' };
    const single = `${ORDERS}${BIG}${OUT}INSERT INTO out1 SELECT * FROM orders;\nSELECT * FROM big;\n`;
    expect(edited(single, connect)).toBe(
      single.replace('FROM orders;\n', 'FROM orders;\nINSERT INTO out1 SELECT * FROM big;\n'),
    );
    const set = `${ORDERS}${BIG}${OUT}EXECUTE STATEMENT SET BEGIN\n  INSERT INTO out1 SELECT * FROM orders; -- all\nEND;\n`;
    expect(edited(set, connect)).toBe(set.replace('-- all\n', '-- all\n  INSERT INTO out1 SELECT * FROM big;\n'));
  });

  it('moves a later definition up, with what it needs and its comment', () => {
    const text = `CREATE VIEW a AS SELECT * FROM \`?\`;\nSELECT * FROM a;\n\n-- orders come in\n${ORDERS}\n${BIG}`;
    const result = edited(text, { kind: 'connect', from: 'view:big', to: 'view:a', toPort: 'in' });
    expect(edges(result)).toEqual(['table:orders->view:big:in', 'view:big->view:a:in', 'view:a->select:1:in']);
    expect(result).toBe(
      `-- orders come in\n${ORDERS}\n-- the big ones\nCREATE VIEW big AS SELECT * FROM orders WHERE orders.amount > 100; -- over 100\n\nCREATE VIEW a AS SELECT * FROM big;\nSELECT * FROM a;\n`,
    );
  });

  it('appends to a union, completes a fresh join', () => {
    const text = `${ORDERS}${RATES}CREATE VIEW u AS SELECT * FROM orders UNION ALL SELECT * FROM orders;\n`;
    expect(edited(text, { kind: 'connect', from: 'table:rates', to: 'view:u', toPort: 'in-2' })).toBe(
      text.replace(/;\n$/, ' UNION ALL SELECT * FROM rates;\n'),
    );
    const joined = edited(
      ORDERS + RATES,
      { kind: 'add-node', palette: 'join', at, connectFrom: 'table:orders' },
      { kind: 'connect', from: 'table:rates', to: 'view:join_1', toPort: 'right' },
    );
    expect(joined).toContain('FROM orders AS l\nJOIN rates AS r ON l.id = r.id;');
  });

  it('says why not', () => {
    const text = `${ORDERS}${RATES}${BIG}CREATE VIEW top AS SELECT * FROM big;\n${OUT}INSERT INTO out1 SELECT * FROM big;\nINSERT INTO rates SELECT id, amount + 1 FROM big;\nSELECT * FRM x;\n`;
    const connect = (from: string, to: string, toPort = 'in'): string =>
      refusal(text, { kind: 'connect', from, to, toPort });
    expect([
      connect('view:top', 'view:big'),
      connect('view:big', 'view:big'),
      connect('table:out1', 'view:big'),
      connect('view:big', 'table:out1'),
      connect('view:big', 'table:orders'),
      connect('view:big', 'broken:1'),
      connect('insert:rates', 'table:out1'),
      connect('table:rates', 'view:big'),
      connect('view:big', 'view:top', 'left'),
      connect('view:big', 'view:gone'),
    ]).toEqual([
      'edit/cycle',
      'edit/cycle',
      'edit/no-output',
      'edit/already-connected',
      'edit/no-input',
      'edit/broken-statement',
      'edit/insert-has-one-output',
      'edit/cycle',
      'edit/no-such-port',
      'edit/no-such-node',
    ]);
  });

  it('refuses when the name means another definition at that place', () => {
    const text = `${ORDERS}CREATE VIEW v AS SELECT * FROM \`?\`;\nDROP TABLE orders;\n${ORDERS}`;
    expect(refusal(text, { kind: 'connect', from: 'table:orders#2', to: 'view:v', toPort: 'in' })).toBe(
      'edit/shadowed',
    );
  });
});

describe('disconnecting and inserting', () => {
  it('opens the port, or removes the INSERT', () => {
    const text = `${ORDERS}${BIG}${OUT}INSERT INTO out1 SELECT * FROM big;\nSELECT 1;\n`;
    expect(edited(text, { kind: 'disconnect', edge: 'table:orders->view:big:in' })).toBe(
      text.replace('FROM orders WHERE orders.', 'FROM `?` WHERE `?`.'),
    );
    expect(edited(text, { kind: 'disconnect', edge: 'view:big->table:out1:in' })).toBe(
      `${ORDERS}${BIG}${OUT}SELECT 1;\n`,
    );
  });

  it('removes one INSERT of a set, and the set with its last', () => {
    const set = `${ORDERS}${OUT}BEGIN STATEMENT SET;\nINSERT INTO out1 SELECT * FROM orders; -- one\n-- second\nINSERT INTO out1 (id) SELECT id FROM orders;\nEND;\n`;
    const one = edited(set, { kind: 'disconnect', edge: 'table:orders->table:out1:in#2' });
    expect(one).toBe(`${ORDERS}${OUT}BEGIN STATEMENT SET;\nINSERT INTO out1 SELECT * FROM orders; -- one\nEND;\n`);
    expect(edited(one, { kind: 'disconnect', edge: 'table:orders->table:out1:in' })).toBe(`${ORDERS}${OUT}`);
  });

  it('keeps the operator of an INSERT as a view, with its position', () => {
    const text = `${ORDERS}${OUT}INSERT INTO out1 SELECT id, UPPER(customer), amount, ts FROM orders;\n`;
    const layout: Layout = { ...EMPTY_LAYOUT, nodes: { 'insert:out1': { x: 4, y: 8 } } };
    const result = change(text, { kind: 'disconnect', edge: 'insert:out1->table:out1:in' }, layout);
    expect(applyTextEdits(text, result.edits)).toBe(
      `${ORDERS}${OUT}\nCREATE TEMPORARY VIEW map_1 AS\nSELECT id, UPPER(customer), amount, ts FROM orders;\n`,
    );
    expect(result.layout).toEqual({ rename: { 'insert:out1': 'view:map_1' } });
  });

  it('splices an operator into every kind of edge', () => {
    const text = `${ORDERS}${BIG}${OUT}INSERT INTO out1 SELECT * FROM big;\nINSERT INTO out1 SELECT id, customer, amount * 2, ts FROM orders;\n`;
    const splice = (edge: string): readonly string[] =>
      edges(edited(text, { kind: 'insert-on-edge', edge, palette: 'filter', at }));
    expect(splice('table:orders->view:big:in')).toContain('table:orders->view:filter_1:in');
    expect(splice('table:orders->view:big:in')).toContain('view:filter_1->view:big:in');
    expect(splice('view:big->table:out1:in')).toEqual([
      'table:orders->view:big:in',
      'view:big->view:filter_1:in',
      'view:filter_1->table:out1:in',
      'table:orders->insert:out1:in',
      'insert:out1->table:out1:in',
    ]);
    expect(splice('insert:out1->table:out1:in')).toEqual([
      'table:orders->view:big:in',
      'table:orders->view:map_1:in',
      'view:map_1->view:filter_1:in',
      'view:big->table:out1:in',
      'view:filter_1->table:out1:in',
    ]);
    expect(refusal(text, { kind: 'insert-on-edge', edge: 'view:big->table:out1:in', palette: 'sink-print', at })).toBe(
      'edit/not-an-operator',
    );
  });
});

describe('removing, renaming, duplicating', () => {
  const text = `${ORDERS}\n${BIG}\n${OUT}\nCREATE VIEW top AS SELECT big.id FROM big;\nINSERT INTO out1 SELECT * FROM big;\n`;

  it('heals the readers of a removed node', () => {
    expect(edited(text, { kind: 'remove-nodes', nodes: ['view:big'], heal: true })).toBe(
      `${ORDERS}\n${OUT}\nCREATE VIEW top AS SELECT orders.id FROM orders;\nINSERT INTO out1 SELECT * FROM orders;\n`,
    );
  });

  it('opens the ports of readers otherwise, and removes the INSERTs of the node', () => {
    const removed = edited(text, { kind: 'remove-nodes', nodes: ['view:big'], heal: false });
    expect(edges(removed)).toEqual([]);
    expect(removed).toContain('CREATE VIEW top AS SELECT `?`.id FROM `?`;');
    expect(removed).not.toContain('INSERT');
  });

  it('removes a sink with its INSERTs, and everything at once', () => {
    expect(edited(text, { kind: 'remove-nodes', nodes: ['table:out1'], heal: false })).toBe(
      text.replace(`${OUT}\n`, '').replace('INSERT INTO out1 SELECT * FROM big;\n', ''),
    );
    expect(
      edited(text, { kind: 'remove-nodes', nodes: ['table:orders', 'view:big', 'view:top', 'table:out1'], heal: true }),
    ).toBe('');
  });

  it('removes statements that speak of nothing but the removed table', () => {
    expect(
      edited(`${ORDERS}DESCRIBE orders;\nDROP TABLE orders;\n${OUT}`, {
        kind: 'remove-nodes',
        nodes: ['table:orders'],
        heal: false,
      }),
    ).toBe(OUT);
  });

  it('renames the definition and every place that means it, quoted where needed', () => {
    const more = `${text}DESCRIBE big;\nEXPLAIN SELECT big.id FROM big;\nWITH big2 AS (SELECT * FROM big AS big3) SELECT big3.id FROM big2 AS big3;\n`;
    const layout: Layout = { ...EMPTY_LAYOUT, nodes: { 'view:big': { x: 4, y: 8 } } };
    const result = change(more, { kind: 'rename', node: 'view:big', name: 'value' }, layout);
    expect(applyTextEdits(more, result.edits)).toBe(
      more
        .replace('VIEW big', 'VIEW `value`')
        .replace('big.id FROM big;\nINSERT', '`value`.id FROM `value`;\nINSERT')
        .replace('* FROM big;\nDESCRIBE big', '* FROM `value`;\nDESCRIBE `value`')
        .replace('SELECT big.id FROM big;\nWITH', 'SELECT `value`.id FROM `value`;\nWITH')
        .replace('FROM big AS', 'FROM `value` AS'),
    );
    expect([result.layout, result.select]).toEqual([{ rename: { 'view:big': 'view:value' } }, ['view:value']]);
  });

  it('follows a table into the hints that speak of it', () => {
    const hinted = `${ORDERS}${RATES}SELECT /*+ STATE_TTL('orders' = '1d', 'r' = '2d'), BROADCAST(orders) */ orders.id FROM orders JOIN rates AS r ON orders.id = r.id;\n`;
    expect(edited(hinted, { kind: 'rename', node: 'table:orders', name: 'order' })).toBe(
      hinted.replace("'orders' =", "'order' =").replace(/\b(?<!')orders\b/g, '`order`'),
    );
  });

  it('renames a sink in its INSERTs', () => {
    expect(edited(text, { kind: 'rename', node: 'table:out1', name: 'results' })).toBe(
      text.replaceAll('out1', 'results'),
    );
  });

  it('says why a name cannot be', () => {
    const rename = (node: string, name: string, script = text): string =>
      refusal(script, { kind: 'rename', node, name });
    const captured = `${ORDERS}CREATE VIEW v AS WITH x AS (SELECT 1 AS a) SELECT * FROM x, orders;\n`;
    const aliased = `${ORDERS}${RATES}CREATE VIEW v AS SELECT orders.id FROM orders JOIN rates AS r ON orders.id = r.id;\n`;
    expect([
      rename('view:big', 'orders'),
      rename('view:big', ' '),
      rename('view:big', 'x'.repeat(300)),
      rename('select:1', 'x', 'SELECT 1;'),
      rename('view:gone', 'x'),
      rename('table:orders', 'x', captured),
      rename('table:orders', 'r', aliased),
    ]).toEqual([
      'edit/name-taken',
      'edit/empty-name',
      'edit/name-too-long',
      'edit/no-name',
      'edit/no-such-node',
      'edit/name-captured',
      'edit/name-captured',
    ]);
  });

  it('copies nodes with the edges between them', () => {
    const layout: Layout = { ...EMPTY_LAYOUT, nodes: { 'view:big': { x: 4, y: 8 }, 'table:out1': { x: 400, y: 8 } } };
    const result = change(
      text,
      { kind: 'duplicate', nodes: ['view:big', 'table:out1'], offset: { x: 20, y: 40 } },
      layout,
    );
    expect([result.select, result.layout]).toEqual([
      ['view:big_1', 'table:out1_1'],
      { nodes: { 'view:big_1': { x: 24, y: 48 }, 'table:out1_1': { x: 420, y: 48 } } },
    ]);
    expect(edges(applyTextEdits(text, result.edits))).toEqual([
      'table:orders->view:big:in',
      'table:orders->view:big_1:in',
      'view:big->view:top:in',
      'view:big->table:out1:in',
      'view:big_1->table:out1_1:in',
    ]);
  });
});
