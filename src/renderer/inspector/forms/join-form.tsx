/** Forms of what has several inputs, and of the way into a sink. */
import type { GraphNode, NodeForm } from '../../../runtime/program/graph.ts';
import { useAnalysis } from '../../store/analysis.ts';
import { qualifiedColumns } from '../chips.ts';
import { CheckField, SelectField, SqlField, TextField } from '../fields.tsx';
import styles from '../inspector.module.css';
import type { FormProps } from '../node-form-editor.tsx';
import { ColumnsField, InputField, TextsField } from './shared.tsx';

type JoinType = Extract<NodeForm, { kind: 'join' }>['type'];

const JOIN_TYPES = [
  ['INNER', 'Inner: only pairs'],
  ['LEFT', 'Left: all of the left'],
  ['RIGHT', 'Right: all of the right'],
  ['FULL', 'Full: all of both'],
] as const;

/** `SELECT columns FROM left JOIN right ON condition`. */
export function JoinForm({ node, form, change }: FormProps<Extract<NodeForm, { kind: 'join' }>> & { node: GraphNode }) {
  const graph = useAnalysis((s) => s.graph);
  const schemas = useAnalysis((s) => s.schemas);
  const columnsOf = (port: string): readonly string[] => {
    const edge = graph.edges.find((e) => e.to === node.id && e.toPort === port);
    return edge === undefined ? [] : (schemas.get(edge.from)?.columns ?? []).map((column) => column.name);
  };
  return (
    <>
      <div className={styles.pair}>
        <InputField name="left" label="Left" value={form.left} onChange={(left) => change({ ...form, left }, 'left')} />
        <TextField
          name="left"
          label="Left alias"
          placeholder="none"
          value={form.leftAlias}
          onChange={(leftAlias) => change({ ...form, leftAlias }, 'left')}
        />
        <InputField
          name="right"
          label="Right"
          value={form.right}
          onChange={(right) => change({ ...form, right }, 'right')}
        />
        <TextField
          name="right"
          label="Right alias"
          placeholder="none"
          value={form.rightAlias}
          onChange={(rightAlias) => change({ ...form, rightAlias }, 'right')}
        />
      </div>
      <SelectField
        name="type"
        label="Join"
        value={form.type}
        options={JOIN_TYPES}
        onChange={(type) => change({ ...form, type: type as JoinType }, 'type')}
      />
      <SqlField
        name="condition"
        label="On"
        placeholder="l.id = r.id"
        choices={qualifiedColumns(form, node, columnsOf)}
        value={form.condition}
        onChange={(condition) => change({ ...form, condition }, 'condition')}
      />
      <ColumnsField
        label="Columns"
        columns={form.columns}
        placeholder="l.id"
        onChange={(columns) => change({ ...form, columns }, 'columns')}
      />
    </>
  );
}

/** `SELECT * FROM a UNION ALL SELECT * FROM b …`. */
export function UnionForm({ form, change }: FormProps<Extract<NodeForm, { kind: 'union' }>>) {
  return (
    <>
      <TextsField
        name="inputs"
        label="Inputs"
        items={form.inputs}
        addTitle="Add an input"
        placeholder="table or view"
        onChange={(inputs) => change({ ...form, inputs }, 'inputs')}
      />
      <CheckField
        label="Keep duplicates (UNION ALL)"
        value={form.all}
        onChange={(all) => change({ ...form, all }, 'inputs')}
      />
    </>
  );
}

/** `INSERT INTO sink (columns) SELECT * FROM input`. */
export function InsertForm({ form, change }: FormProps<Extract<NodeForm, { kind: 'insert' }>>) {
  return (
    <>
      <InputField
        name="input"
        label="Input"
        value={form.input}
        onChange={(input) => change({ ...form, input }, 'input')}
      />
      <TextField name="sink" label="Sink" value={form.sink} onChange={(sink) => change({ ...form, sink }, 'sink')} />
      <TextsField
        name="columns"
        label="Columns"
        items={form.columns}
        addTitle="Name a column"
        placeholder="column"
        onChange={(columns) => change({ ...form, columns }, 'columns')}
      />
    </>
  );
}
