/**
 * The sum that says whether two runs came to the same: all rows that reached a sink or a query's result,
 * in order, and the whole state. Entries of a state are summed in any order, because a state that was
 * restored may list its keys in another one and be the same state.
 */
import type { DataflowSnapshot } from '../engine/dataflow.ts';
import { ByteWriter, type Plain } from './bytes.ts';
import { crc32c } from './crc32c.ts';

/** Sum of the rows `rowsDigest` (of a `Trace`) and of a dataflow's state; `null`: of the rows alone. */
export function runDigest(rowsDigest: string, snapshot: DataflowSnapshot | null): string {
  if (snapshot === null) return rowsDigest;
  const writer = new ByteWriter();
  let sum = 0;
  for (const node of snapshot.nodes) {
    const states = node.operator?.states ?? {};
    const { id, watermarkMs, rowCount, lateRowCount } = node;
    let nodeSum = sumOf(writer, [id, watermarkMs, rowCount, lateRowCount]);
    for (const name of Object.keys(states).sort()) {
      let stateSum = 0;
      for (const entry of states[name] ?? [])
        stateSum = (stateSum + sumOf(writer, entry as unknown as Plain)) % 2 ** 52;
      nodeSum = sumOf(writer, [nodeSum, name, stateSum]);
    }
    sum = sumOf(writer, [sum, nodeSum]);
  }
  return `${rowsDigest}/${sum.toString(16).padStart(13, '0')}`;
}

/** 52 bits over a value: two sums with different beginnings, so that one collision is not enough. */
function sumOf(writer: ByteWriter, value: Plain): number {
  writer.clear();
  writer.plain(value);
  const bytes = writer.view();
  let high = 0x811c9dc5;
  for (let i = 0; i < bytes.length; i++) high = Math.imul(high ^ (bytes[i] as number), 0x01000193);
  return (high >>> 12) * 2 ** 32 + crc32c(bytes);
}
