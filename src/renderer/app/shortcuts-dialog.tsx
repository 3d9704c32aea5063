/** All shortcuts, from the command table. */
import { useSettings } from '../store/settings.ts';
import { KeyHint } from '../ui/key-hint.tsx';
import { LargeDialog } from '../ui/large-dialog.tsx';
import { COMMANDS } from './commands.ts';
import styles from './shortcuts-dialog.module.css';

/** Keys of the canvas that are gestures rather than commands. */
const GESTURES: readonly { readonly keys: string; readonly title: string }[] = [
  { keys: 'ArrowRight', title: 'Walk along the graph' },
  { keys: 'Shift+ArrowRight', title: 'Walk and keep the selection' },
  { keys: 'Alt+ArrowRight', title: 'Move the selection' },
  { keys: 'Enter', title: 'Open the inspector; on a port: connect' },
  { keys: 'Space', title: 'Show the rows of the node' },
];

/** The open list of shortcuts. */
export function ShortcutsDialog() {
  const close = (): void => useSettings.setState({ shortcutsOpen: false });
  const groups = [...new Set(COMMANDS.map((c) => c.group))];
  return (
    <LargeDialog title="Keyboard shortcuts" onClose={close}>
      <div className={styles.columns}>
        {groups.map((group) => (
          <section key={group} className={styles.group}>
            <h2>{group}</h2>
            {COMMANDS.filter((c) => c.group === group && c.keys.length > 0).map((c) => (
              <Line key={c.id} title={c.title} keys={c.keys[0] ?? ''} />
            ))}
            {group === 'Canvas' ? GESTURES.map((g) => <Line key={g.keys} {...g} />) : null}
          </section>
        ))}
      </div>
    </LargeDialog>
  );
}

function Line({ title, keys }: { title: string; keys: string }) {
  return (
    <p className={styles.line}>
      <span>{title}</span>
      <span className="visually-hidden">{keys.replace('$mod', 'Control')}</span>
      <KeyHint keys={keys} />
    </p>
  );
}
