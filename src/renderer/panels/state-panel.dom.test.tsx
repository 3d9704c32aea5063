// @vitest-environment jsdom
/** The State panel as a user finds it, over real runs and replays. */
import { Tooltip } from '@base-ui/react/tooltip';
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startInProcessEngine } from '../client/test/in-process-engine.ts';
import { goToRow } from '../store/replay.ts';
import { forgetRun, useRun } from '../store/run.ts';
import { startRun, watchEngine } from '../store/run-actions.ts';
import { useSelection } from '../store/selection.ts';
import { connectInProcess, openScript } from '../store/test/in-process.ts';
import { useView } from '../store/view.ts';
import { StatePanel } from './state-panel.tsx';

const SCRIPT = `CREATE TABLE orders (card STRING, amount INT) WITH ('connector' = 'filesystem', 'path' = 'orders.jsonl', 'format' = 'json');
CREATE VIEW big AS SELECT * FROM orders WHERE amount > 500;
CREATE VIEW totals AS SELECT card, COUNT(*) AS orders, SUM(amount) AS spent FROM orders GROUP BY card;
CREATE TABLE out_totals (card STRING, orders BIGINT, spent INT) WITH ('connector' = 'blackhole');
CREATE TABLE out_big (card STRING, amount INT) WITH ('connector' = 'blackhole');
INSERT INTO out_totals SELECT * FROM totals;
INSERT INTO out_big SELECT * FROM big;`;
const ORDERS = Array.from({ length: 1000 }, (_, i) => JSON.stringify({ card: `card-${i % 300}`, amount: i })).join(
  '\n',
);

let host: HTMLElement;
let root: Root;
let stop: () => void;

beforeEach(async () => {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  // A table of ten rows' height: jsdom lays nothing out.
  vi.spyOn(Element.prototype, 'clientHeight', 'get').mockReturnValue(290);
  vi.spyOn(Element.prototype, 'clientWidth', 'get').mockReturnValue(800);
  stop = connectInProcess(startInProcessEngine({ 'orders.jsonl': ORDERS }).client);
  watchEngine();
  await openScript(SCRIPT);
  host = document.createElement('div');
  document.body.replaceChildren(host);
  root = createRoot(host);
  act(() =>
    root.render(
      <Tooltip.Provider>
        <StatePanel />
      </Tooltip.Provider>,
    ),
  );
});
afterEach(() => {
  act(() => root.unmount());
  stop();
  forgetRun();
  useSelection.setState({ nodes: [] });
  vi.restoreAllMocks();
});

async function until(isSo: () => boolean, what: string): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    if (isSo()) return;
    await act(() => new Promise((settle) => setTimeout(settle, 5)));
  }
  throw new Error(`waited in vain until ${what}; the panel says: ${host.textContent}`);
}

async function runAndSelect(nodeId: string): Promise<void> {
  await act(() => startRun());
  await until(() => useRun.getState().status === 'finished', 'the run has finished');
  act(() => useSelection.setState({ nodes: [nodeId] }));
}

/** The cells of the n-th row. */
function cells(index: number): string[] {
  const row = host.querySelector(`[role="row"][aria-rowindex="${index + 2}"]`);
  return [...(row?.querySelectorAll('[role="cell"]') ?? [])].map((cell) => cell.textContent ?? '');
}

function header(name: string): HTMLElement {
  const found = [...host.querySelectorAll<HTMLElement>('[role="columnheader"]')].find((each) =>
    each.textContent?.startsWith(name),
  );
  if (found === undefined) throw new Error(`there is no column ${name}`);
  return found;
}

function press(element: Element | null | undefined): void {
  act(() => void element?.dispatchEvent(new MouseEvent('click', { bubbles: true })));
}

it('teaches what it is for before the first run', () => {
  expect(host.textContent).toContain('Run the job to see what its nodes keep between rows');
});

it('shows every entry with its change, how many there are and what bounds them', async () => {
  await runAndSelect('view:totals');
  await until(() => cells(0).length > 0 && cells(0)[0] !== '', 'rows are there');
  const [key, orders, spent, rowCount, changed] = cells(2);
  expect([key, orders, spent, rowCount]).toEqual(['card-2', '4', '1808', '4']);
  expect(changed).toMatch(/^\d\d:\d\d:\d\d\.\d{3} · /);
  const table = host.querySelector('[role="table"]');
  expect([table?.getAttribute('aria-rowcount'), table?.getAttribute('aria-colcount')]).toEqual(['301', '5']);
  expect(host.textContent).toContain('300 entries');
  expect(host.textContent).toContain('unbounded: no TTL');
});

it('sorts by a column as numbers, up, down and not', async () => {
  await runAndSelect('view:totals');
  await until(() => cells(0)[0] === 'card-0', 'rows are there');
  press(header('spent').querySelector('button'));
  await until(
    () => header('spent').getAttribute('aria-sort') === 'ascending' && cells(0)[2] === '1200',
    'it is sorted up',
  );
  press(header('spent').querySelector('button'));
  await until(() => cells(0)[2] === '2196', 'it is sorted down');
  expect([cells(0)[0], header('spent').getAttribute('aria-sort'), header('card').getAttribute('aria-sort')]).toEqual([
    'card-99',
    'descending',
    'none',
  ]);
  press(header('spent').querySelector('button'));
  await until(() => cells(0)[0] === 'card-0', 'it is in order of arrival');
});

it('filters by key, says how many match, and offers to clear when none does', async () => {
  await runAndSelect('view:totals');
  await until(() => cells(0)[0] === 'card-0', 'rows are there');
  const field = host.querySelector<HTMLInputElement>('[aria-label="Filter by key"]');
  const type = (text: string): void =>
    act(() => {
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(field, text);
      field?.dispatchEvent(new Event('input', { bubbles: true }));
    });
  type('CARD-29');
  await until(() => cells(0)[0] === 'card-29', 'it is filtered');
  await until(() => host.textContent?.includes('11 of 300') === true, 'it says how many match');
  type('nobody');
  await until(() => host.textContent?.includes('No key contains “nobody”') === true, 'it says that none matches');
  press([...host.querySelectorAll('button')].find((each) => each.textContent === 'Clear the filter'));
  await until(() => cells(0)[0] === 'card-0', 'all are there again');
});

it('shows the state of the moment that the time bar stands at', async () => {
  await runAndSelect('view:totals');
  await until(() => cells(0)[1] === '4', 'the end is there');
  act(() => goToRow(301));
  await until(() => useView.getState().moment?.row === 301, 'the replay stands there');
  await until(() => cells(0)[1] === '2', 'the state is that of the moment');
  expect([cells(0).slice(0, 3), cells(1).slice(0, 3), host.textContent?.includes('at row 301')]).toEqual([
    ['card-0', '2', '300'],
    ['card-1', '1', '1'],
    true,
  ]);
});

it('leads from a node that keeps nothing to one that does', async () => {
  await runAndSelect('view:big');
  await until(() => host.textContent?.includes('big keeps no state') === true, 'it says so');
  press([...host.querySelectorAll('button')].find((each) => each.textContent?.startsWith('totals')));
  await until(() => cells(0)[0] === 'card-0', 'the state of the other node is there');
  expect(useSelection.getState().nodes).toEqual(['view:totals']);
});
