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
  /** Settles once the worker has said that it listens, or is given up: no first message can be lost. */
  let current: Promise<Client<LanguageContract>> | null = null;
  let isClosed = false;

  const start = (): Promise<Client<LanguageContract>> => {
    const worker = startWorker();
    const client = connect(languageContract, overDomPort(worker));
    const started = new Promise<Client<LanguageContract>>((settle) => {
      const giveUp = (): void => {
        clearTimeout(silence);
        if (current === started) current = null;
        worker.terminate();
        // Calls under way fail with `transport/closed` and are asked again below.
        client.close();
        settle(client);
      };
      const silence = setTimeout(giveUp, SILENCE_MS_MAX);
      worker.addEventListener('message', () => {
        clearTimeout(silence);
        settle(client);
      });
      worker.addEventListener('error', giveUp);
    });
    current = started;
    return started;
  };
  start();

  return {
    async call(command, params) {
      for (let count = 1; ; count += 1) {
        const client = await (current ?? start());
        const answer = await client.call(command, params);
        const isLost = !answer.ok && answer.error.code === 'transport/closed';
        if (!isLost || isClosed || count === WORKERS_PER_CALL_MAX) return answer;
      }
    },
    // The language contract has no events, and the worker is there as long as the window.
    on: () => ({ dispose: () => undefined }),
    onClosed: () => undefined,
    close() {
      isClosed = true;
      void current?.then((client) => client.close());
    },
  };
}
