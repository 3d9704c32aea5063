/** The whole window: the welcome screen or the workbench, and what floats over both. */
import { Tooltip } from '@base-ui/react/tooltip';
import { RecordingsDialog } from '../panels/recordings-dialog.tsx';
import { useProject } from '../store/project.ts';
import { useSettings } from '../store/settings.ts';
import { Announcer, Toasts } from '../ui/notices.tsx';
import { CommandPalette } from './command-palette.tsx';
import { DifferencesDialog } from './differences-dialog.tsx';
import { ErrorBoundary } from './error-boundary.tsx';
import { QuestionDialog } from './question-dialog.tsx';
import { ShortcutsDialog } from './shortcuts-dialog.tsx';
import { TrustDialog } from './trust-dialog.tsx';
import { Welcome } from './welcome.tsx';
import { Workbench } from './workbench.tsx';

/** The app. */
export function App() {
  const hasProject = useProject((s) => s.place !== null);
  const isPaletteOpen = useSettings((s) => s.commandPaletteOpen);
  const areShortcutsOpen = useSettings((s) => s.shortcutsOpen);
  const areRecordingsOpen = useSettings((s) => s.recordingsOpen);
  const areDifferencesOpen = useSettings((s) => s.differencesOpen);
  return (
    <ErrorBoundary>
      <Tooltip.Provider delay={500}>
        {hasProject ? <Workbench /> : <Welcome />}
        <Toasts />
        <Announcer />
        <QuestionDialog />
        <TrustDialog />
        {isPaletteOpen ? <CommandPalette /> : null}
        {areShortcutsOpen ? <ShortcutsDialog /> : null}
        {areRecordingsOpen && hasProject ? <RecordingsDialog /> : null}
        {areDifferencesOpen ? <DifferencesDialog /> : null}
      </Tooltip.Provider>
    </ErrorBoundary>
  );
}
