/**
 * Random programs over the operators that run, with random input: for tests that hold for any program. The
 * same seed gives the same program. Each program is one or two statements (queries, or insertions into sinks
 * with and without a key) over tables with event time, one with every type, one that changes by key (a log
 * of changes), a generated one, and views that filter, join, aggregate or unite these.
 */
import type { Random } from '../seams/random.ts';
import { SeededRandom } from '../seams/seeded-random.ts';
import { RANDOM_FUNCTION_STATEMENTS } from './random-functions.ts';

/** A program and the lines of its input files. */
export interface RandomProgram {
  readonly script: string;
  readonly files: Readonly<Record<string, readonly string[]>>;
}

/** What programs may hold. */
export interface RandomProgramOptions {
  /** Statements that call the TypeScript functions of `random-functions.ts`. */
  readonly functions?: boolean;
}

/** The program of a seed. */
export function randomProgram(seed: number, options: RandomProgramOptions = {}): RandomProgram {
  const random = new SeededRandom(seed).fork('program');
  const delays = [0, 1, 5, 30].map((seconds) => `INTERVAL '${seconds}' SECOND`);
  const isBatch = chance(random, 16);
  const settings = [
    chance(random, 3) ? `SET 'table.exec.source.idle-timeout' = '${1 + random.nextInt(5)} ms';` : '',
    chance(random, 3) ? `SET 'pipeline.auto-watermark-interval' = '${random.nextInt(4)} ms';` : '',
    chance(random, 4) ? `SET 'table.exec.state.ttl' = '${1 + random.nextInt(20)} ms';` : '',
    chance(random, 3) ? "SET 'table.exec.source.cdc-events-duplicate' = 'true';" : '',
    // Batch has sorts and joins of its own; streams are what is mostly looked at.
    isBatch ? "SET 'execution.runtime-mode' = 'batch';" : '',
  ].filter((line) => line !== '');
  const statement = (): string => {
    if (options.functions === true && chance(random, 3)) return calling(random);
    if (isBatch && chance(random, 4)) return `SELECT k, v FROM ${pick(random, ['t', 'f', 'a'])} ORDER BY v DESC, k`;
    return chance(random, 5) ? insertion(random) : query(random);
  };
  const script = [
    ...settings,
    ...(options.functions === true ? RANDOM_FUNCTION_STATEMENTS : []),
    `CREATE TABLE t (id INT, k STRING, v INT, d DECIMAL(10, 2), ts TIMESTAMP(3), pt AS PROCTIME(), WATERMARK FOR ts AS ts - ${pick(random, delays)}) WITH ('connector' = 'filesystem', 'path' = 't.jsonl', 'format' = 'json');`,
    `CREATE TABLE u (k STRING, w BIGINT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - ${pick(random, delays)}) WITH ('connector' = 'filesystem', 'path' = 'u.jsonl', 'format' = 'json');`,
    `CREATE TABLE g (k STRING, v INT) WITH ('connector' = 'datagen', 'number-of-rows' = '${50 + random.nextInt(200)}', 'rows-per-second' = '${pick(random, ['100', '5000', '100000'])}', 'fields.k.length' = '1', 'fields.v.min' = '-5', 'fields.v.max' = '20');`,
    `CREATE TABLE wide (id INT, b BOOLEAN, ti TINYINT, big BIGINT, de DECIMAL(38, 10), x DOUBLE, r FLOAT, d DATE, tm TIME, ns TIMESTAMP(9), bs BYTES, arr ARRAY<INT>, m MAP<STRING, BIGINT>, o ROW<p INT, q STRING>, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - ${pick(random, delays)}) WITH ('connector' = 'filesystem', 'path' = 'wide.jsonl', 'format' = 'json');`,
    "CREATE TABLE c (k STRING, w INT, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'filesystem', 'path' = 'c.jsonl', 'format' = 'debezium-json');",
    "CREATE TABLE keyed (k STRING, n BIGINT, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'blackhole');",
    "CREATE TABLE plain (k STRING, n BIGINT) WITH ('connector' = 'print');",
    'CREATE VIEW ver AS SELECT k, w, ts FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY ts DESC) AS n FROM u) WHERE n = 1;',
    `CREATE VIEW f AS SELECT * FROM t WHERE ${condition(random)};`,
    `CREATE VIEW a AS SELECT k, v FROM ${pick(random, ['t', 'f', 'g'])} UNION ALL SELECT k, CAST(w AS INT) FROM u;`,
    ...Array.from({ length: 1 + random.nextInt(2) }, () => `${statement()};`),
  ].join('\n');
  const files = {
    't.jsonl': linesOfT(random),
    'u.jsonl': linesOfU(random),
    'wide.jsonl': linesOfWide(random),
    'c.jsonl': linesOfC(random),
  };
  return { script, files };
}

