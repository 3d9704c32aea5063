/** Rows written in the query. */
import { describe, expect, it } from 'vitest';
import type { Row } from '../../data/value.ts';
import { literalOf } from '../../sql/4-codegen/test-exprs.ts';
import type { EvalContext } from '../../sql/functions/function.ts';
import { INT } from '../test-shapes.ts';
import { ValuesReader } from './operator.ts';

const CONTEXT: EvalContext = {
  currentTimeMs: () => 0,
  queryStartMs: 0,
  random: () => 0,
  currentWatermarkMs: () => null,
  timeZone: 'UTC',
};
const ROWS = [1, 2, null].map((value) => [literalOf(value, INT)]);

describe('values', () => {
  it('reads its rows in order and ends with the last', () => {
    const reader = new ValuesReader(ROWS, CONTEXT);
    const rows: Row[] = [];
    const statuses = [2, 2].map((countMax) => reader.poll({ processRow: (_kind, row) => rows.push(row) }, countMax));
    expect([rows, statuses, reader.progress()]).toEqual([
      [[1], [2], [null]],
      [
        { ok: true, value: 'more' },
        { ok: true, value: 'end' },
      ],
      { rowsRead: 3, fraction: 1 },
    ]);
  });

  it('goes on from its position, and is at its end without rows', () => {
    const first = new ValuesReader(ROWS, CONTEXT);
    first.poll({ processRow: () => {} }, 1);
    const second = new ValuesReader(ROWS, CONTEXT);
    second.restore(first.position());
    const rows: Row[] = [];
    second.poll({ processRow: (_kind, row) => rows.push(row) }, 10);
    const empty = new ValuesReader([], CONTEXT);
    expect([rows, empty.poll({ processRow: () => {} }, 1), empty.progress().fraction]).toEqual([
      [[2], [null]],
      { ok: true, value: 'end' },
      1,
    ]);
  });
});
