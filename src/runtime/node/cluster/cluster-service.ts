/** The commands about a running Flink cluster, for one window. */

import type { clusterCommands } from '../../contract/cluster-commands.ts';
import type { CommandIn, CommandOut, EventPayload, Service } from '../../contract/contract.ts';
import type { EngineContract } from '../../contract/engine-contract.ts';
import { defaultLimits, heapMbOf } from '../engine/run-limits.ts';
import { type TrustedFolders, untrusted } from '../engine/trusted-folders.ts';
import { diagnosticMessage, type ViewMetrics } from '../engine/worker-messages.ts';
import { compileScript, declaredFunctions, needsOf } from '../functions/script-functions.ts';
import type { AskFailure } from './ask-json.ts';
import { startExport } from './export-thread.ts';
import { gatewayInfo } from './gateway-client.ts';
import { JobWatch } from './job-watch.ts';
import { RestClient } from './rest-client.ts';
import { submitJob } from './submit-job.ts';

type Commands = Pick<Service<EngineContract>, keyof typeof clusterCommands>;
type Submission = CommandOut<EngineContract, 'cluster.submit'>;

/** What the service is given. */
export interface ClusterSeams {
  readonly entry: URL;
  readonly trust: TrustedFolders;
  readonly nowMs: () => number;
  emit<K extends keyof EngineContract['events']>(event: K, payload: EventPayload<EngineContract, K>): void;
}

/** Clusters of one window; one set of jobs is watched at a time. */
export class ClusterService {
  readonly #seams: ClusterSeams;
  #watch: { readonly viewId: string; readonly watch: JobWatch } | null = null;
  #watchCount = 0;

  constructor(seams: ClusterSeams) {
    this.#seams = seams;
  }

  /** The commands. */
  commands(): Commands {
    return {
      'cluster.test': ({ gateway, rest }) => tested(gateway, rest),
      'cluster.submit': (params) => this.#submit(params),
      'cluster.jobs': async ({ rest }) => {
        const answer = await new RestClient(rest).jobs();
        if (!answer.ok) return { jobs: [], failure: failureOf(answer.error) };
        const jobs = answer.value.jobs.map((job) => ({
          jobId: job.jid,
          name: job.name,
          state: job.state,
          startedAtMs: job['start-time'],
          durationMs: job.duration,
        }));
        return { jobs: jobs.sort((a, b) => b.startedAtMs - a.startedAtMs), failure: null };
      },
      'cluster.watch': (params) => this.#begin(params),
      'cluster.unwatch': ({ viewId }) => {
        if (this.#watch?.viewId === viewId) this.close();
        return {};
      },
      'cluster.stop': async ({ address, jobId, folder }) => {
        const stopped = await new RestClient(address.rest).stop(jobId, folder);
        this.#watch?.watch.soon();
        return stopped.ok
          ? { path: stopped.value, failure: null }
          : { path: null, failure: savepointFailure(stopped.error, folder) };
      },
      'cluster.cancel': async ({ address, jobId }) => {
        const cancelled = await new RestClient(address.rest).cancel(jobId);
        this.#watch?.watch.soon();
        return { failure: cancelled.ok ? null : failureOf(cancelled.error) };
      },
    };
  }

  /** The figures of a view of a cluster; null when it is none. */
  metricsOf(viewId: string): ViewMetrics | null {
    return this.#watch?.viewId === viewId ? this.#watch.watch.metrics : null;
  }

  /** Leaves what is watched. Jobs run on. */
  close(): void {
    this.#watch?.watch.close();
    this.#watch = null;
  }

  async #begin(params: CommandIn<EngineContract, 'cluster.watch'>): Promise<{ viewId: string }> {
    const { address, jobIds, script, folder, files } = params;
    this.#watchCount += 1;
    const viewId = `cluster-${this.#watchCount}`;
    const library = await declaredFunctions(needsOf(script), {
      folder: this.#seams.trust.has(folder) ? folder : '',
      files,
    });
    this.close();
    const watch = new JobWatch({
      viewId,
      client: new RestClient(address.rest),
      jobIds,
      script,
      library,
      nowMs: this.#seams.nowMs,
      onFigures: (metrics) => this.#seams.emit('run.metrics', metrics),
      onJobs: (event) => this.#seams.emit('cluster.jobs', event),
    });
    this.#watch = { viewId, watch };
    watch.start();
    return { viewId };
  }

