/** Forms of the operators that look at one row at a time: filter and map. */
import type { NodeForm } from '../../../runtime/program/graph.ts';
import { CheckField, SqlField } from '../fields.tsx';
import type { FormProps } from '../node-form-editor.tsx';
import { ColumnsField, InputField } from './shared.tsx';

/** `SELECT * FROM input WHERE condition`. */
export function FilterForm({ form, change }: FormProps<Extract<NodeForm, { kind: 'filter' }>>) {
  return (
    <>
      <InputField
        name="input"
        label="Input"
        value={form.input}
        onChange={(input) => change({ ...form, input }, 'input')}
      />
      <SqlField
        name="condition"
        label="Condition"
        placeholder="amount > 100"
        value={form.condition}
        onChange={(condition) => change({ ...form, condition }, 'condition')}
      />
    </>
  );
}

/** `SELECT [DISTINCT] columns FROM input [WHERE condition]`. */
export function MapForm({ form, change }: FormProps<Extract<NodeForm, { kind: 'map' }>>) {
  return (
    <>
      <InputField
        name="input"
        label="Input"
        value={form.input}
        onChange={(input) => change({ ...form, input }, 'input')}
      />
      <ColumnsField
        label="Columns"
        columns={form.columns}
        placeholder="price * quantity"
        onChange={(columns) => change({ ...form, columns }, 'columns')}
      />
      <CheckField
        label="Distinct rows only"
        value={form.distinct}
        onChange={(distinct) => change({ ...form, distinct }, 'columns')}
      />
      <SqlField
        name="condition"
        label="Only where"
        placeholder="every row"
        value={form.condition}
        onChange={(condition) => change({ ...form, condition }, 'condition')}
      />
    </>
  );
}
