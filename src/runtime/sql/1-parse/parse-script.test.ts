/** Every part of the grammar: what is written → the tree, through the parser's front door. */
import { describe, expect, test } from 'vitest';
import { printTree } from '../print/print-tree.ts';
import { type ParsedFragment, parseExpression, parseScript } from './parse-script.ts';

/** The tree of a fragment, or what was wrong with it. */
function shown(parsed: ParsedFragment<unknown>): string {
  return parsed.diagnostics.map((d) => d.message).join() || printTree(parsed.value);
}

/** The tree of the only statement, or what was wrong with it. */
function shownStatement(text: string): string {
  const { script, diagnostics } = parseScript(text);
  return diagnostics.map((d) => d.message).join() || script.statements.map((s) => printTree(s.statement)).join('; ');
}

describe('expressions', () => {
  test.each([
    ['a + b * c - d', '((a + (b * c)) - d)'],
    ['a || b + c', '((a || b) + c)'],
    [
      '-a.b[1].c + f(x).y',
      '(unary{operator: -, operand: field{operand: item{operand: a.b, index: 1}, name: c}} + field{operand: call{name: f, parens, args: [{value: x}]}, name: y})',
    ],
    ['NOT a = b AND c OR d', '((unary{operator: NOT, operand: (a = b)} AND c) OR d)'],
    ['NOT a IS NULL', 'unary{operator: NOT, operand: postfix{test: IS NULL, operand: a}}'],
    ['a = b IS NULL', 'postfix{test: IS NULL, operand: (a = b)}'],
    ['a < b IS NOT TRUE', 'postfix{test: IS NOT TRUE, operand: (a < b)}'],
    ['a BETWEEN 1 + 1 AND 2 + 2 AND b', '(between{operand: a, low: (1 + 1), high: (2 + 2)} AND b)'],
    ['a NOT BETWEEN SYMMETRIC b OR c AND d', 'between{negated, symmetric, operand: a, low: (b OR c), high: d}'],
    [
      `a LIKE 'x' ESCAPE '!' OR b NOT SIMILAR TO c`,
      `(like{operator: LIKE, operand: a, pattern: 'x', escape: '!'} OR like{operator: SIMILAR TO, negated, operand: b, pattern: c})`,
    ],
    ['a IS NOT DISTINCT FROM b AND c', '((a IS NOT DISTINCT FROM b) AND c)'],
    ['a IN (1, 2) = TRUE', '(in{operand: a, source: list{items: [1, 2]}} = TRUE)'],
    ['a MEMBER OF b AND c SUBMULTISET OF d', '((a MEMBER OF b) AND (c SUBMULTISET OF d))'],
    [
      'x > ALL (SELECT 1)',
      'quantified{operator: >, quantifier: ALL, operand: x, source: query{query: query{body: select{items: [{expr: 1}]}}}}',
    ],
    ['x = ANY (1, 2)', 'quantified{operator: =, quantifier: ANY, operand: x, source: list{items: [1, 2]}}'],
    ['a % b / c', '((a % b) / c)'],
    ['- - a', 'unary{operator: -, operand: unary{operator: -, operand: a}}'],
    [
      '(a, b) IN ((1, 2), (3, 4))',
      'in{operand: row{items: [a, b]}, source: list{items: [row{items: [1, 2]}, row{items: [3, 4]}]}}',
    ],
    ['a IMMEDIATELY PRECEDES b', '(a IMMEDIATELY PRECEDES b)'],
  ])('operators bind as in Calcite: %s', (text, tree) => {
    expect(shown(parseExpression(text))).toBe(tree);
  });

  test.each([
    ['1.50 + .5 + 1e3', '((1.50 + .5) + 1e3)'],
    [`'it''s'`, `'it's'`],
    [
      `'a'
'b'`,
      `'ab'`,
    ],
    [`U&'\\00e4'`, `'ä'`],
    [`U&'!00e4' UESCAPE '!'`, `'ä'`],
    [`x'4142'`, '(undefined undefined undefined)'],
    [`E'a\\tb'`, `'a	b'`],
    [`N'a' || _UTF8'b'`, `('a' || 'b')`],
    [`DATE '2024-01-02'`, 'date{text: 2024-01-02}'],
    [`TIMESTAMP WITH LOCAL TIME ZONE '2024-01-02 03:04:05'`, 'timestamp_ltz{text: 2024-01-02 03:04:05}'],
    [`INTERVAL -'1' DAYS`, 'interval{text: 1, negative, unit: DAY}'],
    [`INTERVAL '1 02:03' DAY(2) TO MINUTE`, 'interval{text: 1 02:03, unit: DAY TO MINUTE, precision: 2}'],
    [`INTERVAL '1.5' SECOND(3, 4)`, 'interval{text: 1.5, unit: SECOND, precision: 3, fraction: 4}'],
    ['INTERVAL (a + 1) DAY', 'interval{amount: paren{operand: (a + 1)}, unit: DAY}'],
    ['NULL IS UNKNOWN', 'postfix{test: IS UNKNOWN, operand: NULL}'],
    [`{ts '2024-01-02 03:04:05'}`, 'timestamp{text: 2024-01-02 03:04:05}'],
  ])('literals keep their text: %s', (text, tree) => {
    expect(shown(parseExpression(text))).toBe(tree);
  });

  test.each([
    ['`a``b`.`select`', '`a`b`.`select`'],
    ['t.*', 'star{qualifier: t}'],
    [
      'f(x)[1].y.z',
      'field{operand: field{operand: item{operand: call{name: f, parens, args: [{value: x}]}, index: 1}, name: y}, name: z}',
    ],
    ['(a).b', 'field{operand: paren{operand: a}, name: b}'],
    [`MAP['a', 1]['a']`, `item{operand: map{items: ['a', 1]}, index: 'a'}`],
    ['ARRAY[]', 'array'],
    ['ROW(1, t.*)', 'row{explicit, items: [1, star{qualifier: t}]}'],
    ['(1, 2)', 'row{items: [1, 2]}'],
    ['MULTISET(SELECT 1)', 'multiset{query: query{body: select{items: [{expr: 1}]}}}'],
    ['CURRENT_TIMESTAMP', 'call{name: CURRENT_TIMESTAMP}'],
    ['LOCALTIME(3)', 'call{name: LOCALTIME, parens, args: [{value: 3}]}'],
    ['cat.db.f(1)', 'call{name: cat.db.f, parens, args: [{value: 1}]}'],
    ['a.final', 'a.final'],
  ])('names, fields and items: %s', (text, tree) => {
    expect(shown(parseExpression(text))).toBe(tree);
  });

  test.each([
    ['COUNT(*)', 'call{name: COUNT, parens, args: [{value: star}]}'],
    [
      'COUNT(DISTINCT a, b) FILTER (WHERE c > 1)',
      'call{name: COUNT, parens, args: [{value: a}, {value: b}], distinct, filter: (c > 1)}',
    ],
    [
      'SUM(x) OVER (w PARTITION BY a ORDER BY b DESC NULLS LAST ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)',
      'call{name: SUM, parens, args: [{value: x}], over: {partitionBy: [a], orderBy: [{expr: b, descending, nulls: LAST}], base: w, frame: {unit: ROWS, start: preceding{offset: 1}, end: current-row}}}',
    ],
    ['LAG(x) IGNORE NULLS OVER w', 'call{name: LAG, parens, args: [{value: x}], ignoreNulls, over: {base: w}}'],
    [
      'LISTAGG(x) WITHIN GROUP (ORDER BY y)',
      'call{name: LISTAGG, parens, args: [{value: x}], withinGroup: [{expr: y}]}',
    ],
    [
      'ARRAY_AGG(DISTINCT x ORDER BY y)',
      'call{name: ARRAY_AGG, parens, args: [{value: x}], distinct, orderBy: [{expr: y}]}',
    ],
    [
      'f(a => 1, b => DESCRIPTOR(x, y), c => TABLE t PARTITION BY (k, l) ORDER BY o)',
      'call{name: f, parens, args: [{value: 1, name: a}, {value: descriptor{columns: [x, y]}, name: b}, {value: table-arg{table: table{name: t, explicit}, partitionBy: [k, l], orderBy: [{expr: o}]}, name: c}]}',
    ],
    [
      'FINAL LAST(A.x, 1)',
      'running-final{mode: FINAL, operand: call{name: LAST, parens, args: [{value: A.x}, {value: 1}]}}',
    ],
    [
      'LEFT(a, 1) || YEAR(b)',
      '(call{name: LEFT, parens, args: [{value: a}, {value: 1}]} || call{name: YEAR, parens, args: [{value: b}]})',
    ],
  ])('calls and their clauses: %s', (text, tree) => {
    expect(shown(parseExpression(text))).toBe(tree);
  });

  test.each([
    ['EXTRACT(EPOCH FROM a)', 'call{name: EXTRACT, args: [{value: EPOCH}, {value: a}], parens}'],
    [
      `TRIM(a) || TRIM(LEADING FROM b) || TRIM('x' FROM c)`,
      `((call{name: TRIM, args: [{value: a}], parens} || call{name: TRIM, args: [{value: LEADING}, {value: b}], parens}) || call{name: TRIM, args: [{value: BOTH}, {value: 'x'}, {value: c}], parens})`,
    ],
    [`POSITION('a' IN b FROM 2)`, `call{name: POSITION, args: [{value: 'a'}, {value: b}, {value: 2}], parens}`],
    [
      'OVERLAY(a PLACING b FROM 1 FOR 2)',
      'call{name: OVERLAY, args: [{value: a}, {value: b}, {value: 1}, {value: 2}], parens}',
    ],
    [
      'SUBSTRING(a FROM 2 FOR 3) || SUBSTRING(a, 2)',
      '(call{name: SUBSTRING, args: [{value: a}, {value: 2}, {value: 3}], parens} || call{name: SUBSTRING, args: [{value: a}, {value: 2}], parens})',
    ],
    [
      'FLOOR(a TO DAY) + CEILING(b)',
      '(call{name: FLOOR, args: [{value: a}, {value: DAY}], parens} + call{name: CEILING, args: [{value: b}], parens})',
    ],
    [
      'TIMESTAMPADD(SQL_TSI_DAY, 1, a)',
      'call{name: TIMESTAMPADD, args: [{value: DAY}, {value: 1}, {value: a}], parens}',
    ],
    [
      `JSON_VALUE(a, '$.x' RETURNING INT NULL ON EMPTY DEFAULT 1 ON ERROR)`,
      `call{name: JSON_VALUE, args: [{value: a}, {value: '$.x'}], parens, json: {returning: {name: INT}, onEmpty: NULL, onError: DEFAULT{value: 1}}}`,
    ],
    [
      `JSON_QUERY(a, '$' WITH CONDITIONAL ARRAY WRAPPER EMPTY OBJECT ON ERROR)`,
      `call{name: JSON_QUERY, args: [{value: a}, {value: '$'}], parens, json: {wrapper: WITH CONDITIONAL, onError: EMPTY OBJECT}}`,
    ],
    [
      `JSON_OBJECT(KEY 'a' VALUE 1, 'b' : 2 ABSENT ON NULL)`,
      `call{name: JSON_OBJECT, args: [{value: 'a'}, {value: 1}, {value: 'b'}, {value: 2}], parens, json: {onNull: ABSENT}}`,
    ],
    [
      `JSON_ARRAY(1, 'a' NULL ON NULL)`,
      `call{name: JSON_ARRAY, args: [{value: 1}, {value: 'a'}], parens, json: {onNull: NULL}}`,
    ],
    ['JSON_OBJECTAGG(k VALUE v)', 'call{name: JSON_OBJECTAGG, args: [{value: k}, {value: v}], parens, json: {}}'],
    [
      `JSON_EXISTS(a, '$.x' TRUE ON ERROR)`,
      `call{name: JSON_EXISTS, args: [{value: a}, {value: '$.x'}], parens, json: {onError: TRUE}}`,
    ],
    ['a IS NOT JSON OBJECT', 'postfix{test: IS NOT JSON OBJECT, operand: a}'],
  ])('functions with words between their arguments: %s', (text, tree) => {
    expect(shown(parseExpression(text))).toBe(tree);
  });

  test.each([
    [
      `CASE a WHEN 1, 2 THEN 'x' ELSE 'y' END`,
      `case{branches: [{when: [1, 2], then: 'x'}], operand: a, otherwise: 'y'}`,
    ],
    ['CASE WHEN a THEN b END', 'case{branches: [{when: [a], then: b}]}'],
    ['TRY_CAST(a AS DECIMAL(10, 2))', 'cast{safe, operand: a, type: {name: DECIMAL, args: [10, 2]}}'],
    [
      'CAST(a AS ROW<a INT NOT NULL, b ARRAY<STRING>>)',
      'cast{operand: a, type: {name: ROW, fields: [{name: a, type: {name: INT, nullable: false}}, {name: b, type: {name: ARRAY, elements: [{name: STRING}]}}]}}',
    ],
    ['CAST(a AS INT ARRAY)', 'cast{operand: a, type: {name: ARRAY, elements: [{name: INT}]}}'],
    [
      'CAST(a AS INTERVAL DAY(3) TO SECOND(6))',
      'cast{operand: a, type: {name: INTERVAL, args: [3], intervalUnit: DAY TO SECOND, intervalFraction: 6}}',
    ],
    ['CAST(a AS TIMESTAMP(3) WITH LOCAL TIME ZONE)', 'cast{operand: a, type: {name: TIMESTAMP_LTZ, args: [3]}}'],
    ['CAST(a AS CHARACTER VARYING(5))', 'cast{operand: a, type: {name: VARCHAR, args: [5]}}'],
    ['EXISTS (SELECT 1)', 'exists{query: query{body: select{items: [{expr: 1}]}}}'],
    [
      '((SELECT 1) UNION SELECT 2)',
      'subquery{query: query{body: set-operation{operator: UNION, left: nested{query: query{body: select{items: [{expr: 1}]}}}, right: select{items: [{expr: 2}]}}}}',
    ],
    ['a IN ((SELECT 1))', 'in{operand: a, source: query{query: query{body: select{items: [{expr: 1}]}}}}'],
  ])('CASE, CAST, sub-queries: %s', (text, tree) => {
    expect(shown(parseExpression(text))).toBe(tree);
  });
});

