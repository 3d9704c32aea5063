/**
 * The designer's run: all INSERT and SELECT statements of a script as one dataflow, with a tap on every
 * canvas node. Sources are read once for all statements, so the canvas shows one stream of rows.
 */
import type { Diagnostic } from '../base/diagnostic.ts';
import type { Dataflow } from '../engine/dataflow.ts';
import type { EdgeHit } from '../engine/edge-watch.ts';
import type { RunStatus } from '../engine/metrics.ts';
import type { RunRecorder } from '../engine/run-recorder.ts';
import { type Host, Run, type RunSnapshot } from '../engine/scheduler.ts';
import { Trace } from '../engine/trace.ts';
import { TurnClock } from '../engine/turn-clock.ts';
import type { RecordingWriter } from '../recording/recording-writer.ts';
import { WatchedFiles } from '../recording/watched-files.ts';
import type { FunctionLibrary, FunctionRuntime } from '../udf/function-library.ts';
import { type BreakpointProblem, compileBreakpoints, hitText } from './breakpoints.ts';
import { buildDataflow } from './build-dataflow.ts';
import { DataflowView } from './dataflow-view.ts';
import { type PlannedScript, planScript } from './plan-script.ts';
import { buildDiagnostic, failureDiagnostic } from './run-failure.ts';
import type { ScriptSeams } from './run-script.ts';
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

/** Either a run that is about to start (paused), or what is wrong with the script. */
export type StartedRun =
  | { readonly run: DesignerRun; readonly diagnostics: readonly Diagnostic[] }
  | { readonly run: null; readonly diagnostics: readonly Diagnostic[] };

/** What a run may be given beside its script and the outside world. */
export interface StartOptions {
  /** Declarations of the TypeScript functions in the script; without it there are none. */
  readonly library?: FunctionLibrary | null;
  /** Their code, and where it runs. */
  readonly functionRuntime?: FunctionRuntime | null;
  /** Writes the recording. Its header says `planned: 'whole'` and has the script, the seed and the functions. */
  readonly recorder?: RecordingWriter | null;
  readonly breakpoints?: readonly Breakpoint[];
  /** Hashes all edges. */
  readonly trace?: Trace | null;
}

/** Makes the run of a script, or of its plan. Nothing flows before `resume`. */
export function startRun(script: string | PlannedScript, seams: ScriptSeams, options: StartOptions = {}): StartedRun {
  const { planned, diagnostics } =
    typeof script === 'string'
      ? planScript(script, options.library ?? null)
      : { planned: script, diagnostics: script.diagnostics };
  if (planned === null) return { run: null, diagnostics };
  const clock = new TurnClock(seams.host.clock);
  const recorder = options.recorder ?? null;
  const recorded = recorder === null ? null : { files: new WatchedFiles(seams.files), trace: new Trace() };
  const buildMs = clock.nowMs();
  const built = buildDataflow({
    plan: planned.plan,
    seams: {
      files: recorded?.files ?? seams.files,
      clock,
      random: seams.random,
      printLine: seams.printLine,
      ...(seams.brokers === undefined ? {} : { brokers: seams.brokers }),
      ...(seams.registries === undefined ? {} : { registries: seams.registries }),
      timeZone: planned.timeZone,
    },
    ...planned.settings,
    trace: options.trace ?? null,
    endTrace: recorded?.trace ?? null,
    onQueryRow: () => {},
    functionRuntime: options.functionRuntime ?? null,
  });
  if (!built.ok) return { run: null, diagnostics: [...diagnostics, buildDiagnostic(built.error, planned)] };
  const dataflow = built.value;
  let runRecorder: RunRecorder | null = null;
  if (recorder !== null && recorded !== null)
    runRecorder = recorder.beginJob({
      statement: WHOLE_SCRIPT,
      buildMs,
      dataflow,
      clock: seams.host.clock,
      ...recorded,
    });
  const run = new DesignerRun({ planned, dataflow, host: seams.host, clock, writer: recorder, recorder: runRecorder });
  run.setBreakpoints(options.breakpoints ?? []);
  return { run, diagnostics };
}

/** The number of the statement in a recording of a whole script. */
const WHOLE_SCRIPT = 0;

/** What a run is made of. */
interface RunParts {
  readonly planned: PlannedScript;
  readonly dataflow: Dataflow;
  readonly host: Host;
  readonly clock: TurnClock;
  readonly writer: RecordingWriter | null;
  readonly recorder: RunRecorder | null;
}

