/**
 * Queries: `WITH … SELECT … UNION … ORDER BY … LIMIT …`. INTERSECT binds tighter than UNION and
 * EXCEPT; operands of one precedence lean to the left. Calcite: `OrderedQueryOrExpr`, `SqlSelect`.
 */
import type {
  Expr,
  GroupItem,
  Identifier,
  Query,
  QueryBody,
  Select,
  SelectItem,
  SortItem,
  TableRef,
  WindowSpec,
} from './ast.ts';
import type { Cursor } from './cursor.ts';
import { notConformant } from './messages.ts';
import { parseFrom } from './parse-from.ts';
import { parseHints } from './parse-hint.ts';
import { parseAlias, parseNameList, parseQualifiedName } from './parse-name.ts';
import { parseExpressionList, parseSortItems, parseWindowSpec } from './parse-window.ts';

/** Whether a query begins here. */
export function atQuery(c: Cursor): boolean {
  return c.at('SELECT') || c.at('WITH') || c.at('VALUES') || c.at('(') || c.at('TABLE');
}

/** Reads a whole query. */
export function parseQuery(c: Cursor): Query {
  return c.nested(
    () => {
      const start = c.start;
      const items = c.accept('WITH') ? parseWithItems(c) : [];
      const body = parseSetOperations(c, start, parseOperand(c));
      return parseQueryTail(c, start, items, body);
    },
    () => emptyQuery(c),
  );
}

/** Reads the rest of a query of which the first operand was read already. */
export function parseQueryAfter(c: Cursor, first: QueryBody): Query {
  const start = first.span.start;
  return parseQueryTail(c, start, [], parseSetOperations(c, start, first));
}

function emptyQuery(c: Cursor): Query {
  const span = { start: c.start, end: c.start };
  return { kind: 'query', span, with: [], body: { kind: 'values', span, rows: [] }, orderBy: [] };
}

function parseWithItems(c: Cursor): Query['with'] {
  c.accept('RECURSIVE');
  const items: Query['with'][number][] = [];
  do {
    const name = c.identifier();
    const columns = c.at('(') ? parseNameList(c) : undefined;
    c.expect('AS', '(');
    const query = parseQuery(c);
    if (!c.at(')')) c.fail([')']);
    c.accept(')');
    items.push({ span: c.spanFrom(name.span.start), name, query, ...(columns === undefined ? {} : { columns }) });
  } while (c.accept(','));
  return items;
}

/** `ORDER BY … LIMIT … OFFSET … FETCH …`. */
function parseQueryTail(c: Cursor, start: number, items: Query['with'], body: QueryBody): Query {
  const orderBy: readonly SortItem[] = c.accept('ORDER') && c.expect('BY') ? parseSortItems(c) : [];
  let limit: Expr | undefined;
  let offset: Expr | undefined;
  if (c.accept('LIMIT')) {
    limit = c.accept('ALL') ? undefined : parseCount(c);
    if (c.at(',')) c.report(notConformant(c.token, "'LIMIT start, count'", 'Write LIMIT count OFFSET start.'));
    if (c.accept('OFFSET')) {
      offset = parseCount(c);
      if (!c.accept('ROW')) c.accept('ROWS');
    }
  } else if (c.accept('OFFSET')) {
    offset = parseCount(c);
    if (!c.accept('ROW')) c.accept('ROWS');
    if (c.at('LIMIT'))
      c.report(notConformant(c.token, "'OFFSET start LIMIT count'", 'Write LIMIT count OFFSET start.'));
  }
  if (limit === undefined && c.accept('FETCH')) {
    c.expectOneOf(['FIRST', 'NEXT']);
    limit = parseCount(c);
    c.expectOneOf(['ROW', 'ROWS']);
    c.expect('ONLY');
  }
  return {
    kind: 'query',
    span: c.spanFrom(start),
    with: items,
    body,
    orderBy,
    ...(limit === undefined ? {} : { limit }),
    ...(offset === undefined ? {} : { offset }),
  };
}

