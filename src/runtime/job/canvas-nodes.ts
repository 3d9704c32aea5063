/**
 * Which operators of a plan stand behind which node of the canvas. A canvas node shows the rows of the plan
 * node that carries its id; nameless plan nodes that only feed it are part of it too.
 */
import type { PhysicalNode, PhysicalPlan } from '../sql/3-plan/physical.ts';

/** Plan nodes of each canvas node, inputs before consumers. */
export function membersByCanvasNode(plan: PhysicalPlan): ReadonlyMap<string, readonly PhysicalNode[]> {
  const members = new Map<string, PhysicalNode[]>();
  const ownerOf = new Map<number, string>();
  // Consumers come after their inputs in the plan, so walking backwards meets them first.
  for (let i = plan.nodes.length - 1; i >= 0; i--) {
    const node = plan.nodes[i] as PhysicalNode;
    const owner = node.nodeIds[0] ?? ownerOf.get(node.id);
    if (owner === undefined) continue;
    const own = members.get(owner) ?? [];
    own.unshift(node);
    members.set(owner, own);
    for (const input of node.inputs) if (!ownerOf.has(input.id)) ownerOf.set(input.id, owner);
  }
  for (const node of plan.nodes) {
    const [first, ...others] = node.nodeIds;
    for (const other of others) members.set(other, [...(members.get(first ?? '') ?? [])]);
  }
  return members;
}

/** The canvas node to blame for what a plan node did: its own, or that of the nearest consumer that has one. */
export function canvasNodeOf(plan: PhysicalPlan, id: number): string | undefined {
  const consumers = consumersByNode(plan);
  const queue = plan.nodes.filter((node) => node.id === id);
  for (let node = queue.shift(); node !== undefined; node = queue.shift()) {
    if (node.nodeIds[0] !== undefined) return node.nodeIds[0];
    queue.push(...(consumers.get(node.id) ?? []));
  }
  return undefined;
}

/** An edge between plan nodes; `to: null` is every way out of `from`. */
export interface PlanEdge {
  readonly from: number;
  readonly to: number | null;
}

/**
 * The edges by which rows leave the canvas node `from` for the canvas node `to`, perhaps through nameless
 * nodes. Where both stand for one plan node, its rows are in both as soon as they leave it. And where `to`
 * reads from a narrower twin of `from` (Flink plans a view once for each set of columns that is read), the rows
 * that leave the one that is shown count, whatever way they go.
 */
export function planEdges(plan: PhysicalPlan, from: string, to: string): readonly PlanEdge[] {
  const consumers = consumersByNode(plan);
  const leadsTo = (node: PhysicalNode): boolean =>
    node.nodeIds.length > 0 ? node.nodeIds.includes(to) : (consumers.get(node.id) ?? []).some(leadsTo);
  const edges: PlanEdge[] = [];
  for (const node of plan.nodes) {
    if (!node.nodeIds.includes(from)) continue;
    if (node.nodeIds.includes(to)) {
      edges.push({ from: node.id, to: null });
      continue;
    }
    for (const consumer of consumers.get(node.id) ?? []) {
      if (leadsTo(consumer)) edges.push({ from: node.id, to: consumer.id });
    }
  }
  const both = plan.nodes.some(({ nodeIds }) => nodeIds.includes(to)) ? from : null;
  if (edges.length > 0 || both === null) return edges;
  return plan.nodes.filter(({ nodeIds }) => nodeIds.includes(both)).map(({ id }) => ({ from: id, to: null }));
}

function consumersByNode(plan: PhysicalPlan): ReadonlyMap<number, readonly PhysicalNode[]> {
  const consumers = new Map<number, PhysicalNode[]>();
  for (const node of plan.nodes) {
    for (const input of node.inputs) {
      const known = consumers.get(input.id) ?? [];
      if (!known.includes(node)) known.push(node);
      consumers.set(input.id, known);
    }
  }
  return consumers;
}
