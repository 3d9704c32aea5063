/** Names of the channels between main and preload; there are no others. */

/** Messages of the workspace contract, both ways. */
export const WORKSPACE_CHANNEL = 'workspace';
/** Carries the window's end of a port to the engine process. */
export const ENGINE_PORT_CHANNEL = 'engine-port';
