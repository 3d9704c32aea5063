/** SHA-256 of Node behind the `Hashing` seam. */
import { createHash } from 'node:crypto';
import type { Hashing } from '../seams/hashing.ts';

/** Sums computed by Node. */
export const nodeHashing: Hashing = {
  sha256() {
    const hash = createHash('sha256');
    return {
      update: (bytes) => void hash.update(bytes),
      digest: () => hash.copy().digest('hex'),
    };
  },
};
