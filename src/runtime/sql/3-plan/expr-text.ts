/** Expressions, calls and orders as Flink's EXPLAIN shows them: `>(v, 2)`, `COUNT(*) AS c`, `v DESC`. */
import type { Schema } from '../../data/logical-type.ts';
import { typeToString } from '../../data/type-text.ts';
import type { AggregateCall, BoundExpr } from '../2-bind/bound-expr.ts';
import type { Collation } from '../2-bind/rel.ts';
import { valueKey } from '../2-bind/tree-keys.ts';

/** An expression over the columns of `schema`. */
export function exprText(expr: BoundExpr, schema: Schema): string {
  switch (expr.kind) {
    case 'input':
      return schema[expr.index]?.name ?? `$${expr.index}`;
    case 'literal':
      return typeof expr.value === 'string' ? `'${expr.value.replaceAll("'", "''")}'` : valueKey(expr.value);
    case 'symbol':
      return expr.symbol;
    case 'call':
      if (expr.fn.user !== undefined)
        return `${expr.fn.user.name}(${expr.args.map((a) => exprText(a, schema)).join(', ')})`;
      if (expr.fn.name.startsWith('IS '))
        return `${expr.args.map((a) => exprText(a, schema)).join(', ')} ${expr.fn.name}`;
      if (/^[^A-Z]+$/.test(expr.fn.name) && expr.args.length === 2)
        return `(${expr.args.map((a) => exprText(a, schema)).join(` ${expr.fn.name} `)})`;
      return `${expr.fn.name}(${expr.args.map((a) => exprText(a, schema)).join(', ')})`;
    case 'and':
    case 'or':
      return `(${expr.operands.map((o) => exprText(o, schema)).join(` ${expr.kind.toUpperCase()} `)})`;
    case 'case':
      return `CASE(${[...expr.branches.flatMap((b) => [b.when, b.then]), expr.otherwise].map((e) => exprText(e, schema)).join(', ')})`;
    case 'cast':
      return `${expr.safe ? 'TRY_CAST' : 'CAST'}(${exprText(expr.operand, schema)} AS ${typeToString(expr.type)})`;
    case 'field':
      return `${exprText(expr.operand, schema)}.${expr.operand.type.kind === 'ROW' ? (expr.operand.type.fields[expr.index]?.name ?? expr.index) : expr.index}`;
    case 'correlated':
      return `$cor${expr.depth - 1}.f${expr.index}`;
    case 'scalar-subquery':
    case 'exists':
    case 'in-subquery':
      return `${expr.kind}(…)`;
    case 'pattern-ref':
      return `${expr.from.toUpperCase()}(${expr.variable}.${schema[expr.index]?.name ?? expr.index}, ${expr.offset})`;
    case 'pattern-aggregate':
      return `${expr.call.fn.name}(${expr.args.map((a) => exprText(a, schema)).join(', ')})`;
  }
}

/** `a, (b + 1) AS c`: a select list. */
export function selectText(exprs: readonly BoundExpr[], names: Schema, input: Schema): string {
  return exprs
    .map((e, i) => {
      const text = exprText(e, input);
      const name = names[i]?.name ?? '';
      return text === name ? name : `${text} AS ${name}`;
    })
    .join(', ');
}

/** `COUNT(DISTINCT v) FILTER $f1 AS c`. */
export function callText(call: AggregateCall, input: Schema, suffix = ''): string {
  const args = call.args.length === 0 ? '*' : call.args.map((a) => input[a]?.name ?? `$${a}`).join(', ');
  const filter = call.filter === undefined ? '' : ` FILTER ${input[call.filter]?.name ?? ''}`;
  return `${call.fn.name}${suffix}(${call.distinct ? 'DISTINCT ' : ''}${args})${filter} AS ${call.name}`;
}

/** `v DESC, id ASC`. */
export function orderText(order: readonly Collation[], schema: Schema): string {
  return order.map((o) => `${schema[o.index]?.name ?? `$${o.index}`} ${o.descending ? 'DESC' : 'ASC'}`).join(', ');
}
