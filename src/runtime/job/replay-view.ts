/**
 * A replay as the designer moves through it: seek, step, play, pause, and everything that can be looked at in
 * between (`RunView`). Moves are cut into slices, so that commands are heard while one is under way; a newer
 * one overtakes it. Row `n` of `n` is the end: what follows the last row (an end of input, timers) included.
 */
import { ok, type Result } from '../base/result.ts';
import type { Host } from '../engine/scheduler.ts';
import type { RecordingHeader } from '../recording/format.ts';
import { type LoadedRecording, loadRecording, readChunkAt } from '../recording/load-recording.ts';
import { type AdvanceOptions, Replay } from '../recording/replay.ts';
import type { BuildJob } from '../recording/replayed-job.ts';
import type { WaypointLimits } from '../recording/waypoints.ts';
import type { Files } from '../seams/files.ts';
import type { BreakpointProblem, BreakpointTarget } from './breakpoints.ts';
import { DataflowView } from './dataflow-view.ts';
import { type Moment, momentOf } from './replay-moment.ts';
import { Pace } from './replay-pace.ts';
import { ReplayScout } from './replay-scout.ts';
import { type FunctionHost, type PlannedJob, RecordedScript } from './replay-script.ts';
import { ReplayWatch } from './replay-watch.ts';
import type {
  Breakpoint,
  BreakpointHit,
  NodeFigures,
  RunView,
  StateDescription,
  StatePageQuery,
  StatePageText,
  TapPage,
} from './run-view.ts';
import type { DesignerRun } from './start-run.ts';

/** A move gives the event loop back after this long. */
const SLICE_MS = 8;
/** Whoever watches a replay play is told this often where it stands: 30 times a second. */
const MOMENT_MS = 1000 / 30;

/** What a replay is opened on. */
export interface ReplaySource {
  readonly recording: LoadedRecording;
  /** Relative paths count from the folder that the header names. */
  readonly files: Files;
  readonly host: Host;
  /** Where recorded functions run; without it a recording that has some is refused. */
  readonly functionHost?: FunctionHost | null;
  /** The run that still writes this recording; what it adds is taken in before each move. */
  readonly run?: DesignerRun | null;
  /** Bounds of what it keeps to move quickly. */
  readonly waypoints?: WaypointLimits;
}

/** Hears of a replay that plays. */
export interface ReplayListener {
  /** Where it stands: while it plays up to thirty times a second, and when it stops. */
  moved(moment: Moment): void;
  /** A breakpoint stopped it. */
  broke(hit: BreakpointHit): void;
}

/** A dataflow with its view; both change with every restored checkpoint. */
interface Shown extends BreakpointTarget {
  readonly planned: PlannedJob;
  readonly view: DataflowView;
}

/** A replay that can be looked at. */
export class ReplayView implements RunView {
  readonly #source: ReplaySource;
  readonly #script: RecordedScript;
  readonly #replay: Replay;
  #listener: ReplayListener = { moved: () => {}, broke: () => {} };
  #endMs: number | null = null;
  #shown: Shown | null = null;
  /** Number of the newest command; one with another number gives up at its next breath. */
  #newest = 0;
  #underWay: Promise<unknown> = Promise.resolve();
  /** The row that the newest command goes to. */
  #goalRow = 0;
  #isPlaying = false;
  #wakePlayer: () => void = () => {};
  readonly #watch = new ReplayWatch();
  #isClosed = false;
  /** Moves that were asked for and are not over. */
  #moveCount = 0;
  readonly #scout: ReplayScout;

