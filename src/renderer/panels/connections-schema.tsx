/** The schema that messages propose, to be corrected and accepted: then it is written into the table as one step. */
import { TriangleAlert } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import { connectionOf } from '../../runtime/connections/connection.ts';
import { METADATA_COLUMNS } from '../../runtime/connections/topic-table.ts';
import { useAnalysis } from '../store/analysis.ts';
import { acceptTopic, type SampledRecord, useConnections } from '../store/connections.ts';
import { announce } from '../store/notices.ts';
import { Button } from '../ui/button.tsx';
import { plural } from '../ui/format.ts';
import {
  choiceOf,
  DELAYS,
  type Draft,
  type DraftColumn,
  draftOf,
  FORMAT_WORDS,
  problemOf,
  proposalOfRegistry,
  proposalsOf,
  type RegistryAnswer,
  timeOf,
} from './connections-draft.ts';
import styles from './connections-topics.module.css';

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
  const options = useAnalysis((s) => {
    const form = s.nodesById.get(nodeId)?.form;
    return form?.kind === 'table' ? form.options : null;
  });
  const connections = useConnections((s) => s.list);
  const connection = useMemo(
    () => (options === null ? null : connectionOf(options, connections)),
    [options, connections],
  );
  const [registry, setRegistry] = useState<RegistryAnswer>({ kind: 'none' });
  const proposals = useMemo(
    () => proposalsOf(records, registry.kind === 'proposal' ? registry.proposal : null),
    [records, registry],
  );
  const [draft, setDraft] = useState(() => draftOf(proposals.of(proposals.found)));
  const { proposal } = draft;
  const set = (part: Partial<Draft>): void => setDraft({ ...draft, ...part });
  const problem = problemOf(draft);

  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once for these records; the connection stays.
  useEffect(() => {
    let isGone = false;
    void proposalOfRegistry(records, connection).then((answer) => {
      if (isGone) return;
      setRegistry(answer);
      if (answer.kind !== 'proposal') return;
      setDraft(draftOf(answer.proposal));
      announce(`The registry has the schema: ${plural(answer.proposal.columns.length, 'column')}.`);
    });
    return () => {
      isGone = true;
    };
  }, [records]);

  const accept = async (): Promise<void> => {
    if (await acceptTopic(nodeId, choiceOf(draft, topic, connection))) onAccepted();
  };
  const notes = [...proposal.notes, ...(registry.kind === 'failed' ? [registry.message] : [])];

  return (
    <section className={styles.schema} aria-label="Proposed schema">
      <header className={styles.head}>
        <h3>Schema</h3>
        <label className={styles.as}>
          format
          <select
            className={styles.select}
            value={proposal.format}
            onChange={(event) => {
              const format = proposals.formats.find((each) => each === event.target.value);
              if (format !== undefined) setDraft(draftOf(proposals.of(format)));
            }}
          >
            {proposals.formats.map((format) => (
              <option key={format} value={format}>
                {FORMAT_WORDS[format]}
                {format === proposals.found ? ' (found)' : ''}
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
      <Columns draft={draft} set={set} />
      <More draft={draft} set={set} />
      {notes.length === 0 ? null : (
        <ul className={styles.notes}>
          {notes.map((note) => (
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

interface Part {
  readonly draft: Draft;
  readonly set: (part: Partial<Draft>) => void;
}

function Columns({ draft, set }: Part) {
  const { proposal, columns } = draft;
  const isReadByName = proposal.format !== 'csv' && proposal.format !== 'raw';
  const setColumn = (index: number, part: Partial<DraftColumn>): void =>
    set({ columns: columns.map((column, at) => (at === index ? { ...column, ...part } : column)) });
  return (
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
  );
}

/** Event time, and columns that are not in the value. */
function More({ draft, set }: Part) {
  const { proposal } = draft;
  const time = timeOf(draft);
  const hasKeyColumn = !['debezium-json', 'canal-json', 'maxwell-json'].includes(proposal.format);
  return (
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
            disabled={!hasKeyColumn}
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
  );
}
