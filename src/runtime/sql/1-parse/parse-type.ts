/**
 * Written types: `DECIMAL(10, 2) NOT NULL`, `ROW<a INT, b ARRAY<STRING>>`, `INT ARRAY`. Calcite:
 * `DataType`, Flink: `ExtendedDataType`. CAST takes the former, which knows no `NOT NULL` outside of
 * `<…>` and ROW; column definitions take the latter.
 */
import type { Identifier, TypeNode } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { parseIntervalQualifier, parseParenthesizedInteger, parseUnsignedInteger } from './parse-interval.ts';
import { expectQuoted, expectStringValue } from './parse-string.ts';

type TypeBody = Omit<TypeNode, 'span' | 'nullable'>;

/** Types of one word without arguments, with Flink's name for each. */
const SIMPLE: Readonly<Record<string, string>> = {
  BOOLEAN: 'BOOLEAN',
  TINYINT: 'TINYINT',
  SMALLINT: 'SMALLINT',
  INT: 'INT',
  INTEGER: 'INT',
  BIGINT: 'BIGINT',
  REAL: 'REAL',
  FLOAT: 'FLOAT',
  DATE: 'DATE',
  STRING: 'STRING',
  BYTES: 'BYTES',
  VARIANT: 'VARIANT',
  BITMAP: 'BITMAP',
};

/** A type as CAST reads it: without `NOT NULL` behind it. */
export function parseCastType(c: Cursor): TypeNode {
  return c.nested(
    () => parseSuffixes(c, { extended: false }),
    () => errorType(c),
  );
}

/** A type as columns and elements read it: `NULL` or `NOT NULL` may follow. */
export function parseColumnType(c: Cursor): TypeNode {
  return c.nested(
    () => parseSuffixes(c, { extended: true }),
    () => errorType(c),
  );
}

function errorType(c: Cursor): TypeNode {
  return { span: c.spanFrom(c.start), name: '', args: [], elements: [], fields: [] };
}

/** The type and the postfix collections: `INT ARRAY`, `INT NOT NULL MULTISET`. */
function parseSuffixes(c: Cursor, { extended }: { extended: boolean }): TypeNode {
  const start = c.start;
  let body = parseTypeName(c);
  for (;;) {
    const nullable = extended ? parseNullability(c) : undefined;
    const type: TypeNode = { ...body, span: c.spanFrom(start), ...(nullable === undefined ? {} : { nullable }) };
    const suffix = c.at('ARRAY') ? 'ARRAY' : c.at('MULTISET') ? 'MULTISET' : undefined;
    if (suffix === undefined) return type;
    c.advance();
    c.link();
    body = { name: suffix, args: [], elements: [type], fields: [] };
  }
}

/** `NULL` → true, `NOT NULL` → false. */
function parseNullability(c: Cursor): boolean | undefined {
  if (c.accept('NOT', 'NULL')) return false;
  return c.accept('NULL') ? true : undefined;
}

function parseTypeName(c: Cursor): TypeBody {
  c.offer(['<TYPE>']);
  const key = c.key;
  const simple = Object.hasOwn(SIMPLE, key) ? SIMPLE[key] : undefined;
  if (simple !== undefined) {
    c.advance();
    return plain(simple);
  }
  switch (key) {
    case 'CHAR':
    case 'CHARACTER':
      return parseCharacter(c, c.advance(), 'CHAR', 'VARCHAR');
    case 'VARCHAR':
      return parseCharacter(c, c.advance(), 'VARCHAR', 'VARCHAR');
    case 'BINARY':
      c.advance();
      return parseBinary(c, c.accept('VARYING') ? 'VARBINARY' : 'BINARY');
    case 'VARBINARY':
      c.advance();
      return parseBinary(c, 'VARBINARY');
    case 'DOUBLE':
      c.advance();
      c.accept('PRECISION');
      return plain('DOUBLE');
    case 'DECIMAL':
    case 'DEC':
    case 'NUMERIC':
      c.advance();
      return { ...plain('DECIMAL'), args: parseNumberArguments(c) };
    case 'TIME':
    case 'TIMESTAMP':
      c.advance();
      return parseTimeType(c, key);
    case 'TIMESTAMP_LTZ':
      c.advance();
      return { ...plain('TIMESTAMP_LTZ'), args: optional(parseParenthesizedInteger(c)) };
    case 'INTERVAL':
      c.advance();
      return parseIntervalType(c);
    case 'ARRAY':
    case 'MULTISET':
      c.advance();
      return parseCollection(c, key);
    case 'ROW':
      c.advance();
      return parseRow(c);
    case 'RAW':
      c.advance();
      return parseRaw(c);
    case 'STRUCTURED':
      c.advance();
      return parseStructured(c);
    default:
      if (key === 'MAP' && c.keyAt(1) === '<') return parseMap(c);
      return parseUserType(c);
  }
}

