/**
 * What the preload puts on `window.millrace`: one way in and one way out for messages of the
 * workspace contract, and nothing else of Electron. The engine's message port does not pass the
 * bridge (ports cannot): it arrives as a window message with the data `ENGINE_PORT_MESSAGE` and one
 * port, posted by the preload to the window's own origin.
 */

/** The object at `window.millrace`. Make a channel of it with `overBridge` and `connect` the workspace contract. */
export interface PreloadApi {
  /** Sends a message of the workspace contract to the main process. */
  send(message: unknown): void;
  /** Sets the one listener for replies and events of the main process. */
  onMessage(listener: (message: unknown) => void): void;
}

/** `data` of the window message that carries a port to the engine process. Compare `event.source === window` too. */
export const ENGINE_PORT_MESSAGE = 'millrace.engine-port';
