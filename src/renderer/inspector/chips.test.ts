/** Texts offered under fields. */
import { expect, it } from 'vitest';
import { havingTexts, qualifiedColumns } from './chips.ts';

it('offers keys and aggregates for HAVING, each once', () => {
  const columns = [
    { expression: 'customer', alias: '' },
    { expression: 'SUM(amount)', alias: 'total' },
    { expression: 'SUM(amount)', alias: 'again' },
  ];
  expect(havingTexts(['customer', ''], columns)).toEqual(['customer', 'SUM(amount)']);
});

it('offers the columns of a join under the alias of their side, else its name', () => {
  const form = {
    kind: 'join',
    type: 'INNER',
    left: 'orders',
    leftAlias: 'o',
    right: 'users',
    rightAlias: '',
    condition: '',
    columns: [],
  } as const;
  const inputs = [
    { id: 'left', label: 'o' },
    { id: 'right', label: 'users' },
  ];
  const columns = { left: ['id', 'two words'], right: ['id'] };
  expect(qualifiedColumns(form, { inputs }, (port) => columns[port as 'left' | 'right'])).toEqual([
    'o.id',
    'o.`two words`',
    'users.id',
  ]);
});
