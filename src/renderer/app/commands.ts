/**
 * The command table: every action of the window by id, with its title, keys and condition. Shortcuts,
 * the command palette, the application menu (event `menu.command`), context menus and tooltips all
 * read it, so that an action has one name and one key everywhere.
 */
import { COMMAND_TABLE, type CommandId, type MENUS } from '../../runtime/contract/command-table.ts';
import { canvasView } from '../canvas/view-port.ts';
import { redoAction, requestEdit, tidyLayout, undoAction } from '../store/actions.ts';
import { useAnalysis } from '../store/analysis.ts';
import { useCluster } from '../store/cluster.ts';
import { leaveCluster, openCluster } from '../store/cluster-actions.ts';
import { connectEngine } from '../store/connect-engine.ts';
import { showConnections } from '../store/connections.ts';
import { openExport } from '../store/export.ts';
import { createProject, leaveProject, openPath, saveProject } from '../store/files.ts';
import { useOpenFile } from '../store/open-file.ts';
import { useProject } from '../store/project.ts';
import { canLookBack, goToEnd, goToStart, leaveReplay, playReplay, stepReplay } from '../store/replay.ts';
import { isActive, useRun } from '../store/run.ts';
import { startRun, stepRun, stopRun, togglePause } from '../store/run-actions.ts';
import { clearSelection, selectNodes, useSelection } from '../store/selection.ts';
import { services } from '../store/services.ts';
import { chooseTheme, showDock, toggleTheme, useSettings } from '../store/settings.ts';
import { askForTrust, revokeTrust } from '../store/trust.ts';
import { useView } from '../store/view.ts';
import { edgeForBreakpoint, toggleBreakpoint } from './breakpoint-commands.ts';

/** One command. `keys` are in tinykeys' notation; the first is the one that is shown. */
export interface Command {
  readonly id: string;
  readonly title: string;
  readonly group: (typeof MENUS)[number] | 'Canvas';
  readonly keys: readonly string[];
  /** `canvas`: only while no text field has the focus. */
  readonly scope: 'window' | 'canvas';
  readonly isEnabled: () => boolean;
  readonly run: () => void;
}

/** What a command does; title, group and first key of those in the application menu stand in its table. */
type Doing = Partial<Command> & Pick<Command, 'run'>;

const hasProject = (): boolean => useProject.getState().place !== null;
const selectedNodes = (): readonly string[] => useSelection.getState().nodes;
const hasSelection = (): boolean => selectedNodes().length > 0 || useSelection.getState().edges.length > 0;

const isReplay = (): boolean => useView.getState().moment !== null;
const mayStepBack = (): boolean => {
  const { moment } = useView.getState();
  return canLookBack() && (moment?.row ?? useRun.getState().rowsRead) > 0;
};
const isRunning = (): boolean => isActive(useRun.getState().status);

const isFlowing = (): boolean => useView.getState().moment?.isPlaying ?? useRun.getState().status === 'running';

/** The commands of the application menu. A command that is missing here is a type error. */
const MENU_COMMANDS: Readonly<Record<CommandId, Doing>> = {
  'file.new': { run: () => void createProject() },
  'file.open': { run: () => void openPath(null) },
  'file.welcome': { isEnabled: hasProject, run: () => void leaveProject() },
  'file.save': { isEnabled: hasProject, run: () => void saveProject({ saveAs: false }) },
  'file.save-as': { isEnabled: hasProject, run: () => void saveProject({ saveAs: true }) },
  'file.export': { isEnabled: hasProject, run: () => void openExport() },
  'file.reveal': { isEnabled: () => useProject.getState().place?.path != null, run: revealInFolder },
  'file.connections': { isEnabled: hasProject, run: () => showConnections() },
  'edit.undo': { isEnabled: hasProject, run: () => void undoAction() },
  'edit.redo': { keys: ['$mod+y'], isEnabled: hasProject, run: () => void redoAction() },
  'edit.delete': {
    keys: ['Delete', 'Backspace'],
    scope: 'canvas',
    isEnabled: hasSelection,
    run: () => void deleteSelection(false),
  },
  'edit.add-node': { keys: ['a'], isEnabled: hasProject, run: () => whenCanvasIsSeen(() => canvasView.openQuickAdd()) },
  'view.canvas': { isEnabled: hasProject, run: () => useSettings.setState({ centreTab: 'canvas' }) },
  'view.script': { isEnabled: hasProject, run: () => useSettings.setState({ centreTab: 'script' }) },
  'view.fit': { keys: ['1'], scope: 'canvas', isEnabled: hasProject, run: () => canvasView.fit() },
  'view.arrange': {
    keys: ['Shift+t'],
    scope: 'canvas',
    isEnabled: hasProject,
    run: () => void tidyLayout().then(() => canvasView.fit()),
  },
  'view.theme-system': { run: () => chooseTheme('system') },
  'view.theme-light': { run: () => chooseTheme('light') },
  'view.theme-dark': { run: () => chooseTheme('dark') },
  'run.start': { keys: ['$mod+Enter'], isEnabled: hasProject, run: () => void startRun() },
  'run.pause': { isEnabled: () => isRunning() || isReplay(), run: () => void togglePause() },
  'run.step': { isEnabled: hasProject, run: () => void stepRun() },
  'run.stop': { isEnabled: isRunning, run: () => void stopRun() },
  'run.step-back': { isEnabled: mayStepBack, run: () => void stepReplay(-1) },
  'run.live': { keys: ['Escape'], scope: 'canvas', isEnabled: isReplay, run: leaveReplay },
  'run.breakpoint': { isEnabled: () => edgeForBreakpoint() !== null, run: toggleBreakpoint },
  'run.recordings': { isEnabled: hasProject, run: () => useSettings.setState({ recordingsOpen: true }) },
  'run.cluster': { isEnabled: hasProject, run: openCluster },
  'help.shortcuts': { keys: ['Shift+?'], scope: 'canvas', run: () => useSettings.setState({ shortcutsOpen: true }) },
  'help.differences': { run: () => useSettings.setState({ differencesOpen: true }) },
};

