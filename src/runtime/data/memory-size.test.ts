/** The estimate of memory: what it counts, against each other. How near it is to the heap: `npm run bench -- state`. */
import { expect, it } from 'vitest';
import { boxBytes, fixedBoxBytes, rowBytes } from './memory-size.ts';
import { MapValue, NanoTimestamp } from './value.ts';

it('counts small integers, booleans and NULL as their place, and boxes the other numbers', () => {
  const [small, large, fraction, big] = [1, 2 ** 40, 0.5, 2n ** 70n].map(boxBytes);
  expect([small, boxBytes(true), boxBytes(null), large === fraction, (big ?? 0) > (large ?? 0)]).toEqual([
    0,
    0,
    0,
    true,
    true,
  ]);
});

it('grows with texts, bytes and nesting', () => {
  const long = boxBytes('x'.repeat(1000)) - boxBytes('x');
  const bytes = boxBytes(new Uint8Array(500)) - boxBytes(new Uint8Array(0));
  const map =
    boxBytes(new MapValue([['key', 'value']])) > boxBytes(new MapValue([])) + boxBytes('key') + boxBytes('value');
  const nested = rowBytes([['a', 'b'], 1]) === rowBytes([null, 1]) + rowBytes(['a', 'b']);
  expect([long, bytes, map, nested]).toEqual([999, 500, true, true]);
});

it('knows the size of a type where the value does not matter', () => {
  const kinds = [
    { kind: 'INT', nullable: true },
    { kind: 'DOUBLE', nullable: true },
    { kind: 'TIMESTAMP', nullable: true, precision: 9 },
    { kind: 'VARCHAR', nullable: true, length: 9 },
  ] as const;
  expect(kinds.map(fixedBoxBytes)).toEqual([0, boxBytes(0.5), boxBytes(new NanoTimestamp(1, 1)), null]);
});
