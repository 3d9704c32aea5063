/** The blackhole sink. */
import { describe, expect, it } from 'vitest';
import { RowKind } from '../../data/row-kind.ts';
import { tableOf, testSeams } from '../test-table.ts';
import { blackholeConnector } from './connector.ts';

describe('blackhole', () => {
  it('takes every change and leaves nothing behind', () => {
    const seams = testSeams();
    const table = tableOf({ a: { kind: 'INT', nullable: true } }, { connector: 'blackhole' });
    const writer = blackholeConnector.sink?.create({ table, seams });
    if (writer === undefined || !writer.ok) throw new Error('blackhole can be written');
    const answers = [
      writer.value.open(),
      writer.value.write(RowKind.Delete, [1]),
      writer.value.prepareCommit(),
      writer.value.commit(null),
      writer.value.finish(),
    ];
    writer.value.close();
    expect([answers.every((answer) => answer.ok), seams.printed, seams.files.paths()]).toEqual([true, [], []]);
    expect([blackholeConnector.sink?.changelog(table), blackholeConnector.source]).toEqual(['all', undefined]);
  });
});
