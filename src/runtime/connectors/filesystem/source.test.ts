/** Reading files: which, in which order, how far, and from where again. */
import { describe, expect, it } from 'vitest';
import type { LogicalType } from '../../data/logical-type.ts';
import type { SourceReader } from '../../engine/source.ts';
import { formatNamed } from '../../job/format-registry.ts';
import type { BoundTable } from '../../sql/2-bind/catalog.ts';
import { allColumns, pollInto, RowLog, type TestSeams, tableOf, testSeams } from '../test-table.ts';
import { filesystemConnector } from './connector.ts';

const INT: LogicalType = { kind: 'INT', nullable: true };
const STRING: LogicalType = { kind: 'VARCHAR', nullable: true, length: 2147483647 };
const connector = filesystemConnector(formatNamed);

function readerOf(
  table: BoundTable,
  seams: TestSeams,
  columns = allColumns(table),
  rowCountMax?: number,
): SourceReader {
  const limit = rowCountMax === undefined ? {} : { rowCountMax };
  const reader = connector.source?.create({ table, columns, seams, ...limit });
  if (reader === undefined || !reader.ok) throw new Error('the table can be read');
  return reader.value;
}

/** All rows of a table, and the failure of opening it, if any. */
function rowsOf(table: BoundTable, seams: TestSeams, columns = allColumns(table)): string[] {
  const reader = readerOf(table, seams, columns);
  const log = new RowLog(table, columns);
  const opened = reader.open(() => {});
  if (!opened.ok) return [`! ${opened.error.message}`];
  pollInto(reader, log);
  return log.rows;
}

const lines = (path: string, more: Readonly<Record<string, string>> = {}): BoundTable =>
  tableOf({ line: STRING }, { connector: 'filesystem', path, format: 'raw', ...more });

