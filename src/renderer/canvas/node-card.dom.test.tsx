// @vitest-environment jsdom
/** The card as a user finds it: by its texts and its ports' names. */
import { type NodeProps, ReactFlowProvider } from '@xyflow/react';
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { useAnalysis } from '../store/analysis.ts';
import { useProject } from '../store/project.ts';
import { type NodeMetrics, useRun } from '../store/run.ts';
import { connectInProcess, openScript } from '../store/test/in-process.ts';
import { NodeCard } from './node-card.tsx';

const SCRIPT = `CREATE TABLE clicks (amount INT, ts TIMESTAMP(3)) WITH ('connector' = 'datagen');
CREATE VIEW big AS SELECT * FROM clicks WHERE amount > 100;
CREATE VIEW lost AS SELEC * FROM clicks;`;

let stop: () => void;
let root: Root | null = null;
beforeAll(() => {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  stop = connectInProcess();
});
afterAll(() => stop());
afterEach(() => act(() => root?.unmount()));

function show(id: string): HTMLElement {
  const host = document.createElement('div');
  document.body.replaceChildren(host);
  root = createRoot(host);
  const props = { id, type: 'card', data: {}, selected: true } as unknown as NodeProps;
  act(() =>
    root?.render(
      <ReactFlowProvider>
        <NodeCard {...props} />
      </ReactFlowProvider>,
    ),
  );
  return host;
}

it('shows name, kind, own setting and named ports', async () => {
  await openScript(SCRIPT);
  const card = show('view:big');
  expect(card.textContent).toContain('big');
  expect(card.textContent).toContain('Filter');
  expect(card.textContent).toContain('amount > 100');
  expect([...card.querySelectorAll('[role="button"]')].map((port) => port.getAttribute('aria-label'))).toEqual([
    'Input clicks of big, reads clicks. Enter chooses what it reads.',
    'Output of big. Enter chooses where its rows go.',
  ]);
});

it('shows the figures of its node, and its rate only while rows flow', async () => {
  await openScript(SCRIPT);
  const figures: NodeMetrics = {
    nodeId: 'view:big',
    rowCount: 12_345,
    rowsPerSecond: 950,
    watermarkMs: Date.UTC(2026, 0, 31, 12, 0, 5),
    ended: false,
    lateRowCount: 2,
    stateEntryCount: 0,
    stateSizeBytes: 0,
  };
  useRun.setState({ status: 'running', nodes: new Map([['view:big', figures]]) });
  const card = show('view:big');
  expect(card.textContent).toContain('12,345 rows950/s2 late≈ 12:00:05');
  act(() => useRun.setState({ status: 'paused' }));
  expect(card.textContent).not.toContain('950/s');
  const outdated = () => document.querySelector('[title="From the run before your last change"]');
  act(() => useRun.setState({ script: useProject.getState().text }));
  expect(outdated()).toBeNull();
  act(() => useRun.setState({ script: 'SELECT 1;' }));
  expect(outdated()).not.toBeNull();
});

it('says in words what is wrong with its statement', async () => {
  await openScript(SCRIPT);
  useRun.setState({ status: 'none', script: null, nodes: new Map() });
  const broken = useAnalysis.getState().graph.nodes.find((n) => n.statement === 3);
  const card = show(broken?.id ?? 'none');
  expect(card.textContent).toContain('SQL parse failed');
});
