/**
 * Orders and windows: `ORDER BY` items, and `(PARTITION BY … ORDER BY … ROWS …)` of OVER and of the
 * WINDOW clause. Calcite: `OrderItem`, `WindowSpecification`.
 */
import type { Expr, FrameBound, SortItem, WindowSpec } from './ast.ts';
import type { Cursor } from './cursor.ts';

/** `a DESC NULLS LAST, b`: at least one. */
export function parseSortItems(c: Cursor): readonly SortItem[] {
  const items = [parseSortItem(c)];
  while (c.accept(',')) items.push(parseSortItem(c));
  return items;
}

/** One item of ORDER BY. */
export function parseSortItem(c: Cursor): SortItem {
  const start = c.start;
  const expr = c.rules.expression(c);
  const descending = c.accept('DESC');
  if (!descending) c.accept('ASC');
  const nulls = c.accept('NULLS') ? (c.expectOneOf(['FIRST', 'LAST']) === 'LAST' ? 'LAST' : 'FIRST') : undefined;
  return { span: c.spanFrom(start), expr, descending, ...(nulls === undefined ? {} : { nulls }) };
}

/** `a, b + 1`: at least one. */
export function parseExpressionList(c: Cursor): readonly Expr[] {
  const items = [c.rules.expression(c)];
  while (c.accept(',')) items.push(c.rules.expression(c));
  return items;
}

/** What follows OVER: a name or a specification. */
export function parseOver(c: Cursor): WindowSpec {
  if (c.at('(')) return parseWindowSpec(c);
  const base = c.identifier();
  return { span: base.span, base, partitionBy: [], orderBy: [] };
}

/** `([w] [PARTITION BY …] [ORDER BY …] [ROWS | RANGE …])`. */
export function parseWindowSpec(c: Cursor): WindowSpec {
  const start = c.start;
  c.expect('(');
  const base = c.atIdentifier ? c.identifier() : undefined;
  const partitionBy = c.accept('PARTITION') && c.expect('BY') ? parseExpressionList(c) : [];
  const orderBy = c.accept('ORDER') && c.expect('BY') ? parseSortItems(c) : [];
  const frame = c.at('ROWS') || c.at('RANGE') ? parseFrame(c) : undefined;
  if (c.accept('DISALLOW') || c.accept('ALLOW')) c.expect('PARTIAL');
  c.expect(')');
  return {
    span: c.spanFrom(start),
    partitionBy,
    orderBy,
    ...(base === undefined ? {} : { base }),
    ...(frame === undefined ? {} : { frame }),
  };
}

function parseFrame(c: Cursor): NonNullable<WindowSpec['frame']> {
  const start = c.start;
  const unit = c.accept('ROWS') ? 'ROWS' : 'RANGE';
  if (unit === 'RANGE') c.expect('RANGE');
  if (!c.accept('BETWEEN')) return { unit, start: parseBound(c), span: c.spanFrom(start) };
  const first = parseBound(c);
  c.expect('AND');
  const last = parseBound(c);
  return { unit, start: first, end: last, span: c.spanFrom(start) };
}

function parseBound(c: Cursor): FrameBound {
  const start = c.start;
  if (c.accept('CURRENT', 'ROW')) return { kind: 'current-row', span: c.spanFrom(start) };
  if (c.accept('UNBOUNDED')) {
    const preceding = c.expectOneOf(['PRECEDING', 'FOLLOWING']) === 'PRECEDING';
    return { kind: preceding ? 'unbounded-preceding' : 'unbounded-following', span: c.spanFrom(start) };
  }
  const offset = c.rules.expression(c);
  const preceding = c.expectOneOf(['PRECEDING', 'FOLLOWING']) === 'PRECEDING';
  return { kind: preceding ? 'preceding' : 'following', span: c.spanFrom(start), offset };
}
