/** Figures of a run at one moment: what the designer's footers and the CLI's progress line show. */

/** State of a run. Same names as `runStatusShape` of the contract. */
export type RunStatus = 'running' | 'paused' | 'finished' | 'failed' | 'stopped';

/** Figures of one canvas node. */
export interface NodeMetrics {
  readonly nodeId: string;
  /** Rows that left the node; for sinks, rows that reached it. */
  readonly rowCount: number;
  /** Watermark behind the node in event-time ms; -Infinity before the first, Infinity at the end. */
  readonly watermarkMs: number;
  readonly lateRowCount: number;
  readonly stateEntryCount: number;
  readonly stateSizeBytes: number;
}

/** Rates are over this much time … */
const WINDOW_MS = 1_000;
/** … in steps of this: exact to a twentieth, and a copy of the counts no more than 20 times a second. */
const STEP_MS = 50;

/** What a `RateHistory` remembers, as plain data. */
export interface RateSnapshot {
  readonly firstMs: number | null;
  readonly lastMs: number;
  readonly samples: ReadonlyArray<readonly [timeMs: number, counts: readonly number[]]>;
}

/**
 * How growing counts stood in the last second, by the clock of the run: all rows of a turn count at the turn's
 * time. So a rate is a function of what was recorded, and the same in a replay.
 */
export class RateHistory {
  readonly #counts: () => readonly number[];
  #firstMs: number | null = null;
  #lastMs = 0;
  /** Counts after all that happened up to a time, oldest first; one of them may lie before the window. */
  #samples: (readonly [timeMs: number, counts: readonly number[]])[] = [];

  constructor(counts: () => readonly number[]) {
    this.#counts = counts;
  }

  /** What comes next happens at `timeMs`. Cheap: counts are copied only when a step is over. */
  turn(timeMs: number): void {
    if (this.#firstMs === null) this.#firstMs = timeMs;
    else if (Math.floor(timeMs / STEP_MS) !== Math.floor(this.#lastMs / STEP_MS)) {
      this.#samples.push([this.#lastMs, this.#counts()]);
      while ((this.#samples[1]?.[0] ?? timeMs) <= timeMs - WINDOW_MS) this.#samples.shift();
    }
    this.#lastMs = timeMs;
  }

  /** Growth a second of each count over the second before `nowMs`; over less in the first second. */
  ratesAt(nowMs: number): readonly number[] {
    const counts = this.#counts();
    const fromMs = nowMs - WINDOW_MS;
    const overMs = Math.min(WINDOW_MS, nowMs - (this.#firstMs ?? nowMs));
    if (overMs <= 0) return counts.map(() => 0);
    let before: readonly number[] | null = this.#lastMs <= fromMs ? counts : null;
    for (let i = this.#samples.length - 1; i >= 0 && before === null; i--) {
      const [timeMs, then] = this.#samples[i] as readonly [number, readonly number[]];
      if (timeMs <= fromMs) before = then;
    }
    return counts.map((count, place) => ((count - (before?.[place] ?? 0)) * 1000) / overMs);
  }

  snapshot(): RateSnapshot {
    return { firstMs: this.#firstMs, lastMs: this.#lastMs, samples: [...this.#samples] };
  }

  restore(snapshot: RateSnapshot): void {
    this.#firstMs = snapshot.firstMs;
    this.#lastMs = snapshot.lastMs;
    this.#samples = [...snapshot.samples];
  }
}
