/**
 * The session: what statements have made so far (catalogs, tables, views, functions) and the
 * configuration (SET/RESET). Flink: `CatalogManager`, `FunctionCatalog`, `TableConfig`.
 */

import { durationMs } from '../../base/durations.ts';
import { lengthType } from '../../data/type-rules.ts';
import type { QualifiedName } from '../1-parse/ast.ts';
import type { CatalogObject, ObjectPath } from './catalog.ts';
import { FunctionCatalog } from './function-catalog.ts';

/** Flink's names of what exists at the start. */
export const DEFAULT_CATALOG = 'default_catalog';
export const DEFAULT_DATABASE = 'default_database';

/** Defaults of the settings that change what a query gives. Flink: `ExecutionConfigOptions`, `OptimizerConfigOptions`, `TableConfigOptions`. */
export const SETTING_DEFAULTS: Readonly<Record<string, string>> = {
  'execution.runtime-mode': 'streaming',
  'pipeline.auto-watermark-interval': '200 ms',
  'table.local-time-zone': 'UTC',
  'table.exec.state.ttl': '0 ms',
  'table.exec.source.idle-timeout': '0 ms',
  'table.exec.source.cdc-events-duplicate': 'false',
  'table.exec.mini-batch.enabled': 'false',
  'table.exec.mini-batch.allow-latency': '0 ms',
  'table.exec.mini-batch.size': '-1',
  'table.exec.sink.not-null-enforcer': 'ERROR',
  'table.exec.sink.type-length-enforcer': 'IGNORE',
  'table.exec.sink.upsert-materialize': 'AUTO',
  'table.exec.sink.require-on-conflict': 'true',
  'table.exec.legacy-cast-behaviour': 'DISABLED',
  'table.exec.emit.allow-lateness': '0 ms',
  'table.exec.emit.early-fire.enabled': 'false',
  'table.exec.emit.early-fire.delay': '0 ms',
  'table.exec.emit.late-fire.enabled': 'false',
  'table.exec.emit.late-fire.delay': '0 ms',
  'table.optimizer.distinct-agg.split.enabled': 'false',
  'table.optimizer.non-deterministic-update.strategy': 'IGNORE',
  'table.optimizer.reuse-sub-plan-enabled': 'true',
  'table.optimizer.reuse-source-enabled': 'true',
  'table.dml-sync': 'false',
  'parallelism.default': '1',
};

interface Database {
  readonly objects: Map<string, CatalogObject>;
}

/** Catalog state and configuration of one script. Mutable; one per analysis or run. */
export class Session {
  catalog = DEFAULT_CATALOG;
  database = DEFAULT_DATABASE;
  readonly #catalogs = new Map<string, Map<string, Database>>();
  /** Temporary tables and views, by full name; they hide permanent ones. */
  readonly #temporary = new Map<string, CatalogObject>();
  readonly #settings = new Map<string, string>();
  readonly functions = new FunctionCatalog();

  constructor() {
    this.#catalogs.set(DEFAULT_CATALOG, new Map([[DEFAULT_DATABASE, { objects: new Map() }]]));
  }

