/**
 * What is looked at. The window shows one view at a time: the run, or a replay that stands at a moment
 * of a recording. Cards, rows and state all read the same one, by its id; `replay.ts` moves it.
 */
import type * as z from 'zod/mini';
import { create } from 'zustand';
import type { momentShape } from '../../runtime/contract/engine-contract.ts';
import { useIsRemote, useIsRemoteFlowing } from './cluster.ts';
import { useRun } from './run.ts';

/** A moment of a recording. */
export type Moment = z.infer<typeof momentShape>;

/** Speed of a replay: as the run went, ten times that, or (null) as fast as possible. */
export type ReplaySpeed = 1 | 10 | null;

/** A recording on the disk that was opened. */
export interface OpenedRecording {
  readonly path: string;
  /** The script that it is a recording of; may differ from the text in the window. */
  readonly script: string;
}

/** Why the time bar could not do what was asked. */
export interface ReplayFailure {
  readonly message: string;
  readonly hint: string;
}

interface ViewState {
  /** Where the replay stands; null while the run itself is looked at. */
  readonly moment: Moment | null;
  /** Set when the replay is of a recording on the disk and not of the run in the window. */
  readonly opened: OpenedRecording | null;
  /** Where the thumb was put; the moment follows. Null when it has arrived. */
  readonly wantedRow: number | null;
  /** A recording is being opened. */
  readonly isOpening: boolean;
  readonly speed: ReplaySpeed;
  readonly failure: ReplayFailure | null;
}

/** The run itself is looked at. */
export const LIVE = { moment: null, opened: null, wantedRow: null, isOpening: false, failure: null } as const;

/** The view. */
export const useView = create<ViewState>(() => ({ ...LIVE, speed: 1 }));

/** Id to read rows and state with: that of the run or of the replay; null before the first run and of a cluster. */
export function useViewId(): string | null {
  const isRemote = useIsRemote();
  const viewId = useRun((s) => s.viewId);
  return isRemote ? null : viewId;
}

/** Where the replay stands that is looked at; null while it is the run itself. */
export function useMoment(): Moment | null {
  return useView((s) => s.moment);
}

/** Whether the past is looked at. For what is painted a hundred times: the answer rarely changes. */
export function useIsPast(): boolean {
  return useView((s) => s.moment !== null);
}

/** Whether rows flow in what is looked at. */
export function useIsFlowing(): boolean {
  const isPlaying = useView((s) => (s.moment === null ? null : s.moment.isPlaying));
  const isRunning = useRun((s) => s.status === 'running');
  const isRemoteFlowing = useIsRemoteFlowing();
  return isRemoteFlowing ?? isPlaying ?? isRunning;
}
