/**
 * What no page may do, whatever it contains: navigate away, open windows, embed views, get
 * permissions. Set for every web contents when it is created (Electron's security list, 5, 11 to 15).
 */
import { BrowserWindow, dialog, shell, type WebContents } from 'electron';
import { externalLink } from './external-link.ts';
import { isAppAddress } from './served-files.ts';

/** The one permission that the page needs: putting text on the clipboard. */
const ALLOWED_PERMISSION = 'clipboard-sanitized-write';

/** Guards one web contents and its session. */
export function guardWebContents(contents: WebContents): void {
  const refuse = (event: { preventDefault(): void }, url: string): void => {
    if (!isAppAddress(url)) event.preventDefault();
  };
  contents.on('will-navigate', refuse);
  contents.on('will-redirect', refuse);
  contents.on('will-frame-navigate', (details) => refuse(details, details.url));
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    void offerExternal(contents, url);
    return { action: 'deny' };
  });
  contents.session.setPermissionRequestHandler((_contents, permission, answer) => answer(isAllowed(permission)));
  contents.session.setPermissionCheckHandler((_contents, permission) => isAllowed(permission));
  // Files are written by the workspace, where the user chooses the place; a page has no download to offer.
  contents.session.removeListener('will-download', refuseDownload);
  contents.session.on('will-download', refuseDownload);
}

function refuseDownload(event: { preventDefault(): void }): void {
  event.preventDefault();
}

function isAllowed(permission: string): boolean {
  return permission === ALLOWED_PERMISSION;
}

async function offerExternal(contents: WebContents, url: string): Promise<void> {
  const link = externalLink(url);
  const window = BrowserWindow.fromWebContents(contents);
  if (link === null || window === null) return;
  const { response } = await dialog.showMessageBox(window, {
    type: 'question',
    message: 'Open this address in your browser?',
    detail: link,
    buttons: ['Open', 'Cancel'],
    defaultId: 1,
    cancelId: 1,
  });
  if (response === 0) await shell.openExternal(link);
}
