/** Partitions in the groups in which requests want them. */
import type { PartitionId } from '../../seams/broker.ts';
import type { RawBroker, RawCluster } from './kafka-internals.ts';

/** Partitions by the broker that leads them. */
export async function leadersOf<T extends PartitionId>(
  cluster: RawCluster,
  partitions: readonly T[],
): Promise<ReadonlyMap<RawBroker, readonly T[]>> {
  const byLeader = new Map<string, T[]>();
  for (const id of partitions) {
    const found = cluster.findTopicPartitionMetadata(id.topic).find((each) => each.partitionId === id.partition);
    const leader = String(found?.leader ?? -1);
    const own = byLeader.get(leader) ?? [];
    own.push(id);
    byLeader.set(leader, own);
  }
  const brokers = new Map<RawBroker, readonly T[]>();
  for (const [nodeId, own] of byLeader) brokers.set(await cluster.findBroker({ nodeId }), own);
  return brokers;
}

/** Partitions as requests want them. */
export function byTopic<T extends PartitionId, M>(
  partitions: readonly T[],
  more: (id: T) => M,
): { readonly topic: string; readonly partitions: ({ readonly partition: number } & M)[] }[] {
  const topics = new Map<string, ({ readonly partition: number } & M)[]>();
  for (const id of partitions) {
    const own = topics.get(id.topic) ?? [];
    own.push({ partition: id.partition, ...more(id) });
    topics.set(id.topic, own);
  }
  return [...topics].map(([topic, own]) => ({ topic, partitions: own }));
}

/** A partition as a key. */
export function keyOf({ topic, partition }: PartitionId): string {
  return `${topic}-${partition}`;
}
