/** What the main process tells the window: menu items, files to open, the wish to close. */
import { openPath, saveProject } from '../store/files.ts';
import { useProject } from '../store/project.ts';
import { isActive, useRun } from '../store/run.ts';
import { services } from '../store/services.ts';
import { runCommand } from './commands.ts';

/** Starts to listen. Called once. */
export function listenToMain(): void {
  const { workspace } = services();
  workspace.on('menu.command', ({ command }) => runCommand(command));
  workspace.on('project.open-requested', ({ path }) => void openPath(path));
  // The user chose Save in the dialog of the closing window; main closes it when the project is clean.
  workspace.on('window.close-requested', () => void saveProject({ saveAs: false }));
  forgetMistakesOfOldText();
}

/** Mistakes of a run speak of the text that ran; once it is changed they would point at the wrong place. */
function forgetMistakesOfOldText(): void {
  useProject.subscribe((state, before) => {
    const run = useRun.getState();
    if (state.revision !== before.revision && run.diagnostics.length > 0 && !isActive(run.status)) {
      useRun.setState({ diagnostics: [] });
    }
  });
}
