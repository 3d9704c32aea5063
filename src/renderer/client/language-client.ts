/**
 * The language worker as a client of the language contract: parsing and edits never block a frame. A
 * worker that does not come up, or that ends, is replaced and asked again: its calls carry all they
 * need, so nothing is lost with it.
 */
import { type DomPortLike, overDomPort } from '../../runtime/contract/channel.ts';
import { type LanguageContract, languageContract } from '../../runtime/contract/language-contract.ts';
import { type Client, connect } from '../../runtime/contract/transport.ts';

/** What is needed of a worker. */
export interface WorkerLike extends DomPortLike {
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'error', listener: () => void): void;
  terminate(): void;
}

/** A worker that has not said a word by then is taken for lost; loading it takes a fraction of a second. */
const SILENCE_MS_MAX = 8_000;
/** Workers that one call may use up: what breaks the third one breaks all of them. */
const WORKERS_PER_CALL_MAX = 3;

/** Starts the worker of the window. */
export function startLanguageWorker(): Client<LanguageContract> {
  return keepLanguageWorker(
    () => new Worker(new URL('./language-worker.ts', import.meta.url), { type: 'module', name: 'language' }),
  );
}

/** Keeps one worker alive for the life of the window. */
export function keepLanguageWorker(startWorker: () => WorkerLike): Client<LanguageContract> {
  let current: Client<LanguageContract> | null = null;
  let isClosed = false;

  const start = (): Client<LanguageContract> => {
    const worker = startWorker();
    const client = connect(languageContract, overDomPort(worker));
    const giveUp = (): void => {
      clearTimeout(silence);
      if (current === client) current = null;
      worker.terminate();
      // Calls under way fail with `transport/closed` and are asked again below.
      client.close();
    };
    const silence = setTimeout(giveUp, SILENCE_MS_MAX);
    worker.addEventListener('message', () => clearTimeout(silence));
    worker.addEventListener('error', giveUp);
    current = client;
    return client;
  };
  start();

  return {
    async call(command, params) {
      for (let count = 1; ; count += 1) {
        const answer = await (current ?? start()).call(command, params);
        const isLost = !answer.ok && answer.error.code === 'transport/closed';
        if (!isLost || isClosed || count === WORKERS_PER_CALL_MAX) return answer;
      }
    },
    // The language contract has no events, and the worker is there as long as the window.
    on: () => ({ dispose: () => undefined }),
    onClosed: () => undefined,
    close() {
      isClosed = true;
      current?.close();
    },
  };
}
