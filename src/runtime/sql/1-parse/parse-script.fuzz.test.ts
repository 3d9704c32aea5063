/**
 * Whatever the text: no exception, no lost byte, no overflow of the stack. Seeds are printed by
 * fast-check when a property fails; `FUZZ_SEED` and `FUZZ_RUNS` repeat or lengthen a run.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Span } from '../../base/span.ts';
import { DEPTH_MAX, HEIGHT_MAX } from './cursor.ts';
import { NON_RESERVED_WORDS, RESERVED_WORDS } from './keywords.ts';
import { tokenize } from './lexer.ts';
import { parseExpression, parseQuery, parseScript, parseTypeText } from './parse-script.ts';

const SEEDS: readonly string[] = [
  "CREATE TABLE t (id INT NOT NULL, c AS id + 1, m STRING METADATA FROM 'k' VIRTUAL, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND, PRIMARY KEY (id) NOT ENFORCED) PARTITIONED BY (id) WITH ('connector' = 'filesystem', 'path' = 'input/t.jsonl');",
  "SELECT k, window_start, SUM(v) FILTER (WHERE v > 1) AS s FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY k, window_start HAVING COUNT(DISTINCT v) > 2;",
  'SELECT * FROM t MATCH_RECOGNIZE (PARTITION BY k ORDER BY ts MEASURES LAST(A.x, 1) AS ax ONE ROW PER MATCH AFTER MATCH SKIP TO NEXT ROW PATTERN (A+ B{2,3}? (C | D)*) DEFINE A AS A.x > 1) AS m;',
  'EXECUTE STATEMENT SET BEGIN INSERT INTO a SELECT 1; INSERT INTO b SELECT CASE WHEN x IN (1, 2) THEN y ELSE z END FROM c; END;',
  "WITH a AS (SELECT x'41', U&'\\00e4', ARRAY[1, 2][1], MAP['a', 1], ROW(1, 'x') FROM u) SELECT /*+ BROADCAST(a) */ * FROM a LEFT JOIN b FOR SYSTEM_TIME AS OF a.ts ON a.k = b.k UNION ALL VALUES (1, 2) ORDER BY 1 LIMIT 3 -- end",
  "SELECT a BETWEEN 1 AND 2, b NOT LIKE 'x%' ESCAPE '!', JSON_VALUE(c, '$.x' RETURNING INT NULL ON EMPTY), EXTRACT(YEAR FROM d), CAST(e AS ROW<a INT, b ARRAY<STRING>>), ROW_NUMBER() OVER (PARTITION BY k ORDER BY ts ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM t",
  "ALTER TABLE t ADD (a INT FIRST, WATERMARK FOR ts AS ts); SET 'a' = 'b'; EXPLAIN CHANGELOG_MODE SELECT 1; DROP TABLE IF EXISTS t; SHOW TABLES LIKE 'x';",
];

const PIECES: readonly string[] = [
  ...'( ) [ ] { } , ; . * + - / % = <> != < >= || => : ? \' ` " /* */ /*+ -- \n \\ \0 é \ud800'.split(' '),
  ...RESERVED_WORDS,
  ...NON_RESERVED_WORDS.slice(0, 80),
];

/** A script with some of its tokens taken out, doubled, exchanged or replaced. */
const mutated = fc
  .tuple(
    fc.constantFrom(...SEEDS),
    fc.array(fc.tuple(fc.nat(), fc.nat(5), fc.constantFrom(...PIECES), fc.nat()), { minLength: 1, maxLength: 6 }),
  )
  .map(([seed, edits]) => {
    const parts = tokenize(seed).map((t) => seed.slice(t.start, t.end));
    for (const [where, kind, piece, other] of edits) {
      const at = where % parts.length;
      const part = parts[at] ?? '';
      const from = other % parts.length;
      if (kind === 0) parts.splice(at, 1, '');
      else if (kind === 1) parts.splice(at, 0, piece);
      else if (kind === 2) parts[at] = piece;
      else if (kind === 3) parts.splice(at, 0, part);
      else if (kind === 4) [parts[at], parts[from]] = [parts[from] ?? '', part];
      else parts[at] = part.slice(0, other % (part.length + 1));
    }
    return parts.join('');
  });

const OPTIONS = {
  numRuns: Number(process.env.FUZZ_RUNS ?? 1000),
  ...(process.env.FUZZ_SEED === undefined ? {} : { seed: Number(process.env.FUZZ_SEED) }),
};

/** The laws of the parser, for any text. */
function obeysTheLaws(text: string): void {
  const { script, tokens, diagnostics } = parseScript(text);
  expect(tokens.map((t) => text.slice(t.start, t.end)).join('')).toBe(text);
  const tiled = script.statements.map(({ extent }) => text.slice(extent.start, extent.end)).join('');
  expect(tiled).toBe(script.statements.length === 0 ? '' : text);
  const broken = script.statements.filter(({ statement }) => statement.kind === 'unknown').length;
  expect(diagnostics.length).toBe(broken);
  for (const { span } of diagnostics) {
    expect(span !== undefined && span.start >= 0 && span.start <= span.end && span.end <= text.length).toBe(true);
  }
}

