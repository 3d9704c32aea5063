/** Keyed state in pages: what snapshots hold, in memory and as plain data, whatever happens before and after. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Schema } from '../data/logical-type.ts';
import type { Row } from '../data/value.ts';
import type { SavedState } from '../engine/operator.ts';
import { KeyedState } from './keyed-state.ts';
import { compacted, type SavedPages } from './saved-pages.ts';

const KEYS: Schema = [
  { name: 'a', type: { kind: 'VARCHAR', nullable: true, length: 10 } },
  { name: 'b', type: { kind: 'DOUBLE', nullable: true } },
];
const COLUMNS = [0, 1];
const TTL_MS = 50;

interface Sum {
  total: number;
  readonly parts: number[];
}

/** A state on a clock of its own, changed as an operator does. */
class Subject {
  nowMs = 1_700_000_000_000;
  readonly state: KeyedState<Sum>;

  constructor(ttlMs: number) {
    const contents = {
      count: ({ parts }: Sum, list: 0 | 1) => (list === 0 ? parts.length : 0),
      bytes: ({ parts }: Sum, list: 0 | 1) => (list === 0 ? 10 + parts.length : 0),
    };
    this.state = new KeyedState<Sum>(KEYS, { ttlMs, nowMs: () => this.nowMs }, contents, {
      save: ({ total, parts }) => [total, parts],
      load: (saved) => {
        const [total, parts] = saved as [number, number[]];
        return { total, parts: [...parts] };
      },
    });
  }

  apply({ key, part, forMs }: Change): void {
    this.nowMs += forMs;
    const row: Row = [key % 7 === 0 ? null : `k${key}`, key % 3 === 0 ? -0 : key / 2];
    const found = this.state.find(row, COLUMNS);
    if (part === null) {
      if (found !== undefined) this.state.delete(found);
      return;
    }
    const entry = found ?? this.state.insert(row, COLUMNS, { total: 0, parts: [] });
    entry.value.total += part;
    entry.value.parts.push(part);
    this.state.grow(entry, 0, 1, 1);
    this.state.touch(entry);
  }

  /** Everything that can be seen of it. */
  view(): unknown {
    const { state } = this;
    const entries = [...state.entries()].map(({ key, value, updatedMs }) => [
      key,
      value.total,
      [...value.parts],
      updatedMs,
    ]);
    const middle = [...state.walk(null, state.size >> 1, () => 1).entries].length;
    return { entries, middle, size: state.size, count: state.countOf(0), bytes: state.bytesOf(0) };
  }

  restored(saved: SavedState, ttlMs: number, nowMs: number): Subject {
    const fresh = new Subject(ttlMs);
    fresh.nowMs = nowMs;
    fresh.state.restore(saved);
    return fresh;
  }
}

interface Change {
  readonly key: number;
  /** `null`: the key goes. */
  readonly part: number | null;
  readonly forMs: number;
}

const changes = fc.array(
  fc.record({
    key: fc.nat(200),
    part: fc.option(fc.integer({ min: -5, max: 100_000 }), { freq: 4 }),
    forMs: fc.nat(3),
  }),
  { minLength: 50, maxLength: 700 },
);

describe('a state in pages', () => {
  it('comes back from every snapshot as it was and goes on as if nothing had happened, with or without expiry', () => {
    fc.assert(
      fc.property(changes, fc.constantFrom(0, TTL_MS), fc.integer({ min: 5, max: 90 }), (script, ttlMs, every) => {
        const subject = new Subject(ttlMs);
        const moments: { at: number; nowMs: number; view: unknown; shared: SavedState; apart: SavedState }[] = [];
        for (const [at, change] of script.entries()) {
          subject.apply(change);
          if (at % every !== 0) continue;
          // The one that is looked at first must not decide what the others see.
          const shared = subject.state.save('shared');
          const apart = structuredClone(subject.state.save('apart')) as SavedState;
          moments.push({ at, nowMs: subject.nowMs, view: subject.view(), shared, apart });
        }
        const end = subject.view();
        const moved = compacted(moments.map(({ shared }) => shared as SavedPages));
        for (const [place, { at, nowMs, view, shared, apart }] of moments.entries()) {
          for (const saved of [shared, apart, moved[place] as SavedPages]) {
            expect(subject.restored(saved, ttlMs, nowMs).view()).toEqual(view);
            // Without having been looked at: entries come back one by one.
            const again = subject.restored(saved, ttlMs, nowMs);
            for (const change of script.slice(at + 1)) again.apply(change);
            expect(again.view()).toEqual(end);
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it('goes through snapshots of snapshots, and through pages that have moved', () => {
    fc.assert(
      fc.property(changes, (script) => {
        const straight = new Subject(TTL_MS);
        let subject = new Subject(TTL_MS);
        for (const [at, change] of script.entries()) {
          straight.apply(change);
          subject.apply(change);
          if (at % 40 !== 0) continue;
          const shared = subject.state.save('shared') as SavedPages;
          const saved = at % 3 === 0 ? shared : at % 3 === 1 ? subject.state.save('apart') : compacted([shared])[0];
          if (at % 80 === 0) subject = subject.restored(saved as SavedState, TTL_MS, subject.nowMs);
          expect(subject.view()).toEqual(straight.view());
        }
      }),
      { numRuns: 40 },
    );
  });

  it('shares the pages, and within a page the entries, that did not change', () => {
    const subject = new Subject(0);
    for (let key = 1; key <= 640; key++) subject.apply({ key: key * 21 + 1, part: 1, forMs: 0 });
    const first = subject.state.save('shared') as SavedPages;
    subject.apply({ key: 22, part: 5, forMs: 1 });
    const second = subject.state.save('shared') as SavedPages;
    const same = second.pages.filter((page, at) => page === first.pages[at]).length;
    const [before, after] = [first.pages[0]?.refs, second.pages[0]?.refs];
    expect([first.pages.length, same, after?.filter((ref, at) => ref !== before?.[at]).length]).toEqual([10, 9, 1]);
    expect(second.freshBytes).toBeLessThan(first.freshBytes / 5);
  });

  it('forgets what has expired while other keys are asked for, a few at a time', () => {
    const subject = new Subject(TTL_MS);
    for (let key = 1; key <= 200; key++) subject.apply({ key: key * 21 + 1, part: 1, forMs: 0 });
    subject.nowMs += TTL_MS;
    const sizes = Array.from({ length: 45 }, () => {
      subject.state.find(['nobody', 0], COLUMNS);
      return subject.state.size;
    });
    expect([sizes[0], sizes[19], sizes[39], subject.state.bytesOf(0), subject.state.countOf(0)]).toEqual([
      195, 100, 0, 0, 0,
    ]);
  });
});
