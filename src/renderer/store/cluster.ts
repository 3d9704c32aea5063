/**
 * Jobs on a Flink cluster as the window knows them: the connection as it was tried last, a submission under way, the jobs
 * that are watched, savepoints to start from again. A watched set of jobs is a view like a run or a replay: its figures
 * stand on the cards, by the same way (`run.ts`); what only a cluster has is here.
 */
import { create } from 'zustand';
import type { CommandOut, EventPayload } from '../../runtime/contract/contract.ts';
import type { EngineContract } from '../../runtime/contract/engine-contract.ts';
import type { ClusterSettings } from './settings.ts';

/** What both ends of a connection said. */
export type ClusterTest = CommandOut<EngineContract, 'cluster.test'>;
/** A job in the list of a cluster. */
export type JobLink = CommandOut<EngineContract, 'cluster.jobs'>['jobs'][number];
/** What is told of watched jobs with each poll. */
export type ClusterNews = EventPayload<EngineContract, 'cluster.jobs'>;
/** Why something did not work. */
export type ClusterFailure = NonNullable<CommandOut<EngineContract, 'cluster.cancel'>['failure']>;

/** A savepoint of a job that was stopped here, to start it from again. */
export interface Savepoint {
  readonly path: string;
  readonly jobName: string;
  /** Statement of the script that started the job. */
  readonly statement: number;
  readonly atMs: number;
}

/** What is watched. */
export interface Watched {
  readonly viewId: string;
  readonly address: Pick<ClusterSettings, 'gateway' | 'rest'>;
  /** The text that the jobs are taken for. */
  readonly script: string;
  /** Which statement started which job; jobs that somebody else submitted have none. */
  readonly statements: ReadonlyMap<string, number>;
  /** Null until the first poll. */
  readonly news: ClusterNews | null;
}

interface ClusterState {
  readonly test: ClusterTest | 'testing' | null;
  /** The folder of the project as the cluster sees it; null: as it is here. */
  readonly root: string | null;
  /** Where the bundle lies that was built for this job; null: where it was exported to last. */
  readonly bundleFolder: string | null;
  readonly submission: {
    readonly isOn: boolean;
    readonly progress: string;
    readonly notes: readonly string[];
    readonly failure: ClusterFailure | null;
  };
  readonly list: { readonly jobs: readonly JobLink[]; readonly failure: ClusterFailure | null } | 'asking' | null;
  readonly watched: Watched | null;
  /** Jobs that are being stopped, and what is done to them. */
  readonly ending: ReadonlyMap<string, 'stopping' | 'cancelling'>;
  readonly endFailure: ClusterFailure | null;
  /** Newest first. */
  readonly savepoints: readonly Savepoint[];
}

/** A submission that is not under way. */
export const NO_SUBMISSION = { isOn: false, progress: '', notes: [], failure: null } as const;

/** The cluster. */
export const useCluster = create<ClusterState>(() => ({
  test: null,
  root: null,
  bundleFolder: null,
  submission: NO_SUBMISSION,
  list: null,
  watched: null,
  ending: new Map(),
  endFailure: null,
  savepoints: [],
}));

/** Whether jobs on a cluster are looked at. */
export function useIsRemote(): boolean {
  return useCluster((s) => s.watched !== null);
}

/** Whether the cluster does not answer, so that the figures are those from before. */
export function useIsAway(): boolean {
  return useCluster((s) => s.watched?.news?.away != null);
}

/** States of jobs that they do not leave any more. */
const ENDED: ReadonlySet<string> = new Set(['FINISHED', 'FAILED', 'CANCELED', 'SUSPENDED']);

/** Whether a job can still be stopped. */
export function isJobActive({ state }: Pick<JobLink, 'state'>): boolean {
  return !ENDED.has(state);
}

/** Whether rows flow in what is watched; null: nothing is. For what is painted a hundred times. */
export function useIsRemoteFlowing(): boolean | null {
  return useCluster((s) => {
    const news = s.watched?.news ?? null;
    if (s.watched === null) return null;
    return news !== null && news.away === null && news.jobs.some(({ state }) => state === 'RUNNING');
  });
}

const NO_DIAGNOSTICS: ClusterNews['diagnostics'] = [];

/** What made the watched jobs fail. */
export function useClusterDiagnostics(): ClusterNews['diagnostics'] {
  return useCluster((s) => s.watched?.news?.diagnostics ?? NO_DIAGNOSTICS);
}

const STORAGE_KEY = 'millrace.savepoints';
/** Kept of one project; older ones can still be typed in. */
const SAVEPOINT_COUNT_MAX = 5;

/** The savepoints of a project, from the window's own storage. */
export function readSavepoints(folder: string): Savepoint[] {
  return savepointsByFolder()[folder] ?? [];
}

/** Remembers a savepoint of a project. */
export function rememberSavepoint(folder: string, savepoint: Savepoint): void {
  const others = readSavepoints(folder).filter(({ path }) => path !== savepoint.path);
  const savepoints = [savepoint, ...others].slice(0, SAVEPOINT_COUNT_MAX);
  useCluster.setState({ savepoints });
  try {
    localStorage.setItem(STORAGE_KEY, JSON.stringify({ ...savepointsByFolder(), [folder]: savepoints }));
  } catch {
    // Storage may be full; the path was shown.
  }
}

function savepointsByFolder(): Record<string, Savepoint[]> {
  try {
    const parsed: unknown = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? '{}');
    if (typeof parsed !== 'object' || parsed === null) return {};
    return Object.fromEntries(
      Object.entries(parsed).map(([folder, list]) => [folder, Array.isArray(list) ? list.filter(isSavepoint) : []]),
    );
  } catch {
    return {};
  }
}

function isSavepoint(value: unknown): value is Savepoint {
  const { path, jobName, statement, atMs } = (value ?? {}) as Partial<Savepoint>;
  return (
    typeof path === 'string' && typeof jobName === 'string' && typeof statement === 'number' && typeof atMs === 'number'
  );
}
