/**
 * Declared state of a process function: one table for each, with the entry of the key whose row (or timer)
 * is being handled. User values are converted at the border, so what user code holds is always a copy.
 *
 *   value   key → value                      expires as a whole, counted from the last `set`
 *   list    key → elements                   each element expires by itself, as in Flink's `TtlListState`
 *   map     key → entries by map key         each entry expires by itself, as in Flink's `TtlMapState`
 *
 * Host methods are called from the handles in the realm of user code (`user-context.ts`).
 */
import { unreachable } from '../../base/assert.ts';
import type { Field, LogicalType, Schema } from '../../data/logical-type.ts';
import { LIST_BYTES, MAP_SLOT_BYTES, rowBytes, SLOT_BYTES } from '../../data/memory-size.ts';
import type { Row, Value } from '../../data/value.ts';
import { keyCodec, type PrimitiveKey } from '../../data/value-key.ts';
import type { InspectedState, StateDescriptor } from '../../engine/operator.ts';
import { uniqueNames } from '../../sql/2-bind/rel-tools.ts';
import { inspectLists, inspectValues } from '../../state/inspect.ts';
import { KeyedState, type StateEntry } from '../../state/keyed-state.ts';
import type { StateDeclaration } from '../../udf/declaration.ts';
import type { UserRealm } from '../../udf/function-library.ts';
import { fromUser } from '../../udf/values-from-user.ts';
import { toUser } from '../../udf/values-to-user.ts';

/** One declared state. */
export interface StateTable {
  readonly kind: StateDeclaration['kind'];
  readonly inspected: InspectedState;
  /** What the handle of user code calls. */
  readonly host: object;
  open(ttlMs: number, nowMs: () => number): void;
  /** Chooses the key that `host` works on. */
  select(key: Row): void;
  /** Forgets what the chosen key has. */
  clear(): void;
  describe(name: string): StateDescriptor;
  snapshot(): readonly Value[];
  restore(entries: readonly Value[]): void;
}

/** Makes the table of a declaration. */
export function stateTable(
  declaration: StateDeclaration,
  keySchema: Schema,
  functionName: string,
  realm: UserRealm,
): StateTable {
  const what = `state ${declaration.name} of ${functionName}`;
  switch (declaration.kind) {
    case 'value':
      return new ValueTable(declaration, keySchema, what, realm);
    case 'list':
      return new ListTable(declaration, keySchema, what, realm);
    case 'map':
      return new MapTable(declaration, keySchema, what, realm);
    default:
      return unreachable(declaration.kind);
  }
}

/** What the three have in common: the chosen key, and its entry once it was asked for. */
abstract class KeyedTable<V> {
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
      version: 1,
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
function shown(value: Value, type: LogicalType): Row {
  if (type.kind !== 'ROW') return [value];
  return value === null ? type.fields.map(() => null) : (value as Row);
}

// ---------------------------------------------------------------- value

interface OneValue {
  value: Value;
  bytes: number;
}

class ValueTable extends KeyedTable<OneValue> implements StateTable {
  readonly inspected: InspectedState;
  readonly host: object;

  constructor(declaration: StateDeclaration, keySchema: Schema, what: string, realm: UserRealm) {
    super(declaration, keySchema, new KeyedState<OneValue>(keySchema, undefined, { bytes: ({ bytes }) => bytes }));
    this.inspected = inspectValues(
      () => this.state,
      ({ value }) => shown(value, declaration.value),
    );
    const read = toUser(declaration.value, realm);
    const write = fromUser(declaration.value, what);
    this.host = {
      get: () => read(this.find()?.value.value ?? null),
      set: (value: unknown) => this.#set(write(value)),
      clear: () => this.clear(),
    };
  }

  snapshot(): readonly Value[] {
    return [...this.state.entries()].map(({ key, value, updatedMs }) => [key, value.value, updatedMs]);
  }

  restore(entries: readonly Value[]): void {
    for (const saved of entries) {
      const [key, value, updatedMs] = saved as [Row, Value, number];
      this.state.restoreEntry(key, { value, bytes: rowBytes([value]) }, updatedMs);
    }
  }

  #set(value: Value): void {
    const entry = this.find();
    const bytes = rowBytes([value]);
    if (entry === undefined) {
      this.insert({ value, bytes });
      return;
    }
    const before = entry.value.bytes;
    entry.value = { value, bytes };
    this.state.grow(entry, 0, 0, bytes - before);
    this.state.touch(entry);
  }
}

