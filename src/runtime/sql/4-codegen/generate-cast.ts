/** Casts in generated code: nothing at all where the value stays the same, plain JavaScript where that does, else a function. */
import { assert } from '../../base/assert.ts';
import { castFunction, tryCastFunction } from '../../data/casts/cast-function.ts';
import { longToInt, wrapByte, wrapShort } from '../../data/integers.ts';
import { LENGTH_MAX, type LogicalType } from '../../data/logical-type.ts';
import { isCharacter, isInteger } from '../../data/type-families.ts';
import { sameType } from '../../data/type-rules.ts';
import { typeToString } from '../../data/type-text.ts';
import type { CodeBuilder, Term } from './code-builder.ts';

const INTEGER_WIDTH: Partial<Record<LogicalType['kind'], number>> = { TINYINT: 8, SMALLINT: 16, INT: 32, BIGINT: 64 };

/** The term of a cast value. `safe`: TRY_CAST. */
export function generateCast(
  operand: Term,
  from: LogicalType,
  to: LogicalType,
  options: { readonly safe: boolean },
  builder: CodeBuilder,
): Term {
  if (operand.code === 'null' || keepsValue(from, to)) return operand;
  const inline = inlineCast(operand.code, from, to, builder);
  if (inline !== undefined)
    return builder.assign(operand.nullable ? `${operand.code} === null ? null : ${inline}` : inline, operand.nullable);
  const cast = options.safe ? tryCastFunction(from, to) : castFunction(from, to);
  assert(cast !== undefined, `the binder lets no cast from ${typeToString(from)} to ${typeToString(to)} through`);
  const call = `${builder.constant(cast)}(${operand.code}, ${builder.runtime}.timeZone)`;
  const nullable = operand.nullable || options.safe || to.kind === 'DECIMAL';
  return builder.assign(operand.nullable ? `${operand.code} === null ? null : ${call}` : call, nullable);
}

/** Whether a value looks the same under both types. */
export function keepsValue(from: LogicalType, to: LogicalType): boolean {
  if (sameType(from, to, { ignoreNullability: true })) return true;
  const [fromWidth, toWidth] = [INTEGER_WIDTH[from.kind], INTEGER_WIDTH[to.kind]];
  if (fromWidth !== undefined && toWidth !== undefined) return toWidth >= fromWidth;
  if (isInteger(from) && from.kind !== 'BIGINT' && to.kind === 'DOUBLE') return true;
  if (from.kind === 'FLOAT' && to.kind === 'DOUBLE') return true;
  if (isCharacter(from) && isCharacter(to))
    return to.kind === 'VARCHAR' && (to.length === LENGTH_MAX || to.length >= from.length);
  if (from.kind === 'TIMESTAMP' && to.kind === 'TIMESTAMP')
    return from.precision <= 3 && to.precision <= 3 && to.precision >= from.precision;
  if (from.kind === 'TIMESTAMP_LTZ' && to.kind === 'TIMESTAMP_LTZ')
    return from.precision <= 3 && to.precision <= 3 && to.precision >= from.precision;
  if (from.kind === 'TIME' && to.kind === 'TIME') return to.precision >= from.precision;
  if (from.kind === 'INTERVAL_DAY_TIME' || from.kind === 'INTERVAL_YEAR_MONTH') return from.kind === to.kind;
  return false;
}

function inlineCast(code: string, from: LogicalType, to: LogicalType, builder: CodeBuilder): string | undefined {
  if (isInteger(from)) {
    if (to.kind === 'DOUBLE') return `Number(${code})`;
    if (to.kind === 'FLOAT') return `Math.fround(Number(${code}))`;
    if (to.kind === 'BOOLEAN') return `(${code} !== 0)`;
    if (to.kind === 'INT') return `${builder.constant(longToInt)}(${code})`;
    if (to.kind === 'TINYINT' && from.kind !== 'BIGINT') return `${builder.constant(wrapByte)}(${code})`;
    if (to.kind === 'SMALLINT' && from.kind !== 'BIGINT') return `${builder.constant(wrapShort)}(${code})`;
  }
  if (from.kind === 'DOUBLE' && to.kind === 'FLOAT') return `Math.fround(${code})`;
  if (from.kind === 'BOOLEAN' && isInteger(to)) return `(${code} ? 1 : 0)`;
  return undefined;
}
