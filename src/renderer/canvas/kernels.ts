/**
 * Decisions of the canvas without the canvas: who may be connected to whom, and where an arrow key
 * leads. Pure functions over the graph, so that they can be tested and shown before anything happens.
 */
import type { GraphNode, InputPort, ProgramGraph } from '../../runtime/program/graph.ts';
import type { Point } from '../../runtime/program/layout.ts';

/** What an edit writes where a new node is not connected yet: `PLACEHOLDER_NAME` of the program room, without its parser. */
export const UNCONNECTED_NAME = '?';

/** An input that waits for its edge; `name` says which of several it is, null where there is only one. */
export interface OpenInput {
  readonly name: string | null;
}

/** The first input that is not connected yet. Named by its label; by its number where the label only says the same. */
export function openInput(node: Pick<GraphNode, 'inputs'>): OpenInput | null {
  const index = node.inputs.findIndex((port) => port.refersTo === UNCONNECTED_NAME);
  const port = node.inputs[index];
  if (port === undefined) return null;
  if (node.inputs.length === 1) return { name: null };
  return { name: port.label === 'not connected' ? String(index + 1) : port.label };
}

/** Why `from` cannot feed `port` of `to`, as a short phrase; null when it can. */
export function connectRefusal(
  graph: ProgramGraph,
  from: GraphNode,
  to: GraphNode,
  port: string | null,
): string | null {
  if (!from.hasOutput) return `${from.name} has no output`;
  if (from.id === to.id) return 'a node cannot read itself';
  if (to.id.startsWith('broken:')) return 'its SQL has an error';
  if (to.inputs.length === 0) return to.family === 'source' ? 'a source has no input' : 'it has no input';
  if (graph.edges.some((e) => e.from === from.id && e.to === to.id && (port === null || e.toPort === port))) {
    return 'already connected';
  }
  if (reachable(graph, to.id, 'down').has(from.id)) return 'it would make a loop';
  return null;
}

/** The port that a connection dropped on a whole node means: the first free one, else the first. */
export function portToConnect(graph: ProgramGraph, to: GraphNode): InputPort | null {
  const taken = new Set(graph.edges.filter((e) => e.to === to.id).map((e) => e.toPort));
  return to.inputs.find((p) => !taken.has(p.id)) ?? to.inputs[0] ?? null;
}

/** Directions of the arrow keys. */
export type Direction = 'left' | 'right' | 'up' | 'down';

/**
 * Where an arrow leads from a node: left upstream, right downstream (the nearest in height), up and
 * down to the nearest node of the same column. Null at the rim.
 */
export function neighbour(
  graph: ProgramGraph,
  positions: Readonly<Record<string, Point>>,
  from: string,
  direction: Direction,
): string | null {
  const here = positions[from];
  if (here === undefined) return null;
  if (direction === 'left' || direction === 'right') {
    const linked =
      direction === 'left'
        ? graph.edges.filter((e) => e.to === from).map((e) => e.from)
        : graph.edges.filter((e) => e.from === from).map((e) => e.to);
    return nearest(linked, positions, (at) => Math.abs(at.y - here.y));
  }
  const others = graph.nodes
    .map((node) => node.id)
    .filter((id) => {
      const at = positions[id];
      return at !== undefined && id !== from && (direction === 'up' ? at.y < here.y : at.y > here.y);
    });
  return nearest(others, positions, (at) => Math.abs(at.x - here.x) * 4 + Math.abs(at.y - here.y));
}

function nearest(
  ids: readonly string[],
  positions: Readonly<Record<string, Point>>,
  cost: (at: Point) => number,
): string | null {
  let best: string | null = null;
  let bestCost = Number.POSITIVE_INFINITY;
  for (const id of ids) {
    const at = positions[id];
    if (at === undefined) continue;
    const c = cost(at);
    if (c < bestCost) {
      best = id;
      bestCost = c;
    }
  }
  return best;
}

/** All nodes up or down the stream from a node, without itself. */
export function reachable(graph: ProgramGraph, from: string, direction: 'up' | 'down'): ReadonlySet<string> {
  const next = new Map<string, string[]>();
  for (const edge of graph.edges) {
    const [near, far] = direction === 'up' ? [edge.to, edge.from] : [edge.from, edge.to];
    const known = next.get(near);
    if (known === undefined) next.set(near, [far]);
    else known.push(far);
  }
  const found = new Set<string>();
  const open = [from];
  while (open.length > 0) {
    for (const far of next.get(open.pop() ?? '') ?? []) {
      if (far === from || found.has(far)) continue;
      found.add(far);
      open.push(far);
    }
  }
  return found;
}
