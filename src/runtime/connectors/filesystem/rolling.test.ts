/** Part files that roll, and writers that go on where another process was. */
import { describe, expect, it } from 'vitest';
import { decodeUtf8 } from '../../base/utf8.ts';
import type { LogicalType } from '../../data/logical-type.ts';
import { RowKind } from '../../data/row-kind.ts';
import type { Row, Value } from '../../data/value.ts';
import type { SinkResume, SinkWriter } from '../../engine/source.ts';
import { formatNamed } from '../../job/format-registry.ts';
import { type TestSeams, tableOf, testSeams } from '../test-table.ts';
import { filesystemConnector } from './connector.ts';

const INT: LogicalType = { kind: 'INT', nullable: true };
const connector = filesystemConnector(formatNamed);

/** A writer of a table with the columns `a` and `p`, partitioned by `p` where it is asked for. */
function writerOf(
  seams: TestSeams,
  options: Readonly<Record<string, string>>,
  partitionedBy: string[] = [],
): SinkWriter {
  const table = tableOf({ a: INT, p: INT }, { path: 'out', format: 'json', ...options }, partitionedBy);
  const writer = connector.sink?.create({ table, seams });
  if (writer?.ok !== true) throw new Error('the table can be written');
  writer.value.open();
  return writer.value;
}

const write = (writer: SinkWriter, ...rows: readonly Row[]): void => {
  for (const row of rows) expect(writer.write(RowKind.Insert, row)).toEqual({ ok: true, value: undefined });
};

const row = (a: number): string => `{"a":${a},"p":0}\n`;

