/** The schema that messages propose, to be corrected and accepted: then it is written into the table as one step. */
import { TriangleAlert } from 'lucide-react';
import { useMemo, useState } from 'react';
import { connectionOf } from '../../runtime/connections/connection.ts';
import {
  PROPOSED_FORMATS,
  type Proposal,
  type ProposedFormat,
  proposeSchema,
} from '../../runtime/connections/propose-schema.ts';
import { METADATA_COLUMNS, type MetadataKey } from '../../runtime/connections/topic-table.ts';
import { useAnalysis } from '../store/analysis.ts';
import { acceptTopic, type SampledRecord, useConnections } from '../store/connections.ts';
import { Button } from '../ui/button.tsx';
import { plural } from '../ui/format.ts';
import styles from './connections-topics.module.css';

const FORMAT_WORDS: Readonly<Record<ProposedFormat, string>> = {
  json: 'JSON',
  'debezium-json': 'Debezium JSON',
  'canal-json': 'Canal JSON',
  'maxwell-json': 'Maxwell JSON',
  csv: 'CSV',
  raw: 'raw',
};

/** Delays of event time that are offered. */
const DELAYS: readonly (readonly [number, string])[] = [
  [0, 'not at all'],
  [1_000, '1 second'],
  [5_000, '5 seconds'],
  [10_000, '10 seconds'],
  [30_000, '30 seconds'],
  [60_000, '1 minute'],
  [300_000, '5 minutes'],
  [900_000, '15 minutes'],
  [3_600_000, '1 hour'],
  [86_400_000, '1 day'],
];

interface DraftColumn {
  readonly name: string;
  readonly type: string;
  readonly isTaken: boolean;
  readonly isNotNull: boolean;
  /** As it was proposed: what is renamed may still carry the event time. */
  readonly proposedName: string;
}

interface Draft {
  readonly proposal: Proposal;
  readonly columns: readonly DraftColumn[];
  /** Column for event time; empty: none. */
  readonly time: string;
  readonly delayMs: number;
  readonly metadata: readonly MetadataKey[];
  readonly withKey: boolean;
}

function draftOf(proposal: Proposal): Draft {
  const [best] = proposal.times;
  return {
    proposal,
    columns: proposal.columns.map(({ name, type }) => ({
      name,
      type,
      isTaken: true,
      isNotNull: false,
      proposedName: name,
    })),
    time: best?.column ?? '',
    delayMs: best?.delayMs ?? 0,
    metadata: [],
    withKey: false,
  };
}

