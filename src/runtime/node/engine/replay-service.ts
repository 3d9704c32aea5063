/** The replays of one thread behind the engine contract: opened on a recording, moved, looked at as views. */
import * as path from 'node:path';
import { type Failure, ok, type Result } from '../../base/result.ts';
import type { CommandIn, CommandOut, EventPayload } from '../../contract/contract.ts';
import type { EngineContract } from '../../contract/engine-contract.ts';
import type { Moment } from '../../job/replay-moment.ts';
import type { FunctionHost } from '../../job/replay-script.ts';
import { ReplayView } from '../../job/replay-view.ts';
import type { DesignerRun } from '../../job/start-run.ts';
import type { Manifest } from '../../recording/format.ts';
import { loadRecording } from '../../recording/load-recording.ts';
import type { OrderedStore } from '../../seams/ordered-store.ts';
import { mutable } from '../host/mutable.ts';
import { NodeFiles } from '../host/node-files.ts';
import { nodeHost } from '../host/node-host.ts';

/** A recording that this thread has open. */
export interface OpenedRecording {
  readonly folder: string;
  readonly store: OrderedStore;
  /** The run of this thread that wrote it or still writes it; null for one of an earlier time. */
  readonly run: DesignerRun | null;
}

/** Where a service speaks to. */
export interface ReplaySeams {
  emit<K extends 'replay.moved' | 'run.broke'>(event: K, payload: EventPayload<EngineContract, K>): void;
  readonly functionHost: FunctionHost;
}

type Opened = CommandOut<EngineContract, 'replays.open'>;
type Moved = CommandOut<EngineContract, 'replays.seek'>;
type MomentMessage = NonNullable<Moved['moment']>;

/** A view, and what the recording under it said about itself when it was opened. */
export interface OpenedView {
  readonly view: ReplayView;
  readonly manifest: Manifest;
}

interface OpenReplay extends OpenedView {
  readonly replayId: string;
  readonly recording: OpenedRecording;
}

/** Opens a view of a recording, at its end or at a row. */
export async function openView(
  { folder, store, run }: OpenedRecording,
  row: number | null,
  functionHost: FunctionHost,
): Promise<Result<OpenedView>> {
  // What this very process has written needs no proof before its first use.
  const loaded = await loadRecording(store, { check: run === null ? 'all' : 'as used' });
  if (!loaded.ok) return loaded;
  const recording = loaded.value;
  const files = new NodeFiles(path.resolve(folder, recording.header.folder));
  const view = await ReplayView.open({ recording, files, host: nodeHost(), functionHost, run }, row);
  return view.ok ? ok({ view: view.value, manifest: recording.manifest }) : view;
}

/** Replays by id. */
export class ReplayService {
  readonly #seams: ReplaySeams;
  readonly #idPrefix: string;
  readonly #replays = new Map<string, OpenReplay>();
  #count = 0;

  /** `idPrefix` makes ids unique among threads. */
  constructor(seams: ReplaySeams, idPrefix: string) {
    this.#seams = seams;
    this.#idPrefix = idPrefix;
  }

  /** The view of a replay; null when there is none of that id. */
  view(replayId: string): ReplayView | null {
    return this.#replays.get(replayId)?.view ?? null;
  }

  /** Figures of a replay. */
  metrics(replayId: string): MomentMessage['metrics'] {
    return momentMessage(this.#open(replayId)).metrics;
  }

  /** Opens a replay. A run that goes on is paused by whoever asks, and what it did is written. */
  async open(recording: OpenedRecording, row: number | null): Promise<Opened> {
    await recording.run?.recorded();
    const opened = await openView(recording, row, this.#seams.functionHost);
    if (!opened.ok) return { moment: null, script: '', failure: failureMessage(opened.error) };
    this.#count += 1;
    const open: OpenReplay = { replayId: `${this.#idPrefix}-${this.#count}`, recording, ...opened.value };
    this.#replays.set(open.replayId, open);
    open.view.listen({
      moved: (moment) => this.#seams.emit('replay.moved', momentMessage(open, moment)),
      broke: (hit) => this.#seams.emit('run.broke', { runId: open.replayId, hit: mutable(hit) }),
    });
    return { moment: momentMessage(open), script: open.view.header.script, failure: null };
  }

  async seek({ replayId, row }: CommandIn<EngineContract, 'replays.seek'>): Promise<Moved> {
    const open = this.#open(replayId);
    return moved(open, await open.view.seek(row));
  }

  async step({ replayId, by }: CommandIn<EngineContract, 'replays.step'>): Promise<Moved> {
    const open = this.#open(replayId);
    return moved(open, await open.view.step(by));
  }

  /** Answers at once; where it goes is told by events. */
  play({ replayId, speed }: CommandIn<EngineContract, 'replays.play'>): Record<string, never> {
    const open = this.#open(replayId);
    void open.view.play(speed).then((played) => {
      // What stopped it is said where it stands: a replay that cannot go on stays there.
      if (!played.ok) this.#seams.emit('replay.moved', momentMessage(open));
    });
    return {};
  }

  async pause(replayId: string): Promise<Record<string, never>> {
    await this.#open(replayId).view.pause();
    return {};
  }

  close(replayId: string): Record<string, never> {
    this.#replays.get(replayId)?.view.close();
    this.#replays.delete(replayId);
    return {};
  }

  closeAll(): void {
    for (const replayId of [...this.#replays.keys()]) this.close(replayId);
  }

  #open(replayId: string): OpenReplay {
    const open = this.#replays.get(replayId);
    if (open === undefined) throw new Error(`There is no replay ${replayId}.`);
    return open;
  }
}

function moved(open: OpenReplay, result: Result<Moment | null>): Moved {
  if (!result.ok) return { moment: null, failure: failureMessage(result.error) };
  return { moment: result.value === null ? null : momentMessage(open, result.value), failure: null };
}

function momentMessage(open: OpenReplay, moment: Moment = open.view.moment()): MomentMessage {
  const { replayId, recording } = open;
  const { metrics, ...where } = mutable(moment);
  return {
    replayId,
    ...where,
    metrics: {
      runId: replayId,
      ...metrics,
      recording: recordingStatus(recording, open, moment.rowCount),
    },
  };
}

/** How a recording stands: as its writer says while there is one, else as it says itself. */
export function recordingStatus(
  { folder, run }: OpenedRecording,
  { view, manifest }: OpenedView,
  rowCount: number,
): NonNullable<MomentMessage['metrics']['recording']> {
  const writer = run?.recording ?? null;
  const notes = [...view.damage, ...(manifest.note === null ? [] : [manifest.note])];
  return {
    path: folder,
    sizeBytes: writer?.sizeBytes ?? manifest.sizeBytes,
    recordedRows: writer?.acknowledgedRows ?? rowCount,
    note: writer?.note ?? (notes.length === 0 ? null : notes.join(' ')),
  };
}

/** A failure for people, with what can be done. */
export function failureMessage({ message, retry }: Failure): { message: string; hint: string } {
  const hint = {
    now: 'Try again.',
    later: 'Try again when the cause is gone.',
    never: 'Run the script again to record it anew.',
  }[retry];
  return { message, hint };
}
