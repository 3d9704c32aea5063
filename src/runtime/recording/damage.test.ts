/** Damaged recordings: whatever byte flips or is missing, it is noticed and named, and no wrong row comes out. */
import { describe, expect, it } from 'vitest';
import { jobsOf } from '../job/replay-script.ts';
import { type RecordingSetting, record, SMALL_LIMITS } from '../job/test-recording.ts';
import { MemoryFiles } from '../seams/memory-files.ts';
import type { MemoryOrderedStore } from '../seams/memory-ordered-store.ts';
import { loadRecording } from './load-recording.ts';
import { Replay } from './replay.ts';

const later = (task: () => void): void => void setImmediate(task);

function setting(): RecordingSetting {
  const files = new MemoryFiles();
  files.put('t.jsonl', Array.from({ length: 350 }, (_, i) => `{"k":"k${i % 3}","v":${i}}`).join('\n'));
  return {
    script: `CREATE TABLE t (k STRING, v INT) WITH ('connector' = 'filesystem', 'path' = 't.jsonl', 'format' = 'json');
SELECT k, SUM(v) FROM t GROUP BY k;`,
    files,
    // A chunk and a checkpoint with every change of the clock: a small recording that has all there is.
    limits: { ...SMALL_LIMITS, chunkRowCount: 1, checkpointRowCount: 1, checkpointShare: Number.POSITIVE_INFINITY },
  };
}

/** What a reader of the recording gets to see: what is damaged, and the sums at some rows. */
async function look(store: MemoryOrderedStore, cx: RecordingSetting, rows: readonly number[]) {
  const loaded = await loadRecording(store);
  if (!loaded.ok) return { damage: [loaded.error.message], sums: [] };
  const recording = loaded.value;
  const replay = await Replay.open(recording, jobsOf(recording.header), cx.files);
  if (!replay.ok) return { damage: [...recording.damage, replay.error.message], sums: [] };
  const sums: string[] = [];
  for (const row of rows) {
    const sought = await replay.value.seek(row);
    if (!sought.ok) return { damage: [...recording.damage, sought.error.message], sums };
    sums.push(`${replay.value.row} ${replay.value.digest()}`);
  }
  replay.value.close();
  return { damage: recording.damage, sums };
}

const ROWS = [350, 5, 145, 250];

describe('a damaged recording', () => {
  it('is noticed at every single byte, and gives no wrong row', async () => {
    const cx = setting();
    const { store } = await record(cx, later);
    const whole = await look(store, cx, ROWS);
    expect(whole.damage).toEqual([]);
    expect(whole.sums).toHaveLength(4);
    const right = new Map(whole.sums.map((sum) => [Number.parseInt(sum, 10), sum]));
    const entries = store.entries();
    expect(new Set(entries.map(([key]) => String.fromCharCode(key[0] ?? 0)))).toEqual(new Set(['h', 'm', 'l', 'c']));
    const silent: string[] = [];
    for (const [key, value] of entries) {
      for (let at = 0; at < value.length; at++) {
        const before = value[at] as number;
        value[at] = before ^ (1 << (at % 8));
        const loaded = await loadRecording(store);
        // Named: as a failure, or as a damage beside what is still whole.
        if (loaded.ok && loaded.value.damage.length === 0) silent.push(`${key} ${at}`);
        // Running again is slow; every 16th byte is enough to see that the rest is right.
        if (at % 16 === 0) {
          const seen = await look(store, cx, ROWS);
          if (seen.damage.length === 0) silent.push(`${key} ${at}`);
          for (const sum of seen.sums) {
            const expected = right.get(Number.parseInt(sum, 10));
            if (expected !== undefined) expect(sum).toBe(expected);
          }
        }
        value[at] = before;
      }
    }
    expect(silent).toEqual([]);
    expect((await look(store, cx, ROWS)).damage).toEqual([]);
  });

  it('is noticed when an entry is cut off or missing', async () => {
    const cx = setting();
    const { store } = await record(cx, later);
    for (const [key, value] of store.entries()) {
      for (const length of [0, 1, 13, 14, value.length - 1]) {
        const cut = store.copy();
        await cut.batch([{ kind: 'put', key, value: value.subarray(0, length) }]);
        expect((await look(cut, cx, [])).damage).not.toEqual([]);
      }
      const missing = store.copy();
      await missing.batch([{ kind: 'delete', key }]);
      expect((await look(missing, cx, [])).damage).not.toEqual([]);
    }
  });

  it('is noticed when a chunk comes from another recording', async () => {
    const cx = setting();
    const { store } = await record(cx, later);
    const other = await record({ ...cx, seed: 77 }, later);
    const [key, value] = other.store.entries().find(([each]) => each[0] === 108) as readonly [Uint8Array, Uint8Array];
    await store.batch([{ kind: 'put', key, value }]);
    expect((await look(store, cx, [])).damage).not.toEqual([]);
  });
});
