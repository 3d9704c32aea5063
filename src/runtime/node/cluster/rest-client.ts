/** The JobManager's REST interface, as far as it is needed: jobs, their plans and figures, savepoints, the end of a job. */
import * as z from 'zod/mini';
import { err, ok, type Result } from '../../base/result.ts';
import { jobStateShape } from '../../contract/cluster-commands.ts';
import type { FlinkPlanNode } from '../../job/flink-operators.ts';
import { type AskFailure, askJson, rootCause } from './ask-json.ts';
import { ask } from './gateway-client.ts';

const overviewShape = z.object({
  taskmanagers: z.number(),
  'slots-total': z.number(),
  'slots-available': z.number(),
  'flink-version': z.string(),
});

const jobsShape = z.object({
  jobs: z.array(
    z.object({
      jid: z.string(),
      name: z.string(),
      state: jobStateShape,
      'start-time': z.number(),
      duration: z.number(),
    }),
  ),
});

const vertexShape = z.object({
  id: z.string(),
  name: z.string(),
  parallelism: z.number(),
  /** Since it was started last. */
  duration: z.number(),
  metrics: z.object({ 'read-records': z.number(), 'write-records': z.number() }),
});

const jobShape = z.object({
  jid: z.string(),
  name: z.string(),
  state: jobStateShape,
  'start-time': z.number(),
  duration: z.number(),
  vertices: z.array(vertexShape),
  plan: z.object({
    nodes: z.array(
      z.object({
        id: z.string(),
        description: z.string(),
        inputs: z.optional(z.array(z.object({ num: z.number(), id: z.string() }))),
      }),
    ),
  }),
});

const metricIdsShape = z.array(z.object({ id: z.string() }));
/** What is no number in Java (`NaN` of a task that cannot say how busy it is) comes as text. */
const figureShape = z.optional(z.union([z.number(), z.string()]));
const metricsShape = z.array(z.object({ id: z.string(), min: figureShape, max: figureShape, sum: figureShape }));

const checkpointShape = z.nullish(
  z.object({ trigger_timestamp: z.number(), end_to_end_duration: z.number(), state_size: z.number() }),
);
const checkpointsShape = z.object({
  counts: z.object({ completed: z.number(), failed: z.number(), in_progress: z.number() }),
  latest: z.nullish(
    z.object({ completed: checkpointShape, restored: z.nullish(z.object({ external_path: z.nullish(z.string()) })) }),
  ),
});

const exceptionsShape = z.object({
  exceptionHistory: z.object({
    entries: z.array(
      z.object({
        exceptionName: z.string(),
        stacktrace: z.string(),
        timestamp: z.number(),
        taskName: z.nullish(z.string()),
      }),
    ),
  }),
});

const triggerShape = z.object({ 'request-id': z.string() });
const savepointShape = z.object({
  status: z.object({ id: z.string() }),
  operation: z.nullish(
    z.object({
      location: z.nullish(z.string()),
      'failure-cause': z.nullish(z.object({ 'stack-trace': z.nullish(z.string()), class: z.nullish(z.string()) })),
    }),
  ),
});

/** A job with its vertices and Flink's plan. */
export type FlinkJob = Omit<z.infer<typeof jobShape>, 'plan'> & {
  readonly plan: { readonly nodes: readonly FlinkPlanNode[] };
};
/** A figure over all subtasks of a vertex. */
export type FlinkMetric = z.infer<typeof metricsShape>[number];
/** What made a job fail, newest first. */
export type FlinkException = z.infer<typeof exceptionsShape>['exceptionHistory']['entries'][number];

const SAVEPOINT_POLL_MS = 250;
/** Large states take their time to be written. */
const SAVEPOINT_MS_MAX = 30 * 60_000;
/** The server refuses longer requests. */
const NAMES_CHARS_MAX = 2_500;

/** Questions to one JobManager. */
export class RestClient {
  readonly address: string;

  constructor(address: string) {
    this.address = address;
  }

