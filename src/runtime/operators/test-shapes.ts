/** Shapes for testing one operator by the harness of the engine. Used by tests only. */
import { assert, present } from '../base/assert.ts';
import type { LogicalType, Schema } from '../data/logical-type.ts';
import type { OperatorFactory } from '../engine/operator-factory.ts';
import type { HarnessSubject } from '../engine/test-harness.ts';
import type { AggregateCall } from '../sql/2-bind/bound-expr.ts';
import type { ChangelogMode } from '../sql/3-plan/physical.ts';
import type { OptionsOf, PhysicalOptions } from '../sql/3-plan/physical-options.ts';
import { aggregateFunction } from '../sql/functions/registry.ts';

export const INT: LogicalType = { kind: 'INT', nullable: true };
export const BIGINT: LogicalType = { kind: 'BIGINT', nullable: false };
export const TEXT: LogicalType = { kind: 'VARCHAR', nullable: true, length: 10 };
export const TIME: LogicalType = { kind: 'TIMESTAMP', nullable: true, precision: 3 };
export const ROWTIME: LogicalType = { kind: 'TIMESTAMP', nullable: true, precision: 3, timeAttribute: 'rowtime' };

const ANY: ChangelogMode = { kinds: { insert: true, update: true, delete: true }, updates: 'before-and-after' };

/** Columns from names and types. */
export function columns(types: Readonly<Record<string, LogicalType>>): Schema {
  return Object.entries(types).map(([name, type]) => ({ name, type }));
}

/** A subject of `runHarness`: a factory with its options, between inputs and an output. */
export function subjectOf<K extends PhysicalOptions['kind']>(
  factory: OperatorFactory<K>,
  options: OptionsOf<K>,
  inputs: readonly Schema[],
  output: Schema,
): HarnessSubject {
  const inputChangelogs = inputs.map(() => ANY);
  const shape = { inputs, inputChangelogs, output, changelog: ANY, timeZone: 'UTC', userCode: noUserCode };
  return { inputs, output, create: () => factory.create(options, shape) };
}

/** COUNT(*) as `c`. */
export function countCall(): AggregateCall {
  const fn = present(aggregateFunction('COUNT'), 'COUNT');
  return { fn, args: [], argTypes: [], distinct: false, type: BIGINT, name: 'c' };
}

/** SUM of an INT column, with the name of the function as column name. */
export function aggregateCall(name: string, arg: number): AggregateCall {
  const fn = present(aggregateFunction(name), name);
  return { fn, args: [arg], argTypes: [INT], distinct: false, type: INT, name: name.toLowerCase() };
}

/** For operators whose options name no functions. */
export function noUserCode(): never {
  assert(false, 'this operator calls no user code');
}