/** A query that calls functions in TypeScript. */
function calling(random: Random): string {
  const from = pick(random, ['t', 'f']);
  const tally = (time: boolean): string =>
    `tally(input => TABLE ${from} PARTITION BY k${time ? ', on_time => DESCRIPTOR(ts)' : ''}, uid => 'tally')`;
  return pick(random, [
    `SELECT k, blur(v, k) AS s FROM ${pick(random, ['t', 'f', 'g', 'a'])}`,
    `SELECT k, COUNT(*) AS n FROM ${from} WHERE blur(v, k) LIKE '%:${random.nextInt(3)}' GROUP BY k`,
    `SELECT ${from}.k, p.part, p.big FROM ${from}, LATERAL TABLE(parts(k, v)) AS p`,
    `SELECT ${from}.id, p.place FROM ${from} LEFT JOIN LATERAL TABLE(parts(k, v)) AS p ON TRUE`,
    `SELECT * FROM ${tally(true)}`,
    `SELECT * FROM ${tally(true)}`,
    `SELECT * FROM ${tally(false)}`,
    `SELECT k, COUNT(*) AS n, MAX(total) AS m FROM ${tally(chance(random, 2))} GROUP BY k`,
  ]);
}

/** A statement that writes: what reaches the sink is what counts, so it may change rows by key. */
function insertion(random: Random): string {
  const sink = pick(random, ['keyed', 'keyed', 'plain']);
  const from = pick(random, ['t', 'f', 'g', 'a']);
  const queries = [
    `SELECT k, COUNT(*) FROM ${from} GROUP BY k`,
    `SELECT k, CAST(v AS BIGINT) FROM ${from} WHERE v > ${random.nextInt(5)}`,
    // The key of the sink is not that of the query: the sink gets a materialiser.
    `SELECT k, n FROM (SELECT k, v, COUNT(*) AS n FROM ${from} GROUP BY k, v)`,
    'SELECT t.k, u.w FROM t JOIN u ON t.k = u.k',
    `SELECT k, n FROM (SELECT k, v, COUNT(*) AS n FROM ${from} GROUP BY k, v) ON CONFLICT DO DEDUPLICATE`,
    'SELECT k, CAST(w AS BIGINT) FROM c',
    "SELECT * FROM (VALUES ('a', 1), ('b', 2), ('a', 3)) AS x (k, n)",
  ];
  return `INSERT INTO ${sink} ${pick(random, queries)}`;
}

