/** Rows that tests put into topics and read back, by a client of their own. */
import type { RealBroker } from './real-broker.ts';

/** A record to put. */
export interface PutRecord {
  readonly partition?: number;
  readonly key?: string | null;
  readonly value: string | Buffer | null;
  readonly timestamp?: string;
  readonly headers?: Record<string, string>;
}

const RECORDS_A_REQUEST = 1_000;

/** Appends records, a thousand to a request. */
export async function putRows({ kafka }: RealBroker, topic: string, records: readonly PutRecord[]): Promise<void> {
  const producer = kafka.producer();
  await producer.connect();
  for (let first = 0; first < records.length; first += RECORDS_A_REQUEST) {
    const messages = records.slice(first, first + RECORDS_A_REQUEST).map((record) => ({ ...record }));
    await producer.send({ topic, messages });
  }
  await producer.disconnect();
}

/** What a reader of committed records sees of a topic. */
export interface CommittedValues {
  readonly values: readonly string[];
  /** Whether it came to the end of every partition: no transaction is left open that it must wait for. */
  readonly isWhole: boolean;
}

const SILENCE_MS_MAX = 5_000;
const END = 'the end';

/**
 * Reads all that is committed. A record behind the last one of each partition shows that nothing is left open: a
 * reader of what is committed sees it only when all transactions before it have ended.
 */
export async function committedValues(broker: RealBroker, topic: string): Promise<CommittedValues> {
  const admin = broker.kafka.admin();
  await admin.connect();
  const partitions = (await admin.fetchTopicOffsets(topic)).map(({ partition }) => partition);
  await admin.disconnect();
  const marks = partitions.map((partition) => ({ partition, value: END }));
  await putRows(broker, topic, marks);
  const values: string[] = [];
  let endCount = 0;
  let lastMs = Date.now();
  const groupId = `reader-of-${topic}-${Date.now()}`;
  const consumer = broker.kafka.consumer({ groupId, maxWaitTimeInMs: 200, readUncommitted: false });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    eachBatch: async ({ batch }) => {
      lastMs = Date.now();
      for (const { value } of batch.messages) {
        if (String(value) === END) endCount += 1;
        else values.push(String(value));
      }
    },
  });
  while (endCount < partitions.length && Date.now() - lastMs < SILENCE_MS_MAX)
    await new Promise((resolve) => setTimeout(resolve, 50));
  await consumer.disconnect();
  return { values, isWhole: endCount === partitions.length };
}
