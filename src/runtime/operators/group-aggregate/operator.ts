/**
 * GROUP BY without a window: one accumulator per key, an updating result. Flink: `GroupAggFunction`.
 *
 *   first row of a key   +I new
 *   later rows           nothing when the result row is the same, else [-U old] +U new
 *   last row retracted   -D old, and the key is forgotten (an update of a lone row so becomes -D, +I:
 *                        flink-semantics #37)
 *
 * With state TTL on, an unchanged result is sent again, to keep consumers' state alive (#35).
 * In batch mode nothing leaves before the end, then +I per key in order of first arrival; a global
 * aggregate of nothing is one row there and no row in streams (#40).
 *
 * State: accumulator, row count and last result per key; it grows with the number of keys for ever,
 * unless `table.exec.state.ttl` is set. Cost: one key look-up per row.
 */
import { assert, present } from '../../base/assert.ts';
import type { Schema } from '../../data/logical-type.ts';
import { arrayBytes, fixedBoxBytes, objectBytes } from '../../data/memory-size.ts';
import { isAccumulate, RowKind } from '../../data/row-kind.ts';
import type { Row, Value } from '../../data/value.ts';
import type {
  InspectedState,
  OperatorContext,
  OperatorSnapshot,
  RowInput,
  SnapshotForm,
  StateDescriptor,
} from '../../engine/operator.ts';
import { assertVersions, OperatorBase, stateVersions } from '../../engine/operator-base.ts';
import type { OperatorFactory, OperatorShape } from '../../engine/operator-factory.ts';
import type { OptionsOf } from '../../sql/3-plan/physical-options.ts';
import { compileAggregates } from '../../sql/4-codegen/compile-aggregates.ts';
import { compileRowEquals } from '../../sql/4-codegen/compile-comparator.ts';
import {
  type Accumulators,
  type AggregateHandler,
  accumulatorsBytes,
  type RowEquals,
} from '../../sql/4-codegen/compiled.ts';
import { inspectValues } from '../../state/inspect.ts';
import { type Contents, KeyedState } from '../../state/keyed-state.ts';

/** What is kept per key. `result` is the last result row as sent: keys, then calls. */
interface Group {
  accumulators: Accumulators;
  rowCount: number;
  result: Row;
  /** Size of the accumulators when it was last looked at. */
  sizeBytes: number;
}

/** Settings of one group aggregate. */
export interface GroupAggregateSettings {
  readonly keys: readonly number[];
  readonly keySchema: Schema;
  readonly callSchema: Schema;
  readonly retract: boolean;
  readonly updateBefore: boolean;
  readonly batch: boolean;
  readonly handler: AggregateHandler;
  /** Compares results of the calls. */
  readonly sameValues: RowEquals;
}

/** Aggregates by key. */
export class GroupAggregateOperator extends OperatorBase implements RowInput {
  readonly inputs = [this];
  readonly #settings: GroupAggregateSettings;
  readonly #groups: KeyedState<Group>;
  readonly #state: InspectedState;
  #ttlMs = 0;

