/**
 * One run with its recording, and the replays of recordings, behind the engine contract: what a worker thread
 * serves. Figures of a run are told while it is active; everything else is answered when asked.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { assert, present } from '../../base/assert.ts';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { registriesWithSecrets } from '../../connections/registry-secrets.ts';
import { brokersWithSecrets } from '../../connections/secrets.ts';
import type { CommandIn, CommandOut, EventPayload, Service } from '../../contract/contract.ts';
import type { EngineContract } from '../../contract/engine-contract.ts';
import { planScript } from '../../job/plan-script.ts';
import { type FunctionHost, libraryOf } from '../../job/replay-script.ts';
import type { RunView } from '../../job/run-view.ts';
import { type DesignerRun, startRun } from '../../job/start-run.ts';
import { DEFAULT_RECORDING_LIMITS, RecordingWriter } from '../../recording/recording-writer.ts';
import type { OrderedStore } from '../../seams/ordered-store.ts';
import { SeededRandom } from '../../seams/seeded-random.ts';
import type { CompiledFunction, FunctionRuntime } from '../../udf/function-library.ts';
import { leavingElsewhere } from '../cluster/commands-elsewhere.ts';
import { DeferredStore } from '../host/deferred-store.ts';
import { LevelStore } from '../host/level-store.ts';
import { mutable } from '../host/mutable.ts';
import { NodeFiles } from '../host/node-files.ts';
import { nodeHost } from '../host/node-host.ts';
import { kafkaBrokers } from '../kafka/kafka-client.ts';
import { schemaRegistries } from '../kafka/schema-registry.ts';
import { connectionsElsewhere } from './connection-answers.ts';
import { readTapSoon } from './read-tap-soon.ts';
import {
  failureMessage,
  type OpenedRecording,
  type OpenedView,
  openView,
  ReplayService,
  recordingStatus,
} from './replay-service.ts';
import { CHUNK_MS_WITH_FUNCTIONS } from './run-limits.ts';
import { diagnosticMessage, type ViewMetrics, type WorkerOrder, type WorkerReport } from './worker-messages.ts';

/** Figures are sent this often while a run is active. */
const METRICS_INTERVAL_MS = 100;
/** And this long after the start: who shows rows hears early that there are more. */
const FIRST_METRICS_MS = 40;

/** Where a service speaks to. */
export interface RunServiceSeams {
  emit<K extends keyof EngineContract['events']>(event: K, payload: EventPayload<EngineContract, K>): void;
  tell(report: WorkerReport): void;
  /** Where functions run, and who watches them. */
  readonly functionHost: FunctionHost;
  /** Beginning of the ids of this thread's replays. */
  readonly replayPrefix: string;
}

interface LiveRun {
  readonly runId: string;
  readonly run: DesignerRun;
  /** Real folder and database of the recording; null when there is none. */
  readonly recording: { readonly folder: string; readonly store: OrderedStore } | null;
  timers: NodeJS.Timeout[];
}

/** A run whose thread died, as its recording has it. */
interface ReopenedRun extends OpenedView {
  readonly runId: string;
  readonly recording: OpenedRecording;
  readonly last: ViewMetrics;
}

type StartParams = CommandIn<EngineContract, 'runs.start'>;
type StartResult = CommandOut<EngineContract, 'runs.start'>;

/** The runs and the replays of one thread. */
export class RunService {
  readonly #seams: RunServiceSeams;
  readonly #replays: ReplayService;
  #order: Extract<WorkerOrder, { readonly kind: 'run' }> | null = null;
  /** The run under way and ended ones, one after the other: code that is warm is fast. */
  readonly #runs = new Map<string, LiveRun>();
  #closing: Promise<void> | null = null;
  /** Settles when the run stands again; its failure is that of the recording. */
  #reopened: Promise<Result<ReopenedRun>> | null = null;
  /** A recording of an earlier time, open or being opened. */
  #opened: { readonly folder: string; readonly recording: Promise<Result<OpenedRecording>> } | null = null;

  constructor(seams: RunServiceSeams) {
    this.#seams = seams;
    this.#replays = new ReplayService(seams, seams.replayPrefix);
  }

