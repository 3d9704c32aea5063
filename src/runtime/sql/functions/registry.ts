/**
 * All functions and operators that the engine knows, by name. Operators stand under their symbol or
 * words (`+`, `IS NOT NULL`, `LIKE`), unary minus under `NEGATE`, `a[i]` under `ITEM`.
 */
import { extremeAggregates } from './aggregates/extremes.ts';
import { jsonAggregates } from './aggregates/json.ts';
import { orderedAggregates } from './aggregates/ordered.ts';
import { rankFunctions } from './aggregates/ranks.ts';
import { statisticAggregates } from './aggregates/statistics.ts';
import { sumAggregates } from './aggregates/sums.ts';
import { arithmeticFunctions } from './arithmetic.ts';
import { clockFunctions } from './clock.ts';
import { collectionFunctions } from './collection.ts';
import { comparisonFunctions } from './comparison.ts';
import { conditionalFunctions } from './conditional.ts';
import { constructorFunctions } from './constructors.ts';
import { encodingFunctions } from './encoding.ts';
import type { AggregateFunction, ScalarFunction } from './function.ts';
import { jsonFunctions } from './json.ts';
import { logicalFunctions } from './logical.ts';
import { mathFunctions } from './math.ts';
import { regexpFunctions } from './regexp.ts';
import { stringFunctions } from './string.ts';
import { temporalFunctions } from './temporal.ts';
import { typeFunctions } from './type-functions.ts';

const SCALARS: ReadonlyMap<string, ScalarFunction> = new Map(
  [
    ...comparisonFunctions,
    ...logicalFunctions,
    ...arithmeticFunctions,
    ...conditionalFunctions,
    ...mathFunctions,
    ...stringFunctions,
    ...regexpFunctions,
    ...temporalFunctions,
    ...clockFunctions,
    ...typeFunctions,
    ...encodingFunctions,
    ...constructorFunctions,
    ...collectionFunctions,
    ...jsonFunctions,
  ].map((f) => [f.name, f]),
);

const AGGREGATES: ReadonlyMap<string, AggregateFunction> = new Map(
  [
    ...sumAggregates,
    ...extremeAggregates,
    ...orderedAggregates,
    ...statisticAggregates,
    ...jsonAggregates,
    ...rankFunctions,
  ].map((f) => [f.name, f]),
);

/** The scalar function or operator of a name (upper case), or `undefined`. */
export function scalarFunction(name: string): ScalarFunction | undefined {
  return SCALARS.get(name.toUpperCase());
}

/** The aggregate function of a name (upper case), or `undefined`. */
export function aggregateFunction(name: string): AggregateFunction | undefined {
  return AGGREGATES.get(name.toUpperCase());
}

/** Every function, for completion and documentation. */
export function allFunctions(): readonly (ScalarFunction | AggregateFunction)[] {
  return [...SCALARS.values(), ...AGGREGATES.values()];
}
