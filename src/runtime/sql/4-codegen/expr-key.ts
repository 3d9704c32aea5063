/** Keys of expressions: equal keys mean equal values at one place. Used to compute what repeats once. */
import { typeToString } from '../../data/type-text.ts';
import { MapValue, NanoTimestamp, type Value } from '../../data/value.ts';
import type { BoundExpr } from '../2-bind/bound-expr.ts';

const keys = new WeakMap<BoundExpr, string>();

/** The key of an expression. */
export function exprKey(expr: BoundExpr): string {
  let key = keys.get(expr);
  if (key === undefined) {
    key = makeKey(expr);
    keys.set(expr, key);
  }
  return key;
}

function makeKey(expr: BoundExpr): string {
  switch (expr.kind) {
    case 'input':
      return `$${expr.index}`;
    case 'literal':
      return `${valueKey(expr.value)}:${typeToString(expr.type)}`;
    case 'symbol':
      return `#${expr.symbol}`;
    case 'call':
      return `${expr.fn.name}(${expr.args.map(exprKey).join(',')}):${typeToString(expr.type)}`;
    case 'and':
    case 'or':
      return `${expr.kind}(${expr.operands.map(exprKey).join(',')})`;
    case 'case':
      return `case(${expr.branches.map((b) => `${exprKey(b.when)}?${exprKey(b.then)}`).join(';')}:${exprKey(expr.otherwise)}):${typeToString(expr.type)}`;
    case 'cast':
      return `${expr.safe ? 'try' : ''}cast(${exprKey(expr.operand)}:${typeToString(expr.operand.type)}>${typeToString(expr.type)})`;
    case 'field':
      return `${exprKey(expr.operand)}.${expr.index}`;
    default:
      // Never shared: planning has removed these, or their owner resolves them.
      uniqueCounter += 1;
      return `!${expr.kind}${uniqueCounter}`;
  }
}

let uniqueCounter = 0;

function valueKey(value: Value): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'string') return JSON.stringify(value);
  if (value instanceof NanoTimestamp) return `nano(${value.epochMs},${value.nanoOfMs})`;
  if (value instanceof MapValue)
    return `map(${value.entries.map(([k, v]) => `${valueKey(k)}=${valueKey(v)}`).join(',')})`;
  if (value instanceof Uint8Array) return `bytes(${Array.from(value).join(',')})`;
  return `[${value.map(valueKey).join(',')}]`;
}

/** Whether a value is the same for one row however often it is asked for. */
export function isRepeatable(expr: BoundExpr): boolean {
  return everyNode(expr, (e) => e.kind !== 'call' || e.fn.determinism !== 'per-row');
}

/** Whether `test` holds for the expression and everything in it. */
export function everyNode(expr: BoundExpr, test: (e: BoundExpr) => boolean): boolean {
  return test(expr) && childrenOf(expr).every((child) => everyNode(child, test));
}

/** The direct operands of an expression, in order of evaluation. */
export function childrenOf(expr: BoundExpr): readonly BoundExpr[] {
  switch (expr.kind) {
    case 'call':
      return expr.args;
    case 'and':
    case 'or':
      return expr.operands;
    case 'case':
      return [...expr.branches.flatMap((b) => [b.when, b.then]), expr.otherwise];
    case 'cast':
    case 'field':
      return [expr.operand];
    case 'in-subquery':
      return expr.operands;
    default:
      return [];
  }
}
