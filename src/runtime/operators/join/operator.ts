/**
 * The regular join of two changelogs, all six types. Flink: `StreamingJoinOperator` and
 * `StreamingSemiAntiJoinOperator`.
 *
 * Every row meets all rows of the other side that arrived before it:
 *
 *   left row  ──> kept in left[key] ──┐
 *                                     ├── pairs for which the condition holds
 *   right row ──> kept in right[key] ─┘
 *
 * Outer sides keep, with each row, how many partners it has: the first partner takes back the row
 * padded with NULLs (-D), the last one leaving brings it back (+I). Semi and anti joins send the left
 * row when that number leaves or reaches zero. Inputs are multisets: equal rows count separately
 * (flink-semantics #64). NULL keys match nothing unless the key is null-safe (#60), so such rows are
 * not even kept.
 *
 * State: all rows of both sides, for ever, until they are taken back (or TTL). Cost per row: one key
 * look-up, and one call of the condition per row of the other side with the same key.
 */
import { present } from '../../base/assert.ts';
import type { Schema } from '../../data/logical-type.ts';
import { objectBytes } from '../../data/memory-size.ts';
import { isAccumulate, RowKind } from '../../data/row-kind.ts';
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
import type { OperatorFactory, OperatorShape } from '../../engine/operator-factory.ts';
import type { JoinCondition, JoinUniqueness, OptionsOf } from '../../sql/3-plan/physical-options.ts';
import { compileJoinPredicate } from '../../sql/4-codegen/compile-calc.ts';
import type { JoinPredicate } from '../../sql/4-codegen/compiled.ts';
import { inspectLists } from '../../state/inspect.ts';
import { type Contents, KeyedState } from '../../state/keyed-state.ts';
import { type CountedRow, RowKeys, RowMultiset, type SavedRows } from '../../state/row-multiset.ts';
import type { StateEntry } from '../../state/state-entry.ts';
import { BatchJoinOperator } from './batch.ts';

/** Settings of a join. */
export interface JoinSettings {
  readonly type: JoinCondition['type'];
  readonly leftKeys: readonly number[];
  readonly rightKeys: readonly number[];
  /** By key: whether NULL matches NULL. */
  readonly nullSafe: readonly boolean[];
  readonly keySchema: Schema;
  readonly leftSchema: Schema;
  readonly rightSchema: Schema;
  readonly leftUnique: JoinUniqueness;
  readonly rightUnique: JoinUniqueness;
  /** What is not equality; null when nothing is left. */
  readonly residual: JoinPredicate | null;
}

const MATCH_COUNT: Schema = [{ name: 'match_count', type: { kind: 'BIGINT', nullable: false } }];

/** Rows of both sides with one key. */
interface KeyRows {
  left: RowMultiset;
  right: RowMultiset;
}

const CONTENTS: Contents<KeyRows> = {
  count: ({ left, right }, list) => (list === 0 ? left.size : right.size),
  bytes: ({ left, right }, list) => objectBytes(1) + (list === 0 ? left.bytes : right.bytes),
};

/** One side as seen from a row that comes in on it. */
interface Side {
  readonly name: 'left' | 'right';
  readonly keys: readonly number[];
  readonly isOuter: boolean;
  readonly rowKeys: RowKeys;
  /** Rows are identified by a unique key, so that a new version replaces the old. */
  readonly isUnique: boolean;
  readonly nullRow: Row;
}

/** Joins two changelogs. */
export class JoinOperator extends OperatorBase {
  readonly inputs: readonly RowInput[];
  readonly #settings: JoinSettings;
  readonly #left: Side;
  readonly #right: Side;
  readonly #hasNullSafe: boolean;
  readonly #rows: KeyedState<KeyRows>;
  readonly #states: Readonly<Record<'left' | 'right', InspectedState>>;
  #ttlMs = 0;

