/**
 * An edge: a quiet curve whose width follows the rate. It carries the changelog mode as a sign (never
 * by colour alone): always when rows are taken back, for plain appends only when looked at. Dots move
 * only while rows flow, only when close (CSS decides), and never under reduced motion.
 */
import { BaseEdge, EdgeLabelRenderer, type EdgeProps, getBezierPath } from '@xyflow/react';
import { Plus } from 'lucide-react';
import { memo } from 'react';
import { useAnalysis } from '../store/analysis.ts';
import { breakpointOn, useBreakpoints } from '../store/breakpoints.ts';
import { useRun } from '../store/run.ts';
import { useIsFlowing, useIsPast } from '../store/view.ts';
import { classNames } from '../ui/class-names.ts';
import { formatRate } from '../ui/format.ts';
import { BreakpointMark } from './breakpoint-mark.tsx';
import { openAddMenu } from './overlays.ts';
import { Sparkline } from './sparkline.tsx';
import styles from './stream-edge.module.css';

/** Sign and words of a changelog mode. */
export const CHANGELOG_MODES = {
  append: { sign: '+', name: 'append: rows are only added' },
  upsert: { sign: '↑', name: 'upsert: the newest row of a key counts' },
  retract: { sign: '±', name: 'retract: rows are taken back when they change' },
} as const;

/** The edge between two nodes. */
export const StreamEdge = memo(function StreamEdge(props: EdgeProps) {
  const { id, source, target, selected, sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition } = props;
  const changelog = useAnalysis((s) => s.schemas.get(source)?.changelog ?? null);
  const isFlowing = useIsFlowing();
  const isPast = useIsPast();
  // A moment of the past has its rate too, at rest; a run that rests or has ended has none.
  const rate = useRun((s) => (isFlowing || isPast ? (s.nodes.get(source)?.rowsPerSecond ?? 0) : 0));
  const rates = useRun((s) => s.rates.get(source));
  const hasBreakpoint = useBreakpoints((s) => breakpointOn(s.list, { from: source, to: target }) !== null);
  const [path, labelX, labelY] = getBezierPath({ sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition });
  const mode = changelog === null ? null : CHANGELOG_MODES[changelog];
  // One row a second is 1.5 px, a million 5 px: visible, never loud.
  const width = 1.5 + Math.min(3.5, Math.log10(1 + rate) * 0.6);
  return (
    <>
      <BaseEdge
        id={id}
        path={path}
        interactionWidth={20}
        className={classNames(styles.edge, selected === true && styles.selected)}
        style={{ strokeWidth: width }}
      />
      {rate > 0 && isFlowing ? <path d={path} className={styles.flow} /> : null}
      <EdgeLabelRenderer>
        <div
          className={classNames(
            styles.label,
            'nodrag nopan',
            selected === true && styles.shown,
            ((changelog !== null && changelog !== 'append') || hasBreakpoint) && styles.always,
          )}
          data-edge-label={id}
          style={{ transform: `translate(-50%, -50%) translate(${labelX}px, ${labelY}px)` }}
        >
          {hasBreakpoint ? <BreakpointMark from={source} to={target} isFocusable={selected === true} /> : null}
          {mode === null ? null : (
            <span className={classNames(styles.badge, changelog !== null && styles[changelog])} title={mode.name}>
              <span aria-hidden="true">{mode.sign}</span>
              <span className={styles.more}>{changelog}</span>
            </span>
          )}
          {rate > 0 ? (
            <span className={styles.rate}>
              {rates === undefined || rates.length < 2 ? null : (
                <span className={styles.more}>
                  <Sparkline values={rates} />
                </span>
              )}
              {formatRate(rate)}
            </span>
          ) : null}
          {hasBreakpoint ? null : (
            <BreakpointMark from={source} to={target} addClassName={styles.more} isFocusable={selected === true} />
          )}
          <button
            type="button"
            className={classNames(styles.insert, styles.more)}
            aria-label="Insert a node here"
            title="Insert a node here"
            tabIndex={selected === true ? 0 : -1}
            onClick={() => openAddMenu({ kind: 'splice', edge: id })}
          >
            <Plus aria-hidden="true" />
          </button>
        </div>
      </EdgeLabelRenderer>
    </>
  );
});