/** A run as the designer sees it: by canvas node. */
export class DesignerRun implements RunView {
  readonly #run: Run;
  readonly #planned: PlannedScript;
  readonly #dataflow: Dataflow;
  readonly #view: DataflowView;
  readonly #writer: RecordingWriter | null;
  #breakpoints: readonly Breakpoint[] = [];
  #recorded: Promise<void> = Promise.resolve();
  #onEnd: (run: DesignerRun) => void = () => {};
  #onBreak: (hit: BreakpointHit) => void = () => {};

  constructor({ planned, dataflow, host, clock, writer, recorder }: RunParts) {
    this.#planned = planned;
    this.#dataflow = dataflow;
    this.#writer = writer;
    this.#run = new Run(dataflow, host, () => this.#ended(), {
      clock,
      recorder,
      onHit: (hit) => {
        // Who goes back from here, or loses the process while it rests, finds all of it.
        void this.#writer?.flush();
        this.#onBreak(this.#hit(hit));
      },
    });
    this.#view = new DataflowView({
      plan: planned.plan,
      dataflow,
      timeZone: planned.timeZone,
      // A run that rests shows the rates that it had when it came to rest.
      nowMs: () => (this.status === 'running' ? host.clock.nowMs() : this.#run.nowMs),
      isOver: () => this.hasEnded,
      host,
    });
  }

  /** Called once when the run has ended, however. */
  onEnd(listener: (run: DesignerRun) => void): void {
    this.#onEnd = listener;
  }

  /** Called when a breakpoint was hit; the run then rests right after the row that did it. */
  onBreak(listener: (hit: BreakpointHit) => void): void {
    this.#onBreak = listener;
  }

  get status(): RunStatus {
    return this.#run.status;
  }

  get hasEnded(): boolean {
    return this.#run.hasEnded;
  }

  get elapsedMs(): number {
    return this.#run.elapsedMs;
  }

  resume(): void {
    this.#run.resume();
  }

  pause(): void {
    if (this.#run.status !== 'running') return;
    this.#run.pause();
    void this.#writer?.flush();
  }

  step(): void {
    this.#run.step();
  }

  stop(): void {
    this.#run.stop();
  }

  /** The whole state between two rows, as plain data. */
  snapshot(): RunSnapshot {
    return this.#run.snapshot();
  }

  /** Goes on from a snapshot of the same script; only before the run has begun. */
  restore(snapshot: RunSnapshot): void {
    this.#run.restore(snapshot);
  }

  /** Replaces all breakpoints. Those with a problem are left out. */
  setBreakpoints(breakpoints: readonly Breakpoint[]): readonly BreakpointProblem[] {
    const { compiled, problems } = compileBreakpoints(breakpoints, this.#target());
    this.#breakpoints = breakpoints;
    this.#run.setBreakpoints(compiled);
    return problems;
  }

  /** Why the run failed, as diagnostics; empty otherwise. */
  diagnostics(): readonly Diagnostic[] {
    if (this.#run.status !== 'failed') return [];
    return [failureDiagnostic(this.#run.failure, this.#dataflow, this.#planned)];
  }

  /** Input rows that have gone through the graph: the moment at which the run is. */
  rowsRead(): number {
    return this.#dataflow.rowsEntered;
  }

  /** Share of the input read, 0 to 1; null when some input has no end. */
  fraction(): number | null {
    let least: number | null = 1;
    for (const source of this.#dataflow.sources) {
      const { fraction } = source.reader.progress();
      least = fraction === null || least === null ? null : Math.min(least, source.hasEnded ? 1 : fraction);
    }
    return least;
  }

  /** The recording that is written; `null` when the run is not recorded. */
  get recording(): RecordingWriter | null {
    return this.#writer;
  }

  /** Resolves when all that the run did so far is in its recording: after the end, the whole of it. */
  async recorded(): Promise<void> {
    if (this.hasEnded) await this.#recorded;
    else await this.#writer?.flush();
  }

  figures(): readonly NodeFigures[] {
    return this.#view.figures();
  }

  readTap(nodeId: string, fromSequence: number, countMax: number): TapPage {
    return this.#view.readTap(nodeId, fromSequence, countMax);
  }

  describeState(nodeId: string): readonly StateDescription[] {
    return this.#view.describeState(nodeId);
  }

  pageState(nodeId: string, stateId: string, query: StatePageQuery): Promise<StatePageText> {
    return this.#view.pageState(nodeId, stateId, query);
  }

  #target() {
    return { plan: this.#planned.plan, dataflow: this.#dataflow, timeZone: this.#planned.timeZone };
  }

  #hit(hit: EdgeHit): BreakpointHit {
    return hitText(hit, this.#breakpoints, this.#target(), this.rowsRead());
  }

  #ended(): void {
    this.#recorded = this.#writer?.finish(this.status) ?? Promise.resolve();
    this.#onEnd(this);
  }
}
