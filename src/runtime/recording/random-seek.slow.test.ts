/**
 * Random programs × random input × random places: what a seek shows equals what a straight run to that row
 * shows, and running a recording again comes to the digests of the first run. One failing seed is run again by
 *
 *     MILLRACE_SEED=<seed> MILLRACE_SEEDS=1 npx vitest run src/runtime/recording/random-seek.slow.test.ts
 */
import { describe, expect, it } from 'vitest';
import { randomProgram } from '../job/random-programs.ts';
import { openRecording, type RecordingSetting, record, SMALL_LIMITS } from '../job/test-recording.ts';
import { MemoryFiles } from '../seams/memory-files.ts';
import { SeededRandom } from '../seams/seeded-random.ts';
import { loadRecording } from './load-recording.ts';
import type { Replay } from './replay.ts';

const FIRST_SEED = Number(process.env.MILLRACE_SEED ?? 1);
const SEED_COUNT = Number(process.env.MILLRACE_SEEDS ?? 100);
const SEEKS = 4;

const later = (task: () => void): void => void setImmediate(task);

function moment(replay: Replay): string {
  const counts = replay.dataflow?.nodes.map((node) => `${node.output.rowCount} ${node.emittedWatermarkMs}`);
  return `row ${replay.row}, end ${replay.isAtEnd}, ${replay.digest()}, nodes ${counts?.join('; ')}`;
}

async function check(seed: number): Promise<'ran' | 'refused'> {
  const { script, files: lines } = randomProgram(seed);
  const files = new MemoryFiles();
  for (const [path, content] of Object.entries(lines)) files.put(path, content.join('\n'));
  const limits = { ...SMALL_LIMITS, chunkRowCount: 30, checkpointRowCount: 30 };
  const cx: RecordingSetting = { script, files, seed, limits };
  const { store, outcome } = await record(cx, later);
  const loaded = await loadRecording(store);
  if (!loaded.ok || loaded.value.damage.length > 0) throw new Error('the recording is whole');
  if (loaded.value.manifest.jobs.length === 0) return 'refused';
  expect(outcome.status).toBe('finished');
  const { replay } = await openRecording(store, cx);
  const played = await replay.playToEnd();
  if (!played.ok) throw new Error(played.error.message);
  for (const { first, replayed } of replay.digests()) expect(replayed).toBe(first);
  const random = new SeededRandom(seed).fork('seeks');
  for (let i = 0; i < SEEKS; i++) {
    const row = random.nextInt(replay.rowCount + 1);
    const sought = await replay.seek(row);
    if (!sought.ok) throw new Error(sought.error.message);
    const { replay: straight } = await openRecording(store, cx, { withoutCheckpoints: true });
    const went = await straight.seek(row);
    if (!went.ok) throw new Error(went.error.message);
    expect(moment(replay)).toBe(moment(straight));
  }
  return 'ran';
}

describe('random programs', () => {
  it(`seek as if they had run straight to the row (${SEED_COUNT} seeds)`, {
    timeout: 30_000 * (1 + SEED_COUNT / 100),
  }, async () => {
    const failures: string[] = [];
    for (let seed = FIRST_SEED; seed < FIRST_SEED + SEED_COUNT; seed++) {
      try {
        await check(seed);
      } catch (error) {
        const { script } = randomProgram(seed);
        const reason = error instanceof Error ? error.message : String(error);
        failures.push(`seed ${seed}: ${reason}\n${script.split('\n').slice(-3).join('\n')}`);
      }
    }
    expect(failures.join('\n\n')).toBe('');
  });
});
