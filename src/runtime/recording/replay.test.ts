/** Recordings through their public face: record a script, open the store, move through it. */
import { describe, expect, it } from 'vitest';
import { jobsOf } from '../job/replay-script.ts';
import { openRecording, type RecordingSetting, record, SMALL_LIMITS } from '../job/test-recording.ts';
import { MemoryFiles } from '../seams/memory-files.ts';
import type { OrderedStore } from '../seams/ordered-store.ts';
import { loadRecording } from './load-recording.ts';
import type { RecordingWriter } from './recording-writer.ts';
import { Replay } from './replay.ts';

const later = (task: () => void): void => void setImmediate(task);

const SCRIPT = `CREATE TABLE t (k STRING, v INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND)
  WITH ('connector' = 'filesystem', 'path' = 't.jsonl', 'format' = 'json');
CREATE TABLE g (a INT, b STRING) WITH ('connector' = 'datagen', 'number-of-rows' = '700', 'rows-per-second' = '500',
  'fields.a.min' = '0', 'fields.a.max' = '9', 'fields.b.length' = '3');
CREATE TABLE s (k STRING, c BIGINT) WITH ('connector' = 'filesystem', 'path' = 'out', 'format' = 'json');
CREATE TABLE p (w TIMESTAMP(3), c BIGINT, r DOUBLE) WITH ('connector' = 'print');
EXECUTE STATEMENT SET BEGIN
INSERT INTO p SELECT window_end, COUNT(*), MAX(RAND()) FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY window_start, window_end;
INSERT INTO s SELECT k, v FROM t WHERE v < 3;
END;
SELECT a, COUNT(*) AS n, MAX(b) AS m, MAX(CURRENT_TIMESTAMP) AS c FROM g GROUP BY a;`;

const LINES = Array.from({ length: 1000 }, (_, i) =>
  JSON.stringify({
    k: `k${i % 7}`,
    v: i % 13,
    ts: new Date(1_700_000_000_000 + i * 900 - (i % 5) * 1000).toISOString().replace('T', ' ').replace('Z', ''),
  }),
);

function setting(
  script = SCRIPT,
  lines: readonly string[] = LINES,
): RecordingSetting & { readonly files: MemoryFiles } {
  const files = new MemoryFiles();
  files.put('t.jsonl', lines.join('\n'));
  return { script, files, seed: 5 };
}

/** Everything that can be seen at a moment: sums over results and state, and the taps. */
function momentOf(replay: Replay) {
  return {
    row: replay.row,
    isAtEnd: replay.isAtEnd,
    digest: replay.digest(),
    rows: replay.dataflow?.nodes.map((node) => [node.name, node.output.rowCount, node.emittedWatermarkMs]),
  };
}

