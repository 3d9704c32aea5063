/**
 * From text to plan, through the seams that a run uses: what binding says about mistakes and where,
 * how output columns are named and typed, and what planning makes of queries.
 */
import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../base/diagnostic.ts';
import { typeToString } from '../data/type-text.ts';
import { parseScript } from '../sql/1-parse/parse-script.ts';
import { type BoundStatement, bindStatement } from '../sql/2-bind/bind-statement.ts';
import { Session } from '../sql/2-bind/session.ts';
import { explainPlan } from '../sql/3-plan/explain.ts';
import { type PlanInput, plan } from '../sql/3-plan/plan.ts';
import { connectorCatalog } from './connector-catalog.ts';
import { planRules } from './plan-rules.ts';

const TABLES = `
CREATE TABLE t (id INT, k STRING, v INT, r ROW<a INT, b STRING>) WITH ('connector' = 'filesystem', 'path' = 't', 'format' = 'json');
CREATE TABLE u (k STRING, n STRING NOT NULL) WITH ('connector' = 'filesystem', 'path' = 'u', 'format' = 'json');
CREATE TABLE w (id INT, k STRING, v INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND)
  WITH ('connector' = 'filesystem', 'path' = 'w', 'format' = 'json');
CREATE TABLE c (id INT, k STRING, v INT, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'filesystem', 'path' = 'c', 'format' = 'debezium-json');
`;

interface Outcome {
  readonly text: string;
  readonly session: Session;
  readonly bound: readonly BoundStatement[];
  readonly diagnostics: readonly Diagnostic[];
}

function bind(sql: string): Outcome {
  const text = TABLES + sql;
  const { script, diagnostics } = parseScript(text);
  const session = new Session();
  const all = [...diagnostics];
  const bound: BoundStatement[] = [];
  for (const statement of script.statements) {
    const result = bindStatement(statement, session, connectorCatalog, {
      text,
      nodeIdOf: (span) => `at:${span.start}`,
    });
    all.push(...result.diagnostics);
    if (result.bound !== undefined) bound.push(result.bound);
  }
  return { text, session, bound, diagnostics: all };
}

/** `code @ text it points at: message`. */
function mistakes(sql: string): readonly string[] {
  const { text, session, bound, diagnostics } = bind(sql);
  const planned = plan(roots(bound), planRules, session, connectorCatalog).diagnostics;
  return [...diagnostics, ...planned].map(
    (d) =>
      `${d.code} @ ${d.span === undefined ? '-' : text.slice(d.span.start, d.span.end)}: ${d.message.split('\n')[0]}`,
  );
}

function roots(bound: readonly BoundStatement[]): readonly PlanInput[] {
  return bound.flatMap((b): readonly PlanInput[] =>
    b.kind === 'query' ? [{ kind: 'query', rel: b.rel }] : b.kind === 'inserts' ? b.inserts : [],
  );
}

function columns(sql: string): readonly string[] {
  const { bound, diagnostics } = bind(sql);
  expect(diagnostics).toEqual([]);
  return bound.flatMap((b) =>
    b.kind === 'query' || b.kind === 'rows'
      ? [b.columns.map((f) => `${f.name} ${typeToString(f.type)}`).join(', ')]
      : [],
  );
}

function planned(sql: string, taps = false): string {
  const { bound, session, diagnostics } = bind(sql);
  const result = plan(roots(bound), planRules, session, connectorCatalog, { taps });
  expect([...diagnostics, ...result.diagnostics]).toEqual([]);
  return explainPlan(result.plan, planRules).replace('== Optimized Execution Plan ==\n', '');
}

/** `text it points at | hint`. */
function hints(sql: string): readonly string[] {
  const { text, diagnostics } = bind(sql);
  return diagnostics.map((d) => `${d.span === undefined ? '-' : text.slice(d.span.start, d.span.end)} | ${d.hint}`);
}

