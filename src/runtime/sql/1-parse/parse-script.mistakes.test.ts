/** What the parser says about broken text, where, and that the mistake stays in its statement. */
import { describe, expect, test } from 'vitest';
import { applyTextEdits } from '../../base/span.ts';
import { printTree } from '../print/print-tree.ts';
import { parseExpression, parseScript, parseTypeText } from './parse-script.ts';

/** `code @text: first line of the message | hint`, one line a diagnostic. */
function mistakes(text: string): string {
  return parseScript(text)
    .diagnostics.map((d) => {
      const at = d.span === undefined ? '' : text.slice(d.span.start, d.span.end);
      const [line] = d.message.replace('SQL parse failed. ', '').split('\n');
      return `${d.code} @${at}: ${line}${d.hint === undefined ? '' : ` | ${d.hint}`}`;
    })
    .join('\n');
}

describe('a mistake is named, placed and explained', () => {
  test.each([
    [
      `SELECT id AS order FROM t`,
      `parse/reserved-word @order: Encountered "order" at line 1, column 14. | ORDER is a reserved word of Flink SQL. To use it as a name, write it in back-ticks: \`order\`.`,
    ],
    [
      `SELECT value FROM t`,
      `parse/reserved-word @value: Encountered "value" at line 1, column 8. | VALUE is a reserved word of Flink SQL. To use it as a name, write it in back-ticks: \`value\`.`,
    ],
    [
      `CREATE TABLE t (timestamp INT)`,
      `parse/reserved-word @timestamp: Encountered "timestamp" at line 1, column 17. | TIMESTAMP is a reserved word of Flink SQL. To use it as a name, write it in back-ticks: \`timestamp\`.`,
    ],
    [
      `SELECT * FROM order`,
      `parse/reserved-word @order: Encountered "order" at line 1, column 15. | ORDER is a reserved word of Flink SQL. To use it as a name, write it in back-ticks: \`order\`.`,
    ],
    [
      `CREATE TABLE t (a INT, group STRING)`,
      `parse/reserved-word @group: Encountered "group" at line 1, column 24. | GROUP is a reserved word of Flink SQL. To use it as a name, write it in back-ticks: \`group\`.`,
    ],
    [
      `SELECT * FROM WHERE id > 1`,
      `parse/unexpected-token @WHERE: Encountered "WHERE" at line 1, column 15. | A table or a name is expected here.`,
    ],
    [
      `SELECT id FROM t\nINSERT INTO s SELECT id FROM t`,
      `parse/unexpected-token @INSERT: Encountered "INSERT" at line 2, column 1. | Is a ; missing before line 2?`,
    ],
    [
      `SELECT id FORM t`,
      `parse/unexpected-token @t: Encountered "t" at line 1, column 16. | Did you mean FROM instead of FORM?`,
    ],
    [
      `SELECT id FROM t WEHRE id > 1`,
      `parse/unexpected-token @id: Encountered "id" at line 1, column 24. | Did you mean WHERE instead of WEHRE?`,
    ],
    [
      `SELCT 1`,
      `parse/not-a-statement @SELCT: Non-query expression encountered in illegal context | Did you mean SELECT instead of SELCT?`,
    ],
    [
      `CREATE TABEL t (a INT)`,
      `parse/unexpected-token @TABEL: Encountered "TABEL" at line 1, column 8. | Did you mean TABLE instead of TABEL?`,
    ],
    [
      `hello world`,
      `parse/not-a-statement @hello: Non-query expression encountered in illegal context | A statement begins with SELECT, INSERT INTO, CREATE, SET, …`,
    ],
    [
      `SELECT k FROM t GROUP k`,
      `parse/unexpected-token @k: Encountered "k" at line 1, column 23. | BY is expected here.`,
    ],
    [
      `SELECT id FROM t WHERE id IN ()`,
      `parse/unexpected-token @): Encountered ")" at line 1, column 31. | An expression is expected here.`,
    ],
    [
      `SELECT id::STRING FROM t`,
      `parse/unexpected-token @:: Encountered ":" at line 1, column 10. | Flink has no :: operator; write CAST(x AS type).`,
    ],
    [
      `SELECT TOP 3 id FROM t`,
      `parse/unexpected-token @3: Encountered "3" at line 1, column 12. | Flink has no TOP; write LIMIT at the end of the query.`,
    ],
    [
      `SELECT (id + 1 FROM t`,
      `parse/unexpected-token @FROM: Encountered "FROM" at line 1, column 16. | The parenthesis opened at line 1, column 8 is not closed.`,
    ],
    [
      `SELECT f(a, (b FROM t`,
      `parse/unexpected-token @FROM: Encountered "FROM" at line 1, column 16. | The parenthesis opened at line 1, column 13 is not closed.`,
    ],
    [
      `SELECT a b c FROM t`,
      `parse/unexpected-token @c: Encountered "c" at line 1, column 12. | A comma may be missing before it.`,
    ],
    [
      `SELECT a, FROM t`,
      `parse/unexpected-token @FROM: Encountered "FROM" at line 1, column 11. | The comma before it may be one too many.`,
    ],
    [
      `SELECT a FROM t WHERE`,
      `parse/unexpected-token @WHERE: Encountered "<EOF>" at line 1, column 22. | The statement ends too early; an expression is missing.`,
    ],
    [
      `SELECT a FROM t)`,
      `parse/unexpected-token @): Encountered ")" at line 1, column 16. | There is no open parenthesis for it.`,
    ],
    [
      `SELECT 'abc FROM t`,
      `parse/unclosed-string @'abc FROM t: Encountered "\\'" at line 1, column 8. | The string that opens at line 1, column 8 is never closed. A quote inside a string is written twice: ''.`,
    ],
    [
      `SELECT \`abc FROM t`,
      `parse/unclosed-identifier @\`abc FROM t: Encountered "\`" at line 1, column 8. | The back-ticked name that opens at line 1, column 8 is never closed.`,
    ],
    [
      `SELECT a /* b FROM t`,
      `parse/unclosed-comment @/*: Encountered "/*" at line 1, column 10. | The comment that opens at line 1, column 10 is never closed: */ is missing.`,
    ],
    [
      `SELECT \`\``,
      `parse/empty-identifier @\`\`: Lexical error at line 1, column 8.  Encountered an empty name. | Write a name between the back-ticks.`,
    ],
    [
      `SELECT "a" FROM t`,
      `parse/double-quote @": Encountered "\\"" at line 1, column 8. | Flink quotes names with back-ticks (\`name\`) and texts with single quotes.`,
    ],
    [
      `SELECT a § b`,
      `parse/stray-character @§: Lexical error at line 1, column 10.  Encountered: "§" (167) | This character has no meaning in SQL outside of strings.`,
    ],
    [
      `SELECT a != b FROM t`,
      `parse/bang-equal @!=: Bang equal '!=' is not allowed under the current SQL conformance level | Write <> instead.`,
    ],
    [
      `SELECT a MINUS SELECT b`,
      `parse/not-conformant @MINUS: MINUS is not allowed under the current SQL conformance level | Write EXCEPT.`,
    ],
    [
      `SELECT a FROM t LIMIT 1, 2`,
      `parse/not-conformant @,: 'LIMIT start, count' is not allowed under the current SQL conformance level | Write LIMIT count OFFSET start.`,
    ],
    [
      `SELECT a FROM t OFFSET 1 LIMIT 2`,
      `parse/not-conformant @LIMIT: 'OFFSET start LIMIT count' is not allowed under the current SQL conformance level | Write LIMIT count OFFSET start.`,
    ],
    [
      `SELECT 1 AS 'x'`,
      `parse/string-alias @'x': Expecting alias, found character literal | Write names in back-ticks: \`x\`.`,
    ],
    [
      `INSERT s SELECT 1`,
      `parse/unexpected-token @s: Encountered "s" at line 1, column 8. | INTO or OVERWRITE is expected here.`,
    ],
    [
      `EXECUTE STATEMENT SET BEGIN SELECT 1; END`,
      `parse/unexpected-token @SELECT: Encountered "SELECT" at line 1, column 29. | INSERT or UPSERT is expected here.`,
    ],
    [
      `CREATE TABLE t (a, b)`,
      `parse/refused @a, b): Columns identifiers without types in the schema are supported on CTAS/RTAS statements only. | Write the type of each column.`,
    ],
    [
      `CREATE TABLE t (a INT b INT)`,
      `parse/unexpected-token @b: Encountered "b" at line 1, column 23. | A comma may be missing before it.`,
    ],
    [
      `CREATE TABLE t (a INT) WITH ('k' = 1)`,
      `parse/unexpected-token @1: Encountered "1" at line 1, column 36. | A text in single quotes is expected here.`,
    ],
    [
      `CREATE TABLE t (a INT) WITH ('k' 'v')`,
      `parse/unexpected-token @): Encountered ")" at line 1, column 37. | = is expected here.`,
    ],
    [
      `CREATE TABLE t (a INT, WATERMARK FOR a AS a, WATERMARK FOR a AS a)`,
      `parse/refused @WATERMARK FOR a AS a: Multiple WATERMARK statements is not supported yet. | Keep one WATERMARK.`,
    ],
    [
      `SELECT * FROM (a JOIN b ON TRUE) AS x`,
      `parse/illegal-context @a JOIN b ON TRUE: Join expression encountered in illegal context | Parentheses around a join take no alias; alias its tables, or write a sub-query.`,
    ],
    [
      `SELECT * FROM a CROSS APPLY f(x)`,
      `parse/not-conformant @CROSS: APPLY operator is not allowed under the current SQL conformance level | Write CROSS JOIN LATERAL TABLE(f(x)) or LEFT JOIN LATERAL … ON TRUE.`,
    ],
    [
      `SELECT x'4g'`,
      `parse/bad-literal @x'4g': Binary literal string must contain only characters '0' - '9', 'A' - 'F'`,
    ],
    [
      `SELECT U&'\\zz'`,
      `parse/bad-literal @U&'\\zz': Unicode escape sequence starting at character 0 is not exactly four hex digits`,
    ],
    [`CASE`, `parse/unexpected-token @CASE: Encountered "CASE" at line 1, column 1.`],
    [
      `SELECT CASE a END`,
      `parse/unexpected-token @END: Encountered "END" at line 1, column 15. | WHEN is expected here.`,
    ],
    [
      `SELECT CAST(a AS NULL)`,
      `parse/unexpected-token @NULL: Encountered "NULL" at line 1, column 18. | A type is expected here.`,
    ],
    [
      `SELECT INTERVAL '1' FORTNIGHT`,
      `parse/unexpected-token @FORTNIGHT: Encountered "FORTNIGHT" at line 1, column 21.`,
    ],
    [
      `DROP VIW v`,
      `parse/unexpected-token @VIW: Encountered "VIW" at line 1, column 6. | Did you mean VIEW instead of VIW?`,
    ],
    [`SET 'a' 1`, `parse/unexpected-token @1: Encountered "1" at line 1, column 9. | = is expected here.`],
    [
      `SELECT a FROM t; SELECT b FRM t WHERE c`,
      `parse/unexpected-token @t: Encountered "t" at line 1, column 31. | Did you mean FROM instead of FRM?`,
    ],
    [
      `SELECT /*+ OPTIONS('a' = 1) */ 1`,
      `parse/unexpected-token @1: Encountered "1" at line 1, column 26. | A text in single quotes is expected here.`,
    ],
    [
      `CREATE FUNCTION f AS 'x' LANGUAGE RUST`,
      `parse/unexpected-token @RUST: Encountered "RUST" at line 1, column 35.`,
    ],
    [
      `SELECT a FROM t MATCH_RECOGNIZE (PATTERN (A) DEFINE)`,
      `parse/unexpected-token @): Encountered ")" at line 1, column 52. | A name is expected here.`,
    ],
  ])('%s', (text, said) => {
    expect(mistakes(text)).toBe(said);
  });
});

