/**
 * Pages of state for people, whatever its size, without holding the run up: all work is cut into slices of
 * a few milliseconds (`slices.ts`), and rows flow in between.
 *
 *   no filter, no sort      begins at the asked entry at once: O(page)
 *   filter or sort          looks at every entry once
 *     first pages             keeps the best few hundred while it looks
 *     deep pages              keeps them all and sorts them; further pages come from that index
 *
 * A question is a state with a filter and an order. A newer question about the same state ends the older one,
 * which is then answered with an empty page; pages of one question share its search. An answer that was put together while the state
 * changed says `isMoving`; it may then show entries of several moments. While the state stands still, an index is used
 * for ever; while it moves, for a moment, so that scrolling does not search anew for each page.
 *
 * Reading never changes state: nothing is touched, nothing that expired is removed.
 */
import type { Value } from '../data/value.ts';
import type { InspectedState, Operator, StateDescriptor, StateEntry } from '../engine/operator.ts';
import { BestEntries } from './best-entries.ts';
import { orderInSlices, PartedList, runInSlices, type SlicedWork, type SliceHost } from './slices.ts';
import { cellText, cellTexts, valueOrder } from './state-order.ts';

/** Order of a page: by a column of the key or the value, or by the time of the last change. */
export interface StateSort {
  readonly by: 'key' | 'value' | 'updated';
  readonly column: number;
  readonly descending: boolean;
}

/** Which page is wanted. */
export interface StatePageQuestion {
  readonly offset: number;
  readonly countMax: number;
  /** Only entries whose key, as shown, contains this text in any case (their value, where there is no key); empty: all. */
  readonly filter: string;
  /** Null: in order of arrival. */
  readonly sort: StateSort | null;
}

/** A page, formatted. */
export interface StatePageAnswer {
  readonly entries: readonly {
    readonly key: readonly (string | null)[];
    readonly value: readonly (string | null)[];
    readonly updatedMs: number | null;
  }[];
  /** Entries that pass the filter. */
  readonly matchCount: number;
  readonly entryCount: number;
  readonly sizeBytes: number;
  readonly isMoving: boolean;
}

/** A state that is asked about. `id` tells it from the others of the scanner. */
export interface ScannedState {
  readonly id: string;
  readonly state: InspectedState;
  readonly descriptor: StateDescriptor;
}

/** Entries of a page at most: larger pages are cut. */
export const PAGE_COUNT_MAX = 1000;
/** Entries kept by a search that need not know them all. */
const BEST_COUNT = 512;
/** Entries looked at, and formatted, between two places to leave. */
const LOOK_COUNT = 16;
const FORMAT_COUNT = 4;
/** How long an index of a moving state is used, and how many times its own cost. */
const STALE_MS = 400;
const STALE_COST_FACTOR = 2;

/** Figures of all states of an operator. O(states). */
export function stateFigures(operator: Operator): { readonly entryCount: number; readonly sizeBytes: number } {
  let entryCount = 0;
  let sizeBytes = 0;
  for (const { name } of operator.describeState()) {
    const state = operator.inspectState(name);
    entryCount += state.entryCount();
    sizeBytes += state.sizeBytes();
  }
  return { entryCount, sizeBytes };
}

/** Answers questions about the states of one view. */
export class StateScanner {
  readonly #host: SliceHost;
  readonly #timeZone: string;
  /** The newest search of each state. */
  readonly #searches = new Map<string, Search>();
  /** Pages that need no search and are not done in their first slice. */
  readonly #reads = new Set<() => void>();

  constructor(host: SliceHost, timeZone: string) {
    this.#host = host;
    this.#timeZone = timeZone;
  }

  page(subject: ScannedState, question: StatePageQuestion): Promise<StatePageAnswer> {
    const asked = { ...question, countMax: Math.min(question.countMax, PAGE_COUNT_MAX) };
    return new Promise((resolve) => {
      if (asked.filter === '' && asked.sort === null) this.#read(subject, asked, resolve);
      else this.#search(subject, asked, resolve);
    });
  }

