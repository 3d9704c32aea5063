/** From the text of a script to its graph: the kind of each node, its ports, its edges, its identity. */
import { describe, expect, it } from 'vitest';
import { parseScript } from '../sql/1-parse/parse-script.ts';
import { buildGraph } from './build-graph.ts';
import type { ProgramGraph } from './graph.ts';

const TABLES = `
CREATE TABLE orders (id BIGINT, customer STRING, amount INT, ts TIMESTAMP(3), pt AS PROCTIME(), WATERMARK FOR ts AS ts)
  WITH ('connector' = 'filesystem', 'path' = 'data/orders.jsonl', 'format' = 'json');
CREATE TABLE rates (id BIGINT, rate INT, ts TIMESTAMP(3), PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'kafka', 'topic' = 'rates');
CREATE TABLE people (id BIGINT, name STRING) WITH ('connector' = 'jdbc', 'url' = 'jdbc:x', 'table-name' = 'people');
`;

function graphOf(text: string): ProgramGraph {
  return buildGraph(parseScript(text).script);
}

/** Kind, family and summary of the view over the tables above. */
function view(query: string): readonly [string, string, string] {
  const node = graphOf(`${TABLES}CREATE VIEW v AS ${query};`).nodes.find((candidate) => candidate.id === 'view:v');
  return node ? [node.kind, node.family, node.summary] : ['none', '', ''];
}

/** The picture of a graph: `id kind [port=reference …]`, then the edges. */
function picture(graph: ProgramGraph): readonly string[] {
  return [
    ...graph.nodes.map(
      (node) => `${node.id} ${node.kind} [${node.inputs.map((port) => `${port.id}=${port.refersTo ?? ''}`).join(' ')}]`,
    ),
    ...graph.edges.map((edge) => edge.id),
  ];
}

