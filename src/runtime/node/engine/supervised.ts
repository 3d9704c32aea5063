/** What a supervisor knows of its threads and runs. */
import type { Diagnostic } from '../../base/diagnostic.ts';
import { type Secret, secretsOf } from '../../connections/secrets.ts';
import type { CompiledFunction } from '../../udf/function-library.ts';
import type { EngineWorker } from './engine-worker.ts';
import type { KnownLink } from './recordings-on-disk.ts';
import type { RunLimits } from './run-limits.ts';
import type { SpareWorker } from './spare-worker.ts';
import type { Threads } from './threads.ts';
import type { TrustedFolders } from './trusted-folders.ts';
import type { Watched } from './watchdog.ts';
import type { ViewMetrics, WorkerOrder } from './worker-messages.ts';

/** What a supervisor is given. */
export interface SupervisorSeams {
  readonly workers: SpareWorker;
  readonly trust: TrustedFolders;
  readonly nowMs: () => number;
  /** The secrets that the main process keeps; left out: none. */
  readonly secrets?: () => readonly Secret[];
  /** The program's own file, which threads of exports start from. */
  readonly entry: URL;
  /** Folders that the user chose to export into. */
  readonly exportFolders: TrustedFolders;
}

/** A thread that is in use. */
export interface Thread {
  readonly worker: EngineWorker;
  readonly watched: Watched;
  /** Folder of the recording that it has open, by real path where there is one. */
  recording: string | null;
  /** What that recording says of itself, when it is none of a run here. */
  link: KnownLink | null;
  /** Runs and replays that it shows. */
  readonly views: Set<string>;
  isRunning: boolean;
  /** Whether user code was loaded into it; then no other run comes into it. */
  hasFunctions: boolean;
}

/** A run, from its start until it is forgotten. */
export interface RunEntry {
  readonly runId: string;
  readonly script: string;
  readonly startedAtMs: number;
  readonly limits: RunLimits;
  recording: string | null;
  /** Null: it died; its recording opens in another when somebody looks. */
  thread: Thread | null;
  reopening: Promise<Thread> | null;
  /** Threads that ended while they showed its recording. */
  reopenDeathCount: number;
  last: ViewMetrics | null;
  hasEnded: boolean;
  /** The user wanted it to end. */
  isStopping: boolean;
  /** Answers whoever started it that it did not start; null once that is answered. */
  refuse: ((diagnostics: readonly Diagnostic[]) => void) | null;
}

/** A run that is about to start. */
export function newEntry(
  about: Pick<RunEntry, 'runId' | 'script' | 'startedAtMs' | 'limits' | 'recording' | 'refuse'>,
): RunEntry {
  return {
    ...about,
    thread: null,
    reopening: null,
    reopenDeathCount: 0,
    last: null,
    hasEnded: false,
    isStopping: false,
  };
}

/** What a thread is told before a run comes into it: of the secrets only those that the script refers to. */
export function runOrder(
  { runId, script, recording }: RunEntry,
  functions: readonly CompiledFunction[],
  { secrets = () => [] }: SupervisorSeams,
): WorkerOrder {
  return { kind: 'run', runId, functions, recordingFolder: recording, secrets: secretsOf(script, secrets()) };
}

/** A recording that ends its thread this often is not opened by itself again, or it would be opened for ever. */
const REOPEN_DEATHS_MAX = 2;

/** Whether a look at a dead run opens its recording. */
export function mayReopen({ recording, reopenDeathCount }: RunEntry): boolean {
  return recording !== null && reopenDeathCount < REOPEN_DEATHS_MAX;
}

/** The run of a thread that died, as it is told: at rest where it was told last. */
export function lastFigures(entry: RunEntry, last: ViewMetrics): ViewMetrics {
  return {
    ...last,
    status: entry.isStopping ? 'stopped' : 'failed',
    // It died before it told anything: what is in its recording is known when that is opened.
    recording: last.recording ?? emptyRecording(entry.recording),
    nodes: last.nodes.map((node) => ({ ...node, rowsPerSecond: 0 })),
  };
}

function emptyRecording(path: string | null): ViewMetrics['recording'] {
  return path === null ? null : { path, sizeBytes: 0, recordedRows: 0, note: null };
}

/** A run in the list of recordings, as far as it is known without opening its recording. */
export function linkOfRun({ script, startedAtMs, last }: RunEntry, realFolder: string): KnownLink {
  return {
    script,
    link: {
      path: realFolder,
      startedAtMs,
      status: last?.status ?? 'running',
      rowCount: last?.recording?.recordedRows ?? 0,
      sizeBytes: last?.recording?.sizeBytes ?? 0,
      damage: null,
    },
  };
}

/** Whether a thread only keeps ended runs that their recordings can show again. */
function canGiveWay(thread: Thread, runs: readonly RunEntry[]): boolean {
  if (thread.isRunning || thread.worker.pendingCount > 0) return false;
  // Another view of it than these runs is a replay, which somebody looks at.
  return thread.views.size === runs.length && runs.every((run) => run.hasEnded && run.recording !== null);
}

/** Ends a thread, the oldest first, whose runs can be shown again from their recordings. Answers whether there was one. */
export function restingGivesWay(threads: Threads, all: readonly RunEntry[]): boolean {
  for (const thread of threads.all()) {
    const runs = all.filter((entry) => entry.thread === thread);
    if (!canGiveWay(thread, runs)) continue;
    for (const entry of runs) entry.thread = null;
    threads.close(thread);
    return true;
  }
  return false;
}

/** Memory of a thread beyond which the next run gets another one. */
const REUSED_BYTES_MAX = 256 * 1024 * 1024;

/** Whether the next run may come into the thread of this one, whose code is warm: no user code was ever there. */
export function canBeReused({ hasEnded, thread, limits }: RunEntry, next: RunLimits): boolean {
  if (!hasEnded || thread === null || thread.hasFunctions || thread.isRunning || thread.worker.isEnding) return false;
  return limits.memoryMb === next.memoryMb && thread.worker.usedBytes < REUSED_BYTES_MAX;
}
