/**
 * One step down the syntax tree: which expressions, queries and tables stand directly inside an
 * expression or a table. Every search through a query (references, aggregates, patterns) is built
 * on these two functions, so that a new kind of tree node is added in one place.
 */
import { unreachable } from '../base/assert.ts';
import type { Expr, ExprOf, Query, QueryBody, TableRef, WindowSpec } from '../sql/1-parse/ast.ts';

/** What is found one step down. */
export interface ChildVisitor {
  readonly expr: (expr: Expr) => void;
  readonly query: (query: Query) => void;
  readonly table: (table: TableRef) => void;
}

/**
 * Calls the visitor for the direct children of an expression, in the order of the text except for
 * chains of one binary operator: these are left-deep and may be thousands long, so the chain is
 * taken apart in a loop here instead of one recursion a link.
 */
export function forEachChild(expr: Expr, visit: ChildVisitor): void {
  switch (expr.kind) {
    case 'literal':
    case 'column':
    case 'star':
    case 'symbol':
    case 'descriptor':
    case 'unsupported':
    case 'error':
      return;
    case 'unary':
    case 'postfix':
    case 'cast':
    case 'field':
    case 'paren':
    case 'running-final':
      visit.expr(expr.operand);
      return;
    case 'binary': {
      const rights: Expr[] = [];
      let left: Expr = expr;
      while (left.kind === 'binary') {
        rights.push(left.right);
        left = left.left;
      }
      visit.expr(left);
      for (const right of rights.reverse()) visit.expr(right);
      return;
    }
    case 'between':
      visit.expr(expr.operand);
      visit.expr(expr.low);
      visit.expr(expr.high);
      return;
    case 'like':
      visit.expr(expr.operand);
      visit.expr(expr.pattern);
      if (expr.escape) visit.expr(expr.escape);
      return;
    case 'in':
    case 'quantified':
      visit.expr(expr.operand);
      if (expr.source.kind === 'query') visit.query(expr.source.query);
      else for (const item of expr.source.items) visit.expr(item);
      return;
    case 'exists':
    case 'subquery':
      visit.query(expr.query);
      return;
    case 'case':
      if (expr.operand) visit.expr(expr.operand);
      for (const branch of expr.branches) {
        for (const when of branch.when) visit.expr(when);
        visit.expr(branch.then);
      }
      if (expr.otherwise) visit.expr(expr.otherwise);
      return;
    case 'call':
      for (const arg of expr.args) visit.expr(arg.value);
      for (const item of expr.orderBy ?? []) visit.expr(item.expr);
      for (const item of expr.withinGroup ?? []) visit.expr(item.expr);
      if (expr.filter) visit.expr(expr.filter);
      if (expr.json?.onEmpty?.value) visit.expr(expr.json.onEmpty.value);
      if (expr.json?.onError?.value) visit.expr(expr.json.onError.value);
      if (expr.over) forEachWindowChild(expr.over, visit);
      return;
    case 'row':
      for (const item of expr.items) visit.expr(item);
      return;
    case 'array':
    case 'map':
    case 'multiset':
      for (const item of expr.items) visit.expr(item);
      if (expr.query) visit.query(expr.query);
      return;
    case 'item':
      visit.expr(expr.operand);
      visit.expr(expr.index);
      return;
    case 'at-time-zone':
      visit.expr(expr.operand);
      if (expr.zone) visit.expr(expr.zone);
      return;
    case 'table-arg':
      visit.table(expr.table);
      for (const key of expr.partitionBy ?? []) visit.expr(key);
      for (const item of expr.orderBy ?? []) visit.expr(item.expr);
      return;
    case 'interval':
      visit.expr(expr.amount);
      return;
    default:
      unreachable(expr);
  }
}

/** Calls the visitor for the expressions of an OVER window. */
export function forEachWindowChild(spec: WindowSpec, visit: ChildVisitor): void {
  for (const key of spec.partitionBy) visit.expr(key);
  for (const item of spec.orderBy) visit.expr(item.expr);
  for (const bound of [spec.frame?.start, spec.frame?.end]) {
    if (bound && (bound.kind === 'preceding' || bound.kind === 'following')) visit.expr(bound.offset);
  }
}

/**
 * Whether `test` holds for the expression or one below it, without going into sub-queries (their
 * expressions belong to another SELECT).
 */
export function someExpr(expr: Expr, test: (expr: Expr) => boolean): boolean {
  if (test(expr)) return true;
  let found = false;
  forEachChild(expr, {
    expr: (child) => {
      found ||= someExpr(child, test);
    },
    query: () => {},
    table: () => {},
  });
  return found;
}

/** The operands of a left-deep chain of joins or the like, without recursion. `[AND]` of a condition. */
export function conjuncts(expr: Expr): readonly Expr[] {
  const out: Expr[] = [];
  let rest: Expr = expr;
  for (;;) {
    while (rest.kind === 'paren') rest = rest.operand;
    if (rest.kind !== 'binary' || rest.operator !== 'AND') break;
    const right: Expr = rest.right;
    out.push(
      ...(right.kind === 'paren' || (right.kind === 'binary' && right.operator === 'AND') ? conjuncts(right) : [right]),
    );
    rest = rest.left;
  }
  out.push(rest);
  return out.reverse();
}

/** Calls `visit` for every function call of a query, sub-queries and FROM included. Cost: linear in the tree. */
export function forEachCall(query: Query, visit: (call: ExprOf<'call'>) => void): void {
  const visitor: ChildVisitor = { expr, query: ofQuery, table };
  function expr(e: Expr): void {
    if (e.kind === 'call') visit(e);
    forEachChild(e, visitor);
  }
  function ofQuery(q: Query): void {
    for (const item of q.with) ofQuery(item.query);
    body(q.body);
    for (const item of q.orderBy) expr(item.expr);
  }
  function body(b: QueryBody): void {
    let rest = b;
    const rights: QueryBody[] = [];
    while (rest.kind === 'set-operation') {
      rights.push(rest.right);
      rest = rest.left;
    }
    if (rest.kind === 'nested') ofQuery(rest.query);
    else if (rest.kind === 'values') for (const row of rest.rows) row.forEach(expr);
    else if (rest.kind === 'select') {
      for (const item of rest.items) expr(item.expr);
      if (rest.from) table(rest.from);
      if (rest.where) expr(rest.where);
      for (const item of rest.groupBy?.items ?? []) if (item.kind === 'expr') expr(item.expr);
      if (rest.having) expr(rest.having);
      if (rest.qualify) expr(rest.qualify);
    }
    for (const right of rights.reverse()) body(right);
  }
  function table(t: TableRef): void {
    let left = t;
    const rights: Extract<TableRef, { kind: 'join' }>[] = [];
    while (left.kind === 'join') {
      rights.push(left);
      left = left.left;
    }
    if (left.kind === 'derived') ofQuery(left.query);
    else if (left.kind === 'function') expr(left.call);
    else if (left.kind === 'unnest') left.operands.forEach(expr);
    else if (left.kind === 'match-recognize') table(left.input);
    else if (left.kind === 'values') for (const row of left.rows) row.forEach(expr);
    else if (left.kind === 'paren') table(left.table);
    for (const join of rights.reverse()) {
      table(join.right);
      if (join.condition?.kind === 'on') expr(join.condition.expr);
    }
  }
  ofQuery(query);
}
