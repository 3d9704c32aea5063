/** Run-time side of REGEXP_* and of what else splits by patterns. */
import { MapValue, type Value } from '../../../data/value.ts';
import { type JavaRegex, javaRegex, type RegexMatch } from './java-regex.ts';
import { wellFormed } from './strings.ts';

/** REGEXP: whether the pattern occurs. A broken pattern occurs nowhere, an empty one nowhere either. */
export function regexp(text: string, pattern: string): boolean {
  return pattern !== '' && javaRegex(pattern)?.find(text, 0) !== undefined;
}

/** All matches from left to right, without overlap. */
function* matches(regex: JavaRegex, text: string): Generator<RegexMatch> {
  let from = 0;
  while (from <= text.length) {
    const match = regex.find(text, from);
    if (match === undefined) return;
    yield match;
    from = match.end === match.start ? match.end + 1 : match.end;
  }
}

/** REGEXP_REPLACE; the replacement is taken as it is, without group references. `null` for a broken pattern. */
export function regexpReplace(text: string, pattern: string, replacement: string): string | null {
  const regex = javaRegex(pattern);
  if (regex === undefined) return null;
  let out = '';
  let at = 0;
  for (const match of matches(regex, text)) {
    out += text.slice(at, match.start) + replacement;
    at = match.end;
  }
  return wellFormed(out + text.slice(at));
}

/** REGEXP_EXTRACT: a group of the first match; `null` when there is none. */
export function regexpExtract(text: string, pattern: string, group = 0): string | null {
  const regex = javaRegex(pattern);
  if (regex === undefined || group < 0 || group > regex.groupCount) return null;
  return regex.find(text, 0)?.groups[group] ?? null;
}

/** REGEXP_EXTRACT_ALL: a group (1 by default) of every match. */
export function regexpExtractAll(
  text: string,
  pattern: string,
  group: number | bigint = 1,
): readonly (string | null)[] | null {
  const regex = javaRegex(pattern);
  const index = Number(group);
  if (regex === undefined || index < 0 || index > regex.groupCount) return null;
  return [...matches(regex, text)].map((m) => m.groups[index] ?? null);
}

/** REGEXP_COUNT. */
export function regexpCount(text: string, pattern: string): number | null {
  const regex = javaRegex(pattern);
  return regex === undefined ? null : [...matches(regex, text)].length;
}

/** REGEXP_INSTR: position of the first match from 1; 0 when there is none. */
export function regexpInstr(text: string, pattern: string): number | null {
  const regex = javaRegex(pattern);
  if (regex === undefined) return null;
  const match = regex.find(text, 0);
  return match === undefined ? 0 : match.start + 1;
}

/** REGEXP_SUBSTR: the first match; `null` when there is none. */
export function regexpSubstr(text: string, pattern: string): string | null {
  return javaRegex(pattern)?.find(text, 0)?.groups[0] ?? null;
}

/** Java's `String.split(regex, limit)`: trailing empty parts vanish when there is no limit. */
export function splitByRegex(text: string, pattern: string, limit = 0): readonly string[] {
  const regex = javaRegex(pattern);
  if (regex === undefined) return [text];
  const parts: string[] = [];
  let at = 0;
  for (const match of matches(regex, text)) {
    if (limit > 0 && parts.length === limit - 1) break;
    // An empty match at the start makes no empty first part.
    if (match.end === 0) continue;
    if (match.start === match.end && match.start >= text.length) break;
    parts.push(text.slice(at, match.start));
    at = match.end;
  }
  parts.push(text.slice(at));
  if (limit === 0) while (parts.length > 1 && parts[parts.length - 1] === '') parts.pop();
  return parts;
}

/** STR_TO_MAP. A part without a value has NULL; the last of equal keys wins. */
export function strToMap(text: string, listDelimiter: string, pairDelimiter: string): MapValue {
  const entries = new Map<string, Value>();
  if (text !== '') {
    for (const part of splitByRegex(text, listDelimiter)) {
      const [key = '', value = null] = splitByRegex(part, pairDelimiter, 2);
      entries.set(key, value);
    }
  }
  return new MapValue([...entries]);
}
