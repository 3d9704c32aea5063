/**
 * Running: start, pause, step, stop, and what happens when the engine's process ends. The rows of the
 * result are asked for as soon as the run is known, so that the first of them is painted at once.
 */

import type { EngineContract } from '../../runtime/contract/engine-contract.ts';
import type { Client } from '../../runtime/contract/transport.ts';
import { nodeFinder, useAnalysis } from './analysis.ts';
import { FiguresClock } from './figures-clock.ts';
import { announce, toast } from './notices.ts';
import { flushPending } from './pending-edits.ts';
import { useProject } from './project.ts';
import { isActive, NO_FIGURES, takeMetrics, useRun } from './run.ts';
import { revealNode, useSelection } from './selection.ts';
import { services } from './services.ts';
import { showDock } from './settings.ts';
import { followNode, readTap } from './tap.ts';

const figures = new FiguresClock(takeMetrics);

/** An engine that has not answered by then is worth a word; before that the word would only flicker. */
const STARTING_SHOWN_MS = 120;

let isStarting = false;

/** Starts the program as it stands. A run that is under way is stopped first. */
export async function startRun(options: { paused: boolean } = { paused: false }): Promise<void> {
  if (isStarting) return;
  isStarting = true;
  const timer = setTimeout(() => useRun.setState({ ...NO_FIGURES, status: 'starting' }), STARTING_SHOWN_MS);
  try {
    await start(options);
  } finally {
    isStarting = false;
    clearTimeout(timer);
    if (useRun.getState().status === 'starting') useRun.setState({ status: 'none' });
  }
}

async function start(options: { paused: boolean }): Promise<void> {
  await flushPending();
  const { place, text } = useProject.getState();
  if (place === null) return;
  await stopRun();
  const engine = services().engine.current() ?? (await connectEngine());
  if (engine === null) return;
  const answer = await engine.call('runs.start', { script: text, folder: place.folder, paused: options.paused });
  if (!answer.ok) {
    useRun.setState({ ...NO_FIGURES, status: 'lost' });
    if (answer.error.code !== 'transport/closed')
      toast('bad', 'The run did not start.', { hint: answer.error.message });
    return;
  }
  const { runId, diagnostics } = answer.value;
  if (runId === null) {
    useRun.setState({ ...NO_FIGURES, script: text, status: 'none', diagnostics });
    showMistakes('The program cannot run yet.');
    return;
  }
  figures.startOver();
  followNode(nodeToFollow(), runId);
  useRun.setState({
    ...NO_FIGURES,
    runId,
    viewId: runId,
    script: text,
    status: options.paused ? 'paused' : 'running',
    diagnostics,
  });
  announce(options.paused ? 'The run is ready and paused.' : 'Running.');
  if (options.paused) await takeMetricsNow(engine, runId);
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

/** Lets the run rest, or go on. */
export async function togglePause(): Promise<void> {
  const { runId, status } = useRun.getState();
  const engine = services().engine.current();
  if (runId === null || engine === null) return;
  if (status === 'running') {
    const answer = await engine.call('runs.pause', { runId });
    figures.flush();
    if (answer.ok) useRun.setState({ status: 'paused' });
    announce('Paused.');
  } else if (status === 'paused') {
    const answer = await engine.call('runs.resume', { runId });
    if (answer.ok) useRun.setState({ status: 'running' });
    announce('Running on.');
  }
}

/** Lets one more input row through. Without a run it starts one that rests at its first row. */
export async function stepRun(): Promise<void> {
  const { runId, status } = useRun.getState();
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

/** Brings the engine's process up when it is gone. Answers null, after saying so, when it does not come. */
export async function connectEngine(): Promise<Client<EngineContract> | null> {
  const { engine } = services();
  const live = engine.current();
  if (live !== null) return live;
  useRun.setState({ engine: 'starting' });
  const answer = await engine.connect();
  if (answer.ok) {
    useRun.setState({ engine: 'ready', engineMessage: '' });
    return answer.value;
  }
  useRun.setState({ engine: 'down', engineMessage: answer.error.message });
  return null;
}

/** Longer scripts are not planned ahead; nobody asked for that work. */
const PLANNED_AHEAD_LENGTH_MAX = 200_000;

/** Has the engine up and its planner warm before the first Run, so that the first row comes at once. */
export async function warmEngine(): Promise<void> {
  const engine = await connectEngine();
  const { place, text } = useProject.getState();
  if (engine === null || place === null || text.length > PLANNED_AHEAD_LENGTH_MAX) return;
  await engine.call('plans.explain', { script: text, folder: place.folder });
}

/** Listens to the engine and to its end. Called once at start. */
export function watchEngine(): void {
  const { engine, workspace } = services();
  engine.onConnected((client) => {
    useRun.setState({ engine: 'ready', engineMessage: '' });
    client.on('run.metrics', (metrics) => {
      // The rows are asked for first: the engine gathers them while the figures are painted.
      if (metrics.runId === useRun.getState().runId) void readTap();
      figures.show(metrics);
    });
    client.on('run.ended', async ({ runId, status, diagnostics }) => {
      // A short run has ended before its first row is painted; the rows come first here too.
      await readTap();
      if (runId !== useRun.getState().runId) return;
      figures.flush();
      useRun.setState({ status, diagnostics });
      if (status === 'failed') showMistakes('The run failed.');
      else announce(status === 'finished' ? 'The run has finished.' : 'The run was stopped.');
    });
  });
  workspace.on('engine.exited', ({ message }) => engineEnded(message));
}

function engineEnded(message: string): void {
  services().engine.drop();
  // The last figures stay on the cards; later they would say that the run still runs.
  figures.flush();
  const wasActive = isActive(useRun.getState().status);
  useRun.setState({ engine: 'down', engineMessage: message, ...(wasActive ? { status: 'lost' as const } : {}) });
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

/** The node whose rows are shown: the selected one, else the one shown before, else the first result. */
function nodeToFollow(): string | null {
  const selected = useSelection.getState().nodes[0];
  if (selected !== undefined) return selected;
  const { graph, nodesById } = useAnalysis.getState();
  const last = lastFollowed;
  if (last !== null && nodesById.has(last)) return last;
  const result = graph.nodes.find((n) => n.id.startsWith('select:')) ?? graph.nodes.find((n) => n.family === 'sink');
  return result?.id ?? graph.nodes[graph.nodes.length - 1]?.id ?? null;
}

let lastFollowed: string | null = null;

/** Keeps the rows in step with the selection. Called once at start. */
export function followSelection(): void {
  useSelection.subscribe((state, before) => {
    if (state.nodes === before.nodes) return;
    const node = state.nodes[0];
    if (node === undefined) return;
    lastFollowed = node;
    const { runId } = useRun.getState();
    if (runId !== null) followNode(node, runId);
  });
}
