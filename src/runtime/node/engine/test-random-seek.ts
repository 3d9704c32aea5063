/**
 * For tests: random programs × random input × random places. What a seek shows equals what a straight run to
 * that row shows, and running a recording again comes to the digests of the first run. One failing seed is run
 * again by the command that the failure names.
 */
import * as assert from 'node:assert/strict';
import { RANDOM_FUNCTION_STATEMENTS, RANDOM_FUNCTIONS } from '../../job/random-functions.ts';
import { randomProgram } from '../../job/random-programs.ts';
import { openRecording, type RecordingSetting, record, SMALL_LIMITS } from '../../job/test-recording.ts';
import { loadRecording } from '../../recording/load-recording.ts';
import type { Replay } from '../../recording/replay.ts';
import { MemoryFiles } from '../../seams/memory-files.ts';
import { SeededRandom } from '../../seams/seeded-random.ts';
import type { CompiledFunction } from '../../udf/function-library.ts';
import { VmFunctionSandbox } from '../functions/function-sandbox.ts';
import { compileScript, needsOf } from '../functions/script-functions.ts';
import { UNWATCHED } from './call-guard.ts';

/** Seeds of one file; together the files of a run have a thousand. */
const SEED_COUNT = 500;
const SEEKS = 4;

const later = (task: () => void): void => void setImmediate(task);

let functions: readonly CompiledFunction[] = [];
const functionHost = { sandbox: new VmFunctionSandbox(), guard: UNWATCHED };

/** The seeds of a test file: half of the thousand, or what `MILLRACE_SEED` and `MILLRACE_SEEDS` say. */
export function seedsOf(part: 1 | 2): { readonly first: number; readonly count: number } {
  const { MILLRACE_SEED: only, MILLRACE_SEEDS: count } = process.env;
  if (only === undefined) return { first: 1 + (part - 1) * SEED_COUNT, count: SEED_COUNT };
  return { first: Number(only), count: part === 1 ? Number(count ?? 1) : 0 };
}

/** Looks at all seeds; what failed, with the command that runs it again, and how many programs ran at all. */
export async function seekFailures(seeds: {
  readonly first: number;
  readonly count: number;
}): Promise<{ readonly failures: readonly string[]; readonly ranCount: number }> {
  const needs = needsOf(RANDOM_FUNCTION_STATEMENTS.join('\n'));
  const compiled = await compileScript(needs, { folder: '', files: RANDOM_FUNCTIONS });
  assert.deepEqual(compiled.diagnostics, []);
  functions = compiled.functions;
  const failures: string[] = [];
  let ranCount = 0;
  for (let seed = seeds.first; seed < seeds.first + seeds.count; seed++) {
    try {
      if ((await check(seed)) === 'ran') ranCount += 1;
    } catch (error) {
      failures.push(failureText(seed, error));
    }
  }
  return { failures, ranCount };
}

async function check(seed: number): Promise<'ran' | 'refused'> {
  const { script, files: lines } = randomProgram(seed, { functions: true });
  const files = new MemoryFiles();
  for (const [path, content] of Object.entries(lines)) files.put(path, content.join('\n'));
  const limits = { ...SMALL_LIMITS, chunkRowCount: 30, checkpointRowCount: 30 };
  const cx: RecordingSetting = { script, files, seed, limits, functions, functionHost };
  const { store, outcome } = await record(cx, later);
  const loaded = await loadRecording(store);
  if (!loaded.ok || loaded.value.damage.length > 0) throw new Error('the recording is not whole');
  const { jobs } = loaded.value.manifest;
  if (jobs.length === 0) return 'refused';
  // A statement may fail for a reason of its data; the replay fails then too. It never does for a fault of ours.
  assert.deepEqual(
    outcome.diagnostics.filter(({ code }) => code.startsWith('run/internal')),
    [],
  );
  const { replay } = await openRecording(store, cx);
  unwrap(await replay.playToEnd());
  for (const { first, replayed } of replay.digests()) assert.equal(replayed, first);
  assert.equal(replay.digests().length, jobs.length);
  const random = new SeededRandom(seed).fork('seeks');
  const rows = Array.from({ length: SEEKS }, () => random.nextInt(replay.rowCount + 1));
  const sought = new Map<number, string>();
  for (const row of rows) {
    unwrap(await replay.seek(row));
    sought.set(row, moment(replay));
  }
  const { replay: straight } = await openRecording(store, cx, { withoutCheckpoints: true });
  for (const [row, seen] of [...sought].sort(([a], [b]) => a - b)) {
    unwrap(await straight.seek(row));
    assert.equal(seen, moment(straight));
  }
  replay.close();
  straight.close();
  return 'ran';
}

function moment(replay: Replay): string {
  const counts = replay.dataflow?.nodes.map((node) => `${node.output.rowCount} ${node.emittedWatermarkMs}`);
  return `row ${replay.row}, end ${replay.isAtEnd}, ${replay.digest()}, nodes ${counts?.join('; ')}`;
}

function unwrap(result: { readonly ok: true } | { readonly ok: false; readonly error: { readonly message: string } }) {
  if (!result.ok) throw new Error(result.error.message);
}

function failureText(seed: number, error: unknown): string {
  const { script } = randomProgram(seed, { functions: true });
  const reason = error instanceof Error ? error.message : String(error);
  const command = `MILLRACE_SEED=${seed} npx vitest run src/runtime/node/engine/random-seek-1.slow.test.ts`;
  return `seed ${seed}: ${reason}\n${script.split('\n').slice(-3).join('\n')}\nagain: ${command}`;
}
