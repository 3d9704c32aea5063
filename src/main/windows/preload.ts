/**
 * The bridge into the sandboxed page. It passes messages of the workspace contract on two fixed
 * channels and the engine's port; the page gets no function of Electron and no event object.
 */
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { ENGINE_PORT_MESSAGE, type PreloadApi } from '../../runtime/contract/preload-api.ts';
import { ENGINE_PORT_CHANNEL, WORKSPACE_CHANNEL } from '../ipc/channels.ts';

let listener: ((message: unknown) => void) | null = null;
/** Messages that came before the page listens; main speaks first only with a few events. */
let early: unknown[] = [];
const EARLY_MAX = 100;

ipcRenderer.on(WORKSPACE_CHANNEL, (_event, message: unknown) => {
  if (listener !== null) listener(message);
  else if (early.length < EARLY_MAX) early.push(message);
});

ipcRenderer.on(ENGINE_PORT_CHANNEL, (event) => {
  const [port] = event.ports;
  if (port !== undefined) window.postMessage(ENGINE_PORT_MESSAGE, window.location.origin, [port]);
});

const api: PreloadApi = {
  send: (message) => ipcRenderer.send(WORKSPACE_CHANNEL, message),
  onMessage: (next) => {
    listener = next;
    const waiting = early;
    early = [];
    for (const message of waiting) next(message);
  },
  pathOfFile: (file) => (file instanceof File ? webUtils.getPathForFile(file) : ''),
};

contextBridge.exposeInMainWorld('millrace', api);
