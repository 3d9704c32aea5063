// @vitest-environment jsdom
/** Typing, drawing and forms over one history, through the real language service. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import SCRIPT from '../../../samples/clickstream/job.sql?raw';
import type { EditRequest } from '../../runtime/program/edit.ts';
import { insertOnEdge, requestEdit, tidyLayout, undoAction } from './actions.ts';
import { useAnalysis } from './analysis.ts';
import { useNotices } from './notices.ts';
import { flushPending, registerPending } from './pending-edits.ts';
import { applyTyping, redo, undo, useProject } from './project.ts';
import { selectNodes, useSelection } from './selection.ts';
import { analysed, connectInProcess, openScript } from './test/in-process.ts';

let stop: () => void;
beforeAll(() => {
  stop = connectInProcess();
});
afterAll(() => stop());

/** What the canvas would show: nodes with their kinds, and edges. */
function picture(): { nodes: string[]; edges: string[] } {
  const { graph } = useAnalysis.getState();
  return { nodes: graph.nodes.map((n) => `${n.id} ${n.kind}`), edges: graph.edges.map((e) => e.id) };
}

async function edits(...requests: readonly EditRequest[]): Promise<void> {
  for (const request of requests) {
    const outcome = await requestEdit(request);
    if (!outcome.ok) throw new Error(outcome.diagnostic.message);
  }
  await analysed();
}

describe('what waits', () => {
  it('a card that was just dropped has its place before the project is saved or run', async () => {
    await openScript(SCRIPT);
    void requestEdit({ kind: 'move', positions: { 'view:funnel': { x: 800, y: 80 } } });
    await flushPending();
    expect(useProject.getState().layout.nodes).toEqual({ 'view:funnel': { x: 800, y: 80 } });
  });
});

describe('one history over everything', () => {
  it('undoes drawing, forms, typing and moving back to the original bytes, and redoes them all', async () => {
    await openScript(SCRIPT);
    const before = { text: useProject.getState().text, picture: picture() };
    await edits(
      { kind: 'add-node', palette: 'filter', at: { x: 40, y: 400 } },
      { kind: 'connect', from: 'table:clicks', to: 'view:filter_1', toPort: 'in' },
      { kind: 'set-form', node: 'view:filter_1', form: { kind: 'filter', input: 'clicks', condition: 'amount > 100' } },
      { kind: 'move', positions: { 'view:filter_1': { x: 80, y: 480 } } },
    );
    const text = useProject.getState().text;
    applyTyping(
      [{ span: { start: text.length, end: text.length }, text: '\nSELECT page FROM page_views;\n' }],
      'script',
    );
    await edits({ kind: 'remove-nodes', nodes: ['view:funnel'], heal: false });
    const after = { text: useProject.getState().text, layout: useProject.getState().layout };
    expect(useProject.getState().isDirty).toBe(true);

    while (undo() !== null);
    await analysed();
    expect({ text: useProject.getState().text, picture: picture() }).toEqual(before);
    expect(useProject.getState()).toMatchObject({ isDirty: false, layout: { nodes: {} } });

    while (redo() !== null);
    expect({ text: useProject.getState().text, layout: useProject.getState().layout }).toEqual(after);
  });

  it('makes what waits in a form an edit before it undoes', async () => {
    await openScript(SCRIPT);
    registerPending(async () => {
      await requestEdit({ kind: 'set-option', key: 'parallelism.default', value: '1' });
    });
    await undoAction();
    expect(useProject.getState()).toMatchObject({ text: SCRIPT, isDirty: false });
    expect(redo()).not.toBeNull();
  });

  it('changes only the statement of the form', async () => {
    await openScript(SCRIPT);
    await edits({
      kind: 'set-form',
      node: 'view:human_clicks',
      form: { kind: 'filter', input: 'clicks', condition: "device = 'phone'" },
    });
    expect(useProject.getState().text).toBe(SCRIPT.replace("device <> 'crawler'", "device = 'phone'"));
  });
});

