/** Timers in order. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TimerQueue } from './timer-queue.ts';

describe('TimerQueue', () => {
  it('fires by time, then by registration, each once, and leaves later ones', () => {
    const fired: string[] = [];
    const queue = new TimerQueue<string>(({ timeMs, tag }) => fired.push(`${tag}@${timeMs}`));
    for (const [timeMs, tag] of [
      [5, 'x'],
      [3, 'b'],
      [3, 'a'],
      [9, 'z'],
      [3, 'b'],
    ] as const)
      queue.register(timeMs, tag);
    queue.cancel(5, 'x');
    queue.cancel(7, 'nobody');
    queue.fireUpTo(8);
    expect([fired, queue.pending(), queue.nextTimeMs()]).toEqual([['b@3', 'a@3'], [{ timeMs: 9, tag: 'z' }], 9]);
  });

  it('fires what a timer registers, also when that lies before others that are due', () => {
    const fired: string[] = [];
    const queue: TimerQueue<string> = new TimerQueue<string>(({ timeMs, tag }) => {
      fired.push(`${tag}@${timeMs}`);
      if (tag === 'a') queue.register(2, 'earlier');
      if (tag === 'b') queue.register(20, 'too late');
    });
    queue.register(4, 'a');
    queue.register(4, 'b');
    queue.fireUpTo(10);
    expect([fired, queue.nextTimeMs()]).toEqual([['a@4', 'earlier@2', 'b@4'], 20]);
  });

  it('agrees with a sorted list in random sequences', () => {
    const timer = fc.tuple(fc.integer({ min: 0, max: 9 }), fc.constantFrom('a', 'b', 'c'));
    fc.assert(
      fc.property(fc.array(timer), fc.array(timer), fc.integer({ min: -1, max: 10 }), (added, cancelled, limit) => {
        const fired: string[] = [];
        const queue = new TimerQueue<string>(({ timeMs, tag }) => fired.push(`${timeMs}${tag}`));
        for (const [timeMs, tag] of added) queue.register(timeMs, tag);
        for (const [timeMs, tag] of cancelled) queue.cancel(timeMs, tag);
        queue.fireUpTo(limit);
        const gone = new Set(cancelled.map(([timeMs, tag]) => `${timeMs}${tag}`));
        const all = [...new Set(added.map(([timeMs, tag]) => `${timeMs}${tag}`))].filter((each) => !gone.has(each));
        const isDue = (each: string): boolean => Number(each[0]) <= limit;
        const byTime = (a: string, b: string): number => Number(a[0]) - Number(b[0]);
        expect(fired).toEqual(all.filter(isDue).sort(byTime));
        expect(queue.pending().map(({ timeMs, tag }) => `${timeMs}${tag}`)).toEqual(
          all.filter((each) => !isDue(each)).sort(byTime),
        );
      }),
    );
  });
});
