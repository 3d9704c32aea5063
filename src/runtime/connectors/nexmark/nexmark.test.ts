/** The stream of an auction house: its proportions, what its events refer to, and that it comes again. */
import { describe, expect, it } from 'vitest';
import type { LogicalType } from '../../data/logical-type.ts';
import type { SourceReader } from '../../engine/source.ts';
import { pollInto, RowLog, tableOf, testSeams } from '../test-table.ts';
import { nexmarkConnector } from './connector.ts';
import { NEXMARK_DEFAULTS, NexmarkEvents, nexmarkPart } from './events.ts';

const INT: LogicalType = { kind: 'INT', nullable: true };
const LONG: LogicalType = { kind: 'BIGINT', nullable: true };
const TEXT: LogicalType = { kind: 'VARCHAR', nullable: true, length: 2147483647 };
const TIME: LogicalType = { kind: 'TIMESTAMP', nullable: true, precision: 3 };
const BID: LogicalType = {
  kind: 'ROW',
  nullable: true,
  fields: [
    { name: 'price', type: LONG },
    { name: 'channel', type: TEXT },
    { name: 'dateTime', type: TIME },
  ],
};

const table = (options: Readonly<Record<string, string>>, columns: Readonly<Record<string, LogicalType>> = {}) =>
  tableOf({ event_type: INT, bid: BID, ...columns }, { connector: 'nexmark', ...options });

function readerOf(options: Readonly<Record<string, string>>): SourceReader {
  const created = nexmarkConnector.source?.create({ table: table(options), columns: [0, 1], seams: testSeams() });
  if (created?.ok !== true) throw new Error('the table can be read');
  return created.value;
}

function rowsOf(options: Readonly<Record<string, string>>): readonly string[] {
  const reader = readerOf(options);
  reader.open(() => {});
  const log = new RowLog(table(options), [0, 1]);
  expect(pollInto(reader, log)).toBe('end');
  return log.rows;
}

describe('the events of Nexmark', () => {
  const events = new NexmarkEvents(NEXMARK_DEFAULTS);
  const some = Array.from({ length: 50_000 }, (_, n) => events.event(n));

  it('are one person, three auctions and 46 bids of fifty', () => {
    const counts = { person: 0, auction: 0, bid: 0 };
    for (const { kind } of some) counts[kind] += 1;
    expect(counts).toEqual({ person: 1000, auction: 3000, bid: 46_000 });
  });

  it('have numbers that count up, and refer to what is there or is about to come', () => {
    let [people, auctions] = [1000, 1000];
    const wrong: string[] = [];
    for (const event of some) {
      if (event.kind === 'person') {
        if (event.person.id !== people) wrong.push(`person ${event.person.id}`);
        people += 1;
      } else if (event.kind === 'auction') {
        const { id, seller, expires, dateTime, reserve, initialBid } = event.auction;
        if (id !== auctions) wrong.push(`auction ${id}`);
        auctions += 1;
        if (seller < 1000 || seller > people + 10) wrong.push(`seller ${seller} of ${people}`);
        if (expires <= dateTime || reserve <= initialBid) wrong.push(`auction ${id} ends or reserves too little`);
      } else {
        const { auction, bidder, price } = event.bid;
        if (auction < 1000 || auction > auctions + 10) wrong.push(`bid for ${auction} of ${auctions}`);
        if (bidder < 1000 || bidder > people + 10) wrong.push(`bid by ${bidder} of ${people}`);
        if (price < 100 || price > 100_000_000) wrong.push(`price ${price}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('are for a hot auction half of the time, of a hot bidder three quarters, in a hot channel half', () => {
    const bids = some.flatMap((event) => (event.kind === 'bid' ? [event.bid] : []));
    const share = (test: (bid: (typeof bids)[number]) => boolean): number =>
      Math.round((10 * bids.filter(test).length) / bids.length);
    expect([
      share(({ auction }) => auction % 100 === 0),
      share(({ bidder }) => bidder % 100 === 1),
      share(({ channel }) => !channel.startsWith('channel-')),
    ]).toEqual([5, 8, 5]);
  });

  it('have the published sizes on average', () => {
    const sizes: Record<string, number[]> = { person: [], auction: [], bid: [] };
    for (const event of some) {
      const part: object = nexmarkPart(event);
      const counted = Object.entries(part).filter(
        ([name]) => name !== 'channel' && name !== 'url' && name !== 'dateTime',
      );
      const size = counted.reduce((sum, [, value]) => sum + (typeof value === 'string' ? value.length : 8), 0);
      sizes[event.kind]?.push(size);
    }
    const average = (list: readonly number[]): number => list.reduce((sum, size) => sum + size, 0) / list.length;
    expect(Object.entries(sizes).map(([kind, list]) => [kind, Math.round(average(list) / 20) * 20])).toEqual([
      ['person', 200],
      ['auction', 500],
      ['bid', 100],
    ]);
  });

  it('are the same from wherever one begins, and others with another seed', () => {
    const again = new NexmarkEvents(NEXMARK_DEFAULTS);
    const other = new NexmarkEvents({ ...NEXMARK_DEFAULTS, seed: 2 });
    expect([again.event(40_007), other.event(40_007)]).toEqual([some[40_007], expect.anything()]);
    expect(other.event(40_007)).not.toEqual(some[40_007]);
  });
});

describe('the nexmark connector', () => {
  it('gives a row with the part of its kind, and NULL for the others', () => {
    const rows = rowsOf({ 'events.num': '6' });
    expect(rows.map((row) => row.replace(/\d{3,}, \S+, /, 'P, C, '))).toEqual([
      '+I[0, null]',
      '+I[1, null]',
      '+I[1, null]',
      '+I[1, null]',
      expect.stringMatching(/^\+I\[2, .*2015-07-15/),
      expect.stringMatching(/^\+I\[2, .*2015-07-15/),
    ]);
  });

  it('goes on from its position with the next event', () => {
    const all = rowsOf({ 'events.num': '500' });
    const first = readerOf({ 'events.num': '500' });
    first.open(() => {});
    const log = new RowLog(table({}), [0, 1]);
    pollInto(first, log, 123, 1);
    const second = readerOf({ 'events.num': '500' });
    second.restore(first.position());
    second.open(() => {});
    pollInto(second, log);
    expect(log.rows).toEqual(all);
  });

  it('says which columns and options it does not know', () => {
    const problems = (subject: ReturnType<typeof table>): readonly string[] =>
      nexmarkConnector.validate(subject, 'source').map(({ message }) => message);
    expect([
      problems(table({})),
      problems(table({ 'bid.proportion': '0' })),
      problems(table({}, { other: INT })),
      problems(table({}, { person: { kind: 'ROW', nullable: true, fields: [{ name: 'age', type: INT }] } })),
      problems(table({}, { auction: { kind: 'ROW', nullable: true, fields: [{ name: 'id', type: TEXT }] } })),
    ]).toEqual([
      [],
      ["'bid.proportion' must be at least 1."],
      ["The nexmark connector has no column 'other' of this type."],
      ["A person of the nexmark connector has no field 'age'."],
      ["Field 'auction.id' has another type in the nexmark connector."],
    ]);
  });
});
