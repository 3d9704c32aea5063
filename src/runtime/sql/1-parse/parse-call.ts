/**
 * Calls: the general form `f(DISTINCT a, name => b) FILTER (…) OVER …`, and functions whose arguments
 * have words between them (`EXTRACT(YEAR FROM x)`). The words become `symbol` arguments, in the order
 * in which Calcite passes them on. Calcite: `NamedFunctionCall`, `BuiltinFunctionCall`.
 */
import type { Argument, Expr, ExprOf, QualifiedName, SortItem, TableRef } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { isJsonCall, parseJsonCall } from './parse-json.ts';
import { parseQualifiedName } from './parse-name.ts';
import { parseExpressionList, parseOver, parseSortItem, parseSortItems } from './parse-window.ts';

type Call = ExprOf<'call'>;

/**
 * Reads a call from its `(` on. `table`: it stands in FROM, where a query in parentheses is a table
 * and not a single value.
 */
export function parseCall(c: Cursor, name: QualifiedName, { table }: { table: boolean }): Call | ExprOf<'descriptor'> {
  return c.nested<Call | ExprOf<'descriptor'>>(
    () => {
      const only = name.parts[0];
      if (name.parts.length === 1 && only !== undefined && !only.quoted && only.name.toUpperCase() === 'DESCRIPTOR') {
        return parseDescriptor(c, name);
      }
      c.expect('(');
      const head = parseArguments(c, name, table);
      c.expect(')');
      const tail = table ? {} : parseCallTail(c);
      return { kind: 'call', span: c.spanFrom(name.span.start), name, parens: true, ...head, ...tail };
    },
    () => emptyCall(c, name),
  );
}

function emptyCall(c: Cursor, name: QualifiedName): Call {
  return { kind: 'call', span: c.spanFrom(name.span.start), name, args: [], distinct: false, parens: true };
}

function parseArguments(c: Cursor, name: QualifiedName, table: boolean): Pick<Call, 'args' | 'distinct' | 'orderBy'> {
  if (c.at(')')) return { args: [], distinct: false };
  if (c.at('*')) {
    const { start, end } = c.advance();
    const span = { start, end };
    return { args: [{ span, value: { kind: 'star', span } }], distinct: false };
  }
  const distinct = !table && c.accept('DISTINCT');
  if (!distinct && !table) c.accept('ALL');
  const args = [parseArgument(c, table)];
  while (c.accept(',')) args.push(parseArgument(c, table));
  const last = name.parts[name.parts.length - 1]?.name.toUpperCase();
  if (last === 'ARRAY_AGG' && c.accept('ORDER')) {
    c.expect('BY');
    return { args, distinct, orderBy: parseSortItems(c) };
  }
  if (!c.at(')')) c.fail([',', ')']);
  return { args, distinct };
}

/** `x`, `name => x`, `TABLE t PARTITION BY k`, `DEFAULT`. */
function parseArgument(c: Cursor, table: boolean): Argument {
  const start = c.start;
  c.offer(table ? ['TABLE', 'DESCRIPTOR', '<PARAMETER>'] : ['<PARAMETER>']);
  const name = c.keyAt(1) === '=>' ? c.identifier() : undefined;
  if (name !== undefined) c.expect('=>');
  const value = parseArgumentValue(c, table);
  return { span: c.spanFrom(start), value, ...(name === undefined ? {} : { name }) };
}

function parseArgumentValue(c: Cursor, table: boolean): Expr {
  const start = c.start;
  if (c.accept('DEFAULT')) return { kind: 'unsupported', span: c.spanFrom(start), what: 'DEFAULT' };
  if (c.at('MODEL') && c.identifierAhead(1)) {
    c.advance();
    parseQualifiedName(c);
    return { kind: 'unsupported', span: c.spanFrom(start), what: 'MODEL' };
  }
  if (c.at('TABLE') && c.identifierAhead(1)) {
    c.advance();
    c.offer(['<TABLE>']);
    const name = parseQualifiedName(c);
    const reference: TableRef = { kind: 'table', span: c.spanFrom(start), name, hints: [], explicit: true };
    return parseTableArgument(c, start, reference);
  }
  if (c.at('SELECT') || c.at('WITH') || c.at('VALUES')) {
    const query = c.rules.query(c);
    return parseTableArgument(c, start, { kind: 'derived', span: query.span, lateral: false, query });
  }
  const value = c.rules.expression(c);
  if (c.at('FORMAT', 'JSON')) c.accept('FORMAT', 'JSON');
  if (value.kind !== 'subquery' || !(table || c.at('PARTITION') || c.at('ORDER'))) return value;
  return parseTableArgument(c, start, { kind: 'derived', span: value.span, lateral: false, query: value.query });
}