  /** Ends all searches; open questions are answered with empty pages. The state may be another one now. */
  reset(): void {
    for (const search of this.#searches.values()) search.cancel();
    for (const end of [...this.#reads]) end();
    this.#searches.clear();
  }

  #read(subject: ScannedState, asked: StatePageQuestion, resolve: (answer: StatePageAnswer) => void): void {
    const { state, descriptor } = subject;
    const changeCount = state.changeCount();
    let work: SlicedWork | null = null;
    const end = (): void => {
      work?.cancel();
      resolve(nothing(state));
    };
    this.#reads.add(end);
    work = runInSlices(this.#host, formatEntries(firstOf(state, asked), descriptor, this.#timeZone), (entries) => {
      this.#reads.delete(end);
      resolve({
        ...figures(state),
        entries,
        matchCount: state.entryCount(),
        isMoving: state.changeCount() !== changeCount,
      });
    });
  }

  #search(subject: ScannedState, asked: StatePageQuestion, resolve: (answer: StatePageAnswer) => void): void {
    const before = this.#searches.get(subject.id);
    if (before?.answers(asked) === true) {
      before.ask(asked, resolve);
      return;
    }
    const search = new Search(this.#host, this.#timeZone, subject, asked);
    this.#searches.set(subject.id, search);
    // Open questions of the same search go on in the one that knows more.
    if (before !== undefined) for (const each of before.cancel(search)) search.ask(each.asked, each.resolve);
    search.ask(asked, resolve);
    search.start();
  }
}

interface OpenQuestion {
  readonly asked: StatePageQuestion;
  readonly resolve: (answer: StatePageAnswer) => void;
}

/** One walk through a state with one filter and one order. */
class Search {
  readonly #host: SliceHost;
  readonly #timeZone: string;
  readonly #subject: ScannedState;
  readonly #filter: string;
  readonly #sort: StateSort | null;
  readonly #question: string;
  /** How many entries it keeps, the first by its order. */
  readonly #keptCount: number;
  readonly #compare: (a: Value, b: Value) => number;
  readonly #open = new Set<OpenQuestion>();
  /** Handles of entries, once done. */
  #kept = new PartedList<object>();
  /** Places in `#kept` in order; null: as they stand. */
  #order: Int32Array | null = null;
  #matchCount = 0;
  #isDone = false;
  #changeCount = 0;
  #startMs = 0;
  #doneMs = 0;
  #work: SlicedWork | null = null;
  readonly #formatting = new Set<SlicedWork>();

  constructor(host: SliceHost, timeZone: string, subject: ScannedState, asked: StatePageQuestion) {
    this.#host = host;
    this.#timeZone = timeZone;
    this.#subject = subject;
    this.#filter = asked.filter.toLowerCase();
    this.#sort = asked.sort;
    this.#question = questionText(asked);
    this.#keptCount = asked.offset + asked.countMax <= BEST_COUNT ? BEST_COUNT : Number.POSITIVE_INFINITY;
    this.#compare = this.#columnOrder();
  }

