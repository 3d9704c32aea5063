/**
 * Random programs with checkpoints: ended at a random step of a random checkpoint, several times, and gone on with
 * by a run of which nothing but files is left, they give what they give when nobody ends them. So every operator's
 * state, every reader's position and every sink comes back whole. One failing seed is run again by
 *
 *     MILLRACE_SEED=<seed> MILLRACE_SEEDS=1 npx vitest run src/runtime/job/checkpoints.slow.test.ts
 */
import { createHash } from 'node:crypto';
import * as os from 'node:os';
import { beforeAll, describe, expect, it } from 'vitest';
import { compileFunctions } from '../node/functions/compile-functions.ts';
import { VmFunctionSandbox } from '../node/functions/function-sandbox.ts';
import { MemoryFiles } from '../seams/memory-files.ts';
import { SeededRandom } from '../seams/seeded-random.ts';
import type { CompiledFunction } from '../udf/function-library.ts';
import { CHECKPOINT_STEPS } from './checkpoint-steps.ts';
import { RANDOM_FUNCTIONS } from './random-functions.ts';
import { randomProgram } from './random-programs.ts';
import { type CheckpointedEnd, type CheckpointedScript, linesBelow, runWithCheckpoints } from './test-checkpoints.ts';

const FIRST_SEED = Number(process.env.MILLRACE_SEED ?? 1);
const SEED_COUNT = Number(process.env.MILLRACE_SEEDS ?? 300);
/** Times that a run is ended before it may come to its end. */
const ENDS = 3;

let functions: readonly CompiledFunction[] = [];
const functionHost = {
  sandbox: new VmFunctionSandbox(),
  guard: { register: () => 0, enter: () => {}, leave: () => {} },
};
const outside = {
  sha256: (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex'),
  later: (task: () => void) => void setImmediate(task),
};

beforeAll(async () => {
  const paths = RANDOM_FUNCTIONS.map(({ path }) => path);
  const { compiled, problems } = await compileFunctions(paths, { folder: os.tmpdir(), files: [...RANDOM_FUNCTIONS] });
  expect(problems).toEqual([]);
  functions = [...compiled.values()];
});

/** A program whose sinks can be looked into. */
function settingOf(seed: number): CheckpointedScript & { readonly files: MemoryFiles } {
  const { script, files: lines } = randomProgram(seed, { functions: true });
  const files = new MemoryFiles();
  for (const [path, content] of Object.entries(lines)) files.put(path, content.join('\n'));
  const visible = script
    // Slow rows come at another time after a restart, and functions may look at the clock.
    .replace(/'rows-per-second' = '\d+'/, "'rows-per-second' = '1000000'")
    .replace("WITH ('connector' = 'blackhole')", "WITH ('connector' = 'print')")
    .replace(
      "CREATE TABLE plain (k STRING, n BIGINT) WITH ('connector' = 'print')",
      "CREATE TABLE plain (k STRING, n BIGINT) WITH ('connector' = 'filesystem', 'path' = 'plain', 'format' = 'debezium-json', 'sink.rolling-policy.file-size' = '1kb')",
    );
  return { script: visible, files, folder: new MemoryFiles(), functions, functionHost, seed, outside };
}

const seen = (end: CheckpointedEnd, setting: { readonly files: MemoryFiles }): unknown => [
  end.status,
  end.document,
  linesBelow(setting.files, 'plain'),
  setting.files.hiddenPaths(),
];

/** How often the run was ended before it came to its end. */
async function check(seed: number): Promise<number> {
  const whole = settingOf(seed);
  const expected = seen(await runWithCheckpoints(whole, { isFresh: true }), whole);
  const setting = settingOf(seed);
  const random = new SeededRandom(seed).fork('ends');
  for (let ends = 0; ends < ENDS; ends++) {
    const step = CHECKPOINT_STEPS[random.nextInt(CHECKPOINT_STEPS.length)] ?? 'done';
    const end = await runWithCheckpoints(setting, { endAt: { step, after: random.nextInt(3) } });
    if (end.status !== 'ended by the test') {
      expect(seen(end, setting)).toEqual(expected);
      return ends;
    }
  }
  expect(seen(await runWithCheckpoints(setting), setting)).toEqual(expected);
  return ENDS;
}

describe('random programs', () => {
  it(`that are ended and gone on with give what they give otherwise (${SEED_COUNT} seeds)`, {
    timeout: 60_000 + SEED_COUNT * 1_000,
  }, async () => {
    const failures: string[] = [];
    let ends = 0;
    for (let seed = FIRST_SEED; seed < FIRST_SEED + SEED_COUNT; seed++) {
      try {
        ends += await check(seed);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        failures.push(
          `seed ${seed}: ${reason}\n${settingOf(seed).script}\nMILLRACE_SEED=${seed} MILLRACE_SEEDS=1 npx vitest run src/runtime/job/checkpoints.slow.test.ts`,
        );
      }
    }
    expect(failures.join('\n\n')).toBe('');
    expect(ends).toBeGreaterThanOrEqual(SEED_COUNT / 2);
  });
});
