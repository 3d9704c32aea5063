/** Forms read from statements and written back: an unchanged form changes no byte, a field only its own text. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyTextEdits } from '../base/span.ts';
import { parseScript } from '../sql/1-parse/parse-script.ts';
import type { NodeForm } from './graph.ts';
import { buildModel, type Unit } from './model.ts';
import { readForm } from './node-form.ts';
import { writeForm } from './write-form.ts';

/** The first view, INSERT or SELECT of a script, else its first table. */
function unitOf(text: string): Unit {
  const units = buildModel(parseScript(text).script).units;
  const unit = units.find((candidate) => candidate.role !== 'table') ?? units[0];
  if (!unit) throw new Error('the script has a unit');
  return unit;
}

function formOf<K extends NodeForm['kind']>(text: string, kind: K): Extract<NodeForm, { kind: K }> {
  const form = readForm(text, unitOf(text));
  if (form?.kind !== kind) throw new Error(`expected a ${kind} form, got ${form?.kind ?? 'none'}`);
  return form as Extract<NodeForm, { kind: K }>;
}

/** The text after writing the changed form; checks that the text then shows that form. */
function changed<K extends NodeForm['kind']>(
  text: string,
  kind: K,
  change: Partial<Extract<NodeForm, { kind: K }>>,
): string {
  const form = { ...formOf(text, kind), ...change };
  const edits = writeForm(text, unitOf(text), form);
  if (!edits) throw new Error('the form can be written');
  const result = applyTextEdits(text, edits);
  expect(readForm(result, unitOf(result))).toEqual(form);
  return result;
}

const TABLE = `CREATE TABLE orders (
  id BIGINT COMMENT 'key', -- the number
  \`user\` STRING,
  ts TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
  total AS price * qty, /* money */
  PRIMARY KEY (id) NOT ENFORCED,
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
) COMMENT 'all orders' PARTITIONED BY (id) WITH (
  'connector' = 'filesystem', -- where
  'path' = 'a''b.json'
);`;

const WINDOW = `CREATE VIEW w AS
SELECT window_start, k, COUNT(*) AS c -- count
FROM TABLE(HOP(TABLE orders, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '10' SECOND)) -- windows
GROUP BY window_start, window_end, k;`;

const JOIN = `CREATE VIEW j AS
SELECT o.id, orders_2.rate AS r
FROM orders AS o /* all */ LEFT OUTER JOIN orders_2 ON o.id = orders_2.id;`;