describe('kinds of nodes', () => {
  it.each([
    ['SELECT * FROM orders WHERE amount > 1', ['filter', 'stateless', 'amount > 1']],
    ['SELECT id, amount * 2 AS d FROM orders', ['map', 'stateless', 'id, amount * 2 AS d']],
    ['SELECT id FROM orders WHERE -- note\n amount > 1', ['map', 'stateless', 'id where amount > 1']],
    ['SELECT DISTINCT customer FROM orders', ['map', 'stateful', 'DISTINCT customer']],
    [
      'SELECT customer, COUNT(*) AS c FROM orders GROUP BY customer',
      ['group-aggregate', 'stateful', 'by customer · COUNT(*) AS c'],
    ],
    ['SELECT MAX(amount) FROM orders', ['group-aggregate', 'stateful', 'MAX(amount)']],
    [
      "SELECT window_start, customer, SUM(amount) AS s FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY window_start, window_end, customer",
      ['window-aggregate', 'stateful', 'TUMBLE 1 MINUTE on ts · by customer · SUM(amount) AS s'],
    ],
    [
      "SELECT TUMBLE_START(ts, INTERVAL '1' HOUR), COUNT(*) AS c FROM orders GROUP BY TUMBLE(ts, INTERVAL '1' HOUR)",
      ['window-aggregate', 'stateful', "TUMBLE(ts, INTERVAL '1' HOUR) · COUNT(*) AS c"],
    ],
    ['SELECT o.id FROM orders AS o JOIN rates AS r ON o.id = r.id', ['join', 'stateful', 'INNER on o.id = r.id']],
    ['SELECT o.id FROM orders o, rates r WHERE o.id = r.id', ['join', 'stateful', 'INNER where o.id = r.id']],
    [
      'SELECT * FROM orders WHERE id IN (SELECT id FROM rates)',
      ['join', 'stateful', 'where id IN (SELECT id FROM rates)'],
    ],
    [
      "SELECT o.id FROM orders o LEFT JOIN rates r ON o.id = r.id AND o.ts BETWEEN r.ts - INTERVAL '5' MINUTE AND r.ts",
      ['interval-join', 'stateful', "LEFT on o.id = r.id AND o.ts BETWEEN r.ts - INTERVAL '5' MINUTE AND r.ts"],
    ],
    [
      "SELECT o.id FROM orders o JOIN rates r ON o.id = r.id AND o.ts >= r.ts AND o.ts < r.ts + INTERVAL '1' HOUR",
      ['interval-join', 'stateful', "INNER on o.id = r.id AND o.ts >= r.ts AND o.ts < r.ts + INTERVAL '1' HOUR"],
    ],
    [
      'SELECT o.id FROM orders o JOIN rates r ON o.amount BETWEEN r.id AND r.rate',
      ['join', 'stateful', 'INNER on o.amount BETWEEN r.id AND r.rate'],
    ],
    [
      'SELECT o.id FROM orders o JOIN rates FOR SYSTEM_TIME AS OF o.ts AS r ON o.id = r.id',
      ['temporal-join', 'stateful', 'INNER on o.id = r.id'],
    ],
    [
      'SELECT o.id FROM orders o JOIN people FOR SYSTEM_TIME AS OF o.pt AS p ON o.id = p.id',
      ['lookup-join', 'stateless', 'INNER on o.id = p.id'],
    ],
    [
      'SELECT * FROM orders UNION ALL SELECT * FROM orders UNION ALL SELECT * FROM orders',
      ['union', 'stateless', 'UNION ALL of 3 inputs'],
    ],
    ['SELECT id FROM orders UNION SELECT id FROM rates', ['union', 'stateful', 'UNION of 2 inputs']],
    [
      'SELECT * FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY customer ORDER BY amount DESC) AS rn FROM orders) WHERE rn <= 3',
      ['top-n', 'stateful', 'first 3 by amount DESC per customer'],
    ],
    [
      'SELECT id FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY customer ORDER BY ts DESC) AS rn FROM orders) WHERE rn = 1',
      ['deduplicate', 'stateful', 'last by ts per customer'],
    ],
    ['SELECT * FROM orders ORDER BY amount DESC LIMIT 5', ['top-n', 'stateful', 'first 5 by amount DESC']],
    [
      'SELECT id, SUM(amount) OVER (PARTITION BY customer ORDER BY ts) AS s FROM orders',
      ['over', 'stateful', 'SUM(amount) OVER (PARTITION BY customer ORDER BY ts) AS s'],
    ],
    [
      'SELECT id, gap + 1 FROM (SELECT id, LAG(id) OVER (ORDER BY ts) AS gap FROM orders)',
      ['over', 'stateful', 'LAG(id) OVER (ORDER BY ts) AS gap'],
    ],
    [
      'SELECT * FROM orders MATCH_RECOGNIZE (ORDER BY ts MEASURES A.id AS a PATTERN (A B+) DEFINE B AS B.amount > 1)',
      ['pattern', 'stateful', 'PATTERN A B+'],
    ],
    ["SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS t(x, y)", ['values', 'source', '2 rows']],
    ['SELECT 1 AS x', ['values', 'source', '1 AS x']],
    [
      'SELECT * FROM f(TABLE orders PARTITION BY customer)',
      ['process', 'typescript', 'f(orders PARTITION BY customer)'],
    ],
    [
      "SELECT * FROM f(input => TABLE orders PARTITION BY customer, a => 1, on_time => DESCRIPTOR(ts), uid => 'u')",
      ['process', 'typescript', 'f(orders PARTITION BY customer, a => 1) on_time ts'],
    ],
    [
      'WITH x AS (SELECT * FROM orders) SELECT * FROM x',
      ['sql', 'sql', 'WITH x AS (SELECT * FROM orders) SELECT * FROM x'],
    ],
    [
      'SELECT id FROM orders INTERSECT SELECT id FROM rates',
      ['sql', 'sql', 'SELECT id FROM orders INTERSECT SELECT id FROM rates'],
    ],
  ])('%s', (query, expected) => {
    expect(view(query)).toEqual(expected);
  });

  it('shows functions written in TypeScript by their family', () => {
    const graph = graphOf(
      `CREATE FUNCTION score AS 'operators/score.ts' LANGUAGE TYPESCRIPT; CREATE FUNCTION parts AS 'operators/parts.ts' LANGUAGE TYPESCRIPT;${TABLES}` +
        'CREATE VIEW a AS SELECT id, score(amount) AS s FROM orders; CREATE VIEW b AS SELECT o.id, p.w FROM orders o, LATERAL TABLE(parts(o.customer)) AS p(w);',
    );
    expect(
      graph.nodes.filter((node) => node.id.startsWith('view:')).map((node) => [node.id, node.kind, node.family]),
    ).toEqual([
      ['view:a', 'map', 'typescript'],
      ['view:b', 'process', 'typescript'],
    ]);
    expect(graph.functions.map(({ name, path, language }) => [name, path, language])).toEqual([
      ['score', 'operators/score.ts', 'TYPESCRIPT'],
      ['parts', 'operators/parts.ts', 'TYPESCRIPT'],
    ]);
  });

  it('tells sources and sinks by use, unused tables by their connector', () => {
    const graph = graphOf(`${TABLES}
      CREATE TABLE p (a INT) WITH ('connector' = 'print');
      CREATE TABLE f (a INT) WITH ('connector' = 'filesystem', 'path' = 'out', 'format' = 'csv', 'sink.parallelism' = '1');
      CREATE TABLE twoway (id BIGINT) WITH ('connector' = 'kafka', 'topic' = 't');
      INSERT INTO twoway SELECT id FROM orders;
      SELECT * FROM twoway;`);
    expect(
      graph.nodes
        .filter((node) => node.id.startsWith('table:'))
        .map((node) => [node.name, node.kind, node.hasOutput, node.inputs.map((port) => port.id), node.summary]),
    ).toEqual([
      ['orders', 'source', true, [], 'filesystem · data/orders.jsonl · json'],
      ['rates', 'source', true, ['in'], 'kafka · rates'],
      ['people', 'source', true, ['in'], 'jdbc · people'],
      ['p', 'sink', false, ['in'], 'print'],
      ['f', 'sink', false, ['in'], 'filesystem · out · csv'],
      ['twoway', 'source-sink', true, ['in'], 'kafka · t'],
    ]);
  });
});