describe('requests', () => {
  it('are computed one after the other, each on the text that the one before left', async () => {
    await openScript(SCRIPT);
    const added = await Promise.all(
      [0, 1, 2].map((i) => requestEdit({ kind: 'add-node', palette: 'source-datagen', at: { x: 0, y: i * 128 } })),
    );
    await analysed();
    const ids = added.map((outcome) => (outcome.ok ? outcome.edit.select[0] : outcome.diagnostic.message));
    expect(new Set(ids).size).toBe(3);
    expect(ids.every((id) => useAnalysis.getState().nodesById.has(id ?? ''))).toBe(true);
  });

  it('that are refused change nothing and say why', async () => {
    await openScript(SCRIPT);
    const outcome = await requestEdit({ kind: 'rename', node: 'view:funnel', name: 'orders' });
    expect(outcome.ok).toBe(false);
    expect(useProject.getState()).toMatchObject({ text: SCRIPT, isDirty: false });
    expect(useNotices.getState().toasts.at(-1)).toMatchObject({ tone: 'bad' });
  });

  it('select what they made, and the selection goes with a deleted node', async () => {
    await openScript(SCRIPT);
    await edits({ kind: 'add-node', palette: 'map', at: { x: 0, y: 0 }, connectFrom: 'table:clicks' });
    expect(useSelection.getState().nodes).toEqual(['view:map_1']);
    await edits({ kind: 'remove-nodes', nodes: ['view:map_1'], heal: false });
    expect(useSelection.getState().nodes).toEqual([]);
  });
});

describe('places', () => {
  it('stay where they are when a name is changed by typing', async () => {
    await openScript(SCRIPT);
    const before = useAnalysis.getState().autoPositions['view:funnel'];
    const at = SCRIPT.indexOf('funnel AS');
    applyTyping([{ span: { start: at, end: at + 6 }, text: 'funnels' }], 'script');
    await analysed();
    expect(useAnalysis.getState().autoPositions['view:funnels']).toEqual(before);
  });

  it('by hand follow a name that is typed into the layout file, and come back with one undo', async () => {
    await openScript(SCRIPT);
    await edits({ kind: 'move', positions: { 'view:funnel': { x: 400, y: 800 } } });
    selectNodes(['view:funnel']);
    const at = SCRIPT.indexOf('funnel AS');
    applyTyping([{ span: { start: at, end: at + 6 }, text: 'funnels' }], 'script');
    await analysed();
    expect(useProject.getState().layout.nodes).toEqual({ 'view:funnels': { x: 400, y: 800 } });
    expect(useSelection.getState().nodes).toEqual(['view:funnels']);
    undo();
    expect(useProject.getState()).toMatchObject({
      text: SCRIPT,
      layout: { nodes: { 'view:funnel': { x: 400, y: 800 } } },
    });
  });

  it('make room for a node that is spliced into an edge, as one step with it', async () => {
    await openScript(SCRIPT);
    const before = useAnalysis.getState().autoPositions;
    await insertOnEdge('table:clicks->view:human_clicks:in', 'filter');
    await analysed();
    const { layout } = useProject.getState();
    const step = (layout.nodes['view:human_clicks']?.x ?? 0) - (before['view:human_clicks']?.x ?? 0);
    expect(layout.nodes['view:filter_1']).toEqual(before['view:human_clicks']);
    expect(step).toBeGreaterThan(232);
    expect((layout.nodes['table:funnel_report']?.x ?? 0) - (before['table:funnel_report']?.x ?? 0)).toBe(step);
    expect(picture().edges).toContain('view:filter_1->view:human_clicks:in');
    undo();
    expect(useProject.getState()).toMatchObject({ text: SCRIPT, layout: { nodes: {} } });
  });

  it('of all nodes are laid out anew as one step', async () => {
    await openScript(SCRIPT);
    await edits({ kind: 'move', positions: { 'table:clicks': { x: 4000, y: 4000 } } });
    await tidyLayout();
    const { layout } = useProject.getState();
    expect(Object.keys(layout.nodes).length).toBe(useAnalysis.getState().graph.nodes.length);
    expect(layout.nodes['table:clicks']?.x).toBeLessThan(4000);
    undo();
    expect(useProject.getState().layout.nodes).toEqual({ 'table:clicks': { x: 4000, y: 4000 } });
  });

  it('of a script with a mistake in the middle are those of its good statements', async () => {
    const middle = SCRIPT.indexOf('CREATE TEMPORARY VIEW funnel');
    await openScript(`${SCRIPT.slice(0, middle)}CREATE VIEW oops AS SELEC 1;\n\n${SCRIPT.slice(middle)}`);
    const { graph, autoPositions, diagnostics } = useAnalysis.getState();
    expect(graph.nodes.filter((n) => autoPositions[n.id] === undefined)).toEqual([]);
    expect(graph.nodes.filter((n) => n.id.startsWith('broken:')).length).toBe(1);
    expect(diagnostics.some((d) => d.severity === 'error')).toBe(true);
  });
});

it('an empty text is an empty graph without problems', async () => {
  await openScript('');
  expect(picture()).toEqual({ nodes: [], edges: [] });
  expect(useAnalysis.getState().diagnostics).toEqual([]);
});

it('selecting is no step of the history', async () => {
  await openScript(SCRIPT);
  selectNodes(['table:clicks']);
  expect(undo()).toBeNull();
});
