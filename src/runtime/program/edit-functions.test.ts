/** Operators written in TypeScript: what the palette makes of them, and what the gestures and the form do to them. */
import { describe, expect, it } from 'vitest';
import { applyTextEdits } from '../base/span.ts';
import { parseScript } from '../sql/1-parse/parse-script.ts';
import { edit } from './apply-edit.ts';
import { buildGraph } from './build-graph.ts';
import type { EditRequest, ProgramEdit } from './edit.ts';
import type { NodeForm } from './graph.ts';
import { EMPTY_LAYOUT } from './layout.ts';
import { declaredType, partitionKey } from './typescript-templates.ts';

const ORDERS = `CREATE TABLE orders (
  order_id BIGINT,
  card STRING,
  amount DECIMAL(10, 2),
  ts TIMESTAMP(3),
  WATERMARK FOR ts AS ts
) WITH ('connector' = 'datagen');
`;

function apply(
  text: string,
  request: EditRequest,
  filePaths: readonly string[] = [],
): { text: string; edit: ProgramEdit } {
  const result = edit(text, EMPTY_LAYOUT, request, { filePaths });
  if (!result.ok) throw new Error(result.diagnostic.message);
  return { text: applyTextEdits(text, result.edit.edits), edit: result.edit };
}

/** What was written behind the table. */
function written(text: string): string {
  return text.slice(ORDERS.length).trim();
}

const at = { x: 0, y: 0 };

describe('a process function from the palette', () => {
  it('is a function, a file and a view of one name, partitioned and timed by the columns of its input', () => {
    const { text, edit } = apply(ORDERS, {
      kind: 'add-node',
      palette: 'typescript-process',
      at,
      connectFrom: 'table:orders',
    });
    expect(written(text)).toBe(
      `CREATE TEMPORARY FUNCTION process_1 AS 'operators/process_1.ts' LANGUAGE TYPESCRIPT;

CREATE TEMPORARY VIEW process_1 AS
SELECT *
FROM process_1(
  input => TABLE orders PARTITION BY card,
  on_time => DESCRIPTOR(ts)
);`,
    );
    expect({ ...edit, edits: [], files: edit.files?.map((file) => file.path) }).toEqual({
      edits: [],
      files: ['operators/process_1.ts'],
      label: 'Add process function',
      layout: { nodes: { 'view:process_1': at } },
      select: ['view:process_1'],
    });
    const graph = buildGraph(parseScript(text).script);
    expect(graph.edges.map((edge) => edge.id)).toEqual(['table:orders->view:process_1:in']);
    expect(graph.nodes.map(({ id, kind, family, calls }) => ({ id, kind, family, calls }))).toEqual([
      { id: 'table:orders', kind: 'source', family: 'source', calls: [] },
      { id: 'view:process_1', kind: 'process', family: 'typescript', calls: ['process_1'] },
    ]);
  });

  it('gets key and time when it is connected later', () => {
    const open = apply(ORDERS, { kind: 'add-node', palette: 'typescript-process', at });
    expect(written(open.text)).toContain('input => TABLE `?`\n)');
    const wired = apply(open.text, { kind: 'connect', from: 'table:orders', to: 'view:process_1', toPort: 'in' });
    expect(written(wired.text)).toContain('  input => TABLE orders PARTITION BY card,\n  on_time => DESCRIPTOR(ts)\n)');
    const apart = apply(wired.text, { kind: 'disconnect', edge: 'table:orders->view:process_1:in' });
    expect(written(apart.text)).toContain('input => TABLE `?` PARTITION BY card');
  });

  it('takes a name that no function, node or file has', () => {
    const first = apply(ORDERS, { kind: 'add-node', palette: 'typescript-process', at }, ['operators/process_2.ts']);
    const second = apply(first.text, { kind: 'add-node', palette: 'typescript-process', at }, [
      'operators/process_1.ts',
      'operators/process_2.ts',
    ]);
    expect(second.edit.files?.map((file) => file.path)).toEqual(['operators/process_3.ts']);
  });

  it('is spliced into an edge with its function before it', () => {
    const base = `${ORDERS}CREATE VIEW big AS SELECT * FROM orders WHERE amount > 1;\n`;
    const { text } = apply(base, {
      kind: 'insert-on-edge',
      edge: 'table:orders->view:big:in',
      palette: 'typescript-process',
      at,
    });
    const graph = buildGraph(parseScript(text).script);
    expect(graph.edges.map((edge) => edge.id)).toEqual([
      'table:orders->view:process_1:in',
      'view:process_1->view:big:in',
    ]);
    expect(text.indexOf('CREATE TEMPORARY FUNCTION')).toBeLessThan(text.indexOf('CREATE TEMPORARY VIEW process_1'));
  });

  it('is copied with a state id of its own', () => {
    const { text } = apply(ORDERS, {
      kind: 'add-node',
      palette: 'typescript-process',
      at,
      connectFrom: 'table:orders',
    });
    const copy = apply(text, { kind: 'duplicate', nodes: ['view:process_1'], offset: { x: 8, y: 8 } });
    expect(copy.text).toContain(`  on_time => DESCRIPTOR(ts),\n  uid => 'process_2'\n)`);
  });
});

