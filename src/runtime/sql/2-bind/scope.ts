/**
 * Scopes: which tables and columns a name can mean, and what it means. Calcite: `ListScope`,
 * `SqlValidatorScope.fullyQualify`. Names are case-sensitive as in Flink.
 */
import type { Span } from '../../base/span.ts';
import type { Field, LogicalType, Schema } from '../../data/logical-type.ts';
import { withNullable } from '../../data/type-rules.ts';
import type { Identifier, QualifiedName, QueryBody, TableRef } from '../1-parse/ast.ts';
import type { BoundExpr } from './bound-expr.ts';
import type { TableColumn } from './catalog.ts';
import type { BindContext } from './context.ts';
import { errorExpr } from './expr-tools.ts';
import { type ColumnMeaning, columnAt } from './listener.ts';
import { problems } from './messages.ts';

/** Where the columns of a table in scope are written; for editors. */
export type ScopeSource =
  | TableRef
  | QueryBody
  | { readonly kind: 'declared'; readonly columns: readonly TableColumn[] };

/** A table in FROM. */
export interface ScopeTable {
  /** Alias, or the last part of the table's name; absent for a derived table without one. */
  readonly alias: string | undefined;
  /** Full name for `catalog.database.table.column`; absent when there is an alias. */
  readonly qualifiedName?: readonly string[];
  readonly fields: Schema;
  /** Position of its first column in the row. */
  readonly offset: number;
  /** It did not bind: any column of it is silently accepted. */
  readonly open?: boolean;
  readonly source?: ScopeSource;
}

/** A column that USING or NATURAL merged: named without a qualifier it means `expr`. */
export interface MergedColumn {
  readonly name: string;
  readonly expr: BoundExpr;
  readonly sources: readonly number[];
  /** By NATURAL: Flink merges it in `*` only, and takes the bare name for ambiguous. */
  readonly natural?: boolean;
}

/** What names can mean at one place. */
export interface Scope {
  readonly tables: readonly ScopeTable[];
  readonly merged: readonly MergedColumn[];
  /** The query around a sub-query or a lateral table. */
  readonly parent?: Scope | undefined;
}

/** A scope without tables. */
export const EMPTY_SCOPE: Scope = { tables: [], merged: [] };

/** A column of the scope's row, or of a query around. */
function columnRef(table: ScopeTable, index: number, depth: number, span: Span): BoundExpr {
  const type = (table.fields[index] as Field).type;
  const position = table.offset + index;
  return depth === 0
    ? { kind: 'input', index: position, type, span }
    : { kind: 'correlated', depth, index: position, type, span };
}

/** Resolves a written name to a column and, after it, fields of ROW values. Reports and gives ERROR when it means nothing. */
export function resolveColumn(name: QualifiedName, scope: Scope, cx: BindContext, clause = 'SELECT'): BoundExpr {
  let depth = 0;
  for (let s: Scope | undefined = scope; s !== undefined; s = s.parent, depth += 1) {
    const found = resolveIn(name, s, depth, cx, clause);
    if (found !== undefined) return found;
  }
  reportUnknown(name, scope, cx);
  return errorExpr(name.span);
}

/** Where Flink knows that USING has made one column of two. */
const MERGING_CLAUSES = new Set(['SELECT', 'GROUP BY', 'ORDER BY']);

function resolveIn(
  name: QualifiedName,
  scope: Scope,
  depth: number,
  cx: BindContext,
  clause: string,
): BoundExpr | undefined {
  const { parts } = name;
  // The longest table prefix wins: `t.a` is column a of table t even if some column t has a field a.
  for (let length = parts.length - 1; length >= 1; length -= 1) {
    const tables = scope.tables.filter((t) => matchesTable(t, parts.slice(0, length)));
    const [table] = tables;
    const column = parts[length];
    if (table === undefined || column === undefined) continue;
    if (table.open) return errorExpr(name.span);
    const index = table.fields.findIndex((f) => f.name === column.name);
    if (index === -1) continue;
    if (table.fields.filter((f) => f.name === column.name).length > 1) {
      cx.report(problems.ambiguousColumn(column.name), column.span);
      return errorExpr(name.span);
    }
    cx.listener?.column(name, length, [{ table, index }]);
    return fieldPath(columnRef(table, index, depth, name.span), parts.slice(length + 1), name, cx);
  }
  const [first, ...rest] = parts;
  if (first === undefined) return undefined;
  const merged = MERGING_CLAUSES.has(clause)
    ? scope.merged.find((m) => m.name === first.name && m.natural !== true)
    : undefined;
  if (merged !== undefined) {
    cx.listener?.column(name, 0, mergedColumns(scope, merged));
    return fieldPath(depth === 0 ? merged.expr : correlate(merged.expr, depth), rest, name, cx);
  }
  const hits = scope.tables.flatMap((t) =>
    t.fields.flatMap((f, index) => (f.name === first.name ? [{ table: t, index }] : [])),
  );
  const [hit] = hits;
  if (hit === undefined) return scope.tables.some((t) => t.open) ? errorExpr(name.span) : undefined;
  if (hits.length > 1) {
    cx.report(problems.ambiguousColumn(first.name), first.span);
    return errorExpr(name.span);
  }
  cx.listener?.column(name, 0, [hit]);
  return fieldPath(columnRef(hit.table, hit.index, depth, name.span), rest, name, cx);
}

