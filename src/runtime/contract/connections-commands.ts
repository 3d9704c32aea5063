/**
 * Connections to Kafka clusters: what the main process keeps of them (`connectionStoreCommands`, part of the workspace
 * contract) and what the engine process does with them (`connectionCommands`, part of the engine contract). A secret
 * goes from the window to the main process when it is typed, and never back.
 */
import * as z from 'zod/mini';

/** `Connection` of connections/connection.ts. */
export const connectionShape = z.object({
  name: z.string(),
  servers: z.string(),
  protocol: z.enum(['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL']),
  mechanism: z.enum(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512']),
  user: z.string(),
  ca: z.string(),
  registryUrl: z.string(),
  registryUser: z.string(),
});

/**
 * Where a secret is. `none`: it was never given. `session`: in memory, until the app ends. `sealed`: on the disk,
 * encrypted with a key of the system's keyring. `plain`: on the disk as it is. `unreadable`: sealed, and the keyring
 * does not open it any more.
 */
const keptShape = z.enum(['none', 'session', 'sealed', 'plain', 'unreadable']);

/** A connection as it is listed. */
export const storedConnectionShape = z.extend(connectionShape, { password: keptShape, registryPassword: keptShape });

const failureShape = z.nullable(z.object({ message: z.string(), hint: z.string() }));

/** Commands of the workspace contract. */
export const connectionStoreCommands = {
  'connections.list': {
    in: z.object({}),
    out: z.object({
      connections: z.array(storedConnectionShape),
      /** Whether the system has a keyring to seal secrets with. */
      canSeal: z.boolean(),
    }),
  },
  /**
   * Keeps a connection, in place of one of the same name. A secret that is null stays as it is kept; empty: it is
   * forgotten. A kept one belongs to the addresses it was given for, so with other addresses it must be given again.
   */
  'connections.save': {
    in: z.object({
      connection: connectionShape,
      password: z.nullable(z.string()),
      registryPassword: z.nullable(z.string()),
      keep: z.enum(['session', 'sealed', 'plain']),
    }),
    out: z.object({ failure: failureShape }),
  },
  'connections.delete': { in: z.object({ name: z.string() }), out: z.object({}) },
} as const;

/** How to reach a cluster: properties of a Kafka client, in which secrets are references. */
const accessShape = z.object({
  /** Folder of the project; nothing is connected where it is not trusted. */
  folder: z.string(),
  properties: z.record(z.string(), z.string()),
  /** Secrets as they were typed a moment ago, by name; others are those that the main process keeps. */
  typed: z.record(z.string(), z.string()),
});

const bytesShape = z.nullable(z.instanceof(Uint8Array));

/** A record of a topic as it is. Bytes are cut off after a bound. */
export const sampledRecordShape = z.object({
  partition: z.number(),
  offset: z.number(),
  /** Null: it has none. */
  timestampMs: z.nullable(z.number()),
  key: bytesShape,
  value: bytesShape,
  headers: z.array(z.object({ name: z.string(), value: bytesShape })),
  /** Bytes of the value before it was cut. */
  valueSizeBytes: z.number(),
});

/** A topic in the list of a cluster. */
export const topicShape = z.object({ topic: z.string(), partitionCount: z.number(), recordCount: z.number() });

/** Commands of the engine contract. */
export const connectionCommands = {
  /** Connects, signs in and looks around; ends after some seconds either way. */
  'connections.test': {
    in: accessShape,
    out: z.object({
      answer: z.nullable(z.object({ topicCount: z.number(), elapsedMs: z.number() })),
      failure: failureShape,
    }),
  },
  /** All topics that the user may see, by name. */
  'connections.topics': {
    in: accessShape,
    out: z.object({ topics: z.array(topicShape), failure: failureShape }),
  },
  /** The text of a schema that records name, from the registry of a connection (`user` empty: it asks for none). */
  'connections.schema': {
    in: z.object({
      folder: z.string(),
      connection: z.string(),
      url: z.string(),
      user: z.string(),
      schemaId: z.number(),
    }),
    out: z.object({ schema: z.nullable(z.string()), failure: failureShape }),
  },
  /** The newest records of a topic, newest first. */
  'connections.sample': {
    in: z.extend(accessShape, { topic: z.string(), countMax: z.number() }),
    out: z.object({ records: z.array(sampledRecordShape), failure: failureShape }),
  },
} as const;
