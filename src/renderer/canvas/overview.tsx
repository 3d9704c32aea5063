/** The overview map of the canvas. */
import { MiniMap, useStore } from '@xyflow/react';
import { useAnalysis } from '../store/analysis.ts';
import { useProblems } from '../store/problems.ts';
import styles from './canvas.module.css';
import { FIT_NODE_COUNT_MAX, NODE_HEIGHT_PX, NODE_WIDTH_PX } from './size.ts';

/** The smallest canvas that has room for the map beside its cards. */
const ROOM_PX = { width: 560, height: 480 };

/** The overview map, shown only while a part of the graph is out of sight and there is room for it. */
export function Overview() {
  const { byNode } = useProblems();
  const isAllSeen = useStore((s) => {
    const [x, y, zoom] = s.transform;
    // A map of thousands of marks says nothing, and drawing it would be felt.
    if (s.nodes.length > FIT_NODE_COUNT_MAX) return true;
    // In a small canvas it would lie over the cards themselves.
    if (s.width < ROOM_PX.width || s.height < ROOM_PX.height) return true;
    for (const node of s.nodes) {
      const left = node.position.x * zoom + x;
      const top = node.position.y * zoom + y;
      if (left < 0 || top < 0 || left + NODE_WIDTH_PX * zoom > s.width || top + NODE_HEIGHT_PX * zoom > s.height)
        return false;
    }
    return true;
  });
  if (isAllSeen) return null;
  return (
    <MiniMap
      pannable
      zoomable
      position="bottom-right"
      className={styles.minimap}
      nodeBorderRadius={24}
      nodeColor={(n) => {
        const family = useAnalysis.getState().nodesById.get(n.id)?.family ?? 'sql';
        return byNode.get(n.id)?.[0]?.severity === 'error' ? 'var(--bad)' : `var(--family-${family})`;
      }}
      maskColor="color-mix(in srgb, var(--surface-0) 70%, transparent)"
      bgColor="var(--surface-1)"
    />
  );
}
