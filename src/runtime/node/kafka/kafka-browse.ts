/**
 * Looking at a cluster from outside a run: does it answer, which topics has it, what do their newest records look
 * like. Each call opens a connection of its own and closes it; nothing is committed, so no consumer group sees it.
 * Settings come from `connectors/kafka/client-settings.ts`.
 */
import { err, type Failure, ok, type Result } from '../../base/result.ts';
import type { BrokerClient, BrokerRecord, BrokerSettings, Brokers, FetchStart } from '../../seams/broker.ts';

/** How long an answer may take that a person waits for. */
const ANSWER_MS_MAX = 15_000;
/** Bytes of keys and values of one sample: somebody looks at them. */
const SAMPLE_BYTES_MAX = 4 * 1024 * 1024;
/** Partitions of one sample: of a topic with more, those with the highest offsets. */
const SAMPLE_PARTITIONS_MAX = 64;
/** Times that a sample goes further back, because transactions and compaction leave offsets without records. */
const SAMPLE_STEPS_MAX = 8;

/** A partition, and which offsets it has: from `firstOffset` up to before `nextOffset`. */
export interface PartitionRange {
  readonly partition: number;
  readonly firstOffset: number;
  readonly nextOffset: number;
}

/** A topic. */
export interface TopicOverview {
  readonly topic: string;
  readonly partitions: readonly PartitionRange[];
  /** Offsets that it has; markers of transactions and compacted records count too, so there may be fewer records. */
  readonly recordCount: number;
}

/** What a cluster that answers says. */
export interface ConnectionAnswer {
  readonly topicCount: number;
  readonly elapsedMs: number;
}

/** A record and its partition. */
export interface SampledRecord extends BrokerRecord {
  readonly partition: number;
}

/** How a call is made. */
export interface BrowseOptions {
  /** Ends the call early; it then fails. */
  readonly signal?: AbortSignal;
  /** Time for the whole of it; 15 seconds unless said. */
  readonly answerMsMax?: number;
}

/** Connects, logs in and asks for the names of topics. The failure says what is wrong and what to do. */
export function testConnection(
  brokers: Brokers,
  settings: BrokerSettings,
  options: BrowseOptions = {},
): Promise<Result<ConnectionAnswer>> {
  const startMs = performance.now();
  return withClient(brokers, settings, options, async (client) => {
    const topics = await client.topics();
    if (!topics.ok) return topics;
    return ok({ topicCount: topics.value.length, elapsedMs: Math.round(performance.now() - startMs) });
  });
}

/** All topics that the user may see, by name; internal ones are left out. */
export function listTopics(
  brokers: Brokers,
  settings: BrokerSettings,
  options: BrowseOptions = {},
): Promise<Result<readonly TopicOverview[]>> {
  return withClient(brokers, settings, options, async (client) => {
    const topics = await client.topics();
    if (!topics.ok) return topics;
    return topics.value.length === 0 ? ok([]) : overviewsOf(client, [...topics.value].sort());
  });
}

/** The newest records of a topic, newest first; at most `recordCountMax`, over all of its partitions. */
export function sampleTopic(
  brokers: Brokers,
  settings: BrokerSettings,
  topic: string,
  recordCountMax: number,
  options: BrowseOptions = {},
): Promise<Result<readonly SampledRecord[]>> {
  return withClient(brokers, settings, options, async (client, isOver) => {
    const found = await overviewsOf(client, [topic]);
    if (!found.ok) return found;
    const ranges = (found.value[0]?.partitions ?? [])
      .filter(({ firstOffset, nextOffset }) => nextOffset > firstOffset)
      .sort((a, b) => b.nextOffset - a.nextOffset)
      .slice(0, SAMPLE_PARTITIONS_MAX);
    let records: readonly SampledRecord[] = [];
    let span = recordCountMax;
    for (let step = 0; step < SAMPLE_STEPS_MAX && !isOver(); step++) {
      const read = await readBack(client, topic, ranges, span, isOver);
      if (!read.ok) return read;
      records = read.value;
      const isWhole = ranges.every(({ firstOffset, nextOffset }) => nextOffset - span <= firstOffset);
      if (isWhole || records.length >= recordCountMax) break;
      span *= 4;
    }
    return ok([...records].sort(isNewer).slice(0, recordCountMax));
  });
}

