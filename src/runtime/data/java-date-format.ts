/**
 * Java's date patterns (`yyyy-MM-dd HH:mm:ss`), for printing and reading. Flink uses two of Java's
 * classes: `DateTimeFormatter` (strict about widths and the end of the text) and the older
 * `SimpleDateFormat` (lenient: short fields, overflowing days, text left over). Texts are English.
 */
import { civilFromDays, DAY_MS, daysFromCivil, extractFromDays, floorMod, lastDayOfMonth } from './civil.ts';

/** Which of Java's classes reads the pattern. */
export type PatternStyle = 'formatter' | 'simple';

/** A wall clock: milliseconds and the nanoseconds beyond them, and its zone where one can be printed. */
export interface WallClock {
  readonly localMs: number;
  readonly nanoOfMs?: number;
  readonly offsetMs?: number;
  readonly zoneId?: string;
}

type Token =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'field'; readonly letter: string; readonly count: number };

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const FORMATTER_LETTERS = 'GuyDMLdQqYwWEecFaBhKkHmsSAnNVvzOXxZp';
const SIMPLE_LETTERS = 'GyYMLwWDdFEuaHkKhmsSzZX';

const parsed = new Map<string, readonly Token[] | null>();

/** The tokens of a pattern; `undefined` when Java refuses it. */
export function datePattern(pattern: string, style: PatternStyle): readonly Token[] | undefined {
  const key = `${style}:${pattern}`;
  let tokens = parsed.get(key);
  if (tokens === undefined) {
    if (parsed.size > 500) parsed.clear();
    tokens = tokenize(pattern, style);
    parsed.set(key, tokens);
  }
  return tokens ?? undefined;
}

function tokenize(pattern: string, style: PatternStyle): readonly Token[] | null {
  const tokens: Token[] = [];
  const text = (s: string): void => {
    const last = tokens[tokens.length - 1];
    if (last?.kind === 'text') tokens[tokens.length - 1] = { kind: 'text', text: last.text + s };
    else tokens.push({ kind: 'text', text: s });
  };
  const letters = style === 'formatter' ? FORMATTER_LETTERS : SIMPLE_LETTERS;
  for (let i = 0; i < pattern.length; ) {
    const c = pattern[i] ?? '';
    if (/[A-Za-z]/.test(c)) {
      let end = i;
      while (pattern[end] === c) end += 1;
      if (!letters.includes(c) || !validCount(c, end - i, style)) return null;
      tokens.push({ kind: 'field', letter: c, count: end - i });
      i = end;
    } else if (c === "'") {
      const quoted = readQuoted(pattern, i);
      if (quoted === null) return null;
      text(quoted.text);
      i = quoted.end;
    } else if (style === 'formatter' && '{}#'.includes(c)) {
      return null;
    } else {
      // Optional sections only matter when reading; Flink's users hardly write them.
      if (!(style === 'formatter' && '[]'.includes(c))) text(c);
      i += 1;
    }
  }
  return tokens;
}

function validCount(letter: string, count: number, style: PatternStyle): boolean {
  if (style === 'simple') return true;
  if ('MLQqEec'.includes(letter)) return count <= 5;
  if ('dHhKkmsw'.includes(letter)) return count <= 2;
  if (letter === 'a' || letter === 'W' || letter === 'F') return count === 1;
  if (letter === 'S') return count <= 9;
  return letter === 'D' ? count <= 3 : true;
}

function readQuoted(pattern: string, start: number): { readonly text: string; readonly end: number } | null {
  if (pattern[start + 1] === "'") return { text: "'", end: start + 2 };
  let text = '';
  for (let i = start + 1; i < pattern.length; i += 1) {
    if (pattern[i] === "'") {
      if (pattern[i + 1] !== "'") return { text, end: i + 1 };
      i += 1;
    }
    text += pattern[i];
  }
  return null;
}

/** A wall clock in a pattern; `undefined` when Java refuses the pattern or a field has no value. */
export function formatWithPattern(clock: WallClock, pattern: string, style: PatternStyle): string | undefined {
  const tokens = datePattern(pattern, style);
  if (tokens === undefined) return undefined;
  let out = '';
  for (const token of tokens) {
    const piece = token.kind === 'text' ? token.text : formatField(token.letter, token.count, clock, style);
    if (piece === undefined) return undefined;
    out += piece;
  }
  return out;
}

