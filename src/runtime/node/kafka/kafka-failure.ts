/** What errors of Kafka mean to people: the thing and the remedy. */
import type { Failure } from '../../base/result.ts';
import type { BrokerSettings } from '../../seams/broker.ts';

interface KafkaError {
  readonly name?: string;
  readonly type?: string;
  readonly message?: string;
  readonly retriable?: boolean;
  readonly cause?: unknown;
  readonly originalError?: unknown;
  readonly code?: unknown;
}

/** `what` completes "Topic orders …": which topic, partition or group it was about; empty when none. */
export function kafkaFailure(error: unknown, { servers, sasl }: BrokerSettings, what = ''): Failure {
  const { name = '', type = '', message = String(error) } = rootOf(error);
  const cluster = `Kafka at ${servers.join(', ')}`;
  const failure = (text: string, retry: Failure['retry']): Failure => ({ domain: 'network', message: text, retry });
  const about = what === '' ? '' : ` (${what})`;
  if (type === 'UNKNOWN_TOPIC_OR_PARTITION')
    return failure(`${cluster} does not have ${what}: create the topic or correct 'topic'.`, 'later');
  if (type === 'TOPIC_AUTHORIZATION_FAILED' || type === 'GROUP_AUTHORIZATION_FAILED')
    return failure(
      `${cluster} does not let user ${sasl?.username ?? '(none)'} use ${what}: ask for the right.`,
      'later',
    );
  if (type === 'INVALID_TOPIC_EXCEPTION') return failure(`${what} is not a name that a topic can have.`, 'never');
  if (type === 'MESSAGE_TOO_LARGE' || type === 'RECORD_LIST_TOO_LARGE') {
    const remedy = "write smaller rows, or raise 'max.message.bytes' of the topic.";
    return failure(`A message is larger than ${cluster} takes${about}: ${remedy}`, 'never');
  }
  if (name === 'KafkaJSOffsetOutOfRange')
    return failure(`${cluster} no longer has the records to go on with${about}: they were deleted meanwhile.`, 'never');
  if (name === 'KafkaJSSASLAuthenticationError' || type === 'SASL_AUTHENTICATION_FAILED') {
    const remedy =
      "check the user name and password in 'properties.sasl.jaas.config', and 'properties.sasl.mechanism'.";
    return failure(`${cluster} refused user ${sasl?.username ?? '(none)'}: ${remedy}`, 'later');
  }
  if (/^KafkaJS(?:Connection|RequestTimeout|BrokerNotFound|Lock)/.test(name)) {
    const remedy = "start it, or correct 'properties.bootstrap.servers' and 'properties.security.protocol'.";
    return failure(`${cluster} cannot be reached${about} (${message}): ${remedy}`, 'later');
  }
  return failure(`${cluster} failed${about}: ${message}.`.replace(/\.\.$/, '.'), isPassing(error) ? 'later' : 'never');
}

/** Whether the same may succeed after a while: a leader that moves, a broker that restarts. */
export function isPassing(error: unknown): boolean {
  const { name = '', type = '', retriable } = rootOf(error);
  if (name === 'KafkaJSSASLAuthenticationError' || name === 'KafkaJSOffsetOutOfRange') return false;
  if (type === 'UNKNOWN_TOPIC_OR_PARTITION') return false;
  return retriable === true || /^KafkaJS(?:Connection|RequestTimeout|BrokerNotFound|Lock)/.test(name);
}

/** kafkajs wraps the reason when it has tried often enough. */
function rootOf(error: unknown): KafkaError {
  let current = (error ?? {}) as KafkaError;
  for (let depth = 0; depth < 5; depth++) {
    const isWrapper = current.name === 'KafkaJSNumberOfRetriesExceeded' || current.name === 'KafkaJSNonRetriableError';
    const inner = (current.originalError ?? current.cause) as KafkaError | undefined;
    if (!isWrapper || inner === undefined || inner === null) break;
    current = inner;
  }
  return current;
}
