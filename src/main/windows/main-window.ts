/**
 * The designer's window: how it is made, what it may, and how it closes with unsaved work.
 *
 * Closing: clean → closes. Dirty → asks. *Save* lets the page save and closes once the page says
 * that it is clean; *Don't Save* drops the draft and closes; *Cancel* or a failed save stays.
 */
import { app, BrowserWindow, dialog, nativeTheme, screen, type WebContents } from 'electron';
import type { Server } from '../../runtime/contract/transport.ts';
import type { WorkspaceContract } from '../../runtime/contract/workspace-contract.ts';
import { APP_PAGE } from './served-files.ts';
import { WINDOW_DEFAULT, WINDOW_MIN, type WindowStateStore } from './window-state.ts';

/** The one set of rights of our pages; a test compares it with Electron's list. */
export const WEB_PREFERENCES = {
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  webviewTag: false,
  spellcheck: false,
} as const;

/** Colour behind the page before its first paint: the tokens' desk, light and dark. */
const DESK_COLOUR = { light: '#eef1f4', dark: '#0e1217' };

/** One designer window. */
export class MainWindow {
  /** Set once the workspace is served to this window. */
  server: Server<WorkspaceContract> | null = null;
  readonly #window: BrowserWindow;
  #isDirty = false;
  #closesWhenClean = false;
  #mayClose = false;
  readonly #discardListeners: (() => void)[] = [];

  constructor(preloadFile: string, states: WindowStateStore) {
    const state = states.read(screen.getAllDisplays().map((display) => display.workArea));
    this.#window = new BrowserWindow({
      ...WINDOW_DEFAULT,
      ...(state.bounds ?? {}),
      minWidth: WINDOW_MIN.width,
      minHeight: WINDOW_MIN.height,
      show: false,
      title: app.name,
      backgroundColor: nativeTheme.shouldUseDarkColors ? DESK_COLOUR.dark : DESK_COLOUR.light,
      webPreferences: { ...WEB_PREFERENCES, preload: preloadFile, devTools: !app.isPackaged },
    });
    if (state.isMaximised) this.#window.maximize();
    this.#window.once('ready-to-show', () => this.#window.show());
    this.#window.on('page-title-updated', (event) => event.preventDefault());
    this.#window.on('close', (event) => {
      states.write({ bounds: this.#window.getNormalBounds(), isMaximised: this.#window.isMaximized() });
      if (this.#isDirty && !this.#mayClose) {
        event.preventDefault();
        void this.#askToClose();
      }
    });
    this.#window.webContents.on('render-process-gone', (_event, details) => void this.#offerReload(details.reason));
    void this.#window.loadURL(APP_PAGE);
  }

  get contents(): WebContents {
    return this.#window.webContents;
  }

  /** The native window, as the owner of dialogs. */
  get native(): BrowserWindow {
    return this.#window;
  }

  focus(): void {
    if (this.#window.isMinimized()) this.#window.restore();
    this.#window.focus();
  }

  /** Asks the page to open a path (it may have unsaved work to care for first). */
  requestOpen(path: string): void {
    this.server?.emit('project.open-requested', { path });
  }

  /** Takes over what the page says of itself. */
  setState(title: string, isDirty: boolean, path: string | null): void {
    this.#isDirty = isDirty;
    const isMac = process.platform === 'darwin';
    this.#window.setTitle(`${isDirty && !isMac ? '• ' : ''}${title === '' ? app.name : `${title} – ${app.name}`}`);
    if (isMac) {
      this.#window.setDocumentEdited(isDirty);
      this.#window.setRepresentedFilename(path ?? '');
    }
    if (!isDirty && this.#closesWhenClean) this.#window.close();
  }

  /** A save that did not happen ends a pending close. */
  saveFailed(): void {
    this.#closesWhenClean = false;
  }

  /** Called when the user closes without saving. */
  onDiscarded(listener: () => void): void {
    this.#discardListeners.push(listener);
  }

  /** Called once, when the page has painted for the first time. */
  onShown(listener: () => void): void {
    this.#window.once('ready-to-show', listener);
  }

  onClosed(listener: () => void): void {
    this.#window.on('closed', listener);
  }

  async #askToClose(): Promise<void> {
    const { response } = await dialog.showMessageBox(this.#window, {
      type: 'warning',
      message: 'Save your changes before closing?',
      detail: 'Changes that are not saved are lost.',
      buttons: ['Save', "Don't Save", 'Cancel'],
      defaultId: 0,
      cancelId: 2,
    });
    if (response === 0) {
      this.#closesWhenClean = true;
      this.server?.emit('window.close-requested', {});
    } else if (response === 1) {
      this.#mayClose = true;
      for (const listener of this.#discardListeners) listener();
      this.#window.close();
    }
  }

  async #offerReload(reason: string): Promise<void> {
    if (reason === 'clean-exit' || this.#window.isDestroyed()) return;
    const { response } = await dialog.showMessageBox(this.#window, {
      type: 'error',
      message: 'The window stopped unexpectedly.',
      detail: `Reason: ${reason}. Unsaved work was kept and is offered after reloading.`,
      buttons: ['Reload', 'Close'],
      defaultId: 0,
    });
    if (response === 0) this.#window.reload();
    else this.#window.destroy();
  }
}
