/** What the time bar says and understands, apart from how it looks. Pure. */
import type { Moment } from '../store/view.ts';
import { formatCount, formatWallClock } from '../ui/format.ts';

/** Where the thumb stands, and on what scale. */
export interface ThumbPlace {
  readonly row: number;
  readonly rowCount: number;
  /** Processing time there; null when not known. */
  readonly timeMs: number | null;
}

/** A recording shorter than this is read in milliseconds. */
const SHORT_RECORDING_MS = 10_000;

/** The clock at the thumb; empty when it is not known. */
export function clockText(moment: Pick<Moment, 'timeMs' | 'startMs' | 'endMs'> | null): string {
  if (moment === null || moment.timeMs === null) return '';
  const lengthMs = (moment.endMs ?? 0) - (moment.startMs ?? 0);
  return formatWallClock(moment.timeMs, lengthMs < SHORT_RECORDING_MS ? 'milliseconds' : 'seconds');
}

/** What a screen reader says of the thumb: `row 500 of 1,000, 12:00:07`. */
export function thumbText({ row, rowCount }: Pick<ThumbPlace, 'row' | 'rowCount'>, clock: string): string {
  const place = `row ${formatCount(row)} of ${formatCount(rowCount)}`;
  return clock === '' ? place : `${place}, ${clock}`;
}

/** The row that was typed into the row field: a number, with or without separators, or a share such as `50 %`. */
export function parseRow(text: string, rowCount: number): number | null {
  const share = /^\s*(\d+(?:\.\d+)?)\s*%\s*$/.exec(text);
  if (share !== null) return Math.round((Math.min(100, Number(share[1])) / 100) * rowCount);
  const digits = text.replace(/[\s,_']/g, '');
  if (!/^\d+$/.test(digits)) return null;
  return Math.min(rowCount, Number(digits));
}

/** What the two sums say at the end of a recording. */
export interface DigestVerdict {
  readonly kind: 'equal' | 'different' | 'alone';
  readonly text: string;
  readonly detail: string;
}

/** Letters of a sum that are shown; the whole is in the tooltip. */
const SHOWN_DIGEST_LENGTH = 8;

/** Compares the sums of the replay with those of the first run: one for each job, in one line. */
export function digestVerdict({ first, replayed }: NonNullable<Moment['digests']>): DigestVerdict {
  const sums = replayed.split(' ');
  // A sum begins with how much was summed; what tells sums apart comes after it.
  const short = (sum: string | undefined): string => (sum ?? 'none').replace(/^.*:/, '').slice(0, SHOWN_DIGEST_LENGTH);
  if (first === null) {
    const detail = `${replayed}. The first run left no sum to compare with.`;
    return { kind: 'alone', text: `Result ${short(sums[0])}`, detail };
  }
  if (first === replayed) {
    return { kind: 'equal', text: `Result ${short(sums[0])} equals the first run`, detail: replayed };
  }
  const firsts = first.split(' ');
  const at = sums.findIndex((sum, i) => sum !== firsts[i]);
  return {
    kind: 'different',
    text: `Result ${short(sums[at])} differs from the first run's ${short(firsts[at])}`,
    detail: `First run ${first}, replay ${replayed}`,
  };
}
