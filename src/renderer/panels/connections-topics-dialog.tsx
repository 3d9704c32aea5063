/** Choosing the topic of a table: the topics of the cluster, their newest messages, and the schema that these propose. */
import { RotateCw } from 'lucide-react';
import { type KeyboardEvent, useCallback, useEffect, useRef, useState } from 'react';
import { connectionOf } from '../../runtime/connections/connection.ts';
import { useAnalysis } from '../store/analysis.ts';
import {
  type ConnectionFailure,
  listTopics,
  type SampledRecord,
  sampleTopic,
  showConnections,
  type Topic,
  useConnections,
} from '../store/connections.ts';
import { announce } from '../store/notices.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { formatCount, plural } from '../ui/format.ts';
import { LargeDialog } from '../ui/large-dialog.tsx';
import { Asking } from './connections-form.tsx';
import { TopicMessages } from './connections-messages.tsx';
import { TopicSchema } from './connections-schema.tsx';
import styles from './connections-topics.module.css';

/** What was asked of the cluster. */
type Answer<T> =
  | { readonly kind: 'asking'; readonly startedAtMs: number }
  | { readonly kind: 'there'; readonly value: T }
  | { readonly kind: 'failed'; readonly failure: ConnectionFailure };

/** The open dialog for the table of this node. */
export function TopicsDialog({ nodeId }: { readonly nodeId: string }) {
  const node = useAnalysis((s) => s.nodesById.get(nodeId));
  const connections = useConnections((s) => s.list);
  const form = node?.form?.kind === 'table' ? node.form : null;
  const options = form?.options ?? [];
  const written = options.find(({ key }) => key === 'topic')?.value ?? '';
  const connection = connectionOf(options, connections);
  const servers = options.find(({ key }) => key === 'properties.bootstrap.servers')?.value ?? '';
  const [topics, setTopics] = useState<Answer<readonly Topic[]>>({ kind: 'asking', startedAtMs: Date.now() });
  const [chosen, setChosen] = useState<string | null>(null);
  const [records, setRecords] = useState<Answer<readonly SampledRecord[]> | null>(null);
  const close = useCallback((): void => useConnections.setState({ browsing: null }), []);
  // How the cluster is reached does not change while the dialog is open.
  const access = useRef({ options, typed: {} });
  /** The newest question: answers to older ones come too late. */
  const question = useRef(0);

  const choose = useCallback(async (topic: string): Promise<void> => {
    question.current += 1;
    const asked = question.current;
    setChosen(topic);
    setRecords({ kind: 'asking', startedAtMs: Date.now() });
    const answer = await sampleTopic(access.current, topic);
    if (asked !== question.current) return;
    if (answer.ok) announce(`${plural(answer.value.length, 'message')} of ${topic}.`);
    setRecords(answer.ok ? { kind: 'there', value: answer.value } : { kind: 'failed', failure: answer.failure });
  }, []);

  const ask = useCallback(async (): Promise<void> => {
    setTopics({ kind: 'asking', startedAtMs: Date.now() });
    const answer = await listTopics(access.current);
    setTopics(answer.ok ? { kind: 'there', value: answer.value } : { kind: 'failed', failure: answer.failure });
    if (!answer.ok) return;
    announce(plural(answer.value.length, 'topic'));
    if (answer.value.some(({ topic }) => topic === written)) void choose(written);
  }, [choose, written]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once, when the dialog opens.
  useEffect(() => void ask(), []);

  const title = `Topics of ${connection?.name ?? (servers === '' ? 'a cluster without an address' : servers)}`;
  return (
    <LargeDialog title={title} onClose={close} isWide>
      {topics.kind === 'asking' ? (
        <Asking startedAtMs={topics.startedAtMs} what={`Asking ${servers}`} />
      ) : topics.kind === 'failed' ? (
        <Failed failure={topics.failure} onAgain={() => void ask()}>
          <Button
            tone="quiet"
            onClick={() => {
              close();
              showConnections(connection?.name);
            }}
          >
            Connections…
          </Button>
        </Failed>
      ) : (
        <div className={styles.columns}>
          <TopicList
            topics={topics.value}
            chosen={chosen}
            onChoose={(topic) => void choose(topic)}
            onAgain={() => void ask()}
          />
          <div className={styles.main}>
            {records === null || chosen === null ? (
              <p className={styles.none}>Choose a topic to see its newest messages and the schema that they propose.</p>
            ) : records.kind === 'asking' ? (
              <Asking startedAtMs={records.startedAtMs} what={`Reading ${chosen}`} />
            ) : records.kind === 'failed' ? (
              <Failed failure={records.failure} onAgain={() => void choose(chosen)} />
            ) : (
              <>
                <TopicMessages
                  key={chosen}
                  records={records.value}
                  topic={chosen}
                  onAgain={() => void choose(chosen)}
                />
                <TopicSchema
                  key={`${chosen} schema`}
                  nodeId={nodeId}
                  topic={chosen}
                  records={records.value}
                  onAccepted={close}
                />
              </>
            )}
          </div>
        </div>
      )}
    </LargeDialog>
  );
}

function Failed({
  failure,
  onAgain,
  children,
}: {
  readonly failure: ConnectionFailure;
  readonly onAgain: () => void;
  readonly children?: React.ReactNode;
}) {
  return (
    <div className={styles.failed} role="alert">
      <p>
        <strong>{failure.message}</strong> {failure.hint}
      </p>
      <div className={styles.failedActions}>
        <Button onClick={onAgain}>Try again</Button>
        {children}
      </div>
    </div>
  );
}

/** More topics than this are found by their name and not by looking. */
const SHOWN_COUNT_MAX = 300;

function TopicList({
  topics,
  chosen,
  onChoose,
  onAgain,
}: {
  readonly topics: readonly Topic[];
  readonly chosen: string | null;
  readonly onChoose: (topic: string) => void;
  readonly onAgain: () => void;
}) {
  const [filter, setFilter] = useState('');
  const list = useRef<HTMLUListElement>(null);
  const found = topics.filter(({ topic }) => topic.toLowerCase().includes(filter.trim().toLowerCase()));
  const shown = found.slice(0, SHOWN_COUNT_MAX);
  // One stop for the Tab key: the chosen one, or the first.
  const stop = shown.some(({ topic }) => topic === chosen) ? chosen : shown[0]?.topic;
  const move = (event: KeyboardEvent): void => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    const buttons = [...(list.current?.querySelectorAll('button') ?? [])];
    const at = buttons.findIndex((button) => button.contains(document.activeElement));
    const next = buttons[at + (event.key === 'ArrowDown' ? 1 : -1)];
    event.preventDefault();
    next?.focus();
  };
  return (
    <nav className={styles.side} aria-label="Topics" onKeyDown={move}>
      <div className={styles.filter}>
        <input
          className={styles.input}
          aria-label="Filter topics"
          placeholder={`Filter ${plural(topics.length, 'topic')}`}
          value={filter}
          spellCheck={false}
          onChange={(event) => setFilter(event.target.value)}
        />
        <IconButton label="Ask again" onClick={onAgain}>
          <RotateCw />
        </IconButton>
      </div>
      {shown.length === 0 ? (
        <p className={styles.none}>
          {topics.length === 0
            ? 'The cluster has no topics that you may see.'
            : `No topic has ${filter.trim()} in its name.`}
        </p>
      ) : null}
      <ul ref={list} className={styles.topics}>
        {shown.map(({ topic, partitionCount, recordCount }) => (
          <li key={topic}>
            <button
              type="button"
              className={styles.topic}
              aria-current={topic === chosen}
              tabIndex={topic === stop ? 0 : -1}
              onClick={() => onChoose(topic)}
            >
              <span className={styles.topicName} title={topic}>
                {topic}
              </span>
              <span className={styles.topicNote}>
                {plural(partitionCount, 'partition')} · {formatCount(recordCount)}{' '}
                {recordCount === 1 ? 'message' : 'messages'}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {found.length > shown.length ? (
        <p className={styles.more}>{plural(found.length - shown.length, 'more topic')}: filter to see them.</p>
      ) : null}
    </nav>
  );
}
