/**
 * A checkpoint: the whole dataflow between two turns, the sum over its results so far, and the newest rows
 * of each tap, so that a seek shows rows without running from the start.
 */

import { present } from '../base/assert.ts';
import { ByteReader, ByteWriter, DamagedBytes, type Plain } from '../data/plain-bytes.ts';
import { fromPortable, type Portable, toPortable } from '../data/portable.ts';
import type { RowKind } from '../data/row-kind.ts';
import type { DataflowSnapshot } from '../engine/dataflow.ts';
import type { PortableState } from '../engine/dataflow-node.ts';
import type { Tap, TappedRow } from '../engine/tap.ts';
import { SavedPages } from '../state/saved-pages.ts';
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

/** The pages of one state of a dataflow, and whose they are. */
export interface PlacedPages {
  /** Place of the node in the snapshot. */
  readonly node: number;
  readonly state: string;
  readonly pages: SavedPages;
}

/** A snapshot that shares pages, taken apart: what becomes bytes, and what stays in memory. */
export function withoutPages(snapshot: DataflowSnapshot): {
  readonly snapshot: DataflowSnapshot;
  readonly pages: readonly PlacedPages[];
} {
  const pages: PlacedPages[] = [];
  const nodes = snapshot.nodes.map((saved, node) => {
    if (saved.operator === null) return saved;
    const states: Record<string, PortableState> = {};
    for (const [state, entries] of Object.entries(saved.operator.states)) {
      const isShared = entries instanceof SavedPages;
      if (isShared) pages.push({ node, state, pages: entries });
      states[state] = isShared ? [] : entries;
    }
    return { ...saved, operator: { ...saved.operator, states } };
  });
  return { snapshot: { ...snapshot, nodes }, pages };
}

/** Puts pages back where `withoutPages` took them from. */
export function withPages(snapshot: DataflowSnapshot, pages: readonly PlacedPages[]): DataflowSnapshot {
  if (pages.length === 0) return snapshot;
  const nodes = [...snapshot.nodes];
  for (const { node, state, pages: saved } of pages) {
    const before = present(nodes[node], 'node of saved pages');
    const operator = present(before.operator, 'operator of saved pages');
    nodes[node] = { ...before, operator: { ...operator, states: { ...operator.states, [state]: saved } } };
  }
  return { ...snapshot, nodes };
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
