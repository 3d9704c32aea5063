/**
 * The parts of `Operator` that most operators share: keeping the context, having no state, passing
 * watermarks on. One level of inheritance and no more; an operator overrides what it does differently.
 */
import { assert } from '../base/assert.ts';
import type { Value } from '../data/value.ts';
import type {
  InspectedState,
  Operator,
  OperatorContext,
  OperatorSnapshot,
  RowInput,
  SavedState,
  SnapshotForm,
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

  snapshot(_form?: SnapshotForm): OperatorSnapshot {
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
    assert(false, `there is no state named ${name}`);
  }

  listState(name: string, query: StateQuery): StatePage {
    return pageOf(this.inspectState(name), query);
  }

  close(): void {}
}

/** A page of a state, and its figures. */
function pageOf(state: InspectedState, { offset, countMax }: StateQuery): StatePage {
  const entries: StateEntry[] = [];
  if (countMax > 0) {
    for (const entry of state.entries(offset)) {
      if (entry !== null) entries.push(entry);
      if (entries.length >= countMax) break;
    }
  }
  return { entries, entryCount: state.entryCount(), sizeBytes: state.sizeBytes() };
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

/** The entries of a state that its operator saves as a list. */
export function listed(state: SavedState | undefined): readonly Value[] {
  assert(Array.isArray(state), 'a state that is saved as a list is restored as one');
  return state as readonly Value[];
}