function query(random: Random): string {
  const from = pick(random, ['t', 'f']);
  const plain = pick(random, ['t', 'f', 'g', 'a', 'u']);
  const value = plain === 'u' ? 'w' : 'v';
  // Four times this still fits in the two digits of an INTERVAL.
  const size = 1 + random.nextInt(24);
  const seconds = `INTERVAL '${size}' SECOND`;
  const group = pick(random, ['b', 'ti', 'big', 'de', 'x', 'r', 'd', 'tm', 'ns', 'bs', 'arr', 'o', 'o.q', 'm']);
  const queries: readonly (() => string)[] = [
    () => `SELECT ${group} AS gr, COUNT(*) AS n, ${wideAggregates(random)} FROM wide GROUP BY ${group}`,
    () => `SELECT DISTINCT ${group} AS gr, big, ns FROM wide`,
    () =>
      `SELECT l.*, r.id FROM wide AS l ${joinKind(random)} JOIN wide AS r ON l.${pick(random, ['ti', 'big', 'd', 'b'])} = r.ti WHERE l.id < 20`,
    () => `SELECT id, m, o, LAST_VALUE(de) OVER (PARTITION BY b ORDER BY ts) AS z FROM wide`,
    () =>
      `SELECT window_start, ${group} AS gr, ${wideAggregates(random)} FROM TABLE(TUMBLE(TABLE wide, DESCRIPTOR(ts), ${seconds})) GROUP BY window_start, window_end, ${group}`,
    () => `SELECT k, w FROM c${pick(random, ['', ' WHERE w > 3'])}`,
    () => `SELECT w, COUNT(*) AS n, MAX(k) AS l FROM c GROUP BY w`,
    () => `SELECT t.id, c.w FROM t ${joinKind(random)} JOIN c ON t.k = c.k`,
    () => `SELECT k, v FROM ${plain === 'u' ? 't' : plain} LIMIT ${1 + random.nextInt(20)}`,
    () =>
      `SELECT k, ${value}, COUNT(*) AS n FROM ${plain} GROUP BY ${pick(random, ['GROUPING SETS ((k), (x))', 'ROLLUP (k, x)', 'CUBE (k, x)']).replace('x', value)}`,
    () =>
      `SELECT id, k FROM (SELECT id, k, ROW_NUMBER() OVER (PARTITION BY window_start, window_end, k ORDER BY ts ${pick(random, ['ASC', 'DESC'])}) AS n FROM TABLE(TUMBLE(TABLE ${from}, DESCRIPTOR(ts), ${seconds}))) WHERE n = 1`,
    () => `SELECT k, ${value} * 2 AS x, CASE WHEN ${value} > 3 THEN 'many' ELSE k END AS c FROM ${plain}`,
    () => `SELECT k, RAND() < 0.5 AS r FROM ${plain} WHERE ${value} IS NOT NULL`,
    () => `SELECT k, ${aggregates(random, value)} FROM ${plain} GROUP BY k${having(random, value)}`,
    () => `SELECT c, COUNT(*) AS n FROM (SELECT k, COUNT(*) AS c FROM ${plain} GROUP BY k) GROUP BY c`,
    () => `SELECT DISTINCT k, ${value} FROM ${plain}`,
    () =>
      `SELECT window_start, k, ${aggregates(random, 'v')} FROM TABLE(TUMBLE(TABLE ${from}, DESCRIPTOR(ts), ${seconds})) GROUP BY window_start, window_end, k`,
    () =>
      `SELECT window_end, ${aggregates(random, 'v')} FROM TABLE(HOP(TABLE ${from}, DESCRIPTOR(ts), INTERVAL '${size}' SECOND, INTERVAL '${size * 3}' SECOND)) GROUP BY window_start, window_end`,
    () =>
      `SELECT window_end, k, SUM(v) AS s FROM TABLE(CUMULATE(TABLE ${from}, DESCRIPTOR(ts), INTERVAL '${size}' SECOND, INTERVAL '${size * 4}' SECOND)) GROUP BY window_start, window_end, k`,
    () =>
      `SELECT window_start, window_end, k, COUNT(*) AS n FROM TABLE(SESSION(TABLE ${from} PARTITION BY k, DESCRIPTOR(ts), ${seconds})) GROUP BY window_start, window_end, k`,
    () =>
      `SELECT k, COUNT(*) AS n FROM TABLE(TUMBLE(TABLE ${from}, DESCRIPTOR(pt), INTERVAL '0.00${1 + random.nextInt(9)}' SECOND)) GROUP BY window_start, window_end, k`,
    () =>
      `SELECT ${from}.id, ${from}.k, u.w FROM ${from} ${joinKind(random)} JOIN u ON ${from}.k = u.k AND ${from}.v > u.w`,
    () =>
      `SELECT x.k, x.n, u.w FROM (SELECT k, COUNT(*) AS n FROM ${from} GROUP BY k) x ${joinKind(random)} JOIN u ON x.k = u.k`,
    () =>
      `SELECT ${from}.id, u.w FROM ${from} JOIN u ON ${from}.k = u.k AND ${from}.ts BETWEEN u.ts - ${seconds} AND u.ts + ${seconds}`,
    () =>
      `SELECT ${from}.id, u.w FROM ${from} LEFT JOIN u ON ${from}.k = u.k AND ${from}.ts BETWEEN u.ts AND u.ts + ${seconds}`,
    () => `SELECT k, v FROM ${from} WHERE k IN (SELECT k FROM u WHERE w > ${random.nextInt(9)})`,
    () => `SELECT k, v FROM ${from} WHERE k NOT IN (SELECT k FROM u WHERE w > ${random.nextInt(9)} AND k IS NOT NULL)`,
    () =>
      `SELECT * FROM (SELECT id, k, v, ROW_NUMBER() OVER (PARTITION BY k ORDER BY v ${pick(random, ['ASC', 'DESC'])}) AS n FROM ${from}) WHERE n <= ${1 + random.nextInt(3)}`,
    () =>
      `SELECT id, k FROM (SELECT id, k, ROW_NUMBER() OVER (PARTITION BY k ORDER BY ${pick(random, ['ts', 'pt'])} ${pick(random, ['ASC', 'DESC'])}) AS n FROM ${from}) WHERE n = 1`,
    () =>
      `SELECT id, SUM(v) OVER (PARTITION BY k ORDER BY ts ${pick(random, ['ROWS BETWEEN 3 PRECEDING AND CURRENT ROW', "RANGE BETWEEN INTERVAL '20' SECOND PRECEDING AND CURRENT ROW", ''])}) AS s FROM ${from}`,
    () => `SELECT id, COUNT(*) OVER (PARTITION BY k ORDER BY pt) AS s FROM ${from}`,
    () => `SELECT ${from}.id, ver.w FROM ${from} LEFT JOIN ver FOR SYSTEM_TIME AS OF ${from}.ts ON ${from}.k = ver.k`,
    () => `SELECT k, COUNT(*) AS n, TUMBLE_END(ts, ${seconds}) AS e FROM ${from} GROUP BY TUMBLE(ts, ${seconds}), k`,
    () =>
      `SELECT k, SUM(v) AS s FROM ${from} GROUP BY SESSION(${pick(random, ['ts', 'pt'])}, INTERVAL '0.00${1 + random.nextInt(9)}' SECOND), k`,
    () => `SELECT ${from}.k, x FROM ${from} CROSS JOIN UNNEST(ARRAY[v, id, 7]) AS n (x) WHERE x > 2`,
    () => `SELECT id, k, ts FROM ${from} ORDER BY ts, id`,
    () => `SELECT id, window_start FROM TABLE(SESSION(TABLE ${from} PARTITION BY k, DESCRIPTOR(ts), ${seconds}))`,
    () =>
      `SELECT id, window_end FROM TABLE(HOP(TABLE ${from}, DESCRIPTOR(ts), ${seconds}, INTERVAL '${size * 2}' SECOND))`,
    () =>
      `SELECT id, k FROM (SELECT id, k, window_end, ROW_NUMBER() OVER (PARTITION BY window_start, window_end, k ORDER BY v DESC) AS n FROM TABLE(TUMBLE(TABLE ${from}, DESCRIPTOR(ts), ${seconds}))) WHERE n <= ${1 + random.nextInt(2)}`,
    () => `SELECT k, v FROM ${from} ORDER BY v DESC, k LIMIT ${1 + random.nextInt(5)}`,
    () => `SELECT k FROM ${from} ${pick(random, ['INTERSECT', 'EXCEPT', 'UNION'])} SELECT k FROM u`,
    () =>
      `SELECT l.k, l.n, r.m FROM (SELECT window_start, window_end, k, COUNT(*) AS n FROM TABLE(TUMBLE(TABLE ${from}, DESCRIPTOR(ts), ${seconds})) GROUP BY window_start, window_end, k) l ${joinKind(random)} JOIN (SELECT window_start, window_end, k, MAX(w) AS m FROM TABLE(TUMBLE(TABLE u, DESCRIPTOR(ts), ${seconds})) GROUP BY window_start, window_end, k) r ON l.k = r.k AND l.window_start = r.window_start AND l.window_end = r.window_end`,
    () =>
      `SELECT * FROM ${from} MATCH_RECOGNIZE (PARTITION BY k ORDER BY ts MEASURES A.id AS a, LAST(B.id) AS b ONE ROW PER MATCH AFTER MATCH SKIP PAST LAST ROW PATTERN (A B+ C) DEFINE B AS B.v > A.v, C AS C.v <= A.v) AS m`,
  ];
  return pick(random, queries)();
}

