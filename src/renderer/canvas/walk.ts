/** The keys of the canvas that are gestures: walking along the graph, moving what is selected, going to its details. */
import type { KeyboardEvent } from 'react';
import type { Point } from '../../runtime/program/layout.ts';
import { requestEdit } from '../store/actions.ts';
import { useAnalysis } from '../store/analysis.ts';
import { announce } from '../store/notices.ts';
import { selectNodes, useSelection } from '../store/selection.ts';
import { showDock, useSettings } from '../store/settings.ts';
import { neighbour } from './kernels.ts';
import { GRID_PX } from './size.ts';

const ARROWS = { ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down' } as const;
const STEP = { left: { x: -1, y: 0 }, right: { x: 1, y: 0 }, up: { x: 0, y: -1 }, down: { x: 0, y: 1 } } as const;
/** One press of Alt and an arrow moves this far. */
const MOVE_STEP_PX = 3 * GRID_PX;

/** Arrows walk the graph (Shift keeps what was selected), Alt and arrows move, Enter inspects, Space shows rows. */
export function walk(event: KeyboardEvent, positions: Readonly<Record<string, Point>>): void {
  const target = event.target as Element;
  if (target.closest('input, textarea, [role="dialog"]') !== null) return;
  const selection = useSelection.getState().nodes;
  const focused = target.closest('.react-flow__node')?.getAttribute('data-id') ?? null;
  const current = focused ?? selection[selection.length - 1] ?? null;
  const direction = ARROWS[event.key as keyof typeof ARROWS];
  if (direction !== undefined) {
    event.preventDefault();
    if (event.altKey) {
      const step = STEP[direction];
      const moved = Object.fromEntries(
        (selection.length > 0 ? selection : focused === null ? [] : [focused]).flatMap((id) => {
          const at = positions[id];
          return at === undefined ? [] : [[id, { x: at.x + step.x * MOVE_STEP_PX, y: at.y + step.y * MOVE_STEP_PX }]];
        }),
      );
      if (Object.keys(moved).length > 0)
        void requestEdit({ kind: 'move', positions: moved }, { keepSelection: true, group: 'nudge' });
      return;
    }
    const { graph } = useAnalysis.getState();
    const next = current === null ? (graph.nodes[0]?.id ?? null) : neighbour(graph, positions, current, direction);
    if (next === null) return;
    useSelection.setState((s) => ({
      nodes: event.shiftKey ? [...s.nodes.filter((id) => id !== next), next] : [next],
      edges: [],
      reveal: { node: next, offset: null, focus: true },
    }));
    return;
  }
  if (focused === null || target.closest('[role="button"]:not(.react-flow__node)') !== null) return;
  if (event.key === 'Enter') {
    event.preventDefault();
    selectNodes([focused]);
    useSettings.setState({ inspectorOpen: true });
    requestAnimationFrame(() =>
      document.querySelector<HTMLElement>('[data-inspector] input, [data-inspector] textarea')?.focus(),
    );
  } else if (event.key === ' ') {
    event.preventDefault();
    selectNodes([focused]);
    showDock('rows');
    announce('Rows are shown below.');
  }
}
