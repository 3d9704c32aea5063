/** The name of a node while it is being edited on its card. Enter renames everywhere, Escape leaves. */
import { useRef, useState } from 'react';
import type { GraphNode } from '../../runtime/program/graph.ts';
import { requestEdit } from '../store/actions.ts';
import { useSelection } from '../store/selection.ts';
import styles from './rename-field.module.css';

/** A field over the name of `node`. */
export function RenameField({ node }: { node: GraphNode }) {
  const [name, setName] = useState(node.name);
  const isDone = useRef(false);

  const finish = (isWanted: boolean): void => {
    // Leaving the field after Enter or Escape must not ask a second time.
    if (isDone.current) return;
    isDone.current = true;
    useSelection.setState({ renaming: null });
    const wanted = name.trim();
    if (isWanted && wanted !== '' && wanted !== node.name) {
      void requestEdit({ kind: 'rename', node: node.id, name: wanted });
    }
  };

  return (
    <input
      className={`${styles.field} nodrag nopan`}
      aria-label={`New name of ${node.name}`}
      // biome-ignore lint/a11y/noAutofocus: the user asked to type the name here.
      autoFocus
      spellCheck={false}
      value={name}
      onFocus={(event) => event.target.select()}
      onChange={(event) => setName(event.target.value)}
      onBlur={() => finish(true)}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === 'Enter') finish(true);
        else if (event.key === 'Escape') finish(false);
      }}
    />
  );
}
