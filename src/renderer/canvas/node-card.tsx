/**
 * A node as a card: icon tile, name, its own setting, and live figures. It reads only what belongs to
 * its node, so that figures of one node never paint another. Nothing is computed about the program
 * here; the graph and the engine say it all.
 */
import { Handle, type NodeProps, Position, useConnection } from '@xyflow/react';
import { CircleAlert, Database, Gauge, TriangleAlert, Unplug } from 'lucide-react';
import { Fragment, memo } from 'react';
import type { GraphNode } from '../../runtime/program/graph.ts';
import { useAnalysis } from '../store/analysis.ts';
import { useIsAway, useIsRemote } from '../store/cluster.ts';
import { useProblems } from '../store/problems.ts';
import { type NodeMetrics, useRun } from '../store/run.ts';
import { useIsRunOutdated } from '../store/run-age.ts';
import { useSelection } from '../store/selection.ts';
import { useIsFlowing, useIsPast } from '../store/view.ts';
import { classNames } from '../ui/class-names.ts';
import { formatBytes, formatClock, formatCount, formatEventTime, formatRate, plural } from '../ui/format.ts';
import { connectRefusal, openInput, portToConnect } from './kernels.ts';
import styles from './node-card.module.css';
import { familyName, lookOf } from './node-look.ts';
import { openPortMenu } from './overlays.ts';
import { RenameField } from './rename-field.tsx';

/** The card of a node. */
export const NodeCard = memo(function NodeCard({ id, selected }: NodeProps) {
  const node = useAnalysis((s) => s.nodesById.get(id));
  const metrics = useRun((s) => s.nodes.get(id));
  const isLive = useIsFlowing();
  const isCaretHere = useSelection((s) => s.caretNode === id);
  const isRenaming = useSelection((s) => s.renaming === id);
  const problem = useProblems().byNode.get(id)?.[0];
  const refusal = useRefusal(node);
  if (node === undefined) return null;

  const { icon: Icon, name: kindName } = lookOf(node);
  // Not a mistake yet: the node was just drawn and tells the next step.
  const open = openInput(node);
  const isError = problem?.severity === 'error' && open === null;
  return (
    <div
      className={classNames(
        styles.card,
        styles[node.family],
        selected && styles.selected,
        isCaretHere && styles.caret,
        isError && styles.error,
        refusal !== null && styles.refused,
      )}
    >
      <Ports node={node} isFocusable={selected} />
      <div className={styles.head}>
        <span className={styles.tile} aria-hidden="true">
          <Icon />
        </span>
        {isRenaming ? (
          <RenameField node={node} />
        ) : (
          <span className={styles.name} title={node.name}>
            <BreakableName name={node.name} />
          </span>
        )}
        <span className={styles.kind}>{kindName}</span>
      </div>
      {refusal !== null ? (
        <p className={styles.refusal}>{refusal}</p>
      ) : open !== null ? (
        <p className={styles.problem} title={problem?.message}>
          <Unplug aria-hidden="true" />
          <span>{open.name === null ? 'Connect its input' : `Connect its input ${open.name}`}</span>
        </p>
      ) : problem !== undefined ? (
        <p className={classNames(styles.problem, isError && styles.isError)} title={problem.message}>
          {isError ? <CircleAlert aria-hidden="true" /> : <TriangleAlert aria-hidden="true" />}
          <span>{problem.message}</span>
        </p>
      ) : (
        <p className={styles.summary} title={withCalls(node)}>
          <span className={styles.setting}>{node.summary === '' ? familyName(node.family) : node.summary}</span>
          {metrics?.load !== undefined ? (
            <LoadFigure load={metrics.load} />
          ) : metrics === undefined ? null : (
            <StateFigure node={node} metrics={metrics} />
          )}
        </p>
      )}
      <Figures node={node} metrics={metrics} isLive={isLive} />
    </div>
  );
});

/** A name that may break after its underscores, when the card is seen from far. */
function BreakableName({ name }: { name: string }) {
  const parts = name.split(/(?<=_)/);
  return parts.map((part, i) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: parts of a name have no identity but their place.
    <Fragment key={i}>
      {i === 0 ? null : <wbr />}
      {part}
    </Fragment>
  ));
}

/** Why the node cannot take the connection that is being dragged; null when it can or none is dragged. */
function useRefusal(node: GraphNode | undefined): string | null {
  const fromId = useConnection((c) => (c.inProgress && c.fromHandle?.type === 'source' ? c.fromNode.id : null));
  const toId = useConnection((c) => (c.inProgress && c.fromHandle?.type === 'target' ? c.fromNode.id : null));
  if (node === undefined || node.id === fromId || node.id === toId) return null;
  const { graph, nodesById } = useAnalysis.getState();
  const from = fromId === null ? undefined : nodesById.get(fromId);
  if (from !== undefined) return connectRefusal(graph, from, node, portToConnect(graph, node)?.id ?? null);
  const to = toId === null ? undefined : nodesById.get(toId);
  if (to !== undefined) return connectRefusal(graph, node, to, null);
  return null;
}

