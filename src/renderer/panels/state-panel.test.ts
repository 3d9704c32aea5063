/** Decisions of the State panel, and which pages it asks for. */
import { expect, it } from 'vitest';
import type { CommandIn } from '../../runtime/contract/contract.ts';
import type { EngineContract } from '../../runtime/contract/engine-contract.ts';
import { type AskPage, StatePager, type StateQuestion } from './state-pager.ts';
import {
  agoText,
  growthPerMinute,
  growthText,
  isUnbounded,
  nextSort,
  type SizeSample,
  ttlText,
  withSample,
} from './state-panel-kernels.ts';

const QUESTION: StateQuestion = { viewId: 'run', nodeId: 'view:v', stateId: 's', filter: '', sort: null };

/** An engine that is answered by hand. */
function engine(entryCount: number): {
  readonly ask: AskPage;
  readonly asked: CommandIn<EngineContract, 'state.page'>[];
  readonly answer: (label: string, more?: { readonly superseded?: boolean }) => Promise<void>;
} {
  const asked: CommandIn<EngineContract, 'state.page'>[] = [];
  const open: ((label: string, superseded: boolean) => void)[] = [];
  return {
    asked,
    ask: (question) =>
      new Promise((resolve) => {
        asked.push(question);
        open.push((label, superseded) =>
          resolve({
            entries: superseded
              ? []
              : Array.from({ length: Math.min(question.countMax, entryCount - question.offset) }, (_, i) => ({
                  key: [`${label}${question.offset + i}`],
                  value: [],
                  updatedMs: null,
                })),
            matchCount: superseded ? 0 : entryCount,
            entryCount,
            sizeBytes: 0,
            isMoving: superseded,
          }),
        );
      }),
    answer: async (label, { superseded = false } = {}) => {
      for (const each of open.splice(0)) each(label, superseded);
      await Promise.resolve();
      await Promise.resolve();
    },
  };
}

it('asks for the pages in sight, once each, and shows their rows', async () => {
  const { ask, asked, answer } = engine(1000);
  const pager = new StatePager(
    ask,
    () => {},
    () => 0,
  );
  pager.look(QUESTION);
  await answer('a');
  pager.show(180, 230);
  pager.show(185, 235);
  await answer('a');
  pager.show(0, 20);
  expect([asked.map(({ offset }) => offset), pager.state.rowAt(7)?.key, pager.state.rowAt(201)?.key]).toEqual([
    [0, 100, 200],
    ['a7'],
    ['a201'],
  ]);
  expect(pager.state.matchCount).toBe(1000);
});

it('keeps the rows of the question before until the new ones are there', async () => {
  const { ask, answer } = engine(50);
  const pager = new StatePager(
    ask,
    () => {},
    () => 0,
  );
  pager.look(QUESTION);
  await answer('old');
  pager.look({ ...QUESTION, filter: 'x' });
  const between = [pager.state.rowAt(0)?.key, pager.state.isBehind];
  await answer('new');
  expect([between, pager.state.rowAt(0)?.key, pager.state.isBehind]).toEqual([[['old0'], true], ['new0'], false]);
});

it('shows no row of one state under the name of another', async () => {
  const { ask, answer } = engine(50);
  const pager = new StatePager(
    ask,
    () => {},
    () => 0,
  );
  pager.look(QUESTION);
  await answer('one');
  pager.look({ ...QUESTION, stateId: 'other' });
  expect([pager.state.rowAt(0), pager.state.matchCount]).toEqual([undefined, 0]);
});

it('takes no answer that came too late, and none that the engine left unfinished', async () => {
  const { ask, answer } = engine(50);
  const pager = new StatePager(
    ask,
    () => {},
    () => 0,
  );
  pager.look(QUESTION);
  await answer('first');
  pager.refresh();
  await answer('second', { superseded: true });
  const unfinished = pager.state.rowAt(0)?.key;
  pager.refresh();
  pager.look({ ...QUESTION, filter: 'x' });
  await answer('third');
  expect([unfinished, pager.state.rowAt(0)?.key]).toEqual([['first0'], ['third0']]);
});

it('asks a slow engine rarely', async () => {
  let nowMs = 0;
  const { ask, answer } = engine(50);
  const pager = new StatePager(
    ask,
    () => {},
    () => nowMs,
  );
  pager.look(QUESTION);
  await answer('quick');
  const quick = pager.refreshMs;
  pager.refresh();
  nowMs = 800;
  await answer('slow');
  expect([quick, pager.refreshMs]).toEqual([500, 3200]);
});

it('tells growth from the last minute, and nothing before two seconds', () => {
  let samples: readonly SizeSample[] = [];
  const seen: (string | null)[] = [];
  for (let atMs = 0; atMs <= 120_000; atMs += 1000) {
    samples = withSample(samples, { atMs, sizeBytes: atMs < 60_000 ? atMs * 20 : 1_200_000 });
    const bytes = growthPerMinute(samples);
    if ([1000, 3000, 59_000, 120_000].includes(atMs)) seen.push(bytes === null ? null : growthText(bytes));
  }
  expect([seen, growthText(-2_000_000)]).toEqual([[null, '+1.2 MB/min', '+1.2 MB/min', 'steady'], '−2.0 MB/min']);
});

it('writes ages and times to live in the largest unit that fits', () => {
  expect([0, 999, 59_999, 61_000, 7_200_000, 200_000_000].map(agoText)).toEqual([
    'now',
    'now',
    '59 s ago',
    '1 min ago',
    '2 h ago',
    '2 d ago',
  ]);
  expect([500, 10_000, 60_000, 7_200_000, 86_400_000].map(ttlText)).toEqual(['500 ms', '10 s', '1 min', '2 h', '1 d']);
});

it('goes from up to down to the order of arrival', () => {
  const up = nextSort(null, 'key', 0);
  const down = nextSort(up, 'key', 0);
  expect([up, down, nextSort(down, 'key', 0), nextSort(down, 'value', 0)]).toEqual([
    { by: 'key', column: 0, descending: false },
    { by: 'key', column: 0, descending: true },
    null,
    { by: 'value', column: 0, descending: false },
  ]);
});

it('calls unbounded what only a time to live would bound', () => {
  const state = { stateId: '', operator: '', name: '', kind: 'value' as const, keyColumns: [], valueColumns: [] };
  const grows = {
    ...state,
    entryCount: 0,
    sizeBytes: 0,
    ttlMs: 0,
    bound: 'For ever, unless table.exec.state.ttl is set.',
  };
  expect([
    isUnbounded(grows),
    isUnbounded({ ...grows, ttlMs: 1000 }),
    isUnbounded({ ...grows, bound: 'One number.' }),
  ]).toEqual([true, false, false]);
});
