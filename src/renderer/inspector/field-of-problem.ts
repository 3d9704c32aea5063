/** The field of a node's form that a problem of the analysed text belongs to. */
import type { Diagnostic } from '../../runtime/base/diagnostic.ts';
import type { GraphNode, NodeForm } from '../../runtime/program/graph.ts';
import { useAnalysis } from '../store/analysis.ts';
import { useProject } from '../store/project.ts';
import { fieldOfDiagnostic, fieldTexts } from './field-errors.ts';

/** The field, or null: the problem is of no one field, or speaks of an older text. */
export function fieldOfProblem(node: GraphNode, saved: NodeForm, problem: Diagnostic): string | null {
  // The head of the inspector says it, with what to do.
  if (problem.code === 'validate/unconnected-input') return null;
  const { text, revision } = useProject.getState();
  if (problem.span === undefined || problem.severity !== 'error' || useAnalysis.getState().revision !== revision)
    return null;
  const statement = text.slice(node.span.start, node.span.end);
  return fieldOfDiagnostic(statement, fieldTexts(saved), problem.span.start - node.span.start);
}
