/** Checksums. */
import { describe, expect, it } from 'vitest';
import { crc32, crc32c } from './crc32.ts';

describe('CRC-32C', () => {
  it('has the checksums of other implementations of CRC-32C', () => {
    const ascii = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));
    expect([
      crc32c(ascii('123456789')),
      crc32c(new Uint8Array(32)),
      crc32c(ascii('789'), crc32c(ascii('123456'))),
    ]).toEqual([0xe3069283, 0x8a9136aa, 0xe3069283]);
  });

  it('of a piece of bytes is that of the piece, wherever it begins', () => {
    expect([
      crc32c(new Uint8Array(32).fill(0xff)),
      crc32c(Uint8Array.from('x123456789x', (char) => char.charCodeAt(0)).subarray(1, 10)),
    ]).toEqual([0x62a8ab43, 0xe3069283]);
  });
});

describe('CRC-32', () => {
  it('is that of java.util.zip', () => {
    expect(crc32(Uint8Array.from('123456789', (char) => char.charCodeAt(0)))).toBe(0xcbf43926);
  });
});
