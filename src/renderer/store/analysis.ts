/**
 * What the language worker said about the text: the graph, the diagnostics, the schemas, and the
 * places of nodes that the layout file does not place. Always of one revision of the text; while a
 * newer one is being analysed the older answer stays on the screen.
 */

import type * as z from 'zod/mini';
import { create } from 'zustand';
import type { Diagnostic } from '../../runtime/base/diagnostic.ts';
import { projectPath } from '../../runtime/base/project-path.ts';
import type { functionShape, nodeSchemaShape } from '../../runtime/contract/language-contract.ts';
import type { GraphNode, ProgramGraph } from '../../runtime/program/graph.ts';
import type { Point } from '../../runtime/program/layout.ts';

/** Output schema and changelog mode of a node. */
export type NodeSchema = z.infer<typeof nodeSchemaShape>;

/** A function of the library: those that the script creates. */
export type LibraryFunction = z.infer<typeof functionShape>;

/** The graph of an empty text. */
const EMPTY_GRAPH: ProgramGraph = { nodes: [], edges: [], settings: [], functions: [] };

interface AnalysisState {
  /** Revision of the text that the rest speaks of; -1 before the first answer. */
  readonly revision: number;
  readonly graph: ProgramGraph;
  readonly nodesById: ReadonlyMap<string, GraphNode>;
  readonly statementCount: number;
  readonly diagnostics: readonly Diagnostic[];
  readonly schemas: ReadonlyMap<string, NodeSchema>;
  readonly functions: readonly LibraryFunction[];
  /** Places of nodes without one in the layout. Never written to the file unless the user moves them. */
  readonly autoPositions: Readonly<Record<string, Point>>;
  /** Why there is no analysis, when the worker failed; empty otherwise. */
  readonly failure: string;
}

const NOTHING: AnalysisState = {
  revision: -1,
  graph: EMPTY_GRAPH,
  nodesById: new Map(),
  statementCount: 0,
  diagnostics: [],
  schemas: new Map(),
  functions: [],
  autoPositions: {},
  failure: '',
};

/** The analysis of the open project. */
export const useAnalysis = create<AnalysisState>(() => NOTHING);

/** Forgets the analysis of another project. */
export function forgetAnalysis(): void {
  useAnalysis.setState(NOTHING);
}

/**
 * Finds the node that a diagnostic belongs to: the one it names, else the first one that calls the function
 * in its file, else the one whose statement holds its place.
 */
export function nodeFinder(graph: ProgramGraph): (diagnostic: Diagnostic) => GraphNode | null {
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  // A large script may have thousands of both; statements do not overlap, so a binary search finds the place.
  const sorted = [...graph.nodes].sort((a, b) => a.span.start - b.span.start);
  return ({ nodeId, span, file }) => {
    if (nodeId !== undefined) return byId.get(nodeId) ?? null;
    if (file !== undefined) {
      const names = graph.functions.filter((f) => projectPath(f.path) === projectPath(file.path)).map((f) => f.name);
      const caller = graph.nodes.find((node) => node.calls.some((name) => names.includes(name)));
      if (caller !== undefined) return caller;
    }
    if (span === undefined) return null;
    let low = 0;
    let high = sorted.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((sorted[middle]?.span.start ?? 0) <= span.start) low = middle;
      else high = middle - 1;
    }
    const node = sorted[low];
    return node !== undefined && span.start >= node.span.start && span.start <= node.span.end ? node : null;
  };
}
