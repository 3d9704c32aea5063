/**
 * Work that the text does not show yet: what a form or an editor has taken in but not turned into an
 * edit (it waits for a pause in typing), and edits that are being computed. Whoever needs the true
 * program (run, save, undo, close) asks for all of it first.
 */

type Flush = () => Promise<void> | void;

const waiting = new Set<Flush>();
/** The last edit under way; each waits for the one before it. */
let underWay: Promise<unknown> = Promise.resolve();

/** Registers work that waits; the answer takes it back. */
export function registerPending(flush: Flush): () => void {
  waiting.add(flush);
  return () => waiting.delete(flush);
}

/** Does `work` after all edits that are under way, so that each is computed on what the one before it left. */
export function afterOthers<T>(work: () => Promise<T>): Promise<T> {
  const answer = underWay.then(work);
  underWay = answer.catch(() => undefined);
  return answer;
}

/** Does all waiting work now, and lets edits under way end: a card that was just dropped has its new place. */
export async function flushPending(): Promise<void> {
  for (const flush of [...waiting]) {
    waiting.delete(flush);
    await flush();
  }
  // An edit may be followed by another one of the same gesture.
  for (let last = null; last !== underWay; ) {
    last = underWay;
    await last;
  }
}
