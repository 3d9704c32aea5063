/**
 * The parts of `Operator` that most operators share: keeping the context, having no state, passing
 * watermarks on. One level of inheritance and no more; an operator overrides what it does differently.
 */
import { assert } from '../base/assert.ts';
import type {
  InspectedState,
  Operator,
  OperatorContext,
  OperatorSnapshot,
  RowInput,
  StateDescriptor,
  StateEntry,
  StatePage,
  StateQuery,
} from './operator.ts';

const NOT_OPEN: RowInput = {
  processRow: () => assert(false, 'an operator emits only after it was opened'),
};

/** Base of operators. */
export abstract class OperatorBase implements Operator {
  abstract readonly inputs: readonly RowInput[];
  readonly forwardsWatermarks: boolean = true;
  /** Rows go here; throws until `open`. */
  protected output: RowInput = NOT_OPEN;
  #context: OperatorContext | null = null;

  /** The context given to `open`. */
  protected get context(): OperatorContext {
    assert(this.#context !== null, 'an operator asks for its context only after it was opened');
    return this.#context;
  }

  open(context: OperatorContext): void {
    assert(this.#context === null, 'an operator is opened once');
    this.#context = context;
    this.output = context.output;
  }

  processWatermark(_timeMs: number): void {}

  finishInput(_input: number): void {}

  snapshot(): OperatorSnapshot {
    assert(this.describeState().length === 0, 'an operator with state overrides snapshot');
    return { versions: {}, states: {} };
  }

  restore(snapshot: OperatorSnapshot): void {
    assert(Object.keys(snapshot.states).length === 0, 'a stateless operator restores no state');
  }

  describeState(): readonly StateDescriptor[] {
    return [];
  }

  inspectState(name: string): InspectedState {
    assert(
      this.listState !== OperatorBase.prototype.listState,
      `there is no state named ${name}, or nothing that lists it`,
    );
    return listedState((query) => this.listState(name, query));
  }

  listState(name: string, query: StateQuery): StatePage {
    return pageOfState(this.inspectState(name), query);
  }

  close(): void {}
}

/** A page of a state, and its figures. */
function pageOfState(state: InspectedState, { offset, countMax, filter }: StateQuery): StatePage {
  const entries: StateEntry[] = [];
  if (filter === undefined) {
    if (countMax > 0) {
      for (const entry of state.entries(offset)) {
        if (entry !== null) entries.push(entry);
        if (entries.length >= countMax) break;
      }
    }
    return { entries, entryCount: state.entryCount(), sizeBytes: state.sizeBytes() };
  }
  let entryCount = 0;
  for (const entry of state.entries(0)) {
    if (entry === null || !filter(entry.key)) continue;
    if (entryCount >= offset && entries.length < countMax) entries.push(entry);
    entryCount += 1;
  }
  return { entries, entryCount, sizeBytes: state.sizeBytes() };
}

/** Entries asked for at a time from an operator that only gives pages. */
const LISTED_PAGE_COUNT = 1000;

/** A state of an operator that only gives pages. Each figure costs what a page costs. */
function listedState(list: (query: StateQuery) => StatePage): InspectedState {
  let changeCount = 0;
  return {
    entryCount: () => list({ offset: 0, countMax: 0 }).entryCount,
    sizeBytes: () => list({ offset: 0, countMax: 0 }).sizeBytes,
    // Nobody counts its changes, so each question meets a changed state.
    changeCount: () => ++changeCount,
    *entries(offset) {
      for (let from = offset; ; from += LISTED_PAGE_COUNT) {
        const { entries } = list({ offset: from, countMax: LISTED_PAGE_COUNT });
        yield* entries;
        if (entries.length < LISTED_PAGE_COUNT) return;
        yield null;
      }
    },
  };
}

/** Versions of all described states, for a snapshot. */
export function stateVersions(descriptors: readonly StateDescriptor[]): Record<string, number> {
  return Object.fromEntries(descriptors.map((descriptor) => [descriptor.name, descriptor.version]));
}

/** Asserts that a snapshot was made by the same versions of the same states. */
export function assertVersions(descriptors: readonly StateDescriptor[], snapshot: OperatorSnapshot): void {
  const expected = stateVersions(descriptors);
  for (const [name, version] of Object.entries(expected)) {
    assert(snapshot.versions[name] === version, `state ${name} has version ${version}, not ${snapshot.versions[name]}`);
    assert(snapshot.states[name] !== undefined, `the snapshot holds state ${name}`);
  }
  assert(
    Object.keys(snapshot.versions).length === descriptors.length,
    'the snapshot holds no state that the operator does not have',
  );
}
