/** The fields that forms are made of. Each shows its own error; all keep the label and the control together. */
import { ArrowUp, Plus, Trash2 } from 'lucide-react';
import { createContext, type KeyboardEvent, type ReactNode, useContext, useId, useRef } from 'react';
import { Button, IconButton } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import styles from './inspector.module.css';

/** What fields need of the form that they stand in. */
export interface FieldContext {
  /** Error beside a field, by the field's name; null when it is right. */
  readonly errorOf: (field: string) => string | null;
  readonly commit: () => void;
  /** Columns of the inputs, offered under SQL fields. */
  readonly columns: readonly string[];
  /** Ids of nodes that the form's node cannot read: itself, and what it feeds. */
  readonly unreadable: ReadonlySet<string>;
}

const Context = createContext<FieldContext>({
  errorOf: () => null,
  commit: () => undefined,
  columns: [],
  unreadable: new Set(),
});

/** The form that a field stands in. */
export function useFieldContext(): FieldContext {
  return useContext(Context);
}

/** Gives fields their form. */
export const FieldProvider = Context.Provider;

interface FieldProps {
  readonly name: string;
  readonly label: string;
  readonly help?: string;
  readonly children: (ids: {
    readonly id: string;
    readonly describedBy: string;
    readonly isInvalid: boolean;
  }) => ReactNode;
}

