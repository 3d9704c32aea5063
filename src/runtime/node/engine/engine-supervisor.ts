/**
 * The engine of one window, seen from outside its runs. Each run lives in a worker thread of its own; this
 * end decides what may run, hands calls on to the thread that they concern, watches the threads, and stands
 * in for a run whose thread is gone: its recording is opened in a new thread when somebody looks.
 *
 * Replies and events of the threads go to the window as they are: rows are copied once, not read.
 */
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Channel } from '../../contract/channel.ts';
import type { CommandOut, EventPayload, Service } from '../../contract/contract.ts';
import { type EngineContract, engineContract } from '../../contract/engine-contract.ts';
import { answer } from '../../contract/transport.ts';
import { ClusterService } from '../cluster/cluster-service.ts';
import { ExportService } from '../cluster/export-service.ts';
import { compileScript, needsOf } from '../functions/script-functions.ts';
import type { CallMessage, EventMessage, WorkerEnd } from './engine-worker.ts';
import { OpenReplays } from './open-replays.ts';
import {
  type KnownLink,
  newRecordingFolder,
  type OpenRecordings,
  RecordingsOnDisk,
  realPath,
} from './recordings-on-disk.ts';
import { defaultLimits } from './run-limits.ts';
import {
  canBeReused,
  lastFigures,
  linkOfRun,
  mayReopen,
  newEntry,
  type RunEntry,
  restingGivesWay,
  runOrder,
  type SupervisorSeams,
  type Thread,
} from './supervised.ts';
import { answersHere, openFailures, untrustedFailure } from './supervisor-answers.ts';
import { Threads } from './threads.ts';
import { untrusted } from './trusted-folders.ts';
import { emptyMetrics, isCall, openedReplay, READING, startedRunId, viewIdOf } from './view-messages.ts';
import { endDiagnostic, STOPPED_WHILE_STARTING } from './worker-end-text.ts';
import { diagnosticMessage, type ViewMetrics } from './worker-messages.ts';

/** Ended runs whose rows stay readable; the oldest are forgotten. */
const ENDED_RUNS_MAX = 3;
/** All runs and replays of one window. */
export class EngineSupervisor implements OpenRecordings {
  readonly #channel: Channel;
  readonly #seams: SupervisorSeams;
  readonly #service: Service<EngineContract>;
  readonly #recordings = new RecordingsOnDisk(this);
  readonly #runs = new Map<string, RunEntry>();
  readonly #replays = new OpenReplays();
  readonly #threads: Threads;
  readonly #exports: ExportService;
  readonly #clusters: ClusterService;
  /** Recordings made here: what ran here may be looked at here. */
  readonly #ownRecordings = new Set<string>();
  #runCount = 0;
  #isClosed = false;

