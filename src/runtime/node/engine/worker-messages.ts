/**
 * What the supervisor and a worker thread say to each other beside the calls and events of the engine
 * contract, which travel as they are. Both ends are ours and of one build, so these are plain types.
 */
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Secret } from '../../connections/secrets.ts';
import type { CommandOut } from '../../contract/contract.ts';
import type { EngineContract } from '../../contract/engine-contract.ts';
import type { CompiledFunction, GuardedCall } from '../../udf/function-library.ts';

/** Figures of a view. */
export type ViewMetrics = CommandOut<EngineContract, 'runs.metrics'>;

/** What a thread is born with. */
export interface WorkerData {
  /** Memory of its `CallGuard`. */
  readonly guard: SharedArrayBuffer;
  /** Whether it has time to warm up. */
  readonly isWarm: boolean;
}

/** What a worker is for; comes before the first call. */
export type WorkerOrder =
  /** The next `runs.start` is to be this run. */
  | {
      readonly kind: 'run';
      readonly runId: string;
      readonly functions: readonly CompiledFunction[];
      /** Folder of the recording, not made yet; null: the run is not recorded. */
      readonly recordingFolder: string | null;
      /** The secrets that its script refers to. */
      readonly secrets: readonly Secret[];
    }
  /** A run whose worker died: its recording stands in for it under the run's own id. */
  | {
      readonly kind: 'reopen';
      readonly runId: string;
      readonly recordingFolder: string;
      /** Figures as they were told last. */
      readonly last: ViewMetrics;
    }
  /** A run that nobody asks about any more. */
  | { readonly kind: 'forget'; readonly runId: string }
  /** The thread is to end: what runs is stopped, and its recording finished. */
  | { readonly kind: 'close' };

/** What a worker tells its supervisor. */
export type WorkerReport =
  /** A function that the run may call. */
  | { readonly kind: 'guarded'; readonly slot: number; readonly what: GuardedCall }
  /** The recording of a `reopen` order cannot be opened: there is nothing that this thread can do. */
  | { readonly kind: 'not-reopened'; readonly message: string }
  /** Memory of this thread alone. */
  | { readonly kind: 'memory'; readonly usedBytes: number };

/** Whether a message is an order and no call of the contract. */
export function isOrder(message: unknown): message is WorkerOrder {
  const { kind } = (message ?? {}) as { readonly kind?: unknown };
  return kind === 'run' || kind === 'reopen' || kind === 'forget' || kind === 'close';
}

/** Whether a message is a report and no reply or event of the contract. */
export function isReport(message: unknown): message is WorkerReport {
  return typeof (message as { readonly kind?: unknown } | null)?.kind === 'string';
}

type DiagnosticMessage = CommandOut<EngineContract, 'runs.start'>['diagnostics'][number];

/** A diagnostic as it is sent: a copy, because messages are not shared. */
export function diagnosticMessage(diagnostic: Diagnostic): DiagnosticMessage {
  const { fixes, ...rest } = diagnostic;
  if (fixes === undefined) return { ...rest };
  return { ...rest, fixes: fixes.map(({ title, edits }) => ({ title, edits: [...edits] })) };
}
