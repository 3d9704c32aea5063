/**
 * The join of two windowed inputs: rows of the same key and the same window meet when the window ends.
 * Flink: `WindowJoinOperator`. Insert-only in and out; rows of ended windows are late; the missing side
 * of an outer row is all NULL, its window columns too (flink-semantics #31).
 *
 * State: all rows of both sides per key and open window.
 */
import { present } from '../../base/assert.ts';
import type { Schema } from '../../data/logical-type.ts';
import { objectBytes } from '../../data/memory-size.ts';
import { RowKind } from '../../data/row-kind.ts';
import type { Row, Value } from '../../data/value.ts';
import type {
  InspectedState,
  OperatorContext,
  OperatorSnapshot,
  RowInput,
  StateDescriptor,
} from '../../engine/operator.ts';
import { assertVersions, listed, OperatorBase, stateVersions } from '../../engine/operator-base.ts';
import type { OperatorFactory } from '../../engine/operator-factory.ts';
import { windowZone } from '../../engine/window-zone.ts';
import type { JoinCondition } from '../../sql/3-plan/physical-options.ts';
import { compileJoinPredicate } from '../../sql/4-codegen/compile-calc.ts';
import type { JoinPredicate } from '../../sql/4-codegen/compiled.ts';
import { inspectLists } from '../../state/inspect.ts';
import type { Contents } from '../../state/keyed-state.ts';
import { listedRowBytes, rowListBytes } from '../../state/row-list.ts';
import { type WindowColumns, WindowState } from '../../state/window-state.ts';

/** Settings of a window join. */
export interface WindowJoinSettings {
  readonly type: JoinCondition['type'];
  readonly left: WindowColumns;
  readonly right: WindowColumns;
  /** Window starts: sessions that end together need not begin together. */
  readonly leftStart: number;
  readonly rightStart: number;
  readonly nullSafe: readonly boolean[];
  readonly leftSchema: Schema;
  readonly rightSchema: Schema;
  readonly residual: JoinPredicate | null;
}

interface Sides {
  readonly left: Row[];
  readonly right: Row[];
}

const CONTENTS: Contents<Sides> = {
  count: ({ left, right }, list) => (list === 0 ? left : right).length,
  bytes: ({ left, right }, list) => objectBytes(1) + rowListBytes(list === 0 ? left : right),
};

/** Joins within windows. */
export class WindowJoinOperator extends OperatorBase {
  readonly inputs: readonly RowInput[];
  readonly #settings: WindowJoinSettings;
  readonly #windows: WindowState<Sides>;
  readonly #states: Readonly<Record<'left' | 'right', InspectedState>>;
  readonly #nullLeft: Row;
  readonly #nullRight: Row;

  constructor(settings: WindowJoinSettings, windows: WindowState<Sides>) {
    super();
    this.#settings = settings;
    this.#windows = windows;
    const inspect = (side: 'left' | 'right'): InspectedState =>
      inspectLists(() => windows.keyed, side === 'left' ? 0 : 1, {
        items: (sides) => sides[side],
        countOf: (sides) => sides[side].length,
        value: (row) => row,
      });
    this.#states = { left: inspect('left'), right: inspect('right') };
    this.#nullLeft = settings.leftSchema.map(() => null);
    this.#nullRight = settings.rightSchema.map(() => null);
    this.inputs = [
      { processRow: (_, row) => this.#add(row, 'left') },
      { processRow: (_, row) => this.#add(row, 'right') },
    ];
  }

  override open(context: OperatorContext): void {
    super.open(context);
    this.#windows.open(context, ({ key, value }) => this.#fire(key, value));
  }

  override snapshot(): OperatorSnapshot {
    const left: Value[] = [];
    const right: Value[] = [];
    for (const { key, value, updatedMs } of this.#windows.entries()) {
      left.push([key, [...value.left], updatedMs]);
      right.push([key, [...value.right]]);
    }
    return { versions: stateVersions(this.describeState()), states: { left, right } };
  }

  override restore(snapshot: OperatorSnapshot): void {
    assertVersions(this.describeState(), snapshot);
    const rights = listed(snapshot.states.right);
    listed(snapshot.states.left).forEach((saved, index) => {
      const [key, left, updatedMs] = saved as [Row, Row[], number];
      const [, right] = rights[index] as [Row, Row[]];
      this.#windows.restore(key, { left: [...left], right: [...right] }, updatedMs);
    });
  }

  override describeState(): readonly StateDescriptor[] {
    const side = (name: string, valueSchema: Schema): StateDescriptor => ({
      name,
      kind: 'list',
      keySchema: this.#windows.keySchema,
      valueSchema,
      ttlMs: 0,
      bound: 'Rows of open windows; they go when the window ends.',
      version: 2,
    });
    return [side('left', this.#settings.leftSchema), side('right', this.#settings.rightSchema)];
  }

  override inspectState(name: string): InspectedState {
    return this.#states[name === 'left' ? 'left' : 'right'];
  }

  #add(row: Row, side: 'left' | 'right'): void {
    const entry = this.#windows.entryOf(row, this.#settings[side], () => ({ left: [], right: [] }));
    if (entry === null) return;
    entry.value[side].push(row);
    this.#windows.keyed.grow(entry, side === 'left' ? 0 : 1, 1, listedRowBytes(row));
    this.#windows.keyed.touch(entry);
  }

  #fire(key: Row, { left, right }: Sides): void {
    const { type, nullSafe } = this.#settings;
    const hasNullKey = nullSafe.some((safe, index) => !safe && key[index] === null);
    const matched = new Set<Row>();
    for (const row of left) {
      const matches = hasNullKey ? [] : right.filter((other) => this.#holds(row, other));
      if (type === 'semi' || type === 'anti') {
        if (matches.length > 0 === (type === 'semi')) this.output.processRow(RowKind.Insert, row);
        continue;
      }
      for (const other of matches) {
        matched.add(other);
        this.output.processRow(RowKind.Insert, row.concat(other));
      }
      if (matches.length === 0 && (type === 'left' || type === 'full')) {
        this.output.processRow(RowKind.Insert, row.concat(this.#nullRight));
      }
    }
    if (type !== 'right' && type !== 'full') return;
    for (const other of right) {
      if (!matched.has(other)) this.output.processRow(RowKind.Insert, this.#nullLeft.concat(other));
    }
  }

  #holds(left: Row, right: Row): boolean {
    const { residual, leftStart, rightStart } = this.#settings;
    if (left[leftStart] !== right[rightStart]) return false;
    return residual === null || residual(left, right, this.context.eval);
  }
}

/** Runtime of `window-join`. */
export const windowJoinFactory: OperatorFactory<'window-join'> = {
  kind: 'window-join',
  create(options, shape) {
    const leftSchema = present(shape.inputs[0], 'left input of a join');
    const rightSchema = present(shape.inputs[1], 'right input of a join');
    const keySchema = options.keys.map((key) => present(leftSchema[key.left], 'join key'));
    const settings: WindowJoinSettings = {
      type: options.type,
      left: { keys: options.keys.map((key) => key.left), end: options.leftWindowEnd },
      right: { keys: options.keys.map((key) => key.right), end: options.rightWindowEnd },
      leftStart: options.leftWindowStart,
      rightStart: options.rightWindowStart,
      nullSafe: options.keys.map((key) => key.nullSafe),
      leftSchema,
      rightSchema,
      residual: options.residual === undefined ? null : compileJoinPredicate(options.residual, leftSchema.length),
    };
    return new WindowJoinOperator(
      settings,
      new WindowState(keySchema, windowZone(options.local, shape.timeZone), CONTENTS),
    );
  },
};
