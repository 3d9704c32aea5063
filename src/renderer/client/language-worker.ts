/** The language worker's entry: serves the language contract to the window that started it. */
import { type DomPortLike, overDomPort } from '../../runtime/contract/channel.ts';
import { languageContract } from '../../runtime/contract/language-contract.ts';
import { serve } from '../../runtime/contract/transport.ts';
import { languageService } from './language-service.ts';

// A worker's own scope has the shape of a port; the DOM's types call it a window here.
const scope = self as unknown as DomPortLike;
serve(languageContract, languageService, overDomPort(scope));
// The window replaces a worker that never says a word.
scope.postMessage({ type: 'ready' });
