/**
 * Functions that only mean something over an ordered window. The planner turns ROW_NUMBER into a rank
 * or deduplicate operator; as an OVER column it counts. The others are typed here and run nowhere in
 * streams, as in Flink.
 */
import { assert } from '../../../base/assert.ts';
import type { LogicalType } from '../../../data/logical-type.ts';
import { bigintType, doubleType, withNullable, withoutTimeAttribute } from '../../../data/type-rules.ts';
import type { AggregateFunction } from '../function.ts';
import { ANY, AS_INT, form, matchForms } from '../typing.ts';
import { valueSlot } from './sums.ts';

const rowNumber: AggregateFunction = {
  name: 'ROW_NUMBER',
  doc: {
    signature: 'ROW_NUMBER() OVER (PARTITION BY … ORDER BY …)',
    text: 'Number of the row within its partition, from 1.',
    category: 'window',
  },
  resolve: () => ({ type: bigintType(false), argTypes: [] }),
  code: () => ({
    slots: [valueSlot('0', bigintType(false))],
    accumulate: ([n]) => `${n} += 1;`,
    retract: ([n]) => `${n} -= 1;`,
    value: ([n = '0']) => n,
  }),
};

function marker(name: string, text: string, type: LogicalType): AggregateFunction {
  return {
    name,
    doc: { signature: `${name}() OVER (…)`, text, category: 'window' },
    resolve: (args) => ({ type, argTypes: args.map((a) => a.type) }),
    code: () => assert(false, `${name} is planned away or refused before code generation`) as never,
  };
}

const lead: AggregateFunction = {
  name: 'LEAD',
  doc: {
    signature: 'LEAD(value [, offset [, default]]) OVER (…)',
    text: 'The value some rows after; not in streams.',
    category: 'window',
  },
  resolve(args) {
    const types = matchForms('LEAD', args, [form([ANY, AS_INT, ANY], 2)], 'standard');
    if ('message' in types) return types;
    const type = withoutTimeAttribute(types[0] ?? bigintType());
    const byDefault = types[2];
    // Only the default decides whether there can be NULL, as for LAG.
    const nullable = byDefault === undefined ? true : byDefault.nullable;
    const argTypes = byDefault === undefined ? types : [...types.slice(0, 2), withNullable(type, nullable)];
    return { type: withNullable(type, nullable), argTypes };
  },
  code: () => assert(false, 'LEAD is refused before code generation') as never,
};

/** ROW_NUMBER, RANK, DENSE_RANK, NTILE, CUME_DIST, PERCENT_RANK, LEAD. */
export const rankFunctions: readonly AggregateFunction[] = [
  rowNumber,
  // As a plain OVER column of a stream both count the rows up to the last peer, as Flink does.
  { ...marker('RANK', 'Rank with gaps.', bigintType(false)), code: rowNumber.code },
  { ...marker('DENSE_RANK', 'Rank without gaps.', bigintType(false)), code: rowNumber.code },
  marker('NTILE', 'Number of the bucket.', bigintType(false)),
  marker('CUME_DIST', 'Share of rows up to this one.', doubleType(false)),
  marker('PERCENT_RANK', 'Rank as a share.', doubleType(false)),
  lead,
];