  constructor(channel: Channel, seams: SupervisorSeams) {
    this.#channel = channel;
    this.#seams = seams;
    this.#threads = new Threads(seams.workers, {
      hearEvent: (thread, event) => this.#hearEvent(thread, event),
      released: (thread) => {
        for (const viewId of thread.views) this.#replays.delete(viewId);
      },
      restingGivesWay: () => restingGivesWay(this.#threads, [...this.#runs.values()]),
    });
    this.#exports = new ExportService({ ...seams, mayOpen: (folder) => this.#mayOpen(folder) });
    this.#clusters = new ClusterService({ ...seams, emit: (event, payload) => this.#emit(event, payload) });
    this.#service = answersHere({
      ...seams,
      leaving: { ...this.#exports.commands(), ...this.#clusters.commands() },
      recordings: this.#recordings,
      mayOpen: (folder) => this.#mayOpen(folder),
      lastOf: (runId) => this.#runs.get(runId)?.last ?? null,
      has: (runId) => this.#runs.has(runId),
    });
  }

  /** Serves until the channel closes. */
  serve(): void {
    this.#channel.listen(
      (message) => this.#hear(message),
      () => void this.close(),
    );
  }

  /** Threads that are alive. */
  get threadCount(): number {
    return this.#threads.size;
  }

  /** Ends everything: the client is gone. Recordings of what ran are finished. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#runs.clear();
    this.#replays.clear();
    this.#exports.close();
    this.#clusters.close();
    await this.#threads.closeAll();
  }

  linkOf(realFolder: string): KnownLink | null {
    const entry = this.#runRecordedIn(realFolder);
    if (entry !== undefined) return linkOfRun(entry, realFolder);
    return this.#threads.all().find(({ recording }) => recording === realFolder)?.link ?? null;
  }

  #hear(message: unknown): void {
    if (!isCall(message)) return;
    const viewId = viewIdOf(message);
    if (viewId !== null) this.#handOn(message, viewId);
    else if (message.command === 'runs.start') this.#attempt(message, () => this.#start(message));
    else if (message.command === 'replays.open') this.#attempt(message, () => this.#openReplay(message));
    else this.#answer(message);
  }

  /** What fails in another way than it should is answered too: nobody waits for ever. */
  #attempt(message: CallMessage, act: () => Promise<void>): void {
    act().catch((error: unknown) => {
      console.error(`engine: ${message.command} failed:`, error);
      const text = error instanceof Error ? error.message : String(error);
      const failure = { code: 'transport/service-failed', message: text };
      this.#channel.send({ type: 'reply', id: message.id, failure });
    });
  }

  /** To the thread of the view; answered here when there is none and none can be made. */
  #handOn(message: CallMessage, viewId: string): void {
    const entry = this.#runs.get(viewId);
    const thread = this.#replays.threadOf(viewId) ?? entry?.thread ?? null;
    if (thread !== null) {
      this.#forward(thread, message);
      if (message.command === 'replays.close') this.#closeReplay(thread, viewId);
      if (message.command === 'runs.stop' && entry !== undefined) {
        entry.isStopping = true;
        this.#threads.insistOnStop(thread, () => entry.hasEnded || entry.thread !== thread);
      }
    } else if (entry !== undefined && mayReopen(entry) && READING.has(message.command)) {
      void this.#reopened(entry).then(
        (reopened) => this.#forward(reopened, message),
        () => this.#answer(message),
      );
    } else this.#answer(message);
  }

  #forward(thread: Thread, message: CallMessage): void {
    thread.worker.forward(message, (reply) => {
      // The thread died over this call or before it: whoever stands in for it answers.
      if (reply === null) this.#handOnAgain(message);
      else this.#channel.send(reply);
    });
    this.#threads.wake();
  }

  #handOnAgain(message: CallMessage): void {
    const entry = this.#runs.get(viewIdOf(message) ?? '');
    if (entry !== undefined && entry.thread === null && entry.reopening === null) this.#handOn(message, entry.runId);
    else this.#answer(message);
  }

  #answer(message: CallMessage): void {
    void answer(engineContract, this.#service, message, {
      onServiceError: (command, error) => console.error(`engine: ${command} failed:`, error),
    }).then((reply) => {
      if (reply !== null) this.#channel.send(reply);
    });
  }

  /** Refuses, compiles, takes a thread, and has it start the run. */
  async #start(message: CallMessage): Promise<void> {
    const checked = engineContract.commands['runs.start'].in.safeParse(message.params);
    // The answer says what is wrong with the parameters.
    if (!checked.success) return this.#answer(message);
    const params = checked.data;
    const refuse = (diagnostics: readonly Diagnostic[]): void => {
      const result: CommandOut<EngineContract, 'runs.start'> = {
        runId: null,
        diagnostics: diagnostics.map(diagnosticMessage),
      };
      this.#channel.send({ type: 'reply', id: message.id, result });
    };
    if (!this.#seams.trust.has(params.folder)) return refuse([untrusted(params.folder)]);
    const needs = needsOf(params.script);
    const { functions, diagnostics } = await compileScript(needs, { folder: params.folder, files: params.files ?? [] });
    if (diagnostics.some(({ severity }) => severity === 'error')) return refuse(diagnostics);
    if (this.#isClosed) return;
    this.#forgetOldRuns();
    this.#runCount += 1;
    const startedAtMs = this.#seams.nowMs();
    const entry = newEntry({
      runId: `run-${this.#runCount}`,
      script: params.script,
      startedAtMs,
      limits: needs.limits,
      recording: params.recording === undefined ? null : newRecordingFolder(params.recording.folder, startedAtMs),
      refuse,
    });
    this.#threads.runBegins();
    const thread = this.#threadFor(entry, functions.length > 0);
    thread.isRunning = true;
    thread.views.add(entry.runId);
    entry.thread = thread;
    this.#runs.set(entry.runId, entry);
    thread.worker.order(runOrder(entry, functions, this.#seams));
    // The texts of the functions were compiled here; the thread needs them no more.
    const { files: _files, ...forThread } = params;
    thread.worker.forward({ ...message, params: forThread }, (reply) => {
      if (reply === null) return;
      entry.refuse = null;
      if (startedRunId(reply) === null) this.#drop(entry, thread);
      else if (entry.recording !== null) this.#ownRecordings.add(entry.recording);
      this.#channel.send(reply);
    });
    this.#threads.wake();
  }

  /** A thread with warm code: that of a run that has ended, or the spare one. */
  #threadFor({ limits }: RunEntry, hasFunctions: boolean): Thread {
    const warm = hasFunctions
      ? undefined
      : [...this.#runs.values()].reverse().find((each) => canBeReused(each, limits));
    const thread = warm?.thread ?? this.#threads.make(limits, (gone, end) => this.#runsEnd(gone, end));
    thread.hasFunctions = hasFunctions;
    return thread;
  }

  /** The run did not start; whatever else the thread shows stays. */
  #drop(entry: RunEntry, thread: Thread): void {
    this.#runs.delete(entry.runId);
    thread.isRunning = false;
    this.#threads.leave(thread, entry.runId);
  }

  /** The thread of runs is gone: one has ended if it had not, and the views of all look at their recordings. */
  #runsEnd(thread: Thread, end: WorkerEnd): void {
    for (const entry of [...this.#runs.values()]) if (entry.thread === thread) this.#runEnds(entry, thread, end);
  }

  #runEnds(entry: RunEntry, { worker }: Thread, end: WorkerEnd): void {
    const diagnostic = endDiagnostic(end, worker);
    entry.thread = null;
    if (entry.refuse !== null) {
      entry.refuse([diagnostic ?? STOPPED_WHILE_STARTING]);
      this.#runs.delete(entry.runId);
      return;
    }
    if (entry.hasEnded) return;
    entry.hasEnded = true;
    entry.last = lastFigures(entry, entry.last ?? emptyMetrics(entry.runId));
    this.#emit('run.metrics', entry.last);
    this.#emit('run.ended', {
      runId: entry.runId,
      status: entry.last.status,
      diagnostics: diagnostic === null || entry.isStopping ? [] : [diagnosticMessage(diagnostic)],
    });
  }

  /** A thread in which the recording of a dead run stands in for it. */
  #reopened(entry: RunEntry): Promise<Thread> {
    if (entry.thread !== null) return Promise.resolve(entry.thread);
    entry.reopening ??= this.#recordings
      .exclusively(async () => {
        const thread = this.#newThread(entry.limits, () => {
          entry.reopenDeathCount += 1;
          if (entry.thread === thread) entry.thread = null;
        });
        thread.recording = entry.recording;
        // No run comes into it: whatever ended the first thread is in this one too.
        thread.hasFunctions = true;
        thread.views.add(entry.runId);
        thread.worker.onNotReopened((note) => {
          // What is left of the run are its last figures.
          entry.recording = null;
          if (entry.last?.recording != null)
            entry.last = { ...entry.last, recording: { ...entry.last.recording, note } };
          void thread.worker.end();
        });
        thread.worker.order({
          kind: 'reopen',
          runId: entry.runId,
          recordingFolder: entry.recording ?? '',
          last: entry.last ?? emptyMetrics(entry.runId),
        });
        entry.thread = thread;
        return thread;
      })
      .finally(() => {
        entry.reopening = null;
      });
    return entry.reopening;
  }

  async #openReplay(message: CallMessage): Promise<void> {
    const checked = engineContract.commands['replays.open'].in.safeParse(message.params);
    if (!checked.success) return this.#answer(message);
    const { runId, path } = checked.data;
    const refuse = (failure: { message: string; hint: string }): void =>
      this.#channel.send({ type: 'reply', id: message.id, result: { moment: null, script: '', failure } });
    const folder = runId === null ? realPath(path ?? '') : null;
    const entry = runId === null ? this.#runRecordedIn(folder) : this.#runs.get(runId);
    if (entry !== undefined) {
      if (entry.thread === null && entry.recording === null) return refuse(openFailures.notRecorded);
      return this.#openIn(await this.#reopened(entry), message, entry, null);
    }
    if (folder === null) return refuse(openFailures.notThere);
    if (!this.#mayOpen(folder)) return refuse(untrustedFailure(folder));
    const open = (): Thread | undefined => this.#threads.all().find(({ recording }) => recording === folder);
    const thread = open();
    if (thread !== undefined) return this.#openIn(thread, message, null, folder);
    await this.#recordings.exclusively(() => {
      // Asked twice at once, the second finds the thread of the first.
      const made = open() ?? this.#newThread(defaultLimits(), () => {});
      made.recording = folder;
      return this.#openIn(made, message, null, folder);
    });
  }

  #newThread(...how: Parameters<Threads['make']>): Thread {
    if (this.#isClosed) throw new Error('The engine is closed.');
    return this.#threads.make(...how);
  }

  #runRecordedIn(realFolder: string | null): RunEntry | undefined {
    if (realFolder === null) return undefined;
    return [...this.#runs.values()].find(({ recording }) => recording !== null && realPath(recording) === realFolder);
  }

  /** Has a thread open a replay of a run or of a folder; resolves when it has answered. */
  #openIn(thread: Thread, message: CallMessage, entry: RunEntry | null, path: string | null): Promise<void> {
    this.#threads.wake();
    const noteOpened = this.#replays.begin(thread, entry);
    const params = { ...message.params, runId: entry?.runId ?? null, path };
    return new Promise((resolve) => {
      thread.worker.forward({ ...message, params }, (reply) => {
        const opened = reply === null ? null : openedReplay(reply);
        noteOpened(opened?.replayId ?? null);
        if (opened !== null) {
          thread.views.add(opened.replayId);
          thread.link = opened.link;
        } else if (thread.views.size === 0) {
          this.#threads.close(thread);
        }
        const result = { moment: null, script: '', failure: openFailures.brokeDown };
        this.#channel.send(reply ?? { type: 'reply', id: message.id, result });
        resolve();
      });
    });
  }

  #closeReplay(thread: Thread, replayId: string): void {
    this.#replays.delete(replayId);
    this.#threads.leave(thread, replayId);
  }

  #mayOpen(folder: string): boolean {
    if (this.#seams.trust.has(folder)) return true;
    const real = realPath(folder);
    return real !== null && [...this.#ownRecordings].some((own) => realPath(own) === real);
  }

  #hearEvent(thread: Thread, event: EventMessage): void {
    // Between threads of one program the shapes are known; the window checks them again.
    if (event.event === 'run.metrics') {
      const metrics = event.payload as ViewMetrics;
      const entry = this.#runs.get(metrics.runId);
      if (entry !== undefined) entry.last = metrics;
    } else if (event.event === 'run.ended') {
      const { runId } = event.payload as EventPayload<EngineContract, 'run.ended'>;
      const entry = this.#runs.get(runId);
      if (entry !== undefined) entry.hasEnded = true;
      thread.isRunning = false;
      this.#threads.refillSoon();
    }
    this.#channel.send(event);
  }

  #forgetOldRuns(): void {
    const ended = [...this.#runs.values()].filter((entry) => entry.hasEnded && !this.#replays.isOn(entry));
    for (const entry of ended.slice(0, Math.max(0, ended.length - ENDED_RUNS_MAX + 1))) {
      this.#runs.delete(entry.runId);
      if (entry.thread === null) continue;
      if (entry.thread.views.size > 1) entry.thread.worker.order({ kind: 'forget', runId: entry.runId });
      this.#threads.leave(entry.thread, entry.runId);
    }
  }

  #emit<K extends keyof EngineContract['events']>(event: K, payload: EventPayload<EngineContract, K>): void {
    this.#channel.send({ type: 'event', contract: engineContract.name, event, payload });
  }
}
