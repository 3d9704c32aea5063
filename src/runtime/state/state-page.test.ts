/** Pages of state for people. */
import { describe, expect, it } from 'vitest';
import type { StateEntry } from '../engine/operator.ts';
import { ENTRY_OVERHEAD_BYTES, pageOf, valueSizeBytes } from './state-page.ts';

const ENTRIES: readonly StateEntry[] = Array.from({ length: 10 }, (_, index) => ({
  key: [index],
  value: [index * index],
  updatedMs: null,
}));

describe('pageOf', () => {
  it('gives one page in order and counts all entries', () => {
    const page = pageOf(ENTRIES, { offset: 7, countMax: 2 });
    expect([page.entries.map((entry) => entry.key), page.entryCount, page.sizeBytes]).toEqual([
      [[7], [8]],
      10,
      10 * (ENTRY_OVERHEAD_BYTES + valueSizeBytes([0]) + valueSizeBytes([0])),
    ]);
  });

  it('counts and pages behind the filter, while the size stays that of all', () => {
    const filter = (key: readonly unknown[]): boolean => (key[0] as number) % 2 === 1;
    const page = pageOf(ENTRIES, { offset: 1, countMax: 2, filter });
    expect([page.entries.map((entry) => entry.key), page.entryCount]).toEqual([[[3], [5]], 5]);
    expect(page.sizeBytes).toBe(pageOf(ENTRIES, { offset: 0, countMax: 1 }).sizeBytes);
  });

  it('is empty behind the end and for empty state', () => {
    expect(pageOf(ENTRIES, { offset: 10, countMax: 5 }).entries).toEqual([]);
    expect(pageOf([], { offset: 0, countMax: 5 })).toEqual({ entries: [], entryCount: 0, sizeBytes: 0 });
  });
});
