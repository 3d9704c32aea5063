/**
 * Random programs as the designer runs them: with breakpoints at random edges they come to the same digests, and
 * a replay shows at random rows what a straight run to that row shows. One failing seed is run again by
 *
 *     MILLRACE_SEED=<seed> MILLRACE_SEEDS=1 npx vitest run src/runtime/job/random-whole.slow.test.ts
 */
import * as os from 'node:os';
import { beforeAll, describe, expect, it } from 'vitest';
import { UNWATCHED } from '../node/engine/call-guard.ts';
import { compileFunctions } from '../node/functions/compile-functions.ts';
import { VmFunctionSandbox } from '../node/functions/function-sandbox.ts';
import { buildGraph } from '../program/build-graph.ts';
import { MemoryFiles } from '../seams/memory-files.ts';
import { SeededRandom } from '../seams/seeded-random.ts';
import { parseScript } from '../sql/1-parse/parse-script.ts';
import type { CompiledFunction } from '../udf/function-library.ts';
import { planScript } from './plan-script.ts';
import { RANDOM_FUNCTIONS } from './random-functions.ts';
import { randomProgram } from './random-programs.ts';
import { libraryOf } from './replay-script.ts';
import type { Breakpoint } from './run-view.ts';
import { SMALL_LIMITS } from './test-recording.ts';
import { everythingOf, replayOf, runOn, startWholeRun } from './test-whole-run.ts';

const FIRST_SEED = Number(process.env.MILLRACE_SEED ?? 1);
const SEED_COUNT = Number(process.env.MILLRACE_SEEDS ?? 100);
const SEEKS = 3;
const LIMITS = { ...SMALL_LIMITS, chunkRowCount: 30, checkpointRowCount: 30 };

let functions: readonly CompiledFunction[] = [];
const functionHost = { sandbox: new VmFunctionSandbox(), guard: UNWATCHED };

beforeAll(async () => {
  const paths = RANDOM_FUNCTIONS.map(({ path }) => path);
  const { compiled, problems } = await compileFunctions(paths, { folder: os.tmpdir(), files: [...RANDOM_FUNCTIONS] });
  expect(problems).toEqual([]);
  functions = [...compiled.values()];
});

/** Why a program was refused, or that it ran. */
async function check(seed: number): Promise<string | null> {
  const { script, files: lines } = randomProgram(seed);
  const { planned, diagnostics } = planScript(script, libraryOf(functions));
  if (planned === null) return diagnostics.map(({ message }) => message).join('\n');
  const files = new MemoryFiles();
  for (const [path, content] of Object.entries(lines)) files.put(path, content.join('\n'));
  const cx = { script, files, functions, functionHost, seed, limits: LIMITS };
  const random = new SeededRandom(seed).fork('moments');
  const unbroken = startWholeRun(cx);
  runOn(unbroken);
  expect(unbroken.run.hasEnded).toBe(true);
  const edges = buildGraph(parseScript(script).script).edges;
  const breakpoints = edges
    .filter(() => random.nextInt(2) === 0)
    .map(({ from, to }, place): Breakpoint => {
      const condition = random.nextInt(3) === 0 ? '' : `RAND() < 0.0${1 + random.nextInt(9)}`;
      return { id: `b${place}`, from, to, condition, enabled: true };
    });
  const broken = startWholeRun({ ...cx, breakpoints });
  // A replay while the run rests, now and then.
  for (let hits = 0; !broken.run.hasEnded; hits++) {
    runOn(broken);
    if (hits === 5 || hits === 90) {
      const replay = await replayOf(broken, cx);
      expect(await everythingOf(replay)).toEqual(await everythingOf(broken.run));
    }
  }
  const view = await replayOf(broken, cx);
  const { digests, isAtEnd } = view.moment();
  expect(isAtEnd).toBe(true);
  expect(digests?.first).not.toBeNull();
  expect(digests?.replayed).toBe(digests?.first);
  expect((await replayOf(unbroken, cx)).moment().digests).toEqual(digests);
  const straight = await replayOf(broken, cx, { withoutCheckpoints: true, row: 0 });
  for (let i = 0; i < SEEKS; i++) {
    const row = random.nextInt(view.moment().rowCount + 1);
    await view.seek(row);
    await straight.seek(row);
    expect(view.moment()).toEqual(straight.moment());
    expect(await everythingOf(view)).toEqual(await everythingOf(straight));
  }
  return null;
}

describe('random programs in the designer', () => {
  it(`are not changed by breakpoints, and replay to what a straight run shows (${SEED_COUNT} seeds)`, {
    timeout: 60_000 * (1 + SEED_COUNT / 100),
  }, async () => {
    const failures: string[] = [];
    const refused: string[] = [];
    for (let seed = FIRST_SEED; seed < FIRST_SEED + SEED_COUNT; seed++) {
      try {
        const reason = await check(seed);
        if (reason !== null) refused.push(`seed ${seed}: ${reason}`);
      } catch (error) {
        const { script } = randomProgram(seed);
        const reason = error instanceof Error ? error.message : String(error);
        failures.push(`seed ${seed}: ${reason}\n${script.split('\n').slice(-3).join('\n')}`);
      }
    }
    expect(failures.join('\n\n')).toBe('');
    // Some programs ask for what Flink does not do; a run of them all would show that this test tests nothing.
    expect(refused.length < 1 + SEED_COUNT / 4 ? '' : refused.join('\n')).toBe('');
  });
});
