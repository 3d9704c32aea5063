/**
 * Rows a second of operators, from the counts of polls. Flink's own rates are means of a minute, and its counts change
 * only when its JobManager has collected them; so a rate is that between the last two changes of a count, for as long as
 * such a change takes.
 */
import type { OperatorFigures } from './operator-figures.ts';

interface Change {
  readonly atMs: number;
  readonly rowsIn: number;
  readonly rowsOut: number;
}

interface Known {
  readonly last: Change;
  readonly takenMs: number;
  readonly inPerSecond: number;
  readonly outPerSecond: number;
}

/** Changes that come this late, as a multiple of the time that the last one took, mean that nothing flows any more. */
const HELD_FACTOR = 2;

/** Rates of the operators of a job. */
export class RowRates {
  readonly #known = new Map<string, Known>();

  /** The figures with rates between the last two changes. */
  with(key: string, figures: OperatorFigures, nowMs: number): OperatorFigures {
    const { rowsIn, rowsOut } = figures;
    const now = { atMs: nowMs, rowsIn: rowsIn ?? 0, rowsOut: rowsOut ?? 0 };
    const known = this.#known.get(key);
    if (known === undefined) {
      this.#known.set(key, { last: now, takenMs: 0, inPerSecond: 0, outPerSecond: 0 });
      return figures;
    }
    const takenMs = nowMs - known.last.atMs;
    const hasChanged = now.rowsIn !== known.last.rowsIn || now.rowsOut !== known.last.rowsOut;
    if (hasChanged && takenMs > 0) {
      const perSecond = (before: number, after: number): number => Math.max(0, ((after - before) * 1000) / takenMs);
      const inPerSecond = perSecond(known.last.rowsIn, now.rowsIn);
      const outPerSecond = perSecond(known.last.rowsOut, now.rowsOut);
      this.#known.set(key, { last: now, takenMs, inPerSecond, outPerSecond });
      return { ...figures, rowsInPerSecond: inPerSecond, rowsOutPerSecond: outPerSecond };
    }
    if (takenMs > known.takenMs * HELD_FACTOR) return { ...figures, rowsInPerSecond: 0, rowsOutPerSecond: 0 };
    return { ...figures, rowsInPerSecond: known.inPerSecond, rowsOutPerSecond: known.outPerSecond };
  }
}
