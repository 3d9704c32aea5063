/** Shows the open list of the canvas and does what was chosen in it. */
import { Plus } from 'lucide-react';
import type { PaletteKind } from '../../runtime/program/edit.ts';
import { insertOnEdge, placeForNewNode, requestEdit } from '../store/actions.ts';
import { useAnalysis } from '../store/analysis.ts';
import { Picker, type PickerItem } from '../ui/picker.tsx';
import { connectRefusal, portToConnect } from './kernels.ts';
import { lookOf, PALETTE } from './node-look.ts';
import { type Overlay, useOverlay } from './overlays.ts';

/** The open list, or nothing. */
export function OverlayPicker() {
  const overlay = useOverlay((s) => s.overlay);
  if (overlay === null) return null;
  const close = (): void => useOverlay.setState({ overlay: null });
  switch (overlay.kind) {
    case 'output':
      return <TargetPicker overlay={overlay} onClose={close} />;
    case 'input':
      return <SourcePicker overlay={overlay} onClose={close} />;
    case 'add':
      return (
        <Picker
          label={overlay.connectFrom === null ? 'Add a node' : 'Add a node and connect it'}
          placeholder="Filter, join, sink…"
          emptyText="Nothing of that name."
          items={paletteItems(overlay.connectFrom === null ? () => true : (kind) => !kind.startsWith('source-'))}
          onPick={(kind) =>
            void requestEdit({
              kind: 'add-node',
              palette: kind as PaletteKind,
              at: overlay.at,
              ...(overlay.connectFrom === null ? {} : { connectFrom: overlay.connectFrom }),
            })
          }
          onClose={close}
        />
      );
    case 'splice':
      return (
        <Picker
          label="Insert a node into this edge"
          placeholder="Filter, map, window…"
          emptyText="Nothing of that name."
          items={paletteItems((kind) => !kind.startsWith('source-') && !kind.startsWith('sink-'))}
          onPick={(kind) => void insertOnEdge(overlay.edge, kind as PaletteKind)}
          onClose={close}
        />
      );
  }
}

function paletteItems(isWanted: (kind: PaletteKind) => boolean): readonly PickerItem[] {
  return PALETTE.flatMap((group) =>
    group.items
      .filter((item) => isWanted(item.kind))
      .map((item) => ({
        id: item.kind,
        title:
          group.title === 'Operators' ? item.title : `${item.title} (${group.title.toLowerCase().replace(/s$/, '')})`,
        note: item.note,
        icon: <item.icon aria-hidden="true" />,
      })),
  );
}

function TargetPicker({ overlay, onClose }: { overlay: Extract<Overlay, { kind: 'output' }>; onClose: () => void }) {
  const graph = useAnalysis((s) => s.graph);
  const from = useAnalysis((s) => s.nodesById.get(overlay.node));
  if (from === undefined) return null;
  const items: PickerItem[] = [];
  for (const to of graph.nodes) {
    if (to.id === from.id || to.inputs.length === 0) continue;
    const { icon: Icon } = lookOf(to);
    for (const port of to.inputs) {
      items.push({
        id: `to\n${to.id}\n${port.id}`,
        title: to.inputs.length > 1 ? `${to.name}: ${port.label}` : to.name,
        note: port.refersTo === undefined ? lookOf(to).name : `reads ${port.refersTo}`,
        icon: <Icon aria-hidden="true" />,
        refusal: connectRefusal(graph, from, to, port.id),
      });
    }
  }
  items.sort((a, b) => Number((a.refusal ?? null) !== null) - Number((b.refusal ?? null) !== null));
  for (const item of paletteItems((kind) => !kind.startsWith('source-'))) {
    items.push({
      ...item,
      id: `add\n${item.id}`,
      title: `New ${item.title.toLowerCase()}`,
      icon: <Plus aria-hidden="true" />,
    });
  }
  return (
    <Picker
      label={`Connect the output of ${from.name} to`}
      placeholder={`Where do the rows of ${from.name} go?`}
      emptyText="No node of that name."
      items={items}
      onPick={(id) => {
        const [verb, first = '', second = ''] = id.split('\n');
        if (verb === 'to') void requestEdit({ kind: 'connect', from: from.id, to: first, toPort: second });
        else
          void requestEdit({
            kind: 'add-node',
            palette: first as PaletteKind,
            at: placeForNewNode(from.id),
            connectFrom: from.id,
          });
      }}
      onClose={onClose}
    />
  );
}

function SourcePicker({ overlay, onClose }: { overlay: Extract<Overlay, { kind: 'input' }>; onClose: () => void }) {
  const graph = useAnalysis((s) => s.graph);
  const to = useAnalysis((s) => s.nodesById.get(overlay.node));
  if (to === undefined) return null;
  const items = graph.nodes
    .filter((from) => from.id !== to.id && from.hasOutput)
    .map((from) => {
      const { icon: Icon, name } = lookOf(from);
      return {
        id: from.id,
        title: from.name,
        note: name,
        icon: <Icon aria-hidden="true" />,
        refusal: connectRefusal(graph, from, to, overlay.port),
      };
    })
    .sort((a, b) => Number(a.refusal !== null) - Number(b.refusal !== null));
  return (
    <Picker
      label={`Connect an input of ${to.name}`}
      placeholder={`What does ${to.name} read?`}
      emptyText={portToConnect(graph, to) === null ? 'This node has no input.' : 'No node of that name.'}
      items={items}
      onPick={(from) => void requestEdit({ kind: 'connect', from, to: to.id, toPort: overlay.port })}
      onClose={onClose}
    />
  );
}
