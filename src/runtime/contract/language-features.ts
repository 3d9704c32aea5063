/**
 * What the SQL editors ask the language worker while somebody types: completion, hover, help with arguments,
 * definitions, rename. Offsets are UTF-16 units of the text that each call carries.
 */
import * as z from 'zod/mini';
import { operatorFileShape, spanShape, textEditShape } from './shared-shapes.ts';

const place = { text: z.string(), files: z.array(operatorFileShape), offset: z.number() };

/** Commands of the language contract that are about a place in the text. */
export const languageFeatures = {
  complete: {
    in: z.object(place),
    out: z.object({
      replace: spanShape,
      items: z.array(
        z.object({
          label: z.string(),
          kind: z.enum(['column', 'table', 'function', 'keyword', 'type', 'option', 'value', 'parameter', 'unit']),
          detail: z.string(),
          doc: z.string(),
          insert: z.string(),
          rank: z.number(),
        }),
      ),
    }),
  },
  hover: {
    in: z.object(place),
    out: z.object({ hover: z.nullable(z.object({ span: spanShape, markdown: z.string() })) }),
  },
  signature: {
    in: z.object(place),
    out: z.object({
      help: z.nullable(
        z.object({ label: z.string(), doc: z.string(), parameters: z.array(z.string()), active: z.number() }),
      ),
    }),
  },
  /** Where the name is given; `path` names a TypeScript file instead of a place in the text. */
  definition: {
    in: z.object(place),
    out: z.object({ places: z.array(z.object({ span: spanShape, path: z.optional(z.string()) })) }),
  },
  /** All places that mean the same. */
  references: { in: z.object(place), out: z.object({ spans: z.array(spanShape) }) },
  /** Edits into the one style; `within`: only the statements that it touches. */
  format: {
    in: z.object({ text: z.string(), within: z.nullable(spanShape) }),
    out: z.object({ edits: z.array(textEditShape) }),
  },
  renameTarget: {
    in: z.object(place),
    out: z.object({ target: z.nullable(z.object({ span: spanShape, name: z.string() })) }),
  },
  /** `table`: the statement whose node is to be renamed by an edit request. */
  renameName: {
    in: z.object({ ...place, name: z.string() }),
    out: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('edits'), edits: z.array(textEditShape), label: z.string() }),
      z.object({ kind: z.literal('table'), definition: spanShape }),
      z.object({ kind: z.literal('refused'), reason: z.string() }),
    ]),
  },
} as const;
