/**
 * For tests: records a script on a host whose time jumps, and replays it. The clock moves a little with
 * every reading, as a real one does, and far when nothing else is left to do, so that no test waits.
 */
import { present } from '../base/assert.ts';
import type { Host } from '../engine/scheduler.ts';
import type { LoadedRecording } from '../recording/load-recording.ts';
import { loadRecording } from '../recording/load-recording.ts';
import { DEFAULT_RECORDING_LIMITS, type RecordingLimits, RecordingWriter } from '../recording/recording-writer.ts';
import { Replay } from '../recording/replay.ts';
import type { WaypointLimits } from '../recording/waypoints.ts';
import type { Files } from '../seams/files.ts';
import { MemoryOrderedStore } from '../seams/memory-ordered-store.ts';
import type { OrderedStore } from '../seams/ordered-store.ts';
import { SeededRandom } from '../seams/seeded-random.ts';
import type { CompiledFunction } from '../udf/function-library.ts';
import { type FunctionHost, jobsOf, libraryOf } from './replay-script.ts';
import { executeScript, type ScriptOutcome } from './run-script.ts';

/** Small bounds, so that small runs have many chunks and checkpoints. */
export const SMALL_LIMITS: RecordingLimits = {
  ...DEFAULT_RECORDING_LIMITS,
  chunkRowCount: 100,
  checkpointRowCount: 100,
  checkpointShare: Number.POSITIVE_INFINITY,
};

/** Many waypoints in small recordings, and so few bytes that they thin out. */
const SMALL_WAYPOINTS: WaypointLimits = { rowCount: 70, bytesPerRow: 1_000, sizeBytesMax: 20_000 };

/** What a script was recorded from, and how. */
export interface RecordingSetting {
  readonly script: string;
  readonly files: Files;
  readonly seed?: number;
  readonly limits?: RecordingLimits;
  readonly store?: OrderedStore;
  /** The functions that the script names, and where they run. */
  readonly functions?: readonly CompiledFunction[];
  readonly functionHost?: FunctionHost;
  /** Query rows after which it is stopped. */
  readonly rowCountMax?: number;
  /** Gets the writer before the run begins. */
  readonly onWriter?: (writer: RecordingWriter, store: OrderedStore) => void;
}

/** A host whose time jumps. `later` runs a task in a later turn of the event loop. */
export function jumpingHost(seed: number, later: (task: () => void) => void): Host {
  const random = new SeededRandom(seed);
  let nowMs = 1_700_000_000_000;
  return {
    clock: {
      nowMs() {
        nowMs += random.nextInt(4) === 0 ? random.nextInt(3) : 0;
        return nowMs;
      },
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

/** Runs a script to its end and records it. */
export async function record(
  setting: RecordingSetting,
  later: (task: () => void) => void,
): Promise<{
  readonly store: MemoryOrderedStore;
  readonly outcome: ScriptOutcome;
  readonly rows: number;
  readonly writer: RecordingWriter;
}> {
  const { script, files, functions = [], functionHost = null, seed = 0, limits = SMALL_LIMITS } = setting;
  const store = new MemoryOrderedStore();
  const host = jumpingHost(seed, later);
  const header = {
    script,
    functions,
    seed,
    planned: 'statements',
    folder: '',
    startMs: host.clock.nowMs(),
  } as const;
  const writer = new RecordingWriter(setting.store ?? store, header, limits);
  setting.onWriter?.(writer, setting.store ?? store);
  const functionRuntime =
    functionHost === null ? null : { ...functionHost, functions: new Map(functions.map((fn) => [fn.path, fn])) };
  let rows = 0;
  const outcome = await executeScript(
    script,
    { host, files, random: new SeededRandom(seed), printLine: () => {} },
    {
      queryStarted: () => {},
      queryRow: () => {
        rows += 1;
      },
    },
    {
      rowCountMax: setting.rowCountMax ?? null,
      trace: null,
      recording: { writer },
      library: libraryOf(functions),
      functionRuntime,
    },
  );
  await writer.finish(outcome.status);
  return { store, outcome, rows, writer };
}

/** Opens the recording in a store; throws what is wrong with it. */
export async function openRecording(
  store: OrderedStore,
  setting: Pick<RecordingSetting, 'files' | 'functionHost'>,
  options: { readonly withoutCheckpoints?: boolean } = {},
): Promise<{ readonly replay: Replay; readonly recording: LoadedRecording }> {
  const loaded = await loadRecording(store);
  if (!loaded.ok) throw new Error(loaded.error.message);
  const waypoints = options.withoutCheckpoints === true ? { ...SMALL_WAYPOINTS, rowCount: 1e9 } : SMALL_WAYPOINTS;
  const recording = options.withoutCheckpoints === true ? { ...loaded.value, checkpoints: [] } : loaded.value;
  const opened = await Replay.open(recording, jobsOf(recording.header, setting.functionHost), setting.files, waypoints);
  if (!opened.ok) throw new Error(opened.error.message);
  return { replay: present(opened.value, 'replay'), recording };
}
