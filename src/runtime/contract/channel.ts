/**
 * `Channel`: the one thing that a contract needs from a transport. Messages are plain values that
 * survive the structured clone; order is kept; nothing arrives after `close`. The adapters below
 * take the shapes of the platforms structurally, so that this room needs neither Node nor the DOM.
 */
import type { PreloadApi } from './preload-api.ts';

/** A way to send messages to the other end and to hear its messages. One listener per channel. */
export interface Channel {
  send(message: unknown): void;
  /** Starts delivery. Called once; messages that came earlier are delivered first where the platform queues them. */
  listen(onMessage: (message: unknown) => void, onClose: () => void): void;
  close(): void;
}

/** Shape of a DOM `MessagePort`, of a dedicated worker seen from outside, and of a worker's own scope. */
export interface DomPortLike {
  postMessage(message: unknown): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  removeEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  start?: () => void;
  close?: () => void;
}

/** Shape of Electron's `MessagePortMain` and `process.parentPort`: an emitter whose message event carries `data`. */
export interface EmitterPortLike {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  start?: () => void;
  close?: () => void;
}

/** Shape of the ports of Node's worker threads (`MessagePort`, `Worker`, `parentPort`): the listener gets the message itself. */
export interface NodePortLike {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  close?: () => void;
}

/** A channel over a DOM message port or a worker. */
export function overDomPort(port: DomPortLike): Channel {
  let stop: (() => void) | null = null;
  return {
    send: (message) => port.postMessage(message),
    listen(onMessage, onClose) {
      const listener = (event: { readonly data: unknown }): void => onMessage(event.data);
      port.addEventListener('message', listener);
      port.start?.();
      stop = () => {
        port.removeEventListener('message', listener);
        onClose();
      };
    },
    close() {
      stop?.();
      stop = null;
      port.close?.();
    },
  };
}

/** A channel over an emitter port (Electron's main side and utility processes). */
export function overEmitterPort(port: EmitterPortLike): Channel {
  let isClosed = false;
  return {
    send: (message) => {
      if (!isClosed) port.postMessage(message);
    },
    listen(onMessage, onClose) {
      port.on('message', (event) => {
        if (!isClosed) onMessage(event.data);
      });
      port.on('close', () => {
        if (isClosed) return;
        isClosed = true;
        onClose();
      });
      port.start?.();
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      port.close?.();
    },
  };
}

/** A channel over a port of a worker thread. It closes with the thread; whoever started that hears of it elsewhere. */
export function overNodePort(port: NodePortLike): Channel {
  let isClosed = false;
  return {
    send: (message) => {
      if (!isClosed) port.postMessage(message);
    },
    listen(onMessage) {
      port.on('message', (message) => {
        if (!isClosed) onMessage(message);
      });
    },
    close() {
      isClosed = true;
      port.close?.();
    },
  };
}

/** Two ends of a channel inside one process (the CLI, tests). Delivery is asynchronous and in order. */
export function directChannels(): readonly [Channel, Channel] {
  interface End {
    onMessage: ((message: unknown) => void) | null;
    onClose: (() => void) | null;
    queued: unknown[];
  }
  let isClosed = false;
  const ends: readonly [End, End] = [
    { onMessage: null, onClose: null, queued: [] },
    { onMessage: null, onClose: null, queued: [] },
  ];
  const deliver = (end: End): void => {
    if (isClosed || end.onMessage === null) return;
    const message = end.queued.shift();
    if (message !== undefined) end.onMessage(message);
  };
  const channel = (own: End, other: End): Channel => ({
    send(message) {
      if (isClosed) return;
      other.queued.push(message);
      void Promise.resolve().then(() => deliver(other));
    },
    listen(onMessage, onClose) {
      own.onMessage = onMessage;
      own.onClose = onClose;
      for (let count = own.queued.length; count > 0; count--) void Promise.resolve().then(() => deliver(own));
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      for (const end of ends) end.onClose?.();
    },
  });
  return [channel(ends[0], ends[1]), channel(ends[1], ends[0])];
}

/** A channel over the preload's bridge. It closes only with the window. */
export function overBridge(bridge: PreloadApi): Channel {
  return {
    send: (message) => bridge.send(message),
    listen: (onMessage) => bridge.onMessage(onMessage),
    close: () => {},
  };
}
