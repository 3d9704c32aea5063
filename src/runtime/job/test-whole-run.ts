/** For tests: the designer's runs, recorded into memory, on a host whose time only moves when nothing else is left to do. */
import { SimHost } from '../engine/sim-host.ts';
import type { Trace } from '../engine/trace.ts';
import { loadRecording } from '../recording/load-recording.ts';
import { type RecordingLimits, RecordingWriter } from '../recording/recording-writer.ts';
import type { Brokers } from '../seams/broker.ts';
import type { Files } from '../seams/files.ts';
import { MemoryOrderedStore } from '../seams/memory-ordered-store.ts';
import { SeededRandom } from '../seams/seeded-random.ts';
import type { CompiledFunction } from '../udf/function-library.ts';
import { type FunctionHost, libraryOf } from './replay-script.ts';
import { ReplayView } from './replay-view.ts';
import type { Breakpoint, RunView } from './run-view.ts';
import { type DesignerRun, startRun } from './start-run.ts';
import { SMALL_LIMITS } from './test-recording.ts';

/** What is run, and how. */
export interface WholeRunSetting {
  readonly script: string;
  readonly files: Files;
  readonly seed?: number;
  readonly limits?: RecordingLimits;
  readonly breakpoints?: readonly Breakpoint[];
  readonly functions?: readonly CompiledFunction[];
  readonly functionHost?: FunctionHost | null;
  readonly trace?: Trace | null;
  readonly brokers?: Brokers;
}

/** A run that is recorded. */
export interface WholeRun {
  readonly run: DesignerRun;
  readonly host: SimHost;
  readonly store: MemoryOrderedStore;
  readonly writer: RecordingWriter;
}

/** Starts a recorded run; it rests before its first row. */
export function startWholeRun(setting: WholeRunSetting): WholeRun {
  const { script, files, seed = 0, functions = [], functionHost = null } = setting;
  const host = new SimHost(1_700_000_000_000);
  const store = new MemoryOrderedStore();
  const header = { script, functions, seed, planned: 'whole', folder: '', startMs: host.clock.nowMs() } as const;
  const writer = new RecordingWriter(store, header, setting.limits ?? SMALL_LIMITS);
  const { brokers } = setting;
  const seams = {
    host,
    files,
    random: new SeededRandom(seed),
    printLine: () => {},
    ...(brokers === undefined ? {} : { brokers }),
  };
  const { run, diagnostics } = startRun(script, seams, {
    recorder: writer,
    breakpoints: setting.breakpoints ?? [],
    trace: setting.trace ?? null,
    library: libraryOf(functions),
    functionRuntime:
      functionHost === null ? null : { ...functionHost, functions: new Map(functions.map((fn) => [fn.path, fn])) },
  });
  if (run === null) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return { run, host, store, writer };
}

/** Runs to the end, or until a breakpoint rests it. */
export function runOn({ run, host }: WholeRun): void {
  run.resume();
  host.runUntil(() => run.status !== 'running');
}

/** A replay of what was recorded so far, on a host of its own whose deferred tasks run by themselves. */
export async function replayOf(
  whole: WholeRun,
  setting: Pick<WholeRunSetting, 'files' | 'functionHost'>,
  options: { readonly row?: number | null; readonly withoutCheckpoints?: boolean; readonly host?: SimHost } = {},
): Promise<ReplayView> {
  await whole.run.recorded();
  const loaded = await loadRecording(whole.store, { check: whole.run.hasEnded ? 'all' : 'as used' });
  if (!loaded.ok) throw new Error(loaded.error.message);
  const recording = options.withoutCheckpoints === true ? { ...loaded.value, checkpoints: [] } : loaded.value;
  const opened = await ReplayView.open(
    {
      recording,
      files: setting.files,
      host: options.host ?? selfRunningHost(),
      functionHost: setting.functionHost ?? null,
      run: whole.run,
    },
    options.row ?? null,
  );
  if (!opened.ok) throw new Error(opened.error.message);
  return opened.value;
}

/** Everything that can be seen of a view: figures, the newest rows, all state. */
export async function everythingOf(view: RunView): Promise<unknown> {
  const figures = view.figures();
  const nodes: unknown[] = [];
  for (const { nodeId } of figures) {
    // A checkpoint keeps the newest rows of a node only.
    const { total, columns, rows } = view.readTap(nodeId, 0, 50);
    const states: unknown[] = [];
    for (const state of view.describeState(nodeId)) {
      const query = { offset: 0, countMax: 1000, filter: '', sort: null };
      const { entries, ...page } = await view.pageState(nodeId, state.stateId, query);
      // A state that was restored may list its keys in another order.
      states.push({ ...state, page, entries: entries.map((entry) => JSON.stringify(entry)).sort() });
    }
    nodes.push({ nodeId, total, columns, rows, states });
  }
  return { figures, nodes };
}

/** Runs deferred tasks in the next turn of the event loop; its clock stands still. */
function selfRunningHost() {
  const { clock } = new SimHost();
  return { clock, defer: (task: () => void): void => void Promise.resolve().then(task) };
}
