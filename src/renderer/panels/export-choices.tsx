/** What can be chosen about an export: where the rows come from that `verify` expects of Flink. */
import { useId } from 'react';
import { chooseExpected, type ExpectedSource, usableRecording, useExport } from '../store/export.ts';
import { useRun } from '../store/run.ts';
import { plural } from '../ui/format.ts';
import styles from './export-dialog.module.css';

/** The choice. */
export function ExpectedChoice() {
  const expected = useExport((s) => s.expected);
  const tables = useExport((s) => s.prepared?.expected ?? null);
  // What can be used depends on the run; it does not change while the dialog is open, but the run may end.
  useRun((s) => s.status);
  const recording = usableRecording();
  const name = useId();
  const choice = (source: ExpectedSource, title: string, why: string | null) => (
    <label className={styles.choice} title={why ?? undefined}>
      <input
        type="radio"
        name={name}
        checked={expected.kind === source.kind}
        disabled={why !== null}
        onChange={() => void chooseExpected(source)}
      />
      {title}
    </label>
  );
  return (
    <fieldset className={styles.choices}>
      <legend className={styles.legend}>Expected rows</legend>
      {choice(
        { kind: 'recording', path: recording ?? '' },
        'Of the last run',
        recording === null ? 'Run the job to its end with recording on; its rows can then be used.' : null,
      )}
      {choice({ kind: 'run' }, 'Run the job now', null)}
      {choice({ kind: 'none' }, 'None', null)}
      <span className={styles.quiet}>
        {tables === null
          ? expected.kind === 'none'
            ? 'Without them the bundle cannot verify what Flink gives.'
            : ''
          : tables.map(({ table, rowCount }) => `${table}: ${plural(rowCount, 'row')}`).join(', ') ||
            'No sink of this job can be compared.'}
      </span>
    </fieldset>
  );
}
