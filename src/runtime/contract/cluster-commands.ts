/**
 * Commands of the engine for a running Flink cluster: try a connection, submit the job through its SQL gateway, watch
 * jobs through its REST interface, stop them. Part of the engine contract.
 *
 * A watched set of jobs is a view: its figures come as `run.metrics` under the view's id, like those of a run or a
 * replay, with `cluster.jobs` beside them for what only a cluster has.
 */
import * as z from 'zod/mini';
import type { CommandShape } from './contract.ts';
import { diagnosticShape, operatorFileShape } from './shared-shapes.ts';

/** Where a cluster is reached: addresses as `http://host:port`. Either may be empty when it is not needed. */
export const clusterAddressShape = z.object({ gateway: z.string(), rest: z.string() });

/** What one end of a connection said when it was tried. */
export const endpointTestShape = z.object({
  isFine: z.boolean(),
  /** A sentence: what answered, or what is wrong and what to do. */
  message: z.string(),
});

/** How a job on the cluster stands. Flink: `JobStatus`. */
export const jobStateShape = z.enum([
  'INITIALIZING',
  'CREATED',
  'RUNNING',
  'FAILING',
  'FAILED',
  'CANCELLING',
  'CANCELED',
  'FINISHED',
  'RESTARTING',
  'SUSPENDED',
  'RECONCILING',
]);

/** A job in a list. */
export const jobLinkShape = z.object({
  jobId: z.string(),
  name: z.string(),
  state: jobStateShape,
  startedAtMs: z.number(),
  durationMs: z.number(),
});

/** Checkpoints of a job. Flink: `CheckpointingStatistics`. */
export const checkpointsShape = z.object({
  completedCount: z.number(),
  failedCount: z.number(),
  inProgressCount: z.number(),
  /** The newest that was completed. */
  last: z.nullable(z.object({ atMs: z.number(), durationMs: z.number(), sizeBytes: z.number() })),
  /** Where the job was restored from; null when it began anew. */
  restoredFrom: z.nullable(z.string()),
});

/** A job that is watched. */
export const watchedJobShape = z.object({
  ...jobLinkShape.def.shape,
  parallelism: z.number(),
  /** Null until they were asked for. */
  checkpoints: z.nullable(checkpointsShape),
});

/** An operator of Flink's plan that no node of the canvas stands for. */
export const unmappedOperatorShape = z.object({
  operator: z.string(),
  rowsIn: z.nullable(z.number()),
  rowsOut: z.nullable(z.number()),
});

/** A savepoint to start from: of the job that a statement starts (by its number in the script). */
export const resumeShape = z.object({ statement: z.number(), path: z.string() });

const failureShape = z.nullable(z.object({ message: z.string(), hint: z.string() }));

/** Commands, spread into the engine contract. */
export const clusterCommands = {
  /** Tries both ends of a connection. */
  'cluster.test': {
    in: clusterAddressShape,
    out: z.object({ gateway: endpointTestShape, rest: endpointTestShape }),
  },
  /**
   * Sends the script through the SQL gateway, statement by statement. What Flink refuses comes back as a diagnostic at
   * the statement; nothing after it is sent then. Trusted folders only.
   */
  'cluster.submit': {
    in: z.object({
      address: clusterAddressShape,
      script: z.string(),
      folder: z.string(),
      files: z.array(operatorFileShape),
      name: z.string(),
      /** Folder that relative paths count from, as gateway and cluster see it. */
      root: z.string(),
      /** Where the built bundle lies on this machine, for its jar; empty when the job has no functions. */
      bundleFolder: z.string(),
      resume: z.array(resumeShape),
    }),
    out: z.object({
      jobs: z.array(z.object({ jobId: z.string(), name: z.string(), statement: z.number() })),
      diagnostics: z.array(diagnosticShape),
      /** Said beside: statements that were left out, and why. */
      notes: z.array(z.string()),
      failure: failureShape,
    }),
  },
  /** Jobs that the cluster knows, newest first. */
  'cluster.jobs': {
    in: clusterAddressShape,
    out: z.object({ jobs: z.array(jobLinkShape), failure: failureShape }),
  },
  /** Watches jobs as one view; the one that was watched before is left. */
  'cluster.watch': {
    in: z.object({
      address: clusterAddressShape,
      jobIds: z.array(z.string()),
      script: z.string(),
      folder: z.string(),
      files: z.array(operatorFileShape),
    }),
    out: z.object({ viewId: z.string() }),
  },
  'cluster.unwatch': { in: z.object({ viewId: z.string() }), out: z.object({}) },
  /** Stops a job with a savepoint and answers when it has been written. `folder` empty: where the cluster is set to. */
  'cluster.stop': {
    in: z.object({ address: clusterAddressShape, jobId: z.string(), folder: z.string() }),
    out: z.object({ path: z.nullable(z.string()), failure: failureShape }),
  },
  'cluster.cancel': {
    in: z.object({ address: clusterAddressShape, jobId: z.string() }),
    out: z.object({ failure: failureShape }),
  },
} as const satisfies Readonly<Record<string, CommandShape>>;

/** Events, spread into the engine contract. */
export const clusterEvents = {
  /** A step of a submission, a few words. */
  'cluster.progress': z.object({ text: z.string() }),
  /** What is watched, once a poll. */
  'cluster.jobs': z.object({
    viewId: z.string(),
    jobs: z.array(watchedJobShape),
    /** Null while the cluster answers; else why it does not, and since when. */
    away: z.nullable(z.object({ message: z.string(), sinceMs: z.number() })),
    unmapped: z.array(unmappedOperatorShape),
    /** Nodes that Flink runs together with others in one operator, so that their own count is not known. */
    merged: z.array(z.object({ nodeId: z.string(), operator: z.string() })),
    /** What made the jobs fail or restart. */
    diagnostics: z.array(diagnosticShape),
  }),
} as const;
