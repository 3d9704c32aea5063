// @vitest-environment jsdom
/** The time bar as a user finds it: by roles, names and what is said, over real runs and replays. */
import { Tooltip } from '@base-ui/react/tooltip';
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startInProcessEngine } from '../client/test/in-process-engine.ts';
import { addBreakpoint, keepBreakpoints, removeBreakpoint, useBreakpoints } from '../store/breakpoints.ts';
import { forgetRun, useRun } from '../store/run.ts';
import { startRun, watchEngine } from '../store/run-actions.ts';
import { connectInProcess, openScript } from '../store/test/in-process.ts';
import { useView } from '../store/view.ts';
import { TimeBar } from './time-bar.tsx';

const SCRIPT = `CREATE TABLE orders (id INT, amount INT) WITH ('connector' = 'filesystem', 'path' = 'orders.jsonl', 'format' = 'json');
CREATE VIEW big AS SELECT * FROM orders WHERE amount > 500;
SELECT * FROM big;`;
const ORDERS = Array.from({ length: 1200 }, (_, id) => JSON.stringify({ id, amount: id })).join('\n');

let host: HTMLElement;
let root: Root;
let stop: () => void;

beforeEach(async () => {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  stop = connectInProcess(startInProcessEngine({ 'orders.jsonl': ORDERS }).client);
  watchEngine();
  keepBreakpoints();
  await openScript(SCRIPT);
  host = document.createElement('div');
  document.body.replaceChildren(host);
  root = createRoot(host);
  act(() =>
    root.render(
      <Tooltip.Provider>
        <TimeBar />
      </Tooltip.Provider>,
    ),
  );
});
afterEach(() => {
  act(() => root.unmount());
  stop();
  forgetRun();
  for (const { id } of useBreakpoints.getState().list) removeBreakpoint(id);
  useBreakpoints.setState({ hit: null });
});

async function until(isSo: () => boolean, what: string): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    if (isSo()) return;
    await act(() => new Promise((settle) => setTimeout(settle, 5)));
  }
  throw new Error(`waited in vain until ${what}`);
}

async function runToEnd(): Promise<void> {
  await act(() => startRun());
  await until(() => useRun.getState().status === 'finished', 'the run has finished');
}

function named<T extends HTMLElement>(name: string): T {
  const found = host.querySelector<T>(`[aria-label="${name}"]`);
  if (found === null) throw new Error(`nothing is named ${name}`);
  return found;
}

/** Types into a field as a user does, and presses a key. */
function type(field: HTMLInputElement, text: string, key: string): void {
  act(() => {
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(field, text);
    field.dispatchEvent(new Event('input', { bubbles: true }));
  });
  act(() => void field.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true })));
}

const slider = (): HTMLInputElement => named('Input row');
const valueText = (): string | null => slider().getAttribute('aria-valuetext');

it('says what it is for before the first run', () => {
  expect(host.textContent).toContain('Run the job, then drag here to any row of it');
  expect(host.querySelector('[role="toolbar"]')).toBeNull();
});

it('goes to the row that is typed, says where it stands, and comes back with Escape', async () => {
  await runToEnd();
  expect(valueText()).toBe('row 1,200 of 1,200');
  type(named('Go to input row'), '500', 'Enter');
  await until(() => useView.getState().moment?.row === 500, 'it stands at row 500');
  expect(valueText()).toMatch(/^row 500 of 1,200, \d\d:\d\d:\d\d/);
  expect(host.querySelector('[data-testid="moment"]')?.textContent).toContain('orders.jsonl, row 500499 · 499');
  act(() => void slider().dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true })));
  expect(valueText()).toBe('row 1,200 of 1,200');
  expect(host.querySelector('[data-testid="moment"]')).toBeNull();
});

it('moves the thumb at once and by a twentieth of the whole with Page Down', async () => {
  await runToEnd();
  act(() => void slider().dispatchEvent(new KeyboardEvent('keydown', { key: 'PageDown', bubbles: true })));
  expect(slider().value).toBe('1140');
  await until(() => useView.getState().moment?.row === 1140, 'it stands there');
});

it('chooses the speed with the arrow keys', async () => {
  await runToEnd();
  const radios = (): HTMLElement[] => [...host.querySelectorAll<HTMLElement>('[role="radio"]')];
  for (const key of ['ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowLeft']) {
    act(() => void radios()[0]?.parentElement?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true })));
  }
  expect(radios().map((radio) => [radio.textContent, radio.getAttribute('aria-checked'), radio.tabIndex])).toEqual([
    ['1×', 'false', -1],
    ['10×', 'false', -1],
    ['Max', 'true', 0],
  ]);
});

it('shows at the end of a replay that its result equals that of the first run, and a mismatch loudly', async () => {
  await runToEnd();
  act(() => named('Step back one row').click());
  await until(() => useView.getState().moment?.row === 1199, 'one row has left');
  act(() => named('To the last row').click());
  await until(() => useView.getState().moment?.isAtEnd === true, 'it stands at the end');
  const digest = (): Element | null => host.querySelector('[data-testid="digest"]');
  expect(digest()?.textContent).toMatch(/^Result [0-9a-f]{8} equals the first run$/);
  const { moment } = useView.getState();
  if (moment === null) throw new Error('a moment is shown');
  act(() => useView.setState({ moment: { ...moment, digests: { first: '7:0000', replayed: '7:1111' } } }));
  expect([digest()?.getAttribute('role'), digest()?.textContent]).toEqual([
    'alert',
    "Result 1111 differs from the first run's 0000",
  ]);
});

it('shows where a breakpoint stopped, with the row, and goes on', async () => {
  act(() => void addBreakpoint({ from: 'view:big', to: 'select:1' }));
  await act(() => startRun());
  await until(() => useBreakpoints.getState().hit !== null, 'it has stopped');
  const strip = (): string => host.querySelector('[data-testid="breakpoint-hit"]')?.textContent ?? '';
  expect(strip()).toContain('Stopped at row 502');
  expect(strip()).toContain('+I 501, 501');
  expect(valueText()).toBe('row 502 of 502');
  for (const { id } of useBreakpoints.getState().list) act(() => removeBreakpoint(id));
  await until(() => strip() === '', 'the strip of a breakpoint that was removed is gone');
  act(() => named('Let the run go on').click());
  await until(() => useRun.getState().status === 'finished', 'the run has finished');
});

it('says that a run is not recorded, and offers to record the next one', async () => {
  await runToEnd();
  act(() => useRun.setState({ recording: null }));
  expect(host.textContent).toContain('This run is not recorded.');
  expect(host.querySelector('input[type="range"]')).toBeNull();
});
