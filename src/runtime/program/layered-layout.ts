/**
 * Layered layout of one connected graph, left to right (Sugiyama's method), written here because the
 * canvas needs it synchronously after every edit: elkjs gives nicer edge routes but takes seconds for
 * 500 nodes, answers through a promise and cannot run in the pure rooms.
 *
 *   1. break cycles (edges back to a node on the search path are turned round)
 *   2. layers: longest path from the sources, then sources moved right, next to their first reader
 *   3. long edges get a place in each layer they cross, so that nodes make way for them
 *   4. order in the layers: barycentre sweeps, the order with the fewest crossings wins
 *   5. y: each node towards the mean of its neighbours; order and distances kept by merging
 *      blocks that would overlap (pool adjacent violators, the least-squares answer)
 */
import { assert } from '../base/assert.ts';

/** Size and distances in pixels. */
export interface LayeredOptions {
  readonly nodeWidthPx: number;
  readonly nodeHeightPx: number;
  /** Between layers. */
  readonly gapXPx: number;
  /** Between nodes of one layer. */
  readonly gapYPx: number;
}

/** A graph by node index. */
export interface LayeredGraph {
  readonly nodeCount: number;
  readonly edges: readonly (readonly [from: number, to: number])[];
}

/** Places for long edges are left out beyond this many: they would cost more than they improve. */
const DUMMIES_MAX = 4_000;
/** Order sweeps; the gain after six is not visible. */
const ORDER_SWEEPS = 6;
/** Coordinate sweeps; an odd number ends rightwards, so that a chain behind its input is a straight line. */
const PLACE_SWEEPS = 9;

/** Top left corners by node index; the smallest x and y are 0. Cost: near linear for graphs of scripts. */
export function layeredLayout(
  graph: LayeredGraph,
  options: LayeredOptions,
): readonly { readonly x: number; readonly y: number }[] {
  if (graph.nodeCount === 0) return [];
  const edges = breakCycles(graph);
  const layers = assignLayers(graph.nodeCount, edges);
  const work = withDummies(graph.nodeCount, edges, layers);
  orderLayers(work);
  const ys = placeVertically(work, options);
  const pitch = options.nodeWidthPx + options.gapXPx;
  let top = Number.POSITIVE_INFINITY;
  for (let node = 0; node < graph.nodeCount; node += 1) top = Math.min(top, at(ys, node));
  return Array.from({ length: graph.nodeCount }, (_, node) => ({ x: at(layers, node) * pitch, y: at(ys, node) - top }));
}

type Edge = readonly [number, number];

interface Work {
  readonly nodeCount: number;
  /** Node and dummy indexes by layer, in order from the top. */
  readonly layers: number[][];
  readonly before: readonly number[][];
  readonly after: readonly number[][];
}

function at<T>(list: ArrayLike<T>, index: number): T {
  const value = list[index];
  assert(value !== undefined, 'layout indexes are in range');
  return value;
}

function adjacency(count: number, edges: readonly Edge[]): { readonly before: number[][]; readonly after: number[][] } {
  const before: number[][] = Array.from({ length: count }, () => []);
  const after: number[][] = Array.from({ length: count }, () => []);
  for (const [from, to] of edges) {
    at(after, from).push(to);
    at(before, to).push(from);
  }
  return { before, after };
}

/** Depth-first search with its own stack; an edge to a node that is still open closes a cycle. */
function breakCycles(graph: LayeredGraph): readonly Edge[] {
  const proper = graph.edges.filter(([from, to]) => from !== to);
  const { after } = adjacency(graph.nodeCount, proper);
  const state = new Uint8Array(graph.nodeCount);
  const out: Edge[] = [];
  for (let root = 0; root < graph.nodeCount; root += 1) {
    if (state[root] !== 0) continue;
    const stack: { readonly node: number; next: number }[] = [{ node: root, next: 0 }];
    state[root] = 1;
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const to = at(after, top.node)[top.next];
      if (to === undefined) {
        state[top.node] = 2;
        stack.pop();
        continue;
      }
      top.next += 1;
      out.push(state[to] === 1 ? [to, top.node] : [top.node, to]);
      if (state[to] !== 0) continue;
      state[to] = 1;
      stack.push({ node: to, next: 0 });
    }
  }
  return out;
}

