/** Parts that several forms have: the input, output columns, grouping keys. */

import type { ExpressionForm } from '../../../runtime/program/graph.ts';
import { UNCONNECTED_NAME } from '../../canvas/kernels.ts';
import { useAnalysis } from '../../store/analysis.ts';
import { quoteName } from '../chips.ts';
import { Cell, ListField, SelectField, SqlCell, useFieldContext } from '../fields.tsx';

/** What the node reads: a choice among the tables and views of the script that would not make a loop. */
export function InputField({
  name,
  label,
  value,
  onChange,
}: {
  name: string;
  label: string;
  value: string;
  onChange: (value: string) => void;
}) {
  const graph = useAnalysis((s) => s.graph);
  const { unreadable } = useFieldContext();
  const options = graph.nodes
    .filter((n) => n.hasOutput && !unreadable.has(n.id) && (n.id.startsWith('table:') || n.id.startsWith('view:')))
    .map((n) => [quoteName(n.name), n.name] as readonly [string, string]);
  if (value === UNCONNECTED_NAME) options.unshift([UNCONNECTED_NAME, 'not connected']);
  return <SelectField name={name} label={label} value={value} onChange={onChange} options={options} />;
}

/** Expressions with names. */
export function ColumnsField({
  label,
  columns,
  onChange,
  placeholder,
}: {
  label: string;
  columns: readonly ExpressionForm[];
  onChange: (columns: readonly ExpressionForm[]) => void;
  placeholder: string;
}) {
  return (
    <ListField
      name="columns"
      label={label}
      layout="stacked"
      items={columns}
      onChange={onChange}
      empty={{ expression: '', alias: '' }}
      addTitle="Add a column"
      row={(column, set, i) => (
        <>
          <SqlCell
            label={`Expression ${i + 1}`}
            value={column.expression}
            placeholder={placeholder}
            onChange={(expression) => set({ ...column, expression })}
          />
          <Cell
            label={`Name ${i + 1}`}
            value={column.alias}
            placeholder="name"
            onChange={(alias) => set({ ...column, alias })}
          />
        </>
      )}
    />
  );
}

/** Texts in a list, one cell each. */
export function TextsField({
  name,
  label,
  items,
  onChange,
  addTitle,
  placeholder,
}: {
  name: string;
  label: string;
  items: readonly string[];
  onChange: (items: readonly string[]) => void;
  addTitle: string;
  placeholder: string;
}) {
  return (
    <ListField
      name={name}
      label={label}
      layout="row1"
      items={items}
      onChange={onChange}
      empty=""
      addTitle={addTitle}
      row={(item, set, i) => <Cell label={`${label} ${i + 1}`} value={item} placeholder={placeholder} onChange={set} />}
    />
  );
}
