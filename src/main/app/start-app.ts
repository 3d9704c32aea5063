/**
 * The life of the application: one instance, security before anything is loaded, then the window.
 * What a second start or the system asks to open goes to the window that is there.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { app, BrowserWindow, nativeTheme, protocol } from 'electron';
import { ConnectionStore } from '../connections/connection-store.ts';
import { systemVault } from '../connections/system-vault.ts';
import { ExportFolders } from '../ipc/export-folders.ts';
import { serveWorkspace } from '../ipc/serve-workspace.ts';
import { EngineHost } from '../runtime-host/engine-host.ts';
import { APP_SCHEME, handleAppScheme } from '../windows/app-scheme.ts';
import { guardWebContents } from '../windows/guards.ts';
import { MainWindow } from '../windows/main-window.ts';
import { WindowStateStore } from '../windows/window-state.ts';
import { DraftJournal } from '../workspace/drafts.ts';
import { RecentProjects } from '../workspace/recent.ts';
import { SettingsStore } from '../workspace/settings.ts';
import { TrustStore } from '../workspace/trust.ts';
import { installMenu } from './menu.ts';
import { openPathFromArguments } from './open-path.ts';

/** Starts; returns at once, everything else happens on Electron's events. */
export function startApp(): void {
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  // Both together make every child of Chromium fail; root in a container has no other way than the flag.
  if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
  protocol.registerSchemesAsPrivileged([
    { scheme: APP_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
  // Before the first window exists: whatever is created later is guarded.
  app.on('web-contents-created', (_event, contents) => guardWebContents(contents));

  let openPath = openPathFromArguments(process.argv, process.cwd(), app.isPackaged ? null : app.getAppPath());
  let window: MainWindow | null = null;
  const open = (path: string | null): void => {
    if (window === null) openPath = path ?? openPath;
    else {
      window.focus();
      if (path !== null) window.requestOpen(path);
    }
  };
  app.on('second-instance', (_event, argv, workingFolder) => {
    open(openPathFromArguments(argv, workingFolder, app.isPackaged ? null : app.getAppPath()));
  });
  app.on('open-file', (event, path) => {
    event.preventDefault();
    open(path);
  });
  app.on('window-all-closed', () => app.quit());

  void app.whenReady().then(() => {
    const appFolder = app.getAppPath();
    const userData = app.getPath('userData');
    const settings = new SettingsStore(userData);
    nativeTheme.themeSource = settings.read().theme;
    handleAppScheme(join(appFolder, 'dist'));

    const samplesFolder = app.isPackaged ? join(process.resourcesPath, 'samples') : join(appFolder, 'samples');
    // Projects that were never saved run here: a folder of their own, so that trusting it trusts nothing else.
    const scratchFolder = join(userData, 'untitled');
    // Recordings of samples and of projects that cannot be written into: made by us, so they may be opened.
    const recordingsFolder = join(userData, 'recordings');
    for (const folder of [scratchFolder, recordingsFolder]) mkdirSync(folder, { recursive: true });
    const trust = new TrustStore(userData, [samplesFolder, scratchFolder, recordingsFolder]);
    const connections = new ConnectionStore(userData, systemVault);
    const engine = new EngineHost(
      join(appFolder, 'dist', 'engine', 'engine.cjs'),
      () => trust.folders(),
      () => connections.secrets(),
    );
    trust.onChanged(() => engine.trustChanged());
    connections.onChanged(() => engine.secretsChanged());
    const workspace = {
      settings,
      recent: new RecentProjects(userData),
      drafts: new DraftJournal(userData),
      trust,
      connections,
      exportFolders: new ExportFolders((folders) => engine.exportFoldersChanged(folders)),
      samplesFolder,
      scratchFolder,
      userDataFolder: userData,
      engine,
      takeOpenPath: (): string | null => {
        const path = openPath;
        openPath = null;
        return path;
      },
    };
    const show = (): void => {
      window = new MainWindow(join(appFolder, 'dist', 'main', 'preload.cjs'), new WindowStateStore(userData));
      serveWorkspace(window, workspace);
      window.onClosed(() => {
        window = null;
      });
      // Once the page has painted, and before anybody can have found Run: the first run finds it warm.
      window.onShown(() => engine.warmUp());
    };
    installMenu((command) => window?.server?.emit('menu.command', { command }));
    nativeTheme.on('updated', () => window?.server?.emit('theme.changed', { dark: nativeTheme.shouldUseDarkColors }));
    engine.onExited((exit) => window?.server?.emit('engine.exited', exit));
    app.on('will-quit', () => engine.stop());
    app.on('activate', () => {
      if (BrowserWindow.getAllWindows().length === 0) show();
    });
    show();
  });
}
