/** Who may talk to main: Electron's security list, point 17, without Electron. */
import { isAppAddress } from '../windows/served-files.ts';

/** Whether a message comes from the top frame of the given window and from our own page. */
export function isFromPage(
  event: { readonly senderFrame: { readonly url: string } | null; readonly sender: { readonly id: number } },
  contentsId: number,
  mainFrame: unknown,
): boolean {
  const frame = event.senderFrame;
  return event.sender.id === contentsId && frame !== null && frame === mainFrame && isAppAddress(frame.url);
}
