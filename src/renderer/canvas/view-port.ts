/**
 * What commands may ask of the mounted canvas. The canvas registers itself; without one (welcome
 * screen, script tab) the requests do nothing.
 */
import type { Point } from '../../runtime/program/layout.ts';

/** The canvas as commands see it. */
export interface CanvasView {
  fit(): void;
  fitNodes(nodes: readonly string[]): void;
  zoomTo(zoom: number): void;
  /** Opens the list of things to add; `connectFrom` wires the new node at once. */
  openQuickAdd(): void;
  /** The middle of what is seen, in canvas coordinates. */
  centre(): Point;
}

const ABSENT: CanvasView = {
  fit: () => undefined,
  fitNodes: () => undefined,
  zoomTo: () => undefined,
  openQuickAdd: () => undefined,
  centre: () => ({ x: 0, y: 0 }),
};

let mounted: CanvasView = ABSENT;

/** Registers the mounted canvas; the answer takes it back. */
export function mountCanvasView(view: CanvasView): () => void {
  mounted = view;
  return () => {
    if (mounted === view) mounted = ABSENT;
  };
}

/** The mounted canvas, or one that does nothing. */
export const canvasView: CanvasView = {
  fit: () => mounted.fit(),
  fitNodes: (nodes) => mounted.fitNodes(nodes),
  zoomTo: (zoom) => mounted.zoomTo(zoom),
  openQuickAdd: () => mounted.openQuickAdd(),
  centre: () => mounted.centre(),
};