  constructor(settings: JoinSettings) {
    super();
    this.#settings = settings;
    const { type } = settings;
    this.#left = sideOf('left', settings, type === 'left' || type === 'full');
    this.#right = sideOf('right', settings, type === 'right' || type === 'full');
    this.#hasNullSafe = settings.nullSafe.some((safe) => safe);
    this.#rows = new KeyedState(settings.keySchema, undefined, CONTENTS, {
      save: ({ left, right }) => [left.save(), right.save()],
      load: (saved) => {
        const [left, right] = saved as [SavedRows, SavedRows];
        const value = this.#emptyRows();
        value.left.load(left);
        value.right.load(right);
        return value;
      },
    });
    const inspect = (name: 'left' | 'right'): InspectedState => {
      const hasMatches = this.#countsMatches(name);
      return inspectLists(() => this.#rows, name === 'left' ? 0 : 1, {
        items: (value) => value[name].values(),
        countOf: (value) => value[name].size,
        value: ({ row, count, mark }) => (hasMatches ? [...row, count, mark] : [...row, count]),
      });
    };
    this.#states = { left: inspect('left'), right: inspect('right') };
    const isSemiOrAnti = type === 'semi' || type === 'anti';
    this.inputs = isSemiOrAnti
      ? [
          { processRow: (kind, row) => this.#processSemiLeft(kind, row) },
          { processRow: (kind, row) => this.#processSemiRight(kind, row) },
        ]
      : [
          { processRow: (kind, row) => this.#process(kind, row, this.#left, this.#right) },
          { processRow: (kind, row) => this.#process(kind, row, this.#right, this.#left) },
        ];
  }

  override open(context: OperatorContext): void {
    super.open(context);
    this.#ttlMs = context.stateTtlMs;
    this.#rows.open({ ttlMs: context.stateTtlMs, nowMs: () => context.eval.currentTimeMs() });
  }

  override snapshot(form?: SnapshotForm): OperatorSnapshot {
    // Rows of both sides hang on one key and are saved with it: all of them under `left`.
    return { versions: stateVersions(this.describeState()), states: { left: this.#rows.save(form), right: [] } };
  }

  override restore(snapshot: OperatorSnapshot): void {
    assertVersions(this.describeState(), snapshot);
    this.#rows.restore(snapshot.states.left);
  }

  override describeState(): readonly StateDescriptor[] {
    const side = (name: 'left' | 'right', schema: Schema): StateDescriptor => ({
      name,
      kind: 'map',
      keySchema: this.#settings.keySchema,
      valueSchema: [
        ...schema,
        { name: 'row_count', type: { kind: 'BIGINT', nullable: false } },
        ...(this.#countsMatches(name) ? MATCH_COUNT : []),
      ],
      ttlMs: this.#ttlMs,
      bound:
        'All rows of this side that were not taken back; nothing else makes it shrink unless table.exec.state.ttl is set.',
      version: 2,
    });
    return [side('left', this.#settings.leftSchema), side('right', this.#settings.rightSchema)];
  }

  override inspectState(name: string): InspectedState {
    return this.#states[name === 'left' ? 'left' : 'right'];
  }

  /** Whether the rows of a side know how many partners they have: outer sides, and the left of semi and anti joins. */
  #countsMatches(name: string): boolean {
    const { type } = this.#settings;
    if (name === 'left') return type === 'left' || type === 'full' || type === 'semi' || type === 'anti';
    return type === 'right' || type === 'full';
  }

  #process(kind: RowKind, row: Row, own: Side, other: Side): void {
    if (this.#hasNullKey(row, own)) {
      if (own.isOuter) this.#emitPadded(isAccumulate(kind) ? RowKind.Insert : RowKind.Delete, row, own);
      return;
    }
    const entry = this.#entry(row, own);
    const matches = this.#matches(row, own, entry.value[other.name]);
    if (isAccumulate(kind)) this.#addRow(kind, row, own, other, entry, matches);
    else this.#retractRow(kind, row, own, other, entry, matches);
  }

  #addRow(
    kind: RowKind,
    row: Row,
    own: Side,
    other: Side,
    entry: StateEntry<KeyRows>,
    matches: readonly CountedRow[],
  ): void {
    this.#store(entry, own, row, countOf(matches));
    if (matches.length === 0) {
      if (own.isOuter) this.#emitPadded(RowKind.Insert, row, own);
      return;
    }
    if (!other.isOuter) {
      this.#emitJoined(own.isOuter ? RowKind.Insert : kind, row, own, matches);
      return;
    }
    // Partner by partner: each one's padding goes right before its first join. An update that may have
    // to correct padding is a plain insert downstream.
    for (const match of matches) {
      for (let copy = 0; copy < match.count; copy++) {
        if (match.mark === 0) this.#emitPadded(RowKind.Delete, match.row, other);
        this.#emitPair(RowKind.Insert, row, own, match.row);
      }
      match.mark += 1;
    }
  }

  #retractRow(
    kind: RowKind,
    row: Row,
    own: Side,
    other: Side,
    entry: StateEntry<KeyRows>,
    matches: readonly CountedRow[],
  ): void {
    this.#takeOut(entry, own, row);
    if (matches.length === 0) {
      if (own.isOuter) this.#emitPadded(RowKind.Delete, row, own);
    } else {
      const joinedKind = own.isOuter ? RowKind.Delete : kind;
      if (!other.isOuter) this.#emitJoined(joinedKind, row, own, matches);
      else {
        for (const match of matches) {
          for (let copy = 0; copy < match.count; copy++) {
            this.#emitPair(joinedKind, row, own, match.row);
            if (match.mark === 1) this.#emitPadded(RowKind.Insert, match.row, other);
          }
          match.mark -= 1;
        }
      }
    }
    this.#dropIfEmpty(entry);
  }

  #processSemiLeft(kind: RowKind, row: Row): void {
    const isAnti = this.#settings.type === 'anti';
    if (this.#hasNullKey(row, this.#left)) {
      if (isAnti) this.output.processRow(kind, row);
      return;
    }
    const entry = this.#entry(row, this.#left);
    const matches = this.#matches(row, this.#left, entry.value.right);
    if ((matches.length === 0) === isAnti) this.output.processRow(kind, row);
    if (isAccumulate(kind)) this.#store(entry, this.#left, row, countOf(matches));
    else this.#takeOut(entry, this.#left, row);
    this.#dropIfEmpty(entry);
  }

  #processSemiRight(kind: RowKind, row: Row): void {
    const isAnti = this.#settings.type === 'anti';
    if (this.#hasNullKey(row, this.#right)) return;
    const entry = this.#entry(row, this.#right);
    const matches = this.#matches(row, this.#right, entry.value.left);
    if (isAccumulate(kind)) {
      this.#store(entry, this.#right, row, 0);
      for (const match of matches) {
        const sent = isAnti ? RowKind.Delete : kind;
        if (match.mark === 0) for (let copy = 0; copy < match.count; copy++) this.output.processRow(sent, match.row);
        match.mark += 1;
      }
    } else {
      this.#takeOut(entry, this.#right, row);
      for (const match of matches) {
        const sent = isAnti ? RowKind.Insert : kind;
        if (match.mark === 1) for (let copy = 0; copy < match.count; copy++) this.output.processRow(sent, match.row);
        match.mark -= 1;
      }
    }
    this.#dropIfEmpty(entry);
  }

  #hasNullKey(row: Row, side: Side): boolean {
    const { keys } = side;
    for (let i = 0; i < keys.length; i++) {
      if (row[keys[i] as number] === null && !(this.#hasNullSafe && this.#settings.nullSafe[i])) return true;
    }
    return false;
  }

  #entry(row: Row, side: Side): StateEntry<KeyRows> {
    return this.#rows.find(row, side.keys) ?? this.#rows.insert(row, side.keys, this.#emptyRows());
  }

  #emptyRows(): KeyRows {
    return { left: new RowMultiset(this.#left.rowKeys), right: new RowMultiset(this.#right.rowKeys) };
  }

  #store(entry: StateEntry<KeyRows>, side: Side, row: Row, matchCount: number): void {
    const rows = entry.value[side.name];
    const { size, bytes } = rows;
    if (side.isUnique) rows.put(row, matchCount);
    else rows.add(row, matchCount);
    this.#noteChange(entry, side, rows.size - size, rows.bytes - bytes);
  }

  #takeOut(entry: StateEntry<KeyRows>, side: Side, row: Row): void {
    const rows = entry.value[side.name];
    const { size, bytes } = rows;
    rows.remove(row);
    this.#noteChange(entry, side, rows.size - size, rows.bytes - bytes);
  }

  #noteChange(entry: StateEntry<KeyRows>, side: Side, count: number, bytes: number): void {
    this.#rows.grow(entry, side.name === 'left' ? 0 : 1, count, bytes);
    this.#rows.touch(entry);
  }

  #dropIfEmpty(entry: StateEntry<KeyRows>): void {
    if (entry.value.left.size === 0 && entry.value.right.size === 0) this.#rows.delete(entry);
  }

  #matches(row: Row, own: Side, others: RowMultiset): CountedRow[] {
    const { residual } = this.#settings;
    if (residual === null) return [...others.values()];
    const matches: CountedRow[] = [];
    const cx = this.context.eval;
    for (const other of others.values()) {
      const holds = own.name === 'left' ? residual(row, other.row, cx) : residual(other.row, row, cx);
      if (holds) matches.push(other);
    }
    return matches;
  }

  #emitJoined(kind: RowKind, row: Row, own: Side, matches: readonly CountedRow[]): void {
    for (const { row: other, count } of matches) {
      const joined = own.name === 'left' ? row.concat(other) : other.concat(row);
      for (let copy = 0; copy < count; copy++) this.output.processRow(kind, joined);
    }
  }

  #emitPair(kind: RowKind, row: Row, own: Side, other: Row): void {
    this.output.processRow(kind, own.name === 'left' ? row.concat(other) : other.concat(row));
  }

  #emitPadded(kind: RowKind, row: Row, side: Side): void {
    const padding = side.name === 'left' ? this.#right.nullRow : this.#left.nullRow;
    this.output.processRow(kind, side.name === 'left' ? row.concat(padding) : padding.concat(row));
  }
}

