/** `SHOW …`, `DESCRIBE …`, `SET`, `RESET`: statements about the session. Flink: `SqlShow…`, `SqlRichDescribe…`, `SqlSet`. */
import type { Statement, StatementOf } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { parseQualifiedName } from './parse-name.ts';
import { skipPartitionSpec } from './parse-other.ts';
import { atString, expectQuoted, expectString } from './parse-string.ts';

type Show = StatementOf<'show'>;

/** Lists that take `FROM db` and `LIKE 'pattern'`. */
const LISTS = ['TABLES', 'VIEWS', 'FUNCTIONS', 'PROCEDURES', 'DATABASES', 'CATALOGS', 'MODELS', 'CONNECTIONS'];
/** Those of which the pattern may ignore case. */
const ILIKE_LISTS = ['FUNCTIONS', 'USER FUNCTIONS', 'PROCEDURES', 'DATABASES', 'CATALOGS'];
/** Words that may follow SHOW. */
const SHOWN = [
  ...LISTS,
  'COLUMNS',
  'CREATE',
  'CURRENT',
  'USER',
  'MATERIALIZED',
  'FULL',
  'MODULES',
  'JARS',
  'JOBS',
  'PARTITIONS',
];

/** Reads a SHOW statement. */
export function parseShow(c: Cursor): Statement {
  const start = c.start;
  c.expect('SHOW');
  const first = c.expectOneOf(SHOWN);
  switch (first) {
    case 'CURRENT':
      return { kind: 'show', what: `CURRENT ${c.expectOneOf(['CATALOG', 'DATABASE'])}`, span: c.spanFrom(start) };
    case 'CREATE':
      return parseShowCreate(c, start);
    case 'USER':
      c.expect('FUNCTIONS');
      return parseList(c, start, 'USER FUNCTIONS');
    case 'MATERIALIZED':
      c.expect('TABLES');
      return parseList(c, start, 'MATERIALIZED TABLES');
    case 'FULL':
      c.expect('MODULES');
      return { kind: 'show', what: 'FULL MODULES', span: c.spanFrom(start) };
    case 'COLUMNS':
      if (!c.at('FROM') && !c.at('IN')) c.fail(['FROM', 'IN']);
      return parseList(c, start, first);
    case 'PARTITIONS': {
      const name = parseQualifiedName(c);
      skipPartitionSpec(c);
      return { kind: 'show', what: first, name, span: c.spanFrom(start) };
    }
    case 'CATALOGS':
      if (c.at('FROM') || c.at('IN')) c.fail(['LIKE', 'ILIKE', ';']);
      return parseList(c, start, first);
    default:
      return LISTS.includes(first)
        ? parseList(c, start, first)
        : { kind: 'show', what: first, span: c.spanFrom(start) };
  }
}

function parseShowCreate(c: Cursor, start: number): Show {
  let what = c.expectOneOf(['TABLE', 'VIEW', 'CATALOG', 'MODEL', 'MATERIALIZED', 'CONNECTION']);
  if (what === 'MATERIALIZED') {
    c.expect('TABLE');
    what = 'MATERIALIZED TABLE';
  }
  const name = parseQualifiedName(c);
  return { kind: 'show', what: `CREATE ${what}`, name, span: c.spanFrom(start) };
}

/** `[FROM | IN name] [[NOT] LIKE | ILIKE 'pattern']`. */
function parseList(c: Cursor, start: number, what: string): Show {
  const name = c.accept('FROM') || c.accept('IN') ? parseQualifiedName(c) : undefined;
  const negated = c.accept('NOT');
  const caseInsensitive = c.at('ILIKE');
  if (caseInsensitive && !ILIKE_LISTS.includes(what)) c.fail(['LIKE']);
  const hasPattern = c.accept('LIKE') || c.accept('ILIKE');
  if (negated && !hasPattern) c.fail(['LIKE', 'ILIKE']);
  const like = hasPattern ? { pattern: expectQuoted(c).value, negated, caseInsensitive } : undefined;
  return {
    kind: 'show',
    span: c.spanFrom(start),
    what,
    ...(name === undefined ? {} : { name }),
    ...(like === undefined ? {} : { like }),
  };
}

/** Reads `DESCRIBE [EXTENDED] t`, `DESC CATALOG c`, … */
export function parseDescribe(c: Cursor): Statement {
  const start = c.start;
  c.advance();
  if (c.at('JOB') && c.tokenAt(1).kind === 'string') {
    c.advance();
    expectQuoted(c);
    return { kind: 'other', span: c.spanFrom(start), what: 'DESCRIBE JOB' };
  }
  const words = ['CATALOG', 'DATABASE', 'FUNCTION', 'MODEL'] as const;
  const word = words.find((w) => c.accept(w));
  const extended = c.accept('EXTENDED');
  const name = parseQualifiedName(c);
  if (word === 'MODEL') return { kind: 'other', span: c.spanFrom(start), what: 'DESCRIBE MODEL' };
  return { kind: 'describe', span: c.spanFrom(start), extended, what: word ?? 'TABLE', name };
}

/** Reads `SET`, `SET 'key' = 'value'` and the old `SET key = value` without quotes. */
export function parseSet(c: Cursor): Statement {
  const start = c.start;
  c.expect('SET');
  if (c.atEnd) return { kind: 'set', span: c.spanFrom(start) };
  const quoted = atString(c);
  const key = quoted ? expectString(c) : parseBare(c, '=');
  c.expect('=');
  const value = quoted || atString(c) ? expectString(c) : parseBare(c, '');
  return {
    kind: 'set',
    span: c.spanFrom(start),
    key: key.value,
    keySpan: key.span,
    value: value.value,
    valueSpan: value.span,
  };
}

/** Reads `RESET` and `RESET 'key'`. */
export function parseReset(c: Cursor): Statement {
  const start = c.start;
  c.expect('RESET');
  if (c.atEnd) return { kind: 'reset', span: c.spanFrom(start) };
  const { value } = atString(c) ? expectString(c) : parseBare(c, '');
  return { kind: 'reset', span: c.spanFrom(start), key: value };
}

/** Text without quotes up to `stop` or the end; it may hold no white space. */
function parseBare(c: Cursor, stop: string): { readonly value: string; readonly span: { start: number; end: number } } {
  const start = c.start;
  if (c.atEnd || c.token.kind === 'error' || c.at('=')) c.fail(['<QUOTED_STRING>']);
  let end = start;
  while (!c.atEnd && !(stop !== '' && c.at(stop)) && (end === start || c.start === end)) {
    if (c.token.kind === 'error') c.fail(['<QUOTED_STRING>']);
    end = c.token.end;
    c.advance();
  }
  return { value: c.text.slice(start, end), span: { start, end } };
}
