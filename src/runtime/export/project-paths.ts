/** Which files a table means: the same rules as the start scripts, which make relative paths absolute. */
import type { CreateTable } from '../sql/1-parse/ast.ts';

/** Relative paths in the options of a table; `file:` of another machine, and absolute paths, stay what they are. */
export function projectFilesOf(table: CreateTable): string[] {
  return table.options.filter(({ key, value }) => key === 'path' && isRelative(value)).map(({ value }) => value);
}

/** Neither `/…` nor `scheme:…`. */
export function isRelative(path: string): boolean {
  return path !== '' && !path.startsWith('/') && !/^[A-Za-z][A-Za-z0-9+.-]*:/.test(path);
}
