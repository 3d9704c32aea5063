/**
 * The hand-over between main, preload, window and engine process.
 *
 * The preload puts one way in and one way out for messages of the workspace contract on
 * `window.millrace`, and nothing else of Electron. The engine's port does not pass that bridge
 * (ports cannot). Main makes a pair of ports for each `engine.connect`:
 *   - the engine process gets its end on `process.parentPort` as a message with the data
 *     `ENGINE_PORT_MESSAGE` and `event.ports[0]`: serve the engine contract on each such port
 *     (`overEmitterPort`); a window that reloads brings a new one, the old one closes;
 *   - the window gets its end as a window message with the same data and one port, posted by the
 *     preload to the window's own origin (`overDomPort`).
 */

/** The object at `window.millrace`. Make a channel of it with `overBridge` and `connect` the workspace contract. */
export interface PreloadApi {
  /** Sends a message of the workspace contract to the main process. */
  send(message: unknown): void;
  /** Sets the one listener for replies and events of the main process. */
  onMessage(listener: (message: unknown) => void): void;
  /** The path of a file that the user dropped (a DOM `File`); empty for one that is not on the disk. */
  pathOfFile(file: unknown): string;
}

/** `data` of the messages that carry a port to or from the engine. In the window compare `event.source === window` too. */
export const ENGINE_PORT_MESSAGE = 'millrace.engine-port';
