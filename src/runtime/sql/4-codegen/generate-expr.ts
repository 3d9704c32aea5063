/**
 * From a typed expression to statements and a term. NULL is tested only where a value can be NULL,
 * and an expression that occurs twice is computed once wherever its first place dominates the second.
 * Flink: `ExprCodeGenerator`, `CallGenerator`.
 */
import { assert } from '../../base/assert.ts';
import type { LogicalType } from '../../data/logical-type.ts';
import type { Value } from '../../data/value.ts';
import type { BoundExpr, BoundOf } from '../2-bind/bound-expr.ts';
import { JSON_TEXT_FUNCTIONS } from '../functions/json.ts';
import type { CodeBuilder, Term } from './code-builder.ts';
import { exprKey, isRepeatable } from './expr-key.ts';
import { generateCast } from './generate-cast.ts';
import {
  generateAnd,
  generateCase,
  generateCoalesce,
  generateIf,
  generateInList,
  generateNullIf,
  generateOr,
} from './generate-lazy.ts';

/** Where columns come from, and what to do with nodes that only their operator understands. */
export interface Inputs {
  /** Code that reads a column: `row[3]`. */
  column(index: number): string;
  /** Terms for nodes such as pattern references; absent where none can occur. */
  special?(expr: BoundExpr): Term;
}

/** Generates expressions into one builder. */
export class ExprGenerator {
  readonly builder: CodeBuilder;
  readonly #inputs: Inputs;

  constructor(builder: CodeBuilder, inputs: Inputs) {
    this.builder = builder;
    this.#inputs = inputs;
  }

  /** Statements for `expr` at the current place, and the term of its value. */
  generate(expr: BoundExpr): Term {
    if (expr.kind === 'literal') return literalTerm(expr.value, expr.type, this.builder);
    const key = exprKey(expr);
    const known = this.builder.find(key);
    if (known !== undefined) return known;
    const term = this.#generateFresh(expr);
    if (isRepeatable(expr)) this.builder.remember(key, term);
    return term;
  }

  #generateFresh(expr: BoundExpr): Term {
    switch (expr.kind) {
      case 'literal':
        return literalTerm(expr.value, expr.type, this.builder);
      case 'input':
        return this.builder.assign(this.#inputs.column(expr.index), expr.type.nullable);
      case 'symbol':
        return { code: JSON.stringify(expr.symbol), nullable: false };
      case 'call':
        return this.#call(expr);
      case 'and':
        return generateAnd(expr.operands, this);
      case 'or':
        return generateOr(expr.operands, this);
      case 'case':
        return generateCase(expr.branches, expr.otherwise, this);
      case 'cast':
        return generateCast(
          this.generate(expr.operand),
          expr.operand.type,
          expr.type,
          { safe: expr.safe },
          this.builder,
        );
      case 'field': {
        const row = this.generate(expr.operand);
        const read = `${row.code}[${expr.index}]`;
        return this.builder.assign(
          row.nullable ? `${row.code} === null ? null : ${read}` : read,
          expr.type.nullable || row.nullable,
        );
      }
      default:
        assert(this.#inputs.special !== undefined, `${expr.kind} must not reach code generation`);
        return this.#inputs.special(expr);
    }
  }

  #call(expr: BoundOf<'call'>): Term {
    switch (expr.fn.name) {
      case 'COALESCE':
      case 'IFNULL':
        return generateCoalesce(expr.args, this);
      case 'IF':
        return generateIf(expr.args, this);
      case 'NULLIF':
        return generateNullIf(expr.args, this);
      case 'IN':
        return generateInList(expr, this);
      case '=': {
        const [a, b] = expr.args;
        // As Calcite simplifies `x = x`: TRUE, or NULL where x is.
        if (a !== undefined && b !== undefined && exprKey(a) === exprKey(b)) {
          const term = this.generate(a);
          return term.nullable
            ? this.builder.assign(`${term.code} === null ? null : true`, true)
            : { code: 'true', nullable: false };
        }
        return this.generateCall(
          expr,
          expr.args.map((arg) => this.generate(arg)),
        );
      }
      default:
        return this.generateCall(
          expr,
          expr.args.map((arg) => this.generate(arg)),
        );
    }
  }

  /** A call over arguments that are already computed. */
  generateCall(expr: BoundOf<'call'>, args: readonly Term[]): Term {
    const { fn } = expr;
    const types = expr.args.map((a) => (isJsonText(expr, a) ? VARIANT : a.type));
    const codes = args.map((a) => a.code);
    // A decimal can overflow to NULL whatever its type says; a nullable result may come from the function itself.
    const ownNull = expr.type.kind === 'DECIMAL' || expr.type.nullable || NULL_BY_ITSELF.has(fn.name);
    const guards = fn.nulls === 'strict' ? args.filter((a) => a.nullable).map((a) => `${a.code} !== null`) : [];
    if (guards.length === 0) return this.builder.assign(fn.emit(codes, types, expr.type, this.builder), ownNull);
    if (guards.length > 0 && args.some((a) => a.code === 'null')) return { code: 'null', nullable: true };
    const result = this.builder.variable('null');
    this.builder.block(`if (${[...new Set(guards)].join(' && ')})`, () => {
      this.builder.statement(`${result} = ${fn.emit(codes, types, expr.type, this.builder)};`);
    });
    return { code: result, nullable: true };
  }
}

/** Functions whose type says NOT NULL for arguments that are, and which give NULL nevertheless. */
const NULL_BY_ITSELF: ReadonlySet<string> = new Set(['LPAD', 'RPAD', 'REGEXP_REPLACE']);

const VARIANT: LogicalType = { kind: 'VARIANT', nullable: true };

/** Whether an argument of a JSON constructor is JSON already, so that its text is taken over unquoted. */
export function isJsonText(call: BoundOf<'call'>, arg: BoundExpr): boolean {
  return (
    (call.fn.name === 'JSON_OBJECT' || call.fn.name === 'JSON_ARRAY') &&
    arg.kind === 'call' &&
    JSON_TEXT_FUNCTIONS.has(arg.fn.name)
  );
}

/** A constant as code. */
export function literalTerm(value: Value, _type: LogicalType, builder: CodeBuilder): Term {
  if (value === null) return { code: 'null', nullable: true };
  switch (typeof value) {
    case 'boolean':
      return { code: String(value), nullable: false };
    case 'number':
      if (!Number.isFinite(value)) return { code: builder.constant(value), nullable: false };
      return {
        code: value < 0 || Object.is(value, -0) ? `(${Object.is(value, -0) ? '-0' : value})` : String(value),
        nullable: false,
      };
    case 'bigint':
      return { code: value < 0n ? `(${value}n)` : `${value}n`, nullable: false };
    case 'string':
      return { code: quote(value), nullable: false };
    default:
      return { code: builder.constant(value), nullable: false };
  }
}

/** A JavaScript string literal; line separators are escaped too, so that generated text stays on its line. */
function quote(text: string): string {
  return JSON.stringify(text).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}
