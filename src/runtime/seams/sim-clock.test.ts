/** The clock moved by hand. */
import { describe, expect, it } from 'vitest';
import { SimClock } from './sim-clock.ts';

describe('SimClock', () => {
  it('fires timers in time order, ties in order of registration, each at its own time', () => {
    const clock = new SimClock(100);
    const log: string[] = [];
    const at = (timeMs: number, name: string): { dispose(): void } =>
      clock.at(timeMs, () => log.push(`${name} at ${clock.nowMs()}`));
    at(300, 'c');
    at(200, 'a');
    at(200, 'b');
    at(900, 'later');
    at(250, 'cancelled').dispose();
    clock.advanceTo(500);
    expect([log, clock.nowMs(), clock.nextTimerMs()]).toEqual([['a at 200', 'b at 200', 'c at 300'], 500, 900]);
  });

  it('fires in the same move what a timer registers on the way', () => {
    const clock = new SimClock();
    const log: number[] = [];
    const tick = (): void => {
      log.push(clock.nowMs());
      clock.at(clock.nowMs() + 10, tick);
    };
    clock.at(10, tick);
    clock.advanceTo(35);
    expect(log).toEqual([10, 20, 30]);
  });

  it('fires a timer of the past at the next move without turning the time back', () => {
    const clock = new SimClock(100);
    const log: number[] = [];
    clock.at(50, () => log.push(clock.nowMs()));
    clock.advanceTo(100);
    expect(log).toEqual([100]);
  });

  it('refuses to go back', () => {
    const clock = new SimClock(100);
    expect(() => clock.advanceTo(99)).toThrow('a clock never goes back');
  });
});
