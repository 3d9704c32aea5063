/**
 * The scheduler: drives one dataflow from its sources, a slice at a time, and gives the host's event
 * loop back in between so that commands, taps and Ctrl+C are heard while rows flow.
 *
 * Which source is read next depends on row counts alone, never on time: sources take turns of
 * `TURN_ROW_COUNT` rows. Only the *length of a slice* looks at the clock, and that is invisible to results.
 */
import { assert, present } from '../base/assert.ts';
import type { Clock } from '../seams/clock.ts';
import { Alarm, CheckpointGate } from './checkpointer.ts';
import { type CutTurn, collectTurn } from './cut-turn.ts';
import type { Dataflow, DataflowSnapshot } from './dataflow.ts';
import { type EdgeBreakpoint, type EdgeHit, EdgeWatch } from './edge-watch.ts';
import type { RunStatus } from './metrics.ts';
import { isOutside, locate, OutsideFailure, unwrap } from './row-failure.ts';
import type { RunOptions } from './run-options.ts';
import type { RunRecorder } from './run-recorder.ts';
import type { RunningSource } from './running-node.ts';
import type { PollStatus } from './source.ts';
import { Stopwatch } from './stopwatch.ts';
import { TurnClock } from './turn-clock.ts';

/** Rows that a source may read before the next one has its turn. */
export const TURN_ROW_COUNT = 100;
/** A slice ends after this many rows … */
export const SLICE_ROW_COUNT_MAX = 1_000;
/** … or this much time: well under a frame, so that nothing waits noticeably. */
export const SLICE_MS_MAX = 5;

/** What the scheduler needs from its host. */
export interface Host {
  readonly clock: Clock;
  /** Runs `task` in a later turn of the event loop (never at once). */
  defer(task: () => void): void;
}

/** State of a run between two rows, as plain data. */
export interface RunSnapshot {
  /** Position of the source whose turn is next. */
  readonly turn: number;
  readonly dataflow: DataflowSnapshot;
}

/** A run of a dataflow. Starts paused; `resume` sets it going. */
export class Run {
  readonly dataflow: Dataflow;
  readonly #host: Host;
  readonly #onEnd: (run: Run) => void;
  readonly #clock: TurnClock;
  readonly #recorder: RunRecorder | null;
  readonly #gate: CheckpointGate;
  readonly #blocked = new Set<RunningSource>();
  #status: RunStatus = 'paused';
  readonly #watch: EdgeWatch;
  readonly #onHit: (hit: EdgeHit) => void;
  #turn = 0;
  /** A turn whose rows are fed one by one because edges are watched; what is left of it while a run rests in it. */
  #cutTurn: CutTurn | null = null;
  #sliceRowCount = 0;
  /** A breakpoint stopped the slice: it goes on where it was, without a look at the clock in between. */
  #isSliceCut = false;
  #isScheduled = false;
  #isInTurn = false;
  /** Asked to stop from inside a turn: the turn goes to its end first, so that a recording holds it whole. */
  #isStopping = false;
  readonly #alarm = new Alarm();
  #isOpen = false;
  readonly #active: Stopwatch;
  #failure: unknown = null;

