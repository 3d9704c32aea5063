/**
 * For tests: the engine process's supervisor with real worker threads, behind a channel as the window has one.
 * Threads cannot load TypeScript, so the program they start from is bundled first, as the build does it.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { directChannels } from '../../contract/channel.ts';
import type { CommandIn, CommandOut, EventPayload } from '../../contract/contract.ts';
import { type EngineContract, engineContract } from '../../contract/engine-contract.ts';
import { type Client, type CommandName, connect, type EventName } from '../../contract/transport.ts';
import { EngineSupervisor } from './engine-supervisor.ts';
import { defaultLimits, heapMbOf } from './run-limits.ts';
import { SpareWorker } from './spare-worker.ts';
import { TrustedFolders } from './trusted-folders.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const REPOSITORY = path.resolve(HERE, '../../../..');

/** Imports of `FILE?raw` give the text of the file. */
const RAW_TEXT: Plugin = {
  name: 'raw-text',
  setup(build) {
    build.onResolve({ filter: /\?raw$/ }, (args) => ({
      path: path.resolve(args.resolveDir, args.path.replace(/\?raw$/, '')),
      namespace: 'raw-text',
    }));
    build.onLoad({ filter: /./, namespace: 'raw-text' }, (args) => ({
      contents: fs.readFileSync(args.path, 'utf8'),
      loader: 'text',
    }));
  },
};

/** A bundle of an entry of the Node room. It lies inside the repository, so that the native module is found from it. */
export async function bundleEntry(
  entry: 'engine/engine-process' | 'cli/cli' | 'cli/test-checkpoint-child',
): Promise<{ file: string; remove(): void }> {
  const name = path.basename(entry);
  const folder = path.join(REPOSITORY, '.cache', `test-${name}-${process.pid}-${Date.now()}`);
  const file = path.join(folder, `${name}.cjs`);
  await build({
    entryPoints: [path.join(HERE, '..', `${entry}.ts`)],
    outfile: file,
    bundle: true,
    platform: 'node',
    target: 'node18.15',
    format: 'cjs',
    external: ['classic-level', 'esbuild'],
    plugins: [RAW_TEXT],
    define: { 'import.meta.url': '__bundleUrl' },
    banner: { js: "const __bundleUrl = require('node:url').pathToFileURL(__filename).href;" },
    logLevel: 'silent',
  });
  return { file, remove: () => fs.rmSync(folder, { recursive: true, force: true }) };
}

type Event = {
  [K in EventName<EngineContract>]: { name: K; payload: EventPayload<EngineContract, K> };
}[EventName<EngineContract>];

/** An engine with its client. */
export class TestEngine {
  readonly client: Client<EngineContract>;
  readonly supervisor: EngineSupervisor;
  readonly workers: SpareWorker;
  readonly trust = new TrustedFolders();
  readonly exportFolders = new TrustedFolders();
  readonly events: Event[] = [];
  readonly #waiting = new Set<() => void>();

  constructor(bundle: string, trustedFolders: readonly string[]) {
    const [own, theirs] = directChannels();
    this.trust.set(trustedFolders);
    this.workers = new SpareWorker({ entry: pathToFileURL(bundle), heapMb: heapMbOf(defaultLimits()) });
    this.workers.prepare();
    this.supervisor = new EngineSupervisor(own, {
      workers: this.workers,
      trust: this.trust,
      nowMs: () => Date.now(),
      entry: pathToFileURL(bundle),
      exportFolders: this.exportFolders,
    });
    this.supervisor.serve();
    this.client = connect(engineContract, theirs);
    for (const name of Object.keys(engineContract.events) as EventName<EngineContract>[]) {
      this.client.on(name, (payload) => {
        this.events.push({ name, payload } as Event);
        for (const look of [...this.#waiting]) look();
      });
    }
  }

  /** The result of a call that must succeed. */
  async call<K extends CommandName<EngineContract>>(
    command: K,
    params: CommandIn<EngineContract, K>,
  ): Promise<CommandOut<EngineContract, K>> {
    const result = await this.client.call(command, params);
    if (!result.ok) throw new Error(`${command}: ${result.error.message}`);
    return result.value;
  }

  /** Starts a run that must start; its id. */
  async start(params: CommandIn<EngineContract, 'runs.start'>): Promise<string> {
    const { runId, diagnostics } = await this.call('runs.start', params);
    if (runId === null) throw new Error(`The run did not start: ${JSON.stringify(diagnostics)}`);
    return runId;
  }

  /** The first event, past or future, of a name that meets the condition. */
  event<K extends EventName<EngineContract>>(
    name: K,
    isWanted: (payload: EventPayload<EngineContract, K>) => boolean,
  ): Promise<EventPayload<EngineContract, K>> {
    return new Promise((resolve) => {
      const look = (): void => {
        for (const event of this.events) {
          if (event.name !== name) continue;
          const payload = event.payload as EventPayload<EngineContract, K>;
          if (!isWanted(payload)) continue;
          this.#waiting.delete(look);
          resolve(payload);
          return;
        }
      };
      this.#waiting.add(look);
      look();
    });
  }

  /** How a run ended. */
  ended(runId: string): Promise<EventPayload<EngineContract, 'run.ended'>> {
    return this.event('run.ended', (payload) => payload.runId === runId);
  }

  async close(): Promise<void> {
    this.client.close();
    await this.supervisor.close();
    await this.workers.close();
  }
}
