/**
 * A turn whose rows are read first and then fed one by one, so that a run can rest between any two of them.
 * The reader is asked exactly as in a turn that is not cut, so the same rows belong to it; that a reader does
 * not see what is done with its rows is what replays rely on too.
 */
import type { RowKind } from '../data/row-kind.ts';
import type { Row } from '../data/value.ts';
import { unwrap } from './row-failure.ts';
import type { RunningSource } from './running-node.ts';
import type { PollStatus } from './source.ts';

/** Rows of a turn, those before `next` gone through. */
export interface CutTurn {
  readonly source: RunningSource;
  readonly rows: readonly { readonly kind: RowKind; readonly row: Row }[];
  /** What comes after the last row. */
  readonly status: PollStatus | 'failed';
  /** Why reading on failed. */
  readonly error: unknown;
  next: number;
}

/** Reads the rows of a turn. */
export function collectTurn(source: RunningSource, rowCountMax: number): CutTurn {
  const rows: { kind: RowKind; row: Row }[] = [];
  const collect = { processRow: (kind: RowKind, row: Row) => void rows.push({ kind, row }) };
  try {
    const status = unwrap(source.reader.poll(collect, rowCountMax));
    return { source, rows, status, error: null, next: 0 };
  } catch (error) {
    return { source, rows, status: 'failed', error, next: 0 };
  }
}