/** Commands without a place in the menu. */
const MORE_COMMANDS: readonly (Doing & Pick<Command, 'id' | 'title' | 'group'>)[] = [
  {
    id: 'edit.delete-heal',
    title: 'Delete and Keep the Flow',
    group: 'Edit',
    keys: ['$mod+Delete', '$mod+Backspace'],
    scope: 'canvas',
    isEnabled: () => selectedNodes().length > 0,
    run: () => void deleteSelection(true),
  },
  {
    id: 'edit.duplicate',
    title: 'Duplicate',
    group: 'Edit',
    keys: ['$mod+d'],
    scope: 'canvas',
    isEnabled: () => selectedNodes().length > 0,
    run: () => void requestEdit({ kind: 'duplicate', nodes: selectedNodes(), offset: { x: 32, y: 128 } }),
  },
  {
    id: 'edit.rename',
    title: 'Rename',
    group: 'Edit',
    keys: ['F2'],
    scope: 'canvas',
    isEnabled: () => selectedNodes().length === 1,
    run: () => useSelection.setState({ renaming: selectedNodes()[0] ?? null }),
  },
  {
    id: 'edit.select-all',
    title: 'Select All Nodes',
    group: 'Edit',
    keys: ['$mod+a'],
    scope: 'canvas',
    isEnabled: hasProject,
    run: () => selectNodes(useAnalysis.getState().graph.nodes.map((node) => node.id)),
  },
  {
    id: 'edit.select-none',
    title: 'Select Nothing',
    group: 'Edit',
    keys: ['Escape'],
    scope: 'canvas',
    isEnabled: hasSelection,
    run: clearSelection,
  },
  {
    id: 'canvas.fit-selection',
    title: 'Zoom Canvas to the Selection',
    group: 'Canvas',
    keys: ['.'],
    scope: 'canvas',
    isEnabled: () => selectedNodes().length > 0,
    run: () => canvasView.fitNodes(selectedNodes()),
  },
  {
    id: 'canvas.zoom-100',
    title: 'Zoom Canvas to 100 %',
    group: 'Canvas',
    keys: ['0'],
    scope: 'canvas',
    isEnabled: hasProject,
    run: () => canvasView.zoomTo(1),
  },
  {
    id: 'view.palette',
    title: 'Command Palette',
    group: 'View',
    keys: ['$mod+k', '$mod+Shift+p'],
    run: () => useSettings.setState({ commandPaletteOpen: true }),
  },
  { id: 'view.rows', title: 'Show Rows', group: 'View', isEnabled: hasProject, run: () => showDock('rows') },
  { id: 'view.state', title: 'Show State', group: 'View', isEnabled: hasProject, run: () => showDock('state') },
  {
    id: 'view.problems',
    title: 'Show Problems',
    group: 'View',
    keys: ['$mod+Shift+m'],
    isEnabled: hasProject,
    run: () => showDock('problems'),
  },
  { id: 'view.plan', title: 'Show the Plan', group: 'View', isEnabled: hasProject, run: () => showDock('plan') },
  {
    id: 'view.file',
    title: 'Show the Open TypeScript File',
    group: 'View',
    keys: ['$mod+3'],
    isEnabled: () => useOpenFile.getState().path !== null,
    run: () => useSettings.setState({ centreTab: 'file' }),
  },
  {
    id: 'file.trust',
    title: 'Trust This Folder…',
    group: 'File',
    isEnabled: () => useProject.getState().place?.trusted === false,
    run: () => void askForTrust(),
  },
  {
    id: 'file.distrust',
    title: 'Do Not Trust This Folder Any More',
    group: 'File',
    isEnabled: () => {
      const { place } = useProject.getState();
      return place?.trusted === true && place.path !== null && !place.readOnly;
    },
    run: () => void revokeTrust(),
  },
  {
    id: 'view.toggle-left',
    title: 'Toggle the Left Panel',
    group: 'View',
    keys: ['$mod+b'],
    isEnabled: hasProject,
    run: () => useSettings.setState((s) => ({ leftOpen: !s.leftOpen })),
  },
  {
    id: 'view.toggle-dock',
    title: 'Toggle the Bottom Panel',
    group: 'View',
    keys: ['$mod+j'],
    isEnabled: hasProject,
    run: () => useSettings.setState((s) => ({ dockOpen: !s.dockOpen })),
  },
  {
    id: 'view.toggle-inspector',
    title: 'Toggle the Inspector',
    group: 'View',
    keys: ['$mod+i'],
    isEnabled: hasProject,
    run: () => useSettings.setState((s) => ({ inspectorOpen: !s.inspectorOpen })),
  },
  {
    id: 'view.toggle-theme',
    title: 'Switch between Light and Dark',
    group: 'View',
    keys: ['$mod+Shift+l'],
    run: toggleTheme,
  },
  {
    id: 'time.start',
    title: 'Go to the First Row of the Recording',
    group: 'Run',
    isEnabled: canLookBack,
    run: goToStart,
  },
  { id: 'time.end', title: 'Go to the Last Row of the Recording', group: 'Run', isEnabled: isReplay, run: goToEnd },
  {
    id: 'time.play',
    title: 'Play the Recording',
    group: 'Run',
    isEnabled: () => canLookBack() && !isFlowing(),
    run: () => void playReplay(),
  },
  {
    id: 'cluster.leave',
    title: 'Leave the Cluster',
    group: 'Run',
    isEnabled: () => useCluster.getState().watched !== null,
    run: leaveCluster,
  },
  {
    id: 'engine.restart',
    title: 'Restart the Engine',
    group: 'Run',
    isEnabled: () => useRun.getState().engine === 'down',
    run: () => void connectEngine(),
  },
];