/** A number or a parameter; Flink takes no expression here. */
function parseCount(c: Cursor): Expr {
  if (c.token.kind !== 'number' && !c.at('?')) {
    c.fail(['<UNSIGNED_INTEGER_LITERAL>']);
    return { kind: 'error', span: { start: c.start, end: c.start } };
  }
  const { kind, start, end } = c.advance();
  const span = { start, end };
  if (kind === 'symbol') return { kind: 'unsupported', span, what: '?' };
  return { kind: 'literal', span, value: { kind: 'number', text: c.text.slice(start, end) } };
}

// ---------------------------------------------------------------- set operations

/** The set operations behind `first`. */
function parseSetOperations(c: Cursor, start: number, first: QueryBody): QueryBody {
  let left = parseIntersections(c, start, first);
  while (!c.failed && (c.at('UNION') || c.at('EXCEPT') || c.at('MINUS'))) {
    const operator = c.at('UNION') ? 'UNION' : 'EXCEPT';
    if (c.at('MINUS')) c.report(notConformant(c.token, 'MINUS', 'Write EXCEPT.'));
    c.advance();
    const all = parseAll(c);
    const rightStart = c.start;
    const right = c.operand(() => parseIntersections(c, rightStart, parseOperand(c)));
    left = { kind: 'set-operation', span: c.spanFrom(start), operator, all, left, right };
    c.link();
  }
  return left;
}

function parseIntersections(c: Cursor, start: number, first: QueryBody): QueryBody {
  let left = first;
  while (!c.failed && c.accept('INTERSECT')) {
    const all = parseAll(c);
    const right = c.operand(() => parseOperand(c));
    left = { kind: 'set-operation', span: c.spanFrom(start), operator: 'INTERSECT', all, left, right };
    c.link();
  }
  return left;
}

function parseAll(c: Cursor): boolean {
  if (c.accept('ALL')) return true;
  c.accept('DISTINCT');
  return false;
}

/** SELECT, VALUES, `TABLE t`, or a query in parentheses. */
function parseOperand(c: Cursor): QueryBody {
  const start = c.start;
  if (c.at('SELECT')) return parseSelect(c);
  if (c.accept('VALUES')) {
    const rows = [parseValuesRow(c)];
    while (c.accept(',')) rows.push(parseValuesRow(c));
    return { kind: 'values', span: c.spanFrom(start), rows };
  }
  if (c.accept('TABLE')) {
    c.offer(['<TABLE>']);
    const name = parseQualifiedName(c);
    return { kind: 'table', span: c.spanFrom(start), name };
  }
  if (c.accept('(')) {
    const query = parseQuery(c);
    if (!c.at(')')) c.fail([')']);
    c.accept(')');
    return { kind: 'nested', span: c.spanFrom(start), query };
  }
  c.fail(['SELECT', 'VALUES', 'TABLE', 'WITH', '(']);
  return emptyQuery(c).body;
}

/** `(1, 2)`, `ROW(1, 2)`, or a lone value. */
function parseValuesRow(c: Cursor): readonly Expr[] {
  const expr = c.rules.expression(c);
  if (expr.kind === 'row') return expr.items;
  return expr.kind === 'paren' ? [expr.operand] : [expr];
}

// ---------------------------------------------------------------- SELECT

function parseSelect(c: Cursor): Select {
  const start = c.start;
  c.expect('SELECT');
  const hints = parseHints(c);
  const quantifier = c.accept('DISTINCT') ? 'DISTINCT' : c.accept('ALL') ? 'ALL' : undefined;
  const itemsStart = c.start;
  const items = [parseSelectItem(c)];
  while (c.accept(',')) items.push(parseSelectItem(c));
  const itemsSpan = c.spanFrom(itemsStart);
  const clauses = parseSelectClauses(c);
  return {
    kind: 'select',
    span: c.spanFrom(start),
    hints,
    items,
    itemsSpan,
    ...(quantifier === undefined ? {} : { quantifier }),
    ...clauses,
  };
}

