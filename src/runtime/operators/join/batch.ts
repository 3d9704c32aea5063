/**
 * The join of batch mode: both inputs are read to their ends, then the result leaves as +I rows, in
 * order of the left rows; unmatched right rows last. Flink: `HashJoinOperator`, whose own order depends
 * on its hash table.
 *
 * State: all rows of both sides until the end of input. Inputs of a batch job are insert-only.
 */
import { assert } from '../../base/assert.ts';
import { RowKind } from '../../data/row-kind.ts';
import type { Row, Value } from '../../data/value.ts';
import type { InspectedState, OperatorSnapshot, RowInput, StateDescriptor } from '../../engine/operator.ts';
import { assertVersions, OperatorBase, stateVersions } from '../../engine/operator-base.ts';
import { inspectRows, RowGauge } from '../../state/inspect.ts';
import { KeyedState } from '../../state/keyed-state.ts';
import type { JoinSettings } from './operator.ts';

interface RightRow {
  readonly row: Row;
  isMatched: boolean;
}

/** Joins two bounded inputs at their end. */
export class BatchJoinOperator extends OperatorBase {
  readonly inputs: readonly RowInput[];
  readonly #settings: JoinSettings;
  readonly #gauges = { left: new RowGauge(), right: new RowGauge() };
  readonly #states = {
    left: inspectRows(() => this.#left, this.#gauges.left),
    right: inspectRows(() => this.#right, this.#gauges.right),
  };
  #left: Row[] = [];
  #right: Row[] = [];
  #ended = 0;

  constructor(settings: JoinSettings) {
    super();
    this.#settings = settings;
    const collect = (side: 'left' | 'right'): RowInput => ({
      processRow: (kind, row) => {
        assert(kind === RowKind.Insert, 'inputs of a batch join are insert-only');
        this.#keep(side, row);
      },
    });
    this.inputs = [collect('left'), collect('right')];
  }

  override finishInput(): void {
    this.#ended += 1;
    if (this.#ended === 2) this.#join();
  }

  override snapshot(): OperatorSnapshot {
    const states = { left: [...this.#left], right: [...this.#right], ended: [this.#ended] };
    return { versions: stateVersions(this.describeState()), states };
  }

  override restore(snapshot: OperatorSnapshot): void {
    assertVersions(this.describeState(), snapshot);
    for (const row of snapshot.states.left as readonly Row[]) this.#keep('left', row);
    for (const row of snapshot.states.right as readonly Row[]) this.#keep('right', row);
    this.#ended = (snapshot.states.ended as readonly Value[])[0] as number;
  }

  override describeState(): readonly StateDescriptor[] {
    const list = {
      kind: 'list',
      keySchema: [],
      ttlMs: 0,
      bound: 'All rows until the end of input.',
      version: 1,
    } as const;
    return [
      { ...list, name: 'left', valueSchema: this.#settings.leftSchema },
      { ...list, name: 'right', valueSchema: this.#settings.rightSchema },
    ];
  }

  override inspectState(name: string): InspectedState {
    return this.#states[name === 'left' ? 'left' : 'right'];
  }

  #keep(side: 'left' | 'right', row: Row): void {
    (side === 'left' ? this.#left : this.#right).push(row);
    this.#gauges[side].add(row);
  }

  #join(): void {
    const { keySchema, leftKeys, rightKeys, type, residual, leftSchema, rightSchema } = this.#settings;
    const index = new KeyedState<RightRow[]>(keySchema);
    const right: RightRow[] = this.#right.map((row) => ({ row, isMatched: false }));
    for (const each of right) {
      if (this.#hasNullKey(each.row, rightKeys)) continue;
      const entry = index.find(each.row, rightKeys) ?? index.insert(each.row, rightKeys, []);
      entry.value.push(each);
    }
    const padRight: Row = rightSchema.map(() => null);
    const padLeft: Row = leftSchema.map(() => null);
    for (const row of this.#left) {
      const partners = this.#hasNullKey(row, leftKeys) ? [] : (index.find(row, leftKeys)?.value ?? []);
      const matches = partners.filter((partner) => residual === null || residual(row, partner.row, this.context.eval));
      if (type === 'semi' || type === 'anti') {
        if (matches.length > 0 === (type === 'semi')) this.output.processRow(RowKind.Insert, row);
        continue;
      }
      for (const match of matches) {
        match.isMatched = true;
        this.output.processRow(RowKind.Insert, row.concat(match.row));
      }
      if (matches.length === 0 && (type === 'left' || type === 'full')) {
        this.output.processRow(RowKind.Insert, row.concat(padRight));
      }
    }
    if (type === 'right' || type === 'full') {
      for (const each of right) if (!each.isMatched) this.output.processRow(RowKind.Insert, padLeft.concat(each.row));
    }
    this.#left = [];
    this.#right = [];
    this.#gauges.left.clear();
    this.#gauges.right.clear();
  }

  #hasNullKey(row: Row, keys: readonly number[]): boolean {
    return keys.some((key, index) => row[key] === null && !this.#settings.nullSafe[index]);
  }
}
