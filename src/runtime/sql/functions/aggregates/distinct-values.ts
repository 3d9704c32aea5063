/**
 * The values that DISTINCT calls over the same argument have seen, for input without retraction. One entry serves all of
 * them: a bit for each call whose FILTER a row with that value has passed. Flink: `DistinctInfo` with its filter mask.
 */
import type { LogicalType } from '../../../data/logical-type.ts';
import { boxBytes, MAP_SLOT_BYTES, objectBytes } from '../../../data/memory-size.ts';
import type { Value } from '../../../data/value.ts';
import { type KeyCodec, keyCodec, type PrimitiveKey } from '../../../data/value-key.ts';

/** Calls that one entry can serve. */
export const DISTINCT_CALLS_MAX = 31;

/** Values with their bits, in order of first arrival. */
export class DistinctValues {
  readonly #codec: KeyCodec;
  readonly #bits = new Map<PrimitiveKey, number>();
  /** The values themselves, where their keys are not they. */
  readonly #values: Map<PrimitiveKey, Value> | null;
  #entryBytes = 0;

  constructor(type: LogicalType) {
    this.#codec = keyCodec(type);
    this.#values = this.#codec === null ? null : new Map();
  }

  /** Sets bits of a value; answers those that were not set before. */
  add(value: Value, bits: number): number {
    if (bits === 0) return 0;
    const key = this.#codec === null ? (value as PrimitiveKey) : this.#codec(value);
    const before = this.#bits.get(key);
    if (before === undefined) {
      if (this.#entryBytes === 0) this.#entryBytes = MAP_SLOT_BYTES + boxBytes(value);
      this.#values?.set(key, value);
      this.#bits.set(key, bits);
      return bits;
    }
    const fresh = bits & ~before;
    if (fresh !== 0) this.#bits.set(key, before | bits);
    return fresh;
  }

  /** Values with their bits. */
  *entries(): Iterable<readonly [Value, number]> {
    for (const [key, bits] of this.#bits) yield [this.#values === null ? key : (this.#values.get(key) as Value), bits];
  }

  /** Estimated bytes in memory. O(1): all values count as the first. */
  memoryBytes(): number {
    return objectBytes(6) + this.#bits.size * this.#entryBytes * (this.#values === null ? 1 : 2);
  }

  /** As a plain value for snapshots. */
  encode(): Value {
    return [...this.entries()].map(([value, bits]) => [value, bits]);
  }

  /** Back from `encode`. */
  static decode(encoded: Value, type: LogicalType): DistinctValues {
    const out = new DistinctValues(type);
    for (const entry of encoded as readonly Value[]) {
      const [value = null, bits] = entry as readonly Value[];
      out.add(value, bits as number);
    }
    return out;
  }
}