function parseSelectItem(c: Cursor): SelectItem {
  const start = c.start;
  if (c.accept('*')) {
    const span = c.spanFrom(start);
    return { span, expr: { kind: 'star', span } };
  }
  const expr = c.rules.expression(c);
  const alias = parseAlias(c);
  return { span: c.spanFrom(start), expr, ...(alias === undefined ? {} : { alias }) };
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type SelectClauses = Mutable<Omit<Select, 'kind' | 'span' | 'hints' | 'quantifier' | 'items' | 'itemsSpan'>>;

/** The clauses behind the select list, each at most once, in their order. */
function parseSelectClauses(c: Cursor): SelectClauses {
  const clauses: SelectClauses = { windows: [] };
  const start = c.start;
  if (!c.accept('FROM')) return clauses;
  clauses.from = parseFrom(c) satisfies TableRef;
  clauses.fromSpan = c.spanFrom(start);
  const whereStart = c.start;
  if (c.accept('WHERE')) {
    clauses.where = c.rules.expression(c);
    clauses.whereSpan = c.spanFrom(whereStart);
  }
  if (c.at('GROUP')) clauses.groupBy = parseGroupBy(c);
  const havingStart = c.start;
  if (c.accept('HAVING')) {
    clauses.having = c.rules.expression(c);
    clauses.havingSpan = c.spanFrom(havingStart);
  }
  if (c.accept('WINDOW')) clauses.windows = parseWindows(c);
  if (c.accept('QUALIFY')) clauses.qualify = c.rules.expression(c);
  return clauses;
}

function parseWindows(c: Cursor): Select['windows'] {
  const windows: { name: Identifier; spec: WindowSpec }[] = [];
  do {
    const name = c.identifier();
    c.expect('AS');
    windows.push({ name, spec: parseWindowSpec(c) });
  } while (c.accept(','));
  return windows;
}

function parseGroupBy(c: Cursor): NonNullable<Select['groupBy']> {
  const start = c.start;
  c.expect('GROUP', 'BY');
  const distinct = c.accept('DISTINCT');
  if (!distinct) c.accept('ALL');
  const items = [parseGroupItem(c)];
  while (c.accept(',')) items.push(parseGroupItem(c));
  return { span: c.spanFrom(start), distinct, items };
}

/** An expression, `(a, b)`, `()`, GROUPING SETS, CUBE or ROLLUP. */
function parseGroupItem(c: Cursor): GroupItem {
  return c.nested(
    () => {
      const start = c.start;
      if (c.accept('GROUPING', 'SETS')) {
        c.expect('(');
        const items = [asSet(parseGroupItem(c))];
        while (c.accept(',')) items.push(asSet(parseGroupItem(c)));
        c.expect(')');
        return { kind: 'grouping-sets', span: c.spanFrom(start), items };
      }
      if (c.accept('CUBE') || c.accept('ROLLUP')) return parseCubeOrRollup(c, start);
      if (c.accept('(', ')')) return { kind: 'set', span: c.spanFrom(start), exprs: [] };
      const expr = c.rules.expression(c);
      const span = c.spanFrom(start);
      if (expr.kind === 'row' && !expr.explicit) return { kind: 'set', span, exprs: expr.items };
      return { kind: 'expr', span, expr };
    },
    () => ({ kind: 'set', span: { start: c.start, end: c.start }, exprs: [] }),
  );
}

/** `(a)` and `a` inside GROUPING SETS are sets of one. */
function asSet(item: GroupItem): GroupItem {
  if (item.kind !== 'expr') return item;
  const expr = item.expr.kind === 'paren' ? item.expr.operand : item.expr;
  return { kind: 'set', span: item.span, exprs: [expr] };
}

/** `CUBE(a, (b, c))`. */
function parseCubeOrRollup(c: Cursor, start: number): GroupItem {
  const kind = c.text.slice(start, start + 4).toUpperCase() === 'CUBE' ? 'cube' : 'rollup';
  c.expect('(');
  const items = parseExpressionList(c).map((expr): readonly Expr[] => {
    if (expr.kind === 'row' && !expr.explicit) return expr.items;
    return expr.kind === 'paren' ? [expr.operand] : [expr];
  });
  c.expect(')');
  return { kind, span: c.spanFrom(start), items };
}