  /** Whether it knows the asked page, or will. */
  answers(asked: StatePageQuestion): boolean {
    if (questionText(asked) !== this.#question) return false;
    const isCovered = asked.offset + asked.countMax <= this.#keptCount;
    if (!this.#isDone) return isCovered;
    if (!isCovered && this.#matchCount > this.#keptCount) return false;
    if (this.#subject.state.changeCount() === this.#changeCount) return true;
    const freshMs = Math.max(STALE_MS, (this.#doneMs - this.#startMs) * STALE_COST_FACTOR);
    return this.#host.clock.nowMs() - this.#doneMs < freshMs;
  }

  ask(asked: StatePageQuestion, resolve: (answer: StatePageAnswer) => void): void {
    const question: OpenQuestion = { asked, resolve };
    this.#open.add(question);
    if (this.#isDone) this.#answer(question);
  }

  start(): void {
    this.#startMs = this.#host.clock.nowMs();
    this.#changeCount = this.#subject.state.changeCount();
    this.#work = runInSlices(this.#host, this.#walk(), () => {
      this.#isDone = true;
      this.#doneMs = this.#host.clock.nowMs();
      for (const question of [...this.#open]) this.#answer(question);
    });
  }

  /** Stops. Answers the questions that `successor` does not ask too with nothing, and hands those over. */
  cancel(successor: Search | null = null): readonly OpenQuestion[] {
    this.#work?.cancel();
    for (const work of this.#formatting) work.cancel();
    const open = [...this.#open];
    this.#open.clear();
    if (successor !== null && successor.#question === this.#question) return open;
    for (const { resolve } of open) resolve(nothing(this.#subject.state));
    return [];
  }

  #answer(question: OpenQuestion): void {
    const { state, descriptor } = this.#subject;
    const { offset, countMax } = question.asked;
    const end = Math.min(offset + countMax, this.#kept.length);
    const page: StateEntry[] = [];
    for (let at = offset; at < end; at++) page.push(this.#entryOf(this.#kept.at(this.#order?.[at] ?? at)));
    let work: SlicedWork | null = null;
    work = runInSlices(this.#host, formatEntries(page, descriptor, this.#timeZone), (entries) => {
      this.#open.delete(question);
      if (work !== null) this.#formatting.delete(work);
      const isMoving = state.changeCount() !== this.#changeCount;
      question.resolve({ ...figures(state), entries, matchCount: this.#matchCount, isMoving });
    });
    // Most pages are formatted in their first slice.
    if (this.#open.has(question)) this.#formatting.add(work);
  }

  *#walk(): Generator<void, void> {
    const sort = this.#sort;
    const best = new BestEntries(this.#keptCount, this.#compare);
    const kept = new PartedList<object>();
    const values = new PartedList<Value>();
    const { state } = this.#subject;
    let lookedCount = 0;
    for (const handle of state.handles?.all() ?? state.entries(0)) {
      if (lookedCount % LOOK_COUNT === 0 || handle === null) yield;
      lookedCount += 1;
      if (handle === null) continue;
      const entry = this.#entryOf(handle);
      if (!this.#passes(entry)) continue;
      this.#matchCount += 1;
      if (sort === null) {
        if (kept.length < this.#keptCount) kept.push(handle);
      } else if (this.#keptCount === Number.POSITIVE_INFINITY) {
        kept.push(handle);
        values.push(sortValue(entry, sort));
      } else best.offer(handle, sortValue(entry, sort), lookedCount);
    }
    if (sort === null || this.#keptCount !== Number.POSITIVE_INFINITY) {
      if (sort !== null) for (const handle of best.inOrder()) kept.push(handle);
      this.#kept = kept;
      return;
    }
    const compare = this.#compare;
    this.#order = yield* orderInSlices(kept.length, (a, b) => compare(values.at(a), values.at(b)) || a - b);
    this.#kept = kept;
  }

  #entryOf(handle: object): StateEntry {
    return this.#subject.state.handles?.entryOf(handle) ?? (handle as StateEntry);
  }

  #passes(entry: StateEntry): boolean {
    if (this.#filter === '') return true;
    const { keySchema, valueSchema } = this.#subject.descriptor;
    const isKeyed = keySchema.length > 0;
    const row = isKeyed ? entry.key : entry.value;
    return (isKeyed ? keySchema : valueSchema).some(({ type }, index) => {
      const text = cellText(row[index] ?? null, type, this.#timeZone) ?? 'NULL';
      return text.toLowerCase().includes(this.#filter);
    });
  }

  /** Order of the values that `sortValue` gives. */
  #columnOrder(): (a: Value, b: Value) => number {
    const sort = this.#sort;
    if (sort === null) return () => 0;
    const { keySchema, valueSchema } = this.#subject.descriptor;
    const column = (sort.by === 'key' ? keySchema : valueSchema)[sort.column];
    const compare =
      sort.by === 'updated'
        ? (a: Value, b: Value): number => Number(a) - Number(b)
        : column === undefined
          ? () => 0
          : valueOrder(column.type, this.#timeZone);
    return sort.descending ? (a, b) => compare(b, a) : compare;
  }
}

function sortValue(entry: StateEntry, { by, column }: StateSort): Value {
  if (by === 'updated') return entry.updatedMs ?? Number.NEGATIVE_INFINITY;
  return (by === 'key' ? entry.key : entry.value)[column] ?? null;
}

function questionText({ filter, sort }: StatePageQuestion): string {
  return JSON.stringify([filter, sort === null ? null : [sort.by, sort.column, sort.descending]]);
}

function* firstOf(state: InspectedState, { offset, countMax }: StatePageQuestion): IterableIterator<StateEntry | null> {
  if (countMax <= 0) return;
  let count = 0;
  for (const entry of state.entries(offset)) {
    yield entry;
    if (entry !== null) count += 1;
    if (count >= countMax) return;
  }
}

function* formatEntries(
  entries: Iterable<StateEntry | null>,
  { keySchema, valueSchema }: StateDescriptor,
  timeZone: string,
): Generator<void, StatePageAnswer['entries']> {
  const texts: StatePageAnswer['entries'][number][] = [];
  for (const entry of entries) {
    if (entry === null) {
      yield;
      continue;
    }
    const { key, value, updatedMs } = entry;
    texts.push({
      key: cellTexts(keySchema, key, timeZone),
      value: cellTexts(valueSchema, value, timeZone),
      updatedMs,
    });
    if (texts.length % FORMAT_COUNT === 0) yield;
  }
  return texts;
}

function figures(state: InspectedState): { readonly entryCount: number; readonly sizeBytes: number } {
  return { entryCount: state.entryCount(), sizeBytes: state.sizeBytes() };
}

function nothing(state: InspectedState): StatePageAnswer {
  return { ...figures(state), entries: [], matchCount: 0, isMoving: true };
}
