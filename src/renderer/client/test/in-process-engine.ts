/**
 * For tests: the engine contract served in this process over real runs, recordings and replays that live
 * in memory, on a clock that moves only when nothing else is left to do. What the supervisor and its
 * workers add (threads, folders, trust) is not here.
 */
import { present } from '../../../runtime/base/assert.ts';
import { directChannels } from '../../../runtime/contract/channel.ts';
import type { CommandOut, Service } from '../../../runtime/contract/contract.ts';
import { type EngineContract, engineContract } from '../../../runtime/contract/engine-contract.ts';
import { type Client, connect, type Server, serve } from '../../../runtime/contract/transport.ts';
import type { ReplayView } from '../../../runtime/job/replay-view.ts';
import type { RunView } from '../../../runtime/job/run-view.ts';
import { replayOf, startWholeRun, type WholeRun } from '../../../runtime/job/test-whole-run.ts';
import { MemoryFiles } from '../../../runtime/seams/memory-files.ts';

type MomentOut = NonNullable<CommandOut<EngineContract, 'replays.seek'>['moment']>;
type Metrics = CommandOut<EngineContract, 'runs.metrics'>;

const NO_KAFKA = { message: 'There is no Kafka here.', hint: '' };

/** An engine in this process. */
export interface InProcessEngine {
  readonly client: Client<EngineContract>;
  /** Commands that came, in their order, with the row of those that have one. */
  readonly asked: string[];
  /** While true the answers of seeks are held back; false gives them. */
  hold(isHeld: boolean): void;
}

/** Serves an engine over files in memory. */
export function startInProcessEngine(files: Readonly<Record<string, string>>): InProcessEngine {
  const [clientChannel, serverChannel] = directChannels();
  const engine = new TestEngine(files);
  engine.server = serve(engineContract, engine.service(), serverChannel);
  return { client: connect(engineContract, clientChannel), asked: engine.asked, hold: (isHeld) => engine.hold(isHeld) };
}

class TestEngine {
  readonly asked: string[] = [];
  server: Server<EngineContract> | null = null;
  readonly #files = new MemoryFiles();
  readonly #runs = new Map<string, WholeRun>();
  readonly #scripts = new Map<string, string>();
  readonly #replays = new Map<string, ReplayView>();
  #held: Promise<void> = Promise.resolve();
  #release: () => void = () => {};

  constructor(files: Readonly<Record<string, string>>) {
    for (const [path, text] of Object.entries(files)) this.#files.put(path, text);
  }

