/**
 * Time zones. Offsets come from `Intl`, which is slow, so each zone keeps what it learned: within a
 * bucket of some 25 days an offset is constant or changes once, and the moment of change is found by
 * bisection. Flink uses `java.util.TimeZone` and `ZoneId`; an unknown name is UTC there, as here.
 */
import { DAY_MS, HOUR_MS, MINUTE_MS } from './civil.ts';

/** A time zone by name. */
export interface TimeZone {
  readonly id: string;
  /** Milliseconds to add to an instant to get its wall clock. */
  offsetAt(epochMs: number): number;
  /**
   * The instant of a wall clock time. One that does not exist (spring) moves on by the gap; one that
   * exists twice (autumn) is the first. Java: `LocalDateTime.atZone`.
   */
  instantOf(localMs: number): number;
  /** As `instantOf`, but a time that exists twice is the second. Java: `GregorianCalendar`, so `SimpleDateFormat`. */
  laterInstantOf(localMs: number): number;
}

const FIXED = /^(?:UTC|GMT|UT)?([+-])(\d{1,2})(?::?(\d{2}))?$/;
const zones = new Map<string, TimeZone>();

/** The zone of an id: `UTC`, `GMT+08:00`, `Europe/Berlin`. Cost: constant after the first call. */
export function timeZone(id: string): TimeZone {
  let zone = zones.get(id);
  if (zone === undefined) {
    zone = makeZone(id);
    zones.set(id, zone);
  }
  return zone;
}

/** Whether Java knows the zone. */
export function isKnownTimeZone(id: string): boolean {
  return id === 'UTC' || id === 'GMT' || id === 'Z' || FIXED.test(id) || formatOf(id) !== undefined;
}

function makeZone(id: string): TimeZone {
  if (id === 'UTC' || id === 'GMT' || id === 'Z') return fixedZone(id, 0);
  const fixed = FIXED.exec(id);
  if (fixed !== null) {
    const ms = Number(fixed[2]) * HOUR_MS + Number(fixed[3] ?? '0') * MINUTE_MS;
    return fixedZone(id, fixed[1] === '-' ? -ms : ms);
  }
  const format = formatOf(id);
  return format === undefined ? fixedZone(id, 0) : regionZone(id, format);
}

function fixedZone(id: string, offset: number): TimeZone {
  const instantOf = (localMs: number): number => localMs - offset;
  return { id, offsetAt: () => offset, instantOf, laterInstantOf: instantOf };
}

function formatOf(id: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone: id,
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    return undefined;
  }
}

const BUCKET_MS = 2 ** 31;

/** Offset before and from `changeMs` on, within one bucket. */
interface Bucket {
  readonly changeMs: number;
  readonly before: number;
  readonly after: number;
}

function regionZone(id: string, format: Intl.DateTimeFormat): TimeZone {
  const buckets = new Map<number, Bucket>();
  const bucketOf = (index: number): Bucket => {
    const start = index * BUCKET_MS;
    const end = start + BUCKET_MS;
    const before = intlOffset(format, start);
    const after = intlOffset(format, end);
    if (before === after) return { changeMs: end, before, after };
    let [low, high] = [start, end];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (intlOffset(format, middle) === before) low = middle;
      else high = middle;
    }
    return { changeMs: high, before, after };
  };
  const offsetAt = (epochMs: number): number => {
    const index = Math.floor(epochMs / BUCKET_MS);
    let bucket = buckets.get(index);
    if (bucket === undefined) {
      bucket = bucketOf(index);
      buckets.set(index, bucket);
    }
    return epochMs < bucket.changeMs ? bucket.before : bucket.after;
  };
  const instantOf = (localMs: number): number => {
    const before = offsetAt(localMs - DAY_MS);
    const after = offsetAt(localMs + DAY_MS);
    if (before === after || offsetAt(localMs - before) === before) return localMs - before;
    return offsetAt(localMs - after) === after ? localMs - after : localMs - before;
  };
  const laterInstantOf = (localMs: number): number => {
    const after = offsetAt(localMs + DAY_MS);
    return offsetAt(localMs - after) === after ? localMs - after : instantOf(localMs);
  };
  return { id, offsetAt, instantOf, laterInstantOf };
}

function intlOffset(format: Intl.DateTimeFormat, epochMs: number): number {
  // Whole seconds: the parts carry no fraction.
  const second = Math.floor(epochMs / 1000) * 1000;
  const parts: Record<string, string> = {};
  for (const part of format.formatToParts(second)) parts[part.type] = part.value;
  const year = Number(parts['year']);
  const local = Date.UTC(
    2000,
    Number(parts['month']) - 1,
    Number(parts['day']),
    Number(parts['hour']),
    Number(parts['minute']),
    Number(parts['second']),
  );
  const moved = new Date(local);
  moved.setUTCFullYear(parts['era'] === 'B' || parts['era'] === 'BC' ? 1 - year : year);
  return moved.getTime() - second;
}
