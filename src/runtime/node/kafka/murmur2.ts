/** The hash by which Kafka's Java client chooses the partition of a key. Java: `Utils.murmur2`, `BuiltInPartitioner`. */

const MULTIPLIER = 0x5bd1e995;
const SEED = 0x9747b28c;

/** The partition of a key among so many. */
export function partitionOfKey(key: Uint8Array, partitionCount: number): number {
  return (murmur2(key) & 0x7fffffff) % partitionCount;
}

/** The hash, as Java's `int`. */
export function murmur2(bytes: Uint8Array): number {
  const { length } = bytes;
  let hash = SEED ^ length;
  const wholes = length & ~3;
  for (let at = 0; at < wholes; at += 4) {
    const word =
      (bytes[at] as number) |
      ((bytes[at + 1] as number) << 8) |
      ((bytes[at + 2] as number) << 16) |
      ((bytes[at + 3] as number) << 24);
    let mixed = Math.imul(word, MULTIPLIER);
    mixed ^= mixed >>> 24;
    hash = Math.imul(hash, MULTIPLIER) ^ Math.imul(mixed, MULTIPLIER);
  }
  const rest = length - wholes;
  if (rest === 3) hash ^= (bytes[wholes + 2] as number) << 16;
  if (rest >= 2) hash ^= (bytes[wholes + 1] as number) << 8;
  if (rest >= 1) hash = Math.imul(hash ^ (bytes[wholes] as number), MULTIPLIER);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, MULTIPLIER);
  return (hash ^ (hash >>> 15)) | 0;
}
