/** The whole window: the welcome screen or the workbench, and what floats over both. */
import { Tooltip } from '@base-ui/react/tooltip';
import { ClusterDialog } from '../panels/cluster-dialog.tsx';
import { ConnectionsDialog } from '../panels/connections-dialog.tsx';
import { TopicsDialog } from '../panels/connections-topics-dialog.tsx';
import { ExportDialog } from '../panels/export-dialog.tsx';
import { RecordingsDialog } from '../panels/recordings-dialog.tsx';
import { useConnections } from '../store/connections.ts';
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
  const isClusterOpen = useSettings((s) => s.clusterOpen);
  const isExportOpen = useSettings((s) => s.exportOpen);
  const areDifferencesOpen = useSettings((s) => s.differencesOpen);
  const areConnectionsOpen = useConnections((s) => s.dialog !== null);
  const browsing = useConnections((s) => s.browsing);
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
        {isClusterOpen && hasProject ? <ClusterDialog /> : null}
        {isExportOpen && hasProject ? <ExportDialog /> : null}
        {browsing !== null && hasProject ? <TopicsDialog nodeId={browsing} /> : null}
        {areConnectionsOpen && hasProject ? <ConnectionsDialog /> : null}
        {areDifferencesOpen ? <DifferencesDialog /> : null}
      </Tooltip.Provider>
    </ErrorBoundary>
  );
}
