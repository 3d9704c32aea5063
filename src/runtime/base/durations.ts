/** Durations in settings and options: `5 s`, `200ms`, `1 h`, `PT5S`. Flink: `TimeUtils.parseDuration`. */

const UNIT_MS: ReadonlyMap<string, number> = new Map(
  [
    [86_400_000, 'd day days'],
    [3_600_000, 'h hour hours'],
    [60_000, 'm min minute minutes'],
    [1000, 's sec secs second seconds'],
    [1, 'ms milli millis millisecond milliseconds'],
    [1e-3, 'µs micro micros microsecond microseconds'],
    [1e-6, 'ns nano nanos nanosecond nanoseconds'],
  ].flatMap(([ms, names]) =>
    String(names)
      .split(' ')
      .map((name): [string, number] => [name, Number(ms)]),
  ),
);

/** Milliseconds of a duration text; a number without unit is milliseconds. `undefined` when it is none. */
export function durationMs(text: string): number | undefined {
  const trimmed = text.trim().toLowerCase();
  const iso = /^p(?:(\d+)d)?(?:t(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?)?$/.exec(trimmed);
  if (iso !== null && trimmed.length > 1) {
    const [, d, h, m, s] = iso;
    return Number(d ?? 0) * 86_400_000 + Number(h ?? 0) * 3_600_000 + Number(m ?? 0) * 60_000 + Number(s ?? 0) * 1000;
  }
  const match = /^(\d+)\s*(\D*)$/.exec(trimmed);
  if (match === null) return undefined;
  const unit = match[2] === '' ? 1 : UNIT_MS.get(match[2]?.trim() ?? '');
  return unit === undefined ? undefined : Math.floor(Number(match[1]) * unit);
}
