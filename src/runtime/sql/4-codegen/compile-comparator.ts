/** Order and equality of rows. Flink: `ComparatorCodeGenerator`, `EqualiserCodeGenerator`. */
import { present } from '../../base/assert.ts';
import { compareValues, equalsValues } from '../../data/compare.ts';
import type { LogicalType, Schema } from '../../data/logical-type.ts';
import { isNano } from '../../data/type-families.ts';
import type { Value } from '../../data/value.ts';
import type { Collation } from '../2-bind/rel.ts';
import { holdsNull } from '../functions/runtime/equality.ts';
import { CodeBuilder } from './code-builder.ts';
import type { RowComparator, RowEquals } from './compiled.ts';
import { makeFunction } from './generated-function.ts';

/** The order that an ORDER BY asks for. */
export function compileComparator(collations: readonly Collation[], schema: Schema): RowComparator {
  const builder = new CodeBuilder();
  for (const collation of collations) {
    const { type } = present(schema[collation.index], 'sort column');
    const x = builder.assign(`a[${collation.index}]`, true).code;
    const y = builder.assign(`b[${collation.index}]`, true).code;
    builder.block(`if (${x} !== ${y})`, () => {
      const nullOrder = collation.nullsFirst ? '-1' : '1';
      if (type.nullable) {
        builder.statement(`if (${x} === null) return ${nullOrder};`);
        builder.statement(`if (${y} === null) return ${collation.nullsFirst ? '1' : '-1'};`);
      }
      const order = comparesPlainly(type)
        ? `(${x} < ${y} ? -1 : 1)`
        : `${builder.constant(compareValues)}(${x}, ${y}, ${builder.constant(type)})`;
      if (comparesPlainly(type)) builder.statement(`return ${collation.descending ? '-' : ''}${order};`);
      else {
        const c = builder.assign(order, false).code;
        builder.statement(`if (${c} !== 0) return ${collation.descending ? `-${c}` : c};`);
      }
    });
  }
  builder.statement('return 0;');
  return makeFunction<RowComparator>('compare', ['a', 'b'], builder);
}

/**
 * Whether two rows are the same as they are kept and sent: by their bytes, so NULL equals NULL inside of arrays, too,
 * NaN equals NaN, and the zeros of both signs differ. So rows compare that came over an exchange or out of state.
 * Flink: `BinaryRowData.equals`, the first way of every generated `RecordEqualiser`.
 */
export function compileStoredRowEquals(types: readonly LogicalType[]): RowEquals {
  const builder = new CodeBuilder();
  types.forEach((type, i) => {
    const [x, y] = [`a[${i}]`, `b[${i}]`];
    const isPlain = isIdentity(type) && type.kind !== 'FLOAT' && type.kind !== 'DOUBLE';
    const equals = isPlain
      ? `${x} === ${y}`
      : `${builder.constant(equalsValues)}(${x}, ${y}, ${builder.constant(type)})`;
    builder.statement(`if (!(${equals})) return false;`);
  });
  builder.statement('return true;');
  return makeFunction<RowEquals>('storedRowEquals', ['a', 'b'], builder);
}

/**
 * Whether two computed rows of these column types are equal, as Flink's generated `RecordEqualiser` has it: NULL equals
 * NULL, zeros of both signs are equal, and NaN differs from itself, so that it is sent again with every update.
 */
export function compileRowEquals(types: readonly LogicalType[]): RowEquals {
  const builder = new CodeBuilder();
  types.forEach((type, i) => {
    const [x, y] = [`a[${i}]`, `b[${i}]`];
    if (isIdentity(type)) builder.statement(`if (${x} !== ${y}) return false;`);
    else {
      // Flink's equaliser compares elements of arrays and maps as SQL does: one NULL makes them unequal.
      const equals = type.kind === 'ARRAY' || type.kind === 'MAP' ? equalsElements : equalsValues;
      builder.statement(`if (!${builder.constant(equals)}(${x}, ${y}, ${builder.constant(type)})) return false;`);
    }
  });
  builder.statement('return true;');
  return makeFunction<RowEquals>('rowEquals', ['a', 'b'], builder);
}

function equalsElements(a: Value, b: Value, type: LogicalType): boolean {
  return !holdsNull(a) && equalsValues(a, b, type);
}

/** Types that `===` compares. */
function isIdentity(type: LogicalType): boolean {
  return (
    comparesPlainly(type) ||
    type.kind === 'FLOAT' ||
    type.kind === 'DOUBLE' ||
    type.kind === 'CHAR' ||
    type.kind === 'VARCHAR' ||
    type.kind === 'BOOLEAN' ||
    type.kind === 'NULL'
  );
}

/** Types that `<` and `===` order. */
function comparesPlainly(type: LogicalType): boolean {
  switch (type.kind) {
    case 'TINYINT':
    case 'SMALLINT':
    case 'INT':
    case 'BIGINT':
    case 'DECIMAL':
    case 'DATE':
    case 'TIME':
    case 'INTERVAL_DAY_TIME':
    case 'INTERVAL_YEAR_MONTH':
      return true;
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return !isNano(type);
    default:
      return false;
  }
}
