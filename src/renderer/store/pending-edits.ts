/**
 * Text that a form or an editor has taken in but not yet turned into an edit (it waits for a pause in
 * typing). Whoever needs the true program (run, save, undo, close) asks for all of it first.
 */

type Flush = () => Promise<void> | void;

const waiting = new Set<Flush>();

/** Registers work that waits; the answer takes it back. */
export function registerPending(flush: Flush): () => void {
  waiting.add(flush);
  return () => waiting.delete(flush);
}

/** Does all waiting work now. */
export async function flushPending(): Promise<void> {
  for (const flush of [...waiting]) {
    waiting.delete(flush);
    await flush();
  }
}
