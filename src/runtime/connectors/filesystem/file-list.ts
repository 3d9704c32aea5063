/**
 * Which files a path means. Flink: `NonSplittingRecursiveEnumerator` with `DefaultFileFilter`: the file
 * itself, or all files under a folder; names beginning with `.` or `_` are hidden, folders too.
 */
import { ok, type Result } from '../../base/result.ts';
import type { FileEntry, Files } from '../../seams/files.ts';

/** Files read from one table, more than anybody means: a wrong path must not list a whole disk. */
const FILE_COUNT_MAX = 100_000;

/** Files under `path` in order of their paths. `pattern` (a whole-path regular expression) leaves out others. */
export function listFiles(files: Files, path: string, pattern: RegExp | null): Result<readonly FileEntry[]> {
  const root = files.stat(path);
  if (!root.ok) return root;
  const found: FileEntry[] = [];
  const folders: FileEntry[] = [];
  const take = (entry: FileEntry): void => {
    if (entry.isFolder) folders.push(entry);
    else if (pattern === null || pattern.test(entry.path)) found.push(entry);
  };
  take(root.value);
  for (let folder = folders.shift(); folder !== undefined && found.length < FILE_COUNT_MAX; folder = folders.shift()) {
    const entries = files.list(folder.path);
    if (!entries.ok) return entries;
    for (const entry of entries.value) if (!isHidden(entry.path)) take(entry);
  }
  return ok(found.sort((a, b) => (a.path < b.path ? -1 : 1)));
}

/** Values of partition columns in a path: `dt=2024-01-01/hour=03`. */
export function partitionValues(path: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const part of path.split('/')) {
    const equals = part.indexOf('=');
    if (equals > 0) values.set(unescapePart(part.slice(0, equals)), unescapePart(part.slice(equals + 1)));
  }
  return values;
}

/** The folder of a partition below a table's path, with Hive's escapes. */
export function partitionPath(values: readonly (readonly [name: string, value: string])[]): string {
  return values.map(([name, value]) => `${escapePart(name)}=${escapePart(value)}`).join('/');
}

function isHidden(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return name.startsWith('.') || name.startsWith('_');
}

/** Characters that Hive escapes in partition folders, besides control characters. */
const ESCAPED = '"#%\'*/:=?\\{[]^\x7f';

function escapePart(text: string): string {
  let escaped = '';
  for (const char of text) {
    const isEscaped = char < ' ' || ESCAPED.includes(char);
    escaped += isEscaped ? `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}` : char;
  }
  return escaped;
}

function unescapePart(text: string): string {
  return text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
