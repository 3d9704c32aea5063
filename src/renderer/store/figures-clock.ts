/**
 * Lets figures through at most ten times a second, the newest of them last. The first tenth of a
 * second of a run belongs to its rows: painting counts on every card then would put off the first row.
 */
import type { RunMetrics } from './run.ts';

/** Least time between two paintings of figures. */
export const FIGURES_INTERVAL_MS = 100;

/** Holds figures back until it is time for them. */
export class FiguresClock {
  private readonly take: (metrics: RunMetrics) => void;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private waiting: RunMetrics | null = null;
  private lastMs = Number.NEGATIVE_INFINITY;

  constructor(take: (metrics: RunMetrics) => void) {
    this.take = take;
  }

  /** A run begins: nothing of the one before is shown any more. */
  startOver(): void {
    this.waiting = null;
    this.lastMs = performance.now();
  }

  /** Shows figures now or when it is time. */
  show(metrics: RunMetrics): void {
    this.waiting = metrics;
    if (this.timer !== null) return;
    const waitMs = this.lastMs + FIGURES_INTERVAL_MS - performance.now();
    if (waitMs <= 0) this.flush();
    else this.timer = setTimeout(() => this.flush(), waitMs);
  }

  /** Shows figures at once. */
  showNow(metrics: RunMetrics): void {
    this.waiting = metrics;
    this.flush();
  }

  /** Shows at once what waits. */
  flush(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    const metrics = this.waiting;
    this.waiting = null;
    if (metrics === null) return;
    this.lastMs = performance.now();
    this.take(metrics);
  }
}