function unwrap<T>(result: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown }) {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

describe('a recording', () => {
  it('is gone over ahead, and shows the same at every row as without', async () => {
    const cx = { ...setting(), limits: { ...SMALL_LIMITS, checkpointRowCount: 1e9, checkpointMs: 1e9 } };
    const { store } = await record(cx, later);
    const { replay, recording } = await openRecording(store, cx);
    const { replay: straight } = await openRecording(store, cx, { withoutCheckpoints: true });
    const before = momentOf(replay);
    let breaths = 0;
    await replay.scout(() => ++breaths > 0);
    expect([recording.checkpoints, breaths > 50, momentOf(replay)]).toEqual([[], true, before]);
    // Nothing is left to do.
    breaths = 0;
    await replay.scout(() => ++breaths > 0);
    expect(breaths).toBe(0);
    for (const row of [3, 411, 699, 700, 983, 1204, 1700]) {
      unwrap(await straight.seek(row));
      const expected = momentOf(straight);
      for (const other of [1650, 12]) {
        unwrap(await replay.seek(other));
        unwrap(await replay.seek(row));
        expect(momentOf(replay)).toEqual(expected);
      }
    }
  });

  it('comes to the same digests when it is run again, and writes nothing', async () => {
    const cx = setting();
    const { store, outcome } = await record(cx, later);
    expect(outcome).toMatchObject({ status: 'finished', diagnostics: [] });
    const before = cx.files.paths();
    const { replay, recording } = await openRecording(store, cx);
    expect(recording.damage).toEqual([]);
    expect(recording.manifest).toMatchObject({ status: 'finished', rowCount: 1700, note: null });
    expect(recording.checkpoints.length).toBeGreaterThan(10);
    unwrap(await replay.playToEnd());
    const digests = replay.digests();
    expect(digests).toHaveLength(2);
    for (const { first, replayed } of digests) {
      expect(first).toMatch(/^\d+:[0-9a-f]{16}\/[0-9a-f]{13}$/);
      expect(replayed).toBe(first);
    }
    expect(cx.files.paths()).toEqual(before);
  });

  it('shows at every moment what a straight run to that row shows, whatever was looked at before', async () => {
    const cx = setting();
    const { store } = await record(cx, later);
    const { replay } = await openRecording(store, cx);
    for (const row of [1700, 3, 950, 951, 950, 0, 1000, 1001, 1699, 100, 101, 99, 1234]) {
      unwrap(await replay.seek(row));
      const { replay: straight } = await openRecording(store, cx, { withoutCheckpoints: true });
      unwrap(await straight.seek(row));
      expect(momentOf(replay)).toEqual(momentOf(straight));
      straight.close();
    }
  });

  it('steps back by exactly one row, and forward to where it was', async () => {
    const cx = setting();
    const { store } = await record(cx, later);
    const { replay } = await openRecording(store, cx);
    unwrap(await replay.seek(500));
    const at500 = momentOf(replay);
    unwrap(await replay.step(-1));
    const source = replay.dataflow?.sources[0];
    expect([replay.row, source?.output.rowCount]).toEqual([499, 499]);
    unwrap(await replay.step(1));
    expect(momentOf(replay)).toEqual(at500);
  });

  it('fails at the row at which the run failed', async () => {
    const lines = LINES.map((line, i) =>
      i === 777 ? line.replace(/"v":\d+/, '"v":0') : line.replace('"v":0', '"v":1'),
    );
    const cx = setting(
      `${SCRIPT.slice(0, SCRIPT.indexOf('CREATE TABLE g'))} SELECT k, SUM(100 / v) FROM t GROUP BY k;`,
      lines,
    );
    const { store, outcome } = await record(cx, later);
    expect(outcome.diagnostics[0]?.message).toBe('/ by zero');
    const { replay } = await openRecording(store, cx);
    unwrap(await replay.playToEnd());
    expect([replay.row, replay.isAtEnd]).toEqual([778, true]);
    expect(String((replay.failure as { cause?: unknown }).cause)).toContain('/ by zero');
    expect(replay.digests()).toEqual([{ statement: 2, first: replay.digest(), replayed: replay.digest() }]);
  });

  it('names a file that is no longer what was read, and minds no line that was added', async () => {
    const cx = setting();
    const { store } = await record(cx, later);
    cx.files.put('t.jsonl', [...LINES, '{"k":"new","v":1}'].join('\n'));
    const { replay } = await openRecording(store, cx);
    unwrap(await replay.playToEnd());
    expect(replay.row).toBe(1700);
    cx.files.put('t.jsonl', LINES.join('\n').replace('k3', 'k4'));
    await expect(openRecording(store, cx)).rejects.toThrow(
      'The file t.jsonl is not what the recording read: its content has changed.',
    );
  });

  it('can be looked at while the run goes on, and grows with it', async () => {
    const moments: string[][] = [];
    let writer: RecordingWriter | null = null;
    let store: OrderedStore | null = null;
    let replay: Replay | null = null;
    let turns = 0;
    const cx: RecordingSetting = {
      ...setting(),
      limits: { ...SMALL_LIMITS, chunkRowCount: 10_000, chunkMs: 1e9 },
      onWriter: (its, into) => {
        writer = its;
        store = into;
      },
    };
    const look = async (): Promise<void> => {
      await writer?.flush();
      const loaded = unwrap(await loadRecording(store as unknown as OrderedStore, { check: 'as used' }));
      if (replay === null) replay = unwrap(await Replay.open(loaded, jobsOf(loaded.header), cx.files));
      else unwrap(replay.extend(loaded));
      unwrap(await replay.playToEnd());
      moments.push([String(replay.row), String(replay.digest())]);
    };
    const recorded = await record(cx, (task) => {
      setImmediate(async () => {
        turns += 1;
        if (turns === 1 || turns === 2 || turns === 5) await look();
        task();
      });
    });
    const { replay: straight } = await openRecording(recorded.store, cx, { withoutCheckpoints: true });
    expect(moments).toHaveLength(3);
    expect(Number(moments[2]?.[0])).toBeGreaterThan(Number(moments[1]?.[0]));
    for (const [row, digest] of moments.slice(1)) {
      unwrap(await straight.seek(Number(row)));
      expect(digest).toBe(straight.digest());
    }
  });

  it('keeps a run that a limit stopped, with its turn whole', async () => {
    const cx = { ...setting(), rowCountMax: 40 };
    const { store, rows, outcome } = await record(cx, later);
    expect([rows, outcome.status]).toEqual([40, 'finished']);
    const { replay } = await openRecording(store, cx);
    unwrap(await replay.playToEnd());
    for (const { first, replayed } of replay.digests()) expect(replayed).toBe(first);
  });

  it('thins out checkpoints at its limit, then ends, and never the run', async () => {
    const cx = { ...setting(), limits: { ...SMALL_LIMITS, sizeBytesMax: 20_000 } };
    const { store, outcome, writer } = await record(cx, later);
    expect(outcome.status).toBe('finished');
    const { replay, recording } = await openRecording(store, cx);
    expect(writer.note ?? 'all of it').toBe(recording.manifest.note ?? 'all of it');
    unwrap(await replay.playToEnd());
    for (const { first, replayed } of replay.digests()) expect(replayed).toBe(first);
    const tiny = { ...setting(), limits: { ...SMALL_LIMITS, sizeBytesMax: 1_500 } };
    const small = await record(tiny, later);
    expect(small.outcome.status).toBe('finished');
    expect(small.writer.note).toMatch(/^Recording ended at row \d+: it has reached its limit of 1500 bytes.$/);
    const part = await openRecording(small.store, tiny);
    unwrap(await part.replay.playToEnd());
    expect(part.replay.row).toBe(part.recording.manifest.rowCount);
    expect(part.recording.manifest).toMatchObject({ status: 'finished', note: small.writer.note });
    for (const { first, replayed } of part.replay.digests()) expect(replayed).toBe(first);
  });
});
