/**
 * The mistake of an input that nobody connected yet, in the words of the canvas. The text holds a
 * placeholder name there, of which the binder rightly says "not found"; whoever dropped a card never wrote it.
 */
import type { Diagnostic } from '../base/diagnostic.ts';
import { PLACEHOLDER_NAME } from '../program/build-graph.ts';
import type { GraphNode, InputPort, ProgramGraph } from '../program/graph.ts';

const HINT = "Connect an input: drag from another node's right port, or choose one in the form.";

/** The same diagnostics; those of placeholder references name the node and the input that is open. */
export function nameUnconnectedInputs(diagnostics: readonly Diagnostic[], graph: ProgramGraph): readonly Diagnostic[] {
  const open = new Map<number, { readonly node: GraphNode; readonly port: InputPort }>();
  for (const node of graph.nodes) {
    for (const port of node.inputs) {
      if (port.refersTo === PLACEHOLDER_NAME && port.reference !== undefined)
        open.set(port.reference.start, { node, port });
    }
  }
  return diagnostics.map((diagnostic) => {
    const found = open.get(diagnostic.span?.start ?? -1);
    if (found === undefined || diagnostic.code !== 'validate/unknown-object') return diagnostic;
    const { node, port } = found;
    const message = `${node.name} has ${missingInput(node, port)}.`;
    return { ...diagnostic, code: 'validate/unconnected-input', message, hint: HINT, nodeId: node.id };
  });
}

/** "no input", or which of several is missing: by its alias, else by its number. */
function missingInput(node: GraphNode, port: InputPort): string {
  const references = node.inputs.filter((input) => input.reference !== undefined);
  if (references.length === 1) return 'no input';
  const alias = node.kind === 'union' || port.label === 'not connected' ? null : port.label;
  return `no input ${alias ?? references.indexOf(port) + 1}`;
}
