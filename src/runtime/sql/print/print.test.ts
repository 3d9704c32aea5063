/** SQL text made from names, texts, types and expressions. */
import { describe, expect, test } from 'vitest';
import type { LogicalType } from '../../data/logical-type.ts';
import { parseExpression, parseScript, parseTypeText } from '../1-parse/parse-script.ts';
import { printExpr, printSql } from './print-expr.ts';
import { printType } from './print-type.ts';
import { quoteIdentifier, quotePath, quoteString } from './quote.ts';

describe('names and texts', () => {
  test.each([
    ['order_id', 'order_id'],
    ['données', 'données'],
    ['$x', '$x'],
    ['timestamp', '`timestamp`'],
    ['Value', '`Value`'],
    ['data', 'data'],
    ['two words', '`two words`'],
    ['1st', '`1st`'],
    ['a`b', '`a``b`'],
    ['', '``'],
    ["x'41'", "`x'41'`"],
    ['a;b', '`a;b`'],
  ])('the name %j is written %s', (name, written) => {
    expect(quoteIdentifier(name)).toBe(written);
  });

  test.each(['order_id', 'timestamp', 'a`b', 'two words', '日本', 'a.b'])(
    'the name %j is read back as itself',
    (name) => {
      const { value, diagnostics } = parseExpression(quoteIdentifier(name));
      expect(diagnostics).toEqual([]);
      expect(value.kind === 'column' && value.name.parts.map((p) => p.name)).toEqual([name]);
    },
  );

  test('paths and texts', () => {
    expect([quotePath(['default_catalog', 'db', 'user']), quoteString("it's")]).toEqual([
      'default_catalog.db.`user`',
      "'it''s'",
    ]);
  });
});

describe('types', () => {
  const int: LogicalType = { kind: 'INT', nullable: false };
  const string: LogicalType = { kind: 'VARCHAR', nullable: true, length: 2147483647 };
  const types: readonly (readonly [LogicalType, string])[] = [
    [int, 'INT NOT NULL'],
    [string, 'STRING'],
    [{ kind: 'VARCHAR', nullable: true, length: 5 }, 'VARCHAR(5)'],
    [{ kind: 'VARBINARY', nullable: true, length: 2147483647 }, 'BYTES'],
    [{ kind: 'DECIMAL', nullable: false, precision: 10, scale: 2 }, 'DECIMAL(10, 2) NOT NULL'],
    [{ kind: 'TIMESTAMP_LTZ', nullable: true, precision: 3 }, 'TIMESTAMP_LTZ(3)'],
    [{ kind: 'MAP', nullable: true, key: int, value: string }, 'MAP<INT NOT NULL, STRING>'],
    [
      {
        kind: 'ROW',
        nullable: true,
        fields: [
          { name: 'a', type: int },
          { name: 'value', type: { kind: 'ARRAY', nullable: false, element: string } },
        ],
      },
      'ROW<a INT NOT NULL, `value` ARRAY<STRING> NOT NULL>',
    ],
    [{ kind: 'INTERVAL_YEAR_MONTH', nullable: true, unit: 'YEAR TO MONTH', precision: 2 }, 'INTERVAL YEAR(2) TO MONTH'],
    [
      { kind: 'INTERVAL_DAY_TIME', nullable: true, unit: 'DAY TO SECOND', precision: 2, fraction: 3 },
      'INTERVAL DAY(2) TO SECOND(3)',
    ],
    [{ kind: 'INTERVAL_DAY_TIME', nullable: true, unit: 'SECOND', precision: 2, fraction: 3 }, 'INTERVAL SECOND(2, 3)'],
  ];
  test.each(types)('%j', (type, written) => {
    expect(printType(type)).toBe(written);
    expect(parseTypeText(written).diagnostics).toEqual([]);
  });
});

describe('expressions on one line', () => {
  test.each([
    ['select  a+b*- c /* d */,\n f( x,1 )', 'SELECT a + b * -c, f(x, 1)'],
    ['cast(a as decimal ( 10,2 )) not in ( 1,2 )', 'CAST(a AS DECIMAL(10, 2)) NOT IN (1, 2)'],
    ['t . a [ 1 ] . b is not null', 't.a[1].b IS NOT NULL'],
    ["case when `Order` = 'x  y' then 1 end", "CASE WHEN `Order` = 'x  y' THEN 1 END"],
    ['count( * ) filter ( where a )', 'COUNT(*) FILTER (WHERE a)'],
    ["interval '1' day", "INTERVAL '1' DAY"],
  ])('%j', (text, written) => {
    expect(printSql(text)).toBe(written);
    expect(printSql(written)).toBe(written);
  });

  test('prints one node of a script', () => {
    const text = 'SELECT 1;  SELECT a   +   1 FROM t';
    const statement = parseScript(text).script.statements[1]?.statement;
    const body = statement?.kind === 'select' ? statement.query.body : undefined;
    const item = body?.kind === 'select' ? body.items[0] : undefined;
    expect(item === undefined ? '' : printExpr(text, item.expr)).toBe('a + 1');
  });
});
