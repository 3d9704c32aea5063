/** What errors of Kafka mean to people: the thing and the remedy. */
import type { Failure } from '../../base/result.ts';
import type { BrokerSettings } from '../../seams/broker.ts';

/** What errors of kafkajs carry, and those made here: where, and how large. */
export interface KafkaError {
  readonly name?: string;
  readonly type?: string;
  readonly message?: string;
  readonly retriable?: boolean;
  readonly cause?: unknown;
  readonly originalError?: unknown;
  readonly code?: unknown;
  readonly topic?: string;
  readonly partition?: number;
  readonly sizeBytes?: number;
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
    const { sizeBytes } = error as KafkaError;
    const size = sizeBytes === undefined ? '' : ` of ${sizeBytes.toLocaleString('en')} bytes`;
    const remedy = "write smaller rows, or raise 'max.message.bytes' of the topic.";
    return failure(`A message${size} is larger than ${cluster} takes${about}: ${remedy}`, 'never');
  }
  if (type === 'OFFSET_OUT_OF_RANGE') {
    const remedy = "Set 'scan.startup.mode', or 'properties.auto.offset.reset' to earliest or latest.";
    return failure(
      `${cluster} no longer has the records to go on with${about}: they were deleted meanwhile. ${remedy}`,
      'never',
    );
  }
  if (name === 'KafkaJSSASLAuthenticationError' || type === 'SASL_AUTHENTICATION_FAILED') {
    const remedy =
      "check the user name and password in 'properties.sasl.jaas.config', and 'properties.sasl.mechanism'.";
    return failure(`${cluster} refused user ${sasl?.username ?? '(none)'}: ${remedy}`, 'later');
  }
  if (type === 'UNSUPPORTED_SASL_MECHANISM' || /SASL \S+ mechanism is not supported/.test(message))
    return failure(
      `${cluster} has no login by ${sasl?.mechanism.toUpperCase() ?? '(none)'}: correct 'properties.sasl.mechanism' (${message}).`,
      'later',
    );
  if (type === 'ILLEGAL_SASL_STATE')
    return failure(`${cluster} wants no login there: correct 'properties.security.protocol', or the port.`, 'later');
  if (type === 'PRODUCER_FENCED' || type === 'INVALID_PRODUCER_EPOCH') {
    const remedy = "let only one of them run, or give each a 'sink.transactional-id-prefix' of its own.";
    return failure(`Another run writes with the same transactions${about}: ${remedy}`, 'never');
  }
  if (isAway(name)) return failure(awayMessage(cluster, about, message.replace(/^Connection error: /, '')), 'later');
  return failure(
    `${cluster} failed${about}: ${message}.`.replace(/\.\.$/, '.'),
    isPassing(error, { wasThere: false }) ? 'later' : 'never',
  );
}

/** Why a broker cannot be reached, as far as the connection shows it. */
function awayMessage(cluster: string, about: string, reason: string): string {
  if (/ENOTFOUND|EAI_AGAIN/.test(reason))
    return `${cluster} cannot be reached${about}: there is no such host (${reason}). Correct 'properties.bootstrap.servers'; of a broker in a container, the name that it advertises must be known here too.`;
  if (/does not match certificate/.test(reason))
    return `${cluster} has a certificate for another name${about} (${reason}): use the name in the certificate, or set 'properties.ssl.endpoint.identification.algorithm' = ''.`;
  if (/certificate/.test(reason))
    return `${cluster} has a certificate that is not trusted here${about} (${reason}): give the one of its authority in PEM as 'properties.ssl.truststore.certificates'.`;
  if (/before secure TLS|wrong version number|packet length|EPROTO/.test(reason))
    return `${cluster} does not speak TLS there${about} (${reason}): correct 'properties.security.protocol', or the port.`;
  if (/^Closed connection/.test(reason))
    return `${cluster} hangs up${about}: it may want TLS or a login ('properties.security.protocol'), or is just starting.`;
  const remedy = "start it, or correct 'properties.bootstrap.servers'.";
  return `${cluster} cannot be reached${about} (${reason}): ${remedy}`;
}

function isAway(name: string): boolean {
  return /^KafkaJS(?:Connection|RequestTimeout|BrokerNotFound|Lock)/.test(name);
}

/**
 * Whether the same may succeed after a while: a leader that moves, a broker that restarts. `wasThere`: the topic has
 * been seen, so a broker that does not know it is one that has just started.
 */
export function isPassing(error: unknown, { wasThere }: { readonly wasThere: boolean }): boolean {
  const { name = '', type = '', retriable } = rootOf(error);
  if (name === 'KafkaJSSASLAuthenticationError' || type === 'OFFSET_OUT_OF_RANGE') return false;
  if (type === 'UNKNOWN_TOPIC_OR_PARTITION') return wasThere;
  return retriable === true || isAway(name);
}

/** Between attempts while a broker is away: at first, and at most. */
const RETRY_MS = 100;
const RETRY_MS_MAX = 1_000;

/** Tries again while a broker is away, until `apiTimeoutMs` have passed since the first failure; says so once. */
export class Patience {
  readonly #settings: BrokerSettings;
  readonly #note: (line: string) => void;
  #sinceMs: number | null = null;
  #waitMs = RETRY_MS;

  constructor(settings: BrokerSettings, note: (line: string) => void) {
    this.#settings = settings;
    this.#note = note;
  }

  /** Whether the last attempt failed. */
  get hasFailed(): boolean {
    return this.#sinceMs !== null;
  }

  /** Resolves when it is time to try again; throws what will not pass, or has not passed for too long. */
  async afterFailure(error: unknown, seen: { readonly wasThere: boolean }): Promise<void> {
    const nowMs = performance.now();
    const { apiTimeoutMs } = this.#settings;
    if (!isPassing(error, seen) || nowMs - (this.#sinceMs ?? nowMs) > apiTimeoutMs) throw error;
    if (this.#sinceMs === null) {
      this.#sinceMs = nowMs;
      const { message } = kafkaFailure(error, this.#settings);
      this.#note(`${message} Trying again for ${Math.round(apiTimeoutMs / 1000)} seconds.`);
    }
    await new Promise((resolve) => setTimeout(resolve, this.#waitMs));
    this.#waitMs = Math.min(RETRY_MS_MAX, this.#waitMs * 2);
  }

  /** An attempt succeeded. */
  end(): void {
    if (this.#sinceMs === null) return;
    this.#sinceMs = null;
    this.#waitMs = RETRY_MS;
    this.#note(`Kafka at ${this.#settings.servers.join(', ')} answers again.`);
  }
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