  constructor(dataflow: Dataflow, host: Host, onEnd: (run: Run) => void, options: RunOptions = {}) {
    this.dataflow = dataflow;
    this.#host = host;
    this.#onEnd = onEnd;
    this.#active = new Stopwatch(host.clock);
    this.#clock = options.clock ?? new TurnClock(host.clock);
    this.#recorder = options.recorder ?? null;
    this.#gate = new CheckpointGate(options.checkpointer ?? null, (goOn, failure) => {
      this.#guard(() => {
        if (failure !== null) throw failure.error;
        // Who asked to stop meanwhile is heard first.
        if (this.#isStopping) this.#finishAs('stopped');
        else goOn();
      });
    });
    this.#onHit = options.onHit ?? (() => {});
    this.#watch = new EdgeWatch(dataflow);
  }

  get status(): RunStatus {
    return this.#status;
  }

  /** Why the run failed; null while it has not. State and taps stay readable. */
  get failure(): unknown {
    return this.#failure;
  }

  /** Time spent running, without pauses. */
  get elapsedMs(): number {
    return this.#active.elapsedMs;
  }

  /** Time of the run's own clock: that of the last turn. */
  get nowMs(): number {
    return this.#clock.nowMs();
  }

  /** Whether the run is over, in whatever way. */
  get hasEnded(): boolean {
    return this.#status === 'finished' || this.#status === 'failed' || this.#status === 'stopped';
  }

  resume(): void {
    if (this.#status !== 'paused') return;
    this.#status = 'running';
    this.#active.start();
    if (this.#guard(() => this.#open())) this.#schedule();
  }

  pause(): void {
    if (this.#status !== 'running') return;
    this.#active.stop();
    this.#status = 'paused';
  }

  /** Replaces all breakpoints. They change neither the order of rows nor any result, only where the run rests. */
  setBreakpoints(breakpoints: readonly EdgeBreakpoint[]): void {
    assert(!this.#isInTurn, 'breakpoints change between two rows');
    this.#watch.set(breakpoints);
  }

  /** Reads one more row of a paused run and lets it go through the whole graph. */
  step(): void {
    if (this.#status !== 'paused' || this.#gate.isClosed) return;
    this.#guard(() => {
      this.#open();
      const before = this.dataflow.rowsEntered;
      if (this.#cutTurn === null) this.#fireTimers();
      else {
        this.#finishCutTurn(1);
        if (this.#cutTurn === null) this.#recorder?.betweenTurns();
      }
      while (this.dataflow.rowsEntered === before && !this.#watch.isHit) {
        const source = this.#nextSource();
        if (source === null) {
          this.#endIfExhausted();
          break;
        }
        this.#poll(source, 1);
        this.#recorder?.betweenTurns();
      }
      this.#restAtHit();
    });
  }

  stop(): void {
    if (this.hasEnded) return;
    if (this.#isInTurn || this.#gate.isClosed) this.#isStopping = true;
    else this.#finishAs('stopped');
  }

  /** The whole state between two rows: the dataflow's, and whose turn it is. */
  snapshot(): RunSnapshot {
    assert(this.#cutTurn === null, 'a snapshot is taken between two turns');
    return { turn: this.#turn, dataflow: this.dataflow.snapshot() };
  }

  /** Goes on from a snapshot; only before the first row was read. */
  restore(snapshot: RunSnapshot): void {
    assert(!this.#isOpen, 'a snapshot is restored before the run begins');
    this.#turn = snapshot.turn;
    this.dataflow.restore(snapshot.dataflow);
  }

  #open(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    const openMs = this.#clock.advance();
    for (const source of this.dataflow.sources) {
      if (source.hasEnded) continue;
      const opened = source.reader.open(() => {
        this.#blocked.delete(source);
        this.#schedule();
      });
      // Named like a failure while reading, so that the card of the source shows it.
      if (!opened.ok) throw locate(new OutsideFailure(opened.error), source.id, null);
    }
    this.#recorder?.opened(openMs);
  }

  #schedule(): void {
    if (this.#status !== 'running' || this.#isScheduled || this.#gate.isClosed) return;
    this.#isScheduled = true;
    const wait = this.#recorder?.waitFor() ?? this.dataflow.waitFor();
    if (wait !== null) {
      // The recorder's store, or the outside world, is slower than the run: going on would only fill the memory.
      void wait.then(() => {
        this.#isScheduled = false;
        this.#schedule();
      });
      return;
    }
    this.#host.defer(() => {
      this.#isScheduled = false;
      if (this.#status === 'running' && !this.#gate.isClosed) this.#guard(() => this.#slice());
    });
  }

  #slice(): void {
    const clock = this.#host.clock;
    const startMs = clock.nowMs();
    if (!this.#isSliceCut) {
      this.#sliceRowCount = 0;
      this.#fireTimers();
    }
    this.#isSliceCut = this.#restAtHit();
    if (this.#isSliceCut) return;
    while (this.#sliceRowCount < SLICE_ROW_COUNT_MAX) {
      if (this.#cutTurn === null) {
        const source = this.#nextSource();
        if (source === null) break;
        this.#poll(source, TURN_ROW_COUNT);
      } else this.#finishCutTurn();
      if (this.#cutTurn === null) {
        this.#sliceRowCount += TURN_ROW_COUNT;
        this.#recorder?.betweenTurns();
      }
      if (this.#isStopping) break;
      this.#isSliceCut = this.#restAtHit();
      if (this.#isSliceCut) return;
      if (clock.nowMs() - startMs >= SLICE_MS_MAX || this.#gate.nextMs() <= this.#clock.nowMs()) break;
    }
    if (this.#endIfExhausted()) return;
    if (this.#isStopping) {
      this.#finishAs('stopped');
      return;
    }
    if (this.#cutTurn === null && this.#gate.takeIfDue(this.#clock.nowMs(), () => this.#schedule())) return;
    if (this.#blocked.size < this.#openSourceCount()) this.#schedule();
    this.#setAlarm();
  }

  /** Rests if a breakpoint was hit since it was last asked. */
  #restAtHit(): boolean {
    const hit = this.#watch.take();
    if (hit === null || this.hasEnded) return false;
    this.pause();
    this.#onHit(hit);
    return true;
  }

  #openSourceCount(): number {
    let count = 0;
    for (const source of this.dataflow.sources) if (!source.hasEnded) count += 1;
    return count;
  }

  /** The next source in turn that is neither at its end nor blocked. */
  #nextSource(): RunningSource | null {
    const sources = this.dataflow.sources;
    for (let i = 0; i < sources.length; i++) {
      const source = sources[(this.#turn + i) % sources.length] as RunningSource;
      if (source.hasEnded || this.#blocked.has(source)) continue;
      this.#turn = (this.#turn + i + 1) % sources.length;
      return source;
    }
    return null;
  }

  #poll(source: RunningSource, rowCountMax: number): void {
    // Blocked until proven otherwise: `wake` may come from inside `poll` and must not be lost.
    this.#blocked.add(source);
    const timeMs = this.#clock.advance();
    this.dataflow.turnBegins(timeMs);
    if (this.#watch.isActive) {
      this.#cutTurn = collectTurn(source, rowCountMax);
      if (this.#cutTurn.status !== 'blocked') this.#blocked.delete(source);
      this.#finishCutTurn();
      return;
    }
    this.#isInTurn = true;
    try {
      const status = this.#read(source, rowCountMax, timeMs);
      if (status !== 'blocked') this.#blocked.delete(source);
      if (status === 'end') source.end();
    } finally {
      this.#isInTurn = false;
    }
  }

  #read(source: RunningSource, rowCountMax: number, timeMs: number): PollStatus {
    const recorder = this.#recorder;
    const before = source.output.rowCount;
    try {
      const output = recorder?.turnBegins(this.dataflow.sources.indexOf(source), source, timeMs) ?? source.output;
      const status = unwrap(source.reader.poll(output, rowCountMax));
      recorder?.turnEnds(source.output.rowCount - before, status);
      return status;
    } catch (error) {
      recorder?.turnEnds(source.output.rowCount - before, 'failed');
      // What an operator threw says so already; anything else came up while reading.
      throw locate(error, source.id, null);
    }
  }

  /**
   * Lets up to `rowCountMax` rows of the cut turn through, fewer when a breakpoint is hit. All of the turn
   * happens at one reading of the clock; a recording sees it as several turns at the same time, which
   * replay to the same.
   */
  #finishCutTurn(rowCountMax = Number.POSITIVE_INFINITY): void {
    const turn = present(this.#cutTurn, 'cut turn');
    const { source, rows } = turn;
    const recorder = this.#recorder;
    const before = source.output.rowCount;
    const entered = (): number => source.output.rowCount - before;
    this.#isInTurn = true;
    try {
      const index = this.dataflow.sources.indexOf(source);
      const output = recorder?.turnBegins(index, source, this.#clock.nowMs()) ?? source.output;
      const isCut = (): boolean => this.#watch.isHit || entered() >= rowCountMax;
      while (turn.next < rows.length && !isCut()) {
        const { kind, row } = rows[turn.next] as CutTurn['rows'][number];
        turn.next += 1;
        output.processRow(kind, row);
      }
      // What follows the last row (an end of input, a failure to read on) is not part of its moment.
      if (isCut() && (turn.next < rows.length || turn.status === 'end' || turn.status === 'failed')) {
        recorder?.turnEnds(entered(), 'more');
        return;
      }
      this.#cutTurn = null;
      if (turn.status === 'failed') throw turn.error;
      recorder?.turnEnds(entered(), turn.status);
    } catch (error) {
      this.#cutTurn = null;
      recorder?.turnEnds(entered(), 'failed');
      throw locate(error, source.id, null);
    } finally {
      this.#isInTurn = false;
    }
    if (turn.status === 'end') source.end();
  }

  /** Timers of the clock that are due, all at one reading of it. */
  #fireTimers(): void {
    const nowMs = this.#clock.advance();
    if (this.dataflow.nextProcessingTimerMs() > nowMs) return;
    this.#recorder?.timersDue(nowMs);
    this.dataflow.turnBegins(nowMs);
    this.dataflow.fireProcessingTimers(nowMs);
  }

  #endIfExhausted(): boolean {
    if (this.#openSourceCount() > 0) return false;
    this.#gate.finish(this.#clock.nowMs(), () => this.#settle());
    return true;
  }

  /** What was written may still be on its way. */
  #settle(): void {
    const settling = this.dataflow.settle();
    if (settling === null) this.#finishAs('finished');
    else this.#gate.holdFor(settling, () => this.#finishAs('finished'));
  }

  #setAlarm(): void {
    const nextMs = Math.min(this.dataflow.nextProcessingTimerMs(), this.#gate.nextMs());
    this.#alarm.set(nextMs < Number.POSITIVE_INFINITY ? this.#host.clock.at(nextMs, () => this.#schedule()) : null);
  }

  #guard(task: () => void): boolean {
    try {
      task();
      return true;
    } catch (error) {
      if (this.hasEnded) throw error;
      this.#failure = error;
      // What came behind the last wanted row is nobody's failure.
      this.#finishAs(this.#isStopping ? 'stopped' : 'failed');
      return false;
    }
  }

  #finishAs(status: RunStatus): void {
    assert(!this.hasEnded, 'a run ends once');
    this.#active.stop();
    this.#status = status;
    this.#alarm.set(null);
    this.#recorder?.ended(status, isOutside(this.#failure));
    try {
      this.dataflow.close();
    } catch (error) {
      // Closing after a failure may fail for the same reason; the first reason is the one to tell.
      this.#failure ??= error;
    }
    this.#onEnd(this);
  }
}
