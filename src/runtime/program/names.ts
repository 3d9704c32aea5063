/**
 * What table names mean at each point of a script: Flink's rules for one to three parts and USE,
 * case-sensitive, the last definition before the use wins. The graph needs no catalog for it, only
 * the statements in their order.
 */
import type { QualifiedName, Statement } from '../sql/1-parse/ast.ts';

/** Flink's catalog and database of a fresh session. */
const DEFAULT_CATALOG = 'default_catalog';
const DEFAULT_DATABASE = 'default_database';

/** A complete object path joined by NUL (which no name holds), so that it can key a map. */
export type NameKey = string;

/** The names known at one point of the script. `T` is what a name stands for. */
export class NameScope<T> {
  readonly #entries = new Map<NameKey, T>();
  #catalog = DEFAULT_CATALOG;
  #database = DEFAULT_DATABASE;

  /** The complete path that a written name means here. */
  key(name: QualifiedName): NameKey {
    const parts = name.parts.map((part) => part.name);
    const full =
      parts.length >= 3
        ? parts
        : parts.length === 2
          ? [this.#catalog, ...parts]
          : [this.#catalog, this.#database, ...parts];
    return full.join('\u0000');
  }

  /** What the name stands for, or `undefined`. */
  resolve(name: QualifiedName): T | undefined {
    return this.#entries.get(this.key(name));
  }

  /** Defines or redefines a name. */
  define(name: QualifiedName, value: T): void {
    this.#entries.set(this.key(name), value);
  }

  /** Follows statements that change what names mean without being on the canvas: DROP, RENAME, USE. */
  follow(statement: Statement): void {
    if (statement.kind === 'drop' && ['TABLE', 'VIEW', 'MATERIALIZED TABLE'].includes(statement.what)) {
      this.#entries.delete(this.key(statement.name));
    } else if (
      (statement.kind === 'alter-table' || statement.kind === 'alter-view') &&
      statement.action.kind === 'rename'
    ) {
      const from = this.key(statement.name);
      const value = this.#entries.get(from);
      if (value === undefined) return;
      this.#entries.delete(from);
      this.#entries.set(this.key(statement.action.to), value);
    } else if (statement.kind === 'use') {
      const parts = statement.names[0]?.parts.map((part) => part.name) ?? [];
      const last = parts.at(-1);
      if (last === undefined) return;
      if (statement.what === 'CATALOG') {
        this.#catalog = last;
        // Flink's in-memory catalogs call their first database so; another default only leaves a port unconnected.
        this.#database = last === DEFAULT_CATALOG ? DEFAULT_DATABASE : 'default';
      } else if (statement.what === 'DATABASE') {
        this.#catalog = parts.length > 1 ? (parts[0] ?? this.#catalog) : this.#catalog;
        this.#database = last;
      }
    }
  }
}

/** A path for people and node ids: without the default catalog and database. */
export function shortName(key: NameKey): string {
  const parts = key.split('\u0000');
  if (parts[0] !== DEFAULT_CATALOG) return parts.join('.');
  return (parts[1] === DEFAULT_DATABASE ? parts.slice(2) : parts.slice(1)).join('.');
}

/** The written name with its parts joined by dots and quotes removed. */
export function plainName(name: QualifiedName): string {
  return name.parts.map((part) => part.name).join('.');
}
