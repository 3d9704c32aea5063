/**
 * Change events of a database, as Debezium writes them, read from the same broker by Millrace and by real Flink with
 * its own Kafka connector: joined and summed they must come to the same.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareDocuments } from '../flink/compare-results.ts';
import type { CompareRules } from '../flink/compare-rule.ts';
import { flinkPrerequisites } from '../flink/prerequisites.ts';
import { runOnFlink } from '../flink/run-flink.ts';
import { runOnMillrace } from '../flink/run-millrace.ts';
import { type PutRecord, putRows } from './broker-rows.ts';
import { mavenJars } from './maven-jars.ts';
import { type RealBroker, startRealBroker } from './real-broker.ts';

let broker: RealBroker;
let folder: string;
let connector: string;

beforeAll(async () => {
  const found = flinkPrerequisites();
  if (!found.ok) throw new Error(found.reason);
  connector = mavenJars(found.tools.maven, 'connector-pom.xml', 'connector');
  folder = mkdtempSync(join(tmpdir(), 'millrace-changes-'));
  broker = await startRealBroker();
});

afterAll(async () => {
  await broker?.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Order {
  readonly id: number;
  readonly customer: number;
  readonly amount: string;
}

/** Events of a table of orders: a snapshot, then insertions, updates and deletions, the same in every run. */
function orderEvents(): readonly PutRecord[] {
  const orders = new Map<number, Order>();
  const events: PutRecord[] = [];
  let seed = 7;
  const next = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((seed / 2_147_483_648) * below);
  };
  const put = (op: string, id: number, after: Order | null): void => {
    const before = op === 'r' || op === 'c' ? null : (orders.get(id) ?? null);
    const source = { version: '3.6.3.Final', connector: 'postgresql', ts_ms: 1_700_000_000_000 + events.length };
    events.push({
      key: JSON.stringify({ id }),
      value: JSON.stringify({ before, after, source, op, ts_ms: source.ts_ms + 5, transaction: null }),
    });
    // Behind every deletion Debezium writes a record without a value.
    if (after === null) events.push({ key: JSON.stringify({ id }), value: null });
    if (after === null) orders.delete(id);
    else orders.set(id, after);
  };
  const made = (id: number): Order => ({ id, customer: next(6), amount: `${next(500)}.${10 + next(90)}` });
  for (let id = 1; id <= 20; id++) put('r', id, made(id));
  for (let id = 21; id <= 300; id++) {
    put('c', id, made(id));
    const other = [...orders.keys()][next(orders.size)] ?? id;
    if (next(3) === 0) put('u', other, made(other));
    if (next(4) === 0) put('d', other, null);
  }
  return events;
}

/** Events of a table of customers: one of them is renamed, one goes, and one has no orders. */
function customerEvents(): readonly PutRecord[] {
  const customer = (id: number, name: string, country: string): object => ({ id, name, country });
  const events: readonly (readonly [op: string, before: object | null, after: object | null])[] = [
    ['r', null, customer(0, 'Ann', 'AT')],
    ['r', null, customer(1, 'Bob', 'BE')],
    ['r', null, customer(2, 'Cid', 'CH')],
    ['c', null, customer(3, 'Dan', 'AT')],
    ['c', null, customer(4, 'Eva', 'BE')],
    ['u', customer(1, 'Bob', 'BE'), customer(1, 'Robert', 'CH')],
    ['d', customer(4, 'Eva', 'BE'), null],
    ['c', null, customer(9, 'Zoe', 'AT')],
  ];
  return events.map(([op, before, after]) => ({
    value: JSON.stringify({ before, after, op, source: { connector: 'postgresql' }, ts_ms: 1 }),
  }));
}

describe('change events of orders from Kafka', () => {
  it('joined with their customers and summed, come to the same as on Flink', async () => {
    await broker.createTopic('shop.orders');
    await broker.createTopic('shop.customers');
    await putRows(broker, 'shop.orders', orderEvents());
    await putRows(broker, 'shop.customers', customerEvents());
    const table = (topic: string, format = 'debezium-json'): string =>
      `'connector' = 'kafka', 'topic' = '${topic}', 'properties.bootstrap.servers' = '${broker.server}', 'properties.group.id' = 'judge',
       'scan.startup.mode' = 'earliest-offset', 'scan.bounded.mode' = 'latest-offset', 'format' = '${format}'`;
    const script = join(folder, 'orders.sql');
    writeFileSync(
      script,
      `CREATE TABLE orders (id BIGINT, customer BIGINT, amount DECIMAL(10, 2), PRIMARY KEY (id) NOT ENFORCED) WITH (${table('shop.orders')});
       CREATE TABLE customers (id BIGINT, name STRING, country STRING, PRIMARY KEY (id) NOT ENFORCED) WITH (${table('shop.customers')});
       CREATE TABLE changes (id BIGINT, customer BIGINT, amount DECIMAL(10, 2)) WITH ('connector' = 'print');
       CREATE TABLE totals (customer BIGINT, n BIGINT, total DECIMAL(38, 2), largest DECIMAL(10, 2)) WITH ('connector' = 'print');
       CREATE TABLE joined (id BIGINT, name STRING, amount DECIMAL(10, 2)) WITH ('connector' = 'print');
       CREATE TABLE countries (country STRING, customers BIGINT, n BIGINT, total DECIMAL(38, 2)) WITH ('connector' = 'print');
       INSERT INTO changes SELECT * FROM orders;
       INSERT INTO totals SELECT customer, COUNT(*), SUM(amount), MAX(amount) FROM orders GROUP BY customer;
       INSERT INTO joined SELECT o.id, c.name, o.amount FROM orders o LEFT JOIN customers c ON o.customer = c.id WHERE o.amount > 50;
       INSERT INTO countries SELECT c.country, COUNT(DISTINCT c.id), COUNT(*), SUM(o.amount) FROM orders o JOIN customers c ON o.customer = c.id GROUP BY c.country;`,
    );
    const [flink] = await runOnFlink([{ path: script, paced: false }], { say: () => {}, jarFolders: [connector] });
    const millrace = await runOnMillrace(script, 'source');
    if (flink === undefined) throw new Error('Flink gave no document');
    expect(flink.error ?? null).toBe(null);
    // One topic, one partition: the very same changelog. Two topics arrive in any order: the same in the end.
    const rules: CompareRules = {
      rules: { joined: { compare: 'final-table' }, countries: { compare: 'final-table' } },
    };
    const { tables, problem } = compareDocuments(flink, millrace, rules);
    process.stdout.write(
      `${tables.map(({ name, rows, equal }) => `${name}: ${equal} of ${rows} rows equal`).join(', ')}\n`,
    );
    expect({ problem, differences: tables.map(({ name, difference }) => [name, difference]) }).toEqual({
      problem: null,
      differences: ['changes', 'totals', 'joined', 'countries'].map((name) => [name, null]),
    });
    // That there is something to compare.
    expect(tables.every(({ rows }) => rows >= 2)).toBe(true);
  });
});
