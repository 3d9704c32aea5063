/**
 * The sum that says whether two runs came to the same: all rows that reached a sink or a query's result,
 * in order; the figures of all nodes; and the whole state. Entries of a state are summed in any order, because
 * a state that was restored may list its keys in another one and be the same state.
 */

import { assert } from '../base/assert.ts';
import { crc32c } from '../data/crc32.ts';
import { ByteWriter, type Plain } from '../data/plain-bytes.ts';
import type { Dataflow } from '../engine/dataflow.ts';
import type { PortableState } from '../engine/dataflow-node.ts';
import { isList } from '../engine/portable-snapshot.ts';

/** How much a sum covers: the results, also counts and watermarks of all nodes, also the whole state. */
export type DigestExtent = 'rows' | 'figures' | 'state';

/**
 * Rows up to which the sum at the end of a job covers its state too. To walk over a state of a million keys
 * would cost more than everything else that a recording does; what the state did wrong shows in the results.
 */
const STATE_ROWS_MAX = 20_000;

/** The extent of the sum at the end of a job that read `rowCount` rows: the same in a run and in its replay. */
export function extentAtEnd(rowCount: number): DigestExtent {
  return rowCount <= STATE_ROWS_MAX ? 'state' : 'figures';
}

/** Sum of the rows `rowsDigest` (of a `Trace`) and, as `extent` says, of what a dataflow has come to. */
export function runDigest(rowsDigest: string, dataflow: Dataflow, extent: DigestExtent): string {
  if (extent === 'rows') return rowsDigest;
  const writer = new ByteWriter();
  const snapshot = extent === 'state' ? dataflow.snapshot('shared') : null;
  let sum = 0;
  dataflow.nodes.forEach((node, index) => {
    const states: Readonly<Record<string, PortableState>> = snapshot?.nodes[index]?.operator?.states ?? {};
    let nodeSum = sumOf(writer, [node.id, node.emittedWatermarkMs, node.output.rowCount, node.lateRowCount]);
    for (const name of Object.keys(states).sort()) {
      let stateSum = 0;
      for (const bytes of entriesOf(states[name] ?? [], writer)) stateSum = (stateSum + sumOfBytes(bytes)) % 2 ** 52;
      nodeSum = sumOf(writer, [nodeSum, name, stateSum]);
    }
    sum = sumOf(writer, [sum, nodeSum]);
  });
  return `${rowsDigest}/${sum.toString(16).padStart(13, '0')}`;
}

/** Each entry of a saved state, as its bytes: valid until the next one is asked for. */
function* entriesOf(state: PortableState, writer: ByteWriter): IterableIterator<Uint8Array> {
  if (!isList(state)) {
    assert('entryBytes' in state, 'a state that is summed is in memory');
    yield* state.entryBytes();
    return;
  }
  for (const entry of state) {
    writer.clear();
    writer.plain(entry as unknown as Plain);
    yield writer.view();
  }
}

/** 52 bits over a value: two sums with different beginnings, so that one collision is not enough. */
function sumOf(writer: ByteWriter, value: Plain): number {
  writer.clear();
  writer.plain(value);
  return sumOfBytes(writer.view());
}

function sumOfBytes(bytes: Uint8Array): number {
  let high = 0x811c9dc5;
  for (let i = 0; i < bytes.length; i++) high = Math.imul(high ^ (bytes[i] as number), 0x01000193);
  return (high >>> 12) * 2 ** 32 + crc32c(bytes);
}
