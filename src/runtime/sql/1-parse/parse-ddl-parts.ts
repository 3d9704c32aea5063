/**
 * Pieces that several DDL statements share: options, constraints, columns, watermarks, distribution.
 * Flink: `parserImpls.ftl` of flink-sql-parser.
 */
import type { Span } from '../../base/span.ts';
import type { ColumnDef, CreateTable, Expr, Identifier, KeyConstraint, TableOption, WatermarkDef } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { parseUnsignedInteger } from './parse-interval.ts';
import { parseNameList, parseQualifiedName } from './parse-name.ts';
import { expectQuoted, expectString, expectStringValue } from './parse-string.ts';
import { parseColumnType } from './parse-type.ts';

/** `('k' = 'v', …)`, maybe empty. */
export function parseOptions(c: Cursor): readonly TableOption[] {
  const options: TableOption[] = [];
  c.expect('(');
  if (c.accept(')')) return options;
  do {
    const start = c.start;
    const key = expectString(c);
    c.expect('=');
    const value = expectString(c);
    options.push({
      span: c.spanFrom(start),
      key: key.value,
      keySpan: key.span,
      value: value.value,
      valueSpan: value.span,
    });
  } while (c.accept(','));
  if (!c.at(')')) c.fail([',', ')']);
  c.accept(')');
  return options;
}

/** `WITH (…)`, or nothing. */
export function parseWithOptions(c: Cursor): { readonly options: readonly TableOption[]; readonly optionsSpan?: Span } {
  const start = c.start;
  if (!c.accept('WITH')) return { options: [] };
  const options = parseOptions(c);
  return { options, optionsSpan: c.spanFrom(start) };
}

/** `('k', …)`, maybe empty. */
export function parseOptionKeys(c: Cursor): readonly string[] {
  const keys: string[] = [];
  c.expect('(');
  if (c.accept(')')) return keys;
  do keys.push(expectStringValue(c));
  while (c.accept(','));
  c.expect(')');
  return keys;
}

/** `IF NOT EXISTS`. IF is a name too. */
export function parseIfNotExists(c: Cursor): boolean {
  return c.accept('IF', 'NOT', 'EXISTS');
}

/** `IF EXISTS`. */
export function parseIfExists(c: Cursor): boolean {
  return c.accept('IF', 'EXISTS');
}

/** `COMMENT 'text'`, or undefined. */
export function parseComment(c: Cursor): string | undefined {
  return c.accept('COMMENT') ? expectQuoted(c).value : undefined;
}

/** `PRIMARY KEY (a, b) NOT ENFORCED`, `UNIQUE (a)`, with or without `CONSTRAINT name`. */
export function parseConstraint(c: Cursor): KeyConstraint {
  const start = c.start;
  const name = c.accept('CONSTRAINT') ? c.identifier() : undefined;
  const kind = parseKeyWord(c);
  const columns = parseNameList(c);
  const enforced = parseEnforced(c);
  return {
    span: c.spanFrom(start),
    kind,
    columns,
    ...(name === undefined ? {} : { name }),
    ...(enforced === undefined ? {} : { enforced }),
  };
}

/** Whether a constraint begins here. */
export function atConstraint(c: Cursor): boolean {
  return c.at('CONSTRAINT') || c.at('PRIMARY') || c.at('UNIQUE');
}

function parseKeyWord(c: Cursor): KeyConstraint['kind'] {
  if (c.accept('UNIQUE')) return 'UNIQUE';
  if (!c.at('PRIMARY')) c.fail(['PRIMARY', 'UNIQUE']);
  c.expect('PRIMARY', 'KEY');
  return 'PRIMARY KEY';
}

function parseEnforced(c: Cursor): boolean | undefined {
  if (c.accept('ENFORCED')) return true;
  return c.accept('NOT', 'ENFORCED') ? false : undefined;
}

/** `WATERMARK FOR ts AS expr`. */
export function parseWatermark(c: Cursor): WatermarkDef {
  const start = c.start;
  c.expect('WATERMARK', 'FOR');
  const column = parseQualifiedName(c);
  c.expect('AS');
  const expr = c.rules.expression(c);
  return { span: c.spanFrom(start), column, expr };
}

/** A column: physical, computed (`name AS expr`) or metadata (`name TYPE METADATA FROM 'key' VIRTUAL`). */
export function parseColumn(c: Cursor): ColumnDef {
  const start = c.start;
  const name = c.identifier();
  if (c.accept('AS')) {
    const expr: Expr = c.rules.expression(c);
    const comment = parseComment(c);
    return { kind: 'computed', span: c.spanFrom(start), name, expr, ...(comment === undefined ? {} : { comment }) };
  }
  const type = parseColumnType(c);
  if (c.accept('METADATA')) return parseMetadata(c, start, name, type);
  const keyStart = c.start;
  const hasKey = atConstraint(c) && parseColumnKey(c);
  const keySpan = c.spanFrom(keyStart);
  const enforced = hasKey ? parseEnforced(c) : undefined;
  const comment = parseComment(c);
  return {
    kind: 'physical',
    span: c.spanFrom(start),
    name,
    type,
    ...(hasKey ? { primaryKey: { span: keySpan, ...(enforced === undefined ? {} : { enforced }) } } : {}),
    ...(comment === undefined ? {} : { comment }),
  };
}

/** `[CONSTRAINT name] PRIMARY KEY` behind a column. UNIQUE is read as well; Flink refuses it later. */
function parseColumnKey(c: Cursor): boolean {
  if (c.accept('CONSTRAINT')) c.identifier();
  return parseKeyWord(c) === 'PRIMARY KEY';
}

function parseMetadata(
  c: Cursor,
  start: number,
  name: Identifier,
  type: ReturnType<typeof parseColumnType>,
): ColumnDef {
  const key = c.accept('FROM') ? expectStringValue(c) : undefined;
  const virtual = c.accept('VIRTUAL');
  const comment = parseComment(c);
  return {
    kind: 'metadata',
    span: c.spanFrom(start),
    name,
    type,
    virtual,
    ...(key === undefined ? {} : { key }),
    ...(comment === undefined ? {} : { comment }),
  };
}

/** What follows DISTRIBUTED: `[BY [HASH | RANGE] (a, b)] [INTO 4 BUCKETS]`. */
export function parseDistribution(c: Cursor): NonNullable<CreateTable['distribution']> {
  const start = c.start;
  if (!c.at('BY') && !c.at('INTO')) c.fail(['BY', 'INTO']);
  let kind: 'HASH' | 'RANGE' | undefined;
  let columns: readonly Identifier[] = [];
  if (c.accept('BY')) {
    kind = c.accept('HASH') ? 'HASH' : c.accept('RANGE') ? 'RANGE' : undefined;
    columns = parseNameList(c);
  }
  let buckets: number | undefined;
  if (c.accept('INTO')) {
    buckets = parseUnsignedInteger(c);
    c.expect('BUCKETS');
  }
  return {
    span: c.spanFrom(start),
    columns,
    ...(kind === undefined ? {} : { kind }),
    ...(buckets === undefined ? {} : { buckets }),
  };
}
