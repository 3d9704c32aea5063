/** Which requests of the page have an answer: a lookup in the build's list, without Electron. */

/** Scheme of the page's address. */
export const APP_SCHEME = 'app';
/** Origin of the page: the only one that may talk to main. */
export const APP_ORIGIN = `${APP_SCHEME}://millrace`;
/** Address of the page. */
export const APP_PAGE = `${APP_ORIGIN}/index.html`;

/** Address inside the page's folder → media type. */
export type ServedFiles = Readonly<Record<string, string>>;

/** The listed file that a request asks for, or null. Only the literal address of a file counts. */
export function findServedFile(files: ServedFiles, url: string): { address: string; mediaType: string } | null {
  const prefix = `${APP_ORIGIN}/`;
  if (!url.startsWith(prefix)) return null;
  // Chromium keeps a fragment out of requests; a query never names another file.
  const address = url.slice(prefix.length).replace(/[?#].*$/s, '') || 'index.html';
  if (!Object.hasOwn(files, address)) return null;
  const mediaType = files[address];
  return typeof mediaType === 'string' ? { address, mediaType } : null;
}

/** Whether an address belongs to the page; anything unreadable does not. */
export function isAppAddress(url: string): boolean {
  try {
    const parsed = new URL(url);
    // `origin` of a custom scheme is "null" in Node's URL, so its parts are compared.
    return (
      parsed.protocol === `${APP_SCHEME}:` &&
      parsed.host === 'millrace' &&
      parsed.username === '' &&
      parsed.password === '' &&
      url.startsWith(`${APP_ORIGIN}/`)
    );
  } catch {
    return false;
  }
}
