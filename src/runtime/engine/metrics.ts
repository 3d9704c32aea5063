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

/** Rows a second over the last second, from samples of a growing count. */
export class RateMeter {
  readonly #samples: { readonly atMs: number; readonly count: number }[] = [];

  /** Adds a sample and answers the rate over the second before it. */
  sample(atMs: number, count: number): number {
    this.#samples.push({ atMs, count });
    while (this.#samples.length > 2 && (this.#samples[1]?.atMs ?? atMs) <= atMs - 1000) this.#samples.shift();
    const first = this.#samples[0];
    if (first === undefined || first.atMs === atMs) return 0;
    return ((count - first.count) * 1000) / (atMs - first.atMs);
  }
}