function assignLayers(count: number, edges: readonly Edge[]): number[] {
  const { before, after } = adjacency(count, edges);
  const layers = new Array<number>(count).fill(0);
  const open = before.map((list) => list.length);
  const queue = open.flatMap((degree, node) => (degree === 0 ? [node] : []));
  for (let i = 0; i < queue.length; i += 1) {
    const node = at(queue, i);
    for (const to of at(after, node)) {
      layers[to] = Math.max(at(layers, to), at(layers, node) + 1);
      open[to] = at(open, to) - 1;
      if (open[to] === 0) queue.push(to);
    }
  }
  assert(queue.length === count, 'the graph has no cycles left');
  for (const node of queue.reverse()) {
    const readers = at(after, node);
    if (at(before, node).length === 0 && readers.length > 0) {
      layers[node] = Math.min(...readers.map((to) => at(layers, to))) - 1;
    }
  }
  return layers;
}

function withDummies(nodeCount: number, edges: readonly Edge[], layers: readonly number[]): Work {
  const layerOf = [...layers];
  const pieces: Edge[] = [];
  for (const [from, to] of edges) {
    let previous = from;
    const room = layerOf.length - nodeCount + (at(layers, to) - at(layers, from)) < DUMMIES_MAX;
    for (let layer = at(layers, from) + 1; room && layer < at(layers, to); layer += 1) {
      layerOf.push(layer);
      pieces.push([previous, layerOf.length - 1]);
      previous = layerOf.length - 1;
    }
    pieces.push([previous, to]);
  }
  const depth = layerOf.reduce((max, layer) => Math.max(max, layer), 0) + 1;
  const byLayer: number[][] = Array.from({ length: depth }, () => []);
  const { before, after } = adjacency(layerOf.length, pieces);
  // First order: as met by a walk from the sources in the order of the script, so that neighbours start together.
  const seen = new Uint8Array(layerOf.length);
  const stack: number[] = [];
  for (let root = 0; root < nodeCount; root += 1) {
    if (at(before, root).length > 0 || seen[root] === 1) continue;
    stack.push(root);
    for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
      if (seen[node] === 1) continue;
      seen[node] = 1;
      at(byLayer, at(layerOf, node)).push(node);
      for (const to of [...at(after, node)].reverse()) if (seen[to] === 0) stack.push(to);
    }
  }
  return { nodeCount, layers: byLayer, before, after };
}

// ---------------------------------------------------------------- order

function orderLayers(work: Work): void {
  const position = new Float64Array(work.before.length);
  const note = (layer: readonly number[]): void => {
    layer.forEach((node, i) => {
      position[node] = i;
    });
  };
  for (const layer of work.layers) note(layer);
  let best = work.layers.map((layer) => [...layer]);
  let fewest = crossings(work, position);
  for (let sweep = 0; sweep < ORDER_SWEEPS && fewest > 0; sweep += 1) {
    const down = sweep % 2 === 0;
    const sequence = down ? work.layers : [...work.layers].reverse();
    for (const layer of sequence) {
      const keys = new Map(
        layer.map((node) => [
          node,
          barycentre(down ? at(work.before, node) : at(work.after, node), position, at(position, node)),
        ]),
      );
      layer.sort((a, b) => (keys.get(a) ?? 0) - (keys.get(b) ?? 0) || at(position, a) - at(position, b));
      note(layer);
    }
    const count = crossings(work, position);
    if (count >= fewest) continue;
    fewest = count;
    best = work.layers.map((layer) => [...layer]);
  }
  best.forEach((layer, i) => {
    work.layers[i] = layer;
  });
}

function barycentre(neighbours: readonly number[], position: Float64Array, own: number): number {
  if (neighbours.length === 0) return own;
  let sum = 0;
  for (const node of neighbours) sum += at(position, node);
  return sum / neighbours.length;
}

