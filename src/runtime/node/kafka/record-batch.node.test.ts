/** Batches of records as bytes: what was written is read again, whatever is cut off, aborted or compressed. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32c } from '../../data/crc32.ts';
import type { OutgoingRecord } from '../../seams/broker.ts';
import { COMPRESSION, unpack } from './compression.ts';
import { murmur2 } from './murmur2.ts';
import { ANONYMOUS, BatchBuilder, type BatchProducer, decodeBatches } from './record-batch.ts';

const bytes = (text: string): Buffer => Buffer.from(text);
const outgoing = (value: string | null, more: Partial<OutgoingRecord> = {}): OutgoingRecord => ({
  topic: 't',
  partition: null,
  key: null,
  value: value === null ? null : bytes(value),
  timestampMs: 1_700_000_000_000,
  headers: [],
  ...more,
});

function encodeBatch(
  records: readonly OutgoingRecord[],
  producer: BatchProducer,
  firstSequence: number,
  compression: 'none' | 'gzip' | 'snappy',
  nowMs: number,
): Buffer {
  const builder = new BatchBuilder();
  for (const record of records) builder.add(record, nowMs);
  return builder.finish(producer, firstSequence, compression);
}

/** As a broker does when it takes a batch: the offset is no part of the sum. */
function at(batch: Buffer, offset: number): Buffer {
  const placed = Buffer.from(batch);
  placed.writeBigInt64BE(BigInt(offset), 0);
  return placed;
}

function control(offset: number, producerId: bigint, type: 'abort' | 'commit'): Buffer {
  const key = Buffer.from([0, 0, 0, type === 'abort' ? 0 : 1]);
  const producer = { producerId, epoch: 0, isTransactional: true };
  const batch = at(encodeBatch([outgoing(null, { key })], producer, 0, 'none', 0), offset);
  batch.writeInt16BE(batch.readInt16BE(21) | 0x20, 21);
  return batch;
}

const texts = (batches: Buffer, from: number, to: number | null, aborted: Parameters<typeof decodeBatches>[3] = []) => {
  const { records, nextOffset } = decodeBatches(batches, from, to, aborted);
  return { records: records.map(({ offset, value }) => `${offset} ${Buffer.from(value ?? [])}`), nextOffset };
};

