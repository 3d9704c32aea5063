/** The language worker as a client of the language contract: parsing and edits never block a frame. */
import { overDomPort } from '../../runtime/contract/channel.ts';
import { type LanguageContract, languageContract } from '../../runtime/contract/language-contract.ts';
import { type Client, connect } from '../../runtime/contract/transport.ts';

/** Starts the worker. It stays for the life of the window. */
export function startLanguageWorker(): Client<LanguageContract> {
  const worker = new Worker(new URL('./language-worker.ts', import.meta.url), { type: 'module', name: 'language' });
  return connect(languageContract, overDomPort(worker));
}
