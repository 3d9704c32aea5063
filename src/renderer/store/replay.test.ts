/** Going back in time and stopping at edges, as the window's stores show it, over real runs and replays. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type InProcessEngine, startInProcessEngine } from '../client/test/in-process-engine.ts';
import { requestEdit, undoAction } from './actions.ts';
import {
  addBreakpoint,
  cancelEditing,
  changeBreakpoint,
  draftBreakpoint,
  editBreakpoint,
  finishEditing,
  keepBreakpoints,
  removeBreakpoint,
  useBreakpoints,
} from './breakpoints.ts';
import { goToRow, leaveReplay, playReplay, stepReplay } from './replay.ts';
import { forgetRun, useRun } from './run.ts';
import { resumeRun, startRun, stepRun, togglePause, watchEngine } from './run-actions.ts';
import { useSelection } from './selection.ts';
import { followNode, useTap } from './tap.ts';
import { analysed, connectInProcess, openScript } from './test/in-process.ts';
import { useView } from './view.ts';

const SCRIPT = `CREATE TABLE orders (id INT, amount INT) WITH ('connector' = 'filesystem', 'path' = 'orders.jsonl', 'format' = 'json');
CREATE VIEW big AS SELECT * FROM orders WHERE amount > 500;
CREATE TABLE totals (n BIGINT, PRIMARY KEY (n) NOT ENFORCED) WITH ('connector' = 'blackhole');
INSERT INTO totals SELECT COUNT(*) FROM big;`;
const ROW_COUNT = 40;
/** Amounts 0, 25, 50, …: row 22 (id 21) is the first above 500. */
const ORDERS = Array.from({ length: ROW_COUNT }, (_, id) => JSON.stringify({ id, amount: id * 25 })).join('\n');

let engine: InProcessEngine;
let stop: () => void;
let isWatching = false;

beforeEach(async () => {
  engine = startInProcessEngine({ 'orders.jsonl': ORDERS });
  stop = connectInProcess(engine.client);
  watchEngine();
  if (!isWatching) keepBreakpoints();
  isWatching = true;
  await openScript(SCRIPT);
});
afterEach(() => {
  stop();
  forgetRun();
  for (const { id } of useBreakpoints.getState().list) removeBreakpoint(id);
  useBreakpoints.setState({ hit: null });
});

async function until(isSo: () => boolean, what: string): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    if (isSo()) return;
    await new Promise((settle) => setTimeout(settle, 5));
  }
  throw new Error(`waited in vain until ${what}`);
}

const arrived = (row: number): Promise<void> =>
  until(
    () => useView.getState().moment?.row === row && useView.getState().wantedRow === null,
    `the view stands at row ${row}`,
  );

const counts = (): Record<string, number> =>
  Object.fromEntries([...useRun.getState().nodes].map(([id, figures]) => [id, figures.rowCount]));

async function runToEnd(): Promise<void> {
  await startRun();
  await until(() => useRun.getState().status === 'finished', 'the run has finished');
}

it('shows counts and rows as they were at the row, and those of the run again when it is left', async () => {
  useSelection.setState({ nodes: ['view:big'], edges: [] });
  await runToEnd();
  const atEnd = counts();
  goToRow(24);
  await arrived(24);
  await until(() => useTap.getState().rows.length === 3, 'the rows of the moment are read');
  const { moment } = useView.getState();
  expect({
    viewId: useRun.getState().viewId,
    counts: counts(),
    rows: useTap.getState().rows.map((row) => row.values.join()),
    entered: moment?.entered?.values,
    position: moment?.entered?.position,
  }).toEqual({
    viewId: moment?.replayId,
    counts: { 'table:orders': 24, 'view:big': 3, 'insert:totals': 5, 'table:totals': 5 },
    rows: ['21,525', '22,550', '23,575'],
    entered: ['23', '575'],
    position: 'orders.jsonl, row 24',
  });
  leaveReplay();
  await until(() => useTap.getState().rows.length === 19, 'the rows of the run are read again');
  expect({ viewId: useRun.getState().viewId, counts: counts(), moment: useView.getState().moment }).toEqual({
    viewId: useRun.getState().runId,
    counts: atEnd,
    moment: null,
  });
});

