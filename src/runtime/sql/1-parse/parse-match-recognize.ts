/**
 * `MATCH_RECOGNIZE (PARTITION BY … ORDER BY … MEASURES … PATTERN (…) DEFINE …)`. Reads the whole
 * grammar of Calcite; what Flink does not run (`ALL ROWS PER MATCH`, groups, exclusions, …) is for
 * the planner to refuse.
 */
import type { Expr, Identifier, MatchRecognize, Pattern } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { parseUnsignedInteger } from './parse-interval.ts';
import { parseNameList } from './parse-name.ts';
import { parseExpressionList, parseSortItems } from './parse-window.ts';

/** Reads the clause from its keyword to its closing parenthesis. */
export function parseMatchRecognize(c: Cursor): MatchRecognize {
  const start = c.start;
  c.expect('MATCH_RECOGNIZE', '(');
  const partitionBy = c.accept('PARTITION') && c.expect('BY') ? parseExpressionList(c) : [];
  const orderBy = c.accept('ORDER') && c.expect('BY') ? parseSortItems(c) : [];
  const measures = c.accept('MEASURES') ? parseMeasures(c) : [];
  const rowsPerMatch = parseRowsPerMatch(c);
  const afterMatch = c.at('AFTER') ? parseAfterMatch(c) : undefined;
  c.expect('PATTERN', '(');
  const pattern = parseWholePattern(c);
  c.expect(')');
  const within = c.accept('WITHIN') ? parseWithin(c) : undefined;
  const subsets = c.accept('SUBSET') ? parseSubsets(c) : [];
  c.expect('DEFINE');
  const define = parseDefinitions(c);
  c.expect(')');
  return {
    span: c.spanFrom(start),
    partitionBy,
    orderBy,
    measures,
    pattern,
    subsets,
    define,
    ...(rowsPerMatch === undefined ? {} : { rowsPerMatch }),
    ...(afterMatch === undefined ? {} : { afterMatch }),
    ...(within === undefined ? {} : { within }),
  };
}

function parseMeasures(c: Cursor): MatchRecognize['measures'] {
  const measures: { expr: Expr; alias: Identifier }[] = [];
  do {
    const expr = c.rules.expression(c);
    c.expect('AS');
    measures.push({ expr, alias: c.identifier() });
  } while (c.accept(','));
  return measures;
}

function parseRowsPerMatch(c: Cursor): MatchRecognize['rowsPerMatch'] {
  if (c.accept('ONE')) {
    c.expect('ROW', 'PER', 'MATCH');
    return 'ONE';
  }
  if (!c.accept('ALL')) return undefined;
  // The standard's SHOW EMPTY MATCHES, OMIT … and WITH UNMATCHED ROWS are not in Calcite's grammar.
  c.expect('ROWS', 'PER', 'MATCH');
  return 'ALL';
}

function parseAfterMatch(c: Cursor): MatchRecognize['afterMatch'] {
  const start = c.start;
  c.expect('AFTER', 'MATCH', 'SKIP');
  if (c.accept('PAST')) {
    c.expect('LAST', 'ROW');
    return { kind: 'past-last-row', span: c.spanFrom(start) };
  }
  c.expect('TO');
  if (c.accept('NEXT')) {
    c.expect('ROW');
    return { kind: 'next-row', span: c.spanFrom(start) };
  }
  // FIRST and LAST are names too: `SKIP TO last` means the variable of that name.
  const position = (c.at('FIRST') || c.at('LAST')) && c.identifierAhead(1) ? c.anyWord().name.toUpperCase() : 'LAST';
  const variable = c.identifier();
  return { kind: position === 'FIRST' ? 'to-first' : 'to-last', span: c.spanFrom(start), variable };
}

function parseWithin(c: Cursor): Expr {
  if (!c.at('INTERVAL')) c.fail(['INTERVAL']);
  if (c.tokenAt(1).kind !== 'string' && c.tokenAt(2).kind !== 'string') c.fail(['an interval literal']);
  return c.rules.expression(c);
}

