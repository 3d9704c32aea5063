/** What is open over the canvas: the list of targets of a port, or the list of things to add. */
import { create } from 'zustand';
import type { Point } from '../../runtime/program/layout.ts';

/** An open list. */
export type Overlay =
  /** Where the rows of this node shall go. */
  | { readonly kind: 'output'; readonly node: string }
  /** What this port shall read. */
  | { readonly kind: 'input'; readonly node: string; readonly port: string }
  /** A new node at a place, wired from a node when given. */
  | { readonly kind: 'add'; readonly at: Point; readonly connectFrom: string | null }
  /** A new node spliced into an edge. */
  | { readonly kind: 'splice'; readonly edge: string };

/** The open list, if any. */
export const useOverlay = create<{ readonly overlay: Overlay | null }>(() => ({ overlay: null }));

/** Opens the list of a port. */
export function openPortMenu(overlay: Extract<Overlay, { kind: 'output' | 'input' }>): void {
  useOverlay.setState({ overlay });
}

/** Opens the list of things to add. */
export function openAddMenu(overlay: Extract<Overlay, { kind: 'add' | 'splice' }>): void {
  useOverlay.setState({ overlay });
}