  async #submit(params: CommandIn<EngineContract, 'cluster.submit'>): Promise<Submission> {
    const { address, script, folder, files, name, root, bundleFolder, resume } = params;
    const none: Submission = { jobs: [], diagnostics: [], notes: [], failure: null };
    if (!this.#seams.trust.has(folder)) {
      const { message, hint } = untrusted(folder);
      return { ...none, failure: { message, hint: hint ?? '' } };
    }
    const say = (text: string): void => this.#seams.emit('cluster.progress', { text });
    say('Preparing the program…');
    const compiled = await compileScript(needsOf(script), { folder, files });
    const project = { name, text: script, folder, files, compiled };
    const { answer } = startExport(
      { kind: 'export', project, expected: { kind: 'none' } },
      { entry: this.#seams.entry, heapMb: heapMbOf(defaultLimits()) },
    );
    const prepared = await answer;
    if (prepared === null) return { ...none, failure: { message: 'The export broke down.', hint: '' } };
    if (prepared.failure !== null) return { ...none, failure: { message: prepared.failure, hint: '' } };
    if (prepared.refusals.length > 0) {
      // Mistakes of the script are told with their places, not as reasons against an export.
      const mistakes = prepared.diagnostics.filter(({ severity }) => severity === 'error').map(diagnosticMessage);
      const others = prepared.refusals.filter(({ code }) => code !== 'export/mistake');
      const refused = others.map(({ code, message, nodeId }) =>
        diagnosticMessage({
          code,
          phase: 'validate',
          severity: 'error',
          message: `This cannot run on Flink. ${message}`,
          ...(nodeId === null ? {} : { nodeId }),
        }),
      );
      return { ...none, diagnostics: [...mistakes, ...refused] };
    }
    const { jobs, diagnostics, notes, failure } = await submitJob({
      gateway: address.gateway,
      script,
      files: prepared.files,
      name,
      root,
      bundleFolder,
      resume,
      onProgress: say,
    });
    return { jobs, diagnostics: diagnostics.map(diagnosticMessage), notes, failure };
  }
}

async function tested(gateway: string, rest: string): Promise<CommandOut<EngineContract, 'cluster.test'>> {
  const [ofGateway, ofRest] = await Promise.all([gatewayInfo(gateway), new RestClient(rest).overview()]);
  const no = ({ message, hint }: AskFailure) => ({ isFine: false, message: `${message} ${hint}`.trim() });
  const slots = (free: number, total: number): string => `${free} of ${total} ${total === 1 ? 'slot' : 'slots'} free`;
  return {
    gateway: ofGateway.ok
      ? { isFine: true, message: `${ofGateway.value.productName} ${ofGateway.value.version}` }
      : no(ofGateway.error),
    rest: ofRest.ok
      ? {
          isFine: true,
          message: `Flink ${ofRest.value['flink-version']}, ${slots(ofRest.value['slots-available'], ofRest.value['slots-total'])}`,
        }
      : no(ofRest.error),
  };
}

function failureOf({ message, hint }: AskFailure): { message: string; hint: string } {
  return { message, hint };
}

function savepointFailure(error: AskFailure, folder: string): { message: string; hint: string } {
  if (folder === '' && /savepoint-dir/.test(error.message)) {
    return {
      message: 'The cluster is set to no folder for savepoints.',
      hint: 'Name one in the settings of the connection, as the cluster sees it: file:///… or s3://…',
    };
  }
  return { message: error.message, hint: error.hint };
}
