/** The trace of a run: whatever differs in what crossed an edge shows in it. */
import { describe, expect, it } from 'vitest';
import { RowKind } from '../data/row-kind.ts';
import { MapValue, NanoTimestamp, type Row } from '../data/value.ts';
import { Trace } from './trace.ts';

function digestOf(...rows: readonly Row[]): string {
  const trace = new Trace();
  for (const row of rows) trace.row(1, RowKind.Insert, row);
  return trace.digest();
}

describe('a trace', () => {
  it('differs for every value, for other places of the same values, and for another order of rows', () => {
    const rows: readonly Row[] = [
      [],
      [null],
      [null, null],
      [0],
      [-0],
      [1],
      [-1],
      [0x4e554c4c],
      [2147483648],
      [-2147483648],
      [2 ** 53],
      [0.5],
      [1.5],
      [Number.NaN],
      [Number.POSITIVE_INFINITY],
      [Number.NEGATIVE_INFINITY],
      [2n ** 60n],
      [-(2n ** 60n)],
      [2n ** 90n],
      [''],
      ['a'],
      ['b'],
      ['ab', 'c'],
      ['a', 'bc'],
      ['é'],
      [true],
      [false],
      [Uint8Array.of(1, 2)],
      [Uint8Array.of(2, 1)],
      [new NanoTimestamp(1, 2)],
      [new NanoTimestamp(2, 1)],
      [[1, 2]],
      [[2, 1]],
      [[], [1]],
      [[1], []],
      [new MapValue([['a', 1]])],
      [new MapValue([['a', null]])],
      [1, 2],
      [2, 1],
    ];
    const digests = rows.map((row) => digestOf(row));
    const pairs = rows.flatMap((first) => rows.map((second) => digestOf(first, second)));
    expect(new Set([...digests, ...pairs]).size).toBe(rows.length + rows.length ** 2);
  });

  it('differs for another kind, another node and a watermark, and goes on from its digest', () => {
    const of = (write: (trace: Trace) => void, from?: string): string => {
      const trace = new Trace(from);
      write(trace);
      return trace.digest();
    };
    const first = of((trace) => trace.row(1, RowKind.Insert, ['k', 1]));
    const others = [
      of((trace) => trace.row(1, RowKind.Delete, ['k', 1])),
      of((trace) => trace.row(2, RowKind.Insert, ['k', 1])),
      of((trace) => trace.watermark(1, 1)),
      of((trace) => trace.watermark(1, Number.POSITIVE_INFINITY)),
    ];
    expect(new Set([first, ...others]).size).toBe(5);
    const both = of((trace) => {
      trace.row(1, RowKind.Insert, ['k', 1]);
      trace.row(1, RowKind.Insert, [2.5]);
    });
    expect(of((trace) => trace.row(1, RowKind.Insert, [2.5]), first)).toBe(both);
  });

  it('is the same however it was cut, and whatever came right before a row', () => {
    const texts = ['', 'a', 'b', 'key-1', 'key-22', 'ключ', 'a long text that two rows share'];
    const changes: (readonly [node: number, kind: RowKind, row: Row])[] = [];
    for (let i = 0; i < 700; i++) {
      const node = i % 3 === 0 ? 0 : 4;
      const kind = i % 2 === 0 ? RowKind.UpdateBefore : RowKind.UpdateAfter;
      const text = texts[(i * i) % texts.length] as string;
      changes.push([
        i % 2 === 0 ? node : (changes[i - 1]?.[0] ?? 0),
        kind,
        i % 5 === 0 ? [i, true, null] : [text, i / 2],
      ]);
      // Both rows of an update often hold one text.
      if (i % 4 === 1) changes[i] = [changes[i - 1]?.[0] ?? 0, kind, [...(changes[i - 1]?.[2] ?? []).slice(0, 1), i]];
    }
    const ofAll = (cutEvery: number): string => {
      let trace = new Trace();
      changes.forEach(([node, kind, row], place) => {
        if (place % cutEvery === 0) trace = new Trace(trace.digest());
        trace.row(node, kind, row);
      });
      return trace.digest();
    };
    const whole = ofAll(1_000);
    expect([1, 2, 3, 7, 128, 129].map(ofAll)).toEqual(new Array(6).fill(whole));
    expect(whole.startsWith('700:')).toBe(true);
  });
});
