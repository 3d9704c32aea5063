/** What the time bar says and understands. */
import { expect, it } from 'vitest';
import { clockText, digestVerdict, parseRow, thumbText } from './time-bar-kernels.ts';

it('understands a row as people write it, and a share of the whole', () => {
  const typed = ['500', ' 1,000 ', '1 000', '12_000', '50 %', '33.3%', '', 'x', '-3', '1.5'];
  expect(typed.map((text) => parseRow(text, 2000))).toEqual([500, 1000, 1000, 2000, 1000, 666, null, null, null, null]);
});

it('says where the thumb stands in words', () => {
  const startMs = new Date(2026, 0, 31, 12, 0, 0).getTime();
  const long = clockText({ timeMs: startMs + 7_000, startMs, endMs: startMs + 60_000 });
  const short = clockText({ timeMs: startMs + 7_042, startMs, endMs: startMs + 8_000 });
  expect([
    thumbText({ row: 500, rowCount: 1000 }, long),
    thumbText({ row: 1, rowCount: 12_345 }, short),
    thumbText({ row: 0, rowCount: 0 }, clockText({ timeMs: null, startMs: null, endMs: null })),
  ]).toEqual(['row 500 of 1,000, 12:00:07', 'row 1 of 12,345, 12:00:07.042', 'row 0 of 0']);
});

it('tells equal results from different ones and from those that stand alone', () => {
  const one = '3fa94c1200000000';
  const other = '99ffaa0000000000';
  expect([
    digestVerdict({ first: one, replayed: one }),
    digestVerdict({ first: one, replayed: other }),
    digestVerdict({ first: null, replayed: one }),
    digestVerdict({ first: `${one} ${one}`, replayed: `${one} ${other}` }).text,
  ]).toEqual([
    { kind: 'equal', text: 'Result 3fa94c12 equals the first run', detail: one },
    {
      kind: 'different',
      text: "Result 99ffaa00 differs from the first run's 3fa94c12",
      detail: `First run ${one}, replay ${other}`,
    },
    { kind: 'alone', text: 'Result 3fa94c12', detail: `${one}. The first run left no sum to compare with.` },
    "Result 99ffaa00 differs from the first run's 3fa94c12",
  ]);
});