describe('binding', () => {
  it('says what a slip in the options or in a window function was meant to be, where it was written', () => {
    const slip = "CREATE TABLE s (a INT) WITH ('connector' = 'filesystem', 'pth' = 'x', 'format' = 'json')";
    expect(hints(`${slip};\nSELECT * FROM s`)).toEqual(["'pth' = 'x' | Instead of 'pth', did you mean 'path'?"]);
    expect(hints('CREATE TABLE s (a INT);\nSELECT * FROM s')).toEqual([
      "CREATE TABLE s (a INT) | Add WITH ('connector' = '…') to the table.",
    ]);
    expect(hints("CREATE TABLE s (a INT) WITH ('connector' = 'jdbc');\nSELECT * FROM s")).toEqual([
      "'connector' = 'jdbc' | JDBC does not exist in Millrace yet. Choose one of blackhole, datagen, filesystem, kafka, nexmark, print, upsert-kafka.",
    ]);
    expect(hints("SELECT * FROM TUMBLE(w, ts, INTERVAL '1' HOUR)")).toEqual([
      "w | w is a table: write TUMBLE(TABLE w, DESCRIPTOR(ts), INTERVAL '10' MINUTES).",
    ]);
  });

  it('points at each unknown name with the nearest one, and keeps silent about what follows from it', () => {
    expect(
      mistakes(`CREATE VIEW x AS SELECT vv + 1 AS y, K FROM t;
        SELECT y, nothing FROM x;
        SELECT y, COUNT(*) AS n FROM x GROUP BY y;
        SELECT id FROM nope;
        SELECT z.id FROM t;
        SELECT r.c FROM t;`),
    ).toEqual([
      "validate/unknown-column @ vv: Column 'vv' not found in any table",
      "validate/unknown-column @ K: Column 'K' not found in any table; did you mean 'k'?",
      "validate/unknown-object @ nope: Object 'nope' not found",
      "validate/unknown-table @ z: Table 'z' not found",
      "validate/unknown-column @ c: Column 'r.c' not found in any table",
    ]);
  });

  it('refuses aggregates and columns where SQL has no place for them', () => {
    expect(
      mistakes(`SELECT k FROM t WHERE COUNT(*) > 1;
        SELECT k, v FROM t GROUP BY k;
        SELECT SUM(MAX(v)) FROM t;
        SELECT k FROM t WHERE ROW_NUMBER() OVER (ORDER BY v) = 1;
        SELECT k FROM t JOIN u ON t.k = u.k;`),
    ).toEqual([
      'validate/aggregate-illegal @ COUNT(*): Aggregate expression is illegal in WHERE clause',
      "validate/not-grouped @ v: Expression 'v' is not being grouped",
      'validate/nested-aggregate @ MAX(v): Aggregate expressions cannot be nested',
      'validate/over-illegal @ ROW_NUMBER() OVER (ORDER BY v): Windowed aggregate expression is illegal in WHERE clause',
      "validate/ambiguous-column @ k: Column 'k' is ambiguous",
    ]);
  });

  it('names and types output columns as Flink does', () => {
    expect(
      columns(`SELECT v + 1, id AS a, v AS a, 'x', t.r.a, COUNT(*) OVER (ORDER BY ts) FROM (SELECT * FROM t, w) AS t (id, k, v, r, i2, k2, v2, ts);
        SELECT k, COUNT(*) AS c, SUM(v) AS s, MIN(n) AS m, AVG(v + 0.5) FROM t JOIN u USING (k) GROUP BY k;
        SELECT * FROM t LEFT JOIN u USING (k);
        SELECT window_start, MAX(ts) AS last FROM TABLE(TUMBLE(TABLE w, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY window_start, window_end;
        SELECT CASE WHEN v > 1 THEN 1 ELSE 2.5 END AS x, CASE WHEN v > 1 THEN 'a' END AS y FROM t;
        VALUES (1, 'a'), (2, 'bcd');`),
    ).toEqual([
      'EXPR$0 INT, a INT, a0 INT, EXPR$3 CHAR(1) NOT NULL, a1 INT, EXPR$5 BIGINT NOT NULL',
      'k STRING, c BIGINT NOT NULL, s INT, m STRING NOT NULL, EXPR$4 DECIMAL(38, 6)',
      'k STRING, id INT, v INT, r ROW<`a` INT, `b` STRING>, n STRING',
      'window_start TIMESTAMP(3) NOT NULL, last TIMESTAMP(3) *ROWTIME*',
      'x DECIMAL(11, 1) NOT NULL, y CHAR(1)',
      'EXPR$0 INT NOT NULL, EXPR$1 VARCHAR(3) NOT NULL',
    ]);
  });

  it('matches a query to its sink, casting only what loses nothing', () => {
    expect(
      mistakes(`CREATE TABLE s (a BIGINT, b STRING NOT NULL) WITH ('connector' = 'print');
        INSERT INTO s SELECT id, k FROM t;
        INSERT INTO s SELECT k, k FROM t;
        INSERT INTO s SELECT id FROM t;
        INSERT INTO s (a) SELECT id FROM t;
        INSERT INTO s (a, zz) SELECT id, k FROM t;
        INSERT INTO missing SELECT id FROM t;`),
    ).toEqual([
      "validate/sink-mismatch @ SELECT k, k FROM t: Column types of query result and sink for 'default_catalog.default_database.s' do not match.",
      "validate/sink-mismatch @ SELECT id FROM t: Column types of query result and sink for 'default_catalog.default_database.s' do not match.",
      "validate/no-default @ a: Column 'b' has no default value and does not allow NULLs",
      "validate/unknown-target-column @ zz: Unknown target column 'zz'",
      "validate/unknown-sink @ missing: Cannot find table '`default_catalog`.`default_database`.`missing`' in any of the catalogs [default_catalog], nor as a temporary table.",
    ]);
  });

  it('builds tables from parts of others and changes them later', () => {
    expect(
      columns(`CREATE TABLE a (x INT, y AS x + 1, WATERMARK FOR z AS z, z TIMESTAMP(3)) WITH ('connector' = 'datagen');
        CREATE TABLE b (extra STRING) LIKE a (EXCLUDING GENERATED EXCLUDING WATERMARKS);
        ALTER TABLE b ADD (first_one DOUBLE FIRST, twice AS x * 2);
        ALTER TABLE b DROP extra;
        SELECT * FROM a; SELECT * FROM b;`),
    ).toEqual(['x INT, y INT, z TIMESTAMP(3) *ROWTIME*', 'first_one DOUBLE, x INT, z TIMESTAMP(3), twice INT']);
  });
});

