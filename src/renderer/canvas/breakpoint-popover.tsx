/** The condition of a breakpoint, at its edge: one line of SQL over the columns that come along there. */
import { Popover } from '@base-ui/react/popover';
import { useEffect, useRef, useState } from 'react';
import type { GraphEdge } from '../../runtime/program/graph.ts';
import { useAnalysis } from '../store/analysis.ts';
import { checkCondition } from '../store/breakpoint-condition.ts';
import {
  type Breakpoint,
  cancelEditing,
  changeBreakpoint,
  edgeOf,
  finishEditing,
  removeBreakpoint,
  useBreakpoints,
} from '../store/breakpoints.ts';
import { Button } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { formatMessage } from '../ui/format.ts';
import popup from '../ui/popup.module.css';
import styles from './breakpoint-mark.module.css';

/** A pause in typing this long has the condition checked. */
const TYPING_PAUSE_MS = 200;

/** The open condition, or nothing. */
export function BreakpointPopover() {
  const breakpoint = useBreakpoints((s) => s.list.find((b) => b.id === s.editing));
  const graph = useAnalysis((s) => s.graph);
  const edge = breakpoint === undefined ? null : edgeOf(graph, breakpoint);
  if (breakpoint === undefined || edge === null) return null;
  return <Open key={breakpoint.id} breakpoint={breakpoint} edge={edge} />;
}

function Open({ breakpoint, edge }: { breakpoint: Breakpoint; edge: GraphEdge }) {
  const { id, from, to } = breakpoint;
  const fromName = useAnalysis((s) => s.nodesById.get(from)?.name ?? from);
  const toName = useAnalysis((s) => s.nodesById.get(to)?.name ?? to);
  const columns = useAnalysis((s) => s.schemas.get(from)?.columns);
  const isDraft = useBreakpoints((s) => s.isDraft);
  const [condition, setCondition] = useState(breakpoint.condition);
  const wrong = useWrong(from, condition);
  const input = useRef<HTMLInputElement>(null);
  const close = (): void => finishEditing(condition.trim());
  const insert = (name: string): void => {
    const field = input.current;
    const at = field?.selectionStart ?? condition.length;
    const end = field?.selectionEnd ?? at;
    const text = /^[A-Za-z_]\w*$/.test(name) ? name : `\`${name.replaceAll('`', '``')}\``;
    setCondition(condition.slice(0, at) + text + condition.slice(end));
    requestAnimationFrame(() => {
      field?.focus();
      field?.setSelectionRange(at + text.length, at + text.length);
    });
  };
  return (
    <Popover.Root
      open
      onOpenChange={(open, { reason }) => {
        if (open) return;
        if (reason === 'escape-key') cancelEditing();
        else close();
      }}
    >
      <Popover.Portal>
        <Popover.Positioner
          anchor={() => document.querySelector(`[data-edge-label="${CSS.escape(edge.id)}"]`)}
          sideOffset={8}
          className={popup.positioner}
        >
          <Popover.Popup className={classNames(popup.popup, styles.popup)} initialFocus={input}>
            <Popover.Title className={styles.title}>
              Breakpoint: {fromName} → {toName}
            </Popover.Title>
            <label className={styles.field}>
              Stop when
              <input
                ref={input}
                aria-label="Condition"
                aria-invalid={wrong !== null}
                placeholder="every row"
                spellCheck={false}
                value={condition}
                onChange={(event) => setCondition(event.currentTarget.value)}
                onKeyDown={(event) => {
                  if (event.key === 'Enter') close();
                }}
              />
            </label>
            {wrong === null ? (
              <p className={styles.note}>SQL over the columns of {fromName}, as after WHERE.</p>
            ) : (
              <p className={styles.wrongText} role="alert">
                {formatMessage(wrong)}
              </p>
            )}
            {columns === undefined ? null : (
              <div className={styles.columns}>
                {columns.map((column) => (
                  <button
                    key={column.name}
                    type="button"
                    className={styles.column}
                    title={`${column.name} ${column.type}: press to write it`}
                    onClick={() => insert(column.name)}
                  >
                    {column.name}
                  </button>
                ))}
              </div>
            )}
            <div className={styles.buttons}>
              {isDraft ? (
                <span className={styles.rest} />
              ) : (
                <label>
                  <input
                    type="checkbox"
                    checked={breakpoint.enabled}
                    onChange={(event) => changeBreakpoint(id, { enabled: event.currentTarget.checked })}
                  />
                  On
                </label>
              )}
              <Button tone="quiet" onClick={() => removeBreakpoint(id)}>
                Remove
              </Button>
              <Button tone="accent" onClick={close}>
                {isDraft ? 'Set' : 'Done'}
              </Button>
            </div>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

/** What is wrong with the condition as it is typed. */
function useWrong(nodeId: string, condition: string): string | null {
  const [wrong, setWrong] = useState<string | null>(null);
  useEffect(() => {
    let isGone = false;
    const timer = setTimeout(() => {
      void checkCondition(nodeId, condition).then((found) => {
        if (!isGone) setWrong(found);
      });
    }, TYPING_PAUSE_MS);
    return () => {
      isGone = true;
      clearTimeout(timer);
    };
  }, [nodeId, condition]);
  return wrong;
}
