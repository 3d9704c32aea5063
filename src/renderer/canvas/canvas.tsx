/**
 * The canvas: the graph of the program, to be looked at and drawn on. Every gesture ends in one edit
 * request; nothing here changes the program by itself. Dragging shows places of its own until the
 * layout has them, so that a card never jumps back.
 */
import {
  Background,
  BackgroundVariant,
  type Connection,
  Controls,
  type EdgeChange,
  type FinalConnectionState,
  type NodeChange,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
  type Viewport,
} from '@xyflow/react';
import '@xyflow/react/dist/base.css';
import { type DragEvent, useCallback, useMemo, useRef, useState } from 'react';
import type { PaletteKind } from '../../runtime/program/edit.ts';
import type { Point } from '../../runtime/program/layout.ts';
import { currentPositions, insertOnEdge, requestEdit } from '../store/actions.ts';
import { useAnalysis } from '../store/analysis.ts';
import { toast } from '../store/notices.ts';
import { useProblems } from '../store/problems.ts';
import { useProject } from '../store/project.ts';
import { useRun } from '../store/run.ts';
import { clearSelection, selectNodes, useSelection } from '../store/selection.ts';
import { useSettings } from '../store/settings.ts';
import { useIsFlowing, useView } from '../store/view.ts';
import { ContextMenu } from '../ui/context-menu.tsx';
import { BreakpointPopover } from './breakpoint-popover.tsx';
import styles from './canvas.module.css';
import { canvasMenu } from './canvas-menu.tsx';
import { FlowModel } from './flow-model.ts';
import { connectRefusal, portToConnect } from './kernels.ts';
import { describeNode, NodeCard } from './node-card.tsx';
import { OverlayPicker } from './overlay-picker.tsx';
import { openAddMenu } from './overlays.ts';
import { Overview } from './overview.tsx';
import { PALETTE_DATA_TYPE } from './palette-data.ts';
import { highlightPath } from './path-highlight.ts';
import {
  CLOSE_ZOOM_MIN,
  FAR_ZOOM_MAX,
  FIT_NODE_COUNT_MAX,
  GRID_PX,
  NODE_HEIGHT_PX,
  NODE_WIDTH_PX,
  snap,
  TINY_ZOOM_MAX,
} from './size.ts';
import { StreamEdge } from './stream-edge.tsx';
import { FIT, useFitOnOpen, useRegisteredView, useReveal } from './view-hooks.ts';
import { walk } from './walk.ts';

const NODE_TYPES = { card: NodeCard };
const EDGE_TYPES = { stream: StreamEdge };
/** Beyond this many nodes only what is in sight is in the page. */
const ALL_IN_PAGE_COUNT_MAX = 120;

const ARIA_LABELS = {
  'node.a11yDescription.default':
    'Arrow keys walk along the graph. Enter opens the inspector. Alt and arrows move the node. Delete removes it. F2 renames it.',
  'node.a11yDescription.keyboardDisabled':
    'Arrow keys walk along the graph. Enter opens the inspector. Alt and arrows move the node. Delete removes it. F2 renames it.',
  'edge.a11yDescription.default': 'F9 puts a breakpoint on the edge. Delete removes it.',
  'controls.ariaLabel': 'Zoom',
  'controls.zoomIn.ariaLabel': 'Zoom in',
  'controls.zoomOut.ariaLabel': 'Zoom out',
  'controls.fitView.ariaLabel': 'Fit the whole graph',
  'minimap.ariaLabel': 'Overview of the graph',
};

/** The canvas of the open project. */
export function Canvas() {
  return (
    <ReactFlowProvider>
      <CanvasBody />
    </ReactFlowProvider>
  );
}

