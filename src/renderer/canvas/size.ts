/** Sizes of the canvas in pixels at zoom 1. Width and height of a card are those that the layout counts with. */

export { NODE_HEIGHT_PX, NODE_WIDTH_PX } from '../../runtime/program/auto-layout.ts';

/** Dragging snaps to this; new nodes land on it too. */
export const GRID_PX = 8;
/** Below this zoom a card shows its icon and name only. */
export const FAR_ZOOM_MAX = 0.58;
/** Below this zoom the name is set larger still. */
export const TINY_ZOOM_MAX = 0.42;
/** From this zoom on edges show their labels without being asked. */
export const CLOSE_ZOOM_MIN = 1.05;

/** A coordinate on the grid. */
export function snap(value: number): number {
  return Math.round(value / GRID_PX) * GRID_PX;
}

/** A graph of more nodes is never seen as a whole: neither zoomed out that far nor on the overview map. */
export const FIT_NODE_COUNT_MAX = 400;
