/**
 * A checkpoint: the whole dataflow between two turns, the sum over its results so far, and the newest rows
 * of each tap, so that a seek shows rows without running from the start.
 */

import { ByteReader, ByteWriter, DamagedBytes, type Plain } from '../data/plain-bytes.ts';
import { fromPortable, type Portable, toPortable } from '../data/portable.ts';
import type { RowKind } from '../data/row-kind.ts';
import type { DataflowSnapshot } from '../engine/dataflow.ts';
import type { Tap, TappedRow } from '../engine/tap.ts';
import { decodePlain } from './format.ts';

/** Rows of a tap in a checkpoint: a screen full. More would cost more than the state of most jobs. */
const TAP_ROW_COUNT_MAX = 50;

/** What a checkpoint holds. */
export interface Checkpoint {
  readonly timeMs: number;
  readonly rowsDigest: string;
  readonly dataflow: DataflowSnapshot;
  readonly taps: ReadonlyArray<{
    readonly nodeId: string;
    readonly total: number;
    readonly rows: readonly TappedRow[];
  }>;
}

/** The checkpoint as bytes. */
export function encodeCheckpoint(
  checkpoint: Omit<Checkpoint, 'taps'> & { readonly taps: ReadonlyArray<readonly [nodeId: string, tap: Tap]> },
): Uint8Array {
  const writer = new ByteWriter(64 * 1024);
  writer.plain([
    checkpoint.timeMs,
    checkpoint.rowsDigest,
    checkpoint.dataflow as unknown as Plain,
    checkpoint.taps.map(([nodeId, tap]) => [
      nodeId,
      tap.total,
      tap.read(0, TAP_ROW_COUNT_MAX).map(({ kind, row }) => [kind, row.map(toPortable) as unknown as Plain] as const),
    ]),
  ]);
  return writer.take();
}

/** The checkpoint of a payload whose checksum was right; throws `DamagedBytes` where it is none. */
export function decodeCheckpoint(payload: Uint8Array): Checkpoint {
  const parts = decodePlain(new ByteReader(payload));
  if (!Array.isArray(parts) || parts.length !== 4) throw new DamagedBytes('it has other parts');
  const [timeMs, rowsDigest, dataflow, taps] = parts as [
    number,
    string,
    DataflowSnapshot,
    [string, number, [RowKind, Portable[]][]][],
  ];
  return {
    timeMs,
    rowsDigest,
    dataflow,
    taps: taps.map(([nodeId, total, rows]) => ({
      nodeId,
      total,
      rows: rows.map(([kind, row], place) => ({
        sequence: total - rows.length + place,
        kind,
        row: row.map(fromPortable),
      })),
    })),
  };
}