function CanvasBody() {
  const flow = useReactFlow();
  const wrapper = useRef<HTMLElement>(null);
  const [model] = useState(() => new FlowModel());
  const graph = useAnalysis((s) => s.graph);
  const autoPositions = useAnalysis((s) => s.autoPositions);
  const layoutNodes = useProject((s) => s.layout.nodes);
  const selectedNodes = useSelection((s) => s.nodes);
  const selectedEdges = useSelection((s) => s.edges);
  const [dragged, setDragged] = useState<Readonly<Record<string, Point>>>({});
  const { byNode } = useProblems();
  const isEnded = !useIsFlowing();
  // While the thumb moves, readers hear of the time bar alone.
  const restingAt = useView((s) => (s.wantedRow === null && s.moment?.isPlaying !== true ? s.moment?.row : undefined));

  const positions = useMemo(
    () => ({ ...autoPositions, ...layoutNodes, ...dragged }),
    [autoPositions, layoutNodes, dragged],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: another moment has other figures.
  const labels = useMemo(() => {
    // While rows flow the counts change all the time; readers hear them when the run rests.
    const figures = isEnded ? useRun.getState().nodes : new Map();
    return new Map(graph.nodes.map((n) => [n.id, describeNode(n, byNode.get(n.id)?.[0]?.message, figures.get(n.id))]));
  }, [graph, byNode, isEnded, restingAt]);
  const input = useMemo(
    () => ({ graph, positions, selectedNodes, selectedEdges, dragged, labels }),
    [graph, positions, selectedNodes, selectedEdges, dragged, labels],
  );
  const nodes = useMemo(() => model.nodesOf(input), [model, input]);
  const edges = useMemo(() => model.edgesOf(input), [model, input]);

  useRegisteredView(wrapper);
  useFitOnOpen(nodes.length > 0);
  useReveal();

  const onNodesChange = useCallback((changes: NodeChange[]) => {
    const moved: Record<string, Point> = {};
    const select = new Map<string, boolean>();
    for (const change of changes) {
      if (change.type === 'position' && change.position !== undefined) moved[change.id] = change.position;
      else if (change.type === 'select') select.set(change.id, change.selected);
    }
    if (Object.keys(moved).length > 0) setDragged((d) => ({ ...d, ...moved }));
    if (select.size > 0) {
      useSelection.setState((s) => ({ nodes: applySelect(s.nodes, select) }));
    }
  }, []);
  const onEdgesChange = useCallback((changes: EdgeChange[]) => {
    const select = new Map<string, boolean>();
    for (const change of changes) if (change.type === 'select') select.set(change.id, change.selected);
    if (select.size > 0) useSelection.setState((s) => ({ edges: applySelect(s.edges, select) }));
  }, []);

  const onDragStop = useCallback((_: unknown, __: unknown, moved: readonly { id: string; position: Point }[]) => {
    const places = Object.fromEntries(moved.map((n) => [n.id, { x: snap(n.position.x), y: snap(n.position.y) }]));
    const before = currentPositions();
    const isMoved = moved.some((n) => before[n.id]?.x !== places[n.id]?.x || before[n.id]?.y !== places[n.id]?.y);
    if (!isMoved) {
      setDragged({});
      return;
    }
    void requestEdit({ kind: 'move', positions: places }, { keepSelection: true }).then(() => setDragged({}));
  }, []);

  const onConnect = useCallback((c: Connection) => {
    const current = useAnalysis.getState();
    const from = current.nodesById.get(c.source);
    const to = current.nodesById.get(c.target);
    if (from === undefined || to === undefined) return;
    const refusal = connectRefusal(current.graph, from, to, c.targetHandle);
    if (refusal !== null) toast('bad', `${from.name} cannot be connected to ${to.name}: ${refusal}.`);
    else void requestEdit({ kind: 'connect', from: from.id, to: to.id, toPort: c.targetHandle ?? 'in' });
  }, []);

  const onConnectEnd = useCallback(
    (event: MouseEvent | TouchEvent, state: FinalConnectionState) => {
      if (state.isValid === true || state.fromNode === null || !(event instanceof MouseEvent)) return;
      const current = useAnalysis.getState();
      const cardId = (event.target as Element | null)?.closest('.react-flow__node')?.getAttribute('data-id');
      const start = current.nodesById.get(state.fromNode.id);
      if (start === undefined) return;
      if (cardId !== null && cardId !== undefined) {
        const other = current.nodesById.get(cardId);
        if (other === undefined || other.id === start.id) return;
        const [from, to] = state.fromHandle?.type === 'target' ? [other, start] : [start, other];
        const port =
          state.fromHandle?.type === 'target'
            ? (state.fromHandle.id ?? null)
            : (portToConnect(current.graph, to)?.id ?? null);
        onConnect({ source: from.id, sourceHandle: 'out', target: to.id, targetHandle: port });
        return;
      }
      if (state.fromHandle?.type !== 'source') return;
      const at = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
      openAddMenu({ kind: 'add', at: { x: snap(at.x), y: snap(at.y - NODE_HEIGHT_PX / 2) }, connectFrom: start.id });
    },
    [flow, onConnect],
  );

  const onDrop = useCallback(
    (event: DragEvent) => {
      const palette = event.dataTransfer.getData(PALETTE_DATA_TYPE);
      if (palette === '') return;
      event.preventDefault();
      markDropEdge(wrapper.current, null);
      const point = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
      const at = { x: snap(point.x - NODE_WIDTH_PX / 2), y: snap(point.y - NODE_HEIGHT_PX / 2) };
      const edge = edgeUnder(event);
      const isOperator = !palette.startsWith('source-') && !palette.startsWith('sink-');
      if (edge !== null && isOperator) {
        void insertOnEdge(edge, palette as PaletteKind);
      } else {
        void requestEdit({ kind: 'add-node', palette: palette as PaletteKind, at });
      }
      wrapper.current?.focus();
    },
    [flow],
  );

  return (
    <ContextMenu entries={canvasMenu}>
      <section
        ref={wrapper}
        className={styles.canvas}
        aria-label="Canvas"
        tabIndex={-1}
        data-zoom="near"
        onKeyDown={(event) => walk(event, positions)}
        onDragOver={(event) => {
          if (!event.dataTransfer.types.includes(PALETTE_DATA_TYPE)) return;
          event.preventDefault();
          event.dataTransfer.dropEffect = 'copy';
          markDropEdge(wrapper.current, edgeUnder(event));
        }}
        onDrop={onDrop}
        onPointerOver={(event) => hoverEdge(wrapper.current, event.target as Element)}
        onContextMenuCapture={(event) => {
          const id = (event.target as Element).closest('.react-flow__node')?.getAttribute('data-id');
          if (id !== null && id !== undefined && !useSelection.getState().nodes.includes(id)) selectNodes([id]);
          const edge = edgeAt(event.target as Element);
          if (edge !== null) useSelection.setState({ nodes: [], edges: [edge] });
        }}
      >
        <ReactFlow
          nodes={nodes}
          edges={edges}
          nodeTypes={NODE_TYPES}
          edgeTypes={EDGE_TYPES}
          onNodesChange={onNodesChange}
          onEdgesChange={onEdgesChange}
          onNodeDragStop={onDragStop}
          onSelectionDragStop={(event, moved) => onDragStop(event, null, moved)}
          onConnect={onConnect}
          onConnectEnd={onConnectEnd}
          onPaneClick={clearSelection}
          onNodeMouseEnter={(_, node) => highlightPath(wrapper.current, node.id)}
          onNodeMouseLeave={() => highlightPath(wrapper.current, null)}
          onNodeDoubleClick={() => useSettings.setState({ inspectorOpen: true })}
          onMove={(_, viewport) => showZoom(wrapper.current, viewport)}
          onInit={(instance) => showZoom(wrapper.current, instance.getViewport())}
          ariaLabelConfig={ARIA_LABELS}
          // Far out, thousands of cards would be in sight at once.
          minZoom={graph.nodes.length > FIT_NODE_COUNT_MAX ? 0.3 : 0.1}
          maxZoom={2}
          snapToGrid
          snapGrid={[GRID_PX, GRID_PX]}
          deleteKeyCode={null}
          selectionKeyCode="Shift"
          multiSelectionKeyCode={['Meta', 'Control', 'Shift']}
          zoomActivationKeyCode={['Meta', 'Control']}
          panOnScroll
          disableKeyboardA11y
          elevateNodesOnSelect={false}
          onlyRenderVisibleElements={graph.nodes.length > ALL_IN_PAGE_COUNT_MAX}
          proOptions={{ hideAttribution: true }}
          connectionRadius={28}
        >
          <Background variant={BackgroundVariant.Dots} gap={24} size={1.5} color="var(--grid-dot)" />
          <Controls showInteractive={false} position="bottom-left" fitViewOptions={FIT} className={styles.controls} />
          <Overview />
        </ReactFlow>
        <OverlayPicker />
        <BreakpointPopover />
      </section>
    </ContextMenu>
  );
}

function applySelect(current: readonly string[], changes: ReadonlyMap<string, boolean>): readonly string[] {
  const kept = current.filter((id) => changes.get(id) !== false);
  for (const [id, isSelected] of changes) if (isSelected && !kept.includes(id)) kept.push(id);
  return kept;
}

/** Cards and edges look at these attributes; a class for each card would paint all of them. */
function showZoom(wrapper: HTMLElement | null, { zoom }: Viewport): void {
  if (wrapper === null) return;
  const level = zoom < FAR_ZOOM_MAX ? 'far' : zoom >= CLOSE_ZOOM_MIN ? 'close' : 'near';
  if (wrapper.dataset.zoom !== level) wrapper.dataset.zoom = level;
  wrapper.toggleAttribute('data-tiny', zoom < TINY_ZOOM_MAX);
}

function edgeUnder(event: DragEvent): string | null {
  for (const element of document.elementsFromPoint(event.clientX, event.clientY)) {
    const id = element.closest('.react-flow__edge')?.getAttribute('data-id');
    if (id !== null && id !== undefined) return id;
  }
  return null;
}

/** Shows into which edge a dragged item would be spliced. */
function markDropEdge(wrapper: HTMLElement | null, id: string | null): void {
  for (const element of wrapper?.querySelectorAll('.react-flow__edge') ?? []) {
    element.toggleAttribute('data-drop', element.getAttribute('data-id') === id);
  }
}

/** The edge of which this element is a part, or the label. */
function edgeAt(target: Element): string | null {
  return (
    target.closest('.react-flow__edge')?.getAttribute('data-id') ??
    target.closest('[data-edge-label]')?.getAttribute('data-edge-label') ??
    null
  );
}

/** The label of an edge is not inside it, so the pointer on one must show the other. */
function hoverEdge(wrapper: HTMLElement | null, target: Element): void {
  const id = edgeAt(target);
  for (const label of wrapper?.querySelectorAll<HTMLElement>('[data-edge-label]') ?? []) {
    label.dataset.hovered = String(label.dataset.edgeLabel === id);
  }
}
