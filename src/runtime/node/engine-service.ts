/** What the engine process does for its clients: the handlers of the engine contract. */
import * as path from 'node:path';
import type { Diagnostic } from '../base/diagnostic.ts';
import type { EventPayload, Service } from '../contract/contract.ts';
import type { EngineContract } from '../contract/engine-contract.ts';
import { explainScript } from '../job/inspect-script.ts';
import { type DesignerRun, startRun } from '../job/start-run.ts';
import { SeededRandom } from '../seams/seeded-random.ts';
import { NodeFiles } from './node-files.ts';
import { nodeHost } from './node-host.ts';

/** Figures are sent this often while a run is active. */
const METRICS_INTERVAL_MS = 100;
/** And, so that the first rows show at once, this long after the start. */
const FIRST_METRICS_MS = [2, 10, 30] as const;
/** Ended runs whose rows stay readable; the oldest are forgotten. */
const ENDED_RUNS_MAX = 3;

/** Where events go. */
export interface EngineEvents {
  emitMetrics(metrics: EventPayload<EngineContract, 'run.metrics'>): void;
  emitEnded(ended: EventPayload<EngineContract, 'run.ended'>): void;
}

interface LiveRun {
  readonly runId: string;
  readonly run: DesignerRun;
  timers: NodeJS.Timeout[];
}

/** Runs of one client. */
export class EngineService {
  readonly #events: EngineEvents;
  readonly #runs = new Map<string, LiveRun>();
  #runCount = 0;

  constructor(events: EngineEvents) {
    this.#events = events;
  }

  /** The handlers, by command. */
  handlers(): Service<EngineContract> {
    return {
      'runs.start': (params) => this.#start(params),
      'runs.pause': ({ runId }) => this.#with(runId, (live) => live.run.pause()),
      'runs.resume': ({ runId }) => this.#with(runId, (live) => this.#resume(live)),
      'runs.step': ({ runId }) => this.#with(runId, (live) => live.run.step()),
      'runs.stop': ({ runId }) => this.#with(runId, (live) => live.run.stop()),
      'runs.metrics': ({ runId }) => this.#metrics(this.#live(runId)),
      'taps.read': ({ runId, nodeId, fromSequence, countMax }) =>
        this.#live(runId).run.readTap(nodeId, fromSequence, countMax),
      'state.list': ({ runId, nodeId, offset, countMax }) => ({
        states: this.#live(runId).run.listState(nodeId, offset, countMax),
      }),
      'plans.explain': ({ script }) => {
        const { text, diagnostics } = explainScript(script);
        return { text, diagnostics: diagnostics.map(diagnosticMessage) };
      },
    };
  }

  /** Stops everything: the client is gone. */
  stopAll(): void {
    for (const live of this.#runs.values()) {
      for (const timer of live.timers) clearInterval(timer);
      live.timers = [];
      live.run.onEnd(() => {});
      live.run.stop();
    }
    this.#runs.clear();
  }

  #start(params: { script: string; folder: string; seed?: number | undefined; paused?: boolean | undefined }) {
    const seams = {
      host: nodeHost(),
      files: new NodeFiles(params.folder === '' ? process.cwd() : path.resolve(params.folder)),
      random: new SeededRandom(params.seed ?? 0),
      printLine: () => {},
    };
    const { run, diagnostics } = startRun(params.script, seams);
    if (run === null) return { runId: null, diagnostics: diagnostics.map(diagnosticMessage) };
    this.#runCount += 1;
    const live: LiveRun = { runId: `run-${this.#runCount}`, run, timers: [] };
    this.#forgetOldRuns();
    this.#runs.set(live.runId, live);
    run.onEnd(() => this.#ended(live));
    // After the answer: the client must know the run's name before it hears of it.
    if (params.paused !== true) setImmediate(() => this.#resume(live));
    return { runId: live.runId, diagnostics: diagnostics.map(diagnosticMessage) };
  }

  #resume(live: LiveRun): void {
    if (live.run.hasEnded) return;
    live.run.resume();
    if (live.timers.length > 0 || live.run.hasEnded) return;
    const send = (): void => this.#events.emitMetrics(this.#metrics(live));
    live.timers = [...FIRST_METRICS_MS.map((ms) => setTimeout(send, ms)), setInterval(send, METRICS_INTERVAL_MS)];
  }

  #ended(live: LiveRun): void {
    for (const timer of live.timers) clearInterval(timer);
    live.timers = [];
    this.#events.emitMetrics(this.#metrics(live));
    this.#events.emitEnded({
      runId: live.runId,
      status: live.run.status,
      diagnostics: live.run.diagnostics().map(diagnosticMessage),
    });
  }

  #forgetOldRuns(): void {
    const ended = [...this.#runs.values()].filter((live) => live.run.hasEnded);
    for (const live of ended.slice(0, Math.max(0, ended.length - ENDED_RUNS_MAX + 1))) this.#runs.delete(live.runId);
  }

  #metrics(live: LiveRun): EventPayload<EngineContract, 'run.metrics'> {
    const { run, runId } = live;
    return {
      runId,
      status: run.status,
      elapsedMs: run.elapsedMs,
      rowsRead: run.rowsRead(),
      fraction: run.fraction(),
      nodes: run.figures(),
    };
  }

  #live(runId: string): LiveRun {
    const live = this.#runs.get(runId);
    if (live === undefined) throw new Error(`There is no run ${runId}.`);
    return live;
  }

  #with(runId: string, act: (live: LiveRun) => void): Record<string, never> {
    act(this.#live(runId));
    return {};
  }
}

type DiagnosticMessage = EventPayload<EngineContract, 'run.ended'>['diagnostics'][number];

/** A diagnostic as it is sent: a copy, because messages are not shared. */
function diagnosticMessage(diagnostic: Diagnostic): DiagnosticMessage {
  const { fixes, ...rest } = diagnostic;
  if (fixes === undefined) return { ...rest };
  return { ...rest, fixes: fixes.map(({ title, edits }) => ({ title, edits: [...edits] })) };
}
