/** All breakpoints of the project, opened from the time bar: on or off, their conditions, the way to their edges. */
import { Popover } from '@base-ui/react/popover';
import { Pencil, Trash2 } from 'lucide-react';
import { keysOf } from '../app/commands.ts';
import { BreakpointSign } from '../canvas/breakpoint-sign.tsx';
import { useAnalysis } from '../store/analysis.ts';
import {
  type Breakpoint,
  changeBreakpoint,
  edgeOf,
  editBreakpoint,
  removeBreakpoint,
  useBreakpoints,
} from '../store/breakpoints.ts';
import { revealNode, useSelection } from '../store/selection.ts';
import { useSettings } from '../store/settings.ts';
import { IconButton } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { plural } from '../ui/format.ts';
import { KeyHint } from '../ui/key-hint.tsx';
import popup from '../ui/popup.module.css';
import styles from './breakpoints-menu.module.css';

/** The button with its list. */
export function BreakpointsMenu() {
  const list = useBreakpoints((s) => s.list);
  const wrongCount = useBreakpoints((s) => s.problems.size);
  const onCount = list.filter((b) => b.enabled).length;
  const state = wrongCount > 0 ? 'wrong' : onCount > 0 ? 'on' : 'off';
  return (
    <Popover.Root>
      <Popover.Trigger
        className={styles.trigger}
        title="Breakpoints"
        aria-label={`Breakpoints: ${list.length === 0 ? 'none' : `${onCount} of ${list.length} on`}${wrongCount > 0 ? `, ${plural(wrongCount, 'condition is', 'conditions are')} wrong` : ''}`}
      >
        <BreakpointSign state={state} />
        {list.length === 0 ? null : <span>{list.length}</span>}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner sideOffset={6} align="end" className={popup.positioner}>
          <Popover.Popup className={classNames(popup.popup, styles.popup)} aria-label="Breakpoints">
            {list.length === 0 ? null : (
              <ul className={styles.list}>
                {list.map((breakpoint) => (
                  <Item key={breakpoint.id} breakpoint={breakpoint} />
                ))}
              </ul>
            )}
            <p className={styles.teach}>
              {list.length === 0
                ? 'A breakpoint stops the run at the first row of an edge that meets a condition. '
                : ''}
              Select an edge and press <KeyHint keys={keysOf('run.breakpoint') ?? ''} />
              <span className="visually-hidden"> {keysOf('run.breakpoint')}</span> to add one.
            </p>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

function Item({ breakpoint }: { breakpoint: Breakpoint }) {
  const { id, from, to, condition, enabled } = breakpoint;
  const edgeId = useAnalysis((s) => edgeOf(s.graph, breakpoint)?.id ?? null);
  const fromName = useAnalysis((s) => s.nodesById.get(from)?.name) ?? nameIn(from);
  const toName = useAnalysis((s) => s.nodesById.get(to)?.name) ?? nameIn(to);
  const problem = useBreakpoints((s) => s.problems.get(id));
  const show = (): void => {
    if (edgeId === null) return;
    useSettings.setState({ centreTab: 'canvas' });
    useSelection.setState({ nodes: [], edges: [edgeId] });
    revealNode(from);
  };
  return (
    <li className={styles.item}>
      <button
        type="button"
        role="switch"
        aria-checked={enabled}
        aria-label={`Breakpoint from ${fromName} to ${toName}`}
        title={enabled ? 'On: press to switch it off' : 'Off: press to switch it on'}
        className={styles.toggle}
        onClick={() => changeBreakpoint(id, { enabled: !enabled })}
      >
        <BreakpointSign state={problem !== undefined ? 'wrong' : enabled ? 'on' : 'off'} />
      </button>
      <button type="button" className={styles.where} disabled={edgeId === null} onClick={show}>
        <span className={styles.edge}>
          {fromName} → {toName}
        </span>
        <span className={problem === undefined ? styles.condition : styles.problem}>
          {problem ??
            (edgeId === null ? 'This edge is not in the graph any more.' : condition === '' ? 'every row' : condition)}
        </span>
      </button>
      <IconButton
        label="Edit the condition"
        disabled={edgeId === null}
        onClick={() => {
          show();
          editBreakpoint(id);
        }}
      >
        <Pencil />
      </IconButton>
      <IconButton label="Remove the breakpoint" onClick={() => removeBreakpoint(id)}>
        <Trash2 />
      </IconButton>
    </li>
  );
}

/** The name in a node's id, for nodes that are gone: `view:big` → `big`. */
function nameIn(nodeId: string): string {
  return nodeId.replace(/^\w+:/, '');
}