function plain(name: string): TypeBody {
  return { name, args: [], elements: [], fields: [] };
}

function optional(value: number | undefined): readonly number[] {
  return value === undefined ? [] : [value];
}

/** `CHAR(3)`, `CHARACTER VARYING(3)`; a character set may follow and means nothing in Flink. */
function parseCharacter(c: Cursor, _word: unknown, fixed: string, varying: string): TypeBody {
  const name = c.accept('VARYING') ? varying : fixed;
  const args = optional(parseParenthesizedInteger(c));
  if (c.accept('CHARACTER', 'SET')) c.identifier();
  return { ...plain(name), args };
}

function parseBinary(c: Cursor, name: string): TypeBody {
  return { ...plain(name), args: optional(parseParenthesizedInteger(c)) };
}

/** `(10)`, `(10, 2)`. */
function parseNumberArguments(c: Cursor): readonly number[] {
  if (!c.accept('(')) return [];
  const args = [parseUnsignedInteger(c)];
  if (c.accept(',')) args.push(parseUnsignedInteger(c));
  c.expect(')');
  return args;
}

/** `TIMESTAMP(3) [WITHOUT TIME ZONE | WITH LOCAL TIME ZONE]`, TIME likewise. */
function parseTimeType(c: Cursor, key: string): TypeBody {
  const args = optional(parseParenthesizedInteger(c));
  if (c.accept('WITHOUT', 'TIME', 'ZONE')) return { ...plain(key), args };
  if (c.accept('WITH')) {
    c.expect('LOCAL', 'TIME', 'ZONE');
    return { ...plain(`${key}_LTZ`), args };
  }
  return { ...plain(key), args };
}

function parseIntervalType(c: Cursor): TypeBody {
  const { unit, precision, fraction } = parseIntervalQualifier(c);
  return {
    ...plain('INTERVAL'),
    args: optional(precision),
    intervalUnit: unit,
    ...(fraction === undefined ? {} : { intervalFraction: fraction }),
  };
}

function parseCollection(c: Cursor, name: string): TypeBody {
  c.expect('<');
  const element = parseColumnType(c);
  c.expect('>');
  return { ...plain(name), elements: [element] };
}

function parseMap(c: Cursor): TypeBody {
  c.expect('MAP', '<');
  const key = parseColumnType(c);
  c.expect(',');
  const value = parseColumnType(c);
  c.expect('>');
  return { ...plain('MAP'), elements: [key, value] };
}

/** `ROW<a INT 'comment', …>`, `ROW(a INT, …)`, `ROW<>`. */
function parseRow(c: Cursor): TypeBody {
  if (c.accept('<>')) return plain('ROW');
  const close = c.at('<') ? '>' : ')';
  if (!c.accept('<')) c.expect('(');
  const fields = c.at(close) ? [] : parseFields(c);
  c.expect(close);
  return { ...plain('ROW'), fields };
}

function parseFields(c: Cursor): TypeNode['fields'] {
  const fields: { name: Identifier; type: TypeNode; comment?: string }[] = [];
  do {
    const name = c.identifier();
    const type = parseColumnType(c);
    const comment = c.token.kind === 'string' ? expectQuoted(c).value : undefined;
    fields.push(comment === undefined ? { name, type } : { name, type, comment });
  } while (c.accept(','));
  return fields;
}

/** `RAW('class', 'serializer')`: read, and refused by the binder. */
function parseRaw(c: Cursor): TypeBody {
  c.expect('(');
  expectStringValue(c);
  c.expect(',');
  expectStringValue(c);
  c.expect(')');
  return plain('RAW');
}

/** `STRUCTURED<'class', a INT, …>`. */
function parseStructured(c: Cursor): TypeBody {
  c.expect('<');
  expectStringValue(c);
  const fields = c.accept(',') ? parseFields(c) : [];
  c.expect('>');
  return { ...plain('STRUCTURED'), fields };
}

/** A name of no built-in type, as written: the binder says that it is unknown. */
function parseUserType(c: Cursor): TypeBody {
  if (!c.atIdentifier) {
    c.fail(['a type']);
    return plain('');
  }
  let name = c.identifier().name;
  while (c.accept('.')) name += `.${c.identifier().name}`;
  return plain(name);
}
