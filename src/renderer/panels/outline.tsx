/** The outline: all nodes as a list in the order of the script. The way to the graph without eyes or mouse. */
import { CircleAlert } from 'lucide-react';
import { type CSSProperties, type KeyboardEvent, useRef } from 'react';
import { lookOf } from '../canvas/node-look.ts';
import { useAnalysis } from '../store/analysis.ts';
import { useProblems } from '../store/problems.ts';
import { useRun } from '../store/run.ts';
import { revealNode, selectNodes, useSelection } from '../store/selection.ts';
import { classNames } from '../ui/class-names.ts';
import { formatCount } from '../ui/format.ts';
import styles from './left-panel.module.css';

/** More nodes than this are not listed; the command palette finds the others by name. */
const LISTED_COUNT_MAX = 250;

/** The outline of the open project. */
export function Outline() {
  const graph = useAnalysis((s) => s.graph);
  const selected = useSelection((s) => s.nodes);
  const metrics = useRun((s) => s.nodes);
  const { byNode } = useProblems();
  const list = useRef<HTMLDivElement>(null);
  const current = graph.nodes.find((n) => selected.includes(n.id))?.id ?? graph.nodes[0]?.id;

  const move = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const at = graph.nodes.findIndex((n) => n.id === current);
    const next = graph.nodes[Math.max(0, Math.min(graph.nodes.length - 1, at + step))];
    if (next === undefined) return;
    selectNodes([next.id]);
    revealNode(next.id);
    requestAnimationFrame(() => list.current?.querySelector<HTMLElement>('[aria-selected="true"]')?.focus());
  };

  return (
    <section className={styles.section} aria-label="Outline">
      <h2 className={styles.heading}>Outline</h2>
      {graph.nodes.length === 0 ? <p className={styles.none}>Nodes appear here as you add them.</p> : null}
      <div ref={list} role="listbox" aria-label="Nodes" className={styles.list} onKeyDown={move}>
        {graph.nodes.slice(0, LISTED_COUNT_MAX).map((node) => {
          const { icon: Icon, name } = lookOf(node);
          const problem = byNode.get(node.id)?.[0];
          const figures = metrics.get(node.id);
          return (
            <button
              key={node.id}
              type="button"
              role="option"
              aria-selected={selected.includes(node.id)}
              tabIndex={node.id === current ? 0 : -1}
              className={styles.item}
              style={{ '--family': `var(--family-${node.family})` } as CSSProperties}
              onClick={() => {
                selectNodes([node.id]);
                revealNode(node.id);
              }}
            >
              <span className={styles.tile} aria-hidden="true">
                <Icon />
              </span>
              <span className={styles.title}>{node.name}</span>
              <span className={classNames(styles.note, 'tabular', figures !== undefined && styles.figure)}>
                {figures === undefined ? name : formatCount(figures.rowCount)}
              </span>
              {problem?.severity === 'error' ? <CircleAlert className={styles.bad} aria-label="has a problem" /> : null}
            </button>
          );
        })}
      </div>
      {graph.nodes.length > LISTED_COUNT_MAX ? (
        <p className={styles.none}>and {graph.nodes.length - LISTED_COUNT_MAX} more</p>
      ) : null}
    </section>
  );
}