/** The proposal for a topic, for the table of `nodeId`. */
export function TopicSchema({
  nodeId,
  topic,
  records,
  onAccepted,
}: {
  readonly nodeId: string;
  readonly topic: string;
  readonly records: readonly SampledRecord[];
  readonly onAccepted: () => void;
}) {
  const found = useMemo(() => proposeSchema(records), [records]);
  const [draft, setDraft] = useState(() => draftOf(found));
  const { proposal, columns } = draft;
  const set = (part: Partial<Draft>): void => setDraft({ ...draft, ...part });
  const setColumn = (index: number, part: Partial<DraftColumn>): void =>
    set({ columns: columns.map((column, at) => (at === index ? { ...column, ...part } : column)) });
  const time = proposal.times.find(({ column }) => column === draft.time) ?? null;
  const isReadByName = proposal.format !== 'csv' && proposal.format !== 'raw';
  const taken = columns.filter(({ isTaken }) => isTaken);
  const problem = problemOf(
    taken,
    time !== null && time.expression === null && !time.isMetadata ? draft.time : null,
    columns,
  );

  const accept = async (): Promise<void> => {
    const node = useAnalysis.getState().nodesById.get(nodeId);
    const form = node?.form;
    if (form?.kind !== 'table') return;
    const renamed = columns.find(({ proposedName }) => proposedName === time?.column);
    const isAccepted = await acceptTopic(nodeId, {
      topic,
      connection: connectionOf(form.options, useConnections.getState().list),
      format: proposal.format,
      formatOptions: proposal.options,
      columns: taken,
      metadata: draft.metadata,
      withKey: draft.withKey,
      time: time === null ? null : { ...time, column: renamed?.name ?? time.column },
      delayMs: draft.delayMs,
      primaryKey: proposal.primaryKey.flatMap(
        (key) => taken.find(({ proposedName }) => proposedName === key)?.name ?? [],
      ),
    });
    if (isAccepted) onAccepted();
  };

  return (
    <section className={styles.schema} aria-label="Proposed schema">
      <header className={styles.head}>
        <h3>Schema</h3>
        <label className={styles.as}>
          format
          <select
            className={styles.select}
            value={proposal.format}
            onChange={(event) => setDraft(draftOf(proposeSchema(records, formatOf(event.target.value))))}
          >
            {PROPOSED_FORMATS.map((format) => (
              <option key={format} value={format}>
                {FORMAT_WORDS[format]}
                {format === found.format ? ' (found)' : ''}
              </option>
            ))}
          </select>
        </label>
        <span className={styles.headNote}>
          {proposal.valueCount === 0 ? '' : `from ${proposal.readCount} of ${plural(proposal.valueCount, 'message')}`}
        </span>
        {proposal.options.length === 0 ? null : (
          <code className={styles.options}>
            {proposal.options.map(({ key, value }) => `'${key}' = '${value}'`).join(', ')}
          </code>
        )}
      </header>
      <div className={styles.scroll}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th className={styles.openCell}>
                <span className="visually-hidden">Take</span>
              </th>
              <th>Column</th>
              <th>Type</th>
              <th>NOT NULL</th>
              <th>Example</th>
            </tr>
          </thead>
          <tbody>
            {columns.map((column, index) => {
              const { isAlwaysThere = false, example = '' } = proposal.columns[index] ?? {};
              const { proposedName } = column;
              return (
                <tr key={proposedName} data-off={!column.isTaken || undefined}>
                  <td className={styles.openCell}>
                    <input
                      type="checkbox"
                      aria-label={`Take ${proposedName}`}
                      checked={column.isTaken}
                      // The values of csv are found by their place.
                      disabled={!isReadByName}
                      onChange={(event) => setColumn(index, { isTaken: event.target.checked })}
                    />
                  </td>
                  <td className={styles.nameCell}>
                    <input
                      className={styles.cell}
                      aria-label={`Name of ${proposedName}`}
                      value={column.name}
                      readOnly={isReadByName}
                      spellCheck={false}
                      onChange={(event) => setColumn(index, { name: event.target.value })}
                    />
                  </td>
                  <td className={styles.typeCell}>
                    <input
                      className={styles.cell}
                      aria-label={`Type of ${proposedName}`}
                      title={column.type}
                      value={column.type}
                      spellCheck={false}
                      onChange={(event) => setColumn(index, { type: event.target.value })}
                    />
                  </td>
                  <td className={styles.nullCell}>
                    <label title={isAlwaysThere ? 'Every message has it.' : 'Some messages do not have it.'}>
                      <input
                        type="checkbox"
                        aria-label={`${proposedName} is NOT NULL`}
                        checked={column.isNotNull}
                        disabled={!isAlwaysThere}
                        onChange={(event) => setColumn(index, { isNotNull: event.target.checked })}
                      />
                      {isAlwaysThere ? 'always there' : 'sometimes missing'}
                    </label>
                  </td>
                  <td className={styles.value}>{example.slice(0, 120)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <div className={styles.choices}>
        <label className={styles.as}>
          Event time
          <select
            className={styles.select}
            value={draft.time}
            onChange={(event) => {
              const wanted = proposal.times.find(({ column }) => column === event.target.value);
              set({ time: wanted?.column ?? '', delayMs: wanted?.delayMs ?? draft.delayMs });
            }}
          >
            <option value="">none</option>
            {proposal.times.map(({ column, source }) => (
              <option key={column} value={column}>
                {column} ({source})
              </option>
            ))}
          </select>
        </label>
        {time === null ? null : (
          <label className={styles.as}>
            rows may be late by
            <select
              className={styles.select}
              value={draft.delayMs}
              onChange={(event) => set({ delayMs: Number(event.target.value) })}
            >
              {DELAYS.map(([ms, words]) => (
                <option key={ms} value={ms}>
                  {words}
                  {ms === time.delayMs ? ' (suggested)' : ''}
                </option>
              ))}
            </select>
          </label>
        )}
        <fieldset className={styles.extra} aria-label="More columns">
          <span>also</span>
          <label>
            <input
              type="checkbox"
              checked={draft.withKey}
              disabled={proposal.format !== 'json' && proposal.format !== 'csv' && proposal.format !== 'raw'}
              onChange={(event) => set({ withKey: event.target.checked })}
            />
            key
          </label>
          {METADATA_COLUMNS.map(({ key, doc }) => {
            const isTime = key === 'timestamp' && time?.isMetadata === true;
            return (
              <label key={key} title={doc}>
                <input
                  type="checkbox"
                  checked={isTime || draft.metadata.includes(key)}
                  disabled={isTime}
                  onChange={(event) =>
                    set({
                      metadata: event.target.checked
                        ? [...draft.metadata, key]
                        : draft.metadata.filter((each) => each !== key),
                    })
                  }
                />
                {key}
              </label>
            );
          })}
        </fieldset>
      </div>
      {proposal.notes.length === 0 ? null : (
        <ul className={styles.notes}>
          {proposal.notes.map((note) => (
            <li key={note}>
              <TriangleAlert aria-hidden="true" />
              {note}
            </li>
          ))}
        </ul>
      )}
      <footer className={styles.foot}>
        <span className={styles.headNote} role={problem === null ? undefined : 'alert'}>
          {problem ?? 'Writes the columns and options of the table. Undo takes it back.'}
        </span>
        <span className={styles.rest} />
        <Button tone="accent" disabled={problem !== null} onClick={() => void accept()}>
          Accept schema
        </Button>
      </footer>
    </section>
  );
}

function formatOf(value: string): ProposedFormat {
  return PROPOSED_FORMATS.find((format) => format === value) ?? 'json';
}

/** Why it cannot be accepted as it is; null: it can. */
function problemOf(taken: readonly DraftColumn[], time: string | null, all: readonly DraftColumn[]): string | null {
  if (taken.length === 0) return 'Take at least one column.';
  const empty = taken.find(({ name, type }) => name.trim() === '' || type.trim() === '');
  if (empty !== undefined) return `The column ${empty.proposedName} needs a name and a type.`;
  const names = taken.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return `Two columns are called ${twice}.`;
  if (time !== null && all.some(({ proposedName, isTaken }) => proposedName === time && !isTaken))
    return `Event time is taken from ${time}: take that column, or choose another.`;
  return null;
}