describe('quick fixes', () => {
  test.each([
    ['SELECT id AS order FROM t', 'SELECT id AS `order` FROM t'],
    ['SELECT value FROM t', 'SELECT `value` FROM t'],
    ['SELECT id FORM t', 'SELECT id FROM t'],
    ['SELECT id FROM t WHERE id != 1', 'SELECT id FROM t WHERE id <> 1'],
    ['SELCT 1', 'SELECT 1'],
    ['CREATE TABEL t (a INT)', 'CREATE TABLE t (a INT)'],
  ])('%s is repaired by one click', (text, repaired) => {
    const [diagnostic] = parseScript(text).diagnostics;
    const edits = diagnostic?.fixes?.[0]?.edits ?? [];
    expect(applyTextEdits(text, edits)).toBe(repaired);
    expect(parseScript(repaired).diagnostics).toEqual([]);
  });
});

describe('a mistake stays inside its statement', () => {
  /** `number kind` of each statement. */
  function kinds(text: string): readonly string[] {
    return parseScript(text).script.statements.map(({ number, statement }) => `${number} ${statement.kind}`);
  }

  test('a broken statement between two others leaves them whole', () => {
    expect(kinds('SELECT 1;\nSELECT FROM;\nINSERT INTO t SELECT 2;')).toEqual(['1 select', '2 unknown', '3 insert']);
  });

  test('an unclosed quote ends with its line, even when later lines hold quotes', () => {
    const text = "SELECT 'abc FROM t;\nSET 'a' = 'b';\nSELECT 'x';\n";
    expect(kinds(text)).toEqual(['1 unknown', '2 set', '3 select']);
  });

  test('an unclosed back-tick ends with its line', () => {
    expect(kinds('SELECT `abc FROM t;\nSELECT `x` FROM t;')).toEqual(['1 unknown', '2 select']);
  });

  test('a statement set without END ends before a statement that it cannot hold', () => {
    expect(kinds('EXECUTE STATEMENT SET BEGIN\nINSERT INTO a SELECT 1;\nSELECT 1;')).toEqual(['1 unknown', '2 select']);
  });

  test('what could be read before the mistake is kept', () => {
    const [first] = parseScript('CREATE VIEW v AS SELECT a, b FROM t WHERE').script.statements;
    expect(printTree(first?.statement)).toBe(
      'unknown{partial: create-view{name: v, query: query{body: select{items: [{expr: a}, {expr: b}], from: table{name: t}, where: error}}}}',
    );
  });
});

describe('fragments', () => {
  test('an expression that is only a part of the text is a mistake', () => {
    expect(parseExpression('a + b c').diagnostics.map((d) => [d.code, d.span])).toEqual([
      ['parse/unexpected-token', { start: 6, end: 7 }],
    ]);
  });

  test('a type text takes NOT NULL', () => {
    const { value, diagnostics } = parseTypeText('ROW<a DECIMAL(10, 2) NOT NULL, b MAP<STRING, INT>> NOT NULL');
    expect(diagnostics).toEqual([]);
    expect(printTree(value)).toBe(
      '{name: ROW, fields: [{name: a, type: {name: DECIMAL, args: [10, 2], nullable: false}}, {name: b, type: {name: MAP, elements: [{name: STRING}, {name: INT}]}}], nullable: false}',
    );
  });

  test.each(['', '   ', '-- nothing', ';'])('%j as an expression is a mistake and no crash', (text) => {
    expect(parseExpression(text).diagnostics.map((d) => d.code)).toEqual(['parse/unexpected-token']);
  });
});
