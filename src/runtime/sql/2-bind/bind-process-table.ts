/**
 * The table argument of a process function: `TABLE t PARTITION BY k ORDER BY ts`, or a query in
 * parentheses in place of `TABLE t`. Flink: `TableSemantics`, `SystemTypeInference.checkTableArg`.
 */
import { isTimestamp } from '../../data/type-families.ts';
import { typeToString } from '../../data/type-text.ts';
import type { Expr, ExprOf, QualifiedName } from '../1-parse/ast.ts';
import { bindExpr } from './bind-expr.ts';
import { bindFrom } from './bind-from.ts';
import { exprEnv, type QueryEnv } from './bind-query.ts';
import type { BindContext } from './context.ts';
import { isError } from './expr-tools.ts';
import { problems } from './messages.ts';
import type { Collation, Rel } from './rel.ts';
import { namesOf } from './rel-tools.ts';
import { EMPTY_SCOPE, type ScopeTable } from './scope.ts';

const ARGUMENT = 'input';

/** A bound table argument. */
export interface ProcessTable {
  readonly rel: Rel;
  /** For editors. */
  readonly tables: readonly ScopeTable[];
  readonly partitionBy: readonly number[];
  /** Empty: in order of arrival. Else the first is a time attribute, ascending. */
  readonly orderBy: readonly Collation[];
}

/** Binds the argument; `undefined` when it is wrong, which was reported. */
export function bindProcessTable(written: Expr, functionName: string, env: QueryEnv): ProcessTable | undefined {
  const { cx } = env;
  if (written.kind !== 'table-arg') {
    reportNoTable(written, functionName, env);
    return undefined;
  }
  const { rel, tables } = bindFrom(written.table, env);
  hearKeys(written, tables, env);
  const isOpen = rel.schema.some((f) => f.type.kind === 'ERROR');
  if (written.partitionBy === undefined) {
    if (!isOpen) cx.report(problems.partitionMissing(ARGUMENT), written.span);
    return undefined;
  }
  const partitionBy: number[] = [];
  for (const key of written.partitionBy) {
    const name = key.kind === 'column' ? key.name.parts[key.name.parts.length - 1]?.name : undefined;
    const index = rel.schema.findIndex((f) => f.name === name);
    if (index !== -1) partitionBy.push(index);
    else if (!isOpen) cx.report(problems.partitionColumn(name ?? '', namesOf(rel.schema)), key.span);
  }
  const orderBy = bindOrder(written, rel, env);
  if (isOpen || orderBy === undefined || partitionBy.length < written.partitionBy.length) return undefined;
  return { rel, tables, partitionBy, orderBy };
}

/** Tells the listener what the keys and the order mean, which are bare names here. */
function hearKeys(written: ExprOf<'table-arg'>, tables: readonly ScopeTable[], { cx }: QueryEnv): void {
  for (const key of [...(written.partitionBy ?? []), ...(written.orderBy ?? []).map((item) => item.expr)]) {
    if (key.kind === 'column') hearColumn(key.name, tables, cx);
  }
}

/** Tells the listener what a bare name means among the columns of some tables. */
export function hearColumn(name: QualifiedName, tables: readonly ScopeTable[], cx: BindContext): void {
  cx.listener?.lookup(name, { scope: { tables, merged: [] }, ctes: undefined });
  const last = name.parts.length - 1;
  const hits = tables.flatMap((table) =>
    table.fields.flatMap((f, index) => (f.name === name.parts[last]?.name ? [{ table, index }] : [])),
  );
  if (hits.length > 0) cx.listener?.column(name, last, hits.slice(0, 1));
}

function reportNoTable(written: Expr, functionName: string, env: QueryEnv): void {
  const { cx } = env;
  if (written.kind === 'column' && cx.session.find(cx.session.resolve(written.name)) !== undefined) {
    // Flink takes a bare name for a column.
    const text = cx.textOf(written.span);
    const hint = `${text} is a table: write ${ARGUMENT} => TABLE ${text} PARTITION BY k.`;
    cx.report({ ...problems.unknownColumn(text), hint }, written.span);
    return;
  }
  const bound = bindExpr(written, exprEnv(env, { ...EMPTY_SCOPE, parent: env.parent }, 'table function'));
  if (!isError(bound)) cx.report(problems.tableExpected(ARGUMENT, functionName), written.span);
}

function bindOrder(written: ExprOf<'table-arg'>, rel: Rel, { cx }: QueryEnv): readonly Collation[] | undefined {
  const order: Collation[] = [];
  for (const [i, item] of (written.orderBy ?? []).entries()) {
    const name = item.expr.kind === 'column' ? item.expr.name.parts[item.expr.name.parts.length - 1]?.name : undefined;
    const index = rel.schema.findIndex((f) => f.name === name);
    const type = rel.schema[index]?.type;
    if (type === undefined || type.kind === 'ERROR') {
      if (type === undefined) cx.report(problems.unknownColumn(name ?? cx.textOf(item.expr.span)), item.span);
      return undefined;
    }
    const isTime = isTimestamp(type) && 'precision' in type && type.precision <= 3;
    if (i === 0 && !isTime) {
      cx.report(problems.orderByType(ARGUMENT, name ?? '', typeToString(type)), item.span);
      return undefined;
    }
    if (i === 0 && item.descending) {
      cx.report(problems.orderByDescending(ARGUMENT), item.span);
      return undefined;
    }
    if (i === 0 && !('timeAttribute' in type && type.timeAttribute === 'rowtime')) {
      cx.report(problems.onTimeAttribute(name ?? ''), item.span);
      return undefined;
    }
    order.push({
      index,
      descending: item.descending,
      nullsFirst: item.nulls === undefined ? !item.descending : item.nulls === 'FIRST',
    });
  }
  return order;
}
