/** How a script falls into statements, and that their extents tile it. */
import { describe, expect, test } from 'vitest';
import { parseScript } from './parse-script.ts';

/** The text of each statement's extent. */
function extents(text: string): readonly string[] {
  return parseScript(text).script.statements.map(({ extent }) => text.slice(extent.start, extent.end));
}

describe('splitting', () => {
  test.each([
    ['', []],
    [' \n-- only a comment\n', []],
    [';;', []],
    ['SELECT 1', ['SELECT 1']],
    ['SELECT 1;\n', ['SELECT 1;\n']],
    ['SELECT 1;SELECT 2', ['SELECT 1;', 'SELECT 2']],
    ["SELECT ';' /* ; */ -- ;\n, `;`; SELECT 2;", ["SELECT ';' /* ; */ -- ;\n, `;`;", ' SELECT 2;']],
    [';; SELECT 1; ;SELECT 2; -- end\n', [';; SELECT 1;', ' ;SELECT 2; -- end\n']],
    [
      'EXECUTE STATEMENT SET BEGIN INSERT INTO a SELECT 1; INSERT INTO b SELECT 2; END; SELECT 3;',
      ['EXECUTE STATEMENT SET BEGIN INSERT INTO a SELECT 1; INSERT INTO b SELECT 2; END;', ' SELECT 3;'],
    ],
    [
      'EXECUTE STATEMENT SET BEGIN INSERT INTO a SELECT CASE WHEN b THEN 1 END; INSERT INTO c SELECT 2; END; SELECT 3;',
      [
        'EXECUTE STATEMENT SET BEGIN INSERT INTO a SELECT CASE WHEN b THEN 1 END; INSERT INTO c SELECT 2; END;',
        ' SELECT 3;',
      ],
    ],
    [
      'begin statement set;\n-- x\ninsert into a select case when b then 1 end from c; end;\nSELECT 3',
      ['begin statement set;\n-- x\ninsert into a select case when b then 1 end from c; end;', '\nSELECT 3'],
    ],
  ])('%j', (text, expected) => {
    expect(extents(text)).toEqual(expected);
  });

  test('leading text, number and span of each statement', () => {
    const text = '-- a\nSELECT 1 ;\n\n/* b */ SET;';
    expect(
      parseScript(text).script.statements.map(({ number, leading, statement }) => ({
        number,
        leading: text.slice(leading.start, leading.end),
        statement: text.slice(statement.span.start, statement.span.end),
      })),
    ).toEqual([
      { number: 1, leading: '-- a\n', statement: 'SELECT 1' },
      { number: 2, leading: '\n\n/* b */ ', statement: 'SET' },
    ]);
  });
});

describe('spans', () => {
  test('clauses and options point at their text', () => {
    const text = "SELECT a, b FROM t WHERE c = 'x' GROUP BY a HAVING d; CREATE TABLE t (a INT) WITH ('k' = 'v')";
    const [first, second] = parseScript(text).script.statements;
    const at = (s: { start: number; end: number } | undefined): string =>
      s === undefined ? '' : text.slice(s.start, s.end);
    const body = first?.statement.kind === 'select' ? first.statement.query.body : undefined;
    const table = second?.statement.kind === 'create-table' ? second.statement : undefined;
    expect(
      body?.kind === 'select' &&
        [body.itemsSpan, body.fromSpan, body.whereSpan, body.groupBy?.span, body.havingSpan].map(at),
    ).toEqual(['a, b', 'FROM t', "WHERE c = 'x'", 'GROUP BY a', 'HAVING d']);
    expect([table?.optionsSpan, table?.options[0]?.keySpan, table?.options[0]?.valueSpan].map(at)).toEqual([
      "WITH ('k' = 'v')",
      "'k'",
      "'v'",
    ]);
  });
});
