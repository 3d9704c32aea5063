/**
 * Values with counts: what DISTINCT, and MIN and MAX over retractable input, must keep. A value whose
 * count reaches 0 is forgotten; a count may be negative while a retraction runs ahead of its row.
 */
import { compareValues } from '../../../data/compare.ts';
import type { LogicalType } from '../../../data/logical-type.ts';
import { boxBytes, MAP_SLOT_BYTES, objectBytes } from '../../../data/memory-size.ts';
import type { Value } from '../../../data/value.ts';
import { type KeyCodec, keyCodec, type PrimitiveKey } from '../../../data/value-key.ts';

/** A multiset of values of one type, in order of first arrival. */
export class CountedValues {
  readonly type: LogicalType;
  readonly #codec: KeyCodec;
  readonly #entries = new Map<PrimitiveKey, { readonly value: Value; count: number }>();
  #entryBytes = 0;

  constructor(type: LogicalType) {
    this.type = type;
    this.#codec = keyCodec(type);
  }

  /** Adds `by` to the count of a value; returns the count before and after. */
  add(value: Value, by: number): { readonly before: number; readonly after: number } {
    const key = this.#codec === null ? (value as PrimitiveKey) : this.#codec(value);
    const entry = this.#entries.get(key);
    const before = entry?.count ?? 0;
    const after = before + by;
    if (after === 0) this.#entries.delete(key);
    else if (entry === undefined) {
      if (this.#entryBytes === 0) this.#entryBytes = MAP_SLOT_BYTES + objectBytes(2) + boxBytes(value);
      this.#entries.set(key, { value, count: after });
    } else entry.count = after;
    return { before, after };
  }

  /** Number of different values. */
  get size(): number {
    return this.#entries.size;
  }

  /** Values with their counts. */
  *entries(): Iterable<readonly [Value, number]> {
    for (const { value, count } of this.#entries.values()) yield [value, count];
  }

  /** The largest (sign 1) or smallest (sign -1) value with a positive count; `null` when there is none. */
  extreme(sign: 1 | -1): Value {
    let best: Value = null;
    for (const { value, count } of this.#entries.values()) {
      if (count > 0 && (best === null || compareValues(value, best, this.type) * sign > 0)) best = value;
    }
    return best;
  }

  /** Estimated bytes in memory. O(1): all values count as the first. */
  memoryBytes(): number {
    return objectBytes(6) + this.#entries.size * this.#entryBytes;
  }

  /** As a plain value for snapshots. */
  encode(): Value {
    return [...this.entries()].map(([value, count]) => [value, count]);
  }

  /** Back from `encode`. */
  static decode(encoded: Value, type: LogicalType): CountedValues {
    const out = new CountedValues(type);
    for (const entry of encoded as readonly Value[]) {
      const [value = null, count] = entry as readonly Value[];
      out.add(value, count as number);
    }
    return out;
  }
}
