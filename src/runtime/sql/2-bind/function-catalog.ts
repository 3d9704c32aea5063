/**
 * Functions made by CREATE FUNCTION, found in Flink's order (`FunctionCatalog`):
 *
 *   f(x)        temporary system functions, built-in functions, then those of the current database
 *   db.f(x)     those of that database
 *
 * and in a database a temporary function hides a permanent one. Names are kept in lower case.
 */
import type { Declaration } from '../../udf/declaration.ts';
import type { Identifier } from '../1-parse/ast.ts';
import type { ObjectPath } from './catalog.ts';

/** A function made by CREATE FUNCTION. */
export interface RegisteredFunction {
  /** As written when it was made. */
  readonly name: string;
  /** Its database; null for a system function. */
  readonly location: ObjectPath | null;
  /** File or class: what stands behind AS. */
  readonly path: string;
  /** Upper case. */
  readonly language: string;
  readonly temporary: boolean;
  /** What the file declares; null for other languages, and where the file could not be read. */
  readonly declaration: Declaration | null;
}

/** Which of the three registries. */
export type FunctionPlace = 'temporary-system' | 'temporary' | 'permanent';

/** All functions of a session. */
export class FunctionCatalog {
  readonly #places: Readonly<Record<FunctionPlace, Map<string, RegisteredFunction>>> = {
    'temporary-system': new Map(),
    temporary: new Map(),
    permanent: new Map(),
  };

  /** The function there; `path` counts for functions of a database. */
  at(place: FunctionPlace, path: ObjectPath): RegisteredFunction | undefined {
    return this.#places[place].get(keyOf(place, path));
  }

  put(place: FunctionPlace, path: ObjectPath, fn: RegisteredFunction): void {
    this.#places[place].set(keyOf(place, path), fn);
  }

  /** Puts all of these functions into another catalog. */
  copyInto(other: FunctionCatalog): void {
    for (const place of ['temporary-system', 'temporary', 'permanent'] as const)
      for (const [key, fn] of this.#places[place]) other.#places[place].set(key, fn);
  }

  /** Whether there was one. */
  remove(place: FunctionPlace, path: ObjectPath): boolean {
    return this.#places[place].delete(keyOf(place, path));
  }

  /** The function that comes before a built-in one of the same name. */
  beforeBuiltIn(parts: readonly Identifier[], path: ObjectPath): RegisteredFunction | undefined {
    return parts.length > 1 ? this.#ofDatabase(path) : this.at('temporary-system', path);
  }

  /** The function that counts where no built-in one has the name. */
  afterBuiltIn(path: ObjectPath): RegisteredFunction | undefined {
    return this.#ofDatabase(path);
  }

  /** Names of the functions that can be called without a database, in lower case, sorted. */
  names(catalog: string, database: string): readonly string[] {
    const names = new Set([...this.#places['temporary-system'].keys()]);
    for (const place of ['temporary', 'permanent'] as const) {
      for (const { name, location } of this.#places[place].values()) {
        if (location?.catalog === catalog && location.database === database) names.add(name.toLowerCase());
      }
    }
    return [...names].sort();
  }

  #ofDatabase(path: ObjectPath): RegisteredFunction | undefined {
    return this.at('temporary', path) ?? this.at('permanent', path);
  }
}

function keyOf(place: FunctionPlace, path: ObjectPath): string {
  const name = path.name.toLowerCase();
  return place === 'temporary-system' ? name : JSON.stringify([path.catalog, path.database, name]);
}

/** `default_catalog.default_database.risk` with the name as the call writes it; of a system function only that. */
export function functionSummary({ location }: RegisteredFunction, written: string): string {
  return location === null ? written : `${location.catalog}.${location.database}.${written}`;
}
