/** The palette: drag an item to the canvas, or press Enter on it to add it beside the selection. */
import type { CSSProperties, DragEvent } from 'react';
import { PALETTE, type PaletteItem } from '../canvas/node-look.ts';
import { PALETTE_DATA_TYPE } from '../canvas/palette-data.ts';
import { placeForNewNode, requestEdit } from '../store/actions.ts';
import { useAnalysis } from '../store/analysis.ts';
import { revealNode, useSelection } from '../store/selection.ts';
import { useSettings } from '../store/settings.ts';
import styles from './left-panel.module.css';

/** The palette. */
export function Palette() {
  return (
    <nav className={styles.section} aria-label="Palette">
      {PALETTE.map((group) => (
        <section key={group.title} aria-label={group.title}>
          <h2 className={styles.heading}>{group.title}</h2>
          <ul className={styles.list}>
            {group.items.map((item) => (
              <li key={item.kind}>
                <PaletteButton item={item} group={group.title} />
              </li>
            ))}
          </ul>
        </section>
      ))}
    </nav>
  );
}

function PaletteButton({ item, group }: { item: PaletteItem; group: string }) {
  const onDragStart = (event: DragEvent): void => {
    event.dataTransfer.setData(PALETTE_DATA_TYPE, item.kind);
    event.dataTransfer.effectAllowed = 'copy';
  };
  return (
    <button
      type="button"
      draggable
      className={styles.item}
      style={{ '--family': `var(--family-${item.family})` } as CSSProperties}
      data-palette={item.kind}
      onDragStart={onDragStart}
      onClick={() => void addBesideSelection(item)}
    >
      <span className={styles.tile} aria-hidden="true">
        <item.icon />
      </span>
      <span className="visually-hidden">
        {group === 'Operators' ? 'Add' : `Add ${group.toLowerCase().slice(0, -1)}:`}{' '}
      </span>
      <span className={styles.title}>{item.title}</span>
      <span className={styles.note}>{item.note}</span>
    </button>
  );
}

/** An operator or sink reads the one selected node at once; a source stands alone. */
async function addBesideSelection(item: PaletteItem): Promise<void> {
  const { nodes } = useSelection.getState();
  const from = nodes.length === 1 ? nodes[0] : undefined;
  const node = from === undefined ? undefined : useAnalysis.getState().nodesById.get(from);
  const isConnected = node?.hasOutput === true && !item.kind.startsWith('source-');
  useSettings.setState({ centreTab: 'canvas' });
  const outcome = await requestEdit({
    kind: 'add-node',
    palette: item.kind,
    at: placeForNewNode(node?.id ?? null),
    ...(isConnected && node !== undefined ? { connectFrom: node.id } : {}),
  });
  const added = outcome.ok ? outcome.edit.select[0] : undefined;
  if (added !== undefined) revealNode(added);
}
