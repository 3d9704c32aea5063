/** The csv format. What Flink gives for whole files is in the recorded cases; here is the rest. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogicalType } from '../../data/logical-type.ts';
import { RowKind } from '../../data/row-kind.ts';
import type { Row, Value } from '../../data/value.ts';
import { decodeAll, decodeValues, encodeAll, type FormatSubject, problemsOf, schemaOf } from '../test-records.ts';
import { csvFormat } from './format.ts';

const INT: LogicalType = { kind: 'INT', nullable: true };
const BIGINT: LogicalType = { kind: 'BIGINT', nullable: true };
const STRING: LogicalType = { kind: 'VARCHAR', nullable: true, length: 2147483647 };
const LOOSE = { 'ignore-parse-errors': 'true' };

function csv(types: Readonly<Record<string, LogicalType>>, options: Readonly<Record<string, string>> = {}) {
  return { format: csvFormat, schema: schemaOf(types), options } satisfies FormatSubject;
}

describe('reading csv', () => {
  it('counts columns by position, also when only some are asked for', () => {
    const subject: FormatSubject = { ...csv({ a: INT, b: STRING, c: INT }), columns: ['c'] };
    expect(decodeAll(subject, ['x,y,3'])).toEqual(['+I[3]']);
  });

  it('keeps all digits of numbers beyond 2^53 and of decimals', () => {
    const subject = csv({ b: BIGINT, d: { kind: 'DECIMAL', nullable: true, precision: 38, scale: 2 } });
    expect(decodeValues(subject, '9007199254740993, 12345678901234567890123.455 ')).toEqual([
      [9007199254740993n, 1234567890123456789012346n],
    ]);
  });

  it('knows quotes only at the very beginning of a field, and doubled quotes within it', () => {
    expect(decodeAll(csv({ a: STRING, b: STRING }), ['"a,""b""", "c"', 'it"s, b ', '"",'])).toEqual([
      '+I[a,"b",  "c"]',
      '+I[it"s,  b ]',
      '+I[, ]',
    ]);
  });

  it('fails on too many or too few fields, on text behind a quote and on a quote that stays open', () => {
    expect(decodeAll(csv({ a: INT, b: STRING }), ['1,b,c', '1', '1,"b"c', '1,"b', 'x,b'])).toEqual([
      '! Too many entries: expected at most 2 (value #2 (1 chars) "c")',
      '! Row length mismatch. 2 fields expected but was 1.',
      "! Unexpected character ('c' (code 99)): Expected column separator character (',' (code 44)) or end-of-line",
      '! Missing closing quote for value',
      '! For input string: "x"',
    ]);
  });

  it('makes bad fields NULL and skips bad records when errors are ignored', () => {
    expect(decodeAll(csv({ a: INT, b: STRING }, LOOSE), ['1,b,c', '1', '1,"b"c', '1,"b', 'x,b', ''])).toEqual([
      '+I[1, null]',
      '+I[null, b]',
      '+I[null, null]',
    ]);
  });

  it('takes the null literal for NULL in all types, quoted or not', () => {
    expect(decodeAll(csv({ a: INT, b: STRING }, { 'null-literal': 'n/a' }), ['n/a,n/a', '1,"n/a"', '2,N/A'])).toEqual([
      '+I[null, null]',
      '+I[1, null]',
      '+I[2, N/A]',
    ]);
  });

  it('obeys delimiter, quote, escape and comments', () => {
    const options = {
      'field-delimiter': '\\t',
      'quote-character': "'",
      'escape-character': '\\',
      'allow-comments': 'true',
    };
    expect(
      decodeAll(csv({ a: STRING, b: STRING }, options), ["'x\ty'\ta\\\tb", '# no row', "'it\\'s'\t\"q\""]),
    ).toEqual(['+I[x\ty, a\tb]', '+I[it\'s, "q"]']);
  });

  it('gives quotes no meaning when they are switched off', () => {
    expect(decodeAll(csv({ a: STRING, b: STRING }, { 'disable-quote-character': 'true' }), ['"a,b"'])).toEqual([
      '+I["a, b"]',
    ]);
  });

  it('says whether a record goes on in the next line', () => {
    const isOpen = (options: Readonly<Record<string, string>>, record: string): boolean =>
      csvFormat.isUnfinished?.(new Map(Object.entries(options)))(record) ?? false;
    expect([
      isOpen({}, '1,"two'),
      isOpen({}, '1,"two""'),
      isOpen({}, '1,"two"'),
      isOpen({}, '5,a"b'),
      isOpen({ 'escape-character': '\\' }, '1,"two\\"'),
      isOpen({ 'disable-quote-character': 'true' }, '1,"two'),
    ]).toEqual([true, true, false, false, true, false]);
  });

  it('reads base64 into bytes', () => {
    const subject = csv({ y: { kind: 'VARBINARY', nullable: true, length: 9 } });
    expect([decodeValues(subject, 'aMOp'), decodeAll(subject, ['a*b'])]).toEqual([
      [[Uint8Array.of(0x68, 0xc3, 0xa9)]],
      ["! Illegal character '*' (code 0x2a) in base64 content"],
    ]);
  });
});

describe('writing csv', () => {
  const write = (subject: FormatSubject, ...rows: readonly Row[]): string[] =>
    encodeAll(
      subject,
      rows.map((row) => [RowKind.Insert, row]),
    );

  it('quotes texts that are long or hold a character at or below the delimiter', () => {
    const texts = ['a-b', 'a;b', 'é', 'a+b', 'a b', 'say "hi"', 'x'.repeat(24), 'x'.repeat(25), '', 'back\\slash'];
    expect(write(csv({ s: STRING }), ...texts.map((text) => [text]))).toEqual([
      'a-b',
      'a;b',
      'é',
      '"a+b"',
      '"a b"',
      '"say ""hi"""',
      'x'.repeat(24),
      `"${'x'.repeat(25)}"`,
      '',
      '"back\\slash"',
    ]);
  });

  it('writes NULL as nothing or as the literal, never quoted', () => {
    const types = { s: STRING, i: INT };
    expect([
      ...write(csv(types), [null, null]),
      ...write(csv(types, { 'null-literal': 'is null' }), [null, null]),
    ]).toEqual([',', 'is null,is null']);
  });

  it('reads back what it wrote, whatever the text', () => {
    const dialects: readonly Readonly<Record<string, string>>[] = [
      {},
      { 'field-delimiter': '|', 'quote-character': "'" },
      { 'escape-character': '\\' },
    ];
    const subjects = dialects.map((options) => csv({ a: STRING, b: STRING, n: BIGINT }, options));
    const text = fc.string({ unit: fc.constantFrom('a', ' ', '"', "'", '\\', ',', '|', '\n', 'é', 'xxxxxxxxxxxx') });
    fc.assert(
      fc.property(text, text, fc.integer(), (a, b, n) => {
        for (const subject of subjects) {
          const row: Value[] = [a, b, n];
          const [record = ''] = write(subject, row);
          expect(decodeValues(subject, record)).toEqual([row]);
        }
      }),
    );
  });
});

describe('options of csv', () => {
  it('are refused in the words of Flink', () => {
    expect([
      problemsOf(csv({ a: INT }, { 'field-delimiter': '\\u0001' })),
      problemsOf(csv({ a: INT }, { 'field-delimiter': '||' })),
      problemsOf(csv({ a: INT }, { 'quote-character': "'", 'disable-quote-character': 'true' })),
    ]).toEqual([
      [],
      ["Option 'csv.field-delimiter' must be a string with single character, but was: ||"],
      ['Format cannot define a quote character and disabled quote character at the same time.'],
    ]);
  });
});
