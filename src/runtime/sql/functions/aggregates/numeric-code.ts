/** Adding and taking away inside aggregates, by type. Sums wrap or overflow as the operators `+` and `-` do. */
import { addDecimal, mulDecimal, subDecimal } from '../../../data/decimal.ts';
import { addLong, mulLong, subLong, wrapByte, wrapShort } from '../../../data/integers.ts';
import type { LogicalType } from '../../../data/logical-type.ts';
import type { EmitContext } from '../function.ts';

/** Code of `a op b`, both of type `type`, with a result of that type. */
export function numericCode(op: '+' | '-' | '*', type: LogicalType, a: string, b: string, cx: EmitContext): string {
  switch (type.kind) {
    case 'TINYINT':
      return `${cx.constant(wrapByte)}(${a} ${op} ${b})`;
    case 'SMALLINT':
      return `${cx.constant(wrapShort)}(${a} ${op} ${b})`;
    case 'INT':
      return op === '*' ? `Math.imul(${a}, ${b})` : `((${a} ${op} ${b}) | 0)`;
    case 'BIGINT':
      return `${cx.constant({ '+': addLong, '-': subLong, '*': mulLong }[op])}(${a}, ${b})`;
    case 'FLOAT':
      return `Math.fround(${a} ${op} ${b})`;
    case 'DECIMAL': {
      const run = { '+': addDecimal, '-': subDecimal, '*': mulDecimal }[op];
      return `${cx.constant(run)}(${a}, ${type.scale}, ${b}, ${type.scale}, ${type.precision}, ${type.scale})`;
    }
    default:
      return `(${a} ${op} ${b})`;
  }
}
