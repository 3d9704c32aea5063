/**
 * The front end (parser, binder, program edits) as a window sees it. It runs in a worker of the
 * window, so that a large script never blocks a frame. Stateless: each call carries its text.
 */
import * as z from 'zod/mini';
import type { EditRequest, EditResult } from '../program/edit.ts';
import type { ProgramGraph } from '../program/graph.ts';
import type { Layout } from '../program/layout.ts';
import type { Contract } from './contract.ts';
import { languageFeatures } from './language-features.ts';
import { columnShape, diagnosticShape, operatorFileShape, spanShape } from './shared-shapes.ts';

/** Schema and changelog mode of a node's output, when its statement binds. */
export const nodeSchemaShape = z.object({
  nodeId: z.string(),
  columns: z.array(columnShape),
  changelog: z.nullable(z.enum(['append', 'upsert', 'retract'])),
});

/** A function of the library as the window shows it. */
export const functionShape = z.object({
  name: z.string(),
  path: z.string(),
  language: z.string(),
  /** Null for functions of other languages and for files that cannot be read as a declaration. */
  form: z.nullable(z.enum(['scalar', 'table', 'process'])),
  /** `risk(amount DECIMAL(10, 2), city STRING) → DOUBLE`; empty when not known. */
  signature: z.string(),
  /** Columns of the table that a process function is called with, in the graph; null when it is not called. */
  inputColumns: z.nullable(z.array(columnShape)),
  /**
   * The same as members of a TypeScript interface (`readonly amount: Decimal | null;`), for the editor;
   * null with `inputColumns`.
   */
  inputRowType: z.nullable(z.string()),
});

/** One difference from Flink: `wished` is kept, `not-yet` is Flink's answer still to be given. */
export const differenceShape = z.object({
  id: z.string(),
  title: z.string(),
  flink: z.string(),
  millrace: z.string(),
  choice: z.enum(['wished', 'not-yet']),
  reason: z.string(),
});

/** The contract of the language worker. Graph, edits and layouts are our own values on both sides of one window. */
export const languageContract = {
  name: 'language',
  version: 5,
  commands: {
    ...languageFeatures,
    /** Statements, graph, diagnostics of all phases before running, and schemas of all nodes. */
    analyse: {
      in: z.object({ text: z.string(), files: z.array(operatorFileShape) }),
      out: z.object({
        graph: z.custom<ProgramGraph>(),
        /** Those that the graph draws; `statementCount` says how many there are in all. */
        statements: z.array(z.object({ number: z.number(), kind: z.string(), span: spanShape })),
        statementCount: z.number(),
        diagnostics: z.array(diagnosticShape),
        schemas: z.array(nodeSchemaShape),
        functions: z.array(functionShape),
      }),
    },
    edit: {
      in: z.object({
        text: z.string(),
        layout: z.custom<Layout>(),
        request: z.custom<EditRequest>(),
        /** Paths of the TypeScript files there are, so that a new one gets a name of its own. */
        filePaths: z.array(z.string()),
      }),
      out: z.object({ result: z.custom<EditResult>() }),
    },
    /** Positions for all nodes that the layout does not place, without moving those it does. */
    layout: {
      in: z.object({ graph: z.custom<ProgramGraph>(), layout: z.custom<Layout>() }),
      out: z.object({ positions: z.record(z.string(), z.object({ x: z.number(), y: z.number() })) }),
    },
    /** What the engine answers differently from Flink, with its reasons. */
    differences: { in: z.object({}), out: z.object({ differences: z.array(differenceShape) }) },
  },
  events: {},
} as const satisfies Contract;

/** Type of the language contract. */
export type LanguageContract = typeof languageContract;