/** A table with `PARTITION BY k | (k, l)` and `ORDER BY o | (o, p)`: set semantics. */
function parseTableArgument(c: Cursor, start: number, table: TableRef): ExprOf<'table-arg'> {
  let partitionBy: readonly Expr[] | undefined;
  let orderBy: readonly SortItem[] | undefined;
  if (c.accept('PARTITION')) {
    c.expect('BY');
    partitionBy = parsePartitionKeys(c);
  }
  if (c.accept('ORDER')) {
    c.expect('BY');
    orderBy = parseOrderKeys(c);
  }
  return {
    kind: 'table-arg',
    span: c.spanFrom(start),
    table,
    ...(partitionBy === undefined ? {} : { partitionBy }),
    ...(orderBy === undefined ? {} : { orderBy }),
  };
}

/** One key, or several in parentheses, as a comma would begin the next argument. */
function parsePartitionKeys(c: Cursor): readonly Expr[] {
  if (!c.accept('(')) return [parsePartitionKey(c)];
  const keys: Expr[] = [];
  if (!c.at(')')) {
    do keys.push(parsePartitionKey(c));
    while (c.accept(','));
  }
  c.expect(')');
  return keys;
}

/** A column of the table, by its simple name. */
function parsePartitionKey(c: Cursor): Expr {
  const name = c.identifier();
  return { kind: 'column', span: name.span, name: { span: name.span, parts: [name] } };
}

function parseOrderKeys(c: Cursor): readonly SortItem[] {
  if (!c.accept('(')) return [parseSortItem(c)];
  const keys = parseSortItems(c);
  c.expect(')');
  return keys;
}

/** `DESCRIPTOR(ts)`; a dotted name is kept as one name, which then fits no column. */
function parseDescriptor(c: Cursor, name: QualifiedName): ExprOf<'descriptor'> {
  c.expect('(');
  const columns: ExprOf<'descriptor'>['columns'][number][] = [];
  do {
    const column = parseQualifiedName(c);
    const only = column.parts.length === 1 ? column.parts[0] : undefined;
    columns.push(only ?? { span: column.span, name: column.parts.map((p) => p.name).join('.'), quoted: false });
  } while (c.accept(','));
  c.expect(')');
  return { kind: 'descriptor', span: c.spanFrom(name.span.start), columns };
}

/** `IGNORE NULLS`, `WITHIN GROUP (…)`, `FILTER (WHERE …)`, `OVER …`, in this order. */
function parseCallTail(c: Cursor): Pick<Call, 'ignoreNulls' | 'withinGroup' | 'filter' | 'over'> {
  let ignoreNulls: boolean | undefined;
  if (c.accept('IGNORE', 'NULLS')) ignoreNulls = true;
  else if (c.accept('RESPECT', 'NULLS')) ignoreNulls = false;
  const withinGroup = parseWithinGroup(c);
  let filter: Expr | undefined;
  if (c.accept('FILTER')) {
    c.expect('(', 'WHERE');
    filter = c.rules.expression(c);
    c.expect(')');
  }
  const over = c.accept('OVER') ? parseOver(c) : undefined;
  return {
    ...(ignoreNulls === undefined ? {} : { ignoreNulls }),
    ...(withinGroup === undefined ? {} : { withinGroup }),
    ...(filter === undefined ? {} : { filter }),
    ...(over === undefined ? {} : { over }),
  };
}

function parseWithinGroup(c: Cursor): readonly SortItem[] | undefined {
  if (!c.at('WITHIN', 'GROUP')) return undefined;
  c.expect('WITHIN', 'GROUP', '(', 'ORDER', 'BY');
  const items = parseSortItems(c);
  c.expect(')');
  return items;
}

// ---------------------------------------------------------------- special forms

/** Reads the arguments of a special form between its parentheses. */
type SpecialForm = (c: Cursor) => readonly Expr[];

const SPECIAL_FORMS: Readonly<Record<string, SpecialForm>> = {
  EXTRACT: (c) => {
    const unit = parseSymbol(c);
    c.expect('FROM');
    return [unit, c.rules.expression(c)];
  },
  POSITION: (c) => {
    // The general rule would take `a IN b` for a test, which needs a parenthesis behind IN.
    const args = [c.rules.operandBeforeIn(c)];
    c.expect('IN');
    args.push(c.rules.expression(c));
    if (c.accept('FROM')) args.push(c.rules.expression(c));
    return args;
  },
  OVERLAY: (c) => {
    const args = [c.rules.expression(c)];
    c.expect('PLACING');
    args.push(c.rules.expression(c));
    c.expect('FROM');
    args.push(c.rules.expression(c));
    if (c.accept('FOR')) args.push(c.rules.expression(c));
    return args;
  },
  SUBSTRING: (c) => {
    const args = [c.rules.expression(c)];
    const words = c.at('FROM');
    if (!words && !c.at(',')) c.fail(['FROM', ',']);
    c.advance();
    args.push(c.rules.expression(c));
    if (c.accept(words ? 'FOR' : ',')) args.push(c.rules.expression(c));
    return args;
  },
  TRIM: parseTrim,
  FLOOR: parseRounding,
  CEIL: parseRounding,
  CEILING: parseRounding,
  TIMESTAMPADD: parseUnitFirst,
  TIMESTAMPDIFF: parseUnitFirst,
  CONVERT: parseTranslation,
  TRANSLATE: parseTranslation,
  PREV: parseExpressionList,
  NEXT: parseExpressionList,
  CLASSIFIER: () => [],
  MATCH_NUMBER: () => [],
};

