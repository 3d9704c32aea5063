/**
 * Functions over one row (or a pair of rows) from typed expressions: projection, filter, both in one,
 * a single value, a join condition. The text of each is kept (`sourceOf`). Flink: `CalcCodeGenerator`.
 */
import type { Schema } from '../../data/logical-type.ts';
import type { BoundExpr } from '../2-bind/bound-expr.ts';
import { CodeBuilder } from './code-builder.ts';
import type { CalcFunction, Evaluator, JoinPredicate, Predicate, Projection } from './compiled.ts';
import { foldConstants } from './constant-fold.ts';
import { everyNode } from './expr-key.ts';
import { ExprGenerator } from './generate-expr.ts';
import { makeFunction } from './generated-function.ts';

const ROW_PARAMS = ['row', 'cx'];

function rowGenerator(): ExprGenerator {
  return new ExprGenerator(new CodeBuilder(), { column: (index) => `row[${index}]` });
}

/** New rows from input rows. */
export function compileProjection(exprs: readonly BoundExpr[], _inputSchema: Schema): Projection {
  const generator = rowGenerator();
  returnRow(exprs, generator);
  return makeFunction<Projection>('project', ROW_PARAMS, generator.builder);
}

/** One value from a row. */
export function compileEvaluator(expr: BoundExpr, _inputSchema: Schema): Evaluator {
  const generator = rowGenerator();
  generator.builder.statement(`return ${generator.generate(foldConstants(expr)).code};`);
  return makeFunction<Evaluator>('evaluate', ROW_PARAMS, generator.builder);
}

/** Whether a condition is TRUE for a row. */
export function compilePredicate(condition: BoundExpr, _inputSchema: Schema): Predicate {
  const generator = rowGenerator();
  returnUnlessTrue(condition, 'false', generator);
  generator.builder.statement('return true;');
  return makeFunction<Predicate>('filter', ROW_PARAMS, generator.builder);
}

/** Filter, then projection; `null` for rows that the filter drops. Without a projection the row itself. */
export function compileCalc(
  condition: BoundExpr | undefined,
  projection: readonly BoundExpr[] | undefined,
  _inputSchema: Schema,
): CalcFunction {
  const generator = rowGenerator();
  if (condition !== undefined) returnUnlessTrue(condition, 'null', generator);
  if (projection === undefined) generator.builder.statement('return row;');
  else returnRow(projection, generator);
  return makeFunction<CalcFunction>('calc', ROW_PARAMS, generator.builder);
}

/** A condition over left columns (the first `leftWidth`), then right columns. */
export function compileJoinPredicate(condition: BoundExpr, leftWidth: number): JoinPredicate {
  const builder = new CodeBuilder();
  const column = (index: number): string => (index < leftWidth ? `left[${index}]` : `right[${index - leftWidth}]`);
  returnUnlessTrue(condition, 'false', new ExprGenerator(builder, { column }));
  builder.statement('return true;');
  return makeFunction<JoinPredicate>('joinCondition', ['left', 'right', 'cx'], builder);
}

function returnRow(exprs: readonly BoundExpr[], generator: ExprGenerator): void {
  const terms = exprs.map((expr) => generator.generate(foldConstants(expr)));
  generator.builder.statement(`return [${terms.map((t) => t.code).join(', ')}];`);
}

/**
 * Leaves the function with `result` unless the condition is TRUE. A FALSE conjunct leaves at once; a
 * NULL one only after the rest has been looked at, if the rest could fail: as Flink's AND does it.
 */
function returnUnlessTrue(condition: BoundExpr, result: string, generator: ExprGenerator): void {
  const { builder } = generator;
  const folded = foldConstants(condition);
  const operands = folded.kind === 'and' ? folded.operands : [folded];
  const flags: string[] = [];
  operands.forEach((operand, i) => {
    const term = generator.generate(operand);
    if (!term.nullable) {
      builder.statement(`if (!${term.code}) return ${result};`);
    } else if (operands.slice(i + 1).every(cannotFail)) {
      builder.statement(`if (${term.code} !== true) return ${result};`);
    } else {
      builder.statement(`if (${term.code} === false) return ${result};`);
      flags.push(`${term.code} === null`);
    }
  });
  if (flags.length > 0) builder.statement(`if (${flags.join(' || ')}) return ${result};`);
}

const SAFE_CALLS = new Set([
  '=',
  '<>',
  '<',
  '<=',
  '>',
  '>=',
  '+',
  '-',
  '*',
  'NOT',
  'LIKE',
  'IN',
  'IS NULL',
  'IS NOT NULL',
  'IS TRUE',
  'IS FALSE',
  'IS NOT TRUE',
  'IS NOT FALSE',
]);

/** Whether evaluating the expression can never throw. */
function cannotFail(expr: BoundExpr): boolean {
  return everyNode(expr, (e) => {
    if (e.kind === 'call') return SAFE_CALLS.has(e.fn.name);
    return (
      e.kind === 'input' ||
      e.kind === 'literal' ||
      e.kind === 'and' ||
      e.kind === 'or' ||
      e.kind === 'symbol' ||
      (e.kind === 'cast' && e.safe)
    );
  });
}