describe('batches of records', () => {
  it('give back what was written, compressed or not', () => {
    const anyBytes = fc.option(fc.uint8Array({ maxLength: 300 }));
    const anyRecord = fc.record({
      key: anyBytes,
      value: anyBytes,
      timestampMs: fc.integer({ min: 0, max: 4_000_000_000_000 }),
      headers: fc.array(fc.tuple(fc.string({ maxLength: 20 }), anyBytes), { maxLength: 3 }),
    });
    const kinds = fc.constantFrom('none', 'gzip', 'snappy' as const);
    fc.assert(
      fc.property(fc.array(anyRecord, { minLength: 1, maxLength: 200 }), kinds, (records, kind) => {
        const batch = at(
          encodeBatch(
            records.map((record) => outgoing('', record)),
            ANONYMOUS,
            -1,
            kind as 'none',
            0,
          ),
          7,
        );
        const read = decodeBatches(batch, 0, null, []);
        expect(read.nextOffset).toBe(7 + records.length);
        const plain = (each: Uint8Array | null): string | null =>
          each === null ? null : Buffer.from(each).toString('hex');
        expect(
          read.records.map(({ offset, timestampMs, key, value, headers }) => [
            offset,
            timestampMs,
            plain(key),
            plain(value),
            headers.map(([name, content]) => [name, plain(content)]),
          ]),
        ).toEqual(
          records.map(({ timestampMs, key, value, headers }, index) => [
            7 + index,
            timestampMs,
            plain(key),
            plain(value),
            headers.map(([name, content]) => [name.toWellFormed?.() ?? name, plain(content)]),
          ]),
        );
      }),
      { numRuns: 200, seed: 11 },
    );
  });

  it('hold texts in UTF-8, whatever is in them', () => {
    const some = ['', 'abc', 'Grüße', '日本', '🙂'.repeat(100), 'x'.repeat(40_000), 'ß'.repeat(40_000)];
    const batch = encodeBatch(
      some.map((value) => ({ ...outgoing(''), value })),
      ANONYMOUS,
      -1,
      'none',
      0,
    );
    expect(decodeBatches(batch, 0, null, []).records.map(({ value }) => Buffer.from(value ?? []).toString())).toEqual(
      some,
    );
  });

  it('are read from and to an offset in their middle, and a batch that is cut off does not count', () => {
    const write = (offset: number, ...values: string[]): Buffer =>
      at(
        encodeBatch(
          values.map((value) => outgoing(value)),
          ANONYMOUS,
          -1,
          'none',
          0,
        ),
        offset,
      );
    const all = Buffer.concat([write(0, 'a', 'b', 'c'), write(5, 'd', 'e')]);
    expect([
      texts(all, 1, null),
      texts(all, 1, 6),
      texts(all, 3, null),
      texts(all.subarray(0, all.length - 1), 0, null),
      texts(all.subarray(0, 10), 4, null),
    ]).toEqual([
      { records: ['1 b', '2 c', '5 d', '6 e'], nextOffset: 7 },
      { records: ['1 b', '2 c', '5 d'], nextOffset: 7 },
      { records: ['5 d', '6 e'], nextOffset: 7 },
      { records: ['0 a', '1 b', '2 c'], nextOffset: 3 },
      { records: [], nextOffset: 4 },
    ]);
  });

  it('leave out what was aborted, and the marks of transactions', () => {
    const write = (offset: number, producerId: bigint, ...values: string[]): Buffer => {
      const producer = { producerId, epoch: 0, isTransactional: true };
      return at(
        encodeBatch(
          values.map((value) => outgoing(value)),
          producer,
          0,
          'none',
          0,
        ),
        offset,
      );
    };
    const all = Buffer.concat([
      write(0, 1n, 'dropped'),
      write(1, 2n, 'kept'),
      control(2, 1n, 'abort'),
      write(3, 1n, 'kept later'),
      control(4, 2n, 'commit'),
      control(5, 1n, 'commit'),
    ]);
    expect([texts(all, 0, null, [{ producerId: 1n, firstOffset: 0 }]), texts(all, 0, null)]).toEqual([
      { records: ['1 kept', '3 kept later'], nextOffset: 6 },
      { records: ['0 dropped', '1 kept', '3 kept later'], nextOffset: 6 },
    ]);
  });

  it('carry the sums and go by the hashes that Java writes', () => {
    // RFC 3720, B.4, and `UtilsTest.testMurmur2` of Kafka.
    expect(crc32c(Buffer.alloc(32))).toBe(0x8a9136aa);
    expect(crc32c(Buffer.alloc(32, 0xff))).toBe(0x62a8ab43);
    expect(crc32c(bytes('x123456789x').subarray(1, 10))).toBe(0xe3069283);
    const hashes = {
      '21': -973932308,
      foobar: -790332482,
      'a-little-bit-long-string': -985981536,
      'a-little-bit-longer-string': -1486304829,
      lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8: -58897971,
      abc: 479470107,
    };
    expect(Object.fromEntries(Object.keys(hashes).map((text) => [text, murmur2(bytes(text))]))).toEqual(hashes);
  });

  it('unpack LZ4, and refuse what is damaged in any byte without breaking', () => {
    // `printf 'abcabcabc…' | lz4`: a literal run, a match that overlaps itself, and the last literals.
    const block = Buffer.from([0x3f, 0x61, 0x62, 0x63, 0x03, 0x00, 0x0a, 0x50, 0x63, 0x61, 0x62, 0x63, 0x21]);
    const frame = Buffer.concat([
      Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82, block.length, 0, 0, 0]),
      block,
      Buffer.alloc(4),
    ]);
    expect(unpack(COMPRESSION.lz4, frame).toString()).toBe(`${'abc'.repeat(1)}${'abcabcabcabcabcabcabcabcabcab'}cabc!`);
    for (let index = 0; index < frame.length; index++) {
      const damaged = Buffer.from(frame);
      damaged[index] = (damaged[index] ?? 0) ^ 0xff;
      try {
        expect(unpack(COMPRESSION.lz4, damaged).length).toBeLessThan(1_000_000);
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
      }
    }
  });
});
