/**
 * Gives loaded code to the calls of user functions in an operator's settings. Expressions are plain data, so
 * the settings are copied with another function in each such call: one whose code calls the user's. The text
 * that is generated stays the same and names a constant; nothing is looked up per row.
 */

import { assert, present } from '../../base/assert.ts';
import type { Row, Value } from '../../data/value.ts';
import { rowText, type UserCode, type UserCodeOf } from '../../udf/user-code.ts';
import { fromUser, rowFromUser } from '../../udf/values-from-user.ts';
import { rowToUser } from '../../udf/values-to-user.ts';
import type { PhysicalOptions } from '../3-plan/physical-options.ts';
import type { ScalarFunction } from '../functions/function.ts';
import { type UserCall, type UserFunctionRef, userScalar } from '../functions/user-function.ts';

/** All functions of the user's that the settings of an operator name, each once. */
export function userFunctionsOf(options: PhysicalOptions): readonly UserFunctionRef[] {
  const found = new Map<string, UserFunctionRef>();
  const note = (user: UserFunctionRef): void => void found.set(`${user.name}\0${user.path}`, user);
  if (options.kind === 'process-function') note(options.call.user);
  if (options.kind === 'correlate' && options.call.kind === 'user-function') note(options.call.user);
  mapCalls(options, (fn) => {
    if (fn.user !== undefined) note(fn.user);
    return fn;
  });
  return [...found.values()];
}

/** The settings with code in all calls of scalar functions of the user's; the same object when there are none. */
export function bindUserFunctions(options: PhysicalOptions, codeOf: UserCodeOf, timeZone: string): PhysicalOptions {
  const bound = new Map<string, ScalarFunction>();
  return mapCalls(options, (fn) => {
    if (fn.user === undefined) return fn;
    const known = bound.get(fn.name);
    if (known !== undefined) return known;
    const made = userScalar(fn.user, fn.determinism, scalarCall(codeOf(fn.user), timeZone));
    bound.set(fn.name, made);
    return made;
  }) as PhysicalOptions;
}

/** Copies what lies on the way to a call that `map` changes; everything else is shared. */
function mapCalls(value: unknown, map: (fn: ScalarFunction) => ScalarFunction): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map((item) => mapCalls(item, map));
    return items.some((item, i) => item !== value[i]) ? items : value;
  }
  if (value instanceof Map) {
    const entries = [...value].map(([key, item]) => [key, mapCalls(item, map)] as const);
    return entries.some(([key, item]) => item !== value.get(key)) ? new Map(entries) : value;
  }
  // Functions (with `resolve`) and tables are looked at as a whole; class instances are values.
  if ('resolve' in value && 'emit' in value) return map(value as ScalarFunction);
  if (Object.getPrototypeOf(value) !== Object.prototype || ('kind' in value && value.kind === 'table')) return value;
  let changed: Record<string, unknown> | null = null;
  for (const [key, item] of Object.entries(value)) {
    const mapped = mapCalls(item, map);
    if (mapped === item) continue;
    changed ??= { ...value };
    changed[key] = mapped;
  }
  return changed ?? value;
}

/** A scalar function over engine values. */
function scalarCall(code: UserCode, timeZone: string): UserCall {
  const { declaration } = code;
  assert(declaration.form === 'scalar', 'only a scalar function gives one value');
  const evaluate = present(code.member('eval'), 'eval of a scalar function');
  const toArguments = rowToUser(declaration.args, code.realm);
  const toResult = fromUser(declaration.returns, `the result of ${code.name}`);
  const call = (...args: readonly Value[]): Value => {
    code.enter();
    try {
      return toResult(evaluate(toArguments(args)));
    } catch (error) {
      throw code.failure(error, rowText(declaration.args, args, timeZone));
    } finally {
      code.leave();
    }
  };
  // Generated code names its constants after the functions that they are.
  return Object.defineProperty(call, 'name', { value: code.name });
}

/** A table function over engine values: all rows of one call. */
export function tableCall(code: UserCode, timeZone: string): (args: Row) => readonly Row[] {
  const { declaration } = code;
  assert(declaration.form === 'table', 'only a table function gives rows');
  const evaluate = present(code.member('eval'), 'eval of a table function');
  const toArguments = rowToUser(declaration.args, code.realm);
  const toRow = rowFromUser(declaration.returns, `a row of ${code.name}`);
  const iterated = `the result of ${code.name}: expected rows (an array, or a generator *eval)`;
  return (args) => {
    code.enter();
    try {
      const rows = evaluate(toArguments(args));
      if (!isIterable(rows)) throw new TypeError(`${iterated}, but got ${rows === null ? 'null' : typeof rows}`);
      const made: Row[] = [];
      for (const row of rows) made.push(toRow(row));
      return made;
    } catch (error) {
      throw code.failure(error, rowText(declaration.args, args, timeZone));
    } finally {
      code.leave();
    }
  };
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value;
}