/** The columns that USING or NATURAL has made one of. */
export function mergedColumns(scope: Scope, merged: MergedColumn): readonly ColumnMeaning[] {
  return merged.sources.flatMap((position) => columnAt(scope, position));
}

function correlate(expr: BoundExpr, depth: number): BoundExpr {
  if (expr.kind === 'input') return { kind: 'correlated', depth, index: expr.index, type: expr.type, span: expr.span };
  if (expr.kind === 'call') return { ...expr, args: expr.args.map((a) => correlate(a, depth)) };
  return expr.kind === 'cast' ? { ...expr, operand: correlate(expr.operand, depth) } : expr;
}

/** Whether written parts name this table. */
export function matchesTable(table: ScopeTable, parts: readonly Identifier[]): boolean {
  if (parts.length === 1) return parts[0]?.name === table.alias;
  const full = table.qualifiedName;
  if (full === undefined || parts.length > full.length) return false;
  const tail = full.slice(full.length - parts.length);
  return parts.every((p, i) => p.name === tail[i]);
}

function fieldPath(base: BoundExpr, path: readonly Identifier[], name: QualifiedName, cx: BindContext): BoundExpr {
  let expr = base;
  for (const part of path) {
    const next = fieldOf(expr, part, name.span);
    if (next === undefined) {
      cx.report(
        problems.unknownColumn(name.parts.map((p) => p.name).join('.'), nearest(part.name, rowFields(expr.type))),
        part.span,
      );
      return errorExpr(name.span);
    }
    expr = next;
  }
  return expr;
}

/** Field `name` of a ROW; NULL rows have NULL fields. `undefined` when there is no such field. */
export function fieldOf(expr: BoundExpr, name: Identifier, span: Span): BoundExpr | undefined {
  const type = expr.type;
  if (type.kind === 'ERROR') return expr;
  if (type.kind !== 'ROW') return undefined;
  const index = type.fields.findIndex((f) => f.name === name.name);
  const field = type.fields[index];
  if (field === undefined) return undefined;
  return {
    kind: 'field',
    operand: expr,
    index,
    type: withNullable(field.type, field.type.nullable || type.nullable),
    span,
  };
}

function rowFields(type: LogicalType): readonly string[] {
  return type.kind === 'ROW' ? type.fields.map((f) => f.name) : [];
}

function reportUnknown(name: QualifiedName, scope: Scope, cx: BindContext): void {
  const written = name.parts.map((p) => p.name).join('.');
  const column = name.parts[name.parts.length - 1];
  if (name.parts.length > 1) {
    for (let s: Scope | undefined = scope; s !== undefined; s = s.parent) {
      const table = s.tables.find((t) => matchesTable(t, name.parts.slice(0, 1)));
      if (table === undefined) continue;
      const rest = name.parts
        .slice(1)
        .map((p) => p.name)
        .join('.');
      cx.report(
        problems.unknownColumnIn(
          rest,
          name.parts[0]?.name ?? '',
          nearest(
            rest,
            table.fields.map((f) => f.name),
          ),
        ),
        column?.span ?? name.span,
      );
      return;
    }
    const [first] = name.parts;
    cx.report(
      problems.unknownTable(
        name.parts
          .slice(0, -1)
          .map((p) => p.name)
          .join('.'),
      ),
      first?.span ?? name.span,
    );
    return;
  }
  const known: string[] = [];
  for (let s: Scope | undefined = scope; s !== undefined; s = s.parent)
    known.push(...s.tables.flatMap((t) => t.fields.map((f) => f.name)));
  cx.report(problems.unknownColumn(written, nearest(written, known)), name.span);
}

/** The known name closest to `name`: one that differs by case, else by one letter or at most a third of them. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const lower = name.toLowerCase();
  const sameLetters = known.find((k) => k.toLowerCase() === lower);
  if (sameLetters !== undefined) return sameLetters;
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of new Set(known)) {
    const distance = editDistance(lower, candidate.toLowerCase(), bestDistance);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

function editDistance(a: string, b: string, bound: number): number {
  if (Math.abs(a.length - b.length) >= bound) return bound;
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(change, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    previous = row;
  }
  return previous[b.length] ?? bound;
}