  overview() {
    return ask(overviewShape, this.address, '/overview');
  }

  jobs() {
    return ask(jobsShape, this.address, '/jobs/overview');
  }

  async job(jobId: string): Promise<Result<FlinkJob, AskFailure>> {
    return ask(jobShape, this.address, this.#job(jobId));
  }

  checkpoints(jobId: string) {
    return ask(checkpointsShape, this.address, `${this.#job(jobId)}/checkpoints`);
  }

  async exceptions(jobId: string): Promise<Result<readonly FlinkException[], AskFailure>> {
    const answer = await ask(exceptionsShape, this.address, `${this.#job(jobId)}/exceptions?maxExceptions=5`);
    return answer.ok ? ok(answer.value.exceptionHistory.entries) : answer;
  }

  /** Names of the figures that a vertex has now; few right after its start. */
  async metricNames(jobId: string, vertexId: string): Promise<Result<readonly string[], AskFailure>> {
    const answer = await ask(metricIdsShape, this.address, this.#metrics(jobId, vertexId));
    return answer.ok ? ok(answer.value.map(({ id }) => id)) : answer;
  }

  /** These figures, over all subtasks. Asked in pieces: the names stand in the address. */
  async metrics(
    jobId: string,
    vertexId: string,
    names: readonly string[],
  ): Promise<Result<readonly FlinkMetric[], AskFailure>> {
    const found: FlinkMetric[] = [];
    for (const piece of pieces(names.map(encodeURIComponent))) {
      const answer = await ask(
        metricsShape,
        this.address,
        `${this.#metrics(jobId, vertexId)}?get=${piece}&agg=min,max,sum`,
      );
      if (!answer.ok) return answer;
      found.push(...answer.value);
    }
    return ok(found);
  }

  async cancel(jobId: string): Promise<Result<unknown, AskFailure>> {
    return askJson(this.address, `${this.#job(jobId)}?mode=cancel`, { method: 'PATCH' });
  }

  /** Stops a job with a savepoint; the place of the savepoint once it has been written. */
  async stop(jobId: string, folder: string): Promise<Result<string, AskFailure>> {
    const started = await ask(triggerShape, this.address, `${this.#job(jobId)}/stop`, {
      method: 'POST',
      body: { drain: false, ...(folder === '' ? {} : { targetDirectory: folder }) },
    });
    if (!started.ok) return started;
    const path = `${this.#job(jobId)}/savepoints/${encodeURIComponent(started.value['request-id'])}`;
    const endMs = Date.now() + SAVEPOINT_MS_MAX;
    while (Date.now() < endMs) {
      const answer = await ask(savepointShape, this.address, path);
      if (!answer.ok) return answer;
      if (answer.value.status.id === 'COMPLETED') {
        const { location, 'failure-cause': cause } = answer.value.operation ?? {};
        if (typeof location === 'string') return ok(location);
        const said = cause?.['stack-trace'] ?? cause?.class ?? '';
        const message = `The savepoint was not written${said === '' ? '.' : `: ${rootCause(said)}`}`;
        return err({ status: 200, message, hint: 'The job runs on, or restarts.', said });
      }
      await new Promise((done) => setTimeout(done, SAVEPOINT_POLL_MS));
    }
    return err({ status: 0, message: 'The savepoint takes too long.', hint: 'See the job in Flink itself.', said: '' });
  }

  #job(jobId: string): string {
    return `/jobs/${encodeURIComponent(jobId)}`;
  }

  #metrics(jobId: string, vertexId: string): string {
    return `${this.#job(jobId)}/vertices/${encodeURIComponent(vertexId)}/subtasks/metrics`;
  }
}

function pieces(names: readonly string[]): string[] {
  const out: string[] = [];
  let piece = '';
  for (const name of names) {
    if (piece.length + name.length > NAMES_CHARS_MAX) {
      out.push(piece);
      piece = '';
    }
    piece += piece === '' ? name : `,${name}`;
  }
  return piece === '' ? out : [...out, piece];
}
