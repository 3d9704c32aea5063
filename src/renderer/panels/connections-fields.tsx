/** The fields of the form of a connection: the label before, the hint or what is wrong below. */
import { type ReactNode, useId } from 'react';
import type { StoredConnection } from '../store/connections.ts';
import { classNames } from '../ui/class-names.ts';
import styles from './connections-dialog.module.css';

const KEPT_WORDS: Readonly<Record<StoredConnection['password'], string>> = {
  none: '',
  session: 'known until Millrace ends',
  sealed: 'kept, sealed by the keyring',
  plain: 'kept in a file, not encrypted',
  unreadable: 'cannot be read any more: type it again',
};

function Field({
  label,
  hint,
  error = null,
  children,
}: {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly error?: string | null;
  readonly children: (ids: {
    readonly id: string;
    readonly 'aria-describedby': string;
    readonly 'aria-invalid': boolean;
  }) => ReactNode;
}) {
  const id = useId();
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <div className={styles.control}>
        {children({ id, 'aria-describedby': `${id}-note`, 'aria-invalid': error !== null })}
        <p
          id={`${id}-note`}
          className={error === null ? styles.hint : styles.error}
          role={error === null ? undefined : 'alert'}
        >
          {error ?? hint ?? ''}
        </p>
      </div>
    </div>
  );
}

/** One line of text. */
export function Text(props: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly error?: string | null;
  readonly hint?: string;
  readonly placeholder?: string;
  readonly isReadOnly?: boolean;
}) {
  const { label, value, onChange, error = null, hint, placeholder, isReadOnly = false } = props;
  return (
    <Field label={label} hint={hint} error={error}>
      {(ids) => (
        <input
          {...ids}
          className={styles.input}
          value={value}
          placeholder={placeholder}
          readOnly={isReadOnly}
          spellCheck={false}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

/** A password: what is kept is not shown, only that it is. */
export function Password({
  label,
  kept,
  value,
  onChange,
}: {
  readonly label: string;
  readonly kept: StoredConnection['password'];
  readonly value: string | null;
  readonly onChange: (value: string | null) => void;
}) {
  return (
    <Field label={label} hint={value === null ? KEPT_WORDS[kept] : ''}>
      {(ids) => (
        <input
          {...ids}
          className={styles.input}
          type="password"
          autoComplete="off"
          value={value ?? ''}
          placeholder={kept === 'none' || kept === 'unreadable' ? '' : '••••••••'}
          onChange={(event) => onChange(event.target.value === '' && kept !== 'none' ? null : event.target.value)}
        />
      )}
    </Field>
  );
}

/** Lines of text. */
export function Area(props: {
  readonly label: string;
  readonly hint: string;
  readonly value: string;
  readonly placeholder: string;
  readonly onChange: (value: string) => void;
}) {
  return (
    <Field label={props.label} hint={props.hint}>
      {(ids) => (
        <textarea
          {...ids}
          className={classNames(styles.input, styles.area)}
          rows={3}
          value={props.value}
          placeholder={props.placeholder}
          spellCheck={false}
          onChange={(event) => props.onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

/** One of several. */
export function Choice<T extends string>(props: {
  readonly label: string;
  readonly value: T;
  readonly options: readonly (readonly [T, string])[];
  readonly onChange: (value: T) => void;
}) {
  return (
    <Field label={props.label}>
      {(ids) => (
        <select
          {...ids}
          className={styles.input}
          value={props.value}
          onChange={(event) => {
            const chosen = props.options.find(([value]) => value === event.target.value);
            if (chosen !== undefined) props.onChange(chosen[0]);
          }}
        >
          {props.options.map(([value, title]) => (
            <option key={value} value={value}>
              {title}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
