/**
 * For tests: runs scripts with checkpoints in memory, ends them at a step of a checkpoint, and lets them go on as
 * a new process would: nothing but files is left. The clock stands still unless nothing else is left to do, so
 * that what a job gives does not depend on where it was ended.
 */
import { decodeUtf8 } from '../base/utf8.ts';
import type { Host } from '../engine/scheduler.ts';
import type { Files } from '../seams/files.ts';
import type { MemoryFiles } from '../seams/memory-files.ts';
import { SeededRandom } from '../seams/seeded-random.ts';
import type { CompiledFunction } from '../udf/function-library.ts';
import { type CheckpointSettings, ScriptCheckpoints } from './checkpoint-script.ts';
import type { CheckpointStep } from './checkpoint-steps.ts';
import { type FunctionHost, libraryOf } from './replay-script.ts';
import { DocumentCollector, type ResultDocument } from './result-document.ts';
import { executeScript, type ScriptOutcome } from './run-script.ts';

/** Time at which every test run begins. */
const START_MS = 1_700_000_000_000;

/** Where to end a run. */
export interface EndAt {
  readonly step: CheckpointStep;
  /** How often the step is passed before. */
  readonly after: number;
}

/** A script and what is around it; both kinds of files outlive a run. */
export interface CheckpointedScript {
  readonly script: string;
  readonly files: MemoryFiles;
  /** The folder of the checkpoints. */
  readonly folder: Files;
  readonly functions?: readonly CompiledFunction[];
  readonly functionHost?: FunctionHost;
  readonly seed?: number;
  readonly runId?: string;
  /** What a pure room does not have: a sum, and later turns of the event loop. */
  readonly outside: {
    readonly sha256: (bytes: Uint8Array) => string;
    readonly later: (task: () => void) => void;
  };
}

/** How a run came out. */
export interface CheckpointedEnd {
  readonly status: 'finished' | 'failed' | 'stopped' | 'ended by the test' | 'refused';
  /** What was said, and why it failed. */
  readonly messages: readonly string[];
  readonly document: ResultDocument | null;
}

/** Runs a script, from its newest checkpoint where there is one. */
export async function runWithCheckpoints(
  setting: CheckpointedScript,
  options: { readonly endAt?: EndAt | null; readonly isFresh?: boolean; readonly disk?: Files } = {},
): Promise<CheckpointedEnd> {
  const { script, folder, functions = [], functionHost = null, seed = 0 } = setting;
  const host = quietHost(setting.outside.later);
  let left = options.endAt?.after ?? Number.POSITIVE_INFINITY;
  let hasEnded = false;
  const settings: CheckpointSettings = {
    files: folder,
    folder: 'checkpoints',
    clock: host.clock,
    intervalMs: 0,
    keepCount: 3,
    isResumed: options.isFresh !== true,
    sha256: setting.outside.sha256,
    newRunId: () => setting.runId ?? '0badcafe',
    failpoint: (step) => {
      if (step !== options.endAt?.step) return;
      left -= 1;
      if (left >= 0) return;
      hasEnded = true;
      throw new Error(`ended at ${step}`);
    },
  };
  const opened = ScriptCheckpoints.open(settings);
  if (!opened.ok) return { status: 'refused', messages: [opened.error.message], document: null };
  const messages = [...opened.value.notes];
  const collector = new DocumentCollector();
  const running = executeScript(
    script,
    { host, files: options.disk ?? setting.files, random: new SeededRandom(seed), printLine: () => {} },
    Object.assign(collector, { checkpointNote: (note: string) => void messages.push(note) }),
    {
      rowCountMax: null,
      trace: null,
      checkpoints: opened.value,
      library: libraryOf(functions),
      functionRuntime:
        functionHost === null ? null : { ...functionHost, functions: new Map(functions.map((fn) => [fn.path, fn])) },
    },
  );
  // A job that is ended before it begins is no failure of a run.
  const outcome = await running.catch((error: unknown): ScriptOutcome => {
    if (!hasEnded) throw error;
    return { status: 'failed', statement: null, diagnostics: [] };
  });
  messages.push(...outcome.diagnostics.filter((d) => d.severity === 'error').map((d) => d.message));
  return {
    status: hasEnded ? 'ended by the test' : outcome.status,
    messages,
    document: hasEnded ? null : collector.document(outcome),
  };
}

/** Lines of all visible files below a folder, sorted: what a sink holds, whatever its files are called. */
export function linesBelow(files: MemoryFiles, folder: string): string[] {
  return files
    .paths()
    .filter((path) => path.startsWith(`${folder}/`))
    .flatMap((path) => decodeUtf8(files.get(path) ?? new Uint8Array()).split('\n'))
    .filter((line) => line !== '')
    .sort();
}

/** A clock that moves only to the next timer. */
function quietHost(later: (task: () => void) => void): Host {
  let nowMs = START_MS;
  return {
    clock: {
      nowMs: () => nowMs,
      at(atMs, run) {
        let isDisposed = false;
        later(() => {
          if (isDisposed) return;
          nowMs = Math.max(nowMs, atMs);
          run();
        });
        return {
          dispose: () => {
            isDisposed = true;
          },
        };
      },
    },
    defer: later,
  };
}
