/** SQL equality of constructed values: three-valued, field by field for rows. */
import { equalsValues } from '../../../data/compare.ts';
import type { LogicalType } from '../../../data/logical-type.ts';
import { MapValue, type Value } from '../../../data/value.ts';

/**
 * `a = b` as SQL has it. A ROW is unequal when a pair of fields is unequal, else NULL when a pair is
 * NULL; arrays and maps compare whole, and one that holds a NULL equals nothing (Flink's generated code).
 */
export function equals3(a: Value, b: Value, type: LogicalType): boolean | null {
  if (a === null || b === null) return null;
  if (type.kind !== 'ROW') return (!holdsNull(a) && equalsValues(a, b, type)) || equalZero(a, b, type);
  let result: boolean | null = true;
  for (const [i, field] of type.fields.entries()) {
    const equal = equals3((a as readonly Value[])[i] ?? null, (b as readonly Value[])[i] ?? null, field.type);
    if (equal === false) return false;
    if (equal === null) result = null;
  }
  return result;
}

/** Whether an array or map has a NULL among its elements or values. */
export function holdsNull(value: Value): boolean {
  if (Array.isArray(value)) return value.some((v) => v === null);
  return value instanceof MapValue && value.entries.some(([, v]) => v === null);
}

/** `equalsValues` tells -0.0 from 0.0, as sorting must; the operator `=` does not. */
function equalZero(a: Value, b: Value, type: LogicalType): boolean {
  return (type.kind === 'DOUBLE' || type.kind === 'FLOAT') && a === b;
}
