/** A script's graph as a small drawing: the true one, read and laid out by the language worker. */
import { useEffect, useState } from 'react';
import { NODE_HEIGHT_PX, NODE_WIDTH_PX } from '../../runtime/program/auto-layout.ts';
import type { ProgramGraph } from '../../runtime/program/graph.ts';
import { EMPTY_LAYOUT, type Point } from '../../runtime/program/layout.ts';
import { services } from '../store/services.ts';
import styles from './welcome.module.css';

interface Drawing {
  readonly graph: ProgramGraph;
  readonly positions: Readonly<Record<string, Point>>;
}

/** Draws the graph of `script`; an empty frame of the same size until it is known. */
export function GraphDrawing({ script }: { script: string }) {
  const [drawing, setDrawing] = useState<Drawing | null>(null);
  useEffect(() => {
    let isGone = false;
    void draw(script).then((drawn) => {
      if (!isGone) setDrawing(drawn);
    });
    return () => {
      isGone = true;
    };
  }, [script]);
  if (drawing === null) return <span className={styles.drawing} />;
  const { graph, positions } = drawing;
  const all = Object.values(positions);
  const left = Math.min(...all.map((p) => p.x));
  const top = Math.min(...all.map((p) => p.y));
  const width = Math.max(...all.map((p) => p.x)) + NODE_WIDTH_PX - left;
  const height = Math.max(...all.map((p) => p.y)) + NODE_HEIGHT_PX - top;
  const middle = NODE_HEIGHT_PX / 2;
  return (
    <svg
      className={styles.drawing}
      viewBox={`${left - 8} ${top - 8} ${width + 16} ${height + 16}`}
      preserveAspectRatio="xMinYMid meet"
      aria-hidden="true"
    >
      {graph.edges.map((edge) => {
        const from = positions[edge.from];
        const to = positions[edge.to];
        if (from === undefined || to === undefined) return null;
        const [x1, y1, x2, y2] = [from.x + NODE_WIDTH_PX, from.y + middle, to.x, to.y + middle];
        const bend = (x2 - x1) / 2;
        return (
          <path
            key={edge.id}
            d={`M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`}
            fill="none"
            stroke="var(--edge)"
            strokeWidth="1.25"
            vectorEffect="non-scaling-stroke"
          />
        );
      })}
      {graph.nodes.map((node) => {
        const at = positions[node.id];
        return at === undefined ? null : (
          <rect
            key={node.id}
            x={at.x}
            y={at.y}
            width={NODE_WIDTH_PX}
            height={NODE_HEIGHT_PX}
            rx="24"
            fill={`var(--family-${node.family})`}
          />
        );
      })}
    </svg>
  );
}

async function draw(script: string): Promise<Drawing | null> {
  const { language } = services();
  const analysed = await language.call('analyse', { text: script, files: [] });
  if (!analysed.ok || analysed.value.graph.nodes.length === 0) return null;
  const { graph } = analysed.value;
  const placed = await language.call('layout', { graph, layout: EMPTY_LAYOUT });
  return placed.ok ? { graph, positions: placed.value.positions } : null;
}
