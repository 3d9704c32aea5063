/** When figures are let through. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FIGURES_INTERVAL_MS, FiguresClock } from './figures-clock.ts';
import type { RunMetrics } from './run.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const metrics = (rowsRead: number): RunMetrics => ({
  runId: 'run-1',
  status: 'running',
  elapsedMs: 0,
  rowsRead,
  fraction: null,
  nodes: [],
  recording: null,
});

it('figures come at most ten times a second, the newest last, and not in the first tenth of a run', () => {
  const seen: [number, number][] = [];
  const clock = new FiguresClock((m) => seen.push([Math.round(performance.now() - startMs), m.rowsRead]));
  const startMs = performance.now();
  clock.startOver();
  for (let ms = 0; ms < 350; ms += 10) {
    clock.show(metrics(ms));
    vi.advanceTimersByTime(10);
  }
  expect(seen).toEqual([
    [100, 90],
    [200, 190],
    [300, 290],
  ]);
  clock.flush();
  expect(seen.at(-1)).toEqual([350, 340]);
  vi.advanceTimersByTime(FIGURES_INTERVAL_MS * 3);
  expect(seen.length).toBe(4);
});

it('figures of the run before are not shown in the new one', () => {
  const seen: number[] = [];
  const clock = new FiguresClock((m) => seen.push(m.rowsRead));
  clock.startOver();
  clock.show(metrics(1));
  clock.startOver();
  vi.advanceTimersByTime(FIGURES_INTERVAL_MS * 2);
  expect(seen).toEqual([]);
});
