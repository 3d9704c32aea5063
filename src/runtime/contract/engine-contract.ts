/**
 * The engine process as its clients (main, renderer, CLI) see it. The renderer talks to it over a
 * message port of its own, so rows never pass through the main process.
 */
import * as z from 'zod/mini';
import type { Contract } from './contract.ts';
import { columnShape, diagnosticShape } from './shared-shapes.ts';

/** State of a run. */
export const runStatusShape = z.enum(['running', 'paused', 'finished', 'failed', 'stopped']);

/** Figures of one canvas node at one moment. */
export const nodeMetricsShape = z.object({
  nodeId: z.string(),
  /** Rows that left the node (for sinks: rows that reached it). */
  rowCount: z.number(),
  /** Rows a second over the last second. */
  rowsPerSecond: z.number(),
  /** Event-time watermark in ms; null before the first; `Infinity` is sent as null with `ended`. */
  watermarkMs: z.nullable(z.number()),
  ended: z.boolean(),
  lateRowCount: z.number(),
  stateEntryCount: z.number(),
  stateSizeBytes: z.number(),
});

/** Figures of a whole run. */
export const runMetricsShape = z.object({
  runId: z.string(),
  status: runStatusShape,
  elapsedMs: z.number(),
  rowsRead: z.number(),
  /** 0 to 1; null for unbounded input. */
  fraction: z.nullable(z.number()),
  nodes: z.array(nodeMetricsShape),
});

/** One retained row of a node: its number in the node's changelog (from 0), its kind, its values as text. */
export const tapRowShape = z.object({
  sequence: z.number(),
  kind: z.enum(['+I', '-U', '+U', '-D']),
  values: z.array(z.nullable(z.string())),
});

/** The contract of the engine process. */
export const engineContract = {
  name: 'engine',
  version: 1,
  commands: {
    /**
     * Plans and starts all INSERT and SELECT statements of a script as one run (statement sets and
     * single statements alike). `folder` resolves relative paths. With errors nothing starts.
     */
    'runs.start': {
      in: z.object({
        script: z.string(),
        folder: z.string(),
        seed: z.optional(z.number()),
        paused: z.optional(z.boolean()),
      }),
      out: z.object({ runId: z.nullable(z.string()), diagnostics: z.array(diagnosticShape) }),
    },
    'runs.pause': { in: z.object({ runId: z.string() }), out: z.object({}) },
    'runs.resume': { in: z.object({ runId: z.string() }), out: z.object({}) },
    /** Reads one more input row of a paused run and lets it go through the whole graph. */
    'runs.step': { in: z.object({ runId: z.string() }), out: z.object({}) },
    'runs.stop': { in: z.object({ runId: z.string() }), out: z.object({}) },
    /** The newest figures, also after the end. */
    'runs.metrics': { in: z.object({ runId: z.string() }), out: runMetricsShape },
    /**
     * Retained rows of a node: the newest `countMax` at or after `fromSequence`. The engine keeps a
     * bounded number per node (`retainedFrom` says where it begins, `total` how many there were).
     */
    'taps.read': {
      in: z.object({ runId: z.string(), nodeId: z.string(), fromSequence: z.number(), countMax: z.number() }),
      out: z.object({
        columns: z.array(columnShape),
        rows: z.array(tapRowShape),
        total: z.number(),
        retainedFrom: z.number(),
      }),
    },
    /** State of a node's operators, a page. */
    'state.list': {
      in: z.object({ runId: z.string(), nodeId: z.string(), offset: z.number(), countMax: z.number() }),
      out: z.object({
        states: z.array(
          z.object({
            operator: z.string(),
            name: z.string(),
            keyColumns: z.array(columnShape),
            valueColumns: z.array(columnShape),
            bound: z.string(),
            entryCount: z.number(),
            sizeBytes: z.number(),
            entries: z.array(
              z.object({ key: z.array(z.nullable(z.string())), value: z.array(z.nullable(z.string())) }),
            ),
          }),
        ),
      }),
    },
    /** The optimised plan as EXPLAIN prints it. */
    'plans.explain': {
      in: z.object({ script: z.string(), folder: z.string() }),
      out: z.object({ text: z.string(), diagnostics: z.array(diagnosticShape) }),
    },
  },
  events: {
    /** At most ten a second while running, and once at the end. */
    'run.metrics': runMetricsShape,
    'run.ended': z.object({ runId: z.string(), status: runStatusShape, diagnostics: z.array(diagnosticShape) }),
  },
} as const satisfies Contract;

/** Type of the engine contract. */
export type EngineContract = typeof engineContract;
