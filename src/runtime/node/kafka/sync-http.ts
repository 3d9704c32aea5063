/**
 * HTTP that is waited for. Formats ask a schema registry while a record is being read, and have no way to come back
 * later; there are as few questions as schemas. A thread asks, and this one sleeps until it has the answer: it is the
 * thread of one run and nothing else waits for it.
 */
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';

/** A question. `bodyText` makes it a POST. */
export interface HttpRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyText: string | null;
  /** PEM certificates to trust; null: what the system trusts. */
  readonly ca: string | null;
  /** PKCS #12 or PEM with the own certificate and key. */
  readonly keystore: Uint8Array | null;
  readonly keystorePassword: string | null;
  readonly timeoutMs: number;
}

/** An answer, or why there is none. */
export type HttpAnswer =
  | { readonly kind: 'answer'; readonly status: number; readonly text: string }
  | { readonly kind: 'failure'; readonly message: string };

/** Answers longer than this are not read. */
const ANSWER_BYTES_MAX = 8 * 1024 * 1024;

/** The thread's program. It is text, so that it needs no file of its own beside a bundle. */
const PROGRAM = `
const { workerData, parentPort } = require('node:worker_threads');
parentPort.on('message', ({ request, done, port }) => {
  let isOver = false;
  const answer = (message) => {
    if (isOver) return;
    isOver = true;
    port.postMessage(message);
    Atomics.store(done, 0, 1);
    Atomics.notify(done, 0);
    port.close();
  };
  try {
    const url = new URL(request.url);
    const client = require(url.protocol === 'https:' ? 'node:https' : 'node:http');
    const isPem = request.keystore !== null && Buffer.from(request.keystore).includes('-----BEGIN');
    const identity = request.keystore === null ? {} : isPem
      ? { cert: Buffer.from(request.keystore), key: Buffer.from(request.keystore), passphrase: request.keystorePassword ?? undefined }
      : { pfx: Buffer.from(request.keystore), passphrase: request.keystorePassword ?? undefined };
    const call = client.request(url, {
      method: request.bodyText === null ? 'GET' : 'POST',
      headers: request.headers,
      timeout: request.timeoutMs,
      ...(request.ca === null ? {} : { ca: request.ca }),
      ...identity,
    }, (response) => {
      const parts = [];
      let size = 0;
      response.on('data', (part) => {
        size += part.length;
        if (size > workerData.answerBytesMax) call.destroy(new Error('the answer is too long'));
        else parts.push(part);
      });
      response.on('end', () => answer({ kind: 'answer', status: response.statusCode ?? 0, text: Buffer.concat(parts).toString('utf8') }));
      response.on('error', (error) => answer({ kind: 'failure', message: error.message }));
    });
    call.on('timeout', () => call.destroy(new Error('no answer within ' + request.timeoutMs + ' ms')));
    call.on('error', (error) => answer({ kind: 'failure', message: error.message || error.code || String(error) }));
    if (request.bodyText !== null) call.write(request.bodyText);
    call.end();
  } catch (error) {
    answer({ kind: 'failure', message: error instanceof Error ? error.message : String(error) });
  }
});
`;

let worker: Worker | null = null;

/** Asks and waits for the answer. Never in a thread that must stay responsive. */
export function httpSync(request: HttpRequest): HttpAnswer {
  worker ??= startWorker();
  const done = new Int32Array(new SharedArrayBuffer(4));
  const { port1, port2 } = new MessageChannel();
  worker.postMessage({ request, done, port: port2 }, [port2]);
  // The thread itself gives up earlier; this is for one that has died.
  const waited = Atomics.wait(done, 0, 0, request.timeoutMs + 5000);
  const received = waited === 'timed-out' ? undefined : (receiveMessageOnPort(port1)?.message as HttpAnswer);
  port1.close();
  return received ?? { kind: 'failure', message: `no answer within ${request.timeoutMs + 5000} ms` };
}

function startWorker(): Worker {
  const started = new Worker(PROGRAM, { eval: true, workerData: { answerBytesMax: ANSWER_BYTES_MAX } });
  started.unref();
  started.on('error', () => {
    worker = null;
  });
  return started;
}