function aggregates(random: Random, value: string): string {
  const all = [
    'COUNT(*) AS n',
    `SUM(${value}) AS s`,
    `MIN(${value}) AS lo`,
    `MAX(${value}) AS hi`,
    `AVG(${value}) AS m`,
    `COUNT(DISTINCT ${value}) AS d`,
    `COUNT(*) FILTER (WHERE ${value} > 2) AS p`,
    `LISTAGG(CAST(${value} AS STRING)) AS l`,
    'MAX(CURRENT_TIMESTAMP) AS now',
  ];
  const chosen = all.filter(() => chance(random, 3));
  return chosen.length === 0 ? 'COUNT(*) AS n' : chosen.join(', ');
}

function wideAggregates(random: Random): string {
  const all = [
    'MAX(big) AS a1',
    'SUM(big) AS a2',
    'SUM(de) AS a3',
    'AVG(de) AS a4',
    'MIN(ns) AS a5',
    'MAX(d) AS a6',
    'COUNT(DISTINCT o) AS a7',
    'FIRST_VALUE(bs) AS a8',
    'LAST_VALUE(de) AS a9',
    'SUM(x) AS a10',
    'COLLECT(ti) AS a11',
  ];
  const chosen = all.filter(() => chance(random, 3));
  return chosen.length === 0 ? 'MAX(tm) AS a0' : chosen.join(', ');
}