  private constructor(source: ReplaySource, script: RecordedScript, replay: Replay) {
    this.#source = source;
    this.#script = script;
    this.#replay = replay;
    this.#scout = new ReplayScout(source.host, replay, {
      isMoving: () => this.#moveCount > 0,
      moved: () => this.#underWay,
      // Not while the run goes on, which has the same thread.
      mayGo: () => !this.#isClosed && source.run?.status !== 'running',
    });
  }

  /** Opens a recording at its end, or at a row. Fails when a file is no longer what the run read, naming it. */
  static async open(source: ReplaySource, row: number | null = null): Promise<Result<ReplayView>> {
    const { recording, files } = source;
    const script = new RecordedScript(recording.header, source.functionHost ?? null);
    const build: BuildJob = (job, seams) => script.build(job, seams);
    const replay = await Replay.open(recording, build, files, source.waypoints);
    if (!replay.ok) return replay;
    const view = new ReplayView(source, script, replay.value);
    await view.#readEnd();
    const went = await view.seek(row ?? Number.MAX_SAFE_INTEGER);
    if (went.ok) return ok(view);
    await view.close();
    return went;
  }

  /** What was recorded: the script, the functions, the seed. */
  get header(): RecordingHeader {
    return this.#replay.recording.header;
  }

  /** What is damaged in the recording, a sentence each. */
  get damage(): readonly string[] {
    return this.#replay.damage;
  }

  listen(listener: ReplayListener): void {
    this.#listener = listener;
  }

  /** Goes to the moment right after row `row`; 0 is the beginning. Answers `null` when a newer command overtook it. */
  seek(row: number): Promise<Result<Moment | null>> {
    const goal = Math.max(0, Math.floor(row));
    this.#goalRow = goal;
    return this.#move((isCurrent) => this.#goTo(goal, isCurrent));
  }

  /** One input row forward or back, from where the newest command leads. */
  step(by: 1 | -1): Promise<Result<Moment | null>> {
    const from = this.#isPlaying ? this.#replay.row : this.#goalRow;
    return this.seek(Math.min(from, this.#replay.rowCount) + by);
  }

  /**
   * Plays on from here (from the beginning, at the end): `speed` 1 is the pace of the run's own clock but for
   * long gaps, 10 ten times that, `null` as fast as possible. Resolves when it stops: at the end, at a
   * breakpoint, or because another command came.
   */
  async play(speed: number | null): Promise<Result<void>> {
    const played = await this.#move((isCurrent) => this.#play(speed, isCurrent));
    return played.ok ? ok(undefined) : played;
  }

  /** Stops where it is. */
  async pause(): Promise<void> {
    await this.#move(async () => {
      this.#goalRow = this.#replay.row;
      return ok(undefined);
    });
  }

  /** Replaces all breakpoints; playing stops at them, seeking does not. Those with a problem are left out. */
  setBreakpoints(breakpoints: readonly Breakpoint[]): readonly BreakpointProblem[] {
    return this.#watch.set(breakpoints, this.#show());
  }

  /** Where the replay stands now; in the middle of a move, where that has come to. */
  moment(): Moment {
    const planned = this.#show()?.planned ?? null;
    return momentOf(this.#replay, { planned, isPlaying: this.#isPlaying, endMs: this.#endMs, nodes: this.figures() });
  }

  figures(): readonly NodeFigures[] {
    return this.#show()?.view.figures() ?? [];
  }

  readTap(nodeId: string, fromSequence: number, countMax: number): TapPage {
    return this.#show()?.view.readTap(nodeId, fromSequence, countMax) ?? NO_ROWS;
  }

  describeState(nodeId: string): readonly StateDescription[] {
    return this.#show()?.view.describeState(nodeId) ?? [];
  }

  async pageState(nodeId: string, stateId: string, query: StatePageQuery): Promise<StatePageText> {
    const shown = this.#show();
    return shown === null ? NO_STATE : shown.view.pageState(nodeId, stateId, query);
  }

  /** Ends what is under way; when it resolves, nothing reads the store any more, which is not this view's to close. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#shown?.view.close();
    await this.pause();
    await this.#scout.back();
    this.#replay.close();
  }

  /** Resolves when it stands still and everything that makes later moves quick is there. */
  async settled(): Promise<void> {
    while (this.#moveCount > 0 || this.#scout.isGoing) {
      await this.#underWay;
      await this.#scout.back();
    }
  }

  /** Runs a move after the one that it overtakes has given up. */
  async #move(task: (isCurrent: () => boolean) => Promise<Result<void>>): Promise<Result<Moment | null>> {
    this.#newest += 1;
    const number = this.#newest;
    const isCurrent = (): boolean => number === this.#newest;
    this.#wakePlayer();
    const before = this.#underWay;
    this.#moveCount += 1;
    const moved = (async (): Promise<Result<void>> => {
      await before;
      return isCurrent() ? task(isCurrent) : ok(undefined);
    })();
    // A move that throws is our bug and goes to who asked for it; the next one begins nevertheless.
    const over = (): void => this.#moveEnded();
    this.#underWay = moved.then(over, over);
    const result = await moved;
    if (!result.ok) return result;
    return ok(isCurrent() ? this.moment() : null);
  }

  #moveEnded(): void {
    this.#moveCount -= 1;
    if (this.#moveCount === 0) this.#scout.go();
  }

  async #goTo(row: number, isCurrent: () => boolean): Promise<Result<void>> {
    const grown = await this.#takeIn();
    if (!grown.ok) return grown;
    const replay = this.#replay;
    const options = { breathe: this.#breather(isCurrent) };
    const { dataflow, job } = replay;
    const went = await this.#leadTo(row, options, isCurrent);
    // Rows that were on show stay so where a checkpoint was restored that knows only the newest.
    const here = replay.dataflow;
    if (dataflow !== null && here !== null && here !== dataflow && job?.statement === replay.job?.statement) {
      for (const nodeId of here.nodeIds()) {
        const before = dataflow.tapOf(nodeId);
        if (before !== undefined) here.tapOf(nodeId)?.joinOlder(before);
      }
    }
    return went;
  }

  async #leadTo(
    row: number,
    options: Pick<AdvanceOptions, 'breathe'>,
    isCurrent: () => boolean,
  ): Promise<Result<void>> {
    const replay = this.#replay;
    if (row < replay.rowCount) return replay.seek(row, options);
    if (replay.isAtEnd) return ok(undefined);
    // From where it is, or from the last checkpoint.
    const near = replay.row < replay.rowCount - 1 ? await replay.seek(replay.rowCount - 1, options) : ok(undefined);
    return near.ok && isCurrent() ? replay.playToEnd(options) : near;
  }

  async #play(speed: number | null, isCurrent: () => boolean): Promise<Result<void>> {
    const grown = await this.#takeIn();
    if (!grown.ok) return grown;
    const replay = this.#replay;
    if (replay.isAtEnd) {
      const started = await replay.seek(0);
      if (!started.ok) return started;
    }
    const { clock } = this.#source.host;
    const pace = new Pace(clock.nowMs(), replay.row === 0 ? replay.nextTimeMs() : replay.nowMs, speed);
    this.#isPlaying = true;
    let toldMs = Number.NEGATIVE_INFINITY;
    const tell = (restMs: number): void => {
      const hostMs = clock.nowMs();
      if (Math.max(hostMs - toldMs, restMs) < MOMENT_MS) return;
      this.#listener.moved(this.moment());
      toldMs = hostMs;
    };
    try {
      while (isCurrent() && !replay.isAtEnd) {
        const hostMs = clock.nowMs();
        const untilMs = pace.recordedMs(hostMs);
        const nextMs = replay.nextTimeMs() ?? untilMs;
        if (nextMs > untilMs) {
          const wakeMs = pace.waitUntilMs(hostMs, nextMs);
          tell(wakeMs - hostMs);
          await this.#sleep(wakeMs);
          continue;
        }
        const went = await this.#playSlice(untilMs, hostMs + SLICE_MS);
        if (!went.ok) return went;
        if (this.#tellHit()) break;
        tell(0);
        await this.#nextTurn();
      }
      return ok(undefined);
    } finally {
      this.#isPlaying = false;
      this.#watch.stop();
      if (isCurrent()) this.#goalRow = replay.row;
      if (!this.#isClosed) this.#listener.moved(this.moment());
    }
  }

  /** Plays what happened up to `untilMs` of the run's clock, for as long as a slice lasts, or to a breakpoint. */
  async #playSlice(untilMs: number, sliceEndMs: number): Promise<Result<void>> {
    const replay = this.#replay;
    const { clock } = this.#source.host;
    const shouldStop = (): boolean => {
      const shown = this.#show();
      if (shown !== null) this.#watch.follow(shown);
      return this.#watch.isHit || (replay.nextTimeMs() ?? untilMs) > untilMs;
    };
    if (!shouldStop()) return replay.playToEnd({ shouldStop, breathe: () => clock.nowMs() < sliceEndMs });
    return ok(undefined);
  }

  #tellHit(): boolean {
    const shown = this.#show();
    const hit = shown === null ? null : this.#watch.take(shown, this.#replay.row);
    if (hit === null) return false;
    this.#isPlaying = false;
    this.#listener.broke(hit);
    return true;
  }

  /** Takes in what the run has added since. */
  async #takeIn(): Promise<Result<void>> {
    const { run } = this.#source;
    const { manifest, store } = this.#replay.recording;
    if (run === null || run === undefined || manifest.status !== 'running') return ok(undefined);
    await run.recorded();
    const loaded = await loadRecording(store, { check: 'as used' });
    if (!loaded.ok) return loaded;
    const extended = this.#replay.extend(loaded.value);
    if (extended.ok) await this.#readEnd();
    return extended;
  }

  /** The time of the last thing that was recorded. */
  async #readEnd(): Promise<void> {
    const { recording } = this.#replay;
    const last = recording.chunkCount === 0 ? null : await readChunkAt(recording, recording.chunkCount - 1);
    const { events } = (last?.ok === true ? last.value : null) ?? { events: [] };
    this.#endMs = events[events.length - 1]?.timeMs ?? null;
  }

  #breather(isCurrent: () => boolean): () => Promise<boolean> | boolean {
    const { clock } = this.#source.host;
    let sliceEndMs = clock.nowMs() + SLICE_MS;
    return () => {
      if (clock.nowMs() < sliceEndMs) return isCurrent();
      return this.#nextTurn().then(() => {
        sliceEndMs = clock.nowMs() + SLICE_MS;
        return isCurrent();
      });
    };
  }

  #nextTurn(): Promise<void> {
    return new Promise((resolve) => this.#source.host.defer(resolve));
  }

  /** Waits for the clock, or for a newer command. */
  #sleep(untilMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#source.host.clock.at(untilMs, resolve);
      this.#wakePlayer = () => {
        timer.dispose();
        this.#wakePlayer = () => {};
        resolve();
      };
    });
  }

  /** What is shown now; null when the script had nothing to run. */
  #show(): Shown | null {
    const { dataflow, job } = this.#replay;
    if (dataflow === null || job === null) return null;
    if (this.#shown?.dataflow === dataflow) return this.#shown;
    const planned = this.#script.planOf(job.statement);
    if (planned === null) return null;
    const { host } = this.#source;
    const view = new DataflowView({
      plan: planned.plan,
      dataflow,
      timeZone: planned.timeZone,
      nowMs: () => this.#replay.nowMs ?? 0,
      isOver: () => this.#replay.isAtEnd && this.#replay.recording.manifest.status !== 'running',
      host,
    });
    this.#shown?.view.close();
    this.#shown = { dataflow, planned, plan: planned.plan, timeZone: planned.timeZone, view };
    return this.#shown;
  }
}

const NO_ROWS: TapPage = { columns: [], rows: [], total: 0, retainedFrom: 0 };
const NO_STATE: StatePageText = { entries: [], matchCount: 0, entryCount: 0, sizeBytes: 0, isMoving: false };
