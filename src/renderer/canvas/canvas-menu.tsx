/** The context menu of the canvas: what can be done with what is selected, else with the whole. */
import { Copy, Maximize2, Pencil, Plus, Scissors, Trash2 } from 'lucide-react';
import { commandOf, runCommand } from '../app/commands.ts';
import { useSelection } from '../store/selection.ts';
import { showDock } from '../store/settings.ts';
import type { MenuEntry } from '../ui/context-menu.tsx';
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
  if (edges.length > 0) return [entry('edit.delete', <Trash2 />)];
  return [entry('edit.add-node', <Plus />), entry('view.arrange', <TidyIcon />), entry('view.fit', <Maximize2 />)];
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
