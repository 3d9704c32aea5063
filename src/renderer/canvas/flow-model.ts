/**
 * Turns graph, places and selection into React Flow's nodes and edges. Objects that did not change
 * keep their identity, so that selecting one of 300 nodes paints two cards and not 300.
 */
import { type Edge, type Node, type NodeHandle, Position } from '@xyflow/react';
import type { GraphNode, ProgramGraph } from '../../runtime/program/graph.ts';
import type { Point } from '../../runtime/program/layout.ts';
import { NODE_HEIGHT_PX, NODE_WIDTH_PX } from './size.ts';

/** Diameter of a port and the border of a card, as in `node-card.module.css`. */
const PORT_PX = 11;
const BORDER_PX = 1;

/** What a canvas shows at a moment. */
export interface CanvasInput {
  readonly graph: ProgramGraph;
  readonly positions: Readonly<Record<string, Point>>;
  readonly selectedNodes: readonly string[];
  readonly selectedEdges: readonly string[];
  /** Nodes in the user's hand: React Flow keeps them in the page even when they leave the sight. */
  readonly dragged: Readonly<Record<string, Point>>;
  /** Texts for screen readers by node id. */
  readonly labels: ReadonlyMap<string, string>;
}

/** A node with more readers than this is the middle of a star … */
const STAR_FAN_OUT_MIN = 200;
/**
 * … whose edges to readers further up or down than this are drawn only while one of their ends is
 * selected: a bundle of a thousand curves shows nothing, and painting it would stop the window.
 */
const STAR_EDGE_HEIGHT_MAX_PX = 4000;

/** Makes the arrays; keep one per canvas. */
export class FlowModel {
  private nodes = new Map<string, Node>();
  private edges = new Map<string, Edge>();

  /** React Flow's nodes. Nodes whose place is not known yet (the layout is under way) are left out. */
  nodesOf(input: CanvasInput): Node[] {
    const selected = new Set(input.selectedNodes);
    const next = new Map<string, Node>();
    for (const node of input.graph.nodes) {
      const { id } = node;
      const at = input.positions[id];
      if (at === undefined) continue;
      const isSelected = selected.has(id);
      const dragging = input.dragged[id] !== undefined;
      const ariaLabel = input.labels.get(id) ?? id;
      const old = this.nodes.get(id);
      const isSame =
        old !== undefined &&
        old.position.x === at.x &&
        old.position.y === at.y &&
        old.selected === isSelected &&
        old.dragging === dragging &&
        old.ariaLabel === ariaLabel &&
        old.data.ports === portsOf(node);
      next.set(
        id,
        isSame
          ? old
          : {
              id,
              type: 'card',
              position: { x: at.x, y: at.y },
              data: { ports: portsOf(node) },
              handles: handlesOf(node),
              selected: isSelected,
              dragging,
              ariaLabel,
              width: NODE_WIDTH_PX,
              height: NODE_HEIGHT_PX,
              measured: { width: NODE_WIDTH_PX, height: NODE_HEIGHT_PX },
            },
      );
    }
    this.nodes = next;
    return [...next.values()];
  }

  /** React Flow's edges, without those of a star that run far out of sight. */
  edgesOf(input: CanvasInput): Edge[] {
    const selected = new Set(input.selectedEdges);
    const selectedNodes = new Set(input.selectedNodes);
    const fanOut = new Map<string, number>();
    for (const { from } of input.graph.edges) fanOut.set(from, (fanOut.get(from) ?? 0) + 1);
    const names = new Map(input.graph.nodes.map((node) => [node.id, node.name]));
    const next = new Map<string, Edge>();
    for (const { id, from, to, toPort } of input.graph.edges) {
      const start = input.positions[from];
      const end = input.positions[to];
      if (start === undefined || end === undefined) continue;
      const isFar = (fanOut.get(from) ?? 0) > STAR_FAN_OUT_MIN && Math.abs(end.y - start.y) > STAR_EDGE_HEIGHT_MAX_PX;
      if (isFar && !selectedNodes.has(from) && !selectedNodes.has(to)) continue;
      const isSelected = selected.has(id);
      const old = this.edges.get(id);
      next.set(
        id,
        old !== undefined && old.selected === isSelected
          ? old
          : {
              id,
              type: 'stream',
              source: from,
              sourceHandle: 'out',
              target: to,
              targetHandle: toPort,
              selected: isSelected,
              ariaLabel: `Edge from ${names.get(from) ?? from} to ${names.get(to) ?? to}`,
            },
      );
    }
    this.edges = next;
    return [...next.values()];
  }
}

/** A text that differs when the ports differ. */
function portsOf({ inputs, hasOutput }: GraphNode): string {
  return `${inputs.map((port) => port.id).join()} ${hasOutput}`;
}

/**
 * Where the ports are. React Flow would find out by painting every node once, which a large graph
 * would feel; told in advance, it paints only what is in sight.
 */
function handlesOf({ inputs, hasOutput }: GraphNode): NodeHandle[] {
  const at = (share: number): number => BORDER_PX + (NODE_HEIGHT_PX - 2 * BORDER_PX) * share - PORT_PX / 2;
  const size = { width: PORT_PX, height: PORT_PX };
  const handles = inputs.map((port, i): NodeHandle => {
    const y = at((i + 1) / (inputs.length + 1));
    return { id: port.id, type: 'target', position: Position.Left, x: BORDER_PX - PORT_PX / 2, y, ...size };
  });
  const x = NODE_WIDTH_PX - BORDER_PX - PORT_PX / 2;
  if (hasOutput) handles.push({ id: 'out', type: 'source', position: Position.Right, x, y: at(0.5), ...size });
  return handles;
}
