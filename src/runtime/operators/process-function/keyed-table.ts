/** What all declared states of a process function have in common: the chosen key, expiry, and how they are described. */
import type { Field, LogicalType, Schema } from '../../data/logical-type.ts';
import type { Row, Value } from '../../data/value.ts';
import type { SavedState, SnapshotForm, StateDescriptor } from '../../engine/operator.ts';
import { uniqueNames } from '../../sql/2-bind/rel-tools.ts';
import type { KeyedState } from '../../state/keyed-state.ts';
import type { StateEntry } from '../../state/state-entry.ts';
import type { StateDeclaration } from '../../udf/declaration.ts';

/** What the three have in common: the chosen key, and its entry once it was asked for. */
export abstract class KeyedTable<V> {
  protected readonly declaration: StateDeclaration;
  protected readonly keySchema: Schema;
  protected readonly state: KeyedState<V>;
  readonly #columns: readonly number[];
  protected ttlMs = 0;
  protected nowMs: () => number = () => 0;
  #key: Row = [];
  #entry: StateEntry<V> | null | undefined = null;

  constructor(declaration: StateDeclaration, keySchema: Schema, state: KeyedState<V>) {
    this.declaration = declaration;
    this.keySchema = keySchema;
    this.state = state;
    this.#columns = keySchema.map((_, index) => index);
  }

  get kind(): StateDeclaration['kind'] {
    return this.declaration.kind;
  }

  open(ttlMs: number, nowMs: () => number): void {
    this.ttlMs = ttlMs;
    this.nowMs = nowMs;
    // Elements expire by themselves; only a single value expires with its key.
    this.state.open({ ttlMs: this.kind === 'value' ? ttlMs : 0, nowMs });
  }

  select(key: Row): void {
    this.#key = key;
    this.#entry = null;
  }

  snapshot(form?: SnapshotForm): SavedState {
    return this.state.save(form);
  }

  restore(saved: SavedState): void {
    this.state.restore(saved);
    this.#entry = null;
  }

  clear(): void {
    const entry = this.find();
    if (entry !== undefined) this.drop(entry);
  }

  describe(name: string): StateDescriptor {
    const { kind, key, value } = this.declaration;
    const own: Field[] =
      kind === 'list' ? [{ name: 'index', type: INDEX_TYPE }] : key === null ? [] : [{ name: 'map_key', type: key }];
    const keys = [...this.keySchema, ...own];
    const names = uniqueNames(keys.map((f) => f.name));
    const one = { value: 'value', list: 'element', map: 'entry' }[kind];
    return {
      name,
      kind,
      keySchema: keys.map((f, i) => ({ name: names[i] ?? f.name, type: f.type })),
      valueSchema: value.kind === 'ROW' ? value.fields : [{ name: 'value', type: value }],
      ttlMs: this.ttlMs,
      bound:
        this.ttlMs > 0
          ? `Each ${one} goes ${this.ttlMs} ms after it was written, or when the function clears it.`
          : `Each ${one} stays until the function clears it.`,
      version: 2,
    };
  }

  protected find(): StateEntry<V> | undefined {
    // Whether the entry has expired is asked each time: the clock may have moved since it was found.
    if (this.#entry === null || this.#entry?.isDeleted === true || this.ttlMs > 0)
      this.#entry = this.state.find(this.#key, this.#columns);
    return this.#entry;
  }

  protected insert(value: V): StateEntry<V> {
    const entry = this.state.insert(this.#key, this.#columns, value);
    this.#entry = entry;
    return entry;
  }

  protected drop(entry: StateEntry<V>): void {
    this.state.delete(entry);
    this.#entry = undefined;
  }

  protected isOver(updatedMs: number): boolean {
    return this.ttlMs > 0 && updatedMs + this.ttlMs <= this.nowMs();
  }
}

const INDEX_TYPE: LogicalType = { kind: 'INT', nullable: false };

/** Columns of a value as people see them: the fields of a row, else one column. */
export function shown(value: Value, type: LogicalType): Row {
  if (type.kind !== 'ROW') return [value];
  return value === null ? type.fields.map(() => null) : (value as Row);
}
