/**
 * Goes ahead over a recording while nobody moves in it, so that every later move finds a waypoint near (`Replay.scout`).
 * In short slices, and never while somebody waits for something else in the same thread.
 */
import type { Host } from '../engine/scheduler.ts';
import type { Replay } from '../recording/replay.ts';

/** Work of which nobody waits for the end: a command that comes meanwhile does not wait noticeably. */
const SLICE_MS = 4;

/** What a scout has to know of whom it serves. */
export interface Scouted {
  /** Whether a move was asked for and is not over. */
  isMoving(): boolean;
  /** Resolves when the move under way is over. */
  moved(): Promise<unknown>;
  /** Whether it may go at all. */
  mayGo(): boolean;
}

/** Makes waypoints in the background. */
export class ReplayScout {
  readonly #host: Host;
  readonly #replay: Replay;
  readonly #scouted: Scouted;
  #underWay: Promise<void> | null = null;

  constructor(host: Host, replay: Replay, scouted: Scouted) {
    this.#host = host;
    this.#replay = replay;
    this.#scouted = scouted;
  }

  /** Whether it is on its way. */
  get isGoing(): boolean {
    return this.#underWay !== null;
  }

  /** Goes, unless it does already. */
  go(): void {
    if (this.#underWay !== null || !this.#scouted.mayGo()) return;
    const { clock } = this.#host;
    let sliceEndMs = clock.nowMs() + SLICE_MS;
    const breathe = (): Promise<boolean> | boolean => {
      if (clock.nowMs() < sliceEndMs && !this.#scouted.isMoving()) return this.#scouted.mayGo();
      return this.#rest().then(() => {
        sliceEndMs = clock.nowMs() + SLICE_MS;
        return this.#scouted.mayGo();
      });
    };
    const over = (): void => {
      this.#underWay = null;
    };
    // What goes wrong ahead is told to who goes there.
    this.#underWay = this.#replay.scout(breathe).then(over, over);
  }

  /** Resolves when it is back: with nothing left to do, or because it may not go on. */
  async back(): Promise<void> {
    await this.#underWay;
  }

  async #rest(): Promise<void> {
    do {
      await new Promise<void>((resolve) => this.#host.defer(resolve));
      await this.#scouted.moved();
    } while (this.#scouted.isMoving());
  }
}
