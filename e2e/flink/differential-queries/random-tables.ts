/**
 * The tables of the differential test: their declarations and random rows. Values are few, so that keys meet,
 * NULLs are frequent, event times come in some disorder, and numbers are exact in every order of adding them up.
 *
 *     t, u   rows with event time (t has every common type); u is smaller
 *     c      a log of changes by key (Debezium), with event time; rows come, change and go
 *     p      a log of changes by key that a join may look back into: versions in event time
 */
import type { Random } from '../../../src/runtime/seams/random.ts';

/** What types the grammar of queries tells apart. */
export type ColumnKind =
  | 'int'
  | 'bigint'
  | 'decimal'
  | 'double'
  | 'string'
  | 'boolean'
  | 'time' // an event time column with its watermark
  | 'timestamp' // a point in time that has lost it
  | 'array'
  | 'other'; // shown and compared, nothing is computed from it

/** A column of a table or query. */
export interface RandomColumn {
  readonly name: string;
  readonly kind: ColumnKind;
}

/** A declared table. */
export interface RandomTable {
  readonly name: string;
  readonly columns: readonly RandomColumn[];
  /** Rows change and go. */
  readonly updating: boolean;
  /** The columns that say which row a change is about. */
  readonly key: readonly string[];
  readonly statement: string;
  readonly lines: readonly string[];
}

const START_MS = Date.UTC(2024, 0, 1);

/** The four tables. */
export function randomTables(random: Random): readonly RandomTable[] {
  const delay = (): string => `INTERVAL '${pick(random, [0, 0, 1, 2, 5])}' SECOND`;
  const debezium = (file: string): string =>
    `WITH ('connector' = 'filesystem', 'path' = '${file}', 'format' = 'debezium-json')`;
  const json = (file: string): string => `WITH ('connector' = 'filesystem', 'path' = '${file}', 'format' = 'json')`;
  return [
    {
      name: 't',
      columns: columns('id int, k string, g int, v int, w bigint, d decimal, x double, b boolean, arr array, ts time'),
      updating: false,
      key: [],
      statement: `CREATE TABLE t (id INT, k STRING, g INT, v INT, w BIGINT, d DECIMAL(10, 2), x DOUBLE, b BOOLEAN, arr ARRAY<INT>, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - ${delay()}) ${json('t.jsonl')};`,
      lines: many(random, 8, 40, (id) => ({
        id,
        k: key(random),
        ...numbers(random),
        b: orNull(random, random.nextInt(2) === 0),
        arr: orNull(
          random,
          many(random, 0, 3, () => (chance(random, 6) ? null : random.nextInt(5))),
        ),
        ts: time(random, id),
      })).map((row) => JSON.stringify(row)),
    },
    {
      name: 'u',
      columns: columns('uid int, k string, g int, v int, ts time'),
      updating: false,
      key: [],
      statement: `CREATE TABLE u (uid INT, k STRING, g INT, v INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - ${delay()}) ${json('u.jsonl')};`,
      lines: many(random, 0, 20, (id) => ({
        uid: id,
        k: key(random),
        g: orNull(random, random.nextInt(4)),
        v: orNull(random, random.nextInt(8)),
        ts: time(random, id * 2),
      })).map((row) => JSON.stringify(row)),
    },
    {
      name: 'c',
      columns: columns('cid int, k string, g int, v int, w bigint, d decimal, ts time'),
      updating: true,
      key: ['cid'],
      statement: `CREATE TABLE c (cid INT, k STRING, g INT, v INT, w BIGINT, d DECIMAL(10, 2), ts TIMESTAMP(3), WATERMARK FOR ts AS ts - ${delay()}, PRIMARY KEY (cid) NOT ENFORCED) ${debezium('c.jsonl')};`,
      lines: changes(random, 8, (cid, position) => {
        const { x: _, ...rest } = numbers(random);
        return { cid, k: key(random), ...rest, ts: time(random, position) };
      }),
    },
    {
      name: 'p',
      columns: columns('k string, price int, ts time'),
      updating: true,
      key: ['k'],
      statement: `CREATE TABLE p (k STRING, price INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts, PRIMARY KEY (k) NOT ENFORCED) ${debezium('p.jsonl')};`,
      lines: changes(random, 4, (id, position) => ({
        k: KEYS[id % KEYS.length],
        price: random.nextInt(50),
        // Versions come in the order of their time: what a late version means is another test's subject.
        ts: text(START_MS + position * 1_000),
      })),
    },
  ];
}

const KEYS = ['a', 'b', 'c', 'dé'];

function columns(list: string): RandomColumn[] {
  return list.split(', ').map((column) => {
    const [name, kind] = column.split(' ') as [string, ColumnKind];
    return { name, kind };
  });
}

function key(random: Random): string | null {
  return chance(random, 12) ? null : pick(random, KEYS);
}

function numbers(random: Random) {
  return {
    g: orNull(random, random.nextInt(4)),
    v: orNull(random, random.nextInt(8) - 1),
    w: orNull(random, pick(random, [0, 1, 7, 100, -3, 4_000_000_000])),
    d: orNull(random, random.nextInt(2_000) / 4 - 50),
    // Quarters: sums and products of a few of them are exact in binary.
    x: orNull(random, random.nextInt(64) / 4 - 4),
  };
}

/** Rows come, change and go; `row` makes one for a key number at a place of the log. */
function changes(random: Random, keys: number, row: (id: number, position: number) => object): string[] {
  const rows = new Map<number, object>();
  return many(random, 4, 36, (position) => {
    const id = random.nextInt(keys);
    const before = rows.get(id) ?? null;
    if (before !== null && chance(random, 3)) {
      rows.delete(id);
      return JSON.stringify({ before, after: null, op: 'd' });
    }
    const after = row(id, position);
    rows.set(id, after);
    return JSON.stringify({ before, after, op: before === null ? 'c' : 'u' });
  });
}

/** Event times go on with the rows, in some disorder, with a jump here and there. */
function time(random: Random, position: number): string {
  const jump = position > 20 ? 10_000 : 0;
  return text(START_MS + position * 1_000 + jump + (random.nextInt(9) - 6) * 500);
}

function text(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').replace('Z', '');
}

function many<T>(random: Random, least: number, most: number, make: (position: number) => T): T[] {
  return Array.from({ length: least + random.nextInt(most - least + 1) }, (_, i) => make(i));
}

function orNull<T>(random: Random, value: T): T | null {
  return chance(random, 8) ? null : value;
}

/** One of them. */
export function pick<T>(random: Random, choices: readonly T[]): T {
  return choices[random.nextInt(choices.length)] as T;
}

/** True once in `n` times. */
export function chance(random: Random, n: number): boolean {
  return random.nextInt(n) === 0;
}