describe('nodes and edges', () => {
  it('draws a bare INSERT as an edge and a bigger one as an operator', () => {
    const graph = graphOf(`${TABLES}
      CREATE VIEW v AS SELECT * FROM orders WHERE amount > 1;
      EXECUTE STATEMENT SET BEGIN
        INSERT INTO rates SELECT * FROM v;
        INSERT INTO rates (id, rate) SELECT id, amount FROM v;
        INSERT INTO people SELECT id, UPPER(customer) FROM v;
        INSERT INTO people SELECT id, customer FROM orders WHERE id > 1;
      END;
      SELECT id FROM v;`);
    expect(picture(graph)).toEqual([
      'table:orders source []',
      'table:rates sink [in=]',
      'table:people sink [in=]',
      'view:v filter [in=orders]',
      'insert:people map [in=v]',
      'insert:people#2 map [in=orders]',
      'select:1 map [in=v]',
      'table:orders->view:v:in',
      'view:v->table:rates:in',
      'view:v->table:rates:in#2',
      'view:v->insert:people:in',
      'insert:people->table:people:in',
      'table:orders->insert:people#2:in',
      'insert:people#2->table:people:in',
      'view:v->select:1:in',
    ]);
  });

  it('never takes WITH names and aliases for tables', () => {
    const graph = graphOf(`${TABLES}
      CREATE VIEW v AS WITH rates AS (SELECT id FROM orders), x AS (SELECT * FROM rates) SELECT * FROM x AS people JOIN rates ON people.id = rates.id;
      CREATE VIEW w AS WITH orders AS (SELECT * FROM orders) SELECT * FROM orders;`);
    expect(graph.edges.map((edge) => edge.id)).toEqual(['table:orders->view:v:in', 'table:orders->view:w:in']);
  });

  it('gives each reference a port, labelled by its alias', () => {
    const [, , , node] = graphOf(
      `${TABLES}CREATE VIEW v AS SELECT a.id FROM orders AS a JOIN orders AS b ON a.id = b.id;`,
    ).nodes;
    expect(node?.inputs.map(({ id, label, refersTo }) => [id, label, refersTo])).toEqual([
      ['left', 'a', 'orders'],
      ['right', 'b', 'orders'],
    ]);
  });

  it('finds references in sub-queries, table arguments and EXISTS, with their exact place', () => {
    const text = `${TABLES}CREATE VIEW v AS SELECT * FROM TABLE(TUMBLE(TABLE \`orders\`, DESCRIPTOR(ts), INTERVAL '1' DAY)) AS t
      WHERE EXISTS (SELECT 1 FROM default_catalog.default_database.rates AS r WHERE r.id = t.id) AND t.id > (SELECT MAX(id) FROM people);`;
    const graph = graphOf(text);
    const node = graph.nodes.find((candidate) => candidate.id === 'view:v');
    expect(node?.inputs.map((port) => port.reference && text.slice(port.reference.start, port.reference.end))).toEqual([
      '`orders`',
      'default_catalog.default_database.rates',
      'people',
    ]);
    expect(graph.edges.map((edge) => edge.from)).toEqual(['table:orders', 'table:rates', 'table:people']);
  });

  it('leaves a port open for a name that is not defined before, and is case-sensitive', () => {
    expect(
      picture(
        graphOf(
          'CREATE VIEW a AS SELECT * FROM b; CREATE VIEW b AS SELECT 1 AS x; CREATE VIEW c AS SELECT * FROM B; INSERT INTO nowhere SELECT * FROM b;',
        ),
      ),
    ).toEqual([
      'view:a map [in=b]',
      'view:b values []',
      'view:c map [in=B]',
      'insert:nowhere map [in=b]',
      'view:b->insert:nowhere:in',
    ]);
  });

  it('lets the last definition before the use win, and follows DROP, RENAME and USE', () => {
    const graph = graphOf(`CREATE TABLE t (a INT) WITH ('connector' = 'datagen'); CREATE VIEW va AS SELECT * FROM t;
      DROP TABLE t; CREATE VIEW vb AS SELECT * FROM t;
      CREATE TABLE t (b INT) WITH ('connector' = 'datagen'); CREATE VIEW vc AS SELECT * FROM t;
      ALTER TABLE t RENAME TO u; CREATE VIEW vd AS SELECT * FROM u;
      CREATE DATABASE d; USE d; CREATE TABLE t (c INT) WITH ('connector' = 'datagen'); CREATE VIEW ve AS SELECT * FROM t, default_database.u;`);
    expect(picture(graph)).toEqual([
      'table:t source []',
      'view:va map [in=t]',
      'view:vb map [in=t]',
      'table:t#2 source []',
      'view:vc map [in=t]',
      'view:vd map [in=u]',
      'table:d.t source []',
      'view:d.ve join [left=t right=default_database.u]',
      'table:t->view:va:in',
      'table:t#2->view:vc:in',
      'table:t#2->view:vd:in',
      'table:d.t->view:d.ve:left',
      'table:t#2->view:d.ve:right',
    ]);
  });

  it('keeps the neighbours of broken text, and the edges of what it would define', () => {
    const graph = graphOf(
      `${TABLES}CREATE VIEW v AS SELECT * FRO orders;\nSELECT * FROM v;\nSELEC nonsense;\nINSERT INTO people SELECT id, customer FROM orders;`,
    );
    expect(picture(graph).slice(3)).toEqual([
      'broken:1 sql []',
      'select:1 map [in=v]',
      'broken:2 sql []',
      'broken:1->select:1:in',
      'table:orders->table:people:in',
    ]);
    expect(
      graph.nodes
        .filter((node) => node.kind === 'sql')
        .map(({ name, summary, standsFor, form }) => [name, summary, standsFor, form]),
    ).toEqual([
      ['v', 'CREATE VIEW v AS SELECT * FRO orders', 'view:v', null],
      ['statement 6', 'SELEC nonsense', undefined, null],
    ]);
  });

  it('reads any text and lists the settings', () => {
    expect(picture(graphOf(''))).toEqual([]);
    expect(graphOf("SET 'a.b' = 'c';").settings).toEqual([
      { key: 'a.b', value: 'c', statement: 1, span: { start: 0, end: 15 } },
    ]);
  });

  it('takes a CREATE TABLE AS for a sink with inputs', () => {
    expect(
      picture(graphOf(`${TABLES}CREATE TABLE copy WITH ('connector' = 'print') AS SELECT id FROM orders;`)).slice(3),
    ).toEqual(['table:copy sink [in=orders]', 'table:orders->table:copy:in']);
  });
});