  /** The same session, to go on from here without changing this one. */
  copy(): Session {
    const copy = new Session();
    copy.catalog = this.catalog;
    copy.database = this.database;
    copy.#catalogs.clear();
    for (const [name, databases] of this.#catalogs) {
      const copied = [...databases].map(([key, { objects }]) => [key, { objects: new Map(objects) }] as const);
      copy.#catalogs.set(name, new Map(copied));
    }
    for (const [key, object] of this.#temporary) copy.#temporary.set(key, object);
    for (const [key, value] of this.#settings) copy.#settings.set(key, value);
    this.functions.copyInto(copy.functions);
    return copy;
  }

  // ---------------------------------------------------------------- settings

  /** The value of a setting: what SET gave, else Flink's default, else `undefined`. */
  setting(key: string): string | undefined {
    return this.#settings.get(key) ?? SETTING_DEFAULTS[key];
  }

  /** `SET key = value`. Flink takes any key. */
  set(key: string, value: string): void {
    this.#settings.set(key, value);
  }

  /** `RESET key`, or all. */
  reset(key?: string): void {
    if (key === undefined) this.#settings.clear();
    else this.#settings.delete(key);
  }

  /** Settings made by SET, in order. */
  settings(): ReadonlyMap<string, string> {
    return this.#settings;
  }

  /** A setting that is TRUE or FALSE. */
  flag(key: string): boolean {
    return this.setting(key)?.trim().toLowerCase() === 'true';
  }

  /** A duration setting in ms; 0 when it cannot be read. */
  duration(key: string): number {
    return durationMs(this.setting(key) ?? '') ?? 0;
  }

  /** Whether queries run as batch jobs. */
  get batch(): boolean {
    return this.setting('execution.runtime-mode')?.trim().toLowerCase() === 'batch';
  }

  /** `table.local-time-zone`; Flink's `default` means the JVM's zone, here UTC. */
  get timeZone(): string {
    const zone = this.setting('table.local-time-zone')?.trim() ?? 'UTC';
    return zone.toLowerCase() === 'default' ? 'UTC' : zone;
  }

  // ---------------------------------------------------------------- objects

  /** The full name for a written one; missing parts come from USE. */
  resolve(name: QualifiedName): ObjectPath {
    const parts = name.parts.map((p) => p.name);
    const last = parts[parts.length - 1] ?? '';
    if (parts.length >= 3)
      return { catalog: parts[parts.length - 3] ?? '', database: parts[parts.length - 2] ?? '', name: last };
    if (parts.length === 2) return { catalog: this.catalog, database: parts[0] ?? '', name: last };
    return { catalog: this.catalog, database: this.database, name: last };
  }

  /** The table or view of that name; a temporary one hides a permanent one. */
  find(path: ObjectPath): CatalogObject | undefined {
    return this.#temporary.get(pathKey(path)) ?? this.permanent(path);
  }

  /** The permanent table or view of that name. */
  permanent(path: ObjectPath): CatalogObject | undefined {
    return this.#catalogs.get(path.catalog)?.get(path.database)?.objects.get(path.name);
  }

  /** The temporary table or view of that name. */
  temporary(path: ObjectPath): CatalogObject | undefined {
    return this.#temporary.get(pathKey(path));
  }

  /** Registers or replaces a table or view. */
  put(object: CatalogObject): void {
    if (object.temporary) this.#temporary.set(pathKey(object.path), object);
    else this.#catalogs.get(object.path.catalog)?.get(object.path.database)?.objects.set(object.path.name, object);
  }

  /** Removes a table or view. */
  remove(path: ObjectPath, which: 'temporary' | 'permanent'): void {
    if (which === 'temporary') this.#temporary.delete(pathKey(path));
    else this.#catalogs.get(path.catalog)?.get(path.database)?.objects.delete(path.name);
  }

  /** All objects of a database by name, temporary ones in place of what they hide. */
  objects(catalog: string, database: string): ReadonlyMap<string, CatalogObject> {
    const all = new Map(this.#catalogs.get(catalog)?.get(database)?.objects ?? []);
    for (const object of this.#temporary.values()) {
      if (object.path.catalog === catalog && object.path.database === database) all.set(object.path.name, object);
    }
    return new Map([...all].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  catalogs(): readonly string[] {
    return [...this.#catalogs.keys()];
  }

  databases(catalog: string): readonly string[] {
    return [...(this.#catalogs.get(catalog)?.keys() ?? [])];
  }

  /** CREATE CATALOG (all our catalogs are in memory). */
  addCatalog(name: string, defaultDatabase: string): void {
    this.#catalogs.set(name, new Map([[defaultDatabase, { objects: new Map() }]]));
  }

  addDatabase(catalog: string, name: string): void {
    this.#catalogs.get(catalog)?.set(name, { objects: new Map() });
  }

  dropDatabase(catalog: string, name: string): void {
    this.#catalogs.get(catalog)?.delete(name);
  }

  dropCatalog(name: string): void {
    this.#catalogs.delete(name);
  }
}

/** Type of the text columns that SHOW and DESCRIBE give. */
export const TEXT_COLUMN = lengthType('VARCHAR', 2147483647, true);

function pathKey(path: ObjectPath): string {
  return pathText(path);
}

/** `` `catalog`.`database`.`name` ``. Flink: `ObjectIdentifier.asSerializableString`. */
export function pathText(path: ObjectPath): string {
  return [path.catalog, path.database, path.name].map((p) => `\`${p.replaceAll('`', '``')}\``).join('.');
}

/** `catalog.database.name`. Flink: `ObjectIdentifier.asSummaryString`. */
export function pathSummary(path: ObjectPath): string {
  return `${path.catalog}.${path.database}.${path.name}`;
}
