/**
 * What is done with a cluster: trying the connection, submitting the job, watching jobs and leaving them, stopping with a
 * savepoint and starting from it. Polling happens in the engine; here its news are taken in.
 */

import {
  type JobLink,
  NO_SUBMISSION,
  readSavepoints,
  rememberSavepoint,
  type Savepoint,
  useCluster,
} from './cluster.ts';
import { connectEngine } from './connect-engine.ts';
import { exportedFolder } from './export.ts';
import { announce, toast } from './notices.ts';
import { flushPending } from './pending-edits.ts';
import { filesOf, useProject } from './project.ts';
import { closeReplay } from './replay.ts';
import { NO_FIGURES, showFigures, useRun } from './run.ts';
import { services } from './services.ts';
import { showDock, useSettings } from './settings.ts';
import { switchTap } from './tap.ts';
import { askForTrust } from './trust.ts';

const ENGINE_GONE = { message: 'The engine is not there.', hint: 'Start it again.' };

/** Opens the dialog. */
export function openCluster(): void {
  const { place } = useProject.getState();
  if (place === null) return;
  useCluster.setState({ savepoints: readSavepoints(place.folder), submission: NO_SUBMISSION, test: null, list: null });
  useSettings.setState({ clusterOpen: true });
  if (useSettings.getState().cluster.rest !== '') void listJobs();
}

/** Closes the dialog; what is under way goes on. */
export function closeCluster(): void {
  useSettings.setState({ clusterOpen: false });
}

/** Tries both ends of the connection. */
export async function testCluster(): Promise<void> {
  const { gateway, rest } = useSettings.getState().cluster;
  useCluster.setState({ test: 'testing' });
  const engine = await connectEngine();
  const answer = await engine?.call('cluster.test', { gateway, rest });
  if (answer?.ok !== true) {
    useCluster.setState({ test: null });
    return;
  }
  useCluster.setState({ test: answer.value });
  const { gateway: first, rest: second } = answer.value;
  announce(`SQL gateway: ${first.message}. JobManager: ${second.message}.`);
  if (second.isFine) void listJobs();
}

/** Asks for the jobs of the cluster. */
export async function listJobs(): Promise<void> {
  const { gateway, rest } = useSettings.getState().cluster;
  useCluster.setState({ list: 'asking' });
  const engine = await connectEngine();
  const answer = await engine?.call('cluster.jobs', { gateway, rest });
  const list = answer?.ok === true ? answer.value : { jobs: [], failure: answer?.error ?? ENGINE_GONE };
  useCluster.setState({
    list: { jobs: list.jobs, failure: list.failure === null ? null : { hint: '', ...list.failure } },
  });
}

/** Folder that relative paths count from on the cluster, as it stands now. */
export function clusterRoot(): string {
  const { root } = useCluster.getState();
  return (
    root ?? (bundleFolder() !== '' && hasFunctions() ? bundleFolder() : (useProject.getState().place?.folder ?? ''))
  );
}

/** Folder of the built bundle, as it stands now; empty: none. */
export function bundleFolder(): string {
  return useCluster.getState().bundleFolder ?? exportedFolder();
}

/** Whether the job has functions in TypeScript, which need a built bundle. */
export function hasFunctions(): boolean {
  return useProject.getState().files.size > 0 && /\bLANGUAGE\s+TYPESCRIPT\b/i.test(useProject.getState().text);
}

/** Asks for the folder of the built bundle. */
export async function chooseBundleFolder(): Promise<void> {
  const answer = await services().workspace.call('exports.choose-folder', {});
  if (answer.ok && answer.value.folder !== null) useCluster.setState({ bundleFolder: answer.value.folder });
}

/** Submits the job as it stands, from the beginning or from savepoints, and watches it. */
export async function submitToCluster(resume: readonly Pick<Savepoint, 'path' | 'statement'>[] = []): Promise<void> {
  if (useCluster.getState().submission.isOn || !(await askForTrust())) return;
  await flushPending();
  const { place, text } = useProject.getState();
  if (place === null) return;
  const { gateway, rest } = useSettings.getState().cluster;
  useCluster.setState({ submission: { ...NO_SUBMISSION, isOn: true, progress: 'Submitting…' } });
  const engine = await connectEngine();
  const answer = await engine?.call('cluster.submit', {
    address: { gateway, rest },
    script: text,
    folder: place.folder,
    files: filesOf(),
    name: place.name,
    root: clusterRoot(),
    bundleFolder: bundleFolder(),
    resume: resume.map(({ path, statement }) => ({ path, statement })),
  });
  if (answer?.ok !== true) {
    failSubmission({ hint: '', ...(answer?.error ?? ENGINE_GONE) });
    return;
  }
  const { jobs, diagnostics, notes, failure } = answer.value;
  if (failure !== null) {
    failSubmission(failure);
    return;
  }
  useCluster.setState({ submission: { ...NO_SUBMISSION, notes } });
  if (diagnostics.length > 0) {
    // They are problems of the text, like those that keep a run here from starting.
    useRun.setState({ diagnostics, script: text });
    closeCluster();
    showDock('problems');
    announce(`The job was not submitted. ${diagnostics[0]?.message ?? ''}`);
    if (jobs.length === 0) return;
  }
  closeCluster();
  for (const note of notes) toast('info', note);
  announce(jobs.length === 1 ? 'The job runs on the cluster.' : `${jobs.length} jobs run on the cluster.`);
  await watchJobs(
    jobs.map(({ jobId }) => jobId),
    new Map(jobs.map(({ jobId, statement }) => [jobId, statement])),
  );
}

function failSubmission(failure: { message: string; hint: string }): void {
  useCluster.setState({ submission: { ...NO_SUBMISSION, failure } });
  announce(`The job was not submitted. ${failure.message}`);
}

