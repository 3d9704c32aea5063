/**
 * Positions for the nodes that the layout file does not place; what the user placed never moves.
 *
 *   - nobody placed anything in a connected part: the whole part is laid out in layers and put below
 *     what is there, parts beside each other on shelves
 *   - otherwise each new node keeps the place relative to its placed neighbours that it would have in
 *     a fresh layout, moved up or down to the nearest free spot
 */
import type { ProgramGraph } from './graph.ts';
import { layeredLayout } from './layered-layout.ts';
import type { Layout, Point } from './layout.ts';
import { GRID_PX, snap } from './layout-file.ts';

/** Size of a node's card at zoom 1. */
export const NODE_WIDTH_PX = 232;
/** Height of a node's card at zoom 1. */
export const NODE_HEIGHT_PX = 96;
/** Free space between layers: room for an edge and its badge. */
export const LAYER_GAP_PX = 104;
/** Free space between nodes above each other. */
export const NODE_GAP_PX = 32;
/** Free space between parts that are not connected. */
const PART_GAP_PX = 72;
/** Width to height that shelves aim at: a window's canvas. */
const SHELF_RATIO = 1.6;

const SIZES = { nodeWidthPx: NODE_WIDTH_PX, nodeHeightPx: NODE_HEIGHT_PX, gapXPx: LAYER_GAP_PX, gapYPx: NODE_GAP_PX };

/** Positions of all nodes without one in `layout`, on the grid and without overlaps. Pure and synchronous. */
export function autoLayout(graph: ProgramGraph, layout: Layout): Readonly<Record<string, Point>> {
  const index = new Map(graph.nodes.map((node, i) => [node.id, i]));
  const edges: (readonly [number, number])[] = [];
  for (const edge of graph.edges) {
    const from = index.get(edge.from);
    const to = index.get(edge.to);
    if (from !== undefined && to !== undefined) edges.push([from, to]);
  }
  const places: (Point | undefined)[] = graph.nodes.map((node) => fixedPlace(layout, node.id));
  const missing = places.flatMap((place, i) => (place ? [] : [i]));
  const taken = new Taken(places.filter((place) => place !== undefined));
  // Text that is being typed stays where its node was.
  for (const node of missing) {
    const standsFor = graph.nodes[node]?.standsFor;
    const place = standsFor === undefined ? undefined : fixedPlace(layout, standsFor);
    if (place && taken.isFree(place)) put(node, place);
  }
  const fresh: Part[] = [];
  for (const part of partsOf(graph.nodes.length, edges)) {
    if (part.every((node) => places[node] !== undefined)) continue;
    const local = localLayout(part, edges);
    if (part.some((node) => places[node] !== undefined)) besidePlaced(part, local);
    else fresh.push({ nodes: part, points: local });
  }
  onShelves(fresh);
  return Object.fromEntries(
    missing.flatMap((node) => {
      const id = graph.nodes[node]?.id;
      const place = places[node];
      return id !== undefined && place ? [[id, place]] : [];
    }),
  );

  function put(node: number, place: Point): void {
    places[node] = place;
    taken.add(place);
  }

  function besidePlaced(part: readonly number[], local: ReadonlyMap<number, Point>): void {
    const neighbours = new Map<number, number[]>(part.map((node) => [node, []]));
    for (const [from, to] of edges) {
      neighbours.get(from)?.push(to);
      neighbours.get(to)?.push(from);
    }
    const queue = part.filter((node) => places[node] !== undefined);
    for (let i = 0; i < queue.length; i += 1) {
      for (const node of neighbours.get(queue[i] ?? -1) ?? []) {
        if (places[node]) continue;
        const own = local.get(node) ?? { x: 0, y: 0 };
        const wishes = (neighbours.get(node) ?? []).flatMap((other) => {
          const place = places[other];
          const there = local.get(other);
          return place && there ? [{ x: place.x + own.x - there.x, y: place.y + own.y - there.y }] : [];
        });
        const mean = (of: (point: Point) => number): number =>
          wishes.reduce((sum, wish) => sum + of(wish), 0) / Math.max(1, wishes.length);
        put(node, taken.nearestFree(snap({ x: mean((p) => p.x), y: mean((p) => p.y) })));
        queue.push(node);
      }
    }
  }

  function onShelves(parts: readonly Part[]): void {
    if (parts.length === 0) return;
    const sizes = parts.map(sizeOf);
    const area = sizes.reduce((sum, size) => sum + (size.x + PART_GAP_PX) * (size.y + PART_GAP_PX), 0);
    const widest = Math.max(...sizes.map((size) => size.x), Math.sqrt(area * SHELF_RATIO));
    const origin = taken.below();
    let x = 0;
    let y = 0;
    let shelf = 0;
    parts.forEach((part, i) => {
      const size = sizes[i] ?? { x: 0, y: 0 };
      if (x > 0 && x + size.x > widest) {
        y += shelf + PART_GAP_PX;
        x = 0;
        shelf = 0;
      }
      for (const [node, point] of part.points)
        put(node, snap({ x: origin.x + x + point.x, y: origin.y + y + point.y }));
      x += size.x + PART_GAP_PX;
      shelf = Math.max(shelf, size.y);
    });
  }
}