it('takes exactly one input row back with a step, from the end too', async () => {
  await runToEnd();
  await stepReplay(-1);
  await arrived(ROW_COUNT - 1);
  const before = counts();
  await stepReplay(-1);
  await arrived(ROW_COUNT - 2);
  expect([before['table:orders'], counts()['table:orders']]).toEqual([39, 38]);
  await stepReplay(1);
  await arrived(ROW_COUNT - 1);
  expect(counts()).toEqual(before);
});

it('asks only for the newest of many rows while a seek is under way, and the thumb is there at once', async () => {
  await runToEnd();
  goToRow(10);
  await arrived(10);
  engine.hold(true);
  for (const row of [12, 14, 18, 25, 33]) goToRow(row);
  expect(useView.getState()).toMatchObject({ wantedRow: 33, moment: { row: 10 } });
  engine.hold(false);
  await arrived(33);
  expect(engine.asked.filter((asked) => asked.startsWith('seek'))).toEqual(['seek 12', 'seek 33']);
});

it('lets a newer wish overtake a seek that takes long', async () => {
  await runToEnd();
  goToRow(10);
  await arrived(10);
  engine.hold(true);
  goToRow(20);
  goToRow(30);
  await until(() => engine.asked.includes('seek 30'), 'the newer row is asked for');
  engine.hold(false);
  await arrived(30);
});

it('plays to the end, where the sums of both runs are equal', async () => {
  await runToEnd();
  useView.setState({ speed: null });
  goToRow(5);
  await arrived(5);
  await playReplay();
  await until(() => useView.getState().moment?.isAtEnd === true, 'it has played to the end');
  const { moment } = useView.getState();
  expect(moment?.digests?.first).toBe(moment?.digests?.replayed);
  expect(moment).toMatchObject({ row: ROW_COUNT, isPlaying: false });
});

it('puts the replay away when another run begins', async () => {
  await runToEnd();
  goToRow(7);
  await arrived(7);
  await runToEnd();
  expect({ moment: useView.getState().moment, isClosed: engine.asked.includes('close') }).toEqual({
    moment: null,
    isClosed: true,
  });
  expect(useRun.getState().viewId).toBe('run-2');
});

it('goes on with a resting run when a step leads past what is recorded', async () => {
  await startRun({ paused: true });
  for (let i = 0; i < 3; i += 1) await stepRun();
  await stepReplay(-1);
  await arrived(2);
  await stepRun();
  await arrived(3);
  expect(useView.getState().moment?.isAtEnd).toBe(true);
  await stepRun();
  expect({ moment: useView.getState().moment, rowsRead: useRun.getState().rowsRead }).toEqual({
    moment: null,
    rowsRead: 4,
  });
  await resumeRun();
  await until(() => useRun.getState().status === 'finished', 'the run has finished');
  expect(useRun.getState().rowsRead).toBe(ROW_COUNT);
});

it('says why a recording cannot be opened and goes on looking at the run', async () => {
  await runToEnd();
  useRun.setState({ status: 'lost', isGone: true });
  useRun.setState((s) => ({ recording: s.recording === null ? null : { ...s.recording, path: 'gone' } }));
  goToRow(3);
  await until(() => useView.getState().failure !== null, 'the failure is known');
  expect(useView.getState()).toMatchObject({
    failure: { message: 'There is no recording gone.', hint: 'It is gone.' },
    moment: null,
    wantedRow: null,
  });
});

it('stops the run at the first row that meets the condition, shows edge and row, and goes on from there', async () => {
  const made = addBreakpoint({ from: 'table:orders', to: 'view:big' });
  changeBreakpoint(made?.id ?? '', { condition: 'amount > 700' });
  await startRun();
  await until(() => useBreakpoints.getState().hit !== null, 'the breakpoint has stopped');
  expect({
    hit: useBreakpoints.getState().hit,
    status: useRun.getState().status,
    edges: useSelection.getState().edges,
  }).toMatchObject({
    hit: { row: 30, kind: '+I', values: ['29', '725'] },
    status: 'paused',
    edges: ['table:orders->view:big:in'],
  });
  changeBreakpoint(made?.id ?? '', { enabled: false });
  await togglePause();
  await until(() => useRun.getState().status === 'finished', 'the run has finished');
  expect(useBreakpoints.getState().hit).toBeNull();
});

