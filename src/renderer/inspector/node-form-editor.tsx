/** The form of a node: one component for each kind, over one draft. */

import { useMemo } from 'react';
import { unreachable } from '../../runtime/base/assert.ts';
import type { Diagnostic } from '../../runtime/base/diagnostic.ts';
import type { GraphNode, NodeForm } from '../../runtime/program/graph.ts';
import { reachable } from '../canvas/kernels.ts';
import { useAnalysis } from '../store/analysis.ts';
import { useProblems } from '../store/problems.ts';
import { fieldOfProblem } from './field-of-problem.ts';
import { FieldProvider } from './fields.tsx';
import { AggregateForm, WindowAggregateForm } from './forms/aggregate-form.tsx';
import { FilterForm, MapForm } from './forms/filter-form.tsx';
import { InsertForm, JoinForm, UnionForm } from './forms/join-form.tsx';
import { ProcessForm } from './forms/process-form.tsx';
import { TableForm } from './forms/table-form.tsx';
import styles from './inspector.module.css';
import { useFormDraft } from './use-form-draft.ts';

/** Edits `form` of `node`. Mount it anew when the kind of the form changes. */
export function NodeFormEditor({ node, form: saved }: { node: GraphNode; form: NodeForm }) {
  const draft = useFormDraft(node, saved);
  const columns = useInputColumns(node);
  const graph = useAnalysis((s) => s.graph);
  const unreadable = useMemo(() => new Set([node.id, ...reachable(graph, node.id, 'down')]), [graph, node.id]);
  const problems = useProblems().byNode.get(node.id) ?? [];
  const errorOf = (field: string): string | null => {
    if (draft.refusal?.field === field) return sentence(draft.refusal.diagnostic);
    const problem = problems.find((p) => fieldOfProblem(node, saved, p) === field);
    return problem === undefined ? null : sentence(problem);
  };
  return (
    <FieldProvider value={{ errorOf, commit: draft.commit, columns, unreadable }}>
      <form
        className={styles.form}
        data-node-form
        aria-label={`Settings of ${node.name}`}
        onSubmit={(event) => event.preventDefault()}
      >
        <FormOfKind node={node} form={draft.form} change={draft.change} />
      </form>
    </FieldProvider>
  );
}

/** What each form gets: the draft and how to change it; the field's name is for the error beside it. */
export interface FormProps<F extends NodeForm> {
  readonly form: F;
  readonly change: (next: F, field: string) => void;
}

function FormOfKind({ node, form, change }: FormProps<NodeForm> & { node: GraphNode }) {
  switch (form.kind) {
    case 'table':
      return <TableForm nodeId={node.id} form={form} change={change} isSink={node.family === 'sink'} />;
    case 'filter':
      return <FilterForm form={form} change={change} />;
    case 'map':
      return <MapForm form={form} change={change} />;
    case 'group-aggregate':
      return <AggregateForm form={form} change={change} />;
    case 'window-aggregate':
      return <WindowAggregateForm form={form} change={change} />;
    case 'join':
      return <JoinForm node={node} form={form} change={change} />;
    case 'process':
      return <ProcessForm form={form} change={change} />;
    case 'union':
      return <UnionForm form={form} change={change} />;
    case 'insert':
      return <InsertForm form={form} change={change} />;
    default:
      return unreachable(form);
  }
}

function sentence({ message, hint }: Diagnostic): string {
  return hint === undefined ? message : `${message} ${hint}`;
}

/** Names of the columns that the node's inputs bring. */
function useInputColumns(node: GraphNode): readonly string[] {
  const graph = useAnalysis((s) => s.graph);
  const schemas = useAnalysis((s) => s.schemas);
  const names = new Set<string>();
  for (const edge of graph.edges) {
    if (edge.to !== node.id) continue;
    for (const column of schemas.get(edge.from)?.columns ?? []) names.add(column.name);
  }
  return [...names];
}