describe('scalar and table functions from the palette', () => {
  it('are called with a column of the input', () => {
    const scalar = apply(ORDERS, { kind: 'add-node', palette: 'typescript-scalar', at, connectFrom: 'table:orders' });
    const table = apply(ORDERS, { kind: 'add-node', palette: 'typescript-table', at, connectFrom: 'table:orders' });
    expect(written(scalar.text)).toContain('SELECT *, compute_1(amount) AS `result`\nFROM orders');
    expect(scalar.edit.files?.[0]?.text).toContain('args: { amount: t.decimal(10, 2) }');
    expect(written(table.text)).toContain(
      'SELECT l.*, r.*\nFROM orders AS l\nCROSS JOIN LATERAL TABLE(expand_1(l.card)) AS r (word, place)',
    );
    const kinds = [scalar, table].map(({ text }) => buildGraph(parseScript(text).script).nodes[1]);
    expect(kinds.map((node) => [node?.kind, node?.family, node?.calls])).toEqual([
      ['map', 'typescript', ['compute_1']],
      ['process', 'typescript', ['expand_1']],
    ]);
  });

  it('are called with columns of any name', () => {
    const script = "CREATE TABLE t (`c` STRING) WITH ('connector' = 'datagen');\n";
    for (const [column, call] of [
      ['`the text`', 'expand_1(l.`the text`)'],
      ['`a AS b`', 'expand_1(l.`a AS b`)'],
      ['n', 'expand_1(CAST(l.n AS STRING))'],
    ] as const) {
      const only = script.replace('`c` STRING', `${column} ${column === 'n' ? 'INT' : 'STRING'}`);
      const { text } = apply(only, { kind: 'add-node', palette: 'typescript-table', at, connectFrom: 'table:t' });
      expect([text.includes(call), parseScript(text).diagnostics]).toEqual([true, []]);
    }
  });

  it('parse without an input too', () => {
    for (const palette of ['typescript-scalar', 'typescript-table', 'typescript-process'] as const) {
      const { text } = apply(ORDERS, { kind: 'add-node', palette, at });
      expect(parseScript(text).diagnostics).toEqual([]);
    }
  });
});

describe('the form of a process function', () => {
  const CALL = `SELECT * FROM f(
  input => TABLE orders PARTITION BY card, -- the card
  on_time => DESCRIPTOR(ts),
  bound => 5,
  uid => 'f1'
)`;
  const script = `${ORDERS}CREATE FUNCTION f AS 'operators/f.ts' LANGUAGE TYPESCRIPT;\nCREATE VIEW v AS ${CALL};\n`;
  const form = buildGraph(parseScript(script).script).nodes[1]?.form as Extract<NodeForm, { kind: 'process' }>;

  function change(patch: Partial<typeof form>): string {
    const { text } = apply(script, { kind: 'set-form', node: 'view:v', form: { ...form, ...patch } });
    return text.slice(text.indexOf('SELECT * FROM'), text.lastIndexOf(';'));
  }

  it('shows every argument', () => {
    expect(form).toEqual({
      kind: 'process',
      input: 'orders',
      functionName: 'f',
      keys: ['card'],
      timeColumn: 'ts',
      uid: 'f1',
      args: [{ name: 'bound', expression: '5' }],
    });
  });

  it('changes one thing and leaves the rest as it was written', () => {
    expect(change({})).toBe(CALL);
    expect(change({ functionName: 'g' })).toBe(CALL.replace('FROM f(', 'FROM g('));
    expect(change({ keys: ['card', 'order_id'] })).toBe(CALL.replace('BY card', 'BY card, order_id'));
    expect(change({ timeColumn: '' })).toBe(CALL.replace('  on_time => DESCRIPTOR(ts),\n', ''));
    expect(change({ uid: '' })).toBe(CALL.replace(",\n  uid => 'f1'", ''));
    expect(change({ uid: "it's" })).toBe(CALL.replace("'f1'", "'it''s'"));
    expect(change({ args: [{ name: 'bound', expression: '6' }] })).toBe(CALL.replace('=> 5', '=> 6'));
    expect(change({ args: [] })).toBe(CALL.replace('  bound => 5,\n', ''));
    expect(change({ args: [...form.args, { name: 'city', expression: "'x'" }] })).toBe(
      CALL.replace('=> 5,', "=> 5,\n  city => 'x',"),
    );
  });

  it('writes what was not there', () => {
    const bare = `${ORDERS}CREATE VIEW v AS SELECT * FROM TABLE(f(input => TABLE orders));\n`;
    const full = { ...form, keys: ['card'], uid: 'u' };
    const { text } = apply(bare, { kind: 'set-form', node: 'view:v', form: full });
    expect(written(text)).toBe(
      "CREATE VIEW v AS SELECT * FROM TABLE(f(input => TABLE orders PARTITION BY card, on_time => DESCRIPTOR(ts), bound => 5, uid => 'u'));",
    );
  });

  it('is not there for calls that it would show wrongly', () => {
    const calls = [
      'SELECT * FROM f(TABLE orders PARTITION BY card)',
      'SELECT card FROM f(input => TABLE orders PARTITION BY card)',
      'SELECT * FROM f(input => TABLE orders PARTITION BY card) WHERE card IS NULL',
      'SELECT * FROM f(a => TABLE orders PARTITION BY card, b => TABLE orders PARTITION BY card)',
      'SELECT * FROM f(input => TABLE orders PARTITION BY card, on_time => DESCRIPTOR(ts, ts))',
    ];
    const forms = calls.map(
      (sql) => buildGraph(parseScript(`${ORDERS}CREATE VIEW v AS ${sql};`).script).nodes[1]?.form,
    );
    expect(forms).toEqual(calls.map(() => null));
  });

  it('refuses an argument that is no expression', () => {
    const bad = { ...form, args: [{ name: 'bound', expression: '5 +' }] };
    const result = edit(script, EMPTY_LAYOUT, { kind: 'set-form', node: 'view:v', form: bad });
    expect(result.ok ? null : result.diagnostic.code).toBe('edit/invalid-field');
  });
});

