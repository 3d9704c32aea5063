/**
 * Pure helpers over bound expressions: making, walking, comparing. The binder and the planner both
 * build and take apart expressions with these, so that a new kind of expression is added in one place.
 */
import { unreachable } from '../../base/assert.ts';
import type { Span } from '../../base/span.ts';
import type { LogicalType } from '../../data/logical-type.ts';
import { booleanType, errorType, sameType, withNullable, withoutTimeAttribute } from '../../data/type-rules.ts';
import type { Value } from '../../data/value.ts';
import type { Expr } from '../1-parse/ast.ts';
import { scalarFunction } from '../functions/registry.ts';
import type { BoundExpr, BoundOf } from './bound-expr.ts';
import { mapRelExprs } from './rel-tools.ts';

/** A reference to a column of the input. */
export function inputRef(index: number, type: LogicalType, span?: Span): BoundOf<'input'> {
  return span === undefined ? { kind: 'input', index, type } : { kind: 'input', index, type, span };
}

/** A constant. */
export function literal(value: Value, type: LogicalType, span?: Span): BoundOf<'literal'> {
  return span === undefined ? { kind: 'literal', value, type } : { kind: 'literal', value, type, span };
}

/** TRUE or FALSE. */
export function booleanLiteral(value: boolean): BoundOf<'literal'> {
  return literal(value, booleanType(false));
}

/** What stands for an expression that did not bind; its type keeps later checks silent. */
export function errorExpr(span?: Span): BoundOf<'literal'> {
  return literal(null, errorType(), span);
}

/** Whether an expression did not bind. */
export function isError(expr: BoundExpr): boolean {
  return expr.type.kind === 'ERROR';
}

/** `expr` as `type`, keeping the expression's own nullability; nothing is added when it has the type already. */
export function castTo(expr: BoundExpr, type: LogicalType): BoundExpr {
  if (isError(expr) || expr.type.kind === 'SYMBOL' || type.kind === 'ERROR') return expr;
  const target = withNullable(withoutTimeAttribute(type), expr.type.nullable || expr.type.kind === 'NULL');
  if (expr.kind === 'literal' && expr.type.kind === 'NULL') return literal(null, target, expr.span);
  if (
    sameType(expr.type, target, {
      ignoreNullability: expr.type.kind !== 'ARRAY' && expr.type.kind !== 'MAP' && expr.type.kind !== 'ROW',
    })
  )
    return expr;
  if (expr.kind === 'literal' && keepsValue(expr.type, target)) return literal(expr.value, target, expr.span);
  return { kind: 'cast', operand: expr, safe: false, implicit: true, type: target, span: expr.span };
}

const WHOLE: readonly LogicalType['kind'][] = ['TINYINT', 'SMALLINT', 'INT', 'BIGINT'];

/** Whether a constant of type `from` is held as the same value in the wider type `to`. */
function keepsValue(from: LogicalType, to: LogicalType): boolean {
  if (from.kind === 'CHAR' || from.kind === 'VARCHAR') return to.kind === 'VARCHAR' && from.length <= to.length;
  const [a, b] = [WHOLE.indexOf(from.kind), WHOLE.indexOf(to.kind)];
  return a !== -1 && b >= a;
}

/** A call of a built-in function whose argument types are known to fit. */
export function callOf(name: string, args: readonly BoundExpr[], type: LogicalType): BoundExpr {
  const fn = scalarFunction(name);
  if (fn === undefined) return errorExpr();
  return { kind: 'call', fn, args, type };
}

/** Joins conditions by AND, flattening; TRUE when there are none. */
export function conjunction(conditions: readonly BoundExpr[]): BoundExpr {
  const flat = conditions.flatMap(conjuncts);
  const [first, ...rest] = flat;
  if (first === undefined) return booleanLiteral(true);
  if (rest.length === 0) return first;
  return { kind: 'and', operands: flat, type: booleanType(flat.some((c) => c.type.nullable)) };
}

/** The operands of nested ANDs; none for a TRUE literal. */
export function conjuncts(condition: BoundExpr): readonly BoundExpr[] {
  if (condition.kind === 'and') return condition.operands.flatMap(conjuncts);
  if (condition.kind === 'literal' && condition.value === true) return [];
  return [condition];
}

/** NOT, with double negation removed. */
export function negation(expr: BoundExpr): BoundExpr {
  if (expr.kind === 'call' && expr.fn.name === 'NOT' && expr.args[0] !== undefined) return expr.args[0];
  return callOf('NOT', [expr], booleanType(expr.type.nullable));
}

