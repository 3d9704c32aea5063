/**
 * Entry of Electron's main process: puts the rooms together and starts. It owns projects on disk,
 * windows, menus and the life of the engine process; it runs no SQL and sees no rows.
 */
import { app } from 'electron';
import { startApp } from './app/start-app.ts';

// Tests, portable installs and the CLI share one way to say where settings and drafts live.
const home = process.env.MILLRACE_HOME;
if (home !== undefined && home !== '') app.setPath('userData', home);

startApp();