// ---------------------------------------------------------------- list

interface Elements {
  readonly values: Value[];
  /** When each was added; empty where nothing expires. */
  readonly times: number[];
  bytes: number;
}

function elementBytes(value: Value): number {
  return SLOT_BYTES + rowBytes([value]);
}

class ListTable extends KeyedTable<Elements> implements StateTable {
  readonly inspected: InspectedState;
  readonly host: object;

  constructor(declaration: StateDeclaration, keySchema: Schema, what: string, realm: UserRealm) {
    const count = ({ values }: Elements): number => values.length;
    const contents = { count: (v: Elements, list: 0 | 1) => (list === 0 ? count(v) : 0), bytes: listBytes };
    super(declaration, keySchema, new KeyedState<Elements>(keySchema, undefined, contents));
    this.inspected = inspectLists<Elements, number>(() => this.state, 0, {
      items: ({ values }) => values.keys(),
      countOf: count,
      key: (key, index) => [...key, index],
      value: (index, { values }) => shown(values[index] ?? null, declaration.value),
    });
    const read = toUser({ kind: 'ARRAY', nullable: false, element: declaration.value }, realm);
    const write = fromUser(declaration.value, what);
    this.host = {
      get: () => read(this.#alive()?.value.values ?? []),
      add: (value: unknown) => this.#add(write(value)),
      clear: () => this.clear(),
    };
  }

  snapshot(): readonly Value[] {
    return [...this.state.entries()].map(({ key, value, updatedMs }) => [
      key,
      [...value.values],
      [...value.times],
      updatedMs,
    ]);
  }

  restore(entries: readonly Value[]): void {
    for (const saved of entries) {
      const [key, values, times, updatedMs] = saved as [Row, Value[], number[], number];
      const bytes = values.reduce((sum: number, value) => sum + elementBytes(value), LIST_BYTES);
      this.state.restoreEntry(key, { values: [...values], times: [...times], bytes }, updatedMs);
    }
  }

  #add(value: Value): void {
    const bytes = elementBytes(value);
    const entry = this.#alive() ?? this.insert({ values: [], times: [], bytes: LIST_BYTES });
    const list = entry.value;
    list.values.push(value);
    if (this.ttlMs > 0) list.times.push(this.nowMs());
    list.bytes += bytes;
    this.state.grow(entry, 0, 1, bytes);
    this.state.touch(entry);
  }

  /** The entry without what has expired: the oldest stand first. */
  #alive(): StateEntry<Elements> | undefined {
    const entry = this.find();
    if (entry === undefined || this.ttlMs === 0) return entry;
    const { value: list } = entry;
    let overCount = 0;
    while (overCount < list.times.length && this.isOver(list.times[overCount] ?? 0)) overCount += 1;
    if (overCount === 0) return entry;
    if (overCount === list.values.length) {
      this.drop(entry);
      return undefined;
    }
    list.times.splice(0, overCount);
    const gone = list.values.splice(0, overCount);
    const bytes = gone.reduce((sum: number, value) => sum + elementBytes(value), 0);
    list.bytes -= bytes;
    this.state.grow(entry, 0, -overCount, -bytes);
    return entry;
  }
}

function listBytes({ bytes }: { readonly bytes: number }, list: 0 | 1): number {
  return list === 0 ? bytes : 0;
}

// ---------------------------------------------------------------- map

interface MapItem {
  readonly key: Value;
  value: Value;
  updatedMs: number;
  bytes: number;
}

interface Items {
  readonly byKey: Map<PrimitiveKey, MapItem>;
  bytes: number;
}

function itemBytes(key: Value, value: Value): number {
  return MAP_SLOT_BYTES + rowBytes([key, value]);
}

class MapTable extends KeyedTable<Items> implements StateTable {
  readonly inspected: InspectedState;
  readonly host: object;
  readonly #primitive: (key: Value) => PrimitiveKey;

