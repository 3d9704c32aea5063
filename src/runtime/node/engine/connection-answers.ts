/**
 * What a supervisor answers about connections: does a cluster answer, which topics has it, what do their records look
 * like. It is asked by a person, outside of any run; nothing is connected for a project that is not trusted.
 */
import { ok } from '../../base/result.ts';
import { registryPasswordName } from '../../connections/connection.ts';
import { brokersWithSecrets, type Secret, secretFor } from '../../connections/secrets.ts';
import type { CommandIn, CommandOut, Service } from '../../contract/contract.ts';
import type { EngineContract } from '../../contract/engine-contract.ts';
import { brokerSettings } from '../../job/broker-settings.ts';
import type { BrokerSettings, Brokers } from '../../seams/broker.ts';
import { listTopics, type SampledRecord, sampleTopic, testConnection } from '../kafka/kafka-browse.ts';
import { kafkaBrokers } from '../kafka/kafka-client.ts';
import { schemaText } from './registry-question.ts';
import { type TrustedFolders, untrusted } from './trusted-folders.ts';

/** What answers are made from. */
export interface ConnectionSources {
  readonly trust: TrustedFolders;
  /** The secrets that the main process keeps. */
  readonly secrets?: () => readonly Secret[];
}

type Commands = 'connections.test' | 'connections.topics' | 'connections.sample' | 'connections.schema';
type Access = CommandIn<EngineContract, 'connections.test'>;
type FailureMessage = NonNullable<CommandOut<EngineContract, 'connections.test'>['failure']>;

/** Bytes of a key, a value or a header that are shown and looked at for a schema. */
const SHOWN_BYTES_MAX = 64 * 1024;
/** Records of one sample. */
const SAMPLE_COUNT_MAX = 500;

/** The handlers of the commands about connections. */
export function connectionAnswers({
  trust,
  secrets = () => [],
}: ConnectionSources): Pick<Service<EngineContract>, Commands> {
  const open = (access: Access): Opened => {
    if (!trust.has(access.folder)) return { isOpen: false, failure: untrustedFailure(access.folder) };
    const settings = brokerSettings(new Map(Object.entries(access.properties)));
    if (!settings.ok) return { isOpen: false, failure: settings.error };
    // What was typed a moment ago comes from the user, who sees where it goes.
    const typed = Object.entries(access.typed).map(([name, value]): Secret => ({ name, value, addresses: null }));
    return {
      isOpen: true,
      brokers: brokersWithSecrets(kafkaBrokers(), [...typed, ...secrets()]),
      settings: settings.value,
    };
  };
  return {
    'connections.test': async (access) => {
      const opened = open(access);
      if (!opened.isOpen) return { answer: null, failure: opened.failure };
      const tested = await testConnection(opened.brokers, opened.settings);
      return tested.ok ? { answer: tested.value, failure: null } : { answer: null, failure: failureOf(tested.error) };
    },
    'connections.topics': async (access) => {
      const opened = open(access);
      if (!opened.isOpen) return { topics: [], failure: opened.failure };
      const found = await listTopics(opened.brokers, opened.settings);
      if (!found.ok) return { topics: [], failure: failureOf(found.error) };
      const topics = found.value.map(({ topic, partitions, recordCount }) => {
        return { topic, partitionCount: partitions.length, recordCount };
      });
      return { topics, failure: null };
    },
    'connections.schema': async ({ folder, connection, url, user, schemaId }) => {
      if (!trust.has(folder)) return { schema: null, failure: untrustedFailure(folder) };
      const password = user === '' ? ok('') : secretFor(registryPasswordName(connection), [url], secrets());
      if (!password.ok) return { schema: null, failure: failureOf(password.error) };
      const asked = await schemaText(url, user === '' ? null : `${user}:${password.value}`, schemaId);
      return asked.ok ? { schema: asked.value, failure: null } : { schema: null, failure: failureOf(asked.error) };
    },
    'connections.sample': async ({ topic, countMax, ...access }) => {
      const opened = open(access);
      if (!opened.isOpen) return { records: [], failure: opened.failure };
      const count = Math.max(1, Math.min(SAMPLE_COUNT_MAX, Math.floor(countMax)));
      const sampled = await sampleTopic(opened.brokers, opened.settings, topic, count);
      return sampled.ok
        ? { records: sampled.value.map(recordMessage), failure: null }
        : { records: [], failure: failureOf(sampled.error) };
    },
  };
}

type Opened =
  | { readonly isOpen: true; readonly brokers: Brokers; readonly settings: BrokerSettings }
  | { readonly isOpen: false; readonly failure: FailureMessage };

/** For the threads of runs: the supervisor answers these commands. */
export function connectionsElsewhere(notHere: () => never): Pick<Service<EngineContract>, Commands> {
  return {
    'connections.test': notHere,
    'connections.topics': notHere,
    'connections.schema': notHere,
    'connections.sample': notHere,
  };
}

function untrustedFailure(folder: string): FailureMessage {
  const { message, hint } = untrusted(folder);
  return { message, hint: hint ?? '' };
}

function failureOf({ message }: { readonly message: string }): FailureMessage {
  // The first colon parts what is wrong from what to do.
  const cut = message.search(/: (?=\S)/);
  return cut < 0
    ? { message, hint: '' }
    : { message: `${message.slice(0, cut)}.`, hint: capitalised(message.slice(cut + 2)) };
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function recordMessage(record: SampledRecord): CommandOut<EngineContract, 'connections.sample'>['records'][number] {
  const { partition, offset, timestampMs, key, value, headers } = record;
  return {
    partition,
    offset,
    timestampMs: timestampMs < 0 ? null : timestampMs,
    key: shown(key),
    value: shown(value),
    headers: headers.map(([name, bytes]) => ({ name, value: shown(bytes) })),
    valueSizeBytes: value?.length ?? 0,
  };
}

/** A copy: what is sent must not take the whole answer of a broker along, of which it may be a view. */
function shown(bytes: Uint8Array | null): Uint8Array<ArrayBuffer> | null {
  return bytes === null ? null : new Uint8Array(bytes.subarray(0, SHOWN_BYTES_MAX));
}
