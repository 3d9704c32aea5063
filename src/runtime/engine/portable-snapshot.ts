/** Snapshots of operators as plain data, which goes into files and to other threads, and back. */
import { fromPortable, type Portable, toPortable } from '../data/portable.ts';
import type { Value } from '../data/value.ts';
import type { PortableSnapshot, PortableState } from './dataflow-node.ts';
import type { OperatorSnapshot, SavedState } from './operator.ts';

/** The states of an operator as a snapshot keeps them. */
export function pack(snapshot: OperatorSnapshot): PortableSnapshot {
  return { versions: snapshot.versions, states: mapped(snapshot.states, packState) };
}

/** The states of an operator, from a snapshot. */
export function unpack(snapshot: PortableSnapshot): OperatorSnapshot {
  return { versions: snapshot.versions, states: mapped(snapshot.states, unpackState) };
}

/** Entries of a saved state. */
export function savedCount(state: PortableState): number {
  return isList(state) ? state.length : state.entryCount;
}

/** Whether a state was saved as a list; else as pages, whose bytes are plain data already. */
export function isList(state: PortableState): state is readonly Portable[] {
  return Array.isArray(state);
}

function packState(state: SavedState): PortableState {
  return Array.isArray(state) ? (state as readonly Value[]).map(toPortable) : (state as PortableState);
}

function unpackState(state: PortableState): SavedState {
  return isList(state) ? state.map(fromPortable) : state;
}

function mapped<T, U>(states: Readonly<Record<string, T>>, map: (state: T) => U): Readonly<Record<string, U>> {
  return Object.fromEntries(Object.entries(states).map(([name, state]) => [name, map(state)] as const));
}