/** Visible files by name behind the prefix, and how many are hidden. */
function seen({ files }: TestSeams): readonly [Readonly<Record<string, string>>, number] {
  const visible = files
    .paths()
    .map((path) => [
      path.replace(/^out\//, '').replace(/part-[0-9a-f]{8}-/, ''),
      decodeUtf8(files.get(path) ?? new Uint8Array()),
    ]);
  return [Object.fromEntries(visible), files.hiddenPaths().length];
}

/** What a checkpoint holds of a writer; the rest of it is done by `commit`. */
function prepared(
  writer: SinkWriter,
  at: 'checkpoint' | 'end' = 'checkpoint',
): Pick<SinkResume, 'snapshot' | 'committable'> {
  const committable = writer.prepareCommit(at);
  if (!committable.ok) throw new Error(committable.error.message);
  return { committable: committable.value, snapshot: writer.snapshot?.() ?? null };
}

const resume = (writer: SinkWriter, from: Partial<SinkResume> = {}): readonly string[] => {
  const resumed = writer.resume?.({
    runId: '00c0ffee',
    snapshot: null,
    committable: null,
    isWalkedBack: false,
    ...from,
  });
  if (resumed?.ok !== true) throw new Error(resumed?.error.message);
  return resumed.value;
};

const commit = (writer: SinkWriter, committable: Value): void => {
  expect(writer.commit(committable)).toEqual({ ok: true, value: undefined });
};

describe('part files', () => {
  it('roll before the first row behind their size', () => {
    const seams = testSeams();
    const writer = writerOf(seams, { 'sink.rolling-policy.file-size': '20 b' });
    write(writer, [1, 0], [2, 0], [3, 0], [4, 0], [5, 0]);
    writer.finish();
    expect(seen(seams)).toEqual([{ '0-0': row(1) + row(2), '0-1': row(3) + row(4), '0-2': row(5) }, 0]);
  });

  it('roll after their time, and after a time without rows, when times are looked at', () => {
    const times = { 'rollover-interval': '10 s', 'inactivity-interval': '4 s', 'check-interval': '1 s' };
    const options = Object.entries(times).map(([name, text]) => [`sink.rolling-policy.${name}`, text]);
    const seams = testSeams();
    const writer = writerOf(seams, Object.fromEntries(options));
    for (const [second, a] of [
      [0, 1],
      [3, 2],
      [6, 3],
      [9, 4],
      [11, 5],
      [16, 6],
    ] as const) {
      seams.clock.advanceTo(second * 1000);
      write(writer, [a, 0]);
    }
    writer.finish();
    expect(seen(seams)[0]).toEqual({ '0-0': row(1) + row(2) + row(3) + row(4), '0-1': row(5), '0-2': row(6) });
  });

  it('go on over a checkpoint where rows are encoded one by one, and end at it where they are not', () => {
    const counts = ['json', 'csv'].map((format) => {
      const seams = testSeams();
      const writer = writerOf(seams, { format });
      resume(writer);
      for (let checkpoint = 1; checkpoint <= 3; checkpoint++) {
        write(writer, [checkpoint, 0]);
        commit(writer, prepared(writer).committable);
      }
      const open = seen(seams);
      commit(writer, prepared(writer, 'end').committable);
      return [Object.keys(open[0]).length, open[1], Object.keys(seen(seams)[0]).length, seen(seams)[1]];
    });
    expect(counts).toEqual([
      [0, 1, 1, 0],
      [3, 0, 3, 0],
    ]);
  });
});

describe('a writer that goes on', () => {
  it('keeps what the checkpoint holds, takes back what came later, and says so', () => {
    const seams = testSeams();
    const options = { 'sink.rolling-policy.file-size': '20 b' };
    const first = writerOf(seams, options);
    resume(first);
    write(first, [1, 0], [2, 0], [3, 0]);
    const then = prepared(first);
    commit(first, then.committable);
    // The open part is rolled and committed by a later checkpoint, which gets lost; more parts follow.
    write(first, [4, 0], [5, 0], [6, 0], [7, 0]);
    commit(first, prepared(first).committable);
    write(first, [8, 0], [9, 0], [10, 0]);
    first.close();
    expect(seen(seams)).toEqual([{ '0-0': row(1) + row(2), '0-1': row(3) + row(4), '0-2': row(5) + row(6) }, 1 + 1]);
    const second = writerOf(seams, options);
    expect(resume(second, { ...then, isWalkedBack: true })).toEqual([
      '3 part files of out written after that were removed, 1 of them visible already: the rows come again.',
    ]);
    commit(second, then.committable);
    write(second, [4, 0], [5, 0]);
    commit(second, prepared(second, 'end').committable);
    second.close();
    expect(seen(seams)).toEqual([{ '0-0': row(1) + row(2), '0-1': row(3) + row(4), '0-2': row(5) }, 0]);
  });

  it('commits what was prepared and not committed, however often', () => {
    const seams = testSeams();
    const first = writerOf(seams, { format: 'csv' }, ['p']);
    resume(first);
    write(first, [1, 7], [2, 8]);
    const then = prepared(first);
    first.close();
    expect(seen(seams)).toEqual([{}, 2]);
    for (let times = 0; times < 2; times++) {
      const next = writerOf(seams, { format: 'csv' }, ['p']);
      expect(resume(next, then)).toEqual([]);
      commit(next, then.committable);
      next.close();
    }
    expect(seen(seams)).toEqual([{ 'p=7/0-0': '1\n', 'p=8/0-1': '2\n' }, 0]);
  });

  it('leaves files of others alone', () => {
    const seams = testSeams();
    for (const path of ['part-0-0', '.part-00c0ffee-0-x.inprogress.1', 'p=1/part-12345678-0-0', 'notes.txt'])
      seams.files.put(`out/${path}`, 'x');
    const writer = writerOf(seams, {}, ['p']);
    expect(resume(writer)).toEqual([]);
    expect(seams.files.paths().length).toBe(4);
  });

  it('fails by name where a part of the checkpoint is gone', () => {
    const seams = testSeams();
    const first = writerOf(seams, {});
    resume(first);
    write(first, [1, 0]);
    const then = prepared(first);
    first.close();
    for (const path of seams.files.hiddenPaths()) seams.files.remove(path);
    expect(() => resume(writerOf(seams, {}), then)).toThrow(/out\/part-00c0ffee-0-0/);
  });
});
