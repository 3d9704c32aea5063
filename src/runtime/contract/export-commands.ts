/**
 * Commands of the engine for leaving towards Flink: a bundle is prepared, looked at file by file, and written into a
 * folder that the user chose. What is written is exactly what was prepared and looked at. Part of the engine contract.
 */
import * as z from 'zod/mini';
import type { CommandShape } from './contract.ts';
import { diagnosticShape, operatorFileShape } from './shared-shapes.ts';

/** What an export has to say of a node, or (node null) of the whole job. `isRefusal`: it cannot run there at all. */
export const findingShape = z.object({
  code: z.string(),
  message: z.string(),
  nodeId: z.nullable(z.string()),
  isRefusal: z.boolean(),
});

/** A file of a bundle, in the order in which it is written. */
export const bundleFileShape = z.object({
  /** From the root of the bundle, with forward slashes. */
  path: z.string(),
  sizeBytes: z.number(),
  /** Data of the project that is copied as it is; else text that the export made. */
  isData: z.boolean(),
  /** Gets the right to be run. */
  isProgram: z.boolean(),
});

/** Where the expected rows come from: none, a run here and now, or a recording on the disk. */
export const expectedSourceShape = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  z.object({ kind: z.literal('run') }),
  z.object({ kind: z.literal('recording'), path: z.string() }),
]);

/** Commands, spread into the engine contract. */
export const exportCommands = {
  /**
   * Makes the bundle of a job, without writing anything. With refusals, or mistakes in the script, there are no files.
   * The last bundle that was prepared is kept until the next one or `exports.close`. Trusted folders only: compiling
   * and expected rows run code.
   */
  'exports.prepare': {
    in: z.object({
      script: z.string(),
      folder: z.string(),
      name: z.string(),
      /** TypeScript files as the window has them. */
      files: z.array(operatorFileShape),
      expected: expectedSourceShape,
    }),
    out: z.object({
      /** Null: there is nothing to write. */
      exportId: z.nullable(z.string()),
      files: z.array(bundleFileShape),
      findings: z.array(findingShape),
      diagnostics: z.array(diagnosticShape),
      /** Rows that were found for each sink; null when none were asked for. */
      expected: z.nullable(z.array(z.object({ table: z.string(), rowCount: z.number() }))),
      /** Why it failed, beside findings and diagnostics; null when it did not. */
      failure: z.nullable(z.string()),
      isCancelled: z.boolean(),
    }),
  },
  /** A prepared file as text, cut where it is long; null when it is none (bytes) or not there any more. */
  'exports.file': {
    in: z.object({ exportId: z.string(), path: z.string() }),
    out: z.object({ text: z.nullable(z.string()), isCut: z.boolean() }),
  },
  /**
   * Writes a prepared bundle into a folder that the user chose (the main process said so), all files or none. Files that
   * no export wrote, or that were changed since, stay unless `isForced`.
   */
  'exports.write': {
    in: z.object({ exportId: z.string(), folder: z.string(), isForced: z.boolean() }),
    out: z.object({
      fileCount: z.number(),
      /** `canForce`: writing over what is there would do. */
      failure: z.nullable(z.object({ message: z.string(), canForce: z.boolean() })),
    }),
  },
  /** Ends what is being prepared, whatever it does, and forgets what was. */
  'exports.close': { in: z.object({}), out: z.object({}) },
} as const satisfies Readonly<Record<string, CommandShape>>;

/** Commands of the main process: only it may ask the user for a folder. Spread into the workspace contract. */
export const exportFolderCommands = {
  /** Asks for a folder to export into; null: the user went away. From then on an export may write there. */
  'exports.choose-folder': { in: z.object({}), out: z.object({ folder: z.nullable(z.string()) }) },
  /** Shows a folder that was chosen in the system's file manager. */
  'exports.reveal': { in: z.object({ folder: z.string() }), out: z.object({}) },
} as const satisfies Readonly<Record<string, CommandShape>>;

/** A bundle as `exports.prepare` describes it. */
export type PreparedExport = z.infer<(typeof exportCommands)['exports.prepare']['out']>;

/** Nothing was prepared; who answers it says why. */
export const NOTHING_PREPARED: PreparedExport = {
  exportId: null,
  files: [],
  findings: [],
  diagnostics: [],
  expected: null,
  failure: null,
  isCancelled: false,
};