describe('any text', () => {
  test('mutated scripts', () => {
    fc.assert(fc.property(mutated, obeysTheLaws), OPTIONS);
  });

  test('random text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), obeysTheLaws), OPTIONS);
  });

  test('random words and symbols', () => {
    const words = fc.array(fc.constantFrom(...PIECES), { maxLength: 40 }).map((parts) => parts.join(' '));
    fc.assert(fc.property(words, obeysTheLaws), OPTIONS);
  });

  test('fragments', () => {
    fc.assert(
      fc.property(mutated, (text) => {
        for (const parse of [parseExpression, parseQuery, parseTypeText]) {
          expect(parse(text).diagnostics.length).toBeLessThanOrEqual(1);
        }
      }),
      OPTIONS,
    );
  });
});

/** Each node that is not inside its parent's span, or begins or ends in white space. */
function misplaced(node: unknown, parent: Span, text: string): readonly string[] {
  if (Array.isArray(node)) return node.flatMap((item) => misplaced(item, parent, text));
  if (typeof node !== 'object' || node === null) return [];
  const own = (node as { readonly span?: Span }).span;
  const inside = own ?? parent;
  const piece = text.slice(inside.start, inside.end);
  const wrong = inside.start < parent.start || inside.end > parent.end || piece !== piece.trim();
  const children = Object.entries(node).flatMap(([key, value]) =>
    key === 'span' ? [] : misplaced(value, inside, text),
  );
  return wrong ? [`${JSON.stringify(node).slice(0, 200)} at ${JSON.stringify(piece)}`, ...children] : children;
}

describe('spans', () => {
  test('every node lies inside its parent and holds no white space at its ends', () => {
    const wrong = (text: string): readonly string[] =>
      parseScript(text).script.statements.flatMap(({ statement }) => {
        return statement.kind === 'unknown' ? [] : misplaced(statement, statement.span, text);
      });
    expect(SEEDS.flatMap(wrong)).toEqual([]);
    fc.assert(
      fc.property(mutated, (text) => {
        expect(wrong(text)).toEqual([]);
      }),
      OPTIONS,
    );
  });
});

describe('depth', () => {
  const N = 10_000;
  test.each([
    ['parentheses', `SELECT ${'('.repeat(N)}1${')'.repeat(N)}`],
    ['CASE', `SELECT ${'CASE WHEN a THEN '.repeat(N)}1`],
    ['sub-queries', `SELECT * FROM ${'(SELECT * FROM '.repeat(N)}t${')'.repeat(N)}`],
    ['scalar sub-queries', `SELECT ${'(SELECT '.repeat(N)}1`],
    ['NOT', `SELECT ${'NOT '.repeat(N)}a`],
    ['signs', `SELECT ${'- '.repeat(N)}a`],
    ['calls', `SELECT ${'f('.repeat(N)}`],
    ['BETWEEN', `SELECT ${'a BETWEEN '.repeat(N)}`],
    ['LIKE', `SELECT a${' LIKE a'.repeat(N)}`],
    ['IN', `SELECT ${'a IN ('.repeat(N)}`],
    ['intervals', `SELECT ${'INTERVAL ('.repeat(N)}`],
    ['signed intervals', `SELECT ${'INTERVAL -'.repeat(N)}`],
    ['arrays', `SELECT ${'ARRAY['.repeat(N)}`],
    ['RUNNING', `SELECT ${'RUNNING f('.repeat(N)}`],
    ['OR without parentheses', `SELECT a${' OR a'.repeat(N)}`],
    ['items', `SELECT a${'[1]'.repeat(N)}`],
    ['UNION', `SELECT 1${' UNION ALL SELECT 1'.repeat(N)}`],
    ['INTERSECT', `SELECT 1${' INTERSECT SELECT 1'.repeat(N)}`],
    ['joins', `SELECT * FROM t${' JOIN t ON a'.repeat(N)}`],
    ['types', `CREATE TABLE t (a ${'ARRAY<'.repeat(N)}`],
    ['postfix types', `CREATE TABLE t (a INT${' ARRAY'.repeat(N)}`],
    ['patterns', `SELECT * FROM t MATCH_RECOGNIZE (PATTERN (${'('.repeat(N)}`],
    ['grouping sets', `SELECT a FROM t GROUP BY ${'GROUPING SETS ('.repeat(N)}`],
    ['WITH', `${'WITH a AS ('.repeat(N)}`],
    ['tables in parentheses', `SELECT * FROM ${'('.repeat(N)}t`],
  ])('ten thousand times %s is a diagnostic and no overflow', (_name, text) => {
    expect(parseScript(text).diagnostics.map((d) => d.code)).toEqual(['parse/too-deep']);
  });

  test('what people write is far below the bounds', () => {
    const nested = `SELECT ${'('.repeat(DEPTH_MAX / 4)}1${')'.repeat(DEPTH_MAX / 4)}`;
    const chained = `SELECT a${' OR a = 1 AND b'.repeat(HEIGHT_MAX - 50)}`;
    const siblings = `SELECT ${Array.from({ length: 5000 }, (_, i) => `f(a + ${i} * b)`).join(', ')} FROM t`;
    expect([nested, chained, siblings].flatMap((text) => parseScript(text).diagnostics)).toEqual([]);
  });
});
