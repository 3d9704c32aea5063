/** Form of the call of a process function: what it reads, by which key, in which time, with which arguments. */
import type { NodeForm } from '../../../runtime/program/graph.ts';
import { useAnalysis } from '../../store/analysis.ts';
import { Cell, ListField, SelectField, SqlCell, TextField } from '../fields.tsx';
import type { FormProps } from '../node-form-editor.tsx';
import { InputField, TextsField } from './shared.tsx';

type ProcessForm = Extract<NodeForm, { kind: 'process' }>;

/** `SELECT * FROM f(input => TABLE x PARTITION BY k, on_time => DESCRIPTOR(ts), …)`. */
export function ProcessForm({ form, change }: FormProps<ProcessForm>) {
  const functions = useAnalysis((s) => s.functions);
  const times = useTimeColumns(form.input);
  return (
    <>
      <InputField
        name="input"
        label="Input"
        value={form.input}
        onChange={(input) => change({ ...form, input }, 'input')}
      />
      <TextsField
        name="keys"
        label="Partition by"
        items={form.keys}
        addTitle="Add a key"
        placeholder="column"
        onChange={(keys) => change({ ...form, keys }, 'keys')}
      />
      <SelectField
        name="time"
        label="Event time"
        value={form.timeColumn}
        options={[['', 'none: no timers on event time'], ...times.map((name) => [name, name] as const)]}
        onChange={(timeColumn) => change({ ...form, timeColumn }, 'time')}
      />
      <SelectField
        name="function"
        label="Function"
        value={form.functionName}
        options={functions
          .filter((f) => f.form === 'process' || f.name === form.functionName)
          .map((f) => [f.name, f.name])}
        onChange={(functionName) => change({ ...form, functionName }, 'function')}
      />
      <ListField
        name="args"
        label="Arguments"
        layout="stacked"
        items={form.args}
        empty={{ name: '', expression: '' }}
        addTitle="Add an argument"
        onChange={(args) => change({ ...form, args }, 'args')}
        row={(arg, set, i) => (
          <>
            <Cell
              label={`Name of argument ${i + 1}`}
              value={arg.name}
              placeholder="name"
              onChange={(name) => set({ ...arg, name })}
            />
            <SqlCell
              label={`Value of argument ${i + 1}`}
              value={arg.expression}
              placeholder="constant"
              onChange={(expression) => set({ ...arg, expression })}
            />
          </>
        )}
      />
      <TextField
        name="uid"
        label="State id"
        help="one of its own for each call"
        placeholder={form.functionName}
        value={form.uid}
        onChange={(uid) => change({ ...form, uid }, 'uid')}
      />
    </>
  );
}

/** Columns of the input that carry a watermark. */
function useTimeColumns(input: string): readonly string[] {
  const graph = useAnalysis((s) => s.graph);
  const schemas = useAnalysis((s) => s.schemas);
  const node = graph.nodes.find((n) => n.hasOutput && n.name === input);
  const columns = node === undefined ? [] : (schemas.get(node.id)?.columns ?? []);
  return columns.filter((column) => column.type.includes('*ROWTIME*')).map((column) => column.name);
}
