/**
 * Functions of the user's own in expressions: what a call of one carries through binding and planning,
 * and the seam through which a job gives it the loaded code. The types of a call were checked by the binder
 * against the declaration (`2-bind/bind-user-call.ts`), so there is nothing to resolve here.
 *
 * The text of generated code never changes: it calls a constant. Until a job binds the function
 * (`4-codegen/bind-user-functions.ts`) that constant refuses to run, so that planning and explaining never do.
 */
import { assert } from '../../base/assert.ts';
import type { LogicalType } from '../../data/logical-type.ts';
import type { Value } from '../../data/value.ts';
import type { Determinism, ScalarFunction } from './function.ts';

/** Which function: plain data, equal for equal functions. */
export interface UserFunctionRef {
  /** As it was registered, for people. */
  readonly name: string;
  /** The file, as in `CREATE FUNCTION … AS 'path'`. */
  readonly path: string;
}

/** A call over engine values. */
export type UserCall = (...args: readonly Value[]) => Value;

/**
 * A scalar function of the user for the expression tree. Its `name` cannot be one of a built-in function, so
 * that no rule about those takes it for one; `user.name` is the one to show.
 */
export function userScalar(
  user: UserFunctionRef,
  determinism: Determinism,
  call: UserCall = notLoaded,
): ScalarFunction {
  return {
    name: `${user.name}@${user.path}`,
    user,
    determinism,
    nulls: 'own',
    doc: { signature: user.name, text: '', category: 'value' },
    resolve: () => ({ message: 'The binder types calls of user functions itself.' }),
    emit: (args: readonly string[], _types: readonly LogicalType[], _result: LogicalType, cx) =>
      `${cx.constant(call)}(${args.join(', ')})`,
  };
}

function notLoaded(): never {
  assert(false, 'user code runs only in a job that has loaded it');
}