/** Direct operands of an expression, in order of evaluation. Relations inside are not operands. */
export function operandsOf(expr: BoundExpr): readonly BoundExpr[] {
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

/** The same expression with other direct operands; returns `expr` itself when `map` changes nothing. */
export function mapOperands(expr: BoundExpr, map: (operand: BoundExpr) => BoundExpr): BoundExpr {
  switch (expr.kind) {
    case 'call': {
      const args = mapAll(expr.args, map);
      return args === expr.args ? expr : { ...expr, args };
    }
    case 'and':
    case 'or': {
      const operands = mapAll(expr.operands, map);
      return operands === expr.operands ? expr : { ...expr, operands };
    }
    case 'in-subquery': {
      const operands = mapAll(expr.operands, map);
      return operands === expr.operands ? expr : { ...expr, operands };
    }
    case 'case': {
      const whens = mapAll(
        expr.branches.map((b) => b.when),
        map,
      );
      const thens = mapAll(
        expr.branches.map((b) => b.then),
        map,
      );
      const otherwise = map(expr.otherwise);
      const branches = whens.map((when, i) => ({ when, then: thens[i] ?? when }));
      return { ...expr, branches, otherwise };
    }
    case 'cast':
    case 'field': {
      const operand = map(expr.operand);
      return operand === expr.operand ? expr : { ...expr, operand };
    }
    case 'input':
    case 'literal':
    case 'symbol':
    case 'correlated':
    case 'scalar-subquery':
    case 'exists':
    case 'pattern-ref':
    case 'pattern-aggregate':
      return expr;
    default:
      return unreachable(expr);
  }
}

function mapAll(items: readonly BoundExpr[], map: (item: BoundExpr) => BoundExpr): readonly BoundExpr[] {
  let changed = false;
  const mapped = items.map((item) => {
    const next = map(item);
    if (next !== item) changed = true;
    return next;
  });
  return changed ? mapped : items;
}

/**
 * Rewrites the references to the columns of the input that `expr` is over: `input` nodes at the top,
 * and `correlated` nodes of the right depth inside its sub-queries.
 */
export function mapInputs(expr: BoundExpr, map: (ref: BoundOf<'input'>) => BoundExpr): BoundExpr {
  if (expr.kind === 'input') return map(expr);
  const mapped = mapOperands(expr, (operand) => mapInputs(operand, map));
  if (mapped.kind === 'scalar-subquery' || mapped.kind === 'exists' || mapped.kind === 'in-subquery') {
    const rel = mapRelExprs(mapped.rel, 1, (e, depth) => mapCorrelated(e, depth, map));
    return rel === mapped.rel ? mapped : { ...mapped, rel };
  }
  return mapped;
}

function mapCorrelated(expr: BoundExpr, depth: number, map: (ref: BoundOf<'input'>) => BoundExpr): BoundExpr {
  if (expr.kind !== 'correlated') return mapOperands(expr, (o) => mapCorrelated(o, depth, map));
  if (expr.depth !== depth) return expr;
  const target = map(inputRef(expr.index, expr.type, expr.span));
  if (target.kind === 'input')
    return { kind: 'correlated', depth, index: target.index, type: target.type, span: expr.span };
  // A computed expression cannot be referred to across the border; it is moved inside as a whole.
  return mapInputsToCorrelated(target, depth);
}

function mapInputsToCorrelated(expr: BoundExpr, depth: number): BoundExpr {
  if (expr.kind === 'input') return { kind: 'correlated', depth, index: expr.index, type: expr.type, span: expr.span };
  return mapOperands(expr, (o) => mapInputsToCorrelated(o, depth));
}

/** Calls `visit` for `expr` and all operands, outside in. */
export function walk(expr: BoundExpr, visit: (e: BoundExpr) => void): void {
  visit(expr);
  for (const operand of operandsOf(expr)) walk(operand, visit);
}

/** Whether any part satisfies `test`. */
export function some(expr: BoundExpr, test: (e: BoundExpr) => boolean): boolean {
  return test(expr) || operandsOf(expr).some((o) => some(o, test));
}

/** Positions of all input columns that `expr` reads, also from inside its sub-queries. */
export function inputsOf(expr: BoundExpr, into: Set<number> = new Set()): Set<number> {
  mapInputs(expr, (ref) => {
    into.add(ref.index);
    return ref;
  });
  return into;
}

/** Whether `expr` holds a sub-query. */
export function hasSubquery(expr: BoundExpr): boolean {
  return some(expr, (e) => e.kind === 'scalar-subquery' || e.kind === 'exists' || e.kind === 'in-subquery');
}

/** Whether the value depends on nothing but its arguments, so that it may be computed early, late, twice or not at all. */
export function isDeterministic(expr: BoundExpr): boolean {
  return !some(expr, (e) => e.kind === 'call' && e.fn.determinism !== 'deterministic');
}

/** `a AND b AND c` as three operands; a long chain must not recurse once per operand. */
export function flattenLogical(expr: Expr, operator: 'AND' | 'OR'): readonly Expr[] {
  const out: Expr[] = [];
  let at = expr;
  while (at.kind === 'binary' && at.operator === operator) {
    out.push(at.right);
    at = at.left;
  }
  out.push(at);
  return out.reverse();
}