describe('reading forms', () => {
  it('reads a table', () => {
    expect(formOf(TABLE, 'table')).toEqual({
      kind: 'table',
      columns: [
        { kind: 'physical', name: 'id', type: 'BIGINT', expression: '', metadataKey: '' },
        { kind: 'physical', name: 'user', type: 'STRING', expression: '', metadataKey: '' },
        {
          kind: 'metadata',
          name: 'ts',
          type: 'TIMESTAMP_LTZ(3)',
          expression: '',
          metadataKey: 'timestamp',
          isVirtual: true,
        },
        { kind: 'computed', name: 'total', type: '', expression: 'price * qty', metadataKey: '' },
      ],
      watermarkColumn: 'ts',
      watermarkExpression: "ts - INTERVAL '5' SECOND",
      primaryKey: ['id'],
      options: [
        { key: 'connector', value: 'filesystem' },
        { key: 'path', value: "a'b.json" },
      ],
    });
  });

  it('reads operators', () => {
    expect([
      formOf('SELECT * FROM `my table` WHERE a > 1 -- why\n;', 'filter'),
      formOf('SELECT DISTINCT a, b + 1 AS `c d` FROM db.t AS x WHERE a > 1;', 'map'),
      formOf('SELECT a, SUM(b) AS s FROM t WHERE c GROUP BY a, d HAVING SUM(b) > 1;', 'group-aggregate'),
      formOf(WINDOW, 'window-aggregate'),
      formOf(JOIN, 'join'),
      formOf('SELECT * FROM a UNION SELECT * FROM b UNION SELECT * FROM a;', 'union'),
      formOf('INSERT INTO s (x, y) SELECT * FROM t;', 'insert'),
    ]).toEqual([
      { kind: 'filter', input: 'my table', condition: 'a > 1' },
      {
        kind: 'map',
        input: 'db.t',
        columns: [
          { expression: 'a', alias: '' },
          { expression: 'b + 1', alias: 'c d' },
        ],
        distinct: true,
        condition: 'a > 1',
      },
      {
        kind: 'group-aggregate',
        input: 't',
        condition: 'c',
        keys: ['a', 'd'],
        columns: [
          { expression: 'a', alias: '' },
          { expression: 'SUM(b)', alias: 's' },
        ],
        having: 'SUM(b) > 1',
      },
      {
        kind: 'window-aggregate',
        input: 'orders',
        window: 'HOP',
        timeColumn: 'ts',
        intervals: ["INTERVAL '5' SECOND", "INTERVAL '10' SECOND"],
        condition: '',
        keys: ['k'],
        columns: [
          { expression: 'window_start', alias: '' },
          { expression: 'k', alias: '' },
          { expression: 'COUNT(*)', alias: 'c' },
        ],
        having: '',
      },
      {
        kind: 'join',
        left: 'orders',
        leftAlias: 'o',
        right: 'orders_2',
        rightAlias: '',
        type: 'LEFT',
        condition: 'o.id = orders_2.id',
        columns: [
          { expression: 'o.id', alias: '' },
          { expression: 'orders_2.rate', alias: 'r' },
        ],
      },
      { kind: 'union', inputs: ['a', 'b', 'a'], all: false },
      { kind: 'insert', input: 't', sink: 's', columns: ['x', 'y'] },
    ]);
  });

  it.each([
    'WITH x AS (SELECT * FROM t) SELECT * FROM x;',
    'SELECT a FROM t ORDER BY a LIMIT 1;',
    'SELECT * FROM t FOR SYSTEM_TIME AS OF PROCTIME() WHERE a > 1;',
    'SELECT a, COUNT(*) FROM t GROUP BY ROLLUP(a);',
    'SELECT a.x FROM a JOIN b USING (x);',
    'SELECT a.x FROM a JOIN b ON a.x = b.x JOIN c ON a.x = c.x;',
    'SELECT a FROM x UNION ALL SELECT b FROM y;',
    "SELECT COUNT(*) AS c FROM TABLE(TUMBLE(DATA => TABLE t, TIMECOL => DESCRIPTOR(ts), SIZE => INTERVAL '1' DAY)) GROUP BY window_start, window_end;",
    'CREATE TABLE a LIKE b;',
  ])('shows no form that would lose something: %s', (text) => {
    expect(readForm(text, unitOf(text))).toBeNull();
  });
});

