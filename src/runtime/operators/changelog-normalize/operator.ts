/**
 * Makes a full changelog out of upserts, or out of a changelog with duplicates, by remembering the last
 * row of each primary key. Flink: `ProcTimeDeduplicateKeepLastRowFunction` on a changelog source.
 *
 *   upsert of a new key         +I
 *   upsert of a known key       nothing when the row is the same, else [-U old] +U new
 *   delete of a known key       -D with the remembered row (the delete may carry only the key)
 *   delete of an unknown key    nothing
 *   -U                          nothing: the +U behind it says all
 *
 * A filter pushed in here treats rows that fail it as absent. State: the last row of each key.
 */
import { present } from '../../base/assert.ts';
import type { Schema } from '../../data/logical-type.ts';
import { rowBytes } from '../../data/memory-size.ts';
import { RowKind } from '../../data/row-kind.ts';
import type { Row } from '../../data/value.ts';
import type {
  InspectedState,
  OperatorContext,
  OperatorSnapshot,
  RowInput,
  SnapshotForm,
  StateDescriptor,
} from '../../engine/operator.ts';
import { assertVersions, OperatorBase, stateVersions } from '../../engine/operator-base.ts';
import type { OperatorFactory } from '../../engine/operator-factory.ts';
import { compilePredicate } from '../../sql/4-codegen/compile-calc.ts';
import { compileStoredRowEquals } from '../../sql/4-codegen/compile-comparator.ts';
import type { Predicate, RowEquals } from '../../sql/4-codegen/compiled.ts';
import { inspectValues } from '../../state/inspect.ts';
import { KeyedState } from '../../state/keyed-state.ts';
import { rowCodec } from '../../state/row-list.ts';
import type { StateEntry } from '../../state/state-entry.ts';

/** Settings of a normaliser. */
export interface ChangelogNormalizeSettings {
  readonly schema: Schema;
  readonly keys: readonly number[];
  readonly updateBefore: boolean;
  readonly filter: Predicate | null;
  readonly same: RowEquals;
}

/** Remembers the last row of each key. */
export class ChangelogNormalizeOperator extends OperatorBase implements RowInput {
  readonly inputs = [this];
  readonly #settings: ChangelogNormalizeSettings;
  readonly #rows: KeyedState<Row>;
  readonly #state: InspectedState;
  #ttlMs = 0;

  constructor(settings: ChangelogNormalizeSettings) {
    super();
    this.#settings = settings;
    this.#rows = new KeyedState(this.#keySchema(), undefined, { bytes: rowBytes }, rowCodec);
    this.#state = inspectValues(
      () => this.#rows,
      (row) => row,
    );
  }

  override open(context: OperatorContext): void {
    super.open(context);
    this.#ttlMs = context.stateTtlMs;
    this.#rows.open({ ttlMs: context.stateTtlMs, nowMs: () => context.eval.currentTimeMs() });
  }

  processRow(kind: RowKind, row: Row): void {
    if (kind === RowKind.UpdateBefore) return;
    const entry = this.#rows.find(row, this.#settings.keys);
    if (kind === RowKind.Delete || !this.#passes(row)) {
      if (entry !== undefined) this.#forget(entry);
    } else if (entry === undefined) {
      this.#rows.insert(row, this.#settings.keys, row);
      this.output.processRow(RowKind.Insert, row);
    } else this.#update(entry, row);
  }

  override snapshot(form?: SnapshotForm): OperatorSnapshot {
    return { versions: stateVersions(this.describeState()), states: { rows: this.#rows.save(form) } };
  }

  override restore(snapshot: OperatorSnapshot): void {
    assertVersions(this.describeState(), snapshot);
    this.#rows.restore(snapshot.states.rows);
  }

  override describeState(): readonly StateDescriptor[] {
    return [
      {
        name: 'rows',
        kind: 'value',
        keySchema: this.#keySchema(),
        valueSchema: this.#settings.schema,
        ttlMs: this.#ttlMs,
        bound:
          'The last row of each primary key that was not deleted; nothing else makes it shrink unless table.exec.state.ttl is set.',
        version: 2,
      },
    ];
  }

  override inspectState(): InspectedState {
    return this.#state;
  }

  #keySchema(): Schema {
    return this.#settings.keys.map((key) => present(this.#settings.schema[key], 'primary key column'));
  }

  #passes(row: Row): boolean {
    const { filter } = this.#settings;
    return filter === null || filter(row, this.context.eval);
  }

  #forget(entry: StateEntry<Row>): void {
    this.#rows.delete(entry);
    this.output.processRow(RowKind.Delete, entry.value);
  }

  #update(entry: StateEntry<Row>, row: Row): void {
    const before = entry.value;
    const isSame = this.#settings.same(before, row);
    this.#rows.touch(entry);
    if (isSame && this.#ttlMs === 0) return;
    this.#rows.grow(entry, 0, 0, rowBytes(row) - rowBytes(before));
    entry.value = row;
    if (this.#settings.updateBefore) this.output.processRow(RowKind.UpdateBefore, before);
    this.output.processRow(RowKind.UpdateAfter, row);
  }
}

/** Runtime of `changelog-normalize`. */
export const changelogNormalizeFactory: OperatorFactory<'changelog-normalize'> = {
  kind: 'changelog-normalize',
  create(options, shape) {
    const schema = present(shape.inputs[0], 'input of a normaliser');
    return new ChangelogNormalizeOperator({
      schema,
      keys: options.keys,
      updateBefore: options.updateBefore,
      filter: options.filter === undefined ? null : compilePredicate(options.filter, schema),
      same: compileStoredRowEquals(schema.map((field) => field.type)),
    });
  },
};
