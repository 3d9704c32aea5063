/** Where reading begins and ends in each partition. Flink: `OffsetsInitializer`, `KafkaSourceEnumerator`. */
import { err, ok, type Result } from '../../base/result.ts';
import type { BrokerClient, PartitionId } from '../../seams/broker.ts';
import type { EndAt, KafkaTable, StartAt } from './options.ts';

/** A partition, where it is read next, and where no more. */
export interface Place extends PartitionId {
  offset: number;
  readonly endOffset: number | null;
}

/** Topics that a table reads. */
export async function topicsOf(
  client: BrokerClient,
  { topics, pattern }: KafkaTable,
): Promise<Result<readonly string[]>> {
  if (topics !== null) return ok(topics);
  const known = await client.topics();
  if (!known.ok) return known;
  const matches = new RegExp(`^(?:${pattern ?? ''})$`);
  return ok(known.value.filter((topic) => matches.test(topic)).sort());
}

/** Asks the broker for all places. */
export async function placesOf(client: BrokerClient, table: KafkaTable): Promise<Result<readonly Place[]>> {
  const topics = await topicsOf(client, table);
  if (!topics.ok) return topics;
  if (topics.value.length === 0) return ok([]);
  const partitions = await client.partitions(topics.value);
  if (!partitions.ok) return partitions;
  const starts = await startsOf(client, partitions.value, table.start);
  if (!starts.ok) return starts;
  const ends = await endsOf(client, partitions.value, table.end);
  if (!ends.ok) return ends;
  return ok(
    partitions.value.map((id, index) => ({
      ...id,
      offset: starts.value[index] ?? 0,
      endOffset: ends.value[index] ?? null,
    })),
  );
}

async function startsOf(
  client: BrokerClient,
  partitions: readonly PartitionId[],
  start: StartAt,
): Promise<Result<readonly number[]>> {
  switch (start.kind) {
    case 'earliest':
    case 'latest':
      return client.offsets(partitions, start.kind);
    case 'timestamp':
      return client.offsets(partitions, { timestampMs: start.timestampMs });
    case 'offsets':
      return withDefault(
        client,
        partitions,
        partitions.map(({ partition }) => start.offsets.get(partition) ?? null),
        'earliest',
      );
    case 'group': {
      const { groupId, otherwise } = start;
      const committed =
        groupId === null ? ok(partitions.map(() => null)) : await client.committedOffsets(groupId, partitions);
      if (!committed.ok) return committed;
      const undefinedOnes = partitions.filter((_, index) => committed.value[index] === null);
      if (otherwise === 'none' && undefinedOnes.length > 0) {
        const names = undefinedOnes.map(({ topic, partition }) => `${topic}-${partition}`).join(', ');
        const remedy = "Set 'scan.startup.mode', or 'properties.auto.offset.reset', to say where reading begins.";
        const who = groupId === null ? 'there is no properties.group.id' : `group ${groupId} has read nothing there`;
        const message = `Undefined offset with no reset policy for partitions: [${names}] (${who}). ${remedy}`;
        return err({ domain: 'network', message, retry: 'later' });
      }
      return withDefault(client, partitions, committed.value, otherwise === 'none' ? 'earliest' : otherwise);
    }
  }
}

async function endsOf(
  client: BrokerClient,
  partitions: readonly PartitionId[],
  end: EndAt,
): Promise<Result<readonly (number | null)[]>> {
  switch (end.kind) {
    case 'never':
      return ok(partitions.map(() => null));
    case 'latest':
      return client.offsets(partitions, 'latest');
    case 'timestamp':
      return client.offsets(partitions, { timestampMs: end.timestampMs });
    case 'offsets':
      return withDefault(
        client,
        partitions,
        partitions.map(({ partition }) => end.offsets.get(partition) ?? null),
        'latest',
      );
    case 'group': {
      const { groupId } = end;
      const committed =
        groupId === null ? ok(partitions.map(() => null)) : await client.committedOffsets(groupId, partitions);
      return committed.ok ? withDefault(client, partitions, committed.value, 'latest') : committed;
    }
  }
}

async function withDefault(
  client: BrokerClient,
  partitions: readonly PartitionId[],
  offsets: readonly (number | null)[],
  fallback: 'earliest' | 'latest',
): Promise<Result<readonly number[]>> {
  if (offsets.every((offset): offset is number => offset !== null)) return ok(offsets);
  const defaults = await client.offsets(partitions, fallback);
  return defaults.ok ? ok(offsets.map((offset, index) => offset ?? defaults.value[index] ?? 0)) : defaults;
}