function sideOf(name: 'left' | 'right', settings: JoinSettings, isOuter: boolean): Side {
  const schema = name === 'left' ? settings.leftSchema : settings.rightSchema;
  const unique = name === 'left' ? settings.leftUnique : settings.rightUnique;
  const types = schema.map((field) => field.type);
  const columns =
    unique.kind === 'none' ? schema.map((_, index) => index) : unique.kind === 'join-key' ? [] : unique.columns;
  return {
    name,
    keys: name === 'left' ? settings.leftKeys : settings.rightKeys,
    isOuter,
    rowKeys: new RowKeys(types, columns),
    isUnique: unique.kind !== 'none',
    nullRow: schema.map(() => null),
  };
}

function countOf(matches: readonly CountedRow[]): number {
  let count = 0;
  for (const match of matches) count += match.count;
  return count;
}

/** Runtime of `join`. */
export const joinFactory: OperatorFactory<'join'> = {
  kind: 'join',
  create(options, shape) {
    const settings = settingsOf(options, shape);
    return options.batch ? new BatchJoinOperator(settings) : new JoinOperator(settings);
  },
};

function settingsOf(options: OptionsOf<'join'>, shape: OperatorShape): JoinSettings {
  const left = present(shape.inputs[0], 'left input of a join');
  const right = present(shape.inputs[1], 'right input of a join');
  return {
    type: options.type,
    leftKeys: options.keys.map((key) => key.left),
    rightKeys: options.keys.map((key) => key.right),
    nullSafe: options.keys.map((key) => key.nullSafe),
    keySchema: options.keys.map((key) => present(left[key.left], 'join key')),
    leftSchema: left,
    rightSchema: right,
    leftUnique: options.leftUnique,
    rightUnique: options.rightUnique,
    residual: options.residual === undefined ? null : compileJoinPredicate(options.residual, left.length),
  };
}
