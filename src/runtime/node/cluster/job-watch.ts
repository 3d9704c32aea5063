/**
 * Watches jobs on a cluster as one view: asks for their figures again and again, and tells the window. A cluster that does
 * not answer is said to be away, and asked on; jobs that have ended are asked a few times more, until their last figures
 * are there, and then rarely, because somebody may start them again.
 */
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { EventPayload } from '../../contract/contract.ts';
import type { EngineContract } from '../../contract/engine-contract.ts';
import { type CanvasMap, mapToCanvas } from '../../job/flink-canvas-map.ts';
import { type FlinkOperator, flinkOperators } from '../../job/flink-operators.ts';
import { planScript } from '../../job/plan-script.ts';
import { buildGraph } from '../../program/build-graph.ts';
import { parseScript } from '../../sql/1-parse/parse-script.ts';
import type { FunctionLibrary } from '../../udf/function-library.ts';
import { diagnosticMessage, type ViewMetrics } from '../engine/worker-messages.ts';
import { innermostCause } from './ask-json.ts';
import {
  isWanted,
  nodeFigures,
  type OperatorFigures,
  operatorFigures,
  type VertexLoad,
  vertexLoad,
} from './operator-figures.ts';
import type { FlinkException, FlinkJob, RestClient } from './rest-client.ts';
import { RowRates } from './row-rates.ts';

type JobsEvent = EventPayload<EngineContract, 'cluster.jobs'>;

/** What a watch is given. */
export interface WatchRequest {
  readonly viewId: string;
  readonly client: RestClient;
  readonly jobIds: readonly string[];
  readonly script: string;
  readonly library: FunctionLibrary;
  readonly nowMs: () => number;
  readonly onFigures: (metrics: ViewMetrics) => void;
  readonly onJobs: (event: JobsEvent) => void;
}

const POLL_MS = 1_000;
/** Of jobs that have ended. */
const REST_MS = 10_000;
/** Polls after the end: the last figures of tasks arrive late. */
const LAST_POLL_COUNT = 3;
/** Names of figures are there a while after a task has started; they are asked for again so often. */
const NAMES_EVERY = 5;

/** Flink's meters turn every 5 s. */
const LOAD_AFTER_MS = 12_000;

const ENDED: ReadonlySet<string> = new Set(['FINISHED', 'FAILED', 'CANCELED', 'SUSPENDED']);

/** What is known of one job. */
interface Known {
  job: FlinkJob | null;
  operators: readonly FlinkOperator[];
  map: CanvasMap;
  readonly figures: Map<string, OperatorFigures>;
  readonly rates: RowRates;
  readonly loads: Map<string, VertexLoad>;
  readonly names: Map<string, readonly string[]>;
  checkpoints: JobsEvent['jobs'][number]['checkpoints'];
  diagnostics: readonly Diagnostic[];
}

/** A view of jobs. */
export class JobWatch {
  readonly #request: WatchRequest;
  readonly #jobs = new Map<string, Known>();
  readonly #roots: Parameters<typeof mapToCanvas>[0]['roots'];
  readonly #tables: Parameters<typeof mapToCanvas>[0]['tables'];
  #timer: NodeJS.Timeout | null = null;
  #isClosed = false;
  #pollCount = 0;
  #endedPollCount = 0;
  #away: JobsEvent['away'] = null;
  /** The figures that were told last. */
  metrics: ViewMetrics;

  constructor(request: WatchRequest) {
    this.#request = request;
    const { script, library, viewId } = request;
    const { nodes } = buildGraph(parseScript(script).script);
    this.#tables = nodes.flatMap(({ id, name }) => (id.startsWith('table:') ? [{ nodeId: id, name }] : []));
    this.#roots = planScript(script, library).planned?.plan.roots ?? [];
    this.metrics = {
      runId: viewId,
      status: 'running',
      elapsedMs: 0,
      rowsRead: 0,
      fraction: null,
      nodes: [],
      recording: null,
    };
  }

  /** Begins; the first figures come at once. */
  start(): void {
    void this.#poll();
  }

