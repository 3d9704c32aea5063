/**
 * Serves the workspace contract to one window. Every message passes here: only the top frame of
 * that very window, from our own origin, is heard; shapes and sizes are checked by the transport.
 */
import { type IpcMainEvent, ipcMain } from 'electron';
import type { Channel } from '../../runtime/contract/channel.ts';
import { serve } from '../../runtime/contract/transport.ts';
import { workspaceContract } from '../../runtime/contract/workspace-contract.ts';
import type { MainWindow } from '../windows/main-window.ts';
import { WORKSPACE_CHANNEL } from './channels.ts';
import { isFromPage } from './sender-check.ts';
import { createWorkspaceService, type WorkspaceParts } from './workspace-service.ts';

/** Connects a window with the workspace until it closes. */
export function serveWorkspace(window: MainWindow, parts: WorkspaceParts): void {
  const contents = window.contents;
  let receive: ((message: unknown) => void) | null = null;
  const onMessage = (event: IpcMainEvent, message: unknown): void => {
    if (isFromPage(event, contents.id, contents.isDestroyed() ? null : contents.mainFrame)) receive?.(message);
  };
  const channel: Channel = {
    send: (message) => {
      if (!contents.isDestroyed()) contents.send(WORKSPACE_CHANNEL, message);
    },
    listen(onPageMessage, onClose) {
      receive = onPageMessage;
      ipcMain.on(WORKSPACE_CHANNEL, onMessage);
      contents.once('destroyed', () => {
        ipcMain.off(WORKSPACE_CHANNEL, onMessage);
        onClose();
      });
    },
    close: () => ipcMain.off(WORKSPACE_CHANNEL, onMessage),
  };
  window.server = serve(workspaceContract, createWorkspaceService(window, parts), channel, {
    onServiceError: (command, error) => console.error(`workspace command ${command} failed:`, error),
    onClosed: () => {
      window.server = null;
    },
  });
}
