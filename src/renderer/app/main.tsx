/** Start of the window: connects the three doors, starts what keeps the stores alive, shows the app. */
import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import '../ui/tokens.css';
import '../ui/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { present } from '../../runtime/base/assert.ts';
import { openEngineDoor } from '../client/engine-client.ts';
import { startLanguageWorker } from '../client/language-client.ts';
import { connectWorkspace } from '../client/workspace-client.ts';
import { startAnalysing } from '../store/analyse-loop.ts';
import { startAutosave } from '../store/autosave.ts';
import { keepBreakpoints } from '../store/breakpoints.ts';
import { startCheckingFunctions } from '../store/check-functions.ts';
import { watchCluster } from '../store/cluster-actions.ts';
import { openPath } from '../store/files.ts';
import { followSelection } from '../store/followed-node.ts';
import { followOperatorFiles } from '../store/operator-files.ts';
import { watchEngine } from '../store/run-actions.ts';
import { provideServices, services } from '../store/services.ts';
import { App } from './app.tsx';
import { bindFileDrop } from './file-drop.ts';
import { listenToMain } from './listen-to-main.ts';
import { bindShortcuts } from './shortcuts.ts';
import { followTheme } from './theme.ts';

const root = createRoot(present(document.getElementById('root'), 'the root element'));
const workspace = connectWorkspace();

if (workspace === null) {
  root.render(<p style={{ padding: '2rem' }}>This page is the window of Millrace. Start it with “npm start”.</p>);
} else {
  provideServices({ workspace, language: startLanguageWorker(), engine: openEngineDoor(workspace) });
  followTheme();
  startAnalysing();
  startAutosave();
  startCheckingFunctions();
  followOperatorFiles();
  watchEngine();
  watchCluster();
  followSelection();
  keepBreakpoints();
  listenToMain();
  bindShortcuts();
  bindFileDrop();
  root.render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
  void openAtStart();
}

/** The project given on the command line or by the desktop, if any. */
async function openAtStart(): Promise<void> {
  const info = await services().workspace.call('app.info', {});
  if (info.ok && info.value.openPath !== null) await openPath(info.value.openPath);
}
