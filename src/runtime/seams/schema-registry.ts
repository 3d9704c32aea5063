/**
 * A registry of Avro schemas as formats see it (Confluent's API, which others speak too). Its answers are waited for:
 * there are as many questions as schemas, and no record can be read before the answer. The real one is
 * `node/kafka/schema-registry.ts`; a replay has none, because the recording holds the rows.
 */
import type { Result } from '../base/result.ts';

/** How to reach a registry, read from the options of a format. */
export interface RegistrySettings {
  /** One or more addresses, tried in turn. */
  readonly urls: readonly string[];
  /** `user:password`; null: none. */
  readonly basicAuth: string | null;
  readonly bearerToken: string | null;
  /** PEM file with the certificates to trust; null: what the system trusts. */
  readonly caFile: string | null;
  /** PEM or PKCS #12 file with the own certificate and key; null: none. */
  readonly keystoreFile: string | null;
  readonly keystorePassword: string | null;
}

/** A registry. */
export interface SchemaRegistry {
  /** The text of a schema by its number. */
  schemaById(id: number): Result<string>;
  /** Registers a schema under a subject, or finds it there; its number. */
  register(subject: string, schemaText: string): Result<number>;
}

/** Makes connections to registries. */
export interface SchemaRegistries {
  connect(settings: RegistrySettings): SchemaRegistry;
}
