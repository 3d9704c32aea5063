/** The command palette: every command with its keys, and every node by name. */

import { lookOf } from '../canvas/node-look.ts';
import { useAnalysis } from '../store/analysis.ts';
import { revealNode, selectNodes } from '../store/selection.ts';
import { useSettings } from '../store/settings.ts';
import { Picker, type PickerItem } from '../ui/picker.tsx';
import { COMMANDS, runCommand } from './commands.ts';

/** The open palette. */
export function CommandPalette() {
  const graph = useAnalysis((s) => s.graph);
  const commands = COMMANDS.filter((c) => c.id !== 'view.palette' && c.isEnabled()).map(
    (c): PickerItem => ({ id: c.id, title: c.title, note: c.group, keys: c.keys[0] }),
  );
  const nodes = graph.nodes.map((node): PickerItem => {
    const { icon: Icon, name } = lookOf(node);
    return { id: `node\n${node.id}`, title: `Go to ${node.name}`, note: name, icon: <Icon aria-hidden="true" /> };
  });
  return (
    <Picker
      label="Command palette"
      placeholder="Type a command or a node…"
      emptyText="No command of that name."
      items={[...commands, ...nodes]}
      onPick={(id) => {
        const node = id.startsWith('node\n') ? id.slice(5) : null;
        if (node === null) {
          // After the dialog has given the focus back.
          setTimeout(() => runCommand(id), 0);
          return;
        }
        useSettings.setState({ centreTab: 'canvas' });
        selectNodes([node]);
        revealNode(node, { focus: true });
      }}
      onClose={() => useSettings.setState({ commandPaletteOpen: false })}
    />
  );
}