/** Watches jobs: their figures stand on the cards from now on. */
export async function watchJobs(
  jobIds: readonly string[],
  statements: ReadonlyMap<string, number> = new Map(),
): Promise<void> {
  const { place, text } = useProject.getState();
  const engine = await connectEngine();
  if (engine === null || place === null || jobIds.length === 0) return;
  const { gateway, rest } = useSettings.getState().cluster;
  const address = { gateway, rest };
  const answer = await engine.call('cluster.watch', {
    address,
    jobIds: [...jobIds],
    script: text,
    folder: place.folder,
    files: filesOf(),
  });
  if (!answer.ok) {
    toast('bad', 'The job cannot be watched.', { hint: answer.error.message });
    return;
  }
  closeReplay(engine);
  closeCluster();
  const { viewId } = answer.value;
  useCluster.setState({
    watched: { viewId, address, script: text, statements, news: null },
    endFailure: null,
    ending: new Map(),
  });
  useRun.setState({
    viewId,
    nodes: NO_FIGURES.nodes,
    rates: NO_FIGURES.rates,
    rowsRead: 0,
    elapsedMs: 0,
    fraction: null,
  });
  // Rows of a job stay where it runs.
  switchTap(null);
}

/** Back to the run on this machine; the jobs run on. */
export function leaveCluster(): void {
  const { watched } = useCluster.getState();
  if (watched === null) return;
  forgetWatched();
  const { runId, live } = useRun.getState();
  useRun.setState({ viewId: runId });
  if (live !== null && runId !== null) showFigures(live, 'none');
  else useRun.setState({ nodes: NO_FIGURES.nodes, rates: NO_FIGURES.rates, rowsRead: 0, elapsedMs: 0, fraction: null });
  switchTap(runId);
  announce('Back on this machine. The jobs on the cluster run on.');
}

function forgetWatched(): void {
  const { watched } = useCluster.getState();
  if (watched === null) return;
  void services().engine.current()?.call('cluster.unwatch', { viewId: watched.viewId });
  useCluster.setState({ watched: null, endFailure: null, ending: new Map() });
}

/** Stops a watched job with a savepoint, and remembers that to start from. */
export async function stopWithSavepoint({ jobId, name }: Pick<JobLink, 'jobId' | 'name'>): Promise<void> {
  const { watched } = useCluster.getState();
  const { place } = useProject.getState();
  if (watched === null || place === null) return;
  const folder = useSettings.getState().cluster.savepointFolder;
  setEnding(jobId, 'stopping');
  announce('Stopping with a savepoint.');
  const answer = await services().engine.current()?.call('cluster.stop', { address: watched.address, jobId, folder });
  setEnding(jobId, null);
  const failure = answer?.ok === true ? answer.value.failure : { hint: '', ...(answer?.error ?? ENGINE_GONE) };
  useCluster.setState({ endFailure: failure });
  if (failure !== null) {
    announce(`The job was not stopped. ${failure.message}`);
    return;
  }
  const path = answer?.ok === true ? (answer.value.path ?? '') : '';
  rememberSavepoint(place.folder, {
    path,
    jobName: name,
    statement: watched.statements.get(jobId) ?? 0,
    atMs: Date.now(),
  });
  announce(`Stopped with the savepoint ${path}.`);
}

/** Ends a watched job without a savepoint. */
export async function cancelJob({ jobId }: Pick<JobLink, 'jobId'>): Promise<void> {
  const { watched } = useCluster.getState();
  if (watched === null) return;
  setEnding(jobId, 'cancelling');
  const answer = await services().engine.current()?.call('cluster.cancel', { address: watched.address, jobId });
  setEnding(jobId, null);
  const failure = answer?.ok === true ? answer.value.failure : { hint: '', ...(answer?.error ?? ENGINE_GONE) };
  useCluster.setState({ endFailure: failure });
  announce(failure === null ? 'The job is cancelled.' : `The job was not cancelled. ${failure.message}`);
}

function setEnding(jobId: string, what: 'stopping' | 'cancelling' | null): void {
  const ending = new Map(useCluster.getState().ending);
  if (what === null) ending.delete(jobId);
  else ending.set(jobId, what);
  useCluster.setState({ ending });
}

/** Listens to the engine, and leaves a cluster when something else is looked at. Called once at start. */
export function watchCluster(): void {
  services().engine.onConnected((client) => {
    client.on('cluster.jobs', (news) => {
      const { watched } = useCluster.getState();
      if (watched?.viewId !== news.viewId) return;
      const before = watched.news;
      useCluster.setState({ watched: { ...watched, news } });
      if (news.away !== null && before?.away == null) announce(`The cluster does not answer. ${news.away.message}`);
      if (news.away === null && before?.away != null) announce('The cluster answers again.');
      for (const { jobId, state, name } of news.jobs) {
        const last = before?.jobs.find((each) => each.jobId === jobId)?.state;
        if (last !== undefined && last !== state) announce(`${name} is ${state.toLowerCase()}.`);
      }
    });
    client.on('run.metrics', (metrics) => {
      if (metrics.runId === useCluster.getState().watched?.viewId) showFigures(metrics, 'sampled');
    });
    client.on('cluster.progress', ({ text }) => {
      const { submission } = useCluster.getState();
      if (submission.isOn) useCluster.setState({ submission: { ...submission, progress: text } });
    });
    // A new engine process knows of no jobs that were watched.
    if (useCluster.getState().watched !== null) leaveCluster();
  });
  useRun.subscribe(({ viewId }) => {
    const { watched } = useCluster.getState();
    if (watched !== null && watched.viewId !== viewId) forgetWatched();
  });
}
