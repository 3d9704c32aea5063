/**
 * Columns that may carry event time: times as they are, numbers of seconds or milliseconds since 1970 by a computed
 * column, and the timestamp of the record itself. How late rows may be is suggested from how far the samples of one
 * partition go back in time.
 */
import { backTicked } from './field-shape.ts';

/** A column that event time can be taken from. */
export interface ProposedTime {
  /** Name of the column with the watermark. */
  readonly column: string;
  /** Expression of a column to add; null: the column is there, or is metadata. */
  readonly expression: string | null;
  /** The record's own timestamp. */
  readonly isMetadata: boolean;
  /** How late rows may be. */
  readonly delayMs: number;
  /** Where it comes from, for people. */
  readonly source: string;
}

/** A column with its values in the order of the samples; those that are no time are NaN. */
export interface TimeCandidate {
  readonly name: string;
  readonly type: string;
  readonly values: readonly (string | null)[];
}

/** A sample's place in its topic. */
export interface SamplePlace {
  readonly partition: number;
  readonly offset: number;
  readonly timestampMs: number | null;
}

/** Column of the record's own timestamp. */
export const RECORD_TIME = 'record_time';

/** Names that say time: `ts`, `event_time`, `createdAt`. */
const TIME_NAME =
  /^(?:ts|time|timestamp|date|when)$|^(?:ts|time|timestamp|event_?time)|(?:_ts|_time|_at|_date|_ms|_millis|_timestamp)$|[a-z](?:Time|Timestamp|At|Date|Ts|Millis)$/;

/** Numbers since 1970 from 2001 to 2096, by how many there are of them in a second. */
const EPOCHS = [
  { perSecond: 1, min: 1e9, max: 4e9 },
  { perSecond: 1e3, min: 1e12, max: 4e12 },
  { perSecond: 1e6, min: 1e15, max: 4e15 },
] as const;

/** All of them, the best first. */
export function timeColumns(
  columns: readonly TimeCandidate[],
  places: readonly SamplePlace[],
  taken: ReadonlySet<string>,
): readonly ProposedTime[] {
  const found: { readonly time: ProposedTime; readonly rank: number }[] = [];
  for (const { name, type, values } of columns) {
    const isNamed = TIME_NAME.test(name);
    if (type.startsWith('TIMESTAMP')) {
      const times = values.map((value) => (value === null ? Number.NaN : Date.parse(utcText(value))));
      const time = { column: name, expression: null, isMetadata: false, delayMs: delayOf(times, places), source: type };
      found.push({ time, rank: isNamed ? 0 : 2 });
    } else if (type === 'BIGINT') {
      const numbers = values.map((value) => (value === null ? Number.NaN : Number(value)));
      const epoch = EPOCHS.find(({ min, max }) => numbers.every((n) => Number.isNaN(n) || (n >= min && n < max)));
      // A number that only looks like one is an id as likely as not.
      if (epoch === undefined || !isNamed || numbers.every(Number.isNaN)) continue;
      const { perSecond } = epoch;
      const column = freeName(`${name}_time`, taken);
      const times = numbers.map((number) => (number / perSecond) * 1_000);
      const divided = perSecond === 1e6 ? `${backTicked(name)} / 1000` : backTicked(name);
      const expression = `TO_TIMESTAMP_LTZ(${divided}, ${perSecond === 1 ? 0 : 3})`;
      const unit = perSecond === 1 ? 'seconds' : perSecond === 1e3 ? 'milliseconds' : 'microseconds';
      const time = {
        column,
        expression,
        isMetadata: false,
        delayMs: delayOf(times, places),
        source: `${unit} in ${name}`,
      };
      found.push({ time, rank: 1 });
    }
  }
  const stamps = places.map(({ timestampMs }) => timestampMs ?? Number.NaN);
  if (stamps.some((stamp) => !Number.isNaN(stamp))) {
    const column = freeName(RECORD_TIME, taken);
    const time = {
      column,
      expression: null,
      isMetadata: true,
      delayMs: delayOf(stamps, places),
      source: 'timestamp of the record',
    };
    found.push({ time, rank: 3 });
  }
  return found.sort((a, b) => a.rank - b.rank).map(({ time }) => time);
}

/** A name that is not taken. */
export function freeName(wanted: string, taken: ReadonlySet<string>): string {
  let name = wanted;
  for (let count = 1; taken.has(name); count++) name = `${wanted}_${count}`;
  return name;
}

/** A time without a zone, as one of UTC: only differences count. */
function utcText(text: string): string {
  const cut = text.replace(' ', 'T').replace(/(\.\d{3})\d+/, '$1');
  return /Z$/.test(cut) ? cut : `${cut}Z`;
}

/** Delays that are suggested; a sample is short, so never less than the first. */
const DELAYS_MS = [5_000, 10_000, 30_000, 60_000, 300_000, 900_000, 3_600_000, 86_400_000] as const;

/** The shortest delay that would have let every sample in. */
function delayOf(times: readonly number[], places: readonly SamplePlace[]): number {
  const order = places
    .map((place, index) => ({ ...place, time: times[index] ?? Number.NaN }))
    .filter(({ time }) => !Number.isNaN(time))
    .sort((a, b) => a.partition - b.partition || a.offset - b.offset);
  let partition = -1;
  let newest = Number.NEGATIVE_INFINITY;
  let latest = 0;
  for (const each of order) {
    if (each.partition !== partition) newest = Number.NEGATIVE_INFINITY;
    partition = each.partition;
    newest = Math.max(newest, each.time);
    latest = Math.max(latest, newest - each.time);
  }
  return DELAYS_MS.find((delay) => delay >= latest) ?? 86_400_000;
}

/** `INTERVAL '5' SECOND`: a length of time as SQL, in the largest unit that gives a whole number. */
export function intervalText(ms: number): string {
  const units = [
    ['DAY', 86_400_000],
    ['HOUR', 3_600_000],
    ['MINUTE', 60_000],
    ['SECOND', 1_000],
  ] as const;
  for (const [unit, length] of units) if (ms >= length && ms % length === 0) return `INTERVAL '${ms / length}' ${unit}`;
  return `INTERVAL '${ms / 1_000}' SECOND`;
}