  constructor(settings: GroupAggregateSettings) {
    super();
    this.#settings = settings;
    const { keySchema, callSchema, handler } = settings;
    // The result shares its texts with key and accumulators.
    const boxes = callSchema.reduce((sum, { type }) => sum + (fixedBoxBytes(type) ?? 0), 0);
    const resultBytes = objectBytes(3) + arrayBytes(keySchema.length + callSchema.length) + boxes;
    const contents: Contents<Group> = {
      bytes: ({ sizeBytes }) => resultBytes + sizeBytes,
    };
    this.#groups = new KeyedState(keySchema, undefined, contents, {
      save: ({ accumulators, rowCount, result }) => [handler.encode(accumulators), rowCount, result],
      load: (saved) => {
        const [accumulators, rowCount, result] = saved as [Value, number, Row];
        assert(rowCount > 0 || !settings.retract, 'a group is kept only while it has rows');
        const decoded = handler.decode(accumulators);
        return { accumulators: decoded, rowCount, result, sizeBytes: accumulatorsBytes(decoded, handler) };
      },
    });
    this.#state = inspectValues(
      () => this.#groups,
      ({ accumulators, rowCount }) => [...handler.values(accumulators), rowCount],
    );
  }

  override open(context: OperatorContext): void {
    super.open(context);
    this.#ttlMs = context.stateTtlMs;
    this.#groups.open({ ttlMs: context.stateTtlMs, nowMs: context.eval.currentTimeMs });
  }

  processRow(kind: RowKind, row: Row): void {
    const { keys, handler, retract, batch } = this.#settings;
    const add = isAccumulate(kind);
    assert(add || retract, 'a group aggregate planned for insert-only input gets no retraction');
    let entry = this.#groups.find(row, keys);
    const isFirst = entry === undefined;
    if (entry === undefined) {
      // A retraction of something never seen (its state expired) is dropped.
      if (!add) return;
      const accumulators = handler.create();
      const sizeBytes = accumulatorsBytes(accumulators, handler);
      entry = this.#groups.insert(row, keys, { accumulators, rowCount: 0, result: [], sizeBytes });
    }
    const group = entry.value;
    if (add) handler.accumulate(group.accumulators, row, this.context.eval);
    else handler.retract(group.accumulators, row, this.context.eval);
    group.rowCount += add ? 1 : -1;
    this.#groups.touch(entry);
    if (handler.fixedBytes === null) {
      const sizeBytes = handler.sizeBytes(group.accumulators);
      this.#groups.grow(entry, 0, 0, sizeBytes - group.sizeBytes);
      group.sizeBytes = sizeBytes;
    }
    if (retract && group.rowCount === 0) {
      this.#groups.delete(entry);
      if (!isFirst && !batch) this.output.processRow(RowKind.Delete, group.result);
      return;
    }
    if (!batch) this.#emit(group, entry.key, isFirst);
  }

  override finishInput(): void {
    const { batch, keySchema, handler } = this.#settings;
    if (!batch) return;
    for (const { key, value } of this.#groups.entries()) {
      this.output.processRow(RowKind.Insert, key.concat(handler.values(value.accumulators)));
    }
    if (keySchema.length === 0 && this.#groups.size === 0) {
      this.output.processRow(RowKind.Insert, handler.values(handler.create()));
    }
    this.#groups.clear();
  }

  override snapshot(form?: SnapshotForm): OperatorSnapshot {
    return { versions: stateVersions(this.describeState()), states: { groups: this.#groups.save(form) } };
  }

  override restore(snapshot: OperatorSnapshot): void {
    assertVersions(this.describeState(), snapshot);
    this.#groups.restore(snapshot.states.groups);
  }

  override describeState(): readonly StateDescriptor[] {
    return [
      {
        name: 'groups',
        kind: 'value',
        keySchema: this.#settings.keySchema,
        valueSchema: [...this.#settings.callSchema, { name: 'row_count', type: { kind: 'BIGINT', nullable: false } }],
        ttlMs: this.#ttlMs,
        bound: this.#settings.retract
          ? 'One entry per key that still has rows; nothing else makes it shrink unless table.exec.state.ttl is set.'
          : 'One entry per key ever seen; nothing makes it shrink unless table.exec.state.ttl is set.',
        version: 2,
      },
    ];
  }

  override inspectState(): InspectedState {
    return this.#state;
  }

  #emit(group: Group, key: Row, isFirst: boolean): void {
    const values = this.#settings.handler.values(group.accumulators);
    const before = group.result;
    if (isFirst) {
      group.result = key.length === 0 ? values : key.concat(values);
      this.output.processRow(RowKind.Insert, group.result);
      return;
    }
    const keyWidth = key.length;
    const result = keyWidth === 0 ? values : key.concat(values);
    // The keys are equal by construction, so the whole rows are equal exactly when the values are.
    if (this.#ttlMs === 0 && this.#settings.sameValues(before, result)) return;
    group.result = result;
    if (this.#settings.updateBefore) this.output.processRow(RowKind.UpdateBefore, before);
    this.output.processRow(RowKind.UpdateAfter, result);
  }
}

/** Runtime of `group-aggregate`. */
export const groupAggregateFactory: OperatorFactory<'group-aggregate'> = {
  kind: 'group-aggregate',
  create: (options, shape) => new GroupAggregateOperator(settingsOf(options, shape)),
};

function settingsOf(options: OptionsOf<'group-aggregate'>, shape: OperatorShape): GroupAggregateSettings {
  const input = present(shape.inputs[0], 'input of a group aggregate');
  const keyCount = options.keys.length;
  return {
    keys: options.keys,
    keySchema: shape.output.slice(0, keyCount),
    callSchema: shape.output.slice(keyCount),
    retract: options.retract,
    updateBefore: options.updateBefore,
    batch: options.batch,
    handler: compileAggregates(options.calls, input, { retract: options.retract }),
    sameValues: compileRowEquals(shape.output.map((field) => field.type)),
  };
}
