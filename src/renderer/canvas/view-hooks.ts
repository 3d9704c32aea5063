/** What moves the view of the canvas: commands, opening a project, and the wish to see a node. */
import { useReactFlow, useStoreApi } from '@xyflow/react';
import { type RefObject, useEffect, useRef } from 'react';
import type { Point } from '../../runtime/program/layout.ts';
import { useAnalysis } from '../store/analysis.ts';
import { useProject } from '../store/project.ts';
import { useSelection } from '../store/selection.ts';
import { openAddMenu } from './overlays.ts';
import { NODE_HEIGHT_PX, NODE_WIDTH_PX, snap } from './size.ts';
import { mountCanvasView } from './view-port.ts';

/** How a graph is fitted: some air around it, and never larger than life. */
export const FIT = { padding: 0.08, maxZoom: 1 } as const;
/** Smaller than this, names cannot be read any more. */
const READABLE_ZOOM_MIN = 0.24;
const BEGINNING_ZOOM = 0.6;

/** Makes the canvas known to the commands. */
export function useRegisteredView(wrapper: RefObject<HTMLElement | null>): void {
  const flow = useReactFlow();
  useEffect(() => {
    const centre = (): Point => {
      const box = wrapper.current?.getBoundingClientRect();
      if (box === undefined) return { x: 0, y: 0 };
      const at = flow.screenToFlowPosition({ x: box.x + box.width / 2, y: box.y + box.height / 2 });
      return { x: snap(at.x - NODE_WIDTH_PX / 2), y: snap(at.y - NODE_HEIGHT_PX / 2) };
    };
    return mountCanvasView({
      fit: () => void flow.fitView({ ...FIT, duration: motionMs(200) }),
      fitNodes: (ids) => void flow.fitView({ ...FIT, nodes: ids.map((id) => ({ id })), duration: motionMs(200) }),
      zoomTo: (zoom) => void flow.zoomTo(zoom, { duration: motionMs(120) }),
      openQuickAdd: () =>
        openAddMenu({ kind: 'add', at: centre(), connectFrom: useSelection.getState().nodes[0] ?? null }),
      centre,
    });
  }, [flow, wrapper]);
}

/** Fits the graph once for each project that is opened, as soon as there is something to see. */
export function useFitOnOpen(hasNodes: boolean): void {
  const flow = useReactFlow();
  const store = useStoreApi();
  const project = useProject((s) => `${s.place?.folder}/${s.place?.name}`);
  const fitted = useRef<string | null>(null);
  useEffect(() => {
    if (!hasNodes || fitted.current === project) return;
    fitted.current = project;
    const { width, height } = store.getState();
    showWholeOrBeginning(flow, width, height);
  }, [flow, store, hasNodes, project]);
}

/** Fits the graph; one that would be unreadable then is shown from its beginning. */
function showWholeOrBeginning(flow: ReturnType<typeof useReactFlow>, width: number, height: number): void {
  const nodes = flow.getNodes();
  const bounds = flow.getNodesBounds(nodes);
  const zoom = Math.min(width / bounds.width, height / bounds.height) / (1 + FIT.padding);
  if (zoom >= READABLE_ZOOM_MIN) {
    void flow.fitView(FIT);
    return;
  }
  const first = nodes.reduce((a, b) => (b.position.x < a.position.x ? b : a), nodes[0] ?? { position: { x: 0, y: 0 } });
  void flow.setViewport({
    x: 48 - first.position.x * BEGINNING_ZOOM,
    y: height / 2 - (first.position.y + NODE_HEIGHT_PX / 2) * BEGINNING_ZOOM,
    zoom: BEGINNING_ZOOM,
  });
}

/** Brings a node into sight when somebody asks for it, moving as little as needed. */
export function useReveal(): void {
  const flow = useReactFlow();
  const reveal = useSelection((s) => s.reveal);
  const done = useRef<typeof reveal>(null);
  // A node that was just added is known after the next analysis; the wish waits for it.
  const isThere = useAnalysis((s) => reveal?.node != null && s.nodesById.has(reveal.node));
  useEffect(() => {
    const id = reveal?.node ?? null;
    if (reveal === null || id === null || !isThere || done.current === reveal) return;
    done.current = reveal;
    // React Flow takes a new node in with its own next render.
    const frame = requestAnimationFrame(() => bringIntoSight(flow, id));
    if (reveal.focus) focusNode(id);
    return () => cancelAnimationFrame(frame);
  }, [flow, reveal, isThere]);
}

function bringIntoSight(flow: ReturnType<typeof useReactFlow>, id: string): void {
  const node = flow.getInternalNode(id);
  const pane = document.querySelector('.react-flow')?.getBoundingClientRect();
  if (node === undefined || pane === undefined) return;
  const topLeft = flow.flowToScreenPosition(node.internals.positionAbsolute);
  const zoom = flow.getZoom();
  const isInside =
    topLeft.x > pane.left &&
    topLeft.y > pane.top &&
    topLeft.x + NODE_WIDTH_PX * zoom < pane.right &&
    topLeft.y + NODE_HEIGHT_PX * zoom < pane.bottom;
  if (isInside) return;
  const { x, y } = node.internals.positionAbsolute;
  void flow.setCenter(x + NODE_WIDTH_PX / 2, y + NODE_HEIGHT_PX / 2, {
    zoom: Math.max(zoom, 0.7),
    duration: motionMs(200),
  });
}

function focusNode(id: string): void {
  requestAnimationFrame(() => {
    document
      .querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(id)}"]`)
      ?.focus({ preventScroll: true });
  });
}

function motionMs(ms: number): number {
  return window.matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : ms;
}
