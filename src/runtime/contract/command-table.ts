/**
 * The commands of the designer that have a place in the menu: one table for the native menu (main)
 * and for the window (keys, command palette). A chosen menu item arrives in the window as the event
 * `menu.command` with the id; the window decides what it does with it. Text commands (cut, copy,
 * paste, select all) are the system's own and not listed.
 */

/** Menus in their order. */
export const MENUS = ['File', 'Edit', 'View', 'Run', 'Help'] as const;

/** One command. */
export interface CommandEntry {
  /** Stable name, `area.verb`. */
  readonly id: string;
  readonly menu: (typeof MENUS)[number];
  readonly title: string;
  /** In Electron's notation (`CmdOrCtrl+S`); null without a key. */
  readonly accelerator: string | null;
  /** A line above the item. */
  readonly startsGroup?: boolean;
}

/** All menu commands in menu order. */
export const COMMAND_TABLE = [
  { id: 'file.new', menu: 'File', title: 'New Project', accelerator: 'CmdOrCtrl+N' },
  { id: 'file.open', menu: 'File', title: 'Open…', accelerator: 'CmdOrCtrl+O' },
  { id: 'file.welcome', menu: 'File', title: 'Samples and Recent Projects', accelerator: null },
  { id: 'file.save', menu: 'File', title: 'Save', accelerator: 'CmdOrCtrl+S', startsGroup: true },
  { id: 'file.save-as', menu: 'File', title: 'Save As…', accelerator: 'CmdOrCtrl+Shift+S' },
  { id: 'file.export', menu: 'File', title: 'Export to Flink…', accelerator: 'CmdOrCtrl+E' },
  { id: 'file.reveal', menu: 'File', title: 'Show in Folder', accelerator: null },
  { id: 'file.connections', menu: 'File', title: 'Connections…', accelerator: null, startsGroup: true },
  { id: 'edit.undo', menu: 'Edit', title: 'Undo', accelerator: 'CmdOrCtrl+Z' },
  { id: 'edit.redo', menu: 'Edit', title: 'Redo', accelerator: 'CmdOrCtrl+Shift+Z' },
  { id: 'edit.delete', menu: 'Edit', title: 'Delete Selection', accelerator: null, startsGroup: true },
  { id: 'edit.add-node', menu: 'Edit', title: 'Add Node…', accelerator: 'CmdOrCtrl+Shift+A' },
  { id: 'view.canvas', menu: 'View', title: 'Canvas', accelerator: 'CmdOrCtrl+1' },
  { id: 'view.script', menu: 'View', title: 'Script', accelerator: 'CmdOrCtrl+2' },
  // No accelerator: a plain or shifted digit is a letter to whoever types. The window binds `1` on the canvas.
  { id: 'view.fit', menu: 'View', title: 'Zoom Canvas to Fit', accelerator: null, startsGroup: true },
  { id: 'view.arrange', menu: 'View', title: 'Arrange Nodes', accelerator: null },
  { id: 'view.theme-system', menu: 'View', title: 'Theme of the System', accelerator: null, startsGroup: true },
  { id: 'view.theme-light', menu: 'View', title: 'Light Theme', accelerator: null },
  { id: 'view.theme-dark', menu: 'View', title: 'Dark Theme', accelerator: null },
  { id: 'run.start', menu: 'Run', title: 'Run', accelerator: 'F5' },
  { id: 'run.pause', menu: 'Run', title: 'Pause or Resume', accelerator: 'F6' },
  { id: 'run.step', menu: 'Run', title: 'Step One Row', accelerator: 'F10' },
  { id: 'run.stop', menu: 'Run', title: 'Stop', accelerator: 'Shift+F5' },
  { id: 'run.step-back', menu: 'Run', title: 'Step Back One Row', accelerator: 'F7', startsGroup: true },
  // No accelerator: Escape has a meaning wherever the focus is. The window binds it.
  { id: 'run.live', menu: 'Run', title: 'Back to the Run', accelerator: null },
  { id: 'run.breakpoint', menu: 'Run', title: 'Breakpoint on the Selected Edge', accelerator: 'F9', startsGroup: true },
  { id: 'run.recordings', menu: 'Run', title: 'Recordings…', accelerator: null },
  { id: 'run.cluster', menu: 'Run', title: 'Flink Cluster…', accelerator: 'CmdOrCtrl+Shift+E' },
  { id: 'help.shortcuts', menu: 'Help', title: 'Keyboard Shortcuts', accelerator: null },
  { id: 'help.differences', menu: 'Help', title: 'Differences from Flink', accelerator: null },
] as const satisfies readonly CommandEntry[];

/** Ids of the menu commands. */
export type CommandId = (typeof COMMAND_TABLE)[number]['id'];
