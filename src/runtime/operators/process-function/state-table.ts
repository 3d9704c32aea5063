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
import type { Schema } from '../../data/logical-type.ts';
import { LIST_BYTES, MAP_SLOT_BYTES, rowBytes, SLOT_BYTES } from '../../data/memory-size.ts';
import type { Row, Value } from '../../data/value.ts';
import { keyCodec, type PrimitiveKey } from '../../data/value-key.ts';
import type { InspectedState, SavedState, SnapshotForm, StateDescriptor } from '../../engine/operator.ts';
import { inspectLists, inspectValues } from '../../state/inspect.ts';
import { KeyedState } from '../../state/keyed-state.ts';
import type { StateEntry } from '../../state/state-entry.ts';
import type { StateDeclaration } from '../../udf/declaration.ts';
import type { UserRealm } from '../../udf/function-library.ts';
import { fromUser } from '../../udf/values-from-user.ts';
import { toUser } from '../../udf/values-to-user.ts';
import { KeyedTable, shown } from './keyed-table.ts';

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
  snapshot(form?: SnapshotForm): SavedState;
  restore(saved: SavedState): void;
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

// ---------------------------------------------------------------- value

interface OneValue {
  value: Value;
  bytes: number;
}

class ValueTable extends KeyedTable<OneValue> implements StateTable {
  readonly inspected: InspectedState;
  readonly host: object;

  constructor(declaration: StateDeclaration, keySchema: Schema, what: string, realm: UserRealm) {
    const contents = { bytes: ({ bytes }: OneValue) => bytes };
    super(
      declaration,
      keySchema,
      new KeyedState<OneValue>(keySchema, undefined, contents, {
        save: ({ value }) => value,
        load: (value) => ({ value, bytes: rowBytes([value]) }),
      }),
    );
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
    super(
      declaration,
      keySchema,
      new KeyedState<Elements>(keySchema, undefined, contents, {
        save: ({ values, times }) => [values, times],
        load: (saved) => {
          const [values, times] = saved as [Value[], number[]];
          const bytes = values.reduce((sum: number, value) => sum + elementBytes(value), LIST_BYTES);
          return { values: [...values], times: [...times], bytes };
        },
      }),
    );
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
    const keyType = declaration.key ?? declaration.value;
    const codec = keyCodec(keyType);
    const primitive = (key: Value): PrimitiveKey => (codec === null ? (key as PrimitiveKey) : codec(key));
    super(
      declaration,
      keySchema,
      new KeyedState<Items>(keySchema, undefined, contents, {
        save: ({ byKey }) => [...byKey.values()].map((item) => [item.key, item.value, item.updatedMs]),
        load: (saved) => loadItems(saved as [Value, Value, number][], primitive),
      }),
    );
    this.inspected = inspectLists<Items, MapItem>(() => this.state, 0, {
      items: ({ byKey }) => byKey.values(),
      countOf: count,
      key: (key, item) => [...key, item.key],
      value: ({ value }) => shown(value, declaration.value),
    });
    this.#primitive = primitive;
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

function loadItems(
  saved: readonly (readonly [Value, Value, number])[],
  primitive: (key: Value) => PrimitiveKey,
): Items {
  const byKey = new Map<PrimitiveKey, MapItem>();
  let bytes = LIST_BYTES;
  for (const [key, value, updatedMs] of saved) {
    const size = itemBytes(key, value);
    byKey.set(primitive(key), { key, value, updatedMs, bytes: size });
    bytes += size;
  }
  return { byKey, bytes };
}