/** All commands. */
export const COMMANDS: readonly Command[] = [
  ...COMMAND_TABLE.map((entry): Command => {
    const doing: Doing = MENU_COMMANDS[entry.id];
    const first = entry.accelerator === null ? [] : [keysOfAccelerator(entry.accelerator)];
    return complete({
      ...doing,
      id: entry.id,
      title: entry.title,
      group: entry.menu,
      keys: [...first, ...(doing.keys ?? [])],
    });
  }),
  ...MORE_COMMANDS.map(complete),
];

function complete(command: Doing & Pick<Command, 'id' | 'title' | 'group'>): Command {
  return { keys: [], scope: 'window', isEnabled: () => true, ...command };
}

/** Electron writes `CmdOrCtrl+Shift+S`, tinykeys `$mod+Shift+s`. */
function keysOfAccelerator(accelerator: string): string {
  return accelerator
    .split('+')
    .map((key) => (key === 'CmdOrCtrl' ? '$mod' : key.length === 1 ? key.toLowerCase() : key))
    .join('+');
}

const byId = new Map(COMMANDS.map((command) => [command.id, command]));

/** The command of an id. */
export function commandOf(id: string): Command | undefined {
  return byId.get(id);
}

/** The key of a command that is shown in tooltips. */
export function keysOf(id: string): string | undefined {
  return byId.get(id)?.keys[0];
}

/** Runs a command when its condition holds; unknown ids are left alone (an older menu may send them). */
export function runCommand(id: string): void {
  const command = byId.get(id);
  if (command?.isEnabled() === true) command.run();
}

async function deleteSelection(heal: boolean): Promise<void> {
  const { nodes, edges } = useSelection.getState();
  if (nodes.length > 0) await requestEdit({ kind: 'remove-nodes', nodes, heal });
  else for (const edge of edges) await requestEdit({ kind: 'disconnect', edge });
}

function revealInFolder(): void {
  const path = useProject.getState().place?.path;
  if (path != null) void services().workspace.call('shell.reveal', { path });
}

/** Goes to the canvas first when the script is shown. */
function whenCanvasIsSeen(run: () => void): void {
  if (useSettings.getState().centreTab === 'canvas') {
    run();
    return;
  }
  useSettings.setState({ centreTab: 'canvas' });
  requestAnimationFrame(() => requestAnimationFrame(run));
}
