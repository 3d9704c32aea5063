/** The main process as a client of the workspace contract, over the preload's bridge. */
import { overBridge } from '../../runtime/contract/channel.ts';
import type { PreloadApi } from '../../runtime/contract/preload-api.ts';
import { type Client, connect } from '../../runtime/contract/transport.ts';
import { type WorkspaceContract, workspaceContract } from '../../runtime/contract/workspace-contract.ts';

declare global {
  interface Window {
    /** Set by the preload; absent when the page is opened outside the app. */
    readonly millrace?: PreloadApi;
  }
}

/** Connects to the main process; null outside the app. */
export function connectWorkspace(): Client<WorkspaceContract> | null {
  const bridge = window.millrace;
  return bridge === undefined ? null : connect(workspaceContract, overBridge(bridge));
}

/** Where a file that the user dropped lies on the disk; null for one that has no place there. */
export function pathOfFile(file: File): string | null {
  // Electron before 32 puts the path on the file itself; later ones tell it through the bridge only.
  const own = (file as File & { readonly path?: unknown }).path;
  const path = typeof own === 'string' ? own : (window.millrace?.pathOfFile(file) ?? '');
  return path === '' ? null : path;
}
