/** The form of a table: its columns, its watermark and key, and its connector's options. */

import { connectionOf } from '../../../runtime/connections/connection.ts';
import type { ColumnForm, NodeForm } from '../../../runtime/program/graph.ts';
import { useConnections } from '../../store/connections.ts';
import { Cell, ListField, SelectField, TextField } from '../fields.tsx';
import styles from '../inspector.module.css';
import type { FormProps } from '../node-form-editor.tsx';
import { isKafka, isOfKafkaFields, KafkaFields } from './kafka-fields.tsx';

type TableFormValue = Extract<NodeForm, { kind: 'table' }>;

const NEW_COLUMN: ColumnForm = { kind: 'physical', name: '', type: 'STRING', expression: '', metadataKey: '' };

/** Types that are offered; any other may be typed. */
const COMMON_TYPES = [
  'STRING',
  'INT',
  'BIGINT',
  'DOUBLE',
  'DECIMAL(10, 2)',
  'BOOLEAN',
  'DATE',
  'TIME',
  'TIMESTAMP(3)',
  'TIMESTAMP_LTZ(3)',
  'BYTES',
];

/** Connectors that are offered; any other may be typed. */
const SOURCE_CONNECTORS = ['filesystem', 'kafka', 'datagen'];
const SINK_CONNECTORS = ['print', 'filesystem', 'kafka', 'blackhole'];

/** `CREATE TABLE`. A sink has no watermark to set. */
export function TableForm({
  nodeId,
  form,
  change,
  isSink,
}: FormProps<TableFormValue> & { nodeId: string; isSink: boolean }) {
  const connector = form.options.find((o) => o.key === 'connector')?.value ?? '';
  const ofKafka = isKafka(connector);
  const hasConnection = useConnections((s) => connectionOf(form.options, s.list) !== null);
  const hasField = ({ key }: { key: string }): boolean =>
    key === 'connector' || (ofKafka && isOfKafkaFields(key, hasConnection));
  const names = form.columns.map((c) => [c.name, c.name] as const);
  return (
    <>
      <TextField
        name="options"
        label="Connector"
        value={connector}
        placeholder="filesystem"
        choices={isSink ? SINK_CONNECTORS : SOURCE_CONNECTORS}
        onChange={(value) => change({ ...form, options: withOption(form.options, 'connector', value) }, 'options')}
      />
      {ofKafka ? (
        <KafkaFields
          nodeId={nodeId}
          options={form.options}
          isSink={isSink}
          change={(options) => change({ ...form, options }, 'options')}
        />
      ) : null}
      <ListField
        name="options"
        label="Options"
        layout="option"
        items={form.options.filter((o) => !hasField(o))}
        onChange={(others) => {
          const first = form.options.filter(hasField);
          change({ ...form, options: [...first, ...others] }, 'options');
        }}
        empty={{ key: '', value: '' }}
        addTitle="Add an option"
        row={(option, set, i) => (
          <>
            <Cell
              label={`Option ${i + 1}`}
              value={option.key}
              placeholder="option"
              onChange={(key) => set({ ...option, key })}
            />
            <Cell
              label={`Value of option ${i + 1}`}
              value={option.value}
              placeholder="value"
              onChange={(value) => set({ ...option, value })}
            />
          </>
        )}
      />
      <ListField
        name="columns"
        label="Columns"
        layout="row3"
        isOrdered
        items={form.columns}
        onChange={(columns) => change({ ...form, columns }, 'columns')}
        empty={NEW_COLUMN}
        addTitle="Add a column"
        row={(column, set, i) => <ColumnRow column={column} set={set} index={i} />}
      />
      <datalist id="flink-types">
        {COMMON_TYPES.map((type) => (
          <option key={type} value={type} />
        ))}
      </datalist>
      {isSink ? null : (
        <>
          <SelectField
            name="watermark"
            label="Event time"
            value={form.watermarkColumn}
            options={[['', 'none'], ...names]}
            onChange={(column) =>
              change(
                {
                  ...form,
                  watermarkColumn: column,
                  watermarkExpression:
                    column === '' ? '' : form.watermarkExpression || `${column} - INTERVAL '5' SECOND`,
                },
                'watermark',
              )
            }
          />
          {form.watermarkColumn === '' ? null : (
            <TextField
              name="watermark"
              label="Watermark"
              value={form.watermarkExpression}
              placeholder={`${form.watermarkColumn} - INTERVAL '5' SECOND`}
              onChange={(watermarkExpression) => change({ ...form, watermarkExpression }, 'watermark')}
            />
          )}
        </>
      )}
      <TextField
        name="key"
        label="Primary key"
        help="not enforced"
        value={form.primaryKey.join(', ')}
        placeholder="none"
        onChange={(text) =>
          change(
            {
              ...form,
              primaryKey: text
                .split(',')
                .map((t) => t.trim())
                .filter((t, i, all) => t !== '' || i < all.length - 1),
            },
            'key',
          )
        }
      />
    </>
  );
}

const KIND_SIGNS = { physical: 'column', computed: 'AS', metadata: 'METADATA' } as const;

function ColumnRow({ column, set, index }: { column: ColumnForm; set: (column: ColumnForm) => void; index: number }) {
  const isComputed = column.kind === 'computed';
  return (
    <>
      <Cell
        label={`Column ${index + 1}`}
        value={column.name}
        placeholder="name"
        onChange={(name) => set({ ...column, name })}
      />
      <input
        className={`${styles.input} ${styles.code}`}
        aria-label={isComputed ? `Expression of column ${index + 1}` : `Type of column ${index + 1}`}
        title={`${KIND_SIGNS[column.kind]} ${isComputed ? column.expression : column.type}`}
        list={isComputed ? undefined : 'flink-types'}
        value={isComputed ? column.expression : column.type}
        placeholder={isComputed ? 'expression' : 'STRING'}
        spellCheck={false}
        onChange={(event) =>
          set(isComputed ? { ...column, expression: event.target.value } : { ...column, type: event.target.value })
        }
      />
    </>
  );
}

function withOption(options: TableFormValue['options'], key: string, value: string): TableFormValue['options'] {
  return options.some((o) => o.key === key)
    ? options.map((o) => (o.key === key ? { key, value } : o))
    : [{ key, value }, ...options];
}