/** Whether the word (upper case), with a parenthesis behind it, has argument syntax of its own. */
export function isSpecialCall(upper: string): boolean {
  return Object.hasOwn(SPECIAL_FORMS, upper) || isJsonCall(upper);
}

/** Reads a special form. */
export function parseSpecialCall(c: Cursor): Expr {
  const key = c.key;
  const word = c.anyWord();
  const name: QualifiedName = { span: word.span, parts: [word] };
  return c.nested(
    () => {
      if (isJsonCall(key)) {
        const call = parseJsonCall(c, key, name);
        const withinGroup = key === 'JSON_ARRAYAGG' ? parseWithinGroup(c) : undefined;
        return withinGroup === undefined ? call : { ...call, span: c.spanFrom(word.span.start), withinGroup };
      }
      c.expect('(');
      const args = (SPECIAL_FORMS[key] ?? parseExpressionList)(c);
      c.expect(')');
      return {
        kind: 'call',
        span: c.spanFrom(word.span.start),
        name,
        args: args.map((value) => ({ span: value.span, value })),
        distinct: false,
        parens: true,
        ...parseCallTail(c),
      };
    },
    () => emptyCall(c, name),
  );
}

/** Units that are reserved words; any other unit is a name, which the binder checks. */
const RESERVED_UNITS = ['YEAR', 'MONTH', 'DAY', 'HOUR', 'MINUTE', 'SECOND'];

/** Any word as a symbol: `YEAR`, `SQL_TSI_DAY` (which means DAY), `EPOCH`. */
function parseSymbol(c: Cursor): ExprOf<'symbol'> {
  const start = c.start;
  const key = c.key;
  if (c.token.kind !== 'word' || !(c.atIdentifier || RESERVED_UNITS.includes(key))) c.fail(RESERVED_UNITS);
  c.advance();
  return { kind: 'symbol', span: c.spanFrom(start), symbol: key.replace(/^SQL_TSI_/, '') };
}

/** `TIMESTAMPADD(DAY, 1, ts)`. */
function parseUnitFirst(c: Cursor): readonly Expr[] {
  const args: Expr[] = [parseSymbol(c)];
  c.expect(',');
  args.push(c.rules.expression(c));
  c.expect(',');
  args.push(c.rules.expression(c));
  return args;
}

/** `FLOOR(x)`, `FLOOR(ts TO DAY)`. */
function parseRounding(c: Cursor): readonly Expr[] {
  const value = c.rules.expression(c);
  return c.accept('TO') ? [value, parseSymbol(c)] : [value];
}

/** `TRIM(x)` → [x]; `TRIM(BOTH FROM x)` → [BOTH, x]; `TRIM('a' FROM x)` → [BOTH, 'a', x]. */
function parseTrim(c: Cursor): readonly Expr[] {
  const start = c.start;
  const side = ['BOTH', 'LEADING', 'TRAILING'].find((word) => c.accept(word));
  const symbol: Expr = { kind: 'symbol', span: c.spanFrom(start), symbol: side ?? 'BOTH' };
  if (side !== undefined && c.accept('FROM')) return [symbol, c.rules.expression(c)];
  const first = c.rules.expression(c);
  if (side !== undefined) c.expect('FROM');
  else if (!c.accept('FROM')) return [first];
  else return [{ ...symbol, span: { start, end: start } }, first, c.rules.expression(c)];
  return [symbol, first, c.rules.expression(c)];
}

/** `TRANSLATE(a, b, c)`; `CONVERT(a USING charset)`, which the binder refuses. */
function parseTranslation(c: Cursor): readonly Expr[] {
  const args = [c.rules.expression(c)];
  if (c.accept('USING')) {
    const start = c.start;
    parseQualifiedName(c);
    args.push({ kind: 'unsupported', span: c.spanFrom(start), what: 'USING' });
    return args;
  }
  while (c.accept(',')) args.push(c.rules.expression(c));
  return args;
}
