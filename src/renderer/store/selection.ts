/**
 * What is selected. Outside the history on purpose: undo gives back text and places, never the
 * selection (designer-ux.md, detail 41).
 */
import { create } from 'zustand';

interface SelectionState {
  readonly nodes: readonly string[];
  readonly edges: readonly string[];
  /** Node under the caret of the script editor; highlighted, not selected. */
  readonly caretNode: string | null;
  /** Asks views to bring a place into sight; a new object is a new request. */
  readonly reveal: { readonly node: string | null; readonly offset: number | null; readonly focus: boolean } | null;
  /** Node whose name is being edited on the canvas. */
  readonly renaming: string | null;
}

/** The selection. */
export const useSelection = create<SelectionState>(() => ({
  nodes: [],
  edges: [],
  caretNode: null,
  reveal: null,
  renaming: null,
}));

/** Selects exactly these nodes. */
export function selectNodes(nodes: readonly string[]): void {
  useSelection.setState({ nodes, edges: [] });
}

/** Selects nothing. */
export function clearSelection(): void {
  const { nodes, edges } = useSelection.getState();
  if (nodes.length > 0 || edges.length > 0) useSelection.setState({ nodes: [], edges: [] });
}

/** Brings a node into sight on the canvas, and its statement in the script. */
export function revealNode(node: string, options: { focus: boolean } = { focus: false }): void {
  useSelection.setState({ reveal: { node, offset: null, focus: options.focus } });
}

/** Brings an offset of the script into sight and puts the caret there. */
export function revealOffset(offset: number): void {
  useSelection.setState({ reveal: { node: null, offset, focus: true } });
}