  constructor(declaration: StateDeclaration, keySchema: Schema, what: string, realm: UserRealm) {
    const count = ({ byKey }: Items): number => byKey.size;
    const contents = { count: (v: Items, list: 0 | 1) => (list === 0 ? count(v) : 0), bytes: listBytes };
    super(declaration, keySchema, new KeyedState<Items>(keySchema, undefined, contents));
    this.inspected = inspectLists<Items, MapItem>(() => this.state, 0, {
      items: ({ byKey }) => byKey.values(),
      countOf: count,
      key: (key, item) => [...key, item.key],
      value: ({ value }) => shown(value, declaration.value),
    });
    const keyType = declaration.key ?? declaration.value;
    const codec = keyCodec(keyType);
    this.#primitive = (key) => (codec === null ? (key as PrimitiveKey) : codec(key));
    const readKey = toUser(keyType, realm);
    const read = toUser(declaration.value, realm);
    const writeKey = fromUser(keyType, `a key of ${what}`);
    const write = fromUser(declaration.value, what);
    this.host = {
      get: (key: unknown) => read(this.#item(writeKey(key))?.value ?? null),
      has: (key: unknown) => this.#item(writeKey(key)) !== undefined,
      put: (key: unknown, value: unknown) => this.#put(writeKey(key), write(value)),
      delete: (key: unknown) => this.#delete(writeKey(key)),
      each: (see: (key: unknown, value: unknown) => void) => {
        for (const item of [...(this.#alive()?.value.byKey.values() ?? [])]) see(readKey(item.key), read(item.value));
      },
      size: () => this.#alive()?.value.byKey.size ?? 0,
      clear: () => this.clear(),
    };
  }

  snapshot(): readonly Value[] {
    return [...this.state.entries()].map(({ key, value, updatedMs }) => [
      key,
      [...value.byKey.values()].map((item) => [item.key, item.value, item.updatedMs]),
      updatedMs,
    ]);
  }

  restore(entries: readonly Value[]): void {
    for (const saved of entries) {
      const [key, items, updatedMs] = saved as [Row, [Value, Value, number][], number];
      const byKey = new Map<PrimitiveKey, MapItem>();
      let bytes = LIST_BYTES;
      for (const [mapKey, value, itemUpdatedMs] of items) {
        const size = itemBytes(mapKey, value);
        byKey.set(this.#primitive(mapKey), { key: mapKey, value, updatedMs: itemUpdatedMs, bytes: size });
        bytes += size;
      }
      this.state.restoreEntry(key, { byKey, bytes }, updatedMs);
    }
  }

  #item(key: Value): MapItem | undefined {
    const item = this.find()?.value.byKey.get(this.#primitive(key));
    return item === undefined || this.isOver(item.updatedMs) ? undefined : item;
  }

  #put(key: Value, value: Value): void {
    const entry = this.find() ?? this.insert({ byKey: new Map(), bytes: LIST_BYTES });
    const items = entry.value;
    const primitive = this.#primitive(key);
    const bytes = itemBytes(key, value);
    const known = items.byKey.get(primitive);
    // An entry that has expired is not there any more: the new one comes last.
    if (known !== undefined && this.isOver(known.updatedMs)) this.#remove(entry, primitive, known);
    const item = items.byKey.get(primitive);
    const grown = bytes - (item?.bytes ?? 0);
    if (item === undefined) items.byKey.set(primitive, { key, value, updatedMs: this.nowMs(), bytes });
    else {
      item.value = value;
      item.updatedMs = this.nowMs();
      item.bytes = bytes;
    }
    items.bytes += grown;
    this.state.grow(entry, 0, item === undefined ? 1 : 0, grown);
    this.state.touch(entry);
  }

  #delete(key: Value): boolean {
    const entry = this.find();
    const primitive = this.#primitive(key);
    const item = entry?.value.byKey.get(primitive);
    if (entry === undefined || item === undefined) return false;
    const wasAlive = !this.isOver(item.updatedMs);
    this.#remove(entry, primitive, item);
    if (entry.value.byKey.size === 0) this.drop(entry);
    return wasAlive;
  }

  #remove(entry: StateEntry<Items>, primitive: PrimitiveKey, item: MapItem): void {
    entry.value.byKey.delete(primitive);
    entry.value.bytes -= item.bytes;
    this.state.grow(entry, 0, -1, -item.bytes);
  }

  #alive(): StateEntry<Items> | undefined {
    const entry = this.find();
    if (entry === undefined || this.ttlMs === 0) return entry;
    for (const [primitive, item] of entry.value.byKey) {
      if (this.isOver(item.updatedMs)) this.#remove(entry, primitive, item);
    }
    if (entry.value.byKey.size > 0) return entry;
    this.drop(entry);
    return undefined;
  }
}
