/** Plain data as bytes: nothing is lost, and damaged bytes are refused instead of believed. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteReader, ByteWriter, DamagedBytes, type Plain } from './plain-bytes.ts';

function bytesOf(value: Plain): Uint8Array {
  const writer = new ByteWriter(1);
  writer.plain(value);
  return writer.take();
}

const { plain } = fc.letrec<{ plain: Plain }>((tie) => ({
  plain: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<Plain>(null, true, false, -0, 0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
    fc.constantFrom<Plain>(Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 2 ** 53, 2 ** 63, 1e-320),
    fc.double(),
    fc.integer(),
    fc.bigInt(),
    fc.string({ unit: 'grapheme' }),
    // Lone surrogates, which UTF-8 would lose.
    fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) }),
    fc.uint8Array(),
    fc.array(tie('plain')),
    fc.dictionary(fc.string(), tie('plain'), { noNullPrototype: true }),
  ),
}));

describe('plain data as bytes', () => {
  it('comes back as it was', () => {
    fc.assert(
      fc.property(plain, (value) => {
        const reader = new ByteReader(bytesOf(value));
        expect(reader.plain()).toStrictEqual(value);
        expect(reader.isAtEnd).toBe(true);
      }),
    );
  });

  it('takes a name such as __proto__ as a name', () => {
    const object = JSON.parse('{"__proto__":{"x":1}}') as Plain;
    const back = new ByteReader(bytesOf(object)).plain();
    expect([JSON.stringify(back), Object.getPrototypeOf(back) === Object.prototype]).toEqual([
      '{"__proto__":{"x":1}}',
      true,
    ]);
  });

  it('keeps whole numbers of any size as varints', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (value) => {
        const writer = new ByteWriter();
        writer.varint(value);
        expect(new ByteReader(writer.take()).varint()).toBe(value);
      }),
    );
  });

  it('is refused, and nothing else happens, when the bytes are anything else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          new ByteReader(bytes).plain();
        } catch (error) {
          expect(error).toBeInstanceOf(DamagedBytes);
        }
      }),
    );
  });
});