interface Part {
  readonly nodes: readonly number[];
  readonly points: ReadonlyMap<number, Point>;
}

function fixedPlace(layout: Layout, id: string): Point | undefined {
  const place = Object.hasOwn(layout.nodes, id) ? layout.nodes[id] : undefined;
  return place ? { x: place.x, y: place.y } : undefined;
}

/** Connected parts, each in the order of the script. */
function partsOf(count: number, edges: readonly (readonly [number, number])[]): readonly (readonly number[])[] {
  const parent = Array.from({ length: count }, (_, i) => i);
  const root = (node: number): number => {
    let top = node;
    while ((parent[top] ?? top) !== top) top = parent[top] ?? top;
    parent[node] = top;
    return top;
  };
  for (const [from, to] of edges) {
    const a = root(from);
    const b = root(to);
    parent[Math.max(a, b)] = Math.min(a, b);
  }
  const parts = new Map<number, number[]>();
  for (let node = 0; node < count; node += 1) {
    const top = root(node);
    const part = parts.get(top);
    if (part) part.push(node);
    else parts.set(top, [node]);
  }
  return [...parts.values()];
}

function localLayout(
  part: readonly number[],
  edges: readonly (readonly [number, number])[],
): ReadonlyMap<number, Point> {
  const index = new Map(part.map((node, i) => [node, i]));
  const local: (readonly [number, number])[] = [];
  for (const [from, to] of edges) {
    const a = index.get(from);
    const b = index.get(to);
    if (a !== undefined && b !== undefined) local.push([a, b]);
  }
  const points = layeredLayout({ nodeCount: part.length, edges: local }, SIZES);
  return new Map(part.map((node, i) => [node, snap(points[i] ?? { x: 0, y: 0 })]));
}

function sizeOf(part: Part): Point {
  let x = 0;
  let y = 0;
  for (const point of part.points.values()) {
    x = Math.max(x, point.x + NODE_WIDTH_PX);
    y = Math.max(y, point.y + NODE_HEIGHT_PX);
  }
  return { x, y };
}

/** The places that are taken, with the free space kept around each. */
class Taken {
  readonly #points: Point[];

  constructor(points: readonly Point[]) {
    this.#points = [...points];
  }

  add(point: Point): void {
    this.#points.push(point);
  }

  isFree(at: Point): boolean {
    return !this.#points.some(
      (p) => Math.abs(p.x - at.x) < NODE_WIDTH_PX + GRID_PX && Math.abs(p.y - at.y) < NODE_HEIGHT_PX + GRID_PX,
    );
  }

  /** Left edge of everything, and the first y below it; the origin when nothing is there. */
  below(): Point {
    if (this.#points.length === 0) return { x: 0, y: 0 };
    let x = Number.POSITIVE_INFINITY;
    let y = Number.NEGATIVE_INFINITY;
    for (const p of this.#points) {
      x = Math.min(x, p.x);
      y = Math.max(y, p.y + NODE_HEIGHT_PX + PART_GAP_PX);
    }
    return snap({ x, y });
  }

  /** The free place of the same x whose y is nearest. Cost: a sort of the nodes in that column. */
  nearestFree(at: Point): Point {
    const pitch = NODE_HEIGHT_PX + NODE_GAP_PX;
    const ys = this.#points.filter((p) => Math.abs(p.x - at.x) < NODE_WIDTH_PX + GRID_PX).map((p) => p.y);
    ys.sort((a, b) => a - b);
    // Runs of nodes without room between them: the ends of the run around `at` are the nearest free places.
    let low = Number.NEGATIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (const y of ys) {
      if (y - pitch >= high) {
        if (at.y <= y - pitch) break;
        low = y - pitch;
      }
      high = y + pitch;
    }
    if (at.y >= high || at.y <= low) return at;
    return {
      x: at.x,
      y: at.y - low <= high - at.y ? Math.floor(low / GRID_PX) * GRID_PX : Math.ceil(high / GRID_PX) * GRID_PX,
    };
  }
}
