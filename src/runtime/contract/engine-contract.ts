/**
 * The engine process as its clients (main, renderer, CLI) see it. The renderer talks to it over a
 * message port of its own, so rows never pass through the main process.
 *
 * A *view* is something whose rows, figures and state can be looked at: a run, or a replay that stands
 * at a moment of a recording. Everything that reads takes a view's id, so that panels need not know
 * which of the two they show.
 */
import * as z from 'zod/mini';
import { clusterCommands, clusterEvents } from './cluster-commands.ts';
import { connectionCommands } from './connections-commands.ts';
import type { Contract } from './contract.ts';
import { exportCommands } from './export-commands.ts';
import { columnShape, diagnosticShape, operatorFileShape } from './shared-shapes.ts';

/** Longest wait for the first row of a node. */
export const TAP_WAIT_MS_MAX = 1_000;

/** State of a run. One that rests at a breakpoint is `paused`. */
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
  /** Of a job on a cluster only: rows that came in, and the share (0 to 1) of time its task was busy or held up. */
  load: z.optional(
    z.object({ rowsIn: z.nullable(z.number()), busy: z.nullable(z.number()), backPressured: z.nullable(z.number()) }),
  ),
});

/** How the recording of a run stands. */
export const recordingStatusShape = z.object({
  /** Folder of the recording. */
  path: z.string(),
  sizeBytes: z.number(),
  /** Rows that can be gone back to, whatever happens to the process. */
  recordedRows: z.number(),
  /** Why less is recorded than was run; null while all is. */
  note: z.nullable(z.string()),
});

/** Figures of a whole view. */
export const runMetricsShape = z.object({
  /** Id of the view. */
  runId: z.string(),
  status: runStatusShape,
  elapsedMs: z.number(),
  rowsRead: z.number(),
  /** 0 to 1; null for unbounded input. */
  fraction: z.nullable(z.number()),
  nodes: z.array(nodeMetricsShape),
  /** Null when the run is not recorded. */
  recording: z.nullable(recordingStatusShape),
});

/** One retained row of a node: its number in the node's changelog (from 0), its kind, its values as text. */
export const tapRowShape = z.object({
  sequence: z.number(),
  kind: z.enum(['+I', '-U', '+U', '-D']),
  values: z.array(z.nullable(z.string())),
});

/** Stops where a row of an edge meets a condition. */
export const breakpointShape = z.object({
  id: z.string(),
  /** Canvas nodes at the ends of the edge. */
  from: z.string(),
  to: z.string(),
  /** SQL over the columns of `from`; empty: every row. */
  condition: z.string(),
  enabled: z.boolean(),
});

/** Where a breakpoint stopped: the first row that met it. */
export const breakpointHitShape = z.object({
  breakpointId: z.string(),
  /** Input rows that have gone through, this one included: the moment to seek to. */
  row: z.number(),
  columns: z.array(columnShape),
  kind: z.enum(['+I', '-U', '+U', '-D']),
  values: z.array(z.nullable(z.string())),
});

/** What a state is. */
export const stateDescriptionShape = z.object({
  /** Names the state within its node. */
  stateId: z.string(),
  /** Flink's name of the operator that keeps it. */
  operator: z.string(),
  name: z.string(),
  kind: z.enum(['value', 'list', 'map', 'timers']),
  keyColumns: z.array(columnShape),
  valueColumns: z.array(columnShape),
  /** 0: for ever. */
  ttlMs: z.number(),
  /** What makes it shrink, a sentence. */
  bound: z.string(),
  entryCount: z.number(),
  sizeBytes: z.number(),
});

/** A moment of a recording, as a replay stands at it. */
export const momentShape = z.object({
  replayId: z.string(),
  /** Input rows that have gone through. */
  row: z.number(),
  /** Input rows that the recording holds (so far, for a run that goes on). */
  rowCount: z.number(),
  /** Processing time of the moment; null when nothing ran. */
  timeMs: z.nullable(z.number()),
  /** Processing time of the first and the last thing recorded. */
  startMs: z.nullable(z.number()),
  endMs: z.nullable(z.number()),
  isAtEnd: z.boolean(),
  isPlaying: z.boolean(),
  /** The row that entered last: where it came from, and its values. */
  entered: z.nullable(
    z.object({
      nodeId: z.nullable(z.string()),
      /** Position within its source: `orders.json, row 17`. */
      position: z.string(),
      columns: z.array(columnShape),
      values: z.array(z.nullable(z.string())),
    }),
  ),
  /** At the end: the sums of the first run and of this replay. */
  digests: z.nullable(z.object({ first: z.nullable(z.string()), replayed: z.string() })),
  metrics: runMetricsShape,
});

