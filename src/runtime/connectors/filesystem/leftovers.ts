/**
 * What an earlier process left behind after the checkpoint that a writer goes on from: parts that were being
 * written, and parts that became visible with a later checkpoint which cannot be used any more. Their rows come
 * again, so they go. The names say which parts these are: number by number, behind a prefix that no other
 * writer has.
 */
import { ok, type Result } from '../../base/result.ts';
import type { Files } from '../../seams/files.ts';

/** Whose parts, and from which number on. */
export interface PartsToRemove {
  /** The table's folder. */
  readonly path: string;
  /** Folders of partitions below it are so many levels deep. */
  readonly depth: number;
  readonly prefix: string;
  /** Parts below this number belong to the checkpoint. */
  readonly partCount: number;
  /** Hidden files that the checkpoint refers to. */
  readonly keptHidden: ReadonlySet<string>;
}

/** How many files were removed. */
export interface RemovedParts {
  readonly hiddenCount: number;
  readonly visibleCount: number;
}

/** Removes the parts. */
export function removeLaterParts(files: Files, parts: PartsToRemove): Result<RemovedParts> {
  let hiddenCount = 0;
  let visibleCount = 0;
  const visit = (folder: string, depth: number): Result<void> => {
    // A folder that was never made has nothing in it.
    if (!files.stat(folder).ok) return ok(undefined);
    const entries = files.list(folder);
    if (!entries.ok) return entries;
    for (const entry of entries.value) {
      const name = entry.path.slice(entry.path.lastIndexOf('/') + 1);
      if (entry.isFolder) {
        const visited = depth > 0 && name.includes('=') ? visit(entry.path, depth - 1) : ok(undefined);
        if (!visited.ok) return visited;
        continue;
      }
      const isHidden = name.startsWith('.');
      const number = partNumber(isHidden ? name.slice(1) : name, parts.prefix, isHidden);
      if (number === null || (isHidden ? parts.keptHidden.has(entry.path) : number < parts.partCount)) continue;
      const removed = files.remove(entry.path);
      if (!removed.ok) return removed;
      if (isHidden) hiddenCount += 1;
      else visibleCount += 1;
    }
    return ok(undefined);
  };
  const visited = visit(parts.path, parts.depth);
  return visited.ok ? ok({ hiddenCount, visibleCount }) : visited;
}

/** The number in the name of a part of this prefix, or `null`. */
function partNumber(name: string, prefix: string, isHidden: boolean): number | null {
  if (!name.startsWith(`${prefix}-0-`)) return null;
  const match = (isHidden ? /^(\d+)\.inprogress\./ : /^(\d+)$/).exec(name.slice(prefix.length + 3));
  return match === null ? null : Number(match[1]);
}
