/**
 * A schema registry that speaks Confluent's API, behind the port of `seams/schema-registry.ts`. Every schema is asked
 * for once in a run. Flink: `CachedSchemaRegistryClient` behind `ConfluentSchemaRegistryCoder`.
 */
import * as fs from 'node:fs';
import { err, ok, type Result } from '../../base/result.ts';
import type { RegistrySettings, SchemaRegistries, SchemaRegistry } from '../../seams/schema-registry.ts';
import { type HttpAnswer, httpSync } from './sync-http.ts';

const TIMEOUT_MS = 15_000;
const MEDIA_TYPE = 'application/vnd.schemaregistry.v1+json';

/** Registries on this machine's network. */
export function schemaRegistries(): SchemaRegistries {
  return { connect: (settings) => new RegistryClient(settings) };
}

class RegistryClient implements SchemaRegistry {
  readonly #settings: RegistrySettings;
  readonly #texts = new Map<number, string>();
  readonly #ids = new Map<string, number>();

  constructor(settings: RegistrySettings) {
    this.#settings = settings;
  }

  schemaById(id: number): Result<string> {
    const known = this.#texts.get(id);
    if (known !== undefined) return ok(known);
    const answer = this.#ask(`schemas/ids/${id}`, null, `Could not find schema with id ${id} in registry`);
    if (!answer.ok) return answer;
    const { schema } = answer.value;
    if (typeof schema !== 'string') return failed(`The registry gave no schema for id ${id}.`);
    this.#texts.set(id, schema);
    return ok(schema);
  }

  register(subject: string, schemaText: string): Result<number> {
    const key = `${subject}\n${schemaText}`;
    const known = this.#ids.get(key);
    if (known !== undefined) return ok(known);
    const body = JSON.stringify({ schema: schemaText });
    const path = `subjects/${encodeURIComponent(subject)}/versions`;
    const answer = this.#ask(path, body, `Could not register schema in registry (subject ${subject})`);
    if (!answer.ok) return answer;
    const { id } = answer.value;
    if (typeof id !== 'number') return failed(`The registry gave no id for the schema of ${subject}.`);
    this.#ids.set(key, id);
    return ok(id);
  }

  /** Asks one address after the other, until one answers at all. */
  #ask(path: string, bodyText: string | null, what: string): Result<Readonly<Record<string, unknown>>> {
    const files = this.#files();
    if (!files.ok) return files;
    let last = '';
    for (const url of this.#settings.urls) {
      const answer = httpSync({
        url: `${url.replace(/\/+$/, '')}/${path}`,
        headers: this.#headers(bodyText),
        bodyText,
        ...files.value,
        keystorePassword: this.#settings.keystorePassword,
        timeoutMs: TIMEOUT_MS,
      });
      if (answer.kind === 'answer' && answer.status < 500) return readAnswer(answer, what, url);
      const reason = answer.kind === 'failure' ? answer.message : `status ${answer.status}`;
      last = `${what}: ${url} cannot be used (${reason}). See whether the address is right and the registry runs.`;
    }
    return failed(last, 'later');
  }

  #headers(bodyText: string | null): Record<string, string> {
    const { basicAuth, bearerToken } = this.#settings;
    const headers: Record<string, string> = { Accept: MEDIA_TYPE };
    if (bodyText !== null) {
      headers['Content-Type'] = MEDIA_TYPE;
      headers['Content-Length'] = String(Buffer.byteLength(bodyText));
    }
    if (basicAuth !== null) headers.Authorization = `Basic ${Buffer.from(basicAuth).toString('base64')}`;
    else if (bearerToken !== null) headers.Authorization = `Bearer ${bearerToken}`;
    return headers;
  }

  #files(): Result<{ readonly ca: string | null; readonly keystore: Uint8Array | null }> {
    const { caFile, keystoreFile } = this.#settings;
    try {
      return ok({
        ca: caFile === null ? null : fs.readFileSync(caFile, 'utf8'),
        keystore: keystoreFile === null ? null : fs.readFileSync(keystoreFile),
      });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return failed(`A certificate for the schema registry cannot be read: ${reason}`);
    }
  }
}

function readAnswer(
  { status, text }: Extract<HttpAnswer, { readonly kind: 'answer' }>,
  what: string,
  url: string,
): Result<Readonly<Record<string, unknown>>> {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    body = null;
  }
  const fields = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  if (status < 300 && body !== null) return ok(fields);
  const said = typeof fields.message === 'string' ? fields.message : text.slice(0, 200);
  const hint = status === 401 || status === 403 ? ' The registry wants another user or password.' : '';
  return failed(`${what}: ${url} says ${status} ${said}.${hint}`);
}

function failed(message: string, retry: 'later' | 'never' = 'never'): Result<never> {
  return err({ domain: 'network', message, retry });
}