  /** Asks now, whatever the time: something was done to a job. */
  soon(): void {
    if (this.#timer === null) return;
    clearTimeout(this.#timer);
    this.#endedPollCount = 0;
    void this.#poll();
  }

  close(): void {
    this.#isClosed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  async #poll(): Promise<void> {
    this.#timer = null;
    let failure: string | null = null;
    for (const jobId of this.#request.jobIds) failure = (await this.#ask(jobId)) ?? failure;
    if (this.#isClosed) return;
    this.#pollCount += 1;
    this.#away = failure === null ? null : { message: failure, sinceMs: this.#away?.sinceMs ?? this.#request.nowMs() };
    this.#tell();
    const haveEnded = [...this.#jobs.values()].every(({ job }) => job !== null && ENDED.has(job.state));
    this.#endedPollCount = haveEnded && failure === null ? this.#endedPollCount + 1 : 0;
    this.#timer = setTimeout(() => void this.#poll(), this.#endedPollCount > LAST_POLL_COUNT ? REST_MS : POLL_MS);
  }

  /** Asks for everything of a job. Why the cluster did not answer, or null. */
  async #ask(jobId: string): Promise<string | null> {
    const { client } = this.#request;
    const answer = await client.job(jobId);
    if (!answer.ok)
      return answer.error.status === 404
        ? `The cluster does not know the job ${jobId} any more.`
        : answer.error.message;
    const job = answer.value;
    const known = this.#knownOf(jobId, job);
    known.job = job;
    await Promise.all(job.vertices.map(({ id }) => this.#askVertex(known, jobId, id)));
    const checkpoints = await client.checkpoints(jobId);
    if (checkpoints.ok) {
      const { counts, latest } = checkpoints.value;
      const last = latest?.completed ?? null;
      known.checkpoints = {
        completedCount: counts.completed,
        failedCount: counts.failed,
        inProgressCount: counts.in_progress,
        last:
          last === null
            ? null
            : { atMs: last.trigger_timestamp, durationMs: last.end_to_end_duration, sizeBytes: last.state_size },
        restoredFrom: latest?.restored?.external_path ?? null,
      };
    }
    const exceptions = await client.exceptions(jobId);
    if (exceptions.ok) known.diagnostics = unlike(exceptions.value.map((each) => diagnosticOf(each, job, known)));
    return null;
  }

  async #askVertex(known: Known, jobId: string, vertexId: string): Promise<void> {
    const { client } = this.#request;
    if (this.#pollCount % NAMES_EVERY === 0 || (known.names.get(vertexId) ?? []).length === 0) {
      const names = await client.metricNames(jobId, vertexId);
      if (names.ok) known.names.set(vertexId, names.value.filter(isWanted));
    }
    const metrics = await client.metrics(jobId, vertexId, known.names.get(vertexId) ?? []);
    if (!metrics.ok) return;
    const nowMs = this.#request.nowMs();
    for (const [key, figures] of operatorFigures(metrics.value))
      known.figures.set(key, known.rates.with(key, figures, nowMs));
    const { duration } = known.job?.vertices.find(({ id }) => id === vertexId) ?? { duration: 0 };
    // Until a task has told for the first time how idle it is, it counts as busy.
    if (duration > LOAD_AFTER_MS) known.loads.set(vertexId, vertexLoad(metrics.value));
  }

  #knownOf(jobId: string, job: FlinkJob): Known {
    const known = this.#jobs.get(jobId);
    // A job has no plan before it is initialized.
    if (known !== undefined && known.operators.length > 0) return known;
    const operators = flinkOperators(job.plan.nodes);
    const fresh: Known = {
      job,
      operators,
      map: mapToCanvas({ operators, roots: this.#roots, tables: this.#tables }),
      figures: new Map(),
      rates: new RowRates(),
      loads: new Map(),
      names: new Map(),
      checkpoints: null,
      diagnostics: [],
    };
    this.#jobs.set(jobId, fresh);
    return fresh;
  }

  #tell(): void {
    const { viewId, onFigures, onJobs, jobIds } = this.#request;
    const jobs = jobIds.flatMap((jobId) => this.#jobs.get(jobId) ?? []);
    const nodes = merged(
      jobs.flatMap(({ job, operators, map, figures, loads }) =>
        job === null ? [] : nodeFigures({ job, operators, map, collected: { operators: figures, loads } }),
      ),
    );
    const states = jobs.flatMap(({ job }) => job?.state ?? []);
    const hasEnded = states.length > 0 && states.every((state) => ENDED.has(state));
    this.metrics = {
      runId: viewId,
      status: statusOf(states),
      elapsedMs: Math.max(0, ...jobs.map(({ job }) => job?.duration ?? 0)),
      rowsRead: nodes.filter(({ nodeId }) => this.#isRead(nodeId)).reduce((sum, { rowCount }) => sum + rowCount, 0),
      fraction: null,
      nodes: hasEnded ? nodes.map(atRest) : nodes,
      recording: null,
    };
    onFigures(this.metrics);
    onJobs({
      viewId,
      away: this.#away,
      jobs: jobs.flatMap(({ job, checkpoints }) =>
        job === null
          ? []
          : [
              {
                jobId: job.jid,
                name: job.name,
                state: job.state,
                startedAtMs: job['start-time'],
                durationMs: job.duration,
                parallelism: Math.max(0, ...job.vertices.map(({ parallelism }) => parallelism)),
                checkpoints,
              },
            ],
      ),
      unmapped: jobs.flatMap(({ map, figures }) =>
        map.unmapped.map(({ label, key }) => ({
          operator: label,
          rowsIn: figures.get(key)?.rowsIn ?? null,
          rowsOut: figures.get(key)?.rowsOut ?? null,
        })),
      ),
      merged: jobs.flatMap(({ map }) =>
        [...map.nodes].flatMap(([nodeId, { isExact, operators }]) =>
          isExact ? [] : [{ nodeId, operator: operators.map(({ label }) => label).join(', ') }],
        ),
      ),
      diagnostics: jobs.flatMap(({ diagnostics }) => diagnostics.map(diagnosticMessage)),
    });
  }

  /** Whether a node is a table that is read from outside. */
  #isRead(nodeId: string): boolean {
    if (!nodeId.startsWith('table:')) return false;
    return [...this.#jobs.values()].some(({ map }) => {
      const node = map.nodes.get(nodeId);
      return node?.operators[0]?.name !== 'Sink' && node?.members.some(({ name }) => name === 'TableSourceScan');
    });
  }
}

type NodeMetrics = ViewMetrics['nodes'][number];

/** A node that several jobs have (a table that each of them reads) has the rows of all. */
function merged(nodes: readonly NodeMetrics[]): NodeMetrics[] {
  const byId = new Map<string, NodeMetrics>();
  for (const node of nodes) {
    const other = byId.get(node.nodeId);
    byId.set(
      node.nodeId,
      other === undefined
        ? node
        : {
            ...node,
            rowCount: node.rowCount + other.rowCount,
            rowsPerSecond: node.rowsPerSecond + other.rowsPerSecond,
            watermarkMs:
              node.watermarkMs === null || other.watermarkMs === null
                ? (node.watermarkMs ?? other.watermarkMs)
                : Math.min(node.watermarkMs, other.watermarkMs),
            ended: node.ended && other.ended,
            lateRowCount: node.lateRowCount + other.lateRowCount,
          },
    );
  }
  return [...byId.values()];
}

/** A job that restarts fails in the same way again and again. */
function unlike(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return diagnostics.filter((each, i) => diagnostics.findIndex(({ message }) => message === each.message) === i);
}

function atRest(node: NodeMetrics): NodeMetrics {
  return {
    ...node,
    rowsPerSecond: 0,
    ...(node.load === undefined ? {} : { load: { ...node.load, busy: null, backPressured: null } }),
  };
}

function statusOf(states: readonly FlinkJob['state'][]): ViewMetrics['status'] {
  if (states.includes('FAILED')) return 'failed';
  if (states.some((state) => !ENDED.has(state)) || states.length === 0) return 'running';
  return states.every((state) => state === 'FINISHED') ? 'finished' : 'stopped';
}

/** A failure at the node that it happened in, as far as that is known: Flink names the vertex. */
function diagnosticOf(
  { exceptionName, stacktrace, taskName }: FlinkException,
  job: FlinkJob,
  { map }: Known,
): Diagnostic {
  const vertex = job.vertices.find(({ name }) => taskName?.startsWith(name) === true);
  const node = [...map.nodes].find(([, { members }]) => members.some(({ vertexId }) => vertexId === vertex?.id));
  // Flink names the outermost, which says only that a task failed.
  const cause = innermostCause(stacktrace) ?? { name: exceptionName, message: stacktrace.split('\n')[0] ?? '' };
  return {
    code: 'cluster/exception',
    phase: 'run',
    severity: job.state === 'RUNNING' ? 'warning' : 'error',
    message: `${cause.name.split('.').pop() ?? cause.name} on the cluster: ${cause.message}`,
    hint: `Job ${job.name}${taskName == null ? '' : `, task ${taskName}`}.`,
    flinkClass: cause.name,
    ...(node === undefined ? {} : { nodeId: node[0] }),
  };
}