  hold(isHeld: boolean): void {
    this.#release();
    if (isHeld) {
      this.#held = new Promise((settle) => {
        this.#release = settle;
      });
    }
  }

  service(): Service<EngineContract> {
    return {
      'runs.start': (params) => this.#start(params.script, params.paused ?? false, params.breakpoints ?? []),
      'runs.pause': ({ runId }) => this.#act(runId, ({ run }) => run.pause()),
      'runs.resume': ({ runId }) => this.#act(runId, () => this.#goOn(runId)),
      'runs.step': ({ runId }) =>
        this.#act(runId, ({ run, host }) => {
          const before = run.rowsRead();
          run.step();
          host.runUntil(() => run.hasEnded || run.rowsRead() > before);
        }),
      'runs.stop': ({ runId }) => this.#act(runId, ({ run }) => run.stop()),
      'runs.metrics': ({ runId }) => this.#metrics(runId),
      'breakpoints.set': ({ runId, breakpoints }) => {
        const view = this.#replays.get(runId) ?? this.#run(runId).run;
        return wire({ problems: view.setBreakpoints(breakpoints) }) as CommandOut<EngineContract, 'breakpoints.set'>;
      },
      'taps.read': ({ runId, nodeId, fromSequence, countMax }) =>
        wire(this.#view(runId).readTap(nodeId, fromSequence, countMax)),
      'state.describe': ({ runId, nodeId }) => wire({ states: this.#view(runId).describeState(nodeId) }),
      'state.page': async ({ runId, nodeId, stateId, ...query }) =>
        wire(await this.#view(runId).pageState(nodeId, stateId, query)),
      'recordings.list': () => ({ recordings: [] }),
      'recordings.delete': () => ({ deletedCount: 0, failure: null }),
      'replays.open': ({ runId, path, row }) => this.#open(runId ?? path ?? '', row),
      'replays.seek': async ({ replayId, row }) => {
        this.asked.push(`seek ${row}`);
        await this.#held;
        return this.#moved(replayId, (replay) => replay.seek(row));
      },
      'replays.step': ({ replayId, by }) => {
        this.asked.push(`step ${by}`);
        return this.#moved(replayId, (replay) => replay.step(by));
      },
      'replays.play': ({ replayId, speed }) => {
        this.asked.push(`play ${speed}`);
        void this.#replay(replayId).play(speed);
        return {};
      },
      'replays.pause': async ({ replayId }) => {
        await this.#replay(replayId).pause();
        return {};
      },
      'replays.close': ({ replayId }) => {
        this.asked.push('close');
        this.#replays.get(replayId)?.close();
        this.#replays.delete(replayId);
        return {};
      },
      'connections.test': () => ({ answer: null, failure: NO_KAFKA }),
      'connections.topics': () => ({ topics: [], failure: NO_KAFKA }),
      'connections.schema': () => ({ schema: null, failure: NO_KAFKA }),
      'connections.sample': () => ({ records: [], failure: NO_KAFKA }),
      ...notServed(),
      'functions.check': () => ({ diagnostics: [] }),
      'plans.explain': () => ({ text: '', diagnostics: [] }),
    };
  }

  #start(script: string, isPaused: boolean, breakpoints: Parameters<typeof startWholeRun>[0]['breakpoints']) {
    const runId = `run-${this.#runs.size + 1}`;
    const whole = startWholeRun({ script, files: this.#files, breakpoints: breakpoints ?? [] });
    this.#runs.set(runId, whole);
    this.#scripts.set(runId, script);
    whole.run.onBreak((hit) => this.server?.emit('run.broke', { runId, hit: wire(hit) }));
    if (!isPaused) setTimeout(() => this.#goOn(runId));
    return { runId, diagnostics: [] };
  }

  #goOn(runId: string): void {
    const { run, host } = this.#run(runId);
    run.resume();
    host.runUntil(() => run.status !== 'running');
    this.server?.emit('run.metrics', this.#metrics(runId));
    if (run.hasEnded) this.server?.emit('run.ended', { runId, status: run.status, diagnostics: [] });
  }

  async #open(runId: string, row: number | null): Promise<CommandOut<EngineContract, 'replays.open'>> {
    this.asked.push(`open ${row ?? 'end'}`);
    const whole = this.#runs.get(runId);
    if (whole === undefined) {
      return { moment: null, script: '', failure: { message: `There is no recording ${runId}.`, hint: 'It is gone.' } };
    }
    whole.run.pause();
    const replay = await replayOf(whole, { files: this.#files }, { row });
    const replayId = `replay-${this.asked.length}`;
    this.#replays.set(replayId, replay);
    replay.listen({
      moved: () => this.server?.emit('replay.moved', this.#moment(replayId, replay)),
      broke: (hit) => this.server?.emit('run.broke', { runId: replayId, hit: wire(hit) }),
    });
    return {
      moment: this.#moment(replayId, replay),
      script: present(this.#scripts.get(runId), 'the script of a run'),
      failure: null,
    };
  }

  async #moved(replayId: string, move: (replay: ReplayView) => ReturnType<ReplayView['seek']>) {
    const replay = this.#replay(replayId);
    const moved = await move(replay);
    if (!moved.ok) return { moment: null, failure: { message: moved.error.message, hint: '' } };
    return { moment: moved.value === null ? null : this.#moment(replayId, replay), failure: null };
  }

  #moment(replayId: string, replay: ReplayView): MomentOut {
    const { metrics, ...moment } = replay.moment();
    return wire({ replayId, ...moment, metrics: { runId: replayId, recording: null, ...metrics } }) as MomentOut;
  }

  #metrics(runId: string): Metrics {
    const { run, writer } = this.#run(runId);
    const { status, elapsedMs } = run;
    const recording = {
      path: runId,
      sizeBytes: writer.sizeBytes,
      recordedRows: writer.acknowledgedRows,
      note: writer.note,
    };
    const fraction = run.fraction();
    return wire({ runId, status, elapsedMs, rowsRead: run.rowsRead(), fraction, nodes: run.figures(), recording });
  }

  #act(runId: string, act: (whole: WholeRun) => void): Record<string, never> {
    act(this.#run(runId));
    return {};
  }

  #run(runId: string): WholeRun {
    return present(this.#runs.get(runId), 'a run of that id');
  }

  #replay(replayId: string): ReplayView {
    return present(this.#replays.get(replayId), 'a replay of that id');
  }

  #view(viewId: string): RunView {
    return this.#replays.get(viewId) ?? this.#run(viewId).run;
  }
}

/** A value of ours as the contract's type, which is not readonly; sending it makes a copy. */
type Wire<T> = T extends readonly (infer E)[]
  ? Wire<E>[]
  : T extends object
    ? { -readonly [K in keyof T]: Wire<T[K]> }
    : T;

function wire<T>(value: T): Wire<T> {
  return value as Wire<T>;
}

/** Commands of exports: they need threads, and nothing in the window's own tests asks for them. */
function notServed() {
  const refuse = (): never => {
    throw new Error('The engine of the tests does not do this.');
  };
  return {
    'exports.prepare': refuse,
    'exports.file': refuse,
    'exports.write': refuse,
    'exports.close': refuse,
    'cluster.test': refuse,
    'cluster.submit': refuse,
    'cluster.jobs': refuse,
    'cluster.watch': refuse,
    'cluster.unwatch': refuse,
    'cluster.stop': refuse,
    'cluster.cancel': refuse,
  };
}
