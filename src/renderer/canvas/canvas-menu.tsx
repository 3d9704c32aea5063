/** The context menu of the canvas: what can be done with what is selected, else with the whole. */
import { Copy, Maximize2, Pencil, Plus, Scissors, Trash2, X } from 'lucide-react';
import { newBreakpoint } from '../app/breakpoint-commands.ts';
import { commandOf, runCommand } from '../app/commands.ts';
import { useAnalysis } from '../store/analysis.ts';
import {
  breakpointOn,
  changeBreakpoint,
  editBreakpoint,
  removeBreakpoint,
  useBreakpoints,
} from '../store/breakpoints.ts';
import { useSelection } from '../store/selection.ts';
import { showDock } from '../store/settings.ts';
import type { MenuEntry } from '../ui/context-menu.tsx';
import { BreakpointSign } from './breakpoint-sign.tsx';
import { RowsIcon, TidyIcon } from './node-look.ts';

/** The entries for the selection of now. */
export function canvasMenu(): readonly MenuEntry[] {
  const { nodes, edges } = useSelection.getState();
  if (nodes.length > 0) {
    return [
      {
        id: 'rows',
        title: 'Show its rows',
        icon: <RowsIcon />,
        isDisabled: nodes.length !== 1,
        run: () => showDock('rows'),
      },
      entry('edit.rename', <Pencil />),
      entry('edit.duplicate', <Copy />),
      null,
      entry('edit.delete-heal', <Scissors />),
      entry('edit.delete', <Trash2 />),
    ];
  }
  const first = edges[0];
  if (first !== undefined) return [...breakpointEntries(first), null, entry('edit.delete', <Trash2 />)];
  return [entry('edit.add-node', <Plus />), entry('view.arrange', <TidyIcon />), entry('view.fit', <Maximize2 />)];
}

function breakpointEntries(edgeId: string): readonly MenuEntry[] {
  const edge = useAnalysis.getState().graph.edges.find((e) => e.id === edgeId);
  const known = edge === undefined ? null : breakpointOn(useBreakpoints.getState().list, edge);
  if (edge === undefined) return [];
  const keys = commandOf('run.breakpoint')?.keys[0];
  if (known === null) {
    return [
      {
        id: 'breakpoint-add',
        title: 'Add a breakpoint…',
        icon: <BreakpointSign state="on" />,
        keys,
        run: () => void setTimeout(() => newBreakpoint(edge), 0),
      },
    ];
  }
  const { id, enabled } = known;
  return [
    {
      id: 'breakpoint-edit',
      title: 'Edit the breakpoint…',
      icon: <Pencil />,
      // After the menu has given the focus back, so that the condition keeps it.
      run: () => void setTimeout(() => editBreakpoint(id), 0),
    },
    {
      id: 'breakpoint-toggle',
      title: enabled ? 'Switch the breakpoint off' : 'Switch the breakpoint on',
      icon: <BreakpointSign state={enabled ? 'off' : 'on'} />,
      keys,
      run: () => changeBreakpoint(id, { enabled: !enabled }),
    },
    { id: 'breakpoint-remove', title: 'Remove the breakpoint', icon: <X />, run: () => removeBreakpoint(id) },
  ];
}

function entry(id: string, icon: React.ReactNode): MenuEntry {
  const command = commandOf(id);
  if (command === undefined) return null;
  return {
    id,
    title: command.title,
    icon,
    keys: command.keys[0],
    isDisabled: !command.isEnabled(),
    // After the menu has closed and given the focus back; a rename field would lose it again otherwise.
    run: () => void setTimeout(() => runCommand(id), 0),
  };
}
