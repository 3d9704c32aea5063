/** SQL equality of constructed values: three-valued, field by field for rows. */
import { equalsValues } from '../../../data/compare.ts';
import type { LogicalType } from '../../../data/logical-type.ts';
import type { Value } from '../../../data/value.ts';

/**
 * `a = b` as SQL has it. A ROW is unequal when a pair of fields is unequal, else NULL when a pair is
 * NULL; arrays and maps compare whole, their NULL elements as equal (Flink's generated equality).
 */
export function equals3(a: Value, b: Value, type: LogicalType): boolean | null {
  if (a === null || b === null) return null;
  if (type.kind !== 'ROW') return equalsValues(a, b, type) || equalZero(a, b, type);
  let result: boolean | null = true;
  for (const [i, field] of type.fields.entries()) {
    const equal = equals3((a as readonly Value[])[i] ?? null, (b as readonly Value[])[i] ?? null, field.type);
    if (equal === false) return false;
    if (equal === null) result = null;
  }
  return result;
}

/** `equalsValues` tells -0.0 from 0.0, as sorting must; the operator `=` does not. */
function equalZero(a: Value, b: Value, type: LogicalType): boolean {
  return (type.kind === 'DOUBLE' || type.kind === 'FLOAT') && a === b;
}
