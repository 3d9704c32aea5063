/** A store that fails, at any of its operations: the run goes on, the note says why, and what was accepted opens. */
import { describe, expect, it } from 'vitest';
import { openRecording, type RecordingSetting, record, SMALL_LIMITS } from '../job/test-recording.ts';
import { MemoryFiles } from '../seams/memory-files.ts';
import { MemoryOrderedStore } from '../seams/memory-ordered-store.ts';
import type { OrderedStore, StoreOperation } from '../seams/ordered-store.ts';
import { frame, keyOf } from './format.ts';
import { loadRecording } from './load-recording.ts';

const later = (task: () => void): void => void setImmediate(task);

/** A disk that is full from its `failFrom`-th batch on. */
class FullStore implements OrderedStore {
  readonly inner = new MemoryOrderedStore();
  batchCount = 0;
  readonly #failFrom: number;
  readonly #reason: string;

  constructor(failFrom: number, reason: string) {
    this.#failFrom = failFrom;
    this.#reason = reason;
  }

  get(key: Uint8Array): Promise<Uint8Array | undefined> {
    return this.inner.get(key);
  }

  async batch(operations: readonly StoreOperation[]): Promise<void> {
    this.batchCount += 1;
    // As a disk does it: some time later, and for good.
    await new Promise((resolve) => setImmediate(resolve));
    if (this.batchCount >= this.#failFrom) throw new Error(this.#reason);
    await this.inner.batch(operations);
  }

  scan(from: Uint8Array, to: Uint8Array, countMax: number) {
    return this.inner.scan(from, to, countMax);
  }

  close(): Promise<void> {
    return this.inner.close();
  }
}

function setting(): RecordingSetting {
  const files = new MemoryFiles();
  files.put('t.jsonl', Array.from({ length: 1500 }, (_, i) => `{"k":"k${i % 5}","v":${i}}`).join('\n'));
  const script = `CREATE TABLE t (k STRING, v INT) WITH ('connector' = 'filesystem', 'path' = 't.jsonl', 'format' = 'json');
SELECT k, SUM(v) FROM t GROUP BY k;`;
  return { script, files, seed: 4, limits: { ...SMALL_LIMITS, chunkRowCount: 50, checkpointRowCount: 100 } };
}

describe('a store that fails', () => {
  it('at its k-th operation ends the recording and never the run', async () => {
    const whole = new FullStore(Number.POSITIVE_INFINITY, '');
    const right = await record({ ...setting(), store: whole }, later);
    expect(whole.batchCount).toBeGreaterThan(12);
    const { replay: straight } = await openRecording(whole.inner, setting(), { withoutCheckpoints: true });
    for (let k = 1; k <= whole.batchCount; k++) {
      const reason = k % 2 === 0 ? 'IO error: No space left on device' : 'EIO: i/o error, write';
      const store = new FullStore(k, reason);
      const { outcome, rows, writer } = await record({ ...setting(), store }, later);
      expect([outcome.status, rows]).toEqual(['finished', right.rows]);
      expect(writer.note).toBe(`Recording ended at row ${writer.acknowledgedRows}: the store failed (${reason}).`);
      if (k === 1) {
        expect(await loadRecording(store.inner)).toMatchObject({
          ok: false,
          error: { message: 'The recording cannot be used: header or manifest is damaged: it is missing.' },
        });
        continue;
      }
      // The second batch brings the manifest.
      if (k === 2) continue;
      const { replay, recording } = await openRecording(store.inner, setting());
      expect([recording.damage, recording.rowCount]).toEqual([[], writer.acknowledgedRows]);
      await replay.seek(recording.rowCount);
      await straight.seek(recording.rowCount);
      const rowsOf = (digest: string | null): string => String(digest).split('/')[0] ?? '';
      expect([replay.row, rowsOf(replay.digest())]).toEqual([straight.row, rowsOf(straight.digest())]);
    }
  });
});

describe('a recording of another version', () => {
  it('is refused with both versions, and what to do', async () => {
    const { store } = await record(setting(), later);
    const old = frame('header', 0, new Uint8Array(3), 1);
    await store.batch([{ kind: 'put', key: keyOf('header'), value: old }]);
    const loaded = await loadRecording(store);
    expect(loaded.ok ? '' : loaded.error.message).toBe(
      'The recording cannot be used: it has format 1, and this version of Millrace reads format 4; record the run anew.',
    );
  });
});
