/**
 * The state of a checkpoint as bytes: a segment for the job itself, then one for each operator. The counts in
 * the manifest are compared when a state is read, so that what was written and what is restored are a pair.
 */
import { assert } from '../base/assert.ts';
import { ByteReader, ByteWriter, DamagedBytes, type Plain } from '../data/plain-bytes.ts';
import { fromPortable, type Portable, toPortable } from '../data/portable.ts';
import type { Value } from '../data/value.ts';
import type { DataflowSnapshot } from '../engine/dataflow.ts';
import type { NodeSnapshot } from '../engine/dataflow-node.ts';
import { savedCount } from '../engine/portable-snapshot.ts';
import type { RunSnapshot } from '../engine/scheduler.ts';
import type { CheckpointManifest, OperatorEntry } from './checkpoint-manifest.ts';

/** What one sink leaves in a checkpoint. */
export interface SinkState {
  /** Full name of the table. */
  readonly table: string;
  readonly snapshot: Value;
  readonly committable: Value;
}

/** What a checkpoint brings back. */
export interface CheckpointState {
  /** When the dataflow was first built: the time that a batch query takes for now. */
  readonly buildMs: number;
  /** Rows that the query has given, where it has a limit. */
  readonly queryRowCount: number;
  /** See `CheckpointedInputs.facts`. */
  readonly inputs: Plain;
  readonly sinks: readonly SinkState[];
  /** What the listener had taken in; `null` for one that keeps nothing. */
  readonly listener: Plain;
  /** `null` where no job was under way. */
  readonly run: RunSnapshot | null;
}

/** A state in bytes and what a manifest says of it. */
export interface EncodedState {
  readonly bytes: Uint8Array;
  readonly headByteCount: number;
  readonly operators: readonly OperatorEntry[];
}

/** Bytes of a state. */
export function encodeState({ buildMs, queryRowCount, inputs, sinks, listener, run }: CheckpointState): EncodedState {
  const writer = new ByteWriter(64 * 1024);
  const { nodes, ...dataflow } = run?.dataflow ?? { nodes: [] };
  writer.plain([
    buildMs,
    queryRowCount,
    inputs,
    sinks.map(({ table, snapshot, committable }) => [table, plainOf(snapshot), plainOf(committable)] as const),
    listener,
    run === null ? null : [run.turn, dataflow as unknown as Plain],
  ]);
  const headByteCount = writer.length;
  const operators = nodes.map((node): OperatorEntry => {
    const before = writer.length;
    writer.plain(node as unknown as Plain);
    return { id: node.id, name: node.name, keyCount: keyCountOf(node), byteCount: writer.length - before };
  });
  return { bytes: writer.take(), headByteCount, operators };
}

/** The state of a checkpoint whose checksum was right. */
export function decodeState({ state, operators }: CheckpointManifest, bytes: Uint8Array): CheckpointState {
  let at = 0;
  const segment = (byteCount: number): Plain => {
    const reader = new ByteReader(bytes.subarray(at, at + byteCount));
    at += byteCount;
    const value = reader.plain();
    if (!reader.isAtEnd) throw new DamagedBytes('a segment is longer than its data');
    return value;
  };
  const head = segment(state.headByteCount);
  assert(Array.isArray(head) && head.length === 6, 'the head of a checkpoint has six parts');
  const [buildMs, queryRowCount, inputs, sinks, listener, run] = head as unknown as [
    number,
    number,
    Plain,
    readonly (readonly [string, Portable, Portable])[],
    Plain,
    readonly [number, Omit<DataflowSnapshot, 'nodes'>] | null,
  ];
  const nodes = operators.map((entry): NodeSnapshot => {
    const node = segment(entry.byteCount) as unknown as NodeSnapshot;
    assert(node.id === entry.id && keyCountOf(node) === entry.keyCount, 'an operator has the keys of its manifest');
    return node;
  });
  assert(at === bytes.length, 'a manifest counts all bytes of its state');
  return {
    buildMs,
    queryRowCount,
    inputs,
    sinks: sinks.map(([table, snapshot, committable]) => ({
      table,
      snapshot: fromPortable(snapshot),
      committable: fromPortable(committable),
    })),
    listener,
    run: run === null ? null : { turn: run[0], dataflow: { ...run[1], nodes } },
  };
}

/** A value in a manifest, for people. */
export function textForPeople(value: Value): string {
  return JSON.stringify(toPortable(value), (_, item) => (typeof item === 'bigint' ? `${item}` : item));
}

function keyCountOf({ operator }: NodeSnapshot): number {
  return Object.values(operator?.states ?? {}).reduce((sum, state) => sum + savedCount(state), 0);
}

function plainOf(value: Value): Plain {
  return toPortable(value) as unknown as Plain;
}
