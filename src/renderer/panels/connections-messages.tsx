/** The newest messages of a topic, one line each; one of them opens to be read as a whole. */
import { ChevronDown, ChevronRight, RotateCw } from 'lucide-react';
import { useState } from 'react';
import { blockOf, lineOf, SHOWN_AS, type ShownAs } from '../../runtime/connections/sample-text.ts';
import type { SampledRecord } from '../store/connections.ts';
import { IconButton } from '../ui/button.tsx';
import { formatBytes, plural } from '../ui/format.ts';
import styles from './connections-topics.module.css';

/** Characters of a value in its line; more would only be cut off. */
const LINE_CHARS_MAX = 400;

/** The messages. */
export function TopicMessages({
  records,
  topic,
  onAgain,
}: {
  readonly records: readonly SampledRecord[];
  readonly topic: string;
  readonly onAgain: () => void;
}) {
  const [as, setAs] = useState<ShownAs>('auto');
  const [open, setOpen] = useState<string | null>(null);
  return (
    <section className={styles.messages} aria-label={`Newest messages of ${topic}`}>
      <header className={styles.head}>
        <h3>Messages</h3>
        <span className={styles.headNote}>{records.length === 0 ? 'none' : `the newest ${records.length}`}</span>
        <span className={styles.rest} />
        <label className={styles.as}>
          show as
          <select className={styles.select} value={as} onChange={(event) => setAs(shownAs(event.target.value))}>
            {SHOWN_AS.map((each) => (
              <option key={each} value={each}>
                {each}
              </option>
            ))}
          </select>
        </label>
        <IconButton label="Read again" onClick={onAgain}>
          <RotateCw />
        </IconButton>
      </header>
      {records.length === 0 ? (
        <p className={styles.none}>
          The topic has no messages yet. Columns can be given below, or read again when there are some.
        </p>
      ) : (
        <div className={styles.scroll}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th className={styles.openCell}>
                  <span className="visually-hidden">Open</span>
                </th>
                <th className={styles.number}>Part.</th>
                <th className={styles.number}>Offset</th>
                <th>Time (UTC)</th>
                <th>Key</th>
                <th>Value</th>
              </tr>
            </thead>
            <tbody>
              {records.map((record) => {
                const id = `${record.partition}-${record.offset}`;
                return (
                  <Message
                    key={id}
                    record={record}
                    as={as}
                    isOpen={open === id}
                    onToggle={() => setOpen(open === id ? null : id)}
                  />
                );
              })}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function shownAs(value: string): ShownAs {
  return SHOWN_AS.find((each) => each === value) ?? 'auto';
}

function Message({
  record,
  as,
  isOpen,
  onToggle,
}: {
  readonly record: SampledRecord;
  readonly as: ShownAs;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}) {
  const { partition, offset, timestampMs, key, value, headers, valueSizeBytes } = record;
  const isCut = value !== null && value.length < valueSizeBytes;
  const place = `partition ${partition}, offset ${offset}`;
  return (
    <>
      <tr className={styles.line} onClick={onToggle}>
        <td className={styles.openCell}>
          <button
            type="button"
            className={styles.open}
            aria-expanded={isOpen}
            aria-label={`Message at ${place}`}
            onClick={(event) => {
              event.stopPropagation();
              onToggle();
            }}
          >
            {isOpen ? <ChevronDown aria-hidden="true" /> : <ChevronRight aria-hidden="true" />}
          </button>
        </td>
        <td className={styles.number}>{partition}</td>
        <td className={styles.number}>{offset}</td>
        <td className={styles.time}>{timestampMs === null ? '' : timeText(timestampMs)}</td>
        <td className={styles.key}>{key === null ? <Null /> : lineOf(key, as).slice(0, LINE_CHARS_MAX)}</td>
        <td className={styles.value}>{value === null ? <Null /> : lineOf(value, as).slice(0, LINE_CHARS_MAX)}</td>
      </tr>
      {isOpen ? (
        <tr>
          <td colSpan={6} className={styles.whole}>
            {headers.length === 0 ? null : (
              <dl className={styles.headers} aria-label="Headers">
                {headers.map(({ name, value: bytes }, index) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: a name may come several times; the list does not change.
                  <div key={index}>
                    <dt>{name}</dt>
                    <dd>{lineOf(bytes, 'auto')}</dd>
                  </div>
                ))}
              </dl>
            )}
            <pre className={styles.block}>{blockOf(value, as)}</pre>
            <p className={styles.headNote}>
              {place}, {formatBytes(valueSizeBytes)}
              {isCut ? `; the first ${formatBytes(value.length)} are shown` : ''}
              {headers.length === 0 ? ', no headers' : `, ${plural(headers.length, 'header')}`}
            </p>
          </td>
        </tr>
      ) : null}
    </>
  );
}

function Null() {
  return <span className={styles.null}>NULL</span>;
}

function timeText(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').replace('Z', '');
}