  /** What the thread is for. */
  obey(order: Exclude<WorkerOrder, { readonly kind: 'close' }>): void {
    if (order.kind === 'run') this.#order = order;
    else if (order.kind === 'forget') void this.#forget(order.runId);
    else {
      this.#reopened = this.#reopen(order);
      void this.#reopened.then((reopened) => {
        if (!reopened.ok) this.#seams.tell({ kind: 'not-reopened', message: reopened.error.message });
      });
    }
  }

  /** The handlers of the commands that concern views; the supervisor answers the others. */
  handlers(): Service<EngineContract> {
    const notHere = (): never => {
      throw new Error('The supervisor answers this.');
    };
    return {
      'runs.start': (params) => this.#start(params),
      'runs.pause': ({ runId }) => this.#with(runId, (live) => live.run.pause()),
      'runs.resume': ({ runId }) => this.#with(runId, (live) => this.#resume(live)),
      'runs.step': ({ runId }) => this.#with(runId, (live) => live.run.step()),
      'runs.stop': ({ runId }) => this.#with(runId, (live) => live.run.stop()),
      'runs.metrics': ({ runId }) => this.#metricsOf(runId),
      'breakpoints.set': ({ runId, breakpoints }) => {
        const view = this.#replays.view(runId) ?? this.#run(runId).run;
        const problems = view.setBreakpoints(breakpoints);
        return {
          problems: problems.map(({ breakpointId, diagnostic }) => ({
            breakpointId,
            diagnostic: diagnosticMessage(diagnostic),
          })),
        };
      },
      'taps.read': async (params) =>
        mutable(
          await readTapSoon(await this.#view(params.runId), params, () => this.#runs.get(params.runId)?.run.hasEnded),
        ),
      'state.describe': async ({ runId, nodeId }) =>
        mutable({ states: (await this.#view(runId)).describeState(nodeId) }),
      'state.page': async ({ runId, nodeId, stateId, ...query }) =>
        mutable(await (await this.#view(runId)).pageState(nodeId, stateId, query)),
      'replays.open': (params) => this.#openReplay(params),
      'replays.seek': (params) => this.#replays.seek(params),
      'replays.step': (params) => this.#replays.step(params),
      'replays.play': (params) => this.#replays.play(params),
      'replays.pause': ({ replayId }) => this.#replays.pause(replayId),
      'replays.close': ({ replayId }) => this.#replays.close(replayId),
      'recordings.list': notHere,
      'recordings.delete': notHere,
      ...connectionsElsewhere(notHere),
      ...leavingElsewhere(notHere),
      'functions.check': notHere,
      'plans.explain': notHere,
    };
  }

  /** Ends what runs; resolves when all recordings are whole. Asked twice, it is done once. */
  close(): Promise<unknown> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  async #closeAll(): Promise<void> {
    this.#replays.closeAll();
    await Promise.all([...this.#runs.keys()].map((runId) => this.#forget(runId)));
  }

  async #forget(runId: string): Promise<void> {
    const live = this.#runs.get(runId);
    // One that was reopened has nothing to close: its recording stays for the replays on it.
    if (live === undefined) return;
    this.#runs.delete(runId);
    for (const timer of live.timers) clearInterval(timer);
    live.timers = [];
    live.run.onEnd(() => {});
    live.run.stop();
    await live.run.recorded();
    await live.recording?.store.close();
  }

  async #start(params: StartParams): Promise<StartResult> {
    const { runId, functions, recordingFolder, secrets } = present(this.#order, 'order of a run');
    assert(
      [...this.#runs.values()].every((live) => live.run.hasEnded),
      'runs of a thread follow each other',
    );
    const refused = (diagnostics: readonly Diagnostic[]): StartResult => ({
      runId: null,
      diagnostics: diagnostics.map(diagnosticMessage),
    });
    const { planned, diagnostics } = planScript(params.script, libraryOf(functions));
    if (planned === null) return refused(diagnostics);
    const host = nodeHost();
    const folder = params.folder === '' ? process.cwd() : path.resolve(params.folder);
    const seed = params.seed ?? 0;
    let recording: LiveRun['recording'] = null;
    const made = recordingFolder === null ? null : LevelStore.create(recordingFolder);
    if (recordingFolder !== null && made !== null) {
      recording = { folder: recordingFolder, store: new DeferredStore(made) };
      // User code may hang in its first call, and then it would never come to be.
      if (functions.length > 0) await made;
    }
    const writer =
      recording === null
        ? null
        : new RecordingWriter(
            recording.store,
            {
              script: params.script,
              functions,
              seed,
              planned: 'whole',
              folder: path.relative(recording.folder, folder),
              startMs: host.clock.nowMs(),
            },
            {
              ...DEFAULT_RECORDING_LIMITS,
              sizeBytesMax: params.recording?.sizeBytesMax ?? DEFAULT_RECORDING_LIMITS.sizeBytesMax,
              ...(functions.length === 0 ? {} : { chunkMs: CHUNK_MS_WITH_FUNCTIONS }),
            },
          );
    const started = startRun(
      planned,
      {
        host,
        files: new NodeFiles(folder),
        random: new SeededRandom(seed),
        printLine: () => {},
        brokers: brokersWithSecrets(kafkaBrokers(), secrets),
        registries: registriesWithSecrets(schemaRegistries(), secrets),
      },
      {
        library: libraryOf(functions),
        functionRuntime: functions.length === 0 ? null : this.#functionRuntime(functions),
        recorder: writer,
        breakpoints: params.breakpoints ?? [],
      },
    );
    if (started.run === null) {
      await recording?.store.close();
      // It holds nothing but the beginning of what never was. A folder that could not be made is not ours.
      if (recordingFolder !== null && (await made)?.ok === true)
        fs.rmSync(recordingFolder, { recursive: true, force: true });
      return refused(started.diagnostics);
    }
    // Neither would what says whose recording it is, and without that it never opens.
    if (functions.length > 0) await writer?.flush();
    const live: LiveRun = { runId, run: started.run, recording, timers: [] };
    this.#runs.set(runId, live);
    live.run.onEnd(() => this.#ended(live));
    live.run.onBreak((hit) => this.#seams.emit('run.broke', { runId, hit: mutable(hit) }));
    // After the answer: the client must know the run's name before it hears of it.
    if (params.paused !== true)
      setImmediate(() => {
        // A function that never comes back lets nothing be sent: figures come once before the first row.
        if (functions.length > 0) this.#seams.emit('run.metrics', this.#metrics(live));
        this.#resume(live);
      });
    return { runId, diagnostics: started.diagnostics.map(diagnosticMessage) };
  }

  #functionRuntime(functions: readonly CompiledFunction[]): FunctionRuntime {
    return { ...this.#seams.functionHost, functions: new Map(functions.map((fn) => [fn.path, fn])) };
  }

  #resume(live: LiveRun): void {
    if (live.run.hasEnded) return;
    live.run.resume();
    if (live.timers.length > 0 || live.run.hasEnded) return;
    const send = (): void => this.#seams.emit('run.metrics', this.#metrics(live));
    live.timers = [setTimeout(send, FIRST_METRICS_MS), setInterval(send, METRICS_INTERVAL_MS)];
  }

  #ended(live: LiveRun): void {
    for (const timer of live.timers) clearInterval(timer);
    live.timers = [];
    this.#seams.emit('run.metrics', this.#metrics(live));
    this.#seams.emit('run.ended', {
      runId: live.runId,
      status: live.run.status,
      diagnostics: live.run.diagnostics().map(diagnosticMessage),
    });
    // The figures above are of the moment of the end; these have the recording's.
    void live.run.recorded().then(() => this.#seams.emit('run.metrics', this.#metrics(live)));
  }

  #metrics(live: LiveRun): ViewMetrics {
    const { run, runId, recording } = live;
    const writer = run.recording;
    return {
      runId,
      status: run.status,
      elapsedMs: run.elapsedMs,
      rowsRead: run.rowsRead(),
      fraction: run.fraction(),
      nodes: mutable(run.figures()),
      recording:
        writer === null || recording === null
          ? null
          : {
              path: recording.folder,
              sizeBytes: writer.sizeBytes,
              recordedRows: writer.acknowledgedRows,
              note: writer.note,
            },
    };
  }

  async #metricsOf(viewId: string): Promise<ViewMetrics> {
    if (this.#replays.view(viewId) !== null) return this.#replays.metrics(viewId);
    const reopened = await this.#reopenedRun(viewId);
    if (reopened === null) {
      const live = this.#run(viewId);
      // Of a run that is over, all is told: what is in its recording is known when that is written.
      if (live.run.hasEnded) await live.run.recorded();
      return this.#metrics(live);
    }
    const { view, recording, last } = reopened;
    const moment = view.moment();
    return {
      ...last,
      rowsRead: moment.row,
      nodes: mutable(view.figures()),
      recording: recordingStatus(recording, reopened, moment.rowCount),
    };
  }

  async #view(viewId: string): Promise<RunView> {
    const replay = this.#replays.view(viewId);
    if (replay !== null) return replay;
    return (await this.#reopenedRun(viewId))?.view ?? this.#run(viewId).run;
  }

  async #reopenedRun(runId: string): Promise<ReopenedRun | null> {
    const reopened = await this.#reopened;
    if (reopened === null) return null;
    // The supervisor was told: it ends this thread and answers itself.
    if (!reopened.ok) return new Promise(() => {});
    return reopened.value.runId === runId ? reopened.value : null;
  }

  async #reopen(order: Extract<WorkerOrder, { readonly kind: 'reopen' }>): Promise<Result<ReopenedRun>> {
    const recording = await this.#recordingIn(order.recordingFolder);
    if (!recording.ok) return recording;
    const opened = await openView(recording.value, null, this.#seams.functionHost);
    if (!opened.ok) return opened;
    return ok({ runId: order.runId, last: order.last, recording: recording.value, ...opened.value });
  }

  async #openReplay({ runId, path: folder, row }: CommandIn<EngineContract, 'replays.open'>) {
    const recording = runId !== null ? await this.#recordingOf(runId) : await this.#recordingIn(folder ?? '');
    if (!recording.ok) return { moment: null, script: '', failure: failureMessage(recording.error) };
    // Going back in time and running on at once would be two presents.
    recording.value.run?.pause();
    return this.#replays.open(recording.value, row);
  }

  async #recordingOf(runId: string): Promise<Result<OpenedRecording>> {
    const reopened = await this.#reopenedRun(runId);
    if (reopened !== null) return ok(reopened.recording);
    const { run, recording } = this.#run(runId);
    if (recording !== null) return ok({ ...recording, run });
    return err({ domain: 'recording', message: 'This run was not recorded.', retry: 'never' });
  }

  /** The recording in a folder. A thread has one open; asked for again, it is the same. */
  async #recordingIn(folder: string): Promise<Result<OpenedRecording>> {
    if (this.#opened?.folder === folder) return this.#opened.recording;
    assert(this.#opened === null, 'a thread opens one recording');
    const recording = openedRecording(folder);
    this.#opened = { folder, recording };
    const opened = await recording;
    if (!opened.ok) this.#opened = null;
    return opened;
  }

  #run(runId: string): LiveRun {
    const live = this.#runs.get(runId);
    if (live === undefined) throw new Error(`There is no run ${runId}.`);
    return live;
  }

  #with(runId: string, act: (live: LiveRun) => void): Record<string, never> {
    act(this.#run(runId));
    return {};
  }
}

/** A store that a thread left behind is free when the thread is gone, which takes a moment. */
const OPEN_ATTEMPTS = 20;
const OPEN_AGAIN_MS = 50;

async function openedRecording(folder: string): Promise<Result<OpenedRecording>> {
  const store = await openedSoon(folder);
  return store.ok ? ok({ folder, store: store.value, run: null }) : store;
}

async function openedSoon(folder: string): Promise<Result<LevelStore>> {
  for (let attempt = 1; ; attempt++) {
    const store = await LevelStore.open(folder);
    if (store.ok || store.error.retry !== 'later' || attempt === OPEN_ATTEMPTS) return store;
    await new Promise((resolve) => setTimeout(resolve, OPEN_AGAIN_MS));
  }
}