const padded = (n: number, count: number): string => String(n).padStart(count, '0');

function formatField(letter: string, count: number, clock: WallClock, style: PatternStyle): string | undefined {
  const days = Math.floor(clock.localMs / DAY_MS);
  const ms = clock.localMs - days * DAY_MS;
  const { year, month, day } = civilFromDays(days);
  const hour = Math.floor(ms / 3_600_000);
  switch (letter) {
    case 'G':
      return year > 0 ? 'AD' : 'BC';
    case 'y':
    case 'u':
      if (letter === 'u' && style === 'simple') return padded(extractFromDays('ISODOW', days), count);
      return yearText(letter === 'y' && year <= 0 ? 1 - year : year, count);
    case 'Y':
      return yearText(weekOfYear(days).year, count);
    case 'w':
      return padded(weekOfYear(days).week, count);
    case 'W':
      return padded(Math.floor((day - 1 + floorMod(days - day + 1 + 4, 7)) / 7) + 1, count);
    case 'M':
    case 'L':
      return nameOrNumber(MONTHS[month - 1] ?? '', month, count);
    case 'Q':
    case 'q':
      return count <= 2 ? padded(Math.ceil(month / 3), count) : count === 3 ? `Q${Math.ceil(month / 3)}` : undefined;
    case 'd':
      return padded(day, count);
    case 'D':
      return padded(extractFromDays('DOY', days), count);
    case 'F':
      return padded(((day - 1) % 7) + 1, count); // Up to Java 18 the day of the aligned week, despite the manual.
    case 'E':
      return textForm(DAYS[floorMod(days + 4, 7)] ?? '', count);
    case 'e':
    case 'c':
      return count <= 2 ? padded(floorMod(days + 4, 7) + 1, count) : textForm(DAYS[floorMod(days + 4, 7)] ?? '', count);
    case 'a':
      return hour < 12 ? 'AM' : 'PM';
    case 'H':
      return padded(hour, count);
    case 'k':
      return padded(hour === 0 ? 24 : hour, count);
    case 'K':
      return padded(hour % 12, count);
    case 'h':
      return padded(hour % 12 === 0 ? 12 : hour % 12, count);
    case 'm':
      return padded(Math.floor(ms / 60_000) % 60, count);
    case 's':
      return padded(Math.floor(ms / 1000) % 60, count);
    case 'S':
      if (style === 'simple') return padded(ms % 1000, count);
      return (padded(ms % 1000, 3) + padded(clock.nanoOfMs ?? 0, 6)).slice(0, count);
    case 'n':
      return padded((ms % 1000) * 1_000_000 + (clock.nanoOfMs ?? 0), count);
    case 'A':
      return padded(ms, count);
    case 'N':
      return padded(ms * 1_000_000 + (clock.nanoOfMs ?? 0), count);
    default:
      return zoneText(letter, count, clock, style);
  }
}

function zoneText(letter: string, count: number, clock: WallClock, style: PatternStyle): string | undefined {
  // A LocalDateTime has no zone: DateTimeFormatter fails.
  if (style === 'formatter' || clock.offsetMs === undefined) return undefined;
  const abs = Math.abs(clock.offsetMs);
  const sign = clock.offsetMs < 0 ? '-' : '+';
  const [h, m] = [padded(Math.floor(abs / 3_600_000), 2), padded(Math.floor(abs / 60_000) % 60, 2)];
  if (letter === 'Z') return `${sign}${h}${m}`;
  if (letter === 'X')
    return clock.offsetMs === 0
      ? 'Z'
      : count === 1
        ? `${sign}${h}`
        : count === 2
          ? `${sign}${h}${m}`
          : `${sign}${h}:${m}`;
  return letter === 'z' ? zoneName(clock.localMs - clock.offsetMs, clock.zoneId ?? 'UTC', count) : undefined;
}

