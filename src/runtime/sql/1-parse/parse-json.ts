/**
 * The JSON functions of the SQL standard with their clauses. Calcite: `JsonExistsFunctionCall`,
 * `JsonValueFunctionCall`, `JsonQueryFunctionCall`, `JsonObjectFunctionCall` and their like. PASSING
 * is read and dropped, as in Calcite; so is FORMAT JSON.
 */
import type { Argument, Expr, ExprOf, JsonOptions, QualifiedName, SortItem } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { parseCastType } from './parse-type.ts';
import { parseSortItems } from './parse-window.ts';

type Call = ExprOf<'call'>;
type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type JsonForm = (c: Cursor) => {
  readonly args: readonly Expr[];
  readonly json: JsonOptions;
  readonly orderBy?: readonly SortItem[];
};

const JSON_FORMS: Readonly<Record<string, JsonForm>> = {
  JSON_EXISTS: (c) => {
    const args = parseDocumentAndPath(c);
    const json: Mutable<JsonOptions> = {};
    const word = ['TRUE', 'FALSE', 'UNKNOWN', 'ERROR'].find((w) => c.at(w));
    if (word !== undefined) {
      c.expect(word, 'ON', 'ERROR');
      json.onError = { kind: word as 'TRUE' };
    }
    return { args, json };
  },
  JSON_VALUE: (c) => {
    const args = parseDocumentAndPath(c);
    const json: Mutable<JsonOptions> = parseReturning(c);
    parseBehaviours(c, json, ['ERROR', 'NULL', 'DEFAULT']);
    return { args, json };
  },
  JSON_QUERY: (c) => {
    const args = parseDocumentAndPath(c);
    const json: Mutable<JsonOptions> = parseReturning(c);
    const wrapper = parseWrapper(c);
    if (wrapper !== undefined) json.wrapper = wrapper;
    parseBehaviours(c, json, ['ERROR', 'NULL', 'EMPTY']);
    return { args, json };
  },
  JSON_OBJECT: (c) => {
    const args: Expr[] = [];
    if (!c.at(')') && !atOnNull(c)) {
      do parseNameAndValue(c, args);
      while (c.accept(','));
    }
    return { args, json: parseOnNull(c) };
  },
  JSON_OBJECTAGG: (c) => {
    const args: Expr[] = [];
    parseNameAndValue(c, args);
    return { args, json: parseOnNull(c) };
  },
  JSON_ARRAY: (c) => {
    const args: Expr[] = [];
    if (!c.at(')') && !atOnNull(c)) {
      do args.push(parseValue(c));
      while (c.accept(','));
    }
    return { args, json: parseOnNull(c) };
  },
  JSON_ARRAYAGG: (c) => {
    const args = [parseValue(c)];
    const orderBy = c.accept('ORDER') && c.expect('BY') ? parseSortItems(c) : undefined;
    return { args, json: parseOnNull(c), ...(orderBy === undefined ? {} : { orderBy }) };
  },
};

/** Whether the word (upper case) is a JSON function with clauses of its own. */
export function isJsonCall(upper: string): boolean {
  return Object.hasOwn(JSON_FORMS, upper);
}

/** Reads such a call from its `(` on. `key` is its name in upper case. */
export function parseJsonCall(c: Cursor, key: string, name: QualifiedName): Call {
  c.expect('(');
  const form = JSON_FORMS[key];
  const { args, json, orderBy } = form === undefined ? { args: [], json: {}, orderBy: undefined } : form(c);
  c.expect(')');
  return {
    kind: 'call',
    span: c.spanFrom(name.span.start),
    name,
    args: args.map((value): Argument => ({ span: value.span, value })),
    distinct: false,
    parens: true,
    json,
    ...(orderBy === undefined ? {} : { orderBy }),
  };
}

/** `document, path [PASSING value AS name, …]`. */
function parseDocumentAndPath(c: Cursor): Expr[] {
  const document = parseValue(c);
  c.expect(',');
  const path = c.rules.expression(c);
  if (c.accept('PASSING')) {
    do {
      parseValue(c);
      c.expect('AS');
      c.identifier();
    } while (c.accept(','));
  }
  return [document, path];
}

/** A value, `FORMAT JSON` behind it. */
function parseValue(c: Cursor): Expr {
  const value = c.rules.expression(c);
  if (c.accept('FORMAT')) {
    c.expect('JSON');
    if (c.accept('ENCODING')) c.expectOneOf(['UTF8', 'UTF16', 'UTF32']);
  }
  return value;
}

/** `[KEY] k VALUE v` or `k : v`. */
function parseNameAndValue(c: Cursor, args: Expr[]): void {
  // KEY is no reserved word: alone before VALUE or `:` it is a column of that name.
  const next = c.keyAt(1);
  const isColumn = next === 'VALUE' || next === ':' || next === '.' || next === '(' || next === '[';
  const keyed = c.at('KEY') && !isColumn && c.accept('KEY');
  args.push(c.rules.expression(c));
  if (keyed) c.expect('VALUE');
  else c.expectOneOf(['VALUE', ':']);
  args.push(parseValue(c));
}

function atOnNull(c: Cursor): boolean {
  return c.at('NULL', 'ON') || c.at('ABSENT', 'ON');
}

function parseOnNull(c: Cursor): JsonOptions {
  if (c.accept('NULL', 'ON', 'NULL')) return { onNull: 'NULL' };
  return c.accept('ABSENT', 'ON', 'NULL') ? { onNull: 'ABSENT' } : {};
}

function parseReturning(c: Cursor): JsonOptions {
  return c.accept('RETURNING') ? { returning: parseCastType(c) } : {};
}

/** `WITHOUT [ARRAY] WRAPPER`, `WITH [CONDITIONAL | UNCONDITIONAL] [ARRAY] WRAPPER`. */
function parseWrapper(c: Cursor): JsonOptions['wrapper'] {
  if (c.accept('WITHOUT')) {
    c.accept('ARRAY');
    c.expect('WRAPPER');
    return 'WITHOUT';
  }
  if (!c.accept('WITH')) return undefined;
  const conditional = c.accept('CONDITIONAL');
  if (!conditional) c.accept('UNCONDITIONAL');
  c.accept('ARRAY');
  c.expect('WRAPPER');
  return conditional ? 'WITH CONDITIONAL' : 'WITH UNCONDITIONAL';
}

/** `NULL ON EMPTY`, `DEFAULT x ON ERROR`, `EMPTY ARRAY ON EMPTY`, …, any number of them. */
function parseBehaviours(c: Cursor, json: Mutable<JsonOptions>, words: readonly string[]): void {
  for (;;) {
    const word = words.find((w) => c.at(w));
    if (word === undefined) return;
    c.advance();
    const value = word === 'DEFAULT' ? c.rules.expression(c) : undefined;
    const kind = word === 'EMPTY' ? (`EMPTY ${c.expectOneOf(['ARRAY', 'OBJECT'])}` as 'EMPTY ARRAY') : (word as 'NULL');
    c.expect('ON');
    const behaviour = { kind, ...(value === undefined ? {} : { value }) };
    if (c.expectOneOf(['EMPTY', 'ERROR']) === 'EMPTY') json.onEmpty = behaviour;
    else json.onError = behaviour;
  }
}
