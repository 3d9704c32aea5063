/**
 * Puts changes in order before a sink whose primary key is not the upsert key of the query. Flink:
 * `SinkUpsertMaterializer`.
 *
 * Per primary key a list of the rows that are in, in order of arrival; the last one is what the sink
 * should hold:
 *
 *   add                       +I for the first row of a key, else +U
 *   take back the last row    +U with the row that is last now; -D when none is left
 *   take back another row     nothing
 *   take back an unknown row  nothing (its state was cleared)
 *
 * With an upsert key of the input, a row replaces the one with its key. State: those lists, for ever.
 */
import { present } from '../../base/assert.ts';
import type { Schema } from '../../data/logical-type.ts';
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
import type { OperatorFactory } from '../../engine/operator-factory.ts';
import { KeyedState } from '../../state/keyed-state.ts';
import { inspectRowLists, listedRowBytes, rowListCodec, rowListContents } from '../../state/row-list.ts';
import { RowKeys } from '../../state/row-multiset.ts';

/** Settings of a materialiser. */
export interface SinkMaterializerSettings {
  readonly schema: Schema;
  /** The sink's primary key. */
  readonly keys: readonly number[];
  /** What identifies a row within a key: the input's upsert key, or all columns. */
  readonly identity: readonly number[];
  /** Whether the identity is an upsert key, so that a row replaces its predecessor. */
  readonly replaces: boolean;
}

/** Keeps the rows of each primary key and sends what the sink should hold. */
export class SinkMaterializerOperator extends OperatorBase implements RowInput {
  readonly inputs = [this];
  readonly #settings: SinkMaterializerSettings;
  readonly #identity: RowKeys;
  readonly #rows: KeyedState<Row[]>;
  readonly #state: InspectedState;
  #ttlMs = 0;

  constructor(settings: SinkMaterializerSettings) {
    super();
    this.#settings = settings;
    this.#identity = new RowKeys(
      settings.schema.map((field) => field.type),
      settings.identity,
    );
    this.#rows = new KeyedState(this.#keySchema(), undefined, rowListContents, rowListCodec);
    this.#state = inspectRowLists(() => this.#rows);
  }

  override open(context: OperatorContext): void {
    super.open(context);
    this.#ttlMs = context.stateTtlMs;
    this.#rows.open({ ttlMs: context.stateTtlMs, nowMs: () => context.eval.currentTimeMs() });
  }

  processRow(kind: RowKind, row: Row): void {
    if (isAccumulate(kind)) this.#add(row);
    else this.#takeBack(row);
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
        kind: 'list',
        keySchema: this.#keySchema(),
        valueSchema: this.#settings.schema,
        ttlMs: this.#ttlMs,
        bound:
          'Rows of each primary key that were not taken back; nothing else makes it shrink unless table.exec.state.ttl is set.',
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

  #add(row: Row): void {
    const { keys, replaces } = this.#settings;
    const entry = this.#rows.find(row, keys) ?? this.#rows.insert(row, keys, []);
    const rows = entry.value;
    const isFirst = rows.length === 0;
    const at = replaces ? rows.findIndex((other) => this.#identity.same(other, row)) : -1;
    const replaced = rows[at];
    if (replaced === undefined) rows.push(row);
    else rows[at] = row;
    const bytesLeft = replaced === undefined ? 0 : listedRowBytes(replaced);
    this.#rows.grow(entry, 0, replaced === undefined ? 1 : 0, listedRowBytes(row) - bytesLeft);
    this.#rows.touch(entry);
    this.output.processRow(isFirst ? RowKind.Insert : RowKind.UpdateAfter, row);
  }

  #takeBack(row: Row): void {
    const entry = this.#rows.find(row, this.#settings.keys);
    if (entry === undefined) return;
    const rows = entry.value;
    const at = rows.findIndex((other) => this.#identity.same(other, row));
    if (at === -1) return;
    for (const taken of rows.splice(at, 1)) this.#rows.grow(entry, 0, -1, -listedRowBytes(taken));
    this.#rows.touch(entry);
    const last = rows[rows.length - 1];
    if (last === undefined) {
      this.#rows.delete(entry);
      this.output.processRow(RowKind.Delete, row);
    } else if (at === rows.length) {
      this.output.processRow(RowKind.UpdateAfter, last);
    }
  }
}

/** Runtime of `sink-materializer`. */
export const sinkMaterializerFactory: OperatorFactory<'sink-materializer'> = {
  kind: 'sink-materializer',
  create(options, shape) {
    const schema = present(shape.inputs[0], 'input of a materialiser');
    return new SinkMaterializerOperator({
      schema,
      keys: options.keys,
      identity: options.inputUpsertKey ?? schema.map((_, index) => index),
      replaces: options.inputUpsertKey !== null,
    });
  },
};
