/** Values through a structured clone and back. */
import { describe, expect, it } from 'vitest';
import { fromPortable, toPortable } from './portable.ts';
import { MapValue, NanoTimestamp, type Value } from './value.ts';

describe('portable values', () => {
  it('survive a structured clone with their classes', () => {
    const value: Value = [
      null,
      true,
      1.5,
      9007199254740993n,
      'text',
      Uint8Array.of(1, 2),
      new NanoTimestamp(5, 123456),
      new MapValue([['k', [new NanoTimestamp(1, 2), new MapValue([])]]]),
      [[]],
    ];
    const back = fromPortable(structuredClone(toPortable(value)));
    expect(back).toEqual(value);
    expect((back as Value[])[6]).toBeInstanceOf(NanoTimestamp);
    expect((back as Value[])[7]).toBeInstanceOf(MapValue);
  });
});
