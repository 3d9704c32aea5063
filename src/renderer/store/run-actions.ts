/**
 * Running: start, pause, step, stop, and what happens when the engine's process ends. The rows of the
 * result are asked for as soon as the run is known, so that the first of them is painted at once. Pause
 * and step act on what is looked at: the run, or the replay that the time bar moves.
 */

import type { EngineContract } from '../../runtime/contract/engine-contract.ts';
import type { Client } from '../../runtime/contract/transport.ts';
import { nodeFinder, useAnalysis } from './analysis.ts';
import { takeHit } from './breakpoint-hit.ts';
import { clearHit, sendBreakpoints, useBreakpoints } from './breakpoints.ts';
import { connectEngine } from './connect-engine.ts';
import { FiguresClock } from './figures-clock.ts';
import { nodeToFollow } from './followed-node.ts';
import { announce, toast } from './notices.ts';
import { flushPending } from './pending-edits.ts';
import { filesOf, useProject } from './project.ts';
import { closeReplay, leaveReplay, pauseReplay, playReplay, stepReplay, takeMoment, watchView } from './replay.ts';
import { isActive, NO_FIGURES, showFigures, takeMetrics, useRun } from './run.ts';
import { revealNode } from './selection.ts';
import { services } from './services.ts';
import { showDock, useSettings } from './settings.ts';
import { followFirstRows, readTap, switchTap } from './tap.ts';
import { askForTrust } from './trust.ts';
import { warnOfTypeErrors } from './type-problems.ts';
import { useView } from './view.ts';

const figures = new FiguresClock((metrics) => {
  showBegun(metrics.runId);
  takeMetrics(metrics);
});

/** An engine that has not answered by then is worth a word; before that the word would only flicker. */
const STARTING_SHOWN_MS = 250;

const BYTES_PER_MB = 1_000_000;

let isStarting = false;
/** Says that the engine lets wait; cleared by its answer. */
let startingTimer: ReturnType<typeof setTimeout> | undefined;

/** Starts the program as it stands. A run that is under way is stopped first. */
export async function startRun(options: { paused: boolean } = { paused: false }): Promise<void> {
  // The engine refuses what is not trusted too; asked here, the user can answer.
  if (isStarting || !(await askForTrust()) || isStarting) return;
  isStarting = true;
  startingTimer = setTimeout(() => useRun.setState({ ...NO_FIGURES, status: 'starting' }), STARTING_SHOWN_MS);
  try {
    await start(options);
  } finally {
    isStarting = false;
    clearTimeout(startingTimer);
    if (useRun.getState().status === 'starting') useRun.setState({ status: 'none' });
  }
}

async function start(options: { paused: boolean }): Promise<void> {
  await flushPending();
  const { place, text, files } = useProject.getState();
  if (place === null) return;
  warnOfTypeErrors();
  await stopRun();
  const engine = services().engine.current() ?? (await connectEngine());
  if (engine === null) return;
  closeReplay(engine);
  clearHit();
  const { recording } = useSettings.getState();
  const breakpoints = [...useBreakpoints.getState().list];
  const answer = await engine.call('runs.start', {
    script: text,
    folder: place.folder,
    files: filesOf(),
    paused: options.paused,
    breakpoints,
    ...(recording.enabled
      ? { recording: { folder: place.recordingsFolder, sizeBytesMax: recording.sizeMbMax * BYTES_PER_MB } }
      : {}),
  });
  clearTimeout(startingTimer);
  if (!answer.ok) {
    useRun.setState({ ...NO_FIGURES, status: 'lost' });
    if (answer.error.code !== 'transport/closed')
      toast('bad', 'The run did not start.', { hint: answer.error.message });
    return;
  }
  const { runId, diagnostics } = answer.value;
  if (runId === null) {
    useRun.setState({ ...NO_FIGURES, script: text, files, status: 'none', diagnostics });
    showMistakes('The program cannot run yet.');
    return;
  }
  figures.startOver();
  begun = {
    runId,
    show: () => {
      begun = null;
      const status = options.paused ? 'paused' : 'running';
      useRun.setState({ ...NO_FIGURES, runId, viewId: runId, script: text, files, status, diagnostics });
    },
  };
  // The first rows are painted before everything that says that the run has begun.
  const waitMs = options.paused ? 0 : FIRST_ROWS_MS;
  await Promise.race([followFirstRows(nodeToFollow(), runId, waitMs), pause(2 * waitMs)]);
  if (!options.paused) await painted();
  showBegun(runId);
  announce(options.paused ? 'The run is ready and paused.' : 'Running.');
  if (breakpoints.length > 0) void sendBreakpoints();
  setTimeout(() => letOldRecordingsGo(engine), OLD_RECORDINGS_GO_MS);
  if (options.paused) await takeMetricsNow(engine, runId);
}

