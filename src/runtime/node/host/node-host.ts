/** Clock, timers and event loop of Node behind the engine's seams. */
import type { Disposable } from '../../base/disposable.ts';
import type { Host } from '../../engine/scheduler.ts';
import type { Clock } from '../../seams/clock.ts';

/** `setTimeout` counts in 32 bits; longer waits are made of several. */
const TIMEOUT_MS_MAX = 2_147_483_647;

/** The wall clock, kept from going back when the machine's clock is set. */
class NodeClock implements Clock {
  #latestMs = 0;

  nowMs(): number {
    this.#latestMs = Math.max(this.#latestMs, Date.now());
    return this.#latestMs;
  }

  at(atMs: number, run: () => void): Disposable {
    let timer: NodeJS.Timeout | null = null;
    const wait = (): void => {
      const leftMs = atMs - this.nowMs();
      if (leftMs <= 0) run();
      else timer = setTimeout(wait, Math.min(Math.ceil(leftMs), TIMEOUT_MS_MAX));
    };
    timer = setTimeout(wait, Math.min(Math.max(0, Math.ceil(atMs - this.nowMs())), TIMEOUT_MS_MAX));
    return {
      dispose: () => {
        if (timer !== null) clearTimeout(timer);
        timer = null;
      },
    };
  }
}

/** The host of runs in a Node process. */
export function nodeHost(): Host {
  return { clock: new NodeClock(), defer: (task) => void setImmediate(task) };
}