function Field({ name, label, help, children }: FieldProps) {
  const id = useId();
  const error = useContext(Context).errorOf(name);
  return (
    <div className={styles.field}>
      <label className={styles.label} htmlFor={id}>
        {label}
        {help === undefined ? null : <span className={styles.help}>{help}</span>}
      </label>
      {children({ id, describedBy: `${id}-error`, isInvalid: error !== null })}
      {error === null ? null : (
        <p id={`${id}-error`} className={styles.error} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

interface TextProps {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly placeholder?: string;
  readonly help?: string;
  /** Values to choose from with one click; any other may be typed. */
  readonly choices?: readonly string[];
}

/** One line of text. */
export function TextField({ name, label, value, onChange, placeholder, help, choices }: TextProps) {
  const { commit } = useContext(Context);
  return (
    <Field name={name} label={label} {...(help === undefined ? {} : { help })}>
      {({ id, describedBy, isInvalid }) => (
        <>
          <input
            id={id}
            className={classNames(styles.input, styles.code)}
            aria-invalid={isInvalid}
            aria-describedby={describedBy}
            value={value}
            placeholder={placeholder}
            spellCheck={false}
            onChange={(event) => onChange(event.target.value)}
            onBlur={commit}
            onKeyDown={commitOnEnter(commit)}
          />
          {choices === undefined ? null : (
            <fieldset className={styles.chips} aria-label={`Known values of ${label.toLowerCase()}`}>
              {choices.map((choice) => (
                <button
                  key={choice}
                  type="button"
                  className={styles.chip}
                  aria-pressed={choice === value}
                  onClick={() => onChange(choice)}
                >
                  {choice}
                </button>
              ))}
            </fieldset>
          )}
        </>
      )}
    </Field>
  );
}

/** SQL text of one or more lines (Shift+Enter), with texts to put in: `choices`, else the columns of the input. */
export function SqlField({ name, label, value, onChange, placeholder, help, choices }: TextProps) {
  const { commit, columns: inputColumns } = useContext(Context);
  const columns = choices ?? inputColumns;
  const area = useRef<HTMLTextAreaElement>(null);
  return (
    <Field name={name} label={label} {...(help === undefined ? {} : { help })}>
      {({ id, describedBy, isInvalid }) => (
        <>
          <textarea
            ref={area}
            id={id}
            className={classNames(styles.area, styles.code)}
            rows={rowsFor(value)}
            aria-invalid={isInvalid}
            aria-describedby={describedBy}
            value={value}
            placeholder={placeholder}
            spellCheck={false}
            onChange={(event) => onChange(event.target.value)}
            onBlur={commit}
            onKeyDown={commitOnEnter(commit)}
          />
          {columns.length === 0 ? null : (
            <fieldset className={styles.chips} aria-label={`Columns for ${label.toLowerCase()}`}>
              {columns.slice(0, 24).map((column) => (
                <button
                  key={column}
                  type="button"
                  className={styles.chip}
                  tabIndex={-1}
                  onMouseDown={(event) => event.preventDefault()}
                  onClick={() => onChange(insertAt(area.current, value, column))}
                >
                  {column}
                </button>
              ))}
            </fieldset>
          )}
        </>
      )}
    </Field>
  );
}

function insertAt(area: HTMLTextAreaElement | null, value: string, text: string): string {
  const isActive = area !== null && document.activeElement === area;
  const start = isActive ? area.selectionStart : value.length;
  const end = isActive ? area.selectionEnd : value.length;
  const gap = start > 0 && !/[\s(,.]/.test(value[start - 1] ?? ' ') ? ' ' : '';
  const at = start + gap.length + text.length;
  if (isActive) requestAnimationFrame(() => area.setSelectionRange(at, at));
  return value.slice(0, start) + gap + text + value.slice(end);
}

/** A choice. `options` are pairs of value and title. */
export function SelectField({
  name,
  label,
  value,
  onChange,
  options,
}: {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly options: readonly (readonly [string, string])[];
}) {
  const known = options.some(([id]) => id === value);
  return (
    <Field name={name} label={label}>
      {({ id, describedBy, isInvalid }) => (
        <select
          id={id}
          className={styles.select}
          aria-invalid={isInvalid}
          aria-describedby={describedBy}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        >
          {known ? null : <option value={value}>{value === '' ? 'choose…' : value}</option>}
          {options.map(([optionId, title]) => (
            <option key={optionId} value={optionId}>
              {title}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** A box to tick. */
export function CheckField({
  label,
  value,
  onChange,
}: {
  label: string;
  value: boolean;
  onChange: (value: boolean) => void;
}) {
  return (
    <label className={styles.check}>
      <input type="checkbox" checked={value} onChange={(event) => onChange(event.target.checked)} />
      {label}
    </label>
  );
}

/** Props of `ListField`. */
export interface ListFieldProps<T> {
  readonly name: string;
  readonly label: string;
  readonly items: readonly T[];
  readonly onChange: (items: readonly T[]) => void;
  readonly empty: T;
  readonly addTitle: string;
  readonly layout: 'row1' | 'row3' | 'option' | 'stacked';
  /** Allows to move items up. */
  readonly isOrdered?: boolean;
  readonly row: (item: T, set: (item: T) => void, index: number) => ReactNode;
  readonly help?: string;
}

/** A list of rows that can be added to and taken from. */
export function ListField<T>({
  name,
  label,
  items,
  onChange,
  empty,
  addTitle,
  layout,
  isOrdered,
  row,
  help,
}: ListFieldProps<T>) {
  const error = useContext(Context).errorOf(name);
  const set = (index: number, item: T): void => onChange(items.map((old, i) => (i === index ? item : old)));
  const swapUp = (index: number): void => {
    const next = [...items];
    const [moved] = next.splice(index, 1);
    if (moved !== undefined) next.splice(index - 1, 0, moved);
    onChange(next);
  };
  return (
    <fieldset className={styles.field}>
      <legend className={styles.label}>
        {label}
        {help === undefined ? null : <span className={styles.help}>{help}</span>}
      </legend>
      <div className={styles.rows}>
        {items.map((item, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity; their place is what is edited.
          <div key={index} className={classNames(styles.row, styles[layout])}>
            {row(item, (next) => set(index, next), index)}
            {isOrdered === true ? (
              <IconButton
                label={`Move ${label.toLowerCase()} ${index + 1} up`}
                disabled={index === 0}
                onClick={() => swapUp(index)}
              >
                <ArrowUp />
              </IconButton>
            ) : null}
            <IconButton
              label={`Remove ${label.toLowerCase()} ${index + 1}`}
              onClick={() => onChange(items.filter((_, i) => i !== index))}
            >
              <Trash2 />
            </IconButton>
          </div>
        ))}
        <Button tone="quiet" className={styles.add} icon={<Plus />} onClick={() => onChange([...items, empty])}>
          {addTitle}
        </Button>
      </div>
      {error === null ? null : (
        <p className={styles.error} role="alert">
          {error}
        </p>
      )}
    </fieldset>
  );
}

/** A bare cell of a row in a list: its label is only heard. */
export function Cell({
  label,
  value,
  onChange,
  placeholder,
}: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly placeholder?: string;
}) {
  const { commit } = useContext(Context);
  return (
    <input
      className={classNames(styles.input, styles.code)}
      aria-label={label}
      title={value}
      value={value}
      placeholder={placeholder}
      spellCheck={false}
      onChange={(event) => onChange(event.target.value)}
      onBlur={commit}
      onKeyDown={commitOnEnter(commit)}
    />
  );
}

/** A cell for SQL that may be long: it grows with its text. */
export function SqlCell({
  label,
  value,
  onChange,
  placeholder,
}: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly placeholder?: string;
}) {
  const { commit } = useContext(Context);
  return (
    <textarea
      className={classNames(styles.area, styles.code)}
      aria-label={label}
      rows={rowsFor(value)}
      value={value}
      placeholder={placeholder}
      spellCheck={false}
      onChange={(event) => onChange(event.target.value)}
      onBlur={commit}
      onKeyDown={commitOnEnter(commit)}
    />
  );
}

/** Lines that a text takes in a narrow field; without `field-sizing` in older Chrome it has to be guessed. */
function rowsFor(value: string): number {
  const lines = value.split('\n').reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / 36)), 0);
  return Math.min(6, lines);
}

function commitOnEnter(commit: () => void): (event: KeyboardEvent) => void {
  return (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    commit();
  };
}
