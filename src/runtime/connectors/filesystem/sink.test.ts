/** Writing files: what is in them, and when they can be seen. */
import { describe, expect, it } from 'vitest';
import { decodeUtf8 } from '../../base/utf8.ts';
import type { LogicalType } from '../../data/logical-type.ts';
import { RowKind } from '../../data/row-kind.ts';
import type { Row } from '../../data/value.ts';
import type { SinkWriter } from '../../engine/source.ts';
import { formatNamed } from '../../job/format-registry.ts';
import type { BoundTable } from '../../sql/2-bind/catalog.ts';
import { type TestSeams, tableOf, testSeams } from '../test-table.ts';
import { filesystemConnector } from './connector.ts';

const INT: LogicalType = { kind: 'INT', nullable: true };
const STRING: LogicalType = { kind: 'VARCHAR', nullable: true, length: 2147483647 };
const connector = filesystemConnector(formatNamed);

function writerOf(table: BoundTable, seams: TestSeams): SinkWriter {
  const writer = connector.sink?.create({ table, seams });
  if (writer === undefined || !writer.ok) throw new Error('the table can be written');
  writer.value.open();
  return writer.value;
}

const write = (writer: SinkWriter, ...rows: readonly Row[]): void => {
  for (const row of rows) expect(writer.write(RowKind.Insert, row)).toEqual({ ok: true, value: undefined });
};

/** Content of each file, by its path without the drawn part of the name. */
function contents(seams: TestSeams): Record<string, string> {
  return Object.fromEntries(
    seams.files
      .paths()
      .map((path) => [
        path.replace(/part-[0-9a-f]{8}-/, 'part-'),
        decodeUtf8(seams.files.get(path) ?? new Uint8Array()),
      ]),
  );
}

const flat = (format = 'csv'): BoundTable => tableOf({ a: INT, b: STRING }, { path: 'out/', format });

describe('filesystem sink', () => {
  it('writes one part file, which appears when it is whole', () => {
    const seams = testSeams();
    const writer = writerOf(flat(), seams);
    write(writer, [1, 'x'], [null, 'two words']);
    const before = contents(seams);
    writer.finish();
    writer.close();
    expect([before, contents(seams)]).toEqual([{}, { 'out/part-0-0': '1,x\n,"two words"\n' }]);
  });

  it('leaves nothing behind when it is closed without a commit', () => {
    const seams = testSeams();
    const writer = writerOf(flat(), seams);
    write(writer, [1, 'x']);
    writer.prepareCommit();
    write(writer, [2, 'y']);
    writer.close();
    expect(contents(seams)).toEqual({});
  });

  it('commits what was written before the preparation and nothing that came later', () => {
    const seams = testSeams();
    const writer = writerOf(flat(), seams);
    write(writer, [1, 'x']);
    const prepared = writer.prepareCommit();
    write(writer, [2, 'y']);
    if (!prepared.ok) throw new Error('memory has room');
    writer.commit(prepared.value);
    const first = contents(seams);
    // Committing twice is as committing once.
    writer.commit(prepared.value);
    writer.finish();
    expect([first, contents(seams)]).toEqual([
      { 'out/part-0-0': '1,x\n' },
      { 'out/part-0-0': '1,x\n', 'out/part-0-1': '2,y\n' },
    ]);
  });

  it('writes no file when there is no row', () => {
    const seams = testSeams();
    writerOf(flat(), seams).finish();
    expect(contents(seams)).toEqual({});
  });

  it('puts rows into folders by partition, NULL into the default one, without the partition columns', () => {
    const seams = testSeams();
    const table = tableOf({ k: STRING, v: INT, d: { kind: 'DATE', nullable: true } }, { path: 'out', format: 'json' }, [
      'd',
      'k',
    ]);
    const writer = writerOf(table, seams);
    write(writer, ['a/b', 1, 0], [null, 2, 1], ['a/b', 3, 0], ['', 4, 1]);
    writer.finish();
    expect(contents(seams)).toEqual({
      'out/d=1970-01-01/k=a%2Fb/part-0-0': '{"v":1}\n{"v":3}\n',
      'out/d=1970-01-02/k=__DEFAULT_PARTITION__/part-0-1': '{"v":2}\n{"v":4}\n',
    });
  });

  it('keeps all rows when more partitions are open than it holds at once', () => {
    const seams = testSeams();
    const table = tableOf({ k: INT, v: INT }, { path: 'out', format: 'csv' }, ['k']);
    const writer = writerOf(table, seams);
    for (let round = 0; round < 2; round++) for (let k = 0; k < 150; k++) write(writer, [k, round]);
    const early = contents(seams);
    writer.finish();
    const all = Object.values(contents(seams)).join('');
    expect([early, all.split('\n').filter((line) => line !== '').length]).toEqual([{}, 300]);
  });

  it('names its files by the seed: the same run writes the same names', () => {
    const names = [1, 1, 2].map((seed) => {
      const seams = testSeams(seed);
      const writer = writerOf(flat(), seams);
      write(writer, [1, 'x']);
      writer.finish();
      return seams.files.paths()[0] ?? '';
    });
    expect(names[0]).toMatch(/^out\/part-[0-9a-f]{8}-0-0$/);
    expect([names[0] === names[1], names[0] === names[2]]).toEqual([true, false]);
  });

  it('writes changes with the formats that can hold them', () => {
    const seams = testSeams();
    const writer = writerOf(flat('debezium-json'), seams);
    writer.write(RowKind.Insert, [1, 'x']);
    writer.write(RowKind.Delete, [1, 'x']);
    writer.finish();
    expect([
      connector.sink?.changelog(flat()),
      connector.sink?.changelog(flat('debezium-json')),
      contents(seams),
    ]).toEqual([
      'insert-only',
      'all',
      {
        'out/part-0-0':
          '{"before":null,"after":{"a":1,"b":"x"},"op":"c"}\n{"before":{"a":1,"b":"x"},"after":null,"op":"d"}\n',
      },
    ]);
  });
});