/** A recording on disk. */
export const recordingLinkShape = z.object({
  path: z.string(),
  startedAtMs: z.number(),
  status: runStatusShape,
  rowCount: z.number(),
  sizeBytes: z.number(),
  /** Whether its script is the one given with the question. */
  isSameScript: z.boolean(),
  /** Why it cannot be opened; null when it can. */
  damage: z.nullable(z.string()),
});

const failureShape = z.nullable(z.object({ message: z.string(), hint: z.string() }));

/** The contract of the engine process. */
export const engineContract = {
  name: 'engine',
  version: 3,
  commands: {
    /**
     * Plans and starts all INSERT and SELECT statements of a script as one run (statement sets and
     * single statements alike). `folder` resolves relative paths. With errors nothing starts. A folder
     * that is not trusted (the main process says which are) starts nothing and compiles nothing.
     */
    'runs.start': {
      in: z.object({
        script: z.string(),
        folder: z.string(),
        /** TypeScript files as the window has them; the others are read from the folder. */
        files: z.optional(z.array(operatorFileShape)),
        seed: z.optional(z.number()),
        paused: z.optional(z.boolean()),
        /** Where and how much to record; left out: not recorded. */
        recording: z.optional(z.object({ folder: z.string(), sizeBytesMax: z.number() })),
        breakpoints: z.optional(z.array(breakpointShape)),
      }),
      out: z.object({ runId: z.nullable(z.string()), diagnostics: z.array(diagnosticShape) }),
    },
    'runs.pause': { in: z.object({ runId: z.string() }), out: z.object({}) },
    'runs.resume': { in: z.object({ runId: z.string() }), out: z.object({}) },
    /** Reads one more input row of a paused run and lets it go through the whole graph. */
    'runs.step': { in: z.object({ runId: z.string() }), out: z.object({}) },
    'runs.stop': { in: z.object({ runId: z.string() }), out: z.object({}) },
    /** The newest figures of a view, also after the end. */
    'runs.metrics': { in: z.object({ runId: z.string() }), out: runMetricsShape },
    /** Breakpoints of a view, all of them; conditions that do not bind come back as diagnostics by id. */
    'breakpoints.set': {
      in: z.object({ runId: z.string(), breakpoints: z.array(breakpointShape) }),
      out: z.object({ problems: z.array(z.object({ breakpointId: z.string(), diagnostic: diagnosticShape })) }),
    },
    /**
     * Retained rows of a node: the newest `countMax` at or after `fromSequence`. The engine keeps a
     * bounded number per node (`retainedFrom` says where it begins, `total` how many there were). With `waitMs`
     * the answer comes as soon as there is a row, and without one when that time is over.
     */
    'taps.read': {
      in: z.object({
        runId: z.string(),
        nodeId: z.string(),
        fromSequence: z.number(),
        countMax: z.number(),
        waitMs: z.optional(z.number().check(z.gte(0), z.lte(TAP_WAIT_MS_MAX))),
      }),
      out: z.object({
        columns: z.array(columnShape),
        rows: z.array(tapRowShape),
        total: z.number(),
        retainedFrom: z.number(),
      }),
    },
    /** All states of a node's operators. Cheap whatever their size. */
    'state.describe': {
      in: z.object({ runId: z.string(), nodeId: z.string() }),
      out: z.object({ states: z.array(stateDescriptionShape) }),
    },
    /**
     * A page of one state. Looking through a large state is done in slices between rows, so it never holds
     * the run up; the answer may then be of several moments, and says so.
     */
    'state.page': {
      in: z.object({
        runId: z.string(),
        nodeId: z.string(),
        stateId: z.string(),
        offset: z.number(),
        countMax: z.number(),
        /** Only entries whose key, as shown, contains this text (any case); empty: all. */
        filter: z.string(),
        /** Null: the order in which keys came. */
        sort: z.nullable(
          z.object({ by: z.enum(['key', 'value', 'updated']), column: z.number(), descending: z.boolean() }),
        ),
      }),
      out: z.object({
        entries: z.array(
          z.object({
            key: z.array(z.nullable(z.string())),
            value: z.array(z.nullable(z.string())),
            /** Processing time of the last change; null when the operator does not keep it. */
            updatedMs: z.nullable(z.number()),
          }),
        ),
        /** Entries that pass the filter. */
        matchCount: z.number(),
        entryCount: z.number(),
        sizeBytes: z.number(),
        /** The state changed while it was looked through. */
        isMoving: z.boolean(),
      }),
    },
    /** Recordings in a folder, newest first. */
    'recordings.list': {
      in: z.object({ folder: z.string(), script: z.string() }),
      out: z.object({ recordings: z.array(recordingLinkShape) }),
    },
    /** Deletes one recording, or all but the newest `keepCount`. */
    'recordings.delete': {
      in: z.object({
        folder: z.string(),
        path: z.nullable(z.string()),
        keepCount: z.nullable(z.number()),
      }),
      out: z.object({ deletedCount: z.number(), failure: failureShape }),
    },
    /**
     * Opens the recording of a run (which is paused when it goes on) or of a folder, and stands at its end
     * or at `row`. The replay is a view.
     */
    'replays.open': {
      in: z.object({
        runId: z.nullable(z.string()),
        path: z.nullable(z.string()),
        row: z.nullable(z.number()),
      }),
      out: z.object({ moment: z.nullable(momentShape), script: z.string(), failure: failureShape }),
    },
    /** Goes to the moment right after row `row` (0: the beginning). A newer seek overtakes one under way. */
    'replays.seek': {
      in: z.object({ replayId: z.string(), row: z.number() }),
      out: z.object({ moment: z.nullable(momentShape), failure: failureShape }),
    },
    /** One input row forward or back. */
    'replays.step': {
      in: z.object({ replayId: z.string(), by: z.literal([1, -1]) }),
      out: z.object({ moment: z.nullable(momentShape), failure: failureShape }),
    },
    /** Plays on: `speed` 1 is the pace of the run, 10 ten times that, null as fast as possible. Stops at breakpoints. */
    'replays.play': {
      in: z.object({ replayId: z.string(), speed: z.nullable(z.number()) }),
      out: z.object({}),
    },
    'replays.pause': { in: z.object({ replayId: z.string() }), out: z.object({}) },
    'replays.close': { in: z.object({ replayId: z.string() }), out: z.object({}) },
    /** Compiles TypeScript files and says what is wrong with them, without running anything. Trusted folders only. */
    'functions.check': {
      in: z.object({ script: z.string(), folder: z.string(), files: z.array(operatorFileShape) }),
      out: z.object({ diagnostics: z.array(diagnosticShape) }),
    },
    ...connectionCommands,
    ...exportCommands,
    ...clusterCommands,
    /** The optimised plan as EXPLAIN prints it. */
    'plans.explain': {
      in: z.object({ script: z.string(), folder: z.string(), files: z.optional(z.array(operatorFileShape)) }),
      out: z.object({ text: z.string(), diagnostics: z.array(diagnosticShape) }),
    },
  },
  events: {
    /** At most ten a second while running, and once at the end. */
    'run.metrics': runMetricsShape,
    'run.ended': z.object({ runId: z.string(), status: runStatusShape, diagnostics: z.array(diagnosticShape) }),
    /** A breakpoint stopped a run (now paused) or a replay that played. `runId` is the view. */
    'run.broke': z.object({ runId: z.string(), hit: breakpointHitShape }),
    /** Where a replay stands while it plays, at most thirty a second, and when it stops. */
    'replay.moved': momentShape,
    ...clusterEvents,
  },
} as const satisfies Contract;

/** Type of the engine contract. */
export type EngineContract = typeof engineContract;