describe('filesystem source', () => {
  it('reads one file, with any line ends and with or without one at its end', () => {
    const texts = ['a\nb\n', 'a\r\nb', 'a\n\nb\n', ''];
    const rows = texts.map((text) => {
      const seams = testSeams();
      seams.files.put('in.txt', text);
      return rowsOf(lines('in.txt'), seams);
    });
    expect(rows).toEqual([['+I[a]', '+I[b]'], ['+I[a]', '+I[b]'], ['+I[a]', '+I[]', '+I[b]'], []]);
  });

  it('reads all files below a folder in order of their paths, hidden files and folders left out', () => {
    const seams = testSeams();
    for (const path of ['in/c', 'in/a/2', 'in/a/1', 'in/.hidden', 'in/_SUCCESS', 'in/_tmp/x', 'in/b', 'out/z'])
      seams.files.put(path, `${path}\n`);
    expect(rowsOf(lines('in'), seams)).toEqual(['+I[in/a/1]', '+I[in/a/2]', '+I[in/b]', '+I[in/c]']);
  });

  it('reads only files whose whole path matches the pattern', () => {
    const seams = testSeams();
    for (const path of ['in/a.txt', 'in/a.txt.bak', 'in/b.txt']) seams.files.put(path, path);
    expect(rowsOf(lines('in', { 'source.path.regex-pattern': '.*/[ab]\\.txt' }), seams)).toEqual([
      '+I[in/a.txt]',
      '+I[in/b.txt]',
    ]);
  });

  it('refuses a pattern that is none before it reads', () => {
    const problems = (pattern: string): (string | undefined)[] =>
      connector.validate(lines('in', { 'source.path.regex-pattern': pattern }), 'source').map((problem) => problem.key);
    expect([problems('a(b'), problems('a(b)')]).toEqual([['source.path.regex-pattern'], []]);
  });

  it('fails with the path when there is no such file', () => {
    expect(rowsOf(lines('nowhere'), testSeams())).toEqual(['! The file nowhere does not exist.']);
  });

  it('puts a csv record together that goes over several lines', () => {
    const seams = testSeams();
    seams.files.put('in.csv', '1,"two\nlines"\r\n2,"x""\n"\n');
    const table = tableOf({ a: INT, b: STRING }, { path: 'in.csv', format: 'csv' });
    expect(rowsOf(table, seams)).toEqual(['+I[1, two\nlines]', '+I[2, x"\n]']);
  });

  it('takes partition columns from the path and metadata from the file, in any order of columns', () => {
    const seams = testSeams();
    seams.files.put('in/day=2024-01-02/k=a%2Fb/f.csv', '1\n2\n');
    seams.files.put('in/day=__DEFAULT_PARTITION__/k=c/g.csv', '3\n');
    const table = tableOf(
      {
        day: { kind: 'DATE', nullable: true },
        file: { metadata: 'file.name', type: STRING },
        v: INT,
        size: { metadata: 'file.size', type: { kind: 'BIGINT', nullable: false } },
        k: STRING,
      },
      { path: 'in', format: 'csv' },
      ['day', 'k'],
    );
    expect([rowsOf(table, seams), rowsOf(table, seams, [4, 2])]).toEqual([
      ['+I[2024-01-02, f.csv, 1, 4, a/b]', '+I[2024-01-02, f.csv, 2, 4, a/b]', '+I[null, g.csv, 3, 2, c]'],
      ['+I[a/b, 1]', '+I[a/b, 2]', '+I[c, 3]'],
    ]);
  });

  it('goes on from its position after any row, in files of any length', () => {
    const seams = testSeams();
    // Longer than the reader's first block, so that positions lie in several blocks.
    const long = Array.from({ length: 3_000 }, (_, i) => `row ${i} ${'é'.repeat(i % 7)}`);
    seams.files.put('in/a', long.slice(0, 2_000).join('\n'));
    seams.files.put('in/b', '');
    seams.files.put('in/c', `${long.slice(2_000).join('\r\n')}\r\n`);
    const table = lines('in');
    const all = rowsOf(table, seams);
    const rows: string[] = [];
    let position = null;
    for (let stop = 0; rows.length < 3_000 && stop < 100; stop++) {
      const reader = readerOf(table, seams);
      if (position !== null) reader.restore(position);
      reader.open(() => {});
      const log = new RowLog(table, [0]);
      pollInto(reader, log, 37, 1 + (stop % 3));
      rows.push(...log.rows);
      expect(reader.progress().rowsRead).toBe(rows.length);
      position = JSON.parse(JSON.stringify(reader.position()));
      reader.close();
    }
    expect(rows).toEqual(all);
  });

  it('finds its place again when files were added before and behind it', () => {
    const seams = testSeams();
    seams.files.put('in/b', '1\n2\n3');
    const table = lines('in');
    const first = readerOf(table, seams);
    first.open(() => {});
    pollInto(first, new RowLog(table, [0]), 1, 1);
    seams.files.put('in/a', 'too late');
    seams.files.put('in/c', '4');
    const second = readerOf(table, seams);
    second.restore(first.position());
    second.open(() => {});
    const log = new RowLog(table, [0]);
    expect([pollInto(second, log), log.rows]).toEqual(['end', ['+I[2]', '+I[3]', '+I[4]']]);
  });

  it('fails when the file that it was reading is gone', () => {
    const seams = testSeams();
    seams.files.put('in/b', '1\n2\n3');
    const first = readerOf(lines('in'), seams);
    first.open(() => {});
    pollInto(first, new RowLog(lines('in'), [0]), 1, 1);
    const other = testSeams();
    other.files.put('in/c', '4');
    const second = readerOf(lines('in'), other);
    second.restore(first.position());
    const opened = second.open(() => {});
    expect(opened.ok ? null : opened.error.message).toBe('The file in/b, which this run was reading, is gone.');
  });

  it('tells its progress from 0 to 1, after a restore too', () => {
    const seams = testSeams();
    seams.files.put('in/a', 'x'.repeat(600));
    seams.files.put('in/b', 'x'.repeat(400));
    const table = lines('in');
    const reader = readerOf(table, seams);
    reader.open(() => {});
    const log = new RowLog(table, [0]);
    const seen = [reader.progress().fraction];
    // The first record, then the end of its file and the second record.
    for (let i = 0; i < 3; i++) {
      pollInto(reader, log, 1, 1);
      seen.push(reader.progress().fraction);
    }
    const again = readerOf(table, seams);
    again.restore(reader.position());
    again.open(() => {});
    expect([seen, again.progress()]).toEqual([[0, 0.6, 0.6, 1], { rowsRead: 2, fraction: 1 }]);
  });

  it('lets others have a turn while it skips bad records', () => {
    const seams = testSeams();
    seams.files.put('in.json', 'bad\n'.repeat(500));
    const table = tableOf({ a: INT }, { path: 'in.json', format: 'json', 'json.ignore-parse-errors': 'true' });
    const reader = readerOf(table, seams);
    reader.open(() => {});
    expect([reader.poll(new RowLog(table, [0]), 100), reader.progress().rowsRead]).toEqual([
      { ok: true, value: 'more' },
      0,
    ]);
  });

  it('stops at the rows that are wanted', () => {
    const seams = testSeams();
    seams.files.put('in', '1\n2\n3\n4');
    const reader = readerOf(lines('in'), seams, [0], 3);
    reader.open(() => {});
    const log = new RowLog(lines('in'), [0]);
    expect([pollInto(reader, log, 2), log.rows]).toEqual(['end', ['+I[1]', '+I[2]', '+I[3]']]);
  });

  it('is unbounded only when it looks for new files, and sends updates with change formats', () => {
    const debezium = tableOf({ a: INT }, { path: 'x', format: 'debezium-json' });
    expect([
      connector.source?.bounded(lines('x')),
      connector.source?.bounded(lines('x', { 'source.monitor-interval': '1 s' })),
      connector.source?.changelog(lines('x')),
      connector.source?.changelog(debezium),
    ]).toEqual([true, false, 'insert-only', 'all']);
  });
});
