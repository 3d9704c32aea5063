/**
 * The shortest changelog with the same end: what was put in and taken out again disappears. Used to
 * compare results where the way there is not defined.
 */
import { isAccumulate, RowKind } from '../data/row-kind.ts';
import type { Row } from '../data/value.ts';
import { contentKey, type PrimitiveKey } from '../data/value-key.ts';
import type { Change } from './materialise.ts';

/** Net changes in order of first appearance: +I for rows that were added more often than taken out, -D else. */
export function consolidate(changes: Iterable<Change>): Change[] {
  const net = new Map<PrimitiveKey, { readonly row: Row; count: number }>();
  for (const { kind, row } of changes) {
    const key = contentKey(row);
    const entry = net.get(key) ?? { row, count: 0 };
    entry.count += isAccumulate(kind) ? 1 : -1;
    net.set(key, entry);
  }
  const consolidated: Change[] = [];
  for (const { row, count } of net.values()) {
    const kind = count > 0 ? RowKind.Insert : RowKind.Delete;
    for (let copy = 0; copy < Math.abs(count); copy++) consolidated.push({ kind, row });
  }
  return consolidated;
}

/** Whether two changelogs end in the same table. */
export function sameEnd(a: readonly Change[], b: readonly Change[]): boolean {
  const undone = b.map(({ kind, row }) => ({ kind: isAccumulate(kind) ? RowKind.Delete : RowKind.Insert, row }));
  return consolidate([...a, ...undone]).length === 0;
}
