/** Checkpoints of scripts: a run that is ended anywhere and goes on gives what a run that was never ended gives. */
import { describe, expect, it } from 'vitest';
import { MemoryFiles } from '../seams/memory-files.ts';
import { CHECKPOINT_STEPS } from './checkpoint-steps.ts';
import { type CheckpointedScript, linesBelow, runWithCheckpoints } from './test-checkpoints.ts';

const ROWS = 2_500;

const lines = (count: number): string =>
  Array.from({ length: count }, (_, id) => {
    const ts = new Date(1_700_000_000_000 + id * 1000).toISOString().slice(0, 19).replace('T', ' ');
    return JSON.stringify({ id, k: `k${id % 7}`, ts });
  }).join('\n');

const SOURCE =
  "CREATE TABLE t (id INT, k STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'filesystem', 'path' = 'in', 'format' = 'json');";

const sinkOf = (name: string, columns: string, options = "'format' = 'json'", rest = ''): string =>
  `CREATE TABLE ${name} (${columns}) ${rest} WITH ('connector' = 'filesystem', 'path' = '${name}', ${options});`;

const SCRIPT = `${SOURCE}
${sinkOf('windows', 'k STRING, s TIMESTAMP(3), n BIGINT')}
INSERT INTO windows SELECT k, window_start, COUNT(*) FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY window_start, window_end, k;`;

function settingOf(script: string): CheckpointedScript {
  const files = new MemoryFiles();
  files.put('in/a.jsonl', lines(ROWS));
  return { script, files, folder: new MemoryFiles() };
}

async function unbroken(script: string): Promise<{ files: MemoryFiles; document: unknown }> {
  const setting = settingOf(script);
  const { status, document } = await runWithCheckpoints(setting, { isFresh: true });
  expect(status).toBe('finished');
  return { files: setting.files, document };
}

describe('a run with checkpoints', () => {
  it.each(CHECKPOINT_STEPS)('that is ended at %s, three times, gives every row once', async (step) => {
    const whole = linesBelow((await unbroken(SCRIPT)).files, 'windows');
    expect(whole.length).toBeGreaterThan(100);
    for (const after of [0, 1, 3]) {
      const setting = settingOf(SCRIPT);
      for (let times = 0; times < 3; times++) {
        const end = await runWithCheckpoints(setting, { endAt: { step, after } });
        expect(end.status).toBe('ended by the test');
        // What is visible on the way is a part of the whole, without doubles.
        const seen = linesBelow(setting.files, 'windows');
        expect(new Set(seen).size).toBe(seen.length);
      }
      const last = await runWithCheckpoints(setting);
      expect([last.status, linesBelow(setting.files, 'windows'), setting.files.hiddenPaths()]).toEqual([
        'finished',
        whole,
        [],
      ]);
    }
  });
});
