/** Forms of the aggregates: by key, and by window and key. */
import type { NodeForm } from '../../../runtime/program/graph.ts';
import { havingTexts } from '../chips.ts';
import { SelectField, SqlField, TextField } from '../fields.tsx';
import type { FormProps } from '../node-form-editor.tsx';
import { ColumnsField, InputField, TextsField } from './shared.tsx';

type GroupForm = Extract<NodeForm, { kind: 'group-aggregate' }>;
type WindowForm = Extract<NodeForm, { kind: 'window-aggregate' }>;

/** `SELECT columns FROM input GROUP BY keys HAVING having`. */
export function AggregateForm({ form, change }: FormProps<GroupForm>) {
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
        label="Group by"
        items={form.keys}
        addTitle="Add a key"
        placeholder="column"
        onChange={(keys) => change({ ...form, keys }, 'keys')}
      />
      <ColumnsField
        label="Columns"
        columns={form.columns}
        placeholder="COUNT(*)"
        onChange={(columns) => change({ ...form, columns }, 'columns')}
      />
      <SqlField
        name="condition"
        label="Only rows where"
        placeholder="every row"
        value={form.condition}
        onChange={(condition) => change({ ...form, condition }, 'condition')}
      />
      <SqlField
        name="having"
        label="Only groups having"
        placeholder="every group"
        choices={havingTexts(form.keys, form.columns)}
        value={form.having}
        onChange={(having) => change({ ...form, having }, 'having')}
      />
    </>
  );
}

const WINDOWS = [
  ['TUMBLE', 'Tumbling: side by side'],
  ['HOP', 'Hopping: overlapping'],
  ['CUMULATE', 'Cumulating: growing'],
  ['SESSION', 'Session: by gaps'],
] as const;

/** Names of a window's intervals in SQL order, with what a new one starts with. */
const INTERVALS: Readonly<Record<WindowForm['window'], readonly (readonly [string, string])[]>> = {
  TUMBLE: [['Size', "INTERVAL '1' MINUTE"]],
  HOP: [
    ['Slide', "INTERVAL '30' SECOND"],
    ['Size', "INTERVAL '1' MINUTE"],
  ],
  CUMULATE: [
    ['Step', "INTERVAL '1' MINUTE"],
    ['Largest size', "INTERVAL '1' HOUR"],
  ],
  SESSION: [['Gap', "INTERVAL '30' SECOND"]],
};

/** An aggregate over a window table function, grouped by the window and keys. */
export function WindowAggregateForm({ form, change }: FormProps<WindowForm>) {
  const setWindow = (window: WindowForm['window']): void => {
    const names = INTERVALS[window];
    // The size is the last interval of every kind but the session's gap, so it survives a change of kind.
    const size = form.intervals[form.intervals.length - 1];
    const intervals = names.map(([, preset], i) => (i === names.length - 1 ? (size ?? preset) : preset));
    change({ ...form, window, intervals }, 'intervals');
  };
  return (
    <>
      <InputField
        name="input"
        label="Input"
        value={form.input}
        onChange={(input) => change({ ...form, input }, 'input')}
      />
      <SelectField
        name="window"
        label="Window"
        value={form.window}
        options={WINDOWS}
        onChange={(window) => setWindow(window as WindowForm['window'])}
      />
      <TextField
        name="time"
        label="Event time"
        value={form.timeColumn}
        placeholder="column with a watermark"
        onChange={(timeColumn) => change({ ...form, timeColumn }, 'time')}
      />
      {INTERVALS[form.window].map(([label], i) => (
        <TextField
          key={label}
          name="intervals"
          label={label}
          value={form.intervals[i] ?? ''}
          placeholder="INTERVAL '1' MINUTE"
          onChange={(text) => change({ ...form, intervals: replaceAt(form.intervals, i, text) }, 'intervals')}
        />
      ))}
      <TextsField
        name="keys"
        label="Group by"
        items={form.keys}
        addTitle="Add a key"
        placeholder="column"
        onChange={(keys) => change({ ...form, keys }, 'keys')}
      />
      <ColumnsField
        label="Columns"
        columns={form.columns}
        placeholder="COUNT(*)"
        onChange={(columns) => change({ ...form, columns }, 'columns')}
      />
      <SqlField
        name="condition"
        label="Only rows where"
        placeholder="every row"
        value={form.condition}
        onChange={(condition) => change({ ...form, condition }, 'condition')}
      />
      <SqlField
        name="having"
        label="Only groups having"
        placeholder="every group"
        choices={havingTexts(form.keys, form.columns)}
        value={form.having}
        onChange={(having) => change({ ...form, having }, 'having')}
      />
    </>
  );
}

function replaceAt(texts: readonly string[], index: number, text: string): readonly string[] {
  const next = [...texts];
  while (next.length <= index) next.push('');
  next[index] = text;
  return next;
}