it('does not stop anything before the condition of a new breakpoint is there', async () => {
  draftBreakpoint({ from: 'table:orders', to: 'view:big' });
  await runToEnd();
  finishEditing('amount > 700');
  await startRun();
  await until(() => useBreakpoints.getState().hit !== null, 'the breakpoint has stopped');
  expect(useBreakpoints.getState()).toMatchObject({ hit: { row: 30 }, editing: null, isDraft: false });
});

it('makes no breakpoint when its condition is left with Escape, and changes none', async () => {
  draftBreakpoint({ from: 'table:orders', to: 'view:big' });
  cancelEditing();
  expect(useBreakpoints.getState()).toMatchObject({ list: [], editing: null, isDraft: false });
  const made = addBreakpoint({ from: 'table:orders', to: 'view:big' });
  editBreakpoint(made?.id ?? '');
  cancelEditing();
  expect(useBreakpoints.getState()).toMatchObject({ list: [made], editing: null });
});

it('stops a replay that plays at the same row', async () => {
  await runToEnd();
  const made = addBreakpoint({ from: 'table:orders', to: 'view:big' });
  changeBreakpoint(made?.id ?? '', { condition: 'amount > 700' });
  useView.setState({ speed: null });
  goToRow(0);
  await arrived(0);
  await playReplay();
  await until(() => useBreakpoints.getState().hit !== null, 'the breakpoint has stopped');
  await until(() => useView.getState().moment?.isPlaying === false, 'the replay rests');
  expect(useView.getState().moment?.row).toBe(30);
});

it('says what is wrong with a condition before any run', async () => {
  const made = addBreakpoint({ from: 'table:orders', to: 'view:big' });
  changeBreakpoint(made?.id ?? '', { condition: 'amont > 700' });
  await until(() => useBreakpoints.getState().problems.size > 0, 'the condition is checked');
  expect(useBreakpoints.getState().problems.get(made?.id ?? '')).toContain("Column 'amont' not found");
  changeBreakpoint(made?.id ?? '', { condition: 'amount > 700' });
  await until(() => useBreakpoints.getState().problems.size === 0, 'the condition is right');
});

it('keeps a breakpoint on its edge when a node gets another name', async () => {
  addBreakpoint({ from: 'table:orders', to: 'view:big' });
  await requestEdit({ kind: 'rename', node: 'view:big', name: 'large' });
  await analysed();
  expect(useBreakpoints.getState().list).toMatchObject([{ from: 'table:orders', to: 'view:large' }]);
});

it('keeps a breakpoint at the rows it is for when a node is put into its edge and taken out again', async () => {
  addBreakpoint({ from: 'table:orders', to: 'view:big' });
  const edge = 'table:orders->view:big:in';
  await requestEdit({ kind: 'insert-on-edge', edge, palette: 'filter', at: { x: 0, y: 0 } });
  await analysed();
  const [inside] = useBreakpoints.getState().list;
  await undoAction();
  await analysed();
  expect([inside?.from, inside?.to, useBreakpoints.getState().list]).toMatchObject([
    'table:orders',
    'view:filter_1',
    [{ from: 'table:orders', to: 'view:big' }],
  ]);
});

it('gives breakpoints of one project to no other, even when the scripts are the same', async () => {
  addBreakpoint({ from: 'table:orders', to: 'view:big' });
  await openScript(SCRIPT);
  expect(useBreakpoints.getState().list).toEqual([]);
});

it('shows the rows of the run again after its engine has ended, and says so where there are none', async () => {
  useSelection.setState({ nodes: ['view:big'], edges: [] });
  await runToEnd();
  await until(() => useTap.getState().rows.length === 19, 'the rows of the run are read');
  goToRow(24);
  await arrived(24);
  await until(() => useTap.getState().rows.length === 3, 'the rows of the moment are read');
  useRun.setState({ isGone: true });
  leaveReplay();
  expect(useTap.getState()).toMatchObject({ rows: { length: 19 }, failure: '' });
  followNode('table:totals', useRun.getState().viewId ?? '');
  await until(() => useTap.getState().failure !== '', 'it is said that the run is gone');
  expect(useTap.getState().rows).toEqual([]);
});
