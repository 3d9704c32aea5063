/** Numbers, rates and times as the window writes them. Short, and of stable width where they change. */

const grouped = new Intl.NumberFormat('en-US');

/** A count: `12,345`, from a million on `1.23M`. */
export function formatCount(count: number): string {
  if (count < 1_000_000) return grouped.format(count);
  if (count < 1_000_000_000) return `${(count / 1_000_000).toFixed(2)}M`;
  return `${(count / 1_000_000_000).toFixed(2)}B`;
}

/** A rate: `0/s`, `950/s`, `12.3k/s`. */
export function formatRate(perSecond: number): string {
  if (perSecond < 10 && perSecond > 0 && !Number.isInteger(perSecond)) return `${perSecond.toFixed(1)}/s`;
  if (perSecond < 1000) return `${Math.round(perSecond)}/s`;
  if (perSecond < 1_000_000) return `${(perSecond / 1000).toFixed(1)}k/s`;
  return `${(perSecond / 1_000_000).toFixed(1)}M/s`;
}

/** An event time as in Flink, in UTC: `2026-01-31 12:00:05`, with milliseconds only when there are some. */
export function formatEventTime(ms: number): string {
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) return String(ms);
  const text = date.toISOString().replace('T', ' ').replace('Z', '');
  return text.endsWith('.000') ? text.slice(0, -4) : text;
}

/** The time of day of an event time, for narrow places: `12:00:05`. */
export function formatClock(ms: number): string {
  return formatEventTime(ms).slice(11);
}

/** A duration: `350 ms`, `4.2 s`, `3:05 min`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')} min`;
}

/** A size: `512 B`, `12.3 kB`, `4.0 MB`, `1.25 GB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} kB`;
  if (bytes < 1_000_000_000) return `${(bytes / 1_000_000).toFixed(1)} MB`;
  return `${(bytes / 1_000_000_000).toFixed(2)} GB`;
}

/** A message for a narrow place: the parser's list of expected words, one a line, becomes one line. */
export function formatMessage(message: string): string {
  return message.replace(/\n\s*(?=")/g, ' ');
}

/** `1 row`, `2 rows`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** A moment of the user's own clock: `12:00:07`, with milliseconds where a second is long. */
export function formatWallClock(ms: number, precision: 'seconds' | 'milliseconds'): string {
  const date = new Date(ms);
  const two = (value: number): string => String(value).padStart(2, '0');
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return precision === 'seconds' ? time : `${time}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}