describe('the function library', () => {
  const FUNCTION = "CREATE TEMPORARY FUNCTION f AS 'operators/f.ts' LANGUAGE TYPESCRIPT;";

  it('takes in a file that is there, or a new one', () => {
    const old = apply(ORDERS, { kind: 'add-function', form: 'scalar', path: 'operators/card-risk.ts' }, [
      'operators/card-risk.ts',
    ]);
    expect([old.text.slice(0, 93), old.edit.files]).toEqual([
      `CREATE TABLE orders (\n${ORDERS.slice(22, 93)}`,
      undefined,
    ]);
    expect(written(old.text)).toBe(
      "CREATE TEMPORARY FUNCTION card_risk AS 'operators/card-risk.ts' LANGUAGE TYPESCRIPT;",
    );
    const fresh = apply(old.text, { kind: 'add-function', form: 'scalar' });
    expect(written(fresh.text)).toMatch(/card-risk\.ts' LANGUAGE TYPESCRIPT;\n+CREATE TEMPORARY FUNCTION compute_1/);
    expect(fresh.edit.files?.map((file) => file.path)).toEqual(['operators/compute_1.ts']);
  });

  it('gives a function back with its file, unless another function is in that file', () => {
    const both = `${ORDERS}${FUNCTION}\n${FUNCTION.replace(' f ', ' g ')}\n`;
    const one = apply(both, { kind: 'remove-function', name: 'f' }, ['operators/f.ts']);
    expect([written(one.text), one.edit.files]).toEqual([FUNCTION.replace(' f ', ' g '), undefined]);
    const none = apply(one.text, { kind: 'remove-function', name: 'g' }, ['operators/f.ts']);
    expect([none.text.trim(), none.edit.files]).toEqual([ORDERS.trim(), [{ path: 'operators/f.ts', text: null }]]);
  });

  it('keeps a file that another function names in another way', () => {
    const other = FUNCTION.replace(' f ', ' g ').replace("'operators/f.ts'", "'./operators/f.ts'");
    const both = `${ORDERS}${FUNCTION}${other}`;
    expect(apply(both, { kind: 'remove-function', name: 'f' }, ['operators/f.ts']).edit.files).toBeUndefined();
    const left = apply(`${ORDERS}${other}`, { kind: 'remove-function', name: 'g' }, ['operators/f.ts']);
    expect(left.edit.files).toEqual([{ path: 'operators/f.ts', text: null }]);
  });
});

describe('choices of the templates', () => {
  it('partition by whose row it is, not by which row it is', () => {
    const keyOf = (...names: string[]): readonly string[] =>
      partitionKey(
        names.map((name) => ({ name, type: name === 'ts' ? 'TIMESTAMP(3)' : 'BIGINT', isTime: name === 'ts' })),
      );
    expect([
      keyOf('event_id', 'user_id', 'ts'),
      keyOf('id', 'region_code', 'n'),
      keyOf('ts', 'n'),
      keyOf('ts'),
    ]).toEqual([['user_id'], ['region_code'], ['n'], []]);
  });

  it('declare simple types as the library calls them', () => {
    const types = [
      'INT NOT NULL',
      'DECIMAL(10, 2)',
      'VARCHAR(3)',
      'TIMESTAMP(3)',
      'BIGINT',
      'ROW<a INT>',
      'ARRAY<INT>',
    ];
    expect(types.map(declaredType)).toEqual([
      't.int()',
      't.decimal(10, 2)',
      't.string()',
      't.timestamp(3)',
      't.bigint()',
      null,
      null,
    ]);
  });
});
