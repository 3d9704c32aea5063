/**
 * `app://millrace/…`: how the window gets its page. Only the files that the build listed exist; a
 * request's path is looked up in that list and never joined to a folder, so nothing can be escaped.
 */

import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { protocol } from 'electron';
import { CONTENT_SECURITY_POLICY } from './content-security-policy.ts';
import { APP_ORIGIN, APP_SCHEME, findServedFile, type ServedFiles } from './served-files.ts';

export { APP_ORIGIN, APP_SCHEME };

/** Serves the page from `distFolder`. */
export function handleAppScheme(distFolder: string): void {
  const files = JSON.parse(readFileSync(join(distFolder, 'renderer-files.json'), 'utf8')) as ServedFiles;
  protocol.handle(APP_SCHEME, async (request) => {
    const found = request.method === 'GET' ? findServedFile(files, request.url) : null;
    const headers = {
      'content-security-policy': CONTENT_SECURITY_POLICY,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    };
    if (found === null) return new Response('not found', { status: 404, headers });
    const body = new Uint8Array(await readFile(join(distFolder, 'renderer', found.address)));
    return new Response(body, { headers: { ...headers, 'content-type': found.mediaType } });
  });
}
