/** Shapes that several contracts share. */
import * as z from 'zod/mini';

/** `Span` of base/span.ts. */
export const spanShape = z.object({ start: z.number(), end: z.number() });

/** `TextEdit` of base/span.ts. */
export const textEditShape = z.object({ span: spanShape, text: z.string() });

/** `Diagnostic` of base/diagnostic.ts. */
export const diagnosticShape = z.object({
  code: z.string(),
  phase: z.enum(['parse', 'validate', 'plan', 'run']),
  severity: z.enum(['error', 'warning', 'info']),
  message: z.string(),
  span: z.optional(spanShape),
  hint: z.optional(z.string()),
  nodeId: z.optional(z.string()),
  flinkClass: z.optional(z.string()),
  fixes: z.optional(z.array(z.object({ title: z.string(), edits: z.array(textEditShape) }))),
  file: z.optional(z.object({ path: z.string(), line: z.number(), column: z.number() })),
});

/** A TypeScript file of the project as the window has it, saved or not; `path` is as in `CREATE FUNCTION … AS`. */
export const operatorFileShape = z.object({ path: z.string(), text: z.string() });

/** What was changed of a TypeScript file; `text` null: it is not in the project any more. */
export const operatorChangeShape = z.object({ path: z.string(), text: z.nullable(z.string()) });

/** Column name and Flink's type summary string. */
export const columnShape = z.object({ name: z.string(), type: z.string() });
