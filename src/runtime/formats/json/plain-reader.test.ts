/** The fast way of JSON lines gives what the other way gives, or gives up; it is never alone in an opinion. */
import { describe, expect, it } from 'vitest';
import { encodeUtf8 } from '../../base/utf8.ts';
import type { LogicalType } from '../../data/logical-type.ts';
import type { Row } from '../../data/value.ts';
import { SeededRandom } from '../../seams/seeded-random.ts';
import { isPlain, ownText } from '../plain-text.ts';
import { schemaOf } from '../test-records.ts';
import { jsonFormat } from './format.ts';

const nullable = true;
const ROW_TYPE: LogicalType = {
  kind: 'ROW',
  nullable,
  fields: [
    { name: 'x', type: { kind: 'INT', nullable } },
    { name: 'y', type: { kind: 'VARCHAR', nullable, length: 2147483647 } },
  ],
};
const SCHEMA = schemaOf({
  b: { kind: 'BOOLEAN', nullable },
  t: { kind: 'TINYINT', nullable },
  i: { kind: 'INT', nullable },
  l: { kind: 'BIGINT', nullable },
  f: { kind: 'FLOAT', nullable },
  d: { kind: 'DOUBLE', nullable },
  m: { kind: 'DECIMAL', nullable, precision: 10, scale: 2 },
  s: { kind: 'VARCHAR', nullable, length: 2147483647 },
  ts: { kind: 'TIMESTAMP', nullable, precision: 3 },
  r: ROW_TYPE,
});

const decoder = jsonFormat.decoder({ schema: SCHEMA, physical: SCHEMA, options: new Map(), timeZone: 'UTC' });

/** What the fast way gives for a line in the middle of others; `null` when it gives up. */
function fast(line: string): Row | null {
  const rows: Row[] = [];
  const block = `{"s":"before"}\n${line}\n{"s":"behind"}`;
  if (!isPlain(encodeUtf8(line))) return null;
  const isRead = decoder.decodePlain?.(block, 15, 15 + line.length, (_kind, row) => rows.push(row)) === true;
  expect(rows).toHaveLength(isRead ? 1 : 0);
  return rows[0] ?? null;
}

/** What the other way gives; `null` where the line is wrong. */
function usual(line: string): Row | null {
  const rows: Row[] = [];
  try {
    decoder.decodeText(line, (_kind, row) => rows.push(row));
  } catch {
    return null;
  }
  return rows[0] ?? null;
}

const GOOD = [
  '{"b":true,"t":-5,"i":2147483647,"l":900719925474099,"f":1.1,"d":-2.5,"m":12.345,"s":"some longer text é","ts":"2024-02-29 12:00:00.5","r":{"x":1,"y":"z"}}',
  '{ "unknown" : [1, {"a": "}"}, "]"] , "i" : 7 , "r" : { "y" : "only" , "other" : null } }',
  '{"ts":"2024-02-29 12:00:00.123","s":"short","l":-0,"i":null,"r":null}',
  '{}',
];

describe('plain lines', () => {
  it('are read without a document, whatever the order of their fields', () => {
    for (const line of GOOD) expect([line, fast(line)]).toEqual([line, usual(line)]);
    expect(fast(GOOD[0] ?? '')?.length).toBe(SCHEMA.length);
  });

  it.each([
    '{"i":"7"}',
    '{"i":7.0}',
    '{"l":9007199254740993}',
    '{"d":1e5}',
    '{"i":007}',
    '{"m":1234567890123456}',
    '{"t":300}',
    '{"s":7}',
    '{"i":7} behind',
    '{"i":7,}',
    '{"i" 7}',
    '[1]',
    '{"b":TRUE}',
    '{"s":"open',
    '{"i":7',
  ])('that hold anything else take the other way: %s', (line) => {
    expect(fast(line)).toBeNull();
  });

  it('that were changed at random are never read as something else', () => {
    const random = new SeededRandom(11);
    const alphabet = '{}[]",:.-+0123456789eEtrufalsn xyz';
    let read = 0;
    for (let n = 0; n < 30_000; n++) {
      const line = [...(GOOD[random.nextInt(GOOD.length)] ?? '')];
      for (let changes = random.nextInt(3); changes >= 0; changes--) {
        const at = random.nextInt(line.length + 1);
        const char = alphabet[random.nextInt(alphabet.length)] ?? '';
        if (random.nextInt(3) === 0) line.splice(at, 1);
        else if (random.nextInt(2) === 0) line.splice(at, 0, char);
        else line[at] = char;
      }
      const text = line.join('');
      const row = fast(text);
      if (row === null) continue;
      read += 1;
      expect([text, row]).toEqual([text, usual(text)]);
    }
    expect(read).toBeGreaterThan(1000);
  });
});

describe('plain bytes', () => {
  it('have no backslash and no control character but line ends, wherever they begin', () => {
    const bytes = encodeUtf8('abcdefgh {"é": 1}\r\nijkl\n');
    const odd = (char: string): boolean[] =>
      [0, 1, 2, 3, 9, 12].map((at) => isPlain(encodeUtf8(`${'x'.repeat(at)}${char}${'y'.repeat(9)}`).subarray(at % 4)));
    expect([
      isPlain(bytes),
      [1, 2, 3].map((start) => isPlain(bytes.subarray(start))),
      odd('\\'),
      odd('\t'),
      odd('\r'),
      odd('\u007f'),
    ]).toEqual([
      true,
      [true, true, true],
      [false, false, false, false, false, false],
      [false, false, false, false, false, false],
      [false, false, false, false, false, false],
      [true, true, true, true, true, true],
    ]);
  });
});

it('a text of its own is the same text', () => {
  const pieces = ['', 'short', 'a text of more than a few characters', 'é😀'.repeat(20)];
  expect(pieces.map(ownText)).toEqual(pieces);
});
