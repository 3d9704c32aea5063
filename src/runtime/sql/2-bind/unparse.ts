/**
 * Expressions as Flink prints them in DESCRIBE and SHOW CREATE: identifiers in back-ticks, words in
 * upper case. Calcite: `SqlNode.toSqlString` with the ANSI dialect of Flink.
 */
import type { Expr, ExprOf, LiteralValue, TypeNode } from '../1-parse/ast.ts';
import { scalarFunction } from '../functions/registry.ts';
import type { Session } from './session.ts';

/** How the function of a call is named. */
export type NameOf = (call: ExprOf<'call'>) => string;

/** SQL text of an expression. */
export function unparse(expr: Expr, nameOf: NameOf = writtenName): string {
  switch (expr.kind) {
    case 'literal':
      return literalText(expr.value);
    case 'column':
      return expr.name.parts.map((p) => quoted(p.name)).join('.');
    case 'star':
      return expr.qualifier === undefined ? '*' : `${expr.qualifier.parts.map((p) => quoted(p.name)).join('.')}.*`;
    case 'unary':
      return expr.operator === 'NOT'
        ? `NOT ${operand(expr.operand, nameOf)}`
        : `${expr.operator} ${operand(expr.operand, nameOf)}`;
    case 'binary':
      return `${operand(expr.left, nameOf)} ${expr.operator} ${operand(expr.right, nameOf)}`;
    case 'postfix':
      return `${operand(expr.operand, nameOf)} ${expr.test}`;
    case 'between':
      return `${operand(expr.operand, nameOf)} ${expr.negated ? 'NOT ' : ''}BETWEEN ${expr.symmetric ? 'SYMMETRIC' : 'ASYMMETRIC'} ${operand(expr.low, nameOf)} AND ${operand(expr.high, nameOf)}`;
    case 'like':
      return `${operand(expr.operand, nameOf)} ${expr.negated ? 'NOT ' : ''}${expr.operator} ${operand(expr.pattern, nameOf)}${expr.escape === undefined ? '' : ` ESCAPE ${operand(expr.escape, nameOf)}`}`;
    case 'in':
      return `${operand(expr.operand, nameOf)} ${expr.negated ? 'NOT ' : ''}IN (${expr.source.kind === 'list' ? expr.source.items.map((e) => unparse(e, nameOf)).join(', ') : '…'})`;
    case 'case': {
      const branches = expr.branches
        .map((b) => `WHEN ${b.when.map((e) => unparse(e, nameOf)).join(', ')} THEN ${unparse(b.then, nameOf)}`)
        .join(' ');
      const head = expr.operand === undefined ? 'CASE' : `CASE ${unparse(expr.operand, nameOf)}`;
      return `${head} ${branches} ELSE ${expr.otherwise === undefined ? 'NULL' : unparse(expr.otherwise, nameOf)} END`;
    }
    case 'cast':
      return `${expr.safe ? 'TRY_CAST' : 'CAST'}(${unparse(expr.operand, nameOf)} AS ${typeText(expr.type)})`;
    case 'call': {
      const name = nameOf(expr);
      if (!expr.parens) return name;
      return `${name}(${expr.distinct ? 'DISTINCT ' : ''}${expr.args.map((a) => unparse(a.value, nameOf)).join(', ')})`;
    }
    case 'symbol':
      return expr.symbol;
    case 'row':
      return `${expr.explicit ? 'ROW' : ''}(${expr.items.map((e) => unparse(e, nameOf)).join(', ')})`;
    case 'array':
    case 'map':
    case 'multiset':
      return `${expr.kind.toUpperCase()}[${expr.items.map((e) => unparse(e, nameOf)).join(', ')}]`;
    case 'item':
      return `${operand(expr.operand, nameOf)}[${unparse(expr.index, nameOf)}]`;
    case 'field':
      return `${operand(expr.operand, nameOf)}.${quoted(expr.name.name)}`;
    case 'paren':
      return unparse(expr.operand, nameOf);
    case 'interval':
      return `INTERVAL ${operand(expr.amount, nameOf)} ${expr.unit}`;
    case 'descriptor':
      return `DESCRIPTOR(${expr.columns.map((c) => quoted(c.name)).join(', ')})`;
    case 'running-final':
      return `${expr.mode} ${operand(expr.operand, nameOf)}`;
    case 'quantified':
    case 'exists':
    case 'subquery':
    case 'at-time-zone':
    case 'table-arg':
    case 'unsupported':
    case 'error':
      return '…';
  }
}

/** Operands of operators keep parentheses where they were written around another operator. */
function operand(expr: Expr, nameOf: NameOf): string {
  if (expr.kind === 'paren') {
    const inner = expr.operand;
    return inner.kind === 'binary' || inner.kind === 'unary' || inner.kind === 'case' || inner.kind === 'between'
      ? `(${unparse(inner, nameOf)})`
      : operand(inner, nameOf);
  }
  return unparse(expr, nameOf);
}

function writtenName({ name }: ExprOf<'call'>): string {
  return name.parts.map((p) => (p.quoted ? quoted(p.name) : p.name.toUpperCase())).join('.');
}

/** Names of calls where functions of the user's own stand with their full path, as Flink prints them. */
export function resolvedNames(session: Session): NameOf {
  return (call) => {
    const path = session.resolve(call.name);
    const { functions } = session;
    const isBuiltIn = call.name.parts.length === 1 && scalarFunction(path.name) !== undefined;
    const fn = functions.beforeBuiltIn(call.name.parts, path) ?? (isBuiltIn ? undefined : functions.afterBuiltIn(path));
    if (fn === undefined) return writtenName(call);
    const { location } = fn;
    const { name } = path;
    return location === null ? quoted(name) : [location.catalog, location.database, name].map(quoted).join('.');
  };
}

function quoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

function literalText(value: LiteralValue): string {
  switch (value.kind) {
    case 'null':
      return 'NULL';
    case 'unknown':
      return 'UNKNOWN';
    case 'boolean':
      return value.value ? 'TRUE' : 'FALSE';
    case 'number':
      return value.text;
    case 'string':
      return `'${value.value.replaceAll("'", "''")}'`;
    case 'binary':
      return `X'${value.hex}'`;
    case 'interval':
      return `INTERVAL ${value.negative ? '-' : ''}'${value.text}' ${value.unit}`;
    default:
      return `${value.kind.toUpperCase()} '${value.text}'`;
  }
}

/** SQL text of a written type. */
export function typeText(type: TypeNode): string {
  const nullability = type.nullable === false ? ' NOT NULL' : '';
  if (type.name === 'ROW')
    return `ROW<${type.fields.map((f) => `${quoted(f.name.name)} ${typeText(f.type)}`).join(', ')}>${nullability}`;
  if (type.elements.length > 0) return `${type.name}<${type.elements.map(typeText).join(', ')}>${nullability}`;
  if (type.name === 'INTERVAL') return `INTERVAL ${type.intervalUnit ?? ''}${nullability}`;
  const name = type.name === 'INT' ? 'INTEGER' : type.name;
  return `${name}${type.args.length === 0 ? '' : `(${type.args.join(', ')})`}${nullability}`;
}
