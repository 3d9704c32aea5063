/**
 * One question to a Flink over HTTP. Addresses come from the user, answers from another machine: no redirects, a bound
 * on time and size, and every failure a sentence with what to do.
 */
import { err, ok, type Result } from '../../base/result.ts';

/** Why there is no answer. */
export interface AskFailure {
  /** HTTP status; 0: there was no answer at all. */
  readonly status: number;
  readonly message: string;
  readonly hint: string;
  /** What the other end said about it, in full; empty: nothing. */
  readonly said: string;
}

/** A question. */
export interface Question {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly body?: unknown;
  readonly timeoutMs?: number;
}

/** A cluster that has not answered by then is as good as away. */
const TIMEOUT_MS = 10_000;
/** Plans of very large jobs have some megabytes. */
const ANSWER_BYTES_MAX = 32 * 1024 * 1024;

/** Asks. `base` is `http://host:port`, perhaps with a path in front of Flink's own. */
export async function askJson(
  base: string,
  path: string,
  question: Question = {},
): Promise<Result<unknown, AskFailure>> {
  const address = addressOf(base);
  if (address === null) {
    return no(0, `${base === '' ? 'No address is set.' : `${base} is no address.`}`, 'Write it as http://host:port.');
  }
  const { method = 'GET', body, timeoutMs = TIMEOUT_MS } = question;
  try {
    const response = await fetch(`${address}${path}`, {
      method,
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
      headers: { Accept: 'application/json', ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await readText(response);
    if (text === null) return no(response.status, `${address} gave an answer that is too large.`, '');
    if (!response.ok) {
      const said = errorsOf(text);
      return no(
        response.status,
        said === '' ? `${address} answered with status ${response.status}.` : rootCause(said),
        '',
        said,
      );
    }
    try {
      return ok(text === '' ? {} : JSON.parse(text));
    } catch {
      return no(response.status, `What answers at ${address} is no Flink.`, 'Check the address and the port.');
    }
  } catch (error) {
    return no(
      0,
      `${address} does not answer: ${reasonOf(error)}.`,
      'Check that it runs, and that this machine reaches it.',
    );
  }
}

function no(status: number, message: string, hint: string, said = ''): Result<never, AskFailure> {
  return err({ status, message, hint, said });
}

/** The address without a last slash; null when it is none. */
function addressOf(base: string): string | null {
  try {
    const url = new URL(base);
    if (url.protocol !== 'http:' && url.protocol !== 'https:') return null;
    return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
  } catch {
    return null;
  }
}

async function readText(response: Response): Promise<string | null> {
  const pieces: Uint8Array[] = [];
  let sizeBytes = 0;
  const reader = response.body?.getReader();
  if (reader === undefined) return '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return Buffer.concat(pieces).toString('utf8');
    sizeBytes += value.byteLength;
    if (sizeBytes > ANSWER_BYTES_MAX) {
      void reader.cancel();
      return null;
    }
    pieces.push(value);
  }
}

/** Flink's errors are a list: a headline, and the stack of the server. */
function errorsOf(text: string): string {
  try {
    const { errors } = JSON.parse(text) as { errors?: unknown };
    return Array.isArray(errors) ? errors.filter((each) => typeof each === 'string').join('\n') : '';
  } catch {
    return '';
  }
}

/** The innermost cause in a Java stack that says something: its class and its words. */
export function innermostCause(said: string): { readonly name: string; readonly message: string } | null {
  const causes = [
    ...said.matchAll(
      /(?:^|\n|: )(?:Caused by: )?((?:[\w$]+\.)+[\w$]*(?:Exception|Error)[\w$]*)(?:: ([\s\S]*?))?(?=\n\s*at |\n\s*\.\.\. |\nCaused by: |$)/g,
    ),
  ];
  const withText = causes.filter((cause) => (cause[2] ?? '').trim() !== '');
  const [, name = '', text = ''] = withText[withText.length - 1] ?? [];
  if (name === '') return null;
  // A cause may be told as the text of another.
  const [inner = ''] = /^(?:(?:[\w$]+\.)+[\w$]*(?:Exception|Error): )+/.exec(text) ?? [];
  const names = inner.split(': ').filter((each) => each !== '');
  return { name: names[names.length - 1] ?? name, message: text.slice(inner.length).trim() };
}

/** The words of the innermost cause in a Java stack; the first line where there is no stack. */
export function rootCause(said: string): string {
  return innermostCause(said)?.message ?? said.split('\n')[0]?.trim() ?? said;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return 'it took too long';
  // fetch hides the reason behind "fetch failed".
  const { cause } = error as { cause?: unknown };
  return cause instanceof Error ? ((cause as { code?: string }).code ?? cause.message) : error.message;
}
