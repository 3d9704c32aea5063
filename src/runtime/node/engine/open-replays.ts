/**
 * The replays of a supervisor: which thread shows each, and which run it goes back in. A run that somebody goes back
 * in is not forgotten: its recording is open in the thread, and would be closed under the replay.
 */
import type { RunEntry, Thread } from './supervised.ts';

interface OpenReplay {
  readonly thread: Thread;
  /** The run of this supervisor whose recording it shows; null for a recording of an earlier time. */
  readonly entry: RunEntry | null;
}

/** Replays by id, and those that are being opened. */
export class OpenReplays {
  readonly #open = new Map<string, OpenReplay>();
  readonly #opening = new Set<{ readonly entry: RunEntry | null }>();

  threadOf(replayId: string): Thread | null {
    return this.#open.get(replayId)?.thread ?? null;
  }

  /** One is about to be opened in `thread`; to be told which it is, or null: none was opened. */
  begin(thread: Thread, entry: RunEntry | null): (replayId: string | null) => void {
    const opening = { entry };
    this.#opening.add(opening);
    return (replayId) => {
      this.#opening.delete(opening);
      if (replayId !== null) this.#open.set(replayId, { thread, entry });
    };
  }

  delete(replayId: string): void {
    this.#open.delete(replayId);
  }

  clear(): void {
    this.#open.clear();
  }

  /** Whether somebody goes back in this run. */
  isOn(entry: RunEntry): boolean {
    return [...this.#open.values(), ...this.#opening].some((each) => each.entry === entry);
  }
}
