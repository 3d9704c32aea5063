/**
 * What the user chose for the window itself: theme, recording, open panels, active tabs. Theme and
 * recording are kept by the main process; the rest is remembered in the window's own storage.
 */
import type * as z from 'zod/mini';
import { create } from 'zustand';
import type { clusterSettingsShape, recordingSettingsShape } from '../../runtime/contract/workspace-contract.ts';
import { services } from './services.ts';

/** Theme as chosen; `system` follows the desktop. */
export type ThemeChoice = 'system' | 'light' | 'dark';
/** Tabs of the bottom dock. */
export type DockTab = 'rows' | 'state' | 'problems' | 'plan';
/** What the centre shows. */
export type CentreTab = 'canvas' | 'script' | 'file';

/** How runs are recorded. */
export type RecordingSettings = z.infer<typeof recordingSettingsShape>;

/** The Flink cluster that jobs are submitted to. */
export type ClusterSettings = z.infer<typeof clusterSettingsShape>;

interface SettingsState {
  readonly theme: ThemeChoice;
  /** Kept by the main process, like the theme. */
  readonly recording: RecordingSettings;
  /** Kept by the main process, too. */
  readonly cluster: ClusterSettings;
  /** Whether the desktop is dark at the moment; only `system` looks at it. */
  readonly systemDark: boolean;
  readonly centreTab: CentreTab;
  readonly dockTab: DockTab;
  readonly dockOpen: boolean;
  readonly leftOpen: boolean;
  readonly inspectorOpen: boolean;
  readonly commandPaletteOpen: boolean;
  readonly shortcutsOpen: boolean;
  readonly differencesOpen: boolean;
  readonly recordingsOpen: boolean;
  readonly exportOpen: boolean;
  readonly clusterOpen: boolean;
}

const STORAGE_KEY = 'millrace.panels';
const remembered = ['dockTab', 'dockOpen', 'leftOpen', 'inspectorOpen'] as const;

function restore(): Partial<SettingsState> {
  try {
    const parsed: unknown = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? '{}');
    if (typeof parsed !== 'object' || parsed === null) return {};
    const record = parsed as Record<string, unknown>;
    const out: Record<string, unknown> = {};
    for (const key of ['dockOpen', 'leftOpen', 'inspectorOpen']) {
      if (typeof record[key] === 'boolean') out[key] = record[key];
    }
    if (['rows', 'state', 'problems', 'plan'].includes(String(record.dockTab))) out.dockTab = record.dockTab;
    return out as Partial<SettingsState>;
  } catch {
    return {};
  }
}

/** The settings of the window. */
export const useSettings = create<SettingsState>(() => ({
  theme: 'system',
  // Until the main process has told what the user set.
  recording: { enabled: true, sizeMbMax: 512, keepCount: 20 },
  cluster: { gateway: '', rest: '', savepointFolder: '' },
  systemDark: false,
  centreTab: 'canvas',
  dockTab: 'rows',
  dockOpen: true,
  leftOpen: true,
  inspectorOpen: true,
  commandPaletteOpen: false,
  shortcutsOpen: false,
  differencesOpen: false,
  recordingsOpen: false,
  exportOpen: false,
  clusterOpen: false,
  ...restore(),
}));

useSettings.subscribe((state) => {
  try {
    localStorage.setItem(STORAGE_KEY, JSON.stringify(Object.fromEntries(remembered.map((key) => [key, state[key]]))));
  } catch {
    // Storage may be full or forbidden; panel sizes are not worth a message.
  }
});

/** Whether the window is dark now. */
export function isDark(state: Pick<SettingsState, 'theme' | 'systemDark'>): boolean {
  return state.theme === 'dark' || (state.theme === 'system' && state.systemDark);
}

/** Chooses a theme and has it remembered. */
export function chooseTheme(theme: ThemeChoice): void {
  useSettings.setState({ theme });
  keepAppSettings();
}

/** Has the main process remember what is set for the whole app. */
function keepAppSettings(): void {
  const { theme, recording, cluster } = useSettings.getState();
  void services().workspace.call('settings.write', { theme, recording, cluster });
}

/** Switches between light and dark, whatever is seen now. */
export function toggleTheme(): void {
  chooseTheme(isDark(useSettings.getState()) ? 'light' : 'dark');
}

/** Opens a tab of the dock. */
export function showDock(tab: DockTab): void {
  useSettings.setState({ dockTab: tab, dockOpen: true });
}

/** Chooses how runs are recorded from the next one on, and has it remembered. */
export function chooseRecording(recording: RecordingSettings): void {
  useSettings.setState({ recording });
  keepAppSettings();
}

/** Chooses the cluster, and has it remembered. */
export function chooseCluster(cluster: ClusterSettings): void {
  useSettings.setState({ cluster });
  keepAppSettings();
}
