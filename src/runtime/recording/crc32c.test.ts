/** The checksum of stored entries. */
import { describe, expect, it } from 'vitest';
import { crc32c } from './crc32c.ts';

describe('CRC-32C', () => {
  it('has the checksums of other implementations of CRC-32C', () => {
    const ascii = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));
    expect([
      crc32c(ascii('123456789')),
      crc32c(new Uint8Array(32)),
      crc32c(ascii('789'), crc32c(ascii('123456'))),
    ]).toEqual([0xe3069283, 0x8a9136aa, 0xe3069283]);
  });
});
