/** The first pages of an ordered state, kept while it is looked through: most of its entries are never sorted. */
import { present } from '../base/assert.ts';
import type { Value } from '../data/value.ts';

/** The handle of an entry with what the entry is ordered by; `order` is its place by arrival. */
interface Candidate {
  readonly handle: object;
  readonly value: Value;
  readonly order: number;
}

/** The first few of many by an order: a heap with the last of them on top. Most entries are refused by one comparison. */
export class BestEntries {
  readonly #countMax: number;
  readonly #compare: (a: Candidate, b: Candidate) => number;
  readonly #compareValues: (a: Value, b: Value) => number;
  readonly #heap: Candidate[] = [];

  constructor(countMax: number, compare: (a: Value, b: Value) => number) {
    this.#countMax = countMax;
    this.#compareValues = compare;
    this.#compare = (a, b) => compare(a.value, b.value) || a.order - b.order;
  }

  /** In order of arrival, so that of equal ones the first to come stays. */
  offer(handle: object, value: Value, order: number): void {
    const heap = this.#heap;
    if (heap.length < this.#countMax) {
      const candidate: Candidate = { handle, value, order };
      let at = heap.push(candidate) - 1;
      while (at > 0) {
        const above = (at - 1) >> 1;
        if (this.#compare(heap[above] as Candidate, candidate) >= 0) break;
        heap[at] = heap[above] as Candidate;
        at = above;
      }
      heap[at] = candidate;
      return;
    }
    if (this.#compareValues(value, present(heap[0], 'top of a full heap').value) >= 0) return;
    const candidate: Candidate = { handle, value, order };
    let at = 0;
    for (let child = 1; child < heap.length; child = 2 * at + 1) {
      if (child + 1 < heap.length && this.#compare(heap[child + 1] as Candidate, heap[child] as Candidate) > 0)
        child += 1;
      if (this.#compare(heap[child] as Candidate, candidate) <= 0) break;
      heap[at] = heap[child] as Candidate;
      at = child;
    }
    heap[at] = candidate;
  }

  inOrder(): object[] {
    return this.#heap.sort(this.#compare).map(({ handle }) => handle);
  }
}