/** `PST`, or `Pacific Standard Time` for four letters and more. */
function zoneName(epochMs: number, zoneId: string, count: number): string {
  if (zoneId === 'UTC') return count < 4 ? 'UTC' : 'Coordinated Universal Time';
  try {
    const format = new Intl.DateTimeFormat('en-US', { timeZone: zoneId, timeZoneName: count < 4 ? 'short' : 'long' });
    return format.formatToParts(epochMs).find((part) => part.type === 'timeZoneName')?.value ?? zoneId;
  } catch {
    return zoneId;
  }
}

function yearText(year: number, count: number): string {
  if (count === 2) return padded(floorMod(year, 100), 2);
  return year < 0 ? `-${padded(-year, count)}` : padded(year, count);
}

function nameOrNumber(name: string, n: number, count: number): string {
  return count <= 2 ? padded(n, count) : textForm(name, count);
}

function textForm(name: string, count: number): string {
  return count <= 3 ? name.slice(0, 3) : count === 4 ? name : count === 5 ? name.slice(0, 1) : name;
}

/** Week of the US calendar: weeks start on Sunday, week 1 holds the first of January. */
function weekOfYear(days: number): { readonly year: number; readonly week: number } {
  const sunday = days - floorMod(days + 4, 7);
  const { year } = civilFromDays(sunday + 6);
  const firstSunday = daysFromCivil(year, 1, 1) - floorMod(daysFromCivil(year, 1, 1) + 4, 7);
  return { year, week: Math.floor((sunday - firstSunday) / 7) + 1 };
}

/** What a pattern read: a wall clock, and the offset that the text named, if any. */
export interface ParsedClock {
  readonly localMs: number;
  readonly nanoOfMs: number;
  readonly offsetMs?: number;
}

interface Fields {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  nano: number;
  pm: boolean | undefined;
  hour12: number | undefined;
  dayOfYear: number | undefined;
  offsetMs: number | undefined;
}

/** Reads a text by a pattern; `undefined` when it does not fit, or when Java refuses the pattern. */
export function parseWithPattern(text: string, pattern: string, style: PatternStyle): ParsedClock | undefined {
  const tokens = datePattern(pattern, style);
  if (tokens === undefined) return undefined;
  const f: Fields = {
    year: 1970,
    month: 1,
    day: 1,
    hour: 0,
    minute: 0,
    second: 0,
    nano: 0,
    pm: undefined,
    hour12: undefined,
    dayOfYear: undefined,
    offsetMs: undefined,
  };
  let at = 0;
  for (const [i, token] of tokens.entries()) {
    if (token.kind === 'text') {
      if (!text.startsWith(token.text, at)) return undefined;
      at += token.text.length;
      continue;
    }
    // A number directly before another number takes exactly its own width.
    const next = tokens[i + 1];
    const adjacent = next?.kind === 'field' && isNumber(next.letter, next.count);
    if (style === 'simple') while (text[at] === ' ' || text[at] === '\t') at += 1;
    const end = readField(text, at, token.letter, token.count, style, adjacent, f);
    if (end === undefined) return undefined;
    at = end;
  }
  if (style === 'formatter' && at !== text.length) return undefined;
  return resolve(f, style);
}

function isNumber(letter: string, count: number): boolean {
  return 'yuYdDHkKhmsSnAN'.includes(letter) || ('ML'.includes(letter) && count <= 2);
}

function readField(
  text: string,
  at: number,
  letter: string,
  count: number,
  style: PatternStyle,
  adjacent: boolean,
  f: Fields,
): number | undefined {
  if (letter === 'a') {
    const word = text.slice(at, at + 2).toUpperCase();
    if (word !== 'AM' && word !== 'PM') return undefined;
    f.pm = word === 'PM';
    return at + 2;
  }
  if ('zZXx'.includes(letter)) return readZone(text, at, f);
  if (!isNumber(letter, count)) return readName(text, at, letter, f);
  const [min, max] = widths(letter, count, style, adjacent);
  const digits = new RegExp(`^[+-]?\\d{${min},${max}}`).exec(text.slice(at))?.[0];
  if (digits === undefined) return undefined;
  if (!store(letter, count, digits, style, f)) return undefined;
  return at + digits.length;
}

