/** The print sink. */
import { describe, expect, it } from 'vitest';
import type { LogicalType } from '../../data/logical-type.ts';
import { RowKind } from '../../data/row-kind.ts';
import { tableOf, testSeams } from '../test-table.ts';
import { printConnector } from './connector.ts';

const INT: LogicalType = { kind: 'INT', nullable: true };
const STRING: LogicalType = { kind: 'VARCHAR', nullable: true, length: 2147483647 };

function printed(options: Readonly<Record<string, string>>): string[] {
  const seams = testSeams();
  const types = { a: INT, s: STRING, t: { kind: 'TIMESTAMP', nullable: true, precision: 3 } } as const;
  const writer = printConnector.sink?.create({ table: tableOf(types, options), seams });
  if (writer === undefined || !writer.ok) throw new Error('print can be written');
  writer.value.open();
  writer.value.write(RowKind.Insert, [1, 'a, b', 0]);
  writer.value.write(RowKind.UpdateBefore, [1, 'a, b', 0]);
  writer.value.write(RowKind.UpdateAfter, [null, '', null]);
  writer.value.write(RowKind.Delete, [-1, null, 1500]);
  writer.value.finish();
  return seams.printed;
}

describe('print', () => {
  it('prints each change as Flink does', () => {
    expect(printed({})).toEqual([
      '+I[1, a, b, 1970-01-01T00:00]',
      '-U[1, a, b, 1970-01-01T00:00]',
      '+U[null, , null]',
      '-D[-1, null, 1970-01-01T00:00:01.500]',
    ]);
  });

  it('puts the identifier in front and prints to the error output when told to', () => {
    expect(printed({ 'print-identifier': 'job', 'standard-error': 'TRUE' })[2]).toBe('error: job> +U[null, , null]');
  });

  it('takes every changelog, and cannot be read', () => {
    expect([printConnector.sink?.changelog(tableOf({ a: INT }, {})), printConnector.source]).toEqual([
      'all',
      undefined,
    ]);
  });
});