function isNewer(a: SampledRecord, b: SampledRecord): number {
  return b.timestampMs - a.timestampMs || b.offset - a.offset || a.partition - b.partition;
}

async function overviewsOf(client: BrokerClient, topics: readonly string[]): Promise<Result<readonly TopicOverview[]>> {
  const partitions = await client.partitions(topics);
  if (!partitions.ok) return partitions;
  const first = await client.offsets(partitions.value, 'earliest');
  if (!first.ok) return first;
  const next = await client.offsets(partitions.value, 'latest');
  if (!next.ok) return next;
  const ranges = new Map<string, PartitionRange[]>(topics.map((topic) => [topic, []]));
  for (const [index, { topic, partition }] of partitions.value.entries())
    ranges.get(topic)?.push({ partition, firstOffset: first.value[index] ?? 0, nextOffset: next.value[index] ?? 0 });
  return ok(
    [...ranges].map(([topic, own]) => ({
      topic,
      partitions: own,
      recordCount: own.reduce((sum, { firstOffset, nextOffset }) => sum + nextOffset - firstOffset, 0),
    })),
  );
}

/** The records of the last `span` offsets of each partition. */
async function readBack(
  client: BrokerClient,
  topic: string,
  ranges: readonly PartitionRange[],
  span: number,
  isOver: () => boolean,
): Promise<Result<readonly SampledRecord[]>> {
  const starts = ranges.map(({ partition, firstOffset, nextOffset }): FetchStart => {
    return { topic, partition, offset: Math.max(firstOffset, nextOffset - span), endOffset: nextOffset };
  });
  const open = new Map(starts.map(({ partition, endOffset }) => [partition, endOffset ?? 0]));
  const records: SampledRecord[] = [];
  let sizeBytes = 0;
  let wake = (): void => {};
  const feed = client.fetch(starts, () => wake(), 'earliest');
  try {
    while (open.size > 0 && sizeBytes < SAMPLE_BYTES_MAX && !isOver()) {
      // Before `take`: what arrives in between must not be missed.
      const arrival = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const taken = feed.take();
      if (!taken.ok) return taken;
      if (taken.value === null) {
        await Promise.race([arrival, sleep(200)]);
        continue;
      }
      const { partition, nextOffset } = taken.value;
      for (const record of taken.value.records) {
        records.push({ ...record, partition });
        sizeBytes += (record.key?.length ?? 0) + (record.value?.length ?? 0);
      }
      if (nextOffset >= (open.get(partition) ?? 0)) open.delete(partition);
    }
    return ok(records);
  } finally {
    feed.close();
  }
}

/** Runs with a connection that is closed afterwards, for as long as somebody waits. */
async function withClient<T>(
  brokers: Brokers,
  settings: BrokerSettings,
  { signal, answerMsMax = ANSWER_MS_MAX }: BrowseOptions,
  run: (client: BrokerClient, isOver: () => boolean) => Promise<Result<T>>,
): Promise<Result<T>> {
  const client = brokers.connect(settings);
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  const over = new Promise<Result<never>>((resolve) => {
    const server = settings.servers.join(', ');
    const late = `Kafka at ${server} did not answer within ${Math.round(answerMsMax / 1000)} seconds: check 'properties.bootstrap.servers' and 'properties.security.protocol', and whether the addresses that the brokers advertise can be reached from here.`;
    timer = setTimeout(() => resolve(err(failure(late))), answerMsMax);
    signal?.addEventListener('abort', () => resolve(err(failure('Asking Kafka was cancelled.'))), { once: true });
  });
  try {
    return await Promise.race([run(client, () => isOver), over]);
  } finally {
    isOver = true;
    clearTimeout(timer);
    client.close();
  }
}

function failure(message: string): Failure {
  return { domain: 'network', message, retry: 'later' };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
