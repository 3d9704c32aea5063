/** What checkpoints may take of a run. */
import { describe, expect, it } from 'vitest';
import { CheckpointBudget } from './checkpoint-budget.ts';

const MB = 1_000_000;

describe('a budget of checkpoints', () => {
  it('lets a small state be kept at any time, and a large one when its share of the work has come together', () => {
    const budget = new CheckpointBudget(0.02, 100_000);
    const at = (workedMs: number): readonly boolean[] => {
      for (let ms = 0; ms < workedMs; ms += 10) budget.worked(10);
      return [budget.affords(50_000), budget.affords(10 * MB)];
    };
    // 10 MB are taken for 100 ms, which 5 s of work pay for.
    expect([at(0), at(4_990), at(20)]).toEqual([
      [true, false],
      [true, false],
      [true, true],
    ]);
  });

  it('learns what a byte costs, and holds what was spent against what the run works', () => {
    const budget = new CheckpointBudget(0.02, 0);
    let spentMs = 0;
    let workedMs = 0;
    let count = 0;
    for (let turn = 0; turn < 100_000; turn++) {
      budget.worked(1);
      workedMs += 1;
      if (!budget.affords(10 * MB)) continue;
      // Four times dearer than assumed.
      budget.spent(400, 10 * MB);
      spentMs += 400;
      count += 1;
      expect(budget.workedSinceMs).toBe(0);
    }
    expect(count).toBe(5);
    expect(spentMs / workedMs).toBeLessThanOrEqual(0.02);
  });

  it('takes a turn that waited for a turn, and a clock that was set back for none', () => {
    const budget = new CheckpointBudget(0.02, 0);
    budget.worked(3_600_000);
    budget.worked(-5);
    expect(budget.workedSinceMs).toBe(50);
  });
});
