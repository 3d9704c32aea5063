/**
 * Secrets at the moment of use: references in the settings of a Kafka client are put in where the connection is
 * opened, and nowhere before. So scripts, plans, recordings and messages only ever hold the reference.
 *
 * A secret of a connection goes to the brokers of that connection alone: a script that names another server together
 * with the reference gets a failure and not the password.
 */
import { err, type Failure, ok, type Result } from '../base/result.ts';
import { replaceSecrets, secretReferences, secretVariable } from '../program/secret-references.ts';
import type { BrokerClient, BrokerSettings, Brokers } from '../seams/broker.ts';

/** A secret with its value. */
export interface Secret {
  readonly name: string;
  readonly value: string;
  /** Addresses that it may be sent to; null: any (whoever set it as an environment variable chose the script too). */
  readonly addresses: readonly string[] | null;
}

/** Brokers that are connected with secrets in place of references. */
export function brokersWithSecrets(brokers: Brokers, secrets: readonly Secret[]): Brokers {
  return {
    connect(settings) {
      const resolved = settingsWithSecrets(settings, secrets);
      return resolved.ok ? brokers.connect(resolved.value) : refusing(resolved.error);
    },
  };
}

/** Settings of a client with secrets in place of references; the failure says which one is missing or not for these brokers. */
export function settingsWithSecrets(settings: BrokerSettings, secrets: readonly Secret[]): Result<BrokerSettings> {
  const { put, failure } = secretTexts(settings.servers, secrets);
  const { sasl, tls } = settings;
  const resolved: BrokerSettings = {
    ...settings,
    sasl: sasl === null ? null : { ...sasl, username: put(sasl.username), password: put(sasl.password) },
    tls:
      tls === null
        ? null
        : {
            ...tls,
            key: tls.key === null ? null : put(tls.key),
            keyPassword: tls.keyPassword === null ? null : put(tls.keyPassword),
          },
  };
  const missing = failure();
  return missing === null ? ok(resolved) : err(missing);
}

/** Puts secrets into texts that go to `addresses`; `failure` is the first secret that is missing or not for them. */
export function secretTexts(
  addresses: readonly string[],
  secrets: readonly Secret[],
): { readonly put: (text: string) => string; readonly failure: () => Failure | null } {
  let first: Failure | null = null;
  return {
    put(text) {
      for (const name of secretReferences(text)) {
        const found = secretFor(name, addresses, secrets);
        if (!found.ok) first ??= found.error;
      }
      return replaceSecrets(text, (name) => secrets.find((secret) => secret.name === name)?.value ?? null);
    },
    failure: () => first,
  };
}

/** The secrets that a script refers to: a run gets no others. */
export function secretsOf(script: string, secrets: readonly Secret[]): readonly Secret[] {
  const names = new Set(secretReferences(script));
  return secrets.filter(({ name }) => names.has(name));
}

/** The value of a secret for whoever is at all of `addresses`. */
export function secretFor(name: string, addresses: readonly string[], secrets: readonly Secret[]): Result<string> {
  const secret = secrets.find((each) => each.name === name);
  if (secret === undefined)
    return refuse(
      `The secret ${name} is not known here. In the designer, enter it in Connections; on the command line, set ${secretVariable(name)} or give it with --secrets.`,
    );
  const { addresses: allowed } = secret;
  const foreign = allowed === null ? undefined : addresses.find((address) => !allowed.includes(address));
  if (foreign !== undefined)
    return refuse(
      `The secret ${name} is not sent to ${foreign}: its connection is for ${allowed?.join(', ')}. Correct 'properties.bootstrap.servers', or enter the password for that address in Connections.`,
    );
  return ok(secret.value);
}

function refuse(message: string): Result<never> {
  return err({ domain: 'network', message, retry: 'never' });
}

/** A client that says why it is none. */
function refusing(failure: Failure): BrokerClient {
  const answer = async (): Promise<Result<never>> => err(failure);
  const producer = {
    send: () => err(failure),
    waitFor: () => null,
    flush: answer,
    close: () => {},
  };
  return {
    topics: answer,
    partitions: answer,
    offsets: answer,
    committedOffsets: answer,
    fetch: () => ({ take: () => err(failure), add: () => {}, close: () => {} }),
    produce: () => producer,
    produceIn: () => ({ ...producer, prepare: () => null }),
    endTransaction: answer,
    fence: answer,
    close: () => {},
  };
}