/** Crossings between all pairs of layers: inversions of the edges' ends, counted in a Fenwick tree. */
function crossings(work: Work, position: Float64Array): number {
  let count = 0;
  for (let i = 0; i + 1 < work.layers.length; i += 1) {
    const size = at(work.layers, i + 1).length;
    const tree = new Uint32Array(size + 1);
    let seen = 0;
    for (const node of at(work.layers, i)) {
      const ends = at(work.after, node).map((to) => at(position, to));
      for (const end of ends) {
        let notAbove = 0;
        for (let j = end + 1; j > 0; j -= j & -j) notAbove += tree[j] ?? 0;
        count += seen - notAbove;
      }
      for (const end of ends) {
        seen += 1;
        for (let j = end + 1; j <= size; j += j & -j) tree[j] = (tree[j] ?? 0) + 1;
      }
    }
  }
  return count;
}

// ---------------------------------------------------------------- coordinates

/** A node that would rather be elsewhere, against those that stay: it moves only where there is room. */
const WEAK = 0.001;

interface Wish {
  readonly y: number;
  readonly weight: number;
}

function placeVertically(work: Work, options: LayeredOptions): Float64Array {
  const ys = new Float64Array(work.before.length);
  // A long edge needs the height of a gap only.
  const height = (node: number): number => (node < work.nodeCount ? options.nodeHeightPx : 0);
  const centre = (node: number): number => at(ys, node) + height(node) / 2;
  const place = (layer: readonly number[], wish: (node: number) => Wish): void =>
    stack(layer, layer.map(wish), ys, height, options.gapYPx);
  for (const layer of work.layers) place(layer, () => ({ y: 0, weight: 1 }));
  for (let sweep = 0; sweep < PLACE_SWEEPS; sweep += 1) {
    const right = sweep % 2 === 0;
    for (const layer of right ? work.layers : [...work.layers].reverse()) {
      place(layer, (node) => {
        const near = right ? at(work.before, node) : at(work.after, node);
        const used = near.length > 0 ? near : right ? at(work.after, node) : at(work.before, node);
        if (used.length === 0) return { y: at(ys, node), weight: 1 };
        const mean = used.reduce((sum, other) => sum + centre(other), 0) / used.length;
        return { y: mean - height(node) / 2, weight: 1 };
      });
    }
  }
  // Last, straight lines: whoever feeds one node only and alone goes level with it if it can.
  for (const layer of [...work.layers].reverse()) {
    place(layer, (node) => {
      const reader = at(work.after, node).length === 1 ? at(work.after, node)[0] : undefined;
      const alone = reader !== undefined && at(work.before, reader).length === 1;
      return alone ? { y: centre(reader) - height(node) / 2, weight: WEAK } : { y: at(ys, node), weight: 1 };
    });
  }
  return ys;
}

/**
 * Puts the nodes of a layer as near as possible (weighted least squares) to the wished y without
 * overlap and in their order: with the heights above taken off, the y must not decrease, and each run
 * that would is replaced by its mean.
 */
function stack(
  layer: readonly number[],
  wishes: readonly Wish[],
  ys: Float64Array,
  height: (node: number) => number,
  gap: number,
): void {
  const blocks: { readonly sum: number; readonly weight: number; readonly count: number }[] = [];
  const offsets: number[] = [];
  let offset = 0;
  layer.forEach((node, i) => {
    offsets.push(offset);
    const { y, weight } = at(wishes, i);
    let block = { sum: (y - offset) * weight, weight, count: 1 };
    offset += height(node) + gap;
    for (let last = blocks.at(-1); last && last.sum / last.weight >= block.sum / block.weight; last = blocks.at(-1)) {
      blocks.pop();
      block = { sum: last.sum + block.sum, weight: last.weight + block.weight, count: last.count + block.count };
    }
    blocks.push(block);
  });
  let i = 0;
  for (const block of blocks) {
    for (let k = 0; k < block.count; k += 1, i += 1) ys[at(layer, i)] = block.sum / block.weight + at(offsets, i);
  }
}
