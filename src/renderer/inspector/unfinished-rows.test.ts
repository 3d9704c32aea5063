/** Rows of a form that were added and not filled. */
import { expect, it } from 'vitest';
import type { NodeForm } from '../../runtime/program/graph.ts';
import { withoutUnfinishedRows } from './unfinished-rows.ts';

const SAVED: Extract<NodeForm, { kind: 'group-aggregate' }> = {
  kind: 'group-aggregate',
  input: 'orders',
  columns: [{ expression: 'COUNT(*)', alias: 'n' }],
  keys: ['customer'],
  condition: '',
  having: '',
};

it('leaves out new rows with nothing in their main cell, and sends those that were emptied', () => {
  const added = { ...SAVED, columns: [...SAVED.columns, { expression: '', alias: 'later' }], keys: ['customer', ' '] };
  expect(withoutUnfinishedRows(added, SAVED)).toEqual(SAVED);
  const emptied = { ...SAVED, keys: [''] };
  expect(withoutUnfinishedRows(emptied, SAVED)).toEqual(emptied);
  const filled = { ...SAVED, keys: ['customer', '', 'day'] };
  expect(withoutUnfinishedRows(filled, SAVED)).toEqual(filled);
});
