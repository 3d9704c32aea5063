/**
 * The run as the window knows it: the engine's state, how the run stands, what went wrong, and the
 * figures of what is looked at: the run itself, or a replay that stands at a moment (`view.ts`).
 * Figures come at most ten times a second; a node whose figures did not change keeps its object, so
 * that only the cards that changed paint again.
 */

import type * as z from 'zod/mini';
import { create } from 'zustand';
import type { Diagnostic } from '../../runtime/base/diagnostic.ts';
import type {
  nodeMetricsShape,
  recordingStatusShape,
  runMetricsShape,
  runStatusShape,
} from '../../runtime/contract/engine-contract.ts';
import type { ProgramFiles } from '../../runtime/program/history.ts';

/** A run of which no file is known; one map, so that it equals itself. */
const NO_FILES: ProgramFiles = new Map();

/** State of a run. */
export type RunStatus = z.infer<typeof runStatusShape>;
/** Figures of one node. */
export type NodeMetrics = z.infer<typeof nodeMetricsShape>;
/** Figures of a run. */
export type RunMetrics = z.infer<typeof runMetricsShape>;

/** How the recording of the run stands. */
export type RecordingStatus = z.infer<typeof recordingStatusShape>;

/** The last minute of a node's rate, oldest first, for the sparkline. One sample a second. */
const RATE_SAMPLE_COUNT_MAX = 60;

interface RunState {
  /** `down`: it ended although nobody asked it to. */
  readonly engine: 'idle' | 'starting' | 'ready' | 'down';
  /** What the main process said about the end of the engine. */
  readonly engineMessage: string;
  readonly runId: string | null;
  /** What the figures below, the rows and the state are of: the run, or a replay. */
  readonly viewId: string | null;
  /** The newest figures of the run, also while a replay is looked at. */
  readonly live: RunMetrics | null;
  /** Null: the run is not recorded. */
  readonly recording: RecordingStatus | null;
  /** The text that was run (or refused), to know what is from before an edit. */
  readonly script: string | null;
  /** The TypeScript files as they were run with it. */
  readonly files: ProgramFiles;
  /** `starting`: sent to the engine, not yet answered. */
  readonly status: RunStatus | 'none' | 'starting' | 'lost';
  /** The engine's process that held the run has ended: what is left of it are its recording and what is shown. */
  readonly isGone: boolean;
  readonly elapsedMs: number;
  readonly rowsRead: number;
  readonly fraction: number | null;
  readonly nodes: ReadonlyMap<string, NodeMetrics>;
  readonly rates: ReadonlyMap<string, readonly number[]>;
  /** Mistakes that kept the run from starting or that ended it. */
  readonly diagnostics: readonly Diagnostic[];
  /** Raised with each message of figures: views that read rows look at it. */
  readonly tick: number;
}

/** The run. */
export const useRun = create<RunState>(() => ({
  engine: 'idle',
  engineMessage: '',
  runId: null,
  viewId: null,
  live: null,
  recording: null,
  script: null,
  files: NO_FILES,
  status: 'none',
  isGone: false,
  elapsedMs: 0,
  rowsRead: 0,
  fraction: null,
  nodes: new Map(),
  rates: new Map(),
  diagnostics: [],
  tick: 0,
}));

/** A run of which nothing is known yet. */
export const NO_FIGURES = {
  runId: null,
  viewId: null,
  live: null,
  recording: null,
  script: null,
  files: NO_FILES,
  isGone: false,
  elapsedMs: 0,
  rowsRead: 0,
  fraction: null,
  nodes: new Map<string, NodeMetrics>(),
  rates: new Map<string, readonly number[]>(),
  diagnostics: [] as readonly Diagnostic[],
} as const;

/** Forgets the last run, for example because another project was opened. */
export function forgetRun(): void {
  useRun.setState({ ...NO_FIGURES, status: 'none' });
}

/** Said where something of a run is asked for that ended with its engine. */
export const GONE_TEXT = 'The engine that held this run has ended. Its recording still has every moment of it.';

/** Whether a run is under way (also when it rests). */
export function isActive(status: RunState['status']): boolean {
  return status === 'running' || status === 'paused' || status === 'starting';
}

/** Takes in figures of the run. Figures of an older run are of no interest any more. */
export function takeMetrics(metrics: RunMetrics): void {
  const { runId, viewId } = useRun.getState();
  if (metrics.runId !== runId) return;
  useRun.setState({ status: metrics.status, live: metrics, recording: metrics.recording });
  if (viewId === runId) showFigures(metrics, 'sampled');
}

/**
 * Shows figures on the cards. `sampled`: they go on from those before, so the rates of each second make
 * a line; a moment of a replay has no line that would lead to it.
 */
export function showFigures(metrics: RunMetrics, line: 'sampled' | 'none'): void {
  const state = useRun.getState();
  const nodes = new Map<string, NodeMetrics>();
  for (const node of metrics.nodes) {
    const before = state.nodes.get(node.nodeId);
    nodes.set(node.nodeId, before !== undefined && sameFigures(before, node) ? before : node);
  }
  const isNewSecond = Math.floor(metrics.elapsedMs / 1000) !== Math.floor(state.elapsedMs / 1000);
  const isSample = line === 'sampled' && (isNewSecond || state.rates.size === 0);
  useRun.setState({
    elapsedMs: metrics.elapsedMs,
    rowsRead: metrics.rowsRead,
    fraction: metrics.fraction,
    nodes,
    rates: line === 'none' ? NO_FIGURES.rates : isSample ? sampleRates(state.rates, metrics) : state.rates,
    tick: state.tick + 1,
  });
}

function sampleRates(
  before: ReadonlyMap<string, readonly number[]>,
  metrics: RunMetrics,
): ReadonlyMap<string, readonly number[]> {
  const rates = new Map<string, readonly number[]>();
  for (const node of metrics.nodes) {
    rates.set(node.nodeId, [...(before.get(node.nodeId) ?? []), node.rowsPerSecond].slice(-RATE_SAMPLE_COUNT_MAX));
  }
  return rates;
}

function sameFigures(a: NodeMetrics, b: NodeMetrics): boolean {
  return (
    a.rowCount === b.rowCount &&
    a.rowsPerSecond === b.rowsPerSecond &&
    a.watermarkMs === b.watermarkMs &&
    a.ended === b.ended &&
    a.lateRowCount === b.lateRowCount &&
    a.stateEntryCount === b.stateEntryCount &&
    a.stateSizeBytes === b.stateSizeBytes
  );
}
