/** Snapshots of operators as plain data, which goes into files and to other threads, and back. */
import { fromPortable, toPortable } from '../data/portable.ts';
import type { PortableSnapshot } from './dataflow-node.ts';
import type { OperatorSnapshot } from './operator.ts';

/** The states of an operator as a snapshot keeps them. */
export function pack(snapshot: OperatorSnapshot): PortableSnapshot {
  const states = Object.entries(snapshot.states).map(([name, entries]) => [name, entries.map(toPortable)] as const);
  return { versions: snapshot.versions, states: Object.fromEntries(states) };
}

/** The states of an operator, from a snapshot. */
export function unpack(snapshot: PortableSnapshot): OperatorSnapshot {
  const states = Object.entries(snapshot.states).map(([name, entries]) => [name, entries.map(fromPortable)] as const);
  return { versions: snapshot.versions, states: Object.fromEntries(states) };
}
