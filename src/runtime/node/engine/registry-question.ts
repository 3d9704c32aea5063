/**
 * One question to a schema registry, for somebody who looks at a topic: the text of a schema by its number. Runs ask
 * by `kafka/schema-registry.ts`, which waits; here others wait for the same thread.
 */
import { err, ok, type Result } from '../../base/result.ts';

const ANSWER_MS_MAX = 10_000;
/** A schema is a few kilobytes. */
const ANSWER_CHARS_MAX = 4_000_000;

/** The text of the schema, or why it is not there. `login`: `user:password`. */
export async function schemaText(url: string, login: string | null, schemaId: number): Promise<Result<string>> {
  const fail = (message: string): Result<never> => err({ domain: 'network', message, retry: 'later' });
  if (!/^https?:\/\/[^\s/]+/.test(url)) return fail(`${url} is no address of a registry: write https://host:port.`);
  const address = `${url.replace(/\/+$/, '')}/schemas/ids/${Math.floor(schemaId)}`;
  const headers = {
    Accept: 'application/vnd.schemaregistry.v1+json',
    ...(login === null ? {} : { Authorization: `Basic ${Buffer.from(login).toString('base64')}` }),
  };
  try {
    // Elsewhere than where it was sent the login has no business.
    const answer = await fetch(address, { headers, redirect: 'error', signal: AbortSignal.timeout(ANSWER_MS_MAX) });
    const text = await answer.text();
    if (answer.status === 401 || answer.status === 403)
      return fail(
        `The registry at ${url} refused ${login === null ? 'to answer without a user' : 'this user'}: check its user and password in Connections.`,
      );
    if (answer.status === 404)
      return fail(`The registry at ${url} does not know schema ${schemaId}: check the address of the registry.`);
    if (!answer.ok || text.length > ANSWER_CHARS_MAX)
      return fail(`The registry at ${url} failed: status ${answer.status}.`);
    const parsed: unknown = JSON.parse(text);
    const schema = (parsed as { readonly schema?: unknown } | null)?.schema;
    return typeof schema === 'string'
      ? ok(schema)
      : fail(`The registry at ${url} gave no schema for number ${schemaId}.`);
  } catch (error) {
    const reason =
      error instanceof Error ? (error.cause instanceof Error ? error.cause.message : error.message) : String(error);
    return fail(
      `The registry at ${url} cannot be reached (${reason}): start it, or correct its address in Connections.`,
    );
  }
}
