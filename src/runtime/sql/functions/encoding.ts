/** Hash functions, character sets, base64, URLs, and UUID. */
import { RunError } from '../../base/diagnostic.ts';
import { utf8Encode } from '../../data/bytes.ts';
import { isCharacter } from '../../data/type-families.ts';
import { bytesType, charType, lengthType, stringType } from '../../data/type-rules.ts';
import { type Definition, define } from './define.ts';
import type { ScalarFunction } from './function.ts';
import {
  bytesToBase64,
  decode,
  encode,
  fromBase64,
  parseUrl,
  toBase64,
  unhex,
  urlDecode,
  urlEncode,
} from './runtime/encodings.ts';
import { md5, sha1, sha2 } from './runtime/hash.ts';
import { AS_BYTES, AS_INT, AS_STRING, form } from './typing.ts';

const STRING = stringType();
const TEXT_OR_BYTES = [form([AS_STRING]), form([AS_BYTES])];

const bytesOf = (value: string | Uint8Array): Uint8Array => (typeof value === 'string' ? utf8Encode(value) : value);

function hash(name: string, length: number, run: (bytes: Uint8Array) => string): Definition {
  return {
    name,
    signature: `${name}(string)`,
    text: `${name} of the UTF-8 bytes, as hex digits.`,
    forms: TEXT_OR_BYTES,
    style: 'standard',
    result: charType(length),
    call: (value: string | Uint8Array) => run(bytesOf(value)),
  };
}

function sha2Of(value: string | Uint8Array, bits: number): string {
  const digest = sha2(bytesOf(value), bits);
  if (digest === undefined)
    throw new RunError(
      'run/bad-hash-length',
      'Unsupported algorithm.',
      'java.lang.RuntimeException',
      'Use 224, 256, 384 or 512.',
    );
  return digest;
}

const hashes: readonly Definition[] = [
  hash('MD5', 32, md5),
  hash('SHA1', 40, sha1),
  hash('SHA224', 56, (b) => sha2Of(b, 224)),
  hash('SHA256', 64, (b) => sha2Of(b, 256)),
  hash('SHA384', 96, (b) => sha2Of(b, 384)),
  hash('SHA512', 128, (b) => sha2Of(b, 512)),
  {
    name: 'SHA2',
    signature: 'SHA2(string, bits)',
    text: 'SHA-2 of 224, 256, 384 or 512 bits, as hex digits.',
    forms: [form([AS_STRING, AS_INT]), form([AS_BYTES, AS_INT])],
    style: 'standard',
    result: lengthType('VARCHAR', 128),
    call: sha2Of,
  },
];

const encodings: readonly Definition[] = [
  {
    name: 'TO_BASE64',
    signature: 'TO_BASE64(string)',
    text: 'Base64 of the UTF-8 bytes.',
    forms: TEXT_OR_BYTES,
    style: 'standard',
    result: STRING,
    emit: ([s], types, _result, cx) =>
      `${cx.constant(types[0] !== undefined && isCharacter(types[0]) ? toBase64 : bytesToBase64)}(${s})`,
  },
  {
    name: 'UNHEX',
    signature: 'UNHEX(string)',
    text: 'The bytes that hex digits stand for; NULL when they are none.',
    forms: [form([AS_STRING])],
    result: bytesType(),
    nullability: 'always',
    call: unhex,
  },
  {
    name: 'FROM_BASE64',
    signature: 'FROM_BASE64(string)',
    text: 'The text of base64.',
    forms: [form([AS_STRING])],
    style: 'standard',
    result: STRING,
    call: fromBase64,
  },
  {
    name: 'ENCODE',
    signature: 'ENCODE(string, charset)',
    text: 'Bytes of a text in a character set: US-ASCII, ISO-8859-1, UTF-8, UTF-16BE, UTF-16LE, UTF-16.',
    forms: [form([AS_STRING, AS_STRING])],
    style: 'standard',
    result: bytesType(),

    call: encode,
  },
  {
    name: 'DECODE',
    signature: 'DECODE(bytes, charset)',
    text: 'Text of bytes in a character set.',
    forms: [form([AS_BYTES, AS_STRING])],
    style: 'standard',
    result: STRING,

    call: decode,
  },
  {
    name: 'URL_ENCODE',
    signature: 'URL_ENCODE(string)',
    text: 'Escaped for a URL.',
    forms: [form([AS_STRING])],
    result: STRING,
    nullability: 'always',
    call: urlEncode,
  },
  {
    name: 'URL_DECODE',
    signature: 'URL_DECODE(string)',
    text: 'Unescaped from a URL; NULL for a broken escape.',
    forms: [form([AS_STRING])],
    result: STRING,
    nullability: 'always',
    call: urlDecode,
  },
  {
    name: 'PARSE_URL',
    signature: 'PARSE_URL(url, part [, key])',
    text: 'A part of a URL: HOST, PATH, QUERY, REF, PROTOCOL, AUTHORITY, FILE, USERINFO; with QUERY and a key one value.',
    forms: [form([AS_STRING, AS_STRING, AS_STRING], 1)],
    style: 'standard',
    result: STRING,
    nullability: 'always',
    call: parseUrl,
  },
  {
    name: 'UUID',
    signature: 'UUID()',
    text: 'A random UUID, anew for every row.',
    determinism: 'per-row',
    forms: [form([])],
    style: 'standard',
    result: charType(36, false),
    emit: (_args, _types, _result, cx) => `${cx.constant(uuid)}(() => ${cx.runtime}.random())`,
  },
];

/** A random (version 4) UUID from a uniform source. */
function uuid(random: () => number): string {
  const digit = (max: number): number => Math.floor(random() * max);
  const hex = (count: number): string => Array.from({ length: count }, () => digit(16).toString(16)).join('');
  return `${hex(8)}-${hex(4)}-4${hex(3)}-${(8 + digit(4)).toString(16)}${hex(3)}-${hex(12)}`;
}

/** Hash and encoding functions. */
export const encodingFunctions: readonly ScalarFunction[] = [...define('hash', hashes), ...define('string', encodings)];
