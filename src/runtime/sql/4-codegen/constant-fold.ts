/**
 * Computes what does not depend on the row once, when the plan is made. What fails (`1 / 0`) stays as
 * it is and fails when the first row asks for it. Flink: `ReduceExpressionsRule`, `ExpressionReducer`.
 */
import { AssertionError } from '../../base/assert.ts';
import { castFunction } from '../../data/casts/cast-function.ts';
import type { LogicalType } from '../../data/logical-type.ts';
import type { Value } from '../../data/value.ts';
import type { BoundExpr } from '../2-bind/bound-expr.ts';
import type { EvalContext } from '../functions/function.ts';
import { CodeBuilder } from './code-builder.ts';
import { childrenOf } from './expr-key.ts';
import { ExprGenerator, isJsonText } from './generate-expr.ts';
import { makeFunction } from './generated-function.ts';

/** Thrown when a constant asks for something that only a running job knows. */
class NotConstant extends Error {}

const refuse = (): never => {
  throw new NotConstant();
};

const FOLD_CONTEXT: EvalContext = {
  currentTimeMs: refuse,
  get queryStartMs(): number {
    return refuse();
  },
  random: refuse,
  currentWatermarkMs: refuse,
  get timeZone(): string {
    return refuse();
  },
};

/** The expression with its constant parts replaced by literals. Types stay as they are. */
export function foldConstants(expr: BoundExpr): BoundExpr {
  const folded = foldChildren(expr);
  const foldable =
    folded.kind === 'call' ||
    folded.kind === 'cast' ||
    folded.kind === 'case' ||
    folded.kind === 'and' ||
    folded.kind === 'or';
  if (!foldable || !isConstant(folded)) return folded;
  const builder = new CodeBuilder();
  const generator = new ExprGenerator(builder, { column: refuse });
  try {
    builder.statement(`return ${generator.generate(folded).code};`);
    const value = makeFunction<(row: readonly never[], cx: EvalContext) => never>(
      'fold',
      ['row', 'cx'],
      builder,
    )([], FOLD_CONTEXT);
    return {
      kind: 'literal',
      value: fitted(value, folded.type),
      // NULLIF of constants is the constant itself, so TYPEOF sees that it is not NULL.
      type:
        folded.kind === 'call' && folded.fn.name === 'NULLIF' && value !== null
          ? { ...folded.type, nullable: false }
          : folded.type,
      ...(folded.span === undefined ? {} : { span: folded.span }),
    };
  } catch (error) {
    // A user's mistake or something not constant after all: the row will show it. Our own bugs go on.
    if (error instanceof AssertionError || error instanceof SyntaxError) throw error;
    return folded;
  }
}

/**
 * Calcite makes a literal of the result: a CHAR is cut or padded to its length (flink-semantics #99), and a number is
 * kept as a decimal, which knows no negative zero.
 */
function fitted(value: Value, type: LogicalType): Value {
  if ((type.kind === 'DOUBLE' || type.kind === 'FLOAT') && typeof value === 'number') return value + 0;
  if (type.kind !== 'CHAR' || typeof value !== 'string') return value;
  return castFunction({ ...type, kind: 'VARCHAR' }, type)?.(value, 'UTC') ?? value;
}

function isConstant(expr: BoundExpr): boolean {
  // User code runs where its rows are, under the guard of its node, never while a plan or its code is made.
  if (expr.kind === 'call' && (expr.fn.determinism !== 'deterministic' || expr.fn.user !== undefined)) return false;
  return childrenOf(expr).every((child) => child.kind === 'literal' || child.kind === 'symbol');
}

function foldChildren(expr: BoundExpr): BoundExpr {
  switch (expr.kind) {
    case 'call': {
      const args = foldAll(expr.args).map((arg, i) => {
        // A JSON constructor must still see that a folded argument was JSON and no mere text.
        const original = expr.args[i];
        const wasJson = original !== undefined && arg.kind === 'literal' && isJsonText(expr, original);
        return wasJson ? { ...arg, type: { kind: 'VARIANT' as const, nullable: arg.type.nullable } } : arg;
      });
      return args.every((a, i) => a === expr.args[i]) ? expr : { ...expr, args };
    }
    case 'and':
    case 'or': {
      const operands = foldAll(expr.operands);
      return operands === expr.operands ? expr : { ...expr, operands };
    }
    case 'case': {
      const branches = expr.branches.map((b) => ({ when: foldConstants(b.when), then: foldConstants(b.then) }));
      return { ...expr, branches, otherwise: foldConstants(expr.otherwise) };
    }
    case 'cast':
    case 'field': {
      const operand = foldConstants(expr.operand);
      return operand === expr.operand ? expr : { ...expr, operand };
    }
    default:
      return expr;
  }
}

function foldAll(exprs: readonly BoundExpr[]): readonly BoundExpr[] {
  const folded = exprs.map(foldConstants);
  return folded.every((e, i) => e === exprs[i]) ? exprs : folded;
}
