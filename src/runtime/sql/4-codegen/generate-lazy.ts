/**
 * What evaluates its operands one after another and stops: AND, OR, CASE, COALESCE, IF, NULLIF, IN.
 * Later operands live in nested blocks, so that what they compute (or fail at) never happens before
 * it is asked for.
 */
import type { LogicalType } from '../../data/logical-type.ts';
import { booleanType, withNullable } from '../../data/type-rules.ts';
import type { Value } from '../../data/value.ts';
import type { BoundExpr, BoundOf } from '../2-bind/bound-expr.ts';
import { comparisonTypes } from '../functions/comparison.ts';
import { scalarFunction } from '../functions/registry.ts';
import type { Term } from './code-builder.ts';
import { generateCast } from './generate-cast.ts';
import type { ExprGenerator } from './generate-expr.ts';

/** FALSE as soon as one is FALSE; else NULL if one was NULL; else TRUE. */
export function generateAnd(operands: readonly BoundExpr[], generator: ExprGenerator): Term {
  return generateJunction(operands, 'false', generator);
}

/** TRUE as soon as one is TRUE; else NULL if one was NULL; else FALSE. */
export function generateOr(operands: readonly BoundExpr[], generator: ExprGenerator): Term {
  return generateJunction(operands, 'true', generator);
}

function generateJunction(operands: readonly BoundExpr[], deciding: 'true' | 'false', generator: ExprGenerator): Term {
  const { builder } = generator;
  const [first, ...rest] = operands;
  if (first === undefined) return { code: deciding === 'false' ? 'true' : 'false', nullable: false };
  const start = generator.generate(first);
  if (rest.length === 0) return start;
  const result = builder.variable(start.code);
  let nullable = start.nullable;
  for (const operand of rest) {
    builder.block(`if (${result} !== ${deciding})`, () => {
      const term = generator.generate(operand);
      // A NULL stays unless the new operand decides.
      builder.statement(
        nullable
          ? `if (${term.code} === ${deciding} || ${result} !== null) ${result} = ${term.code};`
          : `${result} = ${term.code};`,
      );
      nullable ||= term.nullable;
    });
  }
  return { code: result, nullable };
}

/** The first branch whose condition is TRUE. */
export function generateCase(
  branches: readonly { readonly when: BoundExpr; readonly then: BoundExpr }[],
  otherwise: BoundExpr,
  generator: ExprGenerator,
): Term {
  const { builder } = generator;
  const result = builder.variable('null');
  let nullable = false;
  const set = (expr: BoundExpr): void => {
    const term = generator.generate(expr);
    builder.statement(`${result} = ${term.code};`);
    nullable ||= term.nullable;
  };
  const from = (index: number): void => {
    const branch = branches[index];
    if (branch === undefined) {
      set(otherwise);
      return;
    }
    const when = generator.generate(branch.when);
    builder.branch(
      when.nullable ? `${when.code} === true` : when.code,
      () => set(branch.then),
      () => from(index + 1),
    );
  };
  from(0);
  return { code: result, nullable };
}

/** The first argument that is not NULL. */
export function generateCoalesce(args: readonly BoundExpr[], generator: ExprGenerator): Term {
  const { builder } = generator;
  const [first, ...rest] = args;
  if (first === undefined) return { code: 'null', nullable: true };
  const start = generator.generate(first);
  if (!start.nullable || rest.length === 0) return start;
  const result = builder.variable(start.code);
  let nullable = true;
  for (const arg of rest) {
    builder.block(`if (${result} === null)`, () => {
      const term = generator.generate(arg);
      builder.statement(`${result} = ${term.code};`);
      nullable &&= term.nullable;
    });
    if (!nullable) break;
  }
  return { code: result, nullable };
}

/** IF(condition, whenTrue, whenFalse). */
export function generateIf(args: readonly BoundExpr[], generator: ExprGenerator): Term {
  const [when, then, otherwise] = args;
  if (when === undefined || then === undefined || otherwise === undefined) return { code: 'null', nullable: true };
  return generateCase([{ when, then }], otherwise, generator);
}

/** NULLIF(a, b): `CASE WHEN a = b THEN NULL ELSE a END`, `a` computed once. */
export function generateNullIf(args: readonly BoundExpr[], generator: ExprGenerator): Term {
  const { builder } = generator;
  const [a, b] = args;
  if (a === undefined || b === undefined) return { code: 'null', nullable: true };
  const left = generator.generate(a);
  const right = generator.generate(b);
  if (left.code === 'null' || right.code === 'null') return left;
  const equal = scalarFunction('=');
  const types = comparisonTypes('=', [a, b]);
  if (equal === undefined || 'message' in types) return left;
  const [leftType = a.type, rightType = b.type] = types;
  const guards = [left, right].filter((t) => t.nullable).map((t) => `${t.code} !== null`);
  const result = builder.variable(left.code);
  const compare = (): void => {
    const x = generateCast({ ...left, nullable: false }, a.type, leftType, { safe: false }, builder);
    const y = generateCast({ ...right, nullable: false }, b.type, rightType, { safe: false }, builder);
    builder.statement(
      `if (${equal.emit([x.code, y.code], [leftType, rightType], booleanType(), builder)} === true) ${result} = null;`,
    );
  };
  if (guards.length === 0) compare();
  else builder.block(`if (${guards.join(' && ')})`, compare);
  return { code: result, nullable: true };
}

/** `x IN (…)`: a set where all items are simple constants, else one comparison after another. */
export function generateInList(expr: BoundOf<'call'>, generator: ExprGenerator): Term {
  const { builder } = generator;
  const [operand, ...items] = expr.args;
  if (operand === undefined) return { code: 'null', nullable: true };
  const literals = items.map((item) => (item.kind === 'literal' ? { value: item.value } : undefined));
  if (items.length < 2 || !isSetKey(operand.type) || literals.some((l) => l === undefined)) {
    return generator.generateCall(
      withNullableResult(expr),
      expr.args.map((arg) => generator.generate(arg)),
    );
  }
  const values = new Set<Value>(literals.flatMap((l) => (l === undefined || l.value === null ? [] : [l.value])));
  const hasNull = literals.some((l) => l?.value === null);
  const term = generator.generate(operand);
  const has = `${builder.constant(values)}.has(${term.code})`;
  const test = hasNull ? `(${has} ? true : null)` : has;
  return builder.assign(term.nullable ? `${term.code} === null ? null : ${test}` : test, term.nullable || hasNull);
}

/** Types whose values a `Set` compares as SQL does. */
function isSetKey(type: LogicalType): boolean {
  switch (type.kind) {
    case 'TINYINT':
    case 'SMALLINT':
    case 'INT':
    case 'BIGINT':
    case 'DECIMAL':
    case 'CHAR':
    case 'VARCHAR':
    case 'DATE':
    case 'TIME':
      return true;
    default:
      return false;
  }
}

/** IN gives NULL for what is not found beside a NULL, whatever its type says. */
function withNullableResult(expr: BoundOf<'call'>): BoundOf<'call'> {
  return {
    ...expr,
    type: withNullable(
      expr.type,
      expr.args.some((a) => a.type.nullable),
    ),
  };
}
