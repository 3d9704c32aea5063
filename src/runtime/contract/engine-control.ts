/**
 * What the main process tells the engine process: that a window's port comes with the message, and which
 * folders the user trusts, and the secrets of connections. These go this way and not through the window, so that
 * a page can never give itself trust, nor read a secret.
 */
import * as z from 'zod/mini';

const controlShape = z.discriminatedUnion('kind', [
  /** A port that the engine contract is to be served on is transferred with this message. */
  z.object({ kind: z.literal('port') }),
  /**
   * Real paths of folders whose projects may run, and all folders below them. Replaces what was told before;
   * sent before the first port.
   */
  z.object({ kind: z.literal('trusted-folders'), folders: z.array(z.string()) }),
  /** Folders that the user chose to export into, in this session; all of them. */
  z.object({ kind: z.literal('export-folders'), folders: z.array(z.string()) }),
  /** All secrets that are kept, each with the addresses that it may be sent to. Replaces what was told before. */
  z.object({
    kind: z.literal('secrets'),
    secrets: z.array(z.object({ name: z.string(), value: z.string(), addresses: z.array(z.string()) })),
  }),
]);

/** A message of the main process to the engine process. */
export type EngineControl = z.infer<typeof controlShape>;

/** The message in `data`; null when it is none. */
export function readEngineControl(data: unknown): EngineControl | null {
  const parsed = z.safeParse(controlShape, data);
  return parsed.success ? parsed.data : null;
}
