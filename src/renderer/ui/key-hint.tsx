/** A shortcut as keys to look at: `$mod+Shift+S` becomes Ctrl Shift S (⌘ ⇧ S on a Mac). */
import styles from './key-hint.module.css';

const isMac = typeof navigator !== 'undefined' && navigator.platform.startsWith('Mac');

const NAMES: Readonly<Record<string, string>> = isMac
  ? { $mod: '⌘', Shift: '⇧', Alt: '⌥', Enter: '↵', Delete: '⌦', Backspace: '⌫', Escape: 'Esc', ArrowRight: '→' }
  : { $mod: 'Ctrl', Delete: 'Del', Escape: 'Esc', Enter: 'Enter', ArrowRight: '→' };

/** The keys of a shortcut, for people. */
function keyNames(keys: string): readonly string[] {
  return keys
    .split('+')
    .map((key) => NAMES[key] ?? (key.length === 1 ? key.toUpperCase() : key.replace(/^Key|^Digit/, '')));
}

/** Shows a shortcut. */
export function KeyHint({ keys }: { keys: string }) {
  return (
    <span className={styles.hint} aria-hidden="true">
      {keyNames(keys).map((name) => (
        <kbd key={name} className={styles.key}>
          {name}
        </kbd>
      ))}
    </span>
  );
}