function widths(letter: string, count: number, style: PatternStyle, adjacent: boolean): readonly [number, number] {
  if (style === 'simple') return adjacent ? [1, count] : [1, 19];
  if (letter === 'S') return [count, count];
  if (count === 1) return adjacent ? [1, 1] : [1, 19];
  if ('yuY'.includes(letter) && count !== 2) return adjacent ? [count, count] : [count, 19];
  return [count, count];
}

function store(letter: string, count: number, digits: string, style: PatternStyle, f: Fields): boolean {
  const n = Number(digits);
  switch (letter) {
    case 'y':
    case 'u':
    case 'Y':
      f.year = count === 2 && digits.length === 2 ? twoDigitYear(n, style) : n;
      return true;
    case 'M':
    case 'L':
      f.month = n;
      return true;
    case 'd':
      f.day = n;
      return true;
    case 'D':
      f.dayOfYear = n;
      return true;
    case 'H':
      f.hour = n;
      return style === 'simple' || n <= 23;
    case 'k':
      f.hour = n === 24 ? 0 : n;
      return style === 'simple' || (n >= 1 && n <= 24);
    case 'h':
    case 'K':
      f.hour12 = n % 12;
      return style === 'simple' || n <= 12;
    case 'm':
      f.minute = n;
      return style === 'simple' || n <= 59;
    case 's':
      f.second = n;
      return style === 'simple' || n <= 59;
    case 'S':
      f.nano = style === 'simple' ? n * 1_000_000 : Number(digits.padEnd(9, '0'));
      return true;
    default:
      return true;
  }
}

/** SimpleDateFormat takes the century that lies within 80 years before and 20 years after now; here 1950 to 2049. */
function twoDigitYear(n: number, style: PatternStyle): number {
  if (style === 'formatter') return 2000 + n;
  return n >= 50 ? 1900 + n : 2000 + n;
}

function readName(text: string, at: number, letter: string, f: Fields): number | undefined {
  const names =
    letter === 'M' || letter === 'L' ? MONTHS : letter === 'E' || letter === 'e' || letter === 'c' ? DAYS : [];
  const rest = text.slice(at).toLowerCase();
  for (const [i, name] of names.entries()) {
    const whole = name.toLowerCase();
    const used = rest.startsWith(whole) ? whole.length : rest.startsWith(whole.slice(0, 3)) ? 3 : 0;
    if (used > 0) {
      if (names === MONTHS) f.month = i + 1;
      return at + used;
    }
  }
  if (letter === 'G') return /^(?:ad|bc)/.test(rest) ? at + 2 : undefined;
  return undefined;
}

function readZone(text: string, at: number, f: Fields): number | undefined {
  const match = /^(?:Z|UTC|GMT)?(?:([+-])(\d{2}):?(\d{2})?)?/.exec(text.slice(at));
  if (match === null || match[0] === '') return undefined;
  const ms = (Number(match[2] ?? '0') * 60 + Number(match[3] ?? '0')) * 60_000;
  f.offsetMs = match[1] === '-' ? -ms : ms;
  return at + match[0].length;
}

function resolve(f: Fields, style: PatternStyle): ParsedClock | undefined {
  const hour = f.hour12 === undefined ? f.hour : f.hour12 + (f.pm === true ? 12 : 0);
  let days: number;
  if (style === 'formatter') {
    if (f.month < 1 || f.month > 12 || f.day < 1 || f.day > 31) return undefined;
    days = daysFromCivil(f.year, f.month, Math.min(f.day, lastDayOfMonth(f.year, f.month)));
  } else {
    // Lenient: month 13 is next January, day 0 the last of the month before.
    const month = floorMod(f.month - 1, 12);
    days = daysFromCivil(f.year + Math.floor((f.month - 1) / 12), month + 1, 1) + f.day - 1;
  }
  if (f.dayOfYear !== undefined) days = daysFromCivil(f.year, 1, 1) + f.dayOfYear - 1;
  const localMs = days * DAY_MS + ((hour * 60 + f.minute) * 60 + f.second) * 1000 + Math.floor(f.nano / 1_000_000);
  const clock: ParsedClock = { localMs, nanoOfMs: f.nano % 1_000_000 };
  return f.offsetMs === undefined ? clock : { ...clock, offsetMs: f.offsetMs };
}