describe('planning', () => {
  it('groups for ever without a window and once per window with one', () => {
    expect(planned('SELECT k, SUM(v) AS s FROM t WHERE id > 1 GROUP BY k HAVING COUNT(*) > 2;')).toMatchInlineSnapshot(`
      "Collect(fields=[k, s], changelogMode=[I,UB,UA])
      +- Calc(select=[k, agg$0 AS s], where=[(agg$1 > 2)], changelogMode=[I,UB,UA])
         +- GroupAggregate(groupBy=[k], select=[k, SUM(v) AS agg$0, COUNT(*) AS agg$1], changelogMode=[I,UB,UA])
            +- Calc(select=[k, v], where=[(id > 1)], changelogMode=[I])
               +- TableSourceScan(table=[[default_catalog, default_database, t]], fields=[id, k, v], changelogMode=[I])"
    `);
    expect(
      planned(
        "SELECT window_end, COUNT(*) AS c FROM TABLE(TUMBLE(TABLE w, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) WHERE v > 1 GROUP BY window_start, window_end;",
      ),
    ).toMatchInlineSnapshot(`
      "Collect(fields=[window_end, c], changelogMode=[I])
      +- Calc(select=[window_end, agg$0 AS c], changelogMode=[I])
         +- WindowAggregate(window=[TUMBLE], select=[COUNT(*) AS agg$0, start('w$) AS window_start, end('w$) AS window_end], changelogMode=[I])
            +- Calc(select=[ts], where=[(v > 1)], changelogMode=[I])
               +- WatermarkAssigner(rowtime=[ts], watermark=[(ts - 5000)], changelogMode=[I])
                  +- TableSourceScan(table=[[default_catalog, default_database, w]], fields=[v, ts], changelogMode=[I])"
    `);
  });

  it('turns filters on row numbers into Top-N or deduplication', () => {
    expect(
      planned(
        'SELECT id FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY v DESC) AS rn FROM t) WHERE rn <= 2;',
      ),
    ).toMatchInlineSnapshot(`
      "Collect(fields=[id], changelogMode=[I,UB,UA,D])
      +- Calc(select=[id], changelogMode=[I,UB,UA,D])
         +- Rank(strategy=[AppendFastStrategy], rankType=[ROW_NUMBER], rankRange=[rankStart=1, rankEnd=2], partitionBy=[k], orderBy=[v DESC], changelogMode=[I,UB,UA,D])
            +- TableSourceScan(table=[[default_catalog, default_database, t]], fields=[id, k, v], changelogMode=[I])"
    `);
    expect(
      planned(
        'SELECT id, ts FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY ts DESC) AS rn FROM w) WHERE rn = 1;',
      ),
    ).toMatchInlineSnapshot(`
      "Collect(fields=[id, ts], changelogMode=[I,UB,UA])
      +- Calc(select=[id, ts], changelogMode=[I,UB,UA])
         +- Deduplicate(keep=[LastRow], key=[k], order=[ROWTIME], changelogMode=[I,UB,UA])
            +- WatermarkAssigner(rowtime=[ts], watermark=[(ts - 5000)], changelogMode=[I])
               +- TableSourceScan(table=[[default_catalog, default_database, w]], fields=[id, k, ts], changelogMode=[I])"
    `);
  });

  it('recognises joins bounded in time, and sub-queries as joins', () => {
    expect(
      planned("SELECT a.id FROM w AS a JOIN w AS b ON a.k = b.k AND b.ts BETWEEN a.ts AND a.ts + INTERVAL '5' SECOND;"),
    ).toMatchInlineSnapshot(`
      "Collect(fields=[id], changelogMode=[I])
      +- Calc(select=[id], changelogMode=[I])
         +- IntervalJoin(joinType=[inner], windowBounds=[isRowTime=true, leftLowerBound=-5000, leftUpperBound=0, leftTimeIndex=2, rightTimeIndex=1], where=[(k = k)], changelogMode=[I])
            :- WatermarkAssigner(rowtime=[ts], watermark=[(ts - 5000)], changelogMode=[I])(reuse_id=[1])
            :  +- TableSourceScan(table=[[default_catalog, default_database, w]], fields=[id, k, ts], changelogMode=[I])
            +- Calc(select=[k, ts], changelogMode=[I])
               +- Reused(reference_id=[1])"
    `);
    expect(
      planned(
        'SELECT n FROM u WHERE EXISTS (SELECT 1 FROM t WHERE t.k = u.k AND t.v > 3) AND n NOT IN (SELECT k FROM c WHERE k IS NOT NULL);',
      ),
    ).toMatchInlineSnapshot(`
      "Collect(fields=[n], changelogMode=[I,UB,UA,D])
      +- Join(joinType=[LeftAntiJoin], where=[((n = k) OR k IS NULL)], select=[n, k], leftInputSpec=[NoUniqueKey], rightInputSpec=[NoUniqueKey], changelogMode=[I,UB,UA,D])
         :- Calc(select=[n], changelogMode=[I])
         :  +- Join(joinType=[LeftSemiJoin], where=[(k = k)], select=[k, n, k], leftInputSpec=[NoUniqueKey], rightInputSpec=[NoUniqueKey], changelogMode=[I])
         :     :- TableSourceScan(table=[[default_catalog, default_database, u]], fields=[k, n], changelogMode=[I])
         :     +- Calc(select=[k], where=[(v > 3)], changelogMode=[I])
         :        +- TableSourceScan(table=[[default_catalog, default_database, t]], fields=[k, v], changelogMode=[I])
         +- Calc(select=[k], where=[k IS NOT NULL], changelogMode=[I,UB,UA,D])
            +- TableSourceScan(table=[[default_catalog, default_database, c]], fields=[k], changelogMode=[I,UB,UA,D])"
    `);
  });

  it('makes an outer join inner when a filter above throws its padded rows away', () => {
    expect(planned("SELECT id, n FROM t LEFT JOIN u ON t.k = u.k WHERE u.n = 'x';")).toMatchInlineSnapshot(`
      "Collect(fields=[id, n], changelogMode=[I])
      +- Calc(select=[id, n], changelogMode=[I])
         +- Join(joinType=[InnerJoin], where=[(k = k)], select=[id, k, k, n], leftInputSpec=[NoUniqueKey], rightInputSpec=[NoUniqueKey], changelogMode=[I])
            :- TableSourceScan(table=[[default_catalog, default_database, t]], fields=[id, k], changelogMode=[I])
            +- Calc(select=[k, n], where=[(n = 'x')], changelogMode=[I])
               +- TableSourceScan(table=[[default_catalog, default_database, u]], fields=[k, n], changelogMode=[I])"
    `);
  });

  it('runs a table or view that several statements read once, and keeps what the canvas shows', () => {
    expect(
      planned(
        `CREATE TABLE s1 (k STRING, c BIGINT) WITH ('connector' = 'print'); CREATE TABLE s2 (c BIGINT) WITH ('connector' = 'print');
         CREATE VIEW x AS SELECT k, COUNT(*) AS c FROM t GROUP BY k;
         EXECUTE STATEMENT SET BEGIN INSERT INTO s1 SELECT * FROM x; INSERT INTO s2 SELECT c FROM x WHERE c > 1; END;`,
        true,
      ),
    ).toMatchInlineSnapshot(`
      "Sink(table=[default_catalog.default_database.s1], fields=[k, c], changelogMode=[I,UB,UA])
      +- GroupAggregate(groupBy=[k], select=[k, COUNT(*) AS c], changelogMode=[I,UB,UA])(reuse_id=[1])
         +- Calc(select=[k], changelogMode=[I])
            +- TableSourceScan(table=[[default_catalog, default_database, t]], fields=[id, k, v, r], changelogMode=[I])

      Sink(table=[default_catalog.default_database.s2], fields=[c], changelogMode=[I,UB,UA])
      +- Calc(select=[c], where=[(c > 1)], changelogMode=[I,UB,UA])
         +- Calc(select=[c], changelogMode=[I,UB,UA])
            +- Reused(reference_id=[1])"
    `);
  });

  it('refuses with the words of Flink what a stream cannot do', () => {
    expect(
      mistakes(`SELECT id FROM t ORDER BY v;
        SELECT id, RANK() OVER (PARTITION BY k ORDER BY ts) FROM w;
        SELECT a.id FROM w AS a JOIN (SELECT MAX(id) AS id, ts FROM w GROUP BY ts) AS b ON a.id = b.id AND a.ts = b.ts;
        SELECT window_start, COUNT(*) FROM TABLE(TUMBLE((SELECT w.ts FROM w JOIN t ON w.id = t.id), DESCRIPTOR(ts), INTERVAL '1' DAY)) GROUP BY window_start, window_end;
        SELECT 1 / 0 FROM t;
        CREATE TABLE s (c BIGINT, k STRING, PRIMARY KEY (c) NOT ENFORCED) WITH ('connector' = 'print');
        INSERT INTO s SELECT COUNT(*), k FROM t GROUP BY k;`).map((m) => m.slice(0, 150)),
    ).toMatchInlineSnapshot(`
      [
        "plan/sort-non-time @ SELECT id FROM t: Sort on a non-time-attribute field is not supported.",
        "validate/window-time-attribute @ TUMBLE((SELECT w.ts FROM w JOIN t ON w.id = t.id), DESCRIPTOR(ts), INTERVAL '1' DAY): The window function requires th",
        "plan/constant @ 1 / 0: Division by zero",
        "validate/on-conflict @ INSERT INTO s SELECT COUNT(*), k FROM t GROUP BY k: The query has an upsert key that differs from the primary key of the sink t",
      ]
    `);
  });
});
