/** The left panel: what can be added, and what is there. */
import { Group, Panel, Separator, useDefaultLayout } from 'react-resizable-panels';
import workbench from '../app/workbench.module.css';
import { FunctionLibrary, useHasFunctions } from './function-library.tsx';
import styles from './left-panel.module.css';
import { Outline } from './outline.tsx';
import { Palette } from './palette.tsx';

/** Palette over outline over functions; the last only when there are any. */
export function LeftPanel() {
  const hasFunctions = useHasFunctions();
  const layout = useDefaultLayout({
    id: 'millrace-left',
    panelIds: ['palette', 'outline', ...(hasFunctions ? ['functions'] : [])],
  });
  return (
    <Group className={styles.panel} orientation="vertical" {...layout}>
      <Panel id="palette" defaultSize="62%" minSize="6rem">
        <Palette />
      </Panel>
      <Separator className={workbench.separator} aria-label="Height of the palette" />
      <Panel id="outline" minSize="5rem">
        <Outline />
      </Panel>
      {hasFunctions ? (
        <>
          <Separator className={workbench.separator} aria-label="Height of the function library" />
          <Panel id="functions" defaultSize="20%" minSize="4rem">
            <FunctionLibrary />
          </Panel>
        </>
      ) : null}
    </Group>
  );
}