function Ports({ node, isFocusable }: { node: GraphNode; isFocusable: boolean }) {
  const count = node.inputs.length;
  return (
    <>
      {node.inputs.map((port, index) => (
        <Handle
          key={port.id}
          id={port.id}
          type="target"
          position={Position.Left}
          className={classNames(styles.port, styles.input)}
          style={{ top: `${((index + 1) * 100) / (count + 1)}%` }}
          role="button"
          tabIndex={isFocusable ? 0 : -1}
          aria-label={`Input ${port.label} of ${node.name}${port.refersTo === undefined ? '' : `, reads ${port.refersTo}`}. Enter chooses what it reads.`}
          title={count > 1 ? port.label : undefined}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            event.preventDefault();
            event.stopPropagation();
            openPortMenu({ kind: 'input', node: node.id, port: port.id });
          }}
        />
      ))}
      {node.hasOutput ? (
        <Handle
          id="out"
          type="source"
          position={Position.Right}
          className={classNames(styles.port, styles.output)}
          role="button"
          tabIndex={isFocusable ? 0 : -1}
          aria-label={`Output of ${node.name}. Enter chooses where its rows go.`}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            event.preventDefault();
            event.stopPropagation();
            openPortMenu({ kind: 'output', node: node.id });
          }}
        />
      ) : null}
    </>
  );
}

function Figures({ node, metrics, isLive }: { node: GraphNode; metrics: NodeMetrics | undefined; isLive: boolean }) {
  const isOutdated = useIsRunOutdated();
  const isPast = useIsPast();
  const isRemote = useIsRemote();
  const isAway = useIsAway();
  if (metrics === undefined) {
    return (
      <div className={classNames(styles.foot, styles.quiet)}>
        <span>{familyName(node.family)}</span>
      </div>
    );
  }
  const { rowCount, rowsPerSecond, watermarkMs, ended, lateRowCount } = metrics;
  const hasRate = (isLive || isPast) && rowsPerSecond > 0;
  return (
    <div
      className={classNames(
        styles.foot,
        (isPast || isRemote) && styles.past,
        (isOutdated || isAway) && styles.outdated,
      )}
      title={
        isAway
          ? 'As the cluster told last'
          : isRemote && !isOutdated
            ? 'On the cluster'
            : isOutdated
              ? 'From the run before your last change'
              : isPast
                ? 'As it was at the row of the time bar'
                : undefined
      }
    >
      <span className={styles.count} title={plural(rowCount, 'row')}>
        {formatCount(rowCount)} <span className={styles.unit}>{rowCount === 1 ? 'row' : 'rows'}</span>
      </span>
      {hasRate ? <span className={styles.rate}>{formatRate(rowsPerSecond)}</span> : null}
      {lateRowCount > 0 ? (
        <span className={styles.late} title="Rows that came after the watermark and were dropped">
          {formatCount(lateRowCount)} late
        </span>
      ) : null}
      <span className={styles.rest} />
      {watermarkMs !== null ? (
        <span className={styles.watermark} title={`Watermark ${formatEventTime(watermarkMs)}`}>
          {/* Beside a rate there is no room for milliseconds, and they could not be read. */}
          <span aria-hidden="true">≈</span> {formatClock(hasRate ? Math.floor(watermarkMs / 1000) * 1000 : watermarkMs)}
        </span>
      ) : ended ? (
        <span className={styles.ended}>done</span>
      ) : null}
    </div>
  );
}

/** The node's setting in full, and the functions of the library that it calls. */
function withCalls({ summary, calls }: GraphNode): string {
  return calls.length === 0 ? summary : `${summary}\nCalls ${calls.join(', ')}`;
}

/** How busy the tasks of the node are on the cluster; what holds them up goes before. */
function LoadFigure({ load: { rowsIn, busy, backPressured } }: { load: NonNullable<NodeMetrics['load']> }) {
  const percent = (share: number): string => `${Math.round(share * 100)} %`;
  const isHeldUp = backPressured !== null && backPressured >= HELD_UP_MIN;
  if (busy === null && !isHeldUp) return null;
  const parts = [
    rowsIn === null ? null : `${plural(rowsIn, 'row')} in`,
    busy === null ? null : `busy ${percent(busy)} of the time`,
    backPressured === null ? null : `held up by what comes after ${percent(backPressured)}`,
  ];
  return (
    <span
      className={classNames(styles.state, isHeldUp && styles.late)}
      data-testid="node-load"
      title={parts.filter((part) => part !== null).join(', ')}
    >
      {isHeldUp ? <TriangleAlert aria-hidden="true" /> : <Gauge aria-hidden="true" />}
      {isHeldUp ? `held up ${percent(backPressured)}` : `busy ${percent(busy ?? 0)}`}
    </span>
  );
}

/** Share of time from which a node that waits for the next one is worth a word. Flink's web page: `low`. */
const HELD_UP_MIN = 0.1;

/** How much the node keeps. The watermark that each table keeps is no news; anything more is. */
function StateFigure({ node, metrics }: { node: GraphNode; metrics: NodeMetrics }) {
  const { stateEntryCount, stateSizeBytes } = metrics;
  if (stateEntryCount === 0 || (stateEntryCount === 1 && node.family === 'source')) return null;
  return (
    <span
      className={styles.state}
      data-testid="node-state"
      title={`State: ${plural(stateEntryCount, 'entry', 'entries')}, ${formatBytes(stateSizeBytes)}`}
    >
      <Database aria-hidden="true" />
      {formatCount(stateEntryCount)} · {formatBytes(stateSizeBytes)}
    </span>
  );
}

/** What screen readers hear for a card. */
export function describeNode(node: GraphNode, problem: string | undefined, metrics: NodeMetrics | undefined): string {
  const parts = [`${lookOf(node).name} ${node.name}`];
  if (node.summary !== '') parts.push(node.summary);
  if (node.kind !== 'process' && node.calls.length > 0) parts.push(`Calls ${node.calls.join(', ')}`);
  if (problem !== undefined) parts.push(`Problem: ${problem}`);
  if (metrics !== undefined) parts.push(plural(metrics.rowCount, 'row'));
  if (metrics !== undefined && metrics.stateEntryCount > 1)
    parts.push(`State: ${plural(metrics.stateEntryCount, 'entry', 'entries')}`);
  return parts.join('. ');
}