describe('writing forms', () => {
  it('changes no byte when nothing changed', () => {
    for (const text of [
      TABLE,
      WINDOW,
      JOIN,
      'SELECT * FROM `t` WHERE ( a );',
      'SELECT a x FROM t;',
      'INSERT INTO `s`(`x`) TABLE t;',
      'SELECT k, COUNT(*) FROM t GROUP BY (k);',
    ]) {
      const unit = unitOf(text);
      const form = readForm(text, unit);
      expect(form && writeForm(text, unit, form)).toEqual([]);
    }
  });

  it('changes only the columns, key, watermark and options that changed', () => {
    const form = formOf(TABLE, 'table');
    const [id, user, ts, total] = form.columns;
    if (!id || !user || !ts || !total) throw new Error('four columns');
    const text = changed(TABLE, 'table', {
      columns: [
        id,
        { ...user, name: 'customer', type: 'VARCHAR(10)' },
        { ...ts, metadataKey: '' },
        { ...total, kind: 'physical', type: 'INT', expression: '' },
        { ...user, name: 'order' },
      ],
      primaryKey: ['id', 'customer'],
      watermarkExpression: 'ts',
      options: [
        ...form.options.map((option) => (option.key === 'path' ? { ...option, value: "it's" } : option)),
        { key: 'format', value: 'json' },
      ],
    });
    expect(text).toBe(`CREATE TABLE orders (
  id BIGINT COMMENT 'key', -- the number
  customer VARCHAR(10),
  ts TIMESTAMP_LTZ(3) METADATA VIRTUAL,
  total INT,
  \`order\` STRING, /* money */
  PRIMARY KEY (id, customer) NOT ENFORCED,
  WATERMARK FOR ts AS ts
) COMMENT 'all orders' PARTITIONED BY (id) WITH (
  'connector' = 'filesystem', -- where
  'path' = 'it''s',
  'format' = 'json'
);`);
  });

  it('adds and removes watermark, key and options', () => {
    expect(
      changed(TABLE, 'table', { watermarkColumn: '', watermarkExpression: '', primaryKey: [], options: [] }),
    ).toBe(`CREATE TABLE orders (
  id BIGINT COMMENT 'key', -- the number
  \`user\` STRING,
  ts TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
  total AS price * qty
) COMMENT 'all orders' PARTITIONED BY (id);`);
    const small = "CREATE TABLE t (a INT PRIMARY KEY NOT ENFORCED, ts TIMESTAMP(3)) WITH ('connector' = 'print');";
    expect(changed(small, 'table', { watermarkColumn: 'ts', watermarkExpression: 'ts', primaryKey: ['ts'] })).toBe(
      "CREATE TABLE t (a INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts, PRIMARY KEY (ts) NOT ENFORCED) WITH ('connector' = 'print');",
    );
  });

  it('patches a filter and what calls its input by name', () => {
    const text = 'SELECT * FROM orders -- all\nWHERE orders.a > 1;';
    const edits = writeForm(text, unitOf(text), { ...formOf(text, 'filter'), input: 'big' });
    expect(applyTextEdits(text, edits ?? [])).toBe('SELECT * FROM big -- all\nWHERE big.a > 1;');
    expect(
      changed('SELECT * FROM orders -- all\nWHERE a > 1;', 'filter', { condition: 'b = 2', input: 'my table' }),
    ).toBe('SELECT * FROM `my table` -- all\nWHERE b = 2;');
    const comment = writeForm(text, unitOf(text), { ...formOf(text, 'filter'), condition: 'b = 2 -- two' });
    expect(applyTextEdits(text, comment ?? [])).toBe('SELECT * FROM orders -- all\nWHERE b = 2 -- two\n;');
  });

  it('adds, changes and removes columns and clauses of a map', () => {
    const text = 'SELECT\n  a, -- first\n  b AS x\nFROM t;';
    const [a, b] = formOf(text, 'map').columns;
    if (!a || !b) throw new Error('two columns');
    const c = { expression: 'c + 1', alias: 'value' };
    expect([
      changed(text, 'map', { columns: [a, b, c], condition: 'a > 0', distinct: true }),
      changed(text, 'map', { columns: [b] }),
      changed(text, 'map', { columns: [a, { ...b, alias: '' }] }),
      changed('SELECT DISTINCT a FROM t WHERE a > 0;', 'map', { condition: '', distinct: false }),
      changed('SELECT a FROM t -- note\nWHERE a > 0;', 'map', { condition: '' }),
    ]).toEqual([
      'SELECT DISTINCT\n  a, -- first\n  b AS x,\n  c + 1 AS `value`\nFROM t\nWHERE a > 0;',
      'SELECT\n  b AS x\nFROM t;',
      'SELECT\n  a, -- first\n  b\nFROM t;',
      'SELECT a FROM t;',
      'SELECT a FROM t -- note\n;',
    ]);
  });

  it('writes keys, HAVING and WHERE of an aggregate in their places', () => {
    const text = 'SELECT COUNT(*) AS c FROM t;';
    expect(changed(text, 'group-aggregate', { keys: ['a', 'b'], having: 'COUNT(*) > 1', condition: 'a > 0' })).toBe(
      'SELECT COUNT(*) AS c FROM t WHERE a > 0 GROUP BY a, b HAVING COUNT(*) > 1;',
    );
    const full = 'SELECT a, COUNT(*) AS c FROM t WHERE a > 0 GROUP BY a, b HAVING COUNT(*) > 1;';
    expect(changed(full, 'group-aggregate', { keys: [], having: '', condition: '' })).toBe(
      'SELECT a, COUNT(*) AS c FROM t;',
    );
    expect(changed(full, 'group-aggregate', { keys: ['b', 'c'], input: 'u' })).toBe(
      'SELECT a, COUNT(*) AS c FROM u WHERE a > 0 GROUP BY b, c HAVING COUNT(*) > 1;',
    );
  });

  it('changes a window and keeps its own keys', () => {
    expect(
      changed(WINDOW, 'window-aggregate', {
        window: 'TUMBLE',
        intervals: ["INTERVAL '1' MINUTE"],
        timeColumn: 'rowtime',
        keys: ['k', 'm'],
      }),
    ).toBe(`CREATE VIEW w AS
SELECT window_start, k, COUNT(*) AS c -- count
FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(rowtime), INTERVAL '1' MINUTE)) -- windows
GROUP BY window_start, window_end, k, m;`);
    const session = changed(WINDOW, 'window-aggregate', { window: 'SESSION', intervals: ["INTERVAL '1' MINUTE"] });
    expect(session).toContain("SESSION(TABLE orders PARTITION BY k, DESCRIPTOR(ts), INTERVAL '1' MINUTE)");
    expect(changed(session, 'window-aggregate', { keys: [] })).toContain(
      "SESSION(TABLE orders, DESCRIPTOR(ts), INTERVAL '1' MINUTE)",
    );
    expect(changed(WINDOW, 'window-aggregate', { keys: [], input: 'o2' })).toContain(
      'GROUP BY window_start, window_end;',
    );
  });

  it('renames the sides of a join and the columns that use them', () => {
    expect(
      changed(JOIN, 'join', {
        leftAlias: 'x',
        type: 'INNER',
        columns: [
          { expression: 'x.id', alias: '' },
          { expression: 'orders_2.rate', alias: 'r' },
        ],
        condition: 'x.id = orders_2.id',
      }),
    ).toBe(
      'CREATE VIEW j AS\nSELECT x.id, orders_2.rate AS r\nFROM orders AS x /* all */ JOIN orders_2 ON x.id = orders_2.id;',
    );
    // Only the alias changed: whatever is called by the old one follows.
    const text = 'SELECT o.id FROM orders AS o JOIN rates ON o.id = rates.id;';
    const form = formOf(text, 'join');
    const rewrite = (change: Partial<typeof form>): string =>
      applyTextEdits(text, writeForm(text, unitOf(text), { ...form, ...change }) ?? []);
    expect([
      rewrite({ leftAlias: 'x', rightAlias: 'r' }),
      rewrite({ leftAlias: '', right: 'prices', type: 'FULL' }),
    ]).toEqual([
      'SELECT x.id FROM orders AS x JOIN rates AS r ON x.id = r.id;',
      'SELECT orders.id FROM orders FULL JOIN prices ON orders.id = prices.id;',
    ]);
  });

  it('adds, removes and exchanges the inputs of a union', () => {
    const text = 'SELECT * FROM a\nUNION ALL\nSELECT * FROM b -- b\nUNION ALL\nSELECT * FROM c;';
    expect([
      changed(text, 'union', { inputs: ['a', 'c'] }),
      changed(text, 'union', { inputs: ['a', 'b', 'c', 'd'] }),
      changed(text, 'union', { inputs: ['z', 'a', 'b', 'c'] }),
      changed(text, 'union', { inputs: ['a', 'x', 'c'], all: false }),
    ]).toEqual([
      'SELECT * FROM a\nUNION ALL\nSELECT * FROM c;',
      'SELECT * FROM a\nUNION ALL\nSELECT * FROM b -- b\nUNION ALL\nSELECT * FROM c\nUNION ALL\nSELECT * FROM d;',
      'SELECT * FROM z\nUNION ALL\nSELECT * FROM a\nUNION ALL\nSELECT * FROM b -- b\nUNION ALL\nSELECT * FROM c;',
      'SELECT * FROM a\nUNION\nSELECT * FROM x -- b\nUNION\nSELECT * FROM c;',
    ]);
  });

  it('changes the columns of an INSERT', () => {
    expect([
      changed('INSERT INTO s SELECT * FROM t;', 'insert', { columns: ['a', 'order'] }),
      changed('INSERT INTO s (a, b) SELECT * FROM t;', 'insert', { columns: [], input: 'u', sink: 'my sink' }),
    ]).toEqual(['INSERT INTO s (a, `order`) SELECT * FROM t;', 'INSERT INTO `my sink` SELECT * FROM u;']);
  });

  it('writes any columns and keys so that the form reads them back', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'order', 'x y', 'd`e');
    const expression = fc.constantFrom('a', 'b + 1', 'f(a, b)', "'x, y'", 'CASE WHEN a THEN b END', 'COUNT(*)');
    const columns = fc.array(fc.record({ expression, alias: fc.oneof(fc.constant(''), name) }), {
      minLength: 1,
      maxLength: 6,
    });
    const keys = fc.array(fc.constantFrom('a', 'b', 'c', 'a + b'), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(columns, columns, keys, keys, fc.boolean(), (before, after, oldKeys, newKeys, lines) => {
        const text = 'SELECT COUNT(*) FROM t GROUP BY a;';
        const start = applyTextEdits(
          text,
          writeForm(text, unitOf(text), { ...formOf(text, 'group-aggregate'), columns: before, keys: oldKeys }) ?? [],
        );
        const spread = lines ? start.replace('SELECT ', 'SELECT\n  ') : start;
        changed(spread, 'group-aggregate', { columns: after, keys: newKeys });
      }),
      { numRuns: 300 },
    );
  });
});