function having(random: Random, value: string): string {
  return chance(random, 3) ? ` HAVING SUM(${value}) > ${random.nextInt(20)}` : '';
}

function condition(random: Random): string {
  return pick(random, ['v > 2', 'v IS NOT NULL', "k <> 'b'", 'MOD(id, 3) <> 0', 'd < 50', 'v / 2 = 1 OR k IS NULL']);
}

function joinKind(random: Random): string {
  return pick(random, ['', '', 'LEFT', 'RIGHT', 'FULL']);
}

function linesOfT(random: Random): string[] {
  return Array.from({ length: 20 + random.nextInt(300) }, (_, id) =>
    JSON.stringify({
      id,
      k: key(random),
      v: chance(random, 8) ? null : random.nextInt(12),
      d: random.nextInt(10_000) / 100,
      ts: time(random, id),
    }),
  );
}

function linesOfU(random: Random): string[] {
  return Array.from({ length: random.nextInt(150) }, (_, id) =>
    JSON.stringify({ k: key(random), w: random.nextInt(12), ts: time(random, 2 * id) }),
  );
}

/** Few values of each type, the edges of its range among them. */
function linesOfWide(random: Random): string[] {
  const orNull = <T>(value: T): T | null => (chance(random, 10) ? null : value);
  const big = ['9223372036854775807', '-9223372036854775808', '9007199254740993', '0', '-1', '42'];
  const decimals = ['1234567890123456789012345678.0123456789', '-0.0000000001', '0', '1.5', '99999999999999.25'];
  return Array.from({ length: random.nextInt(120) }, (_, id) => {
    // Written by hand: JSON.stringify has no numbers beyond 2^53.
    const fields: readonly (readonly [string, unknown])[] = [
      ['id', id],
      ['b', orNull(random.nextInt(2) === 0)],
      ['ti', orNull(random.nextInt(7) - 3)],
      ['big', orNull(pick(random, big))],
      ['de', orNull(pick(random, decimals))],
      ['x', orNull(pick(random, ['-0.0', '0.0', '1.0E-300', '0.1', '1.7976931348623157E308']))],
      ['r', orNull(pick(random, [0.1, 1.5, -3.25]))],
      ['d', orNull(pick(random, ['"1969-12-31"', '"2024-02-29"', '"9999-12-31"']))],
      ['tm', orNull(pick(random, ['"00:00:00"', '"23:59:59"']))],
      ['ns', orNull(pick(random, ['"1969-12-31 23:59:59.999999999"', '"2024-01-01 00:00:00.000000001"']))],
      ['bs', orNull(pick(random, ['""', '"AP8="', '"AQID"']))],
      ['arr', orNull(pick(random, ['[]', '[1, null]', '[1, 2, 3]']))],
      ['m', orNull(pick(random, ['{}', '{"k": 9223372036854775807}', '{"k": null, "l": 1}']))],
      ['o', orNull(pick(random, ['{"p": 1, "q": "é"}', '{"p": null, "q": null}']))],
      ['ts', `"${time(random, id)}"`],
    ];
    return `{${fields.map(([name, value]) => `"${name}": ${String(value)}`).join(', ')}}`;
  });
}

/** Changes of a small table: rows come, change and go. */
function linesOfC(random: Random): string[] {
  const rows = new Map<string, number>();
  return Array.from({ length: random.nextInt(150) }, () => {
    const k = pick(random, ['a', 'b', 'c', 'dé', 'e']);
    const before = rows.get(k);
    const was = before === undefined ? null : { k, w: before };
    if (before !== undefined && chance(random, 3)) {
      rows.delete(k);
      return JSON.stringify({ before: was, after: null, op: 'd' });
    }
    const w = random.nextInt(8);
    rows.set(k, w);
    return JSON.stringify({ before: was, after: { k, w }, op: was === null ? 'c' : 'u' });
  });
}

function key(random: Random): string | null {
  return chance(random, 20) ? null : pick(random, ['a', 'b', 'c', 'dé', 'e']);
}

/** Event times go on with the rows, in some disorder. */
function time(random: Random, position: number): string {
  const ms = 1_700_000_000_000 + position * 1_000 - random.nextInt(20) * 500;
  return new Date(ms).toISOString().replace('T', ' ').replace('Z', '');
}

function pick<T>(random: Random, choices: readonly T[]): T {
  return choices[random.nextInt(choices.length)] as T;
}

/** True once in `n` times. */
function chance(random: Random, n: number): boolean {
  return random.nextInt(n) === 0;
}
