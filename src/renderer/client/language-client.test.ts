/** What the window sees when its language worker does not come up or ends. */
import { afterEach, expect, it, vi } from 'vitest';
import { languageContract } from '../../runtime/contract/language-contract.ts';
import { answer } from '../../runtime/contract/transport.ts';
import { keepLanguageWorker, type WorkerLike } from './language-client.ts';
import { languageService } from './language-service.ts';

type Manner = 'fails' | 'breaks' | 'silent' | 'works';

/** A worker of the platform, in process: `fails` to load, `breaks` at its first call, is `silent` for ever, or `works`. */
class WorkerDouble extends EventTarget {
  readonly manner: Manner;

  constructor(manner: Manner) {
    super();
    this.manner = manner;
    setTimeout(() => {
      if (manner === 'fails') this.dispatchEvent(new Event('error'));
      else if (manner !== 'silent') this.dispatchEvent(new MessageEvent('message', { data: { type: 'ready' } }));
    });
  }

  postMessage(message: unknown): void {
    if (this.manner === 'breaks') setTimeout(() => this.dispatchEvent(new Event('error')));
    if (this.manner !== 'works') return;
    void answer(languageContract, languageService, message).then((data) => {
      this.dispatchEvent(new MessageEvent('message', { data }));
    });
  }

  terminate(): void {}
}

/** A client whose workers behave like this, one after the other; the last manner goes on. */
function clientOver(...manners: readonly Manner[]) {
  const started: string[] = [];
  const client = keepLanguageWorker(() => {
    const manner = manners[Math.min(started.length, manners.length - 1)] ?? 'works';
    started.push(manner);
    return new WorkerDouble(manner) as unknown as WorkerLike;
  });
  return { client, started };
}

afterEach(() => {
  vi.useRealTimers();
});

it('asks a new worker when one does not load and the next one breaks', async () => {
  const { client, started } = clientOver('fails', 'breaks', 'works');
  const analysed = await client.call('analyse', { text: 'SELECT 1;', files: [] });
  expect({ started, statementCount: analysed.ok && analysed.value.statementCount }).toEqual({
    started: ['fails', 'breaks', 'works'],
    statementCount: 1,
  });
});

it('asks a new worker when the first one never says a word', async () => {
  vi.useFakeTimers();
  const { client, started } = clientOver('silent', 'works');
  const call = client.call('analyse', { text: 'SELECT 1;', files: [] });
  await vi.runAllTimersAsync();
  expect({ started, isAnswered: (await call).ok }).toEqual({ started: ['silent', 'works'], isAnswered: true });
});

it('says that it cannot be reached when no worker comes up', async () => {
  const { client, started } = clientOver('fails');
  const analysed = await client.call('analyse', { text: 'SELECT 1;', files: [] });
  expect({ started: started.length, code: analysed.ok ? null : analysed.error.code }).toEqual({
    started: 3,
    code: 'transport/closed',
  });
});
