/** Paging over state for people: `Operator.listState` of all operators goes through here. */

import { MapValue, NanoTimestamp, type Row, type Value } from '../data/value.ts';
import type { StateEntry as ListedEntry, StatePage, StateQuery } from '../engine/operator.ts';

/** Cost of one entry beside its values: map slot, list links, object header (measured on V8 11: 90 to 110). */
export const ENTRY_OVERHEAD_BYTES = 96;

/** One page of `entries`, in their order. `sizeBytes` is estimated from the first thousand entries. */
export function pageOf(entries: Iterable<ListedEntry>, query: StateQuery): StatePage {
  const page: ListedEntry[] = [];
  let entryCount = 0;
  let all = 0;
  let sampledBytes = 0;
  let sampled = 0;
  for (const entry of entries) {
    all += 1;
    if (sampled < 1000) {
      sampled += 1;
      sampledBytes += ENTRY_OVERHEAD_BYTES + valueSizeBytes(entry.key) + valueSizeBytes(entry.value);
    }
    if (query.filter !== undefined && !query.filter(entry.key)) continue;
    if (entryCount >= query.offset && page.length < query.countMax) page.push(entry);
    entryCount += 1;
  }
  const sizeBytes = sampled === 0 ? 0 : Math.round((sampledBytes / sampled) * all);
  return { entries: page, entryCount, sizeBytes };
}

/** Estimated bytes of a value in memory. */
export function valueSizeBytes(value: Value | Row): number {
  if (value === null) return 8;
  switch (typeof value) {
    case 'string':
      return 24 + value.length;
    case 'number':
    case 'boolean':
      return 8;
    case 'bigint':
      return 24;
    default:
  }
  if (value instanceof NanoTimestamp) return 32;
  if (value instanceof Uint8Array) return 64 + value.length;
  let sizeBytes = 32;
  if (value instanceof MapValue)
    for (const entry of value.entries) sizeBytes += valueSizeBytes(entry[0]) + valueSizeBytes(entry[1]);
  else for (const item of value as readonly Value[]) sizeBytes += valueSizeBytes(item);
  return sizeBytes;
}
