/** Automatic positions: no card on another, hand-placed ones stay, arrows point to the right. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { autoLayout, LAYER_GAP_PX, NODE_HEIGHT_PX, NODE_WIDTH_PX } from './auto-layout.ts';
import type { GraphNode, ProgramGraph } from './graph.ts';
import { EMPTY_LAYOUT, type Layout, type Point } from './layout.ts';

/** A graph as the edges between node numbers. */
function graphOf(count: number, edges: readonly (readonly [number, number])[]): ProgramGraph {
  const nodes = Array.from(
    { length: count },
    (_, i): GraphNode => ({
      id: `view:n${i}`,
      kind: 'map',
      family: 'stateless',
      name: `n${i}`,
      summary: '',
      inputs: [],
      hasOutput: true,
      statement: i + 1,
      span: { start: 0, end: 0 },
      form: null,
      calls: [],
    }),
  );
  return {
    nodes,
    edges: edges.map(([from, to], i) => ({ id: `e${i}`, from: `view:n${from}`, to: `view:n${to}`, toPort: 'in' })),
    settings: [],
    functions: [],
  };
}

function withNodes(nodes: Readonly<Record<string, Point>>): Layout {
  return { ...EMPTY_LAYOUT, nodes };
}

function overlaps(points: readonly Point[]): number {
  let count = 0;
  points.forEach((a, i) => {
    for (const b of points.slice(i + 1)) {
      if (Math.abs(a.x - b.x) < NODE_WIDTH_PX && Math.abs(a.y - b.y) < NODE_HEIGHT_PX) count += 1;
    }
  });
  return count;
}

const PITCH = NODE_WIDTH_PX + LAYER_GAP_PX;

describe('automatic layout', () => {
  it('lays a chain out in one line from left to right', () => {
    expect(
      autoLayout(
        graphOf(3, [
          [0, 1],
          [1, 2],
        ]),
        EMPTY_LAYOUT,
      ),
    ).toEqual({
      'view:n0': { x: 0, y: 0 },
      'view:n1': { x: PITCH, y: 0 },
      'view:n2': { x: 2 * PITCH, y: 0 },
    });
  });

  it('centres a join between its inputs and moves a late source next to its reader', () => {
    const layout = autoLayout(
      graphOf(4, [
        [0, 1],
        [1, 3],
        [2, 3],
      ]),
      EMPTY_LAYOUT,
    );
    expect(layout).toEqual({
      'view:n0': { x: 0, y: 0 },
      'view:n1': { x: PITCH, y: 0 },
      'view:n2': { x: PITCH, y: 128 },
      'view:n3': { x: 2 * PITCH, y: 64 },
    });
  });

  it('does not cross edges that need not cross', () => {
    const layout = autoLayout(
      graphOf(6, [
        [0, 4],
        [1, 3],
        [2, 5],
        [4, 5],
        [3, 5],
      ]),
      EMPTY_LAYOUT,
    );
    const y = (i: number): number => layout[`view:n${i}`]?.y ?? 0;
    expect(Math.sign(y(0) - y(1))).toBe(Math.sign(y(4) - y(3)));
  });

  it('places a new node beside its neighbour and moves nothing else', () => {
    const layout = autoLayout(
      graphOf(3, [
        [0, 1],
        [0, 2],
      ]),
      withNodes({ 'view:n0': { x: 400, y: 200 }, 'view:n1': { x: 900, y: 220 } }),
    );
    expect(Object.keys(layout)).toEqual(['view:n2']);
    expect(overlaps([...Object.values(layout), { x: 400, y: 200 }, { x: 900, y: 220 }])).toBe(0);
    expect(layout['view:n2']?.x).toBeGreaterThan(400);
  });

  it('puts a part that nobody placed below what is placed', () => {
    const layout = autoLayout(graphOf(3, [[1, 2]]), withNodes({ 'view:n0': { x: 40, y: 100 } }));
    expect(layout).toEqual({ 'view:n1': { x: 40, y: 268 }, 'view:n2': { x: 40 + PITCH, y: 268 } });
  });

  it('keeps broken text where the node stood that it was', () => {
    const graph = graphOf(1, []);
    const broken: GraphNode = { ...(graph.nodes[0] as GraphNode), id: 'broken:1', standsFor: 'view:big' };
    expect(autoLayout({ ...graph, nodes: [broken] }, withNodes({ 'view:big': { x: 8, y: 12 } }))).toEqual({
      'broken:1': { x: 8, y: 12 },
    });
  });

  it('never overlaps, stays on the grid and answers the same twice, also with cycles and any placed nodes', () => {
    const arbitrary = fc.integer({ min: 1, max: 40 }).chain((count) =>
      fc.record({
        count: fc.constant(count),
        edges: fc.array(fc.tuple(fc.nat(count - 1), fc.nat(count - 1)), { maxLength: 80 }),
        placed: fc.uniqueArray(fc.nat(count - 1), { maxLength: 10 }),
      }),
    );
    fc.assert(
      fc.property(arbitrary, ({ count, edges, placed }) => {
        const graph = graphOf(count, edges);
        const layout = withNodes(
          Object.fromEntries(
            placed.map((node, i) => [`view:n${node}`, { x: (i % 4) * 300 + i, y: Math.floor(i / 4) * 130 }]),
          ),
        );
        const result = autoLayout(graph, layout);
        expect(Object.keys(result).length).toBe(count - placed.length);
        expect(overlaps([...Object.values(result), ...Object.values(layout.nodes)])).toBe(0);
        expect(Object.values(result).filter((p) => p.x % 4 !== 0 || p.y % 4 !== 0)).toEqual([]);
        expect(autoLayout(graph, layout)).toEqual(result);
      }),
      { numRuns: 200 },
    );
  });

  it('lays out a thousand nodes without overlap', () => {
    const edges = Array.from({ length: 1500 }, (_, i): [number, number] => [
      (i * 7) % 1000,
      Math.min(999, ((i * 7) % 1000) + 1 + ((i * 13) % 40)),
    ]);
    const points = Object.values(autoLayout(graphOf(1000, edges), EMPTY_LAYOUT));
    expect(points.length).toBe(1000);
    expect(overlaps(points)).toBe(0);
  });
});
