/**
 * The pages of one state that are in the window. It asks for what is in sight and not there, asks again for what is in
 * sight while rows flow, and shows the rows that it has until newer ones are there, so that nothing flickers. An engine that needs
 * long is asked rarely: looking must not eat the time of the run.
 */
import type { CommandIn, CommandOut } from '../../runtime/contract/contract.ts';
import type { EngineContract } from '../../runtime/contract/engine-contract.ts';
import { PAGE_COUNT, pagesOf, type StateEntryText, type StateSort } from './state-panel-kernels.ts';

/** What is looked at. */
export interface StateQuestion {
  readonly viewId: string;
  readonly nodeId: string;
  readonly stateId: string;
  readonly filter: string;
  readonly sort: StateSort | null;
}

type Page = CommandOut<EngineContract, 'state.page'>;

/** Asks the engine; null when it did not answer. */
export type AskPage = (question: CommandIn<EngineContract, 'state.page'>) => Promise<Page | null>;

/** What the table shows. */
export interface PagerState {
  readonly matchCount: number;
  readonly entryCount: number;
  /** The rows are of more than one moment. */
  readonly isMoving: boolean;
  /** The rows are those of the question before. */
  readonly isBehind: boolean;
  readonly rowAt: (index: number) => StateEntryText | undefined;
}

/** While rows flow the pages in sight are asked for again after this, or after so many times what an answer took. */
const REFRESH_MS = 500;
const REFRESH_COST_FACTOR = 4;
/** Pages kept beside those in sight, for scrolling back. */
const PAGE_MAX = 40;

/** Pages of one state. */
export class StatePager {
  readonly #ask: AskPage;
  readonly #onChange: () => void;
  readonly #nowMs: () => number;
  #question: StateQuestion | null = null;
  /** Raised with each new question and with each change of what is looked at. */
  #round = 0;
  /** Pages and the round that they are of. */
  #pages = new Map<number, { readonly round: number; readonly entries: readonly StateEntryText[] }>();
  #inSight: readonly number[] = [0];
  #asked = new Set<number>();
  #state: PagerState;
  #lastCostMs = 0;

  constructor(ask: AskPage, onChange: () => void, nowMs: () => number) {
    this.#ask = ask;
    this.#onChange = onChange;
    this.#nowMs = nowMs;
    this.#state = { matchCount: 0, entryCount: 0, isMoving: false, isBehind: true, rowAt: this.#rowAt };
  }

  get state(): PagerState {
    return this.#state;
  }

  /** How long to wait before the pages in sight are asked for again. */
  get refreshMs(): number {
    return Math.max(REFRESH_MS, this.#lastCostMs * REFRESH_COST_FACTOR);
  }

  /** Looks at something else from now on. Rows of the same state stay until the new ones are there. */
  look(question: StateQuestion): void {
    const before = this.#question;
    this.#question = question;
    const isSameState = before !== null && before.nodeId === question.nodeId && before.stateId === question.stateId;
    if (!isSameState) this.#pages.clear();
    this.#startRound();
    this.#set({ isBehind: true, ...(isSameState ? {} : { matchCount: 0, entryCount: 0 }) });
  }

  /** The rows from `first` to `last` are in sight. */
  show(first: number, last: number): void {
    const pages = pagesOf(first, last);
    if (pages.join() === this.#inSight.join()) return;
    this.#inSight = pages;
    this.#askForMissing();
  }

  /** What is looked at has changed: asks again for what is in sight. A question that is open is waited for. */
  refresh(): void {
    if (this.#question !== null && this.#asked.size === 0) this.#startRound();
  }

  #startRound(): void {
    this.#round += 1;
    this.#asked.clear();
    this.#askForMissing();
  }

  readonly #rowAt = (index: number): StateEntryText | undefined =>
    this.#pages.get(Math.floor(index / PAGE_COUNT))?.entries[index % PAGE_COUNT];

  #askForMissing(): void {
    const question = this.#question;
    if (question === null) return;
    for (const page of this.#inSight) {
      if (this.#asked.has(page) || this.#pages.get(page)?.round === this.#round) continue;
      this.#asked.add(page);
      void this.#read(question, page, this.#round);
    }
  }

  async #read(question: StateQuestion, page: number, round: number): Promise<void> {
    const startMs = this.#nowMs();
    const { viewId, nodeId, stateId, filter, sort } = question;
    const place = { offset: page * PAGE_COUNT, countMax: PAGE_COUNT };
    const answer = await this.#ask({ runId: viewId, nodeId, stateId, ...place, filter, sort });
    if (round !== this.#round) return;
    this.#asked.delete(page);
    this.#lastCostMs = this.#nowMs() - startMs;
    if (answer === null || isSuperseded(answer)) return;
    this.#pages.set(page, { round, entries: answer.entries });
    this.#forgetFarPages();
    const { matchCount, entryCount, isMoving } = answer;
    this.#set({ matchCount, entryCount, isMoving, isBehind: false });
  }

  #forgetFarPages(): void {
    const last = Math.ceil(this.#state.matchCount / PAGE_COUNT);
    for (const page of this.#pages.keys()) {
      if (this.#pages.size <= PAGE_MAX && page <= last) continue;
      if (!this.#inSight.includes(page)) this.#pages.delete(page);
    }
  }

  #set(changes: Partial<PagerState>): void {
    this.#state = { ...this.#state, ...changes };
    this.#onChange();
  }
}

/** The engine went on to a newer question, or to another moment, before it had an answer. */
function isSuperseded({ entries, matchCount, entryCount, isMoving }: Page): boolean {
  return isMoving && entries.length === 0 && matchCount === 0 && entryCount > 0;
}
