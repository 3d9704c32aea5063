/**
 * Avro files between Millrace and real Flink, in both directions: each reads what the other has written, and what
 * cannot be written is refused in the same words.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { flinkSuite } from './flink-suite.ts';
import type { ResultDocument } from './result-document.ts';
import { runOnFlink } from './run-flink.ts';
import { runOnMillrace } from './run-millrace.ts';

const COLUMNS = `b BOOLEAN, t TINYINT, s SMALLINT, i INT NOT NULL, l BIGINT, f FLOAT, d DOUBLE, str STRING, chars CHAR(3),
  bin BYTES, amount DECIMAL(20, 4), price DECIMAL(4, 2) NOT NULL, dt DATE, tm TIME(3), ts TIMESTAMP(3),
  arr ARRAY<INT>, arr2 ARRAY<ARRAY<STRING NOT NULL>>, mp MAP<STRING, BIGINT>,
  r ROW<x INT, y STRING NOT NULL, z ROW<d DATE>>, rs ARRAY<ROW<a INT, b STRING>>, end_ INT NOT NULL`;

const RECORDS = [
  {
    ...{
      b: true,
      t: -5,
      s: 300,
      i: 1,
      l: '9007199254740993',
      f: 1.5,
      d: 2.25,
      str: 'héllo 😀',
      chars: 'abc',
      bin: 'AQID',
    },
    ...{ amount: '12345678901234.5678', price: '-0.01', dt: '2024-02-29', tm: '12:34:56.789' },
    ...{ ts: '2024-01-02 03:04:05.678', arr: [1, null, -3], arr2: [['a', 'b'], [], null], mp: { a: 1, b: null } },
    ...{ r: { x: 7, y: 'z', z: { d: '1969-12-31' } }, rs: [{ a: 1, b: null }, null], end_: 1 },
  },
  { i: -2147483648, l: '-9223372036854775808', price: '99.99', ts: '1960-01-01 00:00:00.001', r: { y: '' }, end_: 2 },
  {
    i: 2147483647,
    l: '9223372036854775807',
    price: '0',
    str: 'x'.repeat(300),
    amount: '-9999999999999999.9999',
    end_: 3,
  },
];

/** Scripts that write a table of all types in a codec. */
const write = (codec: string): string => `
CREATE TABLE source_rows (${COLUMNS}) WITH ('connector' = 'filesystem', 'path' = 'in.json', 'format' = 'json');
CREATE TABLE written (${COLUMNS}) WITH ('connector' = 'filesystem', 'path' = 'out-${codec}', 'format' = 'avro', 'avro.codec' = '${codec}');
INSERT INTO written SELECT * FROM source_rows;
`;

/** Reads it whole, and with other columns: fewer, wider ones, in another order, and one that the file does not have. */
const read = (codec: string): string => `
CREATE TABLE whole (${COLUMNS}) WITH ('connector' = 'filesystem', 'path' = 'out-${codec}', 'format' = 'avro');
CREATE TABLE other (later STRING, mp MAP<STRING, DOUBLE>, i BIGINT, f DOUBLE, r ROW<z ROW<d DATE>, extra INT, y STRING NOT NULL>)
  WITH ('connector' = 'filesystem', 'path' = 'out-${codec}', 'format' = 'avro');
SELECT * FROM whole;
SELECT * FROM other;
SELECT r.y, end_ FROM whole;
`;

const CODECS = ['snappy', 'deflate', 'null'];

/** Tables whose columns Avro cannot hold, and files that are none. */
const REFUSED: Readonly<Record<string, string>> = {
  'a timestamp of more digits': 'ts TIMESTAMP(6)',
  'an instant': 'ts TIMESTAMP_LTZ(3)',
  'a map with keys that are no text': 'm MAP<INT, INT>',
};

flinkSuite('Avro files', () => {
  let folder: string;
  const documents = new Map<string, ResultDocument>();
  const say = (line: string): void => void process.stderr.write(`${line}\n`);

  async function onFlink(scripts: Readonly<Record<string, string>>): Promise<void> {
    const paths = Object.entries(scripts).map(([name, text]) => {
      const path = join(folder, `${name.replaceAll(' ', '-')}.sql`);
      writeFileSync(path, text);
      return { name, path };
    });
    const found = await runOnFlink(
      paths.map(({ path }) => ({ path, paced: false })),
      { say },
    );
    for (const [index, document] of found.entries()) documents.set(paths[index]?.name ?? '', document);
  }

  async function onMillrace(name: string, text: string): Promise<ResultDocument> {
    const path = join(folder, `millrace-${name.replaceAll(' ', '-')}.sql`);
    writeFileSync(path, text);
    return runOnMillrace(path, 'built');
  }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'avro-'));
    writeFileSync(join(folder, 'in.json'), RECORDS.map((record) => JSON.stringify(record)).join('\n'));
    for (const codec of CODECS)
      await onMillrace(`write-${codec}`, write(codec).replaceAll(`out-${codec}`, `ours-${codec}`));
    await onFlink({
      ...Object.fromEntries(CODECS.map((codec) => [`write ${codec}`, write(codec)])),
      ...Object.fromEntries(CODECS.map((codec) => [`read ours ${codec}`, read(codec).replaceAll('out-', 'ours-')])),
      ...Object.fromEntries(
        Object.entries(REFUSED).map(([name, columns]) => [
          name,
          `CREATE TABLE t (${columns}) WITH ('connector' = 'filesystem', 'path' = 'none', 'format' = 'avro');\nSELECT * FROM t;`,
        ]),
      ),
    });
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each(CODECS)('that Millrace writes with %s are read by Flink as Millrace reads them', async (codec) => {
    const flink = documents.get(`read ours ${codec}`);
    const own = await onMillrace(`read-ours-${codec}`, read(codec).replaceAll('out-', 'ours-'));
    expect(flink?.error).toBeUndefined();
    expect(flink?.results[0]?.rows).toHaveLength(RECORDS.length);
    expect(own.results).toEqual(flink?.results);
  });

  test.each(CODECS)('that Flink writes with %s are read by Millrace as its own', async (codec) => {
    expect(documents.get(`write ${codec}`)?.error).toBeUndefined();
    const flinks = await onMillrace(`read-flinks-${codec}`, read(codec));
    const ours = await onMillrace(`read-again-${codec}`, read(codec).replaceAll('out-', 'ours-'));
    expect(flinks.results[0]?.rows).toHaveLength(RECORDS.length);
    expect(flinks).toEqual(ours);
  });

  test.each(Object.keys(REFUSED))('cannot hold %s, in Flink’s words', async (name) => {
    const text = `CREATE TABLE t (${REFUSED[name]}) WITH ('connector' = 'filesystem', 'path' = 'none', 'format' = 'avro');\nSELECT * FROM t;`;
    const own = await onMillrace(name, text);
    const { error } = documents.get(name) ?? {};
    expect(error?.message).toBeDefined();
    expect(own.error?.message).toEqual(error?.message);
  });
});