describe('statements', () => {
  test.each([
    [
      'SELECT DISTINCT a AS x, t.*, b y FROM t WHERE c GROUP BY a, (b, c), () HAVING d',
      'select{query: query{body: select{items: [{expr: a, alias: x}, {expr: star{qualifier: t}}, {expr: b, alias: y}], quantifier: DISTINCT, from: table{name: t}, where: c, groupBy: {items: [expr{expr: a}, set{exprs: [b, c]}, set]}, having: d}}}',
    ],
    [
      'SELECT a FROM t GROUP BY GROUPING SETS ((a, b), (a), c, ()), CUBE(a, (b, c)), ROLLUP(x)',
      'select{query: query{body: select{items: [{expr: a}], from: table{name: t}, groupBy: {items: [grouping-sets{items: [set{exprs: [a, b]}, set{exprs: [a]}, set{exprs: [c]}, set]}, cube{items: [[a], [b, c]]}, rollup{items: [[x]]}]}}}}',
    ],
    [
      'SELECT a FROM t EXCEPT SELECT b FROM u UNION ALL SELECT c FROM v INTERSECT SELECT d FROM w',
      'select{query: query{body: set-operation{operator: UNION, all, left: set-operation{operator: EXCEPT, left: select{items: [{expr: a}], from: table{name: t}}, right: select{items: [{expr: b}], from: table{name: u}}}, right: set-operation{operator: INTERSECT, left: select{items: [{expr: c}], from: table{name: v}}, right: select{items: [{expr: d}], from: table{name: w}}}}}}',
    ],
    [
      '(SELECT 1 ORDER BY 1 LIMIT 2) UNION SELECT 2 ORDER BY 1 DESC OFFSET 1 ROW FETCH NEXT 3 ROWS ONLY',
      'select{query: query{body: set-operation{operator: UNION, left: nested{query: query{body: select{items: [{expr: 1}]}, orderBy: [{expr: 1}], limit: 2}}, right: select{items: [{expr: 2}]}}, orderBy: [{expr: 1, descending}], limit: 3, offset: 1}}',
    ],
    [
      'WITH a (x) AS (VALUES 1, (2), ROW(3)), b AS (TABLE a) SELECT * FROM b',
      'select{query: query{with: [{name: a, query: query{body: values{rows: [[1], [2], [3]]}}, columns: [x]}, {name: b, query: query{body: table{name: a}}}], body: select{items: [{expr: star}], from: table{name: b}}}}',
    ],
    [
      `SELECT /*+ BROADCAST(a, b), STATE_TTL('a' = '1d') */ * FROM t /*+ OPTIONS('k' = 'v') */ AS u (x, y)`,
      'select{query: query{body: select{hints: [{name: BROADCAST, args: [{value: a}, {value: b}]}, {name: STATE_TTL, args: [{key: a, value: 1d}]}], items: [{expr: star}], from: table{name: t, hints: [{name: OPTIONS, args: [{key: k, value: v}]}], alias: {name: u, columns: [x, y]}}}}}',
    ],
    [
      `SELECT SUM(a) OVER w FROM t WINDOW w AS (ORDER BY ts RANGE INTERVAL '1' DAY PRECEDING) QUALIFY b`,
      'select{query: query{body: select{items: [{expr: call{name: SUM, parens, args: [{value: a}], over: {base: w}}}], windows: [{name: w, spec: {orderBy: [{expr: ts}], frame: {unit: RANGE, start: preceding{offset: interval{text: 1, unit: DAY}}}}}], from: table{name: t}, qualify: b}}}',
    ],
  ])('queries: %s', (text, tree) => {
    expect(shownStatement(text)).toBe(tree);
  });

  test.each([
    [
      'SELECT * FROM a LEFT OUTER JOIN b USING (x) FULL JOIN c ON d NATURAL JOIN e, f CROSS JOIN g',
      'select{query: query{body: select{items: [{expr: star}], from: join{type: CROSS, left: join{type: COMMA, left: join{type: INNER, natural, left: join{type: FULL, left: join{type: LEFT, left: table{name: a}, right: table{name: b}, condition: using{columns: [x]}}, right: table{name: c}, condition: on{expr: d}}, right: table{name: e}}, right: table{name: f}}, right: table{name: g}}}}}',
    ],
    [
      'SELECT * FROM a JOIN b FOR SYSTEM_TIME AS OF a.ts AS c ON TRUE',
      'select{query: query{body: select{items: [{expr: star}], from: join{type: INNER, left: table{name: a}, right: table{name: b, asOf: a.ts, alias: {name: c}}, condition: on{expr: TRUE}}}}}',
    ],
    [
      `SELECT * FROM TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE) w`,
      'select{query: query{body: select{items: [{expr: star}], from: function{call: call{name: TUMBLE, parens, args: [{value: table-arg{table: table{name: t, explicit}}}, {value: descriptor{columns: [ts]}}, {value: interval{text: 1, unit: MINUTE}}]}, alias: {name: w}}}}}',
    ],
    [
      `SELECT * FROM TABLE(SESSION(DATA => TABLE t PARTITION BY k, TIMECOL => DESCRIPTOR(ts), GAP => INTERVAL '1' MINUTE))`,
      'select{query: query{body: select{items: [{expr: star}], from: function{call: call{name: SESSION, parens, args: [{value: table-arg{table: table{name: t, explicit}, partitionBy: [k]}, name: DATA}, {value: descriptor{columns: [ts]}, name: TIMECOL}, {value: interval{text: 1, unit: MINUTE}, name: GAP}]}}}}}',
    ],
    [
      'SELECT * FROM a, LATERAL TABLE(f(a.x)) AS t (y), LATERAL (SELECT 1), UNNEST(a.z) WITH ORDINALITY',
      'select{query: query{body: select{items: [{expr: star}], from: join{type: COMMA, left: join{type: COMMA, left: join{type: COMMA, left: table{name: a}, right: function{lateral, call: call{name: f, parens, args: [{value: a.x}]}, alias: {name: t, columns: [y]}}}, right: derived{lateral, query: query{body: select{items: [{expr: 1}]}}}}, right: unnest{operands: [a.z], withOrdinality}}}}}',
    ],
    [
      'SELECT * FROM (a JOIN b ON c), (VALUES (1, 2)) AS v (x, y), ((SELECT 1) UNION SELECT 2) u',
      'select{query: query{body: select{items: [{expr: star}], from: join{type: COMMA, left: join{type: COMMA, left: paren{table: join{type: INNER, left: table{name: a}, right: table{name: b}, condition: on{expr: c}}}, right: values{rows: [[1, 2]], alias: {name: v, columns: [x, y]}}}, right: derived{query: query{body: set-operation{operator: UNION, left: nested{query: query{body: select{items: [{expr: 1}]}}}, right: select{items: [{expr: 2}]}}}, alias: {name: u}}}}}}',
    ],
    [
      `SELECT * FROM t MATCH_RECOGNIZE (PARTITION BY k ORDER BY ts MEASURES A.x AS ax ONE ROW PER MATCH AFTER MATCH SKIP TO FIRST B PATTERN (^ A B+? (C | D){2,} PERMUTE(E, F) {- G -} $) WITHIN INTERVAL '1' HOUR SUBSET S = (A, B) DEFINE A AS A.x > 1) AS m`,
      'select{query: query{body: select{items: [{expr: star}], from: match-recognize{input: table{name: t}, match: {partitionBy: [k], orderBy: [{expr: ts}], measures: [{expr: A.x, alias: ax}], pattern: concat{items: [anchor-start, concat{items: [variable{name: A}, repeat{item: variable{name: B}, min: 1}, repeat{item: group{item: alternate{items: [variable{name: C}, variable{name: D}]}}, greedy, min: 2}, permute{items: [variable{name: E}, variable{name: F}]}, exclude{item: variable{name: G}}]}, anchor-end]}, subsets: [{name: S, items: [A, B]}], define: [{name: A, condition: (A.x > 1)}], rowsPerMatch: ONE, afterMatch: to-first{variable: B}, within: interval{text: 1, unit: HOUR}}, alias: {name: m}}}}}',
    ],
  ])('what stands in FROM: %s', (text, tree) => {
    expect(shownStatement(text)).toBe(tree);
  });

  test.each([
    [
      `CREATE TEMPORARY TABLE IF NOT EXISTS a.b (id INT NOT NULL COMMENT 'x', c AS id + 1, m STRING METADATA FROM 'k' VIRTUAL, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND, CONSTRAINT pk PRIMARY KEY (id) NOT ENFORCED) COMMENT 'c' DISTRIBUTED BY HASH(id) INTO 4 BUCKETS PARTITIONED BY (id) WITH ('k' = 'v')`,
      'create-table{temporary, ifNotExists, name: a.b, partitionedBy: [id], columns: [physical{name: id, type: {name: INT, nullable: false}, comment: x}, computed{name: c, expr: (id + 1)}, metadata{name: m, type: {name: STRING}, virtual, key: k}, physical{name: ts, type: {name: TIMESTAMP, args: [3]}}], constraints: [PRIMARY KEY{columns: [id], name: pk, enforced: false}], watermarks: [{column: ts, expr: (ts - interval{text: 5, unit: SECOND})}], options: [{key: k, value: v}], comment: c, distribution: HASH{columns: [id], buckets: 4}}',
    ],
    [
      'CREATE TABLE t (id INT PRIMARY KEY NOT ENFORCED) LIKE u (INCLUDING ALL EXCLUDING OPTIONS)',
      'create-table{name: t, columns: [physical{name: id, type: {name: INT}, primaryKey: {enforced: false}}], like: {name: u, rules: [{strategy: INCLUDING, feature: ALL}, {strategy: EXCLUDING, feature: OPTIONS}]}}',
    ],
    [
      `CREATE OR REPLACE TABLE t (a, b) WITH ('k' = 'v') AS SELECT 1, 2`,
      'create-table-as{table: create-table{orReplace, name: t, columnNames: [a, b], options: [{key: k, value: v}], as: query{body: select{items: [{expr: 1}, {expr: 2}]}}}}',
    ],
    [
      `CREATE OR REPLACE TEMPORARY VIEW v (a) COMMENT 'x' AS SELECT 1`,
      'create-view{temporary, orReplace, name: v, query: query{body: select{items: [{expr: 1}]}}, columns: [a], comment: x}',
    ],
    [
      `CREATE TEMPORARY FUNCTION f AS 'operators/f.ts' LANGUAGE TYPESCRIPT`,
      'create-function{temporary, name: f, as: operators/f.ts, language: TYPESCRIPT}',
    ],
    [
      `CREATE FUNCTION IF NOT EXISTS f AS 'a.B' LANGUAGE JAVA USING JAR 'x', JAR 'y'`,
      'create-function{ifNotExists, name: f, as: a.B, jars: [x, y], language: JAVA}',
    ],
    [
      `CREATE DATABASE IF NOT EXISTS d COMMENT 'x' WITH ('k' = 'v')`,
      'create-database{ifNotExists, name: d, options: [{key: k, value: v}], comment: x}',
    ],
    [
      'ALTER TABLE t ADD (a INT FIRST, PRIMARY KEY (a) NOT ENFORCED, WATERMARK FOR ts AS ts)',
      'alter-table{name: t, action: add{columns: [{column: physical{name: a, type: {name: INT}}, position: FIRST}], constraints: [PRIMARY KEY{columns: [a], enforced: false}], watermark: {column: ts, expr: ts}}}',
    ],
    ['ALTER TABLE t RENAME a TO b', 'alter-table{name: t, action: rename-column{from: a, to: b}}'],
    ['ALTER TABLE t DROP (a, b)', 'alter-table{name: t, action: drop{columns: [a, b]}}'],
    ['ALTER VIEW v AS SELECT 1', 'alter-view{name: v, action: as{query: query{body: select{items: [{expr: 1}]}}}}'],
    ['DROP TEMPORARY SYSTEM FUNCTION IF EXISTS f', 'drop{what: FUNCTION, temporary, system, ifExists, name: f}'],
  ])('tables, views, functions: %s', (text, tree) => {
    expect(shownStatement(text)).toBe(tree);
  });

  test.each([
    [
      `INSERT OVERWRITE t PARTITION (p = 'x') (a, b) SELECT 1, 2`,
      `insert{overwrite, target: t, partition: [{name: p, value: 'x'}], query: query{body: select{items: [{expr: 1}, {expr: 2}]}}, columns: [a, b]}`,
    ],
    [
      'INSERT INTO t VALUES (1, NULL) ON CONFLICT DO DEDUPLICATE',
      'insert{target: t, query: query{body: values{rows: [[1, NULL]]}}, onConflict: DEDUPLICATE}',
    ],
    [
      'EXECUTE STATEMENT SET BEGIN INSERT INTO a SELECT 1; INSERT INTO b SELECT 2; END',
      'statement-set{form: EXECUTE, inserts: [insert{target: a, query: query{body: select{items: [{expr: 1}]}}}, insert{target: b, query: query{body: select{items: [{expr: 2}]}}}]}',
    ],
    [
      'BEGIN STATEMENT SET; INSERT INTO a SELECT 1; END',
      'statement-set{form: BEGIN, inserts: [insert{target: a, query: query{body: select{items: [{expr: 1}]}}}]}',
    ],
    [`SET 'a' = 'b'`, 'set{key: a, value: b}'],
    ['SET a.b = c', 'set{key: a.b, value: c}'],
    ['RESET', 'reset'],
    [
      'EXPLAIN CHANGELOG_MODE, PLAN_ADVICE INSERT INTO t SELECT 1',
      'explain{details: [CHANGELOG_MODE, PLAN_ADVICE], target: insert{target: t, query: query{body: select{items: [{expr: 1}]}}}}',
    ],
    [
      `SHOW FUNCTIONS FROM d NOT ILIKE 'x%'`,
      'show{what: FUNCTIONS, name: d, like: {pattern: x%, negated, caseInsensitive}}',
    ],
    ['DESC EXTENDED t', 'describe{extended, what: TABLE, name: t}'],
    ['USE MODULES a, b', 'use{what: MODULES, names: [a, b]}'],
    ['UPDATE t SET a = 1 WHERE b', 'other{what: UPDATE}'],
    [`ADD JAR 'x'`, 'other{what: ADD JAR}'],
  ])('inserts and the session: %s', (text, tree) => {
    expect(shownStatement(text)).toBe(tree);
  });
});