function parseSubsets(c: Cursor): MatchRecognize['subsets'] {
  const subsets: { name: Identifier; items: readonly Identifier[] }[] = [];
  do {
    const name = c.identifier();
    c.expect('=');
    subsets.push({ name, items: parseNameList(c) });
  } while (c.accept(','));
  return subsets;
}

function parseDefinitions(c: Cursor): MatchRecognize['define'] {
  const define: { name: Identifier; condition: Expr }[] = [];
  do {
    const name = c.identifier();
    c.expect('AS');
    define.push({ name, condition: c.rules.expression(c) });
  } while (c.accept(','));
  return define;
}

// ---------------------------------------------------------------- patterns

/** `^ A B* $`. The lexer takes `$` for a name. */
function parseWholePattern(c: Cursor): Pattern {
  const start = c.start;
  const items: Pattern[] = [];
  if (c.accept('^')) items.push({ kind: 'anchor-start', span: c.spanFrom(start) });
  const body = parseAlternatives(c);
  const endStart = c.start;
  const anchored = c.accept('$');
  if (items.length === 0 && !anchored) return body;
  items.push(body);
  if (anchored) items.push({ kind: 'anchor-end', span: c.spanFrom(endStart) });
  return { kind: 'concat', span: c.spanFrom(start), items };
}

/** `A | B C`. */
function parseAlternatives(c: Cursor): Pattern {
  return c.nested(
    () => {
      const start = c.start;
      const items = [parseSequence(c)];
      while (c.accept('|')) items.push(parseSequence(c));
      const only = items[0];
      return items.length === 1 && only !== undefined ? only : { kind: 'alternate', span: c.spanFrom(start), items };
    },
    () => ({ kind: 'empty', span: { start: c.start, end: c.start } }),
  );
}

/** `A B+ (C D)`. */
function parseSequence(c: Cursor): Pattern {
  const start = c.start;
  const items = [parseFactor(c)];
  while (atFactor(c)) items.push(parseFactor(c));
  const only = items[0];
  return items.length === 1 && only !== undefined ? only : { kind: 'concat', span: c.spanFrom(start), items };
}

function atFactor(c: Cursor): boolean {
  return c.at('(') || (c.at('{') && c.keyAt(1) === '-') || c.at('PERMUTE') || (c.atIdentifier && !c.at('$'));
}

function parseFactor(c: Cursor): Pattern {
  const start = c.start;
  const item = parseFactorItem(c);
  const bounds = parseQuantifier(c);
  if (bounds === undefined) return item;
  const greedy = !c.accept('?');
  return { kind: 'repeat', span: c.spanFrom(start), item, greedy, ...bounds };
}

function parseFactorItem(c: Cursor): Pattern {
  const start = c.start;
  if (c.accept('PERMUTE')) {
    c.expect('(');
    const items = [parseAlternatives(c)];
    while (c.accept(',')) items.push(parseAlternatives(c));
    c.expect(')');
    return { kind: 'permute', span: c.spanFrom(start), items };
  }
  if (c.accept('(')) {
    const item = parseAlternatives(c);
    c.expect(')');
    return { kind: 'group', span: c.spanFrom(start), item };
  }
  if (c.accept('{', '-')) {
    const item = parseAlternatives(c);
    c.expect('-', '}');
    return { kind: 'exclude', span: c.spanFrom(start), item };
  }
  const name = c.identifier();
  return { kind: 'variable', span: name.span, name };
}

/** `*`, `+`, `?`, `{2}`, `{2,}`, `{,3}`, `{2,3}`. */
function parseQuantifier(c: Cursor): { min: number; max?: number } | undefined {
  if (c.accept('*')) return { min: 0 };
  if (c.accept('+')) return { min: 1 };
  if (c.accept('?')) return { min: 0, max: 1 };
  if (!c.at('{') || c.keyAt(1) === '-') return undefined;
  c.expect('{');
  const min = c.at(',') ? 0 : parseUnsignedInteger(c);
  const exact = !c.accept(',');
  const open = !exact && c.at('}');
  const max = exact ? min : open ? undefined : parseUnsignedInteger(c);
  c.expect('}');
  return max === undefined ? { min } : { min, max };
}