/** Looking through old recordings keeps the engine busy; the first rows come before. */
const OLD_RECORDINGS_GO_MS = 2_000;

/** A row that is not there by then is not waited for. */
const FIRST_ROWS_MS = 50;
/** A window that nobody sees paints nothing. */
const PAINTED_MS_MAX = 50;

/** A run that has begun and is not shown yet. */
let begun: { readonly runId: string; show(): void } | null = null;

/** Shows a run that has begun, if it still waits for that. Whatever happens to it is told afterwards. */
function showBegun(runId: string): void {
  if (begun?.runId === runId) begun.show();
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Resolves when what was rendered is on the screen. */
async function painted(): Promise<void> {
  if (typeof requestAnimationFrame === 'undefined') return;
  const frame = new Promise<void>((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  await Promise.race([frame, pause(PAINTED_MS_MAX)]);
}

/** Deletes recordings beyond those that the user wants to keep. */
function letOldRecordingsGo(engine: Client<EngineContract>): void {
  const { place } = useProject.getState();
  const { enabled, keepCount } = useSettings.getState().recording;
  if (place === null || !enabled) return;
  void engine.call('recordings.delete', { folder: place.recordingsFolder, path: null, keepCount });
}

async function takeMetricsNow(engine: Client<EngineContract>, runId: string): Promise<void> {
  const metrics = await engine.call('runs.metrics', { runId });
  if (metrics.ok) figures.showNow(metrics.value);
}

/** Stops the run; the rows that it made stay. */
export async function stopRun(): Promise<void> {
  const { runId, status } = useRun.getState();
  if (runId === null || !isActive(status)) return;
  const answer = await services().engine.current()?.call('runs.stop', { runId });
  if (answer?.ok !== true || useRun.getState().runId !== runId) return;
  figures.flush();
  // It may have ended by itself meanwhile.
  if (isActive(useRun.getState().status)) useRun.setState({ status: 'stopped' });
}

/** Lets what is looked at rest, or go on. */
export async function togglePause(): Promise<void> {
  const { moment } = useView.getState();
  clearHit();
  if (moment !== null) {
    await (moment.isPlaying ? pauseReplay() : playReplay());
    return;
  }
  const { runId, status } = useRun.getState();
  const engine = services().engine.current();
  if (runId === null || engine === null) return;
  if (status === 'running') {
    const answer = await engine.call('runs.pause', { runId });
    figures.flush();
    if (answer.ok && useRun.getState().status === 'running') useRun.setState({ status: 'paused' });
    announce('Paused.');
  } else if (status === 'paused') {
    const answer = await engine.call('runs.resume', { runId });
    // A short rest of a run has ended before the answer comes.
    if (answer.ok && useRun.getState().status === 'paused') useRun.setState({ status: 'running' });
    announce('Running on.');
  }
}

/** Leaves the replay and lets the run go on from where it rests. */
export async function resumeRun(): Promise<void> {
  leaveReplay();
  if (useRun.getState().status === 'paused') await togglePause();
}

/**
 * Lets one more input row through. At the end of what a resting run has recorded that is a new row of the
 * run; without a run it starts one that rests at its first row.
 */
export async function stepRun(): Promise<void> {
  const { moment, opened } = useView.getState();
  const { runId, status } = useRun.getState();
  clearHit();
  if (moment !== null) {
    const mayGoOn = opened === null && moment.isAtEnd && isActive(status);
    if (!mayGoOn) {
      await stepReplay(1);
      return;
    }
    leaveReplay();
  }
  const engine = services().engine.current();
  if (runId === null || engine === null || !isActive(status)) {
    await startRun({ paused: true });
    return;
  }
  if (status === 'running') await togglePause();
  const answer = await engine.call('runs.step', { runId });
  if (!answer.ok) return;
  await takeMetricsNow(engine, runId);
  void readTap();
}

/** Has the engine up before the first Run, so that the first row comes at once. */
export async function warmEngine(): Promise<void> {
  await connectEngine();
}

/** Listens to the engine and to its end. Called once at start. */
export function watchEngine(): void {
  watchView();
  const { engine, workspace } = services();
  engine.onConnected((client) => {
    useRun.setState({ engine: 'ready', engineMessage: '' });
    client.on('run.metrics', (metrics) => {
      // The rows are asked for first: the engine gathers them while the figures are painted.
      // Those of jobs on a cluster go their own way (`cluster-actions.ts`).
      const isShown = metrics.runId === useRun.getState().runId;
      if (isShown) void readTap();
      if (isShown || metrics.runId === begun?.runId) figures.show(metrics);
    });
    client.on('run.ended', async ({ runId, status, diagnostics }) => {
      showBegun(runId);
      // A short run has ended before its first row is painted; the rows come first here too.
      await readTap();
      if (runId !== useRun.getState().runId) return;
      figures.flush();
      useRun.setState({ status, diagnostics });
      // At its start the run's own recording was not there yet to be counted.
      letOldRecordingsGo(client);
      // Where user code ended the run's thread, only its recording knows how far the run had come.
      if (status !== 'finished') void takeMetricsNow(client, runId);
      if (status === 'failed') showMistakes('The run failed.');
      else announce(status === 'finished' ? 'The run has finished.' : 'The run was stopped.');
    });
    client.on('run.broke', ({ runId, hit }) => {
      showBegun(runId);
      if (runId !== useRun.getState().viewId) return;
      figures.flush();
      if (useView.getState().moment === null) {
        useRun.setState({ status: 'paused' });
        void takeMetricsNow(client, runId);
        void readTap();
      }
      takeHit(hit);
    });
    client.on('replay.moved', takeMoment);
  });
  workspace.on('engine.exited', ({ message }) => engineEnded(message));
}

function engineEnded(message: string): void {
  begun?.show();
  services().engine.drop();
  // The last figures stay on the cards; later they would say that the run still runs.
  figures.flush();
  const { live, runId, status } = useRun.getState();
  useRun.setState({
    engine: 'down',
    engineMessage: message,
    isGone: runId !== null,
    ...(isActive(status) ? { status: 'lost' as const } : {}),
  });
  if (useView.getState().moment !== null) {
    if (live !== null) showFigures(live, 'none');
    closeReplay(null);
    switchTap(runId);
  }
  announce(`The engine has ended. ${message}`);
}

/** Opens the Problems panel and marks the first node that is to blame. */
function showMistakes(announcement: string): void {
  showDock('problems');
  const { diagnostics } = useRun.getState();
  const first = diagnostics.find((d) => d.severity === 'error');
  announce(first === undefined ? announcement : `${announcement} ${first.message}`);
  if (first === undefined) return;
  const node = nodeFinder(useAnalysis.getState().graph)(first);
  if (node !== null) revealNode(node.id);
}
