/** What is asked of a table of Kafka: the connection and the topic, which can be chosen from those of the cluster. */
import { Search } from 'lucide-react';
import { useEffect } from 'react';
import {
  connectionOf,
  propertiesOf,
  type TableOption,
  withConnection,
} from '../../../runtime/connections/connection.ts';
import { browseTopics, loadConnections, makeConnectionFor, useConnections } from '../../store/connections.ts';
import { Button } from '../../ui/button.tsx';
import { SelectField, TextField } from '../fields.tsx';
import styles from '../inspector.module.css';

/** Connectors whose tables have these fields. */
export function isKafka(connector: string): boolean {
  return connector === 'kafka' || connector === 'upsert-kafka';
}

/** Whether an option has a field of its own here, or is the connection's. */
export function isOfKafkaFields(key: string, hasConnection: boolean): boolean {
  return key === 'topic' || (hasConnection && Object.keys(propertiesOf([{ key, value: '' }])).length > 0);
}

const NEW = '+';

/** The fields. */
export function KafkaFields({
  nodeId,
  options,
  isSink,
  change,
}: {
  readonly nodeId: string;
  readonly options: readonly TableOption[];
  readonly isSink: boolean;
  readonly change: (options: readonly TableOption[]) => void;
}) {
  const list = useConnections((s) => s.list);
  useEffect(() => void loadConnections(), []);
  const connection = connectionOf(options, list);
  const own = options.find(({ key }) => key === 'properties.bootstrap.servers')?.value ?? '';
  const topic = options.find(({ key }) => key === 'topic');
  const hasPattern = options.some(({ key }) => key === 'topic-pattern');
  return (
    <>
      <SelectField
        name="options"
        label="Connection"
        value={connection?.name ?? ''}
        options={[
          ...(connection === null ? [['', own === '' ? 'choose…' : `as written: ${own}`] as const] : []),
          ...list.map(({ name, servers }) => [name, `${name} (${servers})`] as const),
          [NEW, 'New connection…'],
        ]}
        onChange={(name) => {
          if (name === NEW) makeConnectionFor(nodeId);
          const chosen = list.find((each) => each.name === name);
          if (chosen !== undefined) change(withConnection(options, chosen));
        }}
      />
      {hasPattern ? null : (
        <TextField
          name="options"
          label="Topic"
          value={topic?.value ?? ''}
          placeholder="orders"
          onChange={(value) =>
            change(
              topic === undefined
                ? [...options, { key: 'topic', value }]
                : options.map((option) => (option === topic ? { key: 'topic', value } : option)),
            )
          }
        />
      )}
      {isSink ? null : (
        <Button className={styles.add} icon={<Search />} onClick={() => void browseTopics(nodeId)}>
          Browse topics…
        </Button>
      )}
    </>
  );
}
