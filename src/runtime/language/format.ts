/**
 * One style for SQL: keywords in capitals, a line for each clause, two spaces a level. Only white space and the
 * case of keywords change: the tokens and comments stay, in their order, and formatting twice changes nothing.
 *
 * A list in parentheses stands on lines of its own when it is the body of CREATE TABLE, a sub-query, or too long
 * for its line; statements that do not parse are left as they are.
 */
import type { Span, TextEdit } from '../base/span.ts';
import { isReservedWord } from '../sql/1-parse/keywords.ts';
import { tokenize } from '../sql/1-parse/lexer.ts';
import { parseScript } from '../sql/1-parse/parse-script.ts';
import type { Token } from '../sql/1-parse/token.ts';

const LINE_LENGTH_MAX = 100;
const INDENT = '  ';

/** Words that begin a line at the level of their query. */
const CLAUSES = new Set(['SELECT', 'FROM', 'WHERE', 'GROUP', 'HAVING', 'ORDER', 'LIMIT', 'OFFSET', 'FETCH', 'WINDOW',
  'QUALIFY', 'UNION', 'INTERSECT', 'EXCEPT', 'INSERT', 'VALUES', 'PARTITIONED', 'DISTRIBUTED']); // biome-ignore format: a table of words
/** Words before JOIN. */
const JOIN_WORDS = new Set(['LEFT', 'RIGHT', 'FULL', 'INNER', 'CROSS', 'NATURAL', 'OUTER']);
/** Words that are written in capitals although they could be names. */
const OTHER_KEYWORDS = new Set(['TEMPORARY', 'VIEW', 'KEY', 'ENFORCED', 'FIRST', 'LAST', 'NULLS', 'TYPESCRIPT', 'IF']);
const TIGHT_BEFORE = new Set([',', ';', ')', ']', '.', '[']);
const TIGHT_AFTER = new Set(['(', '[', '.']);

/** Edits that bring the statements inside `within` (all of them without it) into the one style. */
export function formatEdits(text: string, within?: Span): readonly TextEdit[] {
  const { script, diagnostics } = parseScript(text);
  const edits: TextEdit[] = [];
  for (const { statement, extent, leading } of script.statements) {
    const span = { start: leading.end, end: extent.start + text.slice(extent.start, extent.end).trimEnd().length };
    if (within !== undefined && (span.end < within.start || span.start > within.end)) continue;
    if (statement.kind === 'unknown' || statement.kind === 'other') continue;
    if (diagnostics.some((d) => d.span !== undefined && d.span.start >= span.start && d.span.start <= span.end))
      continue;
    const written = text.slice(span.start, span.end);
    const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
    const formatted = formatStatement(written).replaceAll('\n', lineEnd);
    if (formatted !== written && sameTokens(written, formatted)) edits.push({ span, text: formatted });
  }
  return edits;
}

interface Piece {
  readonly token: Token;
  readonly text: string;
  /** Upper case for words, the symbol itself otherwise. */
  readonly key: string;
}

interface Level {
  /** Lines inside begin with this many levels. */
  readonly indent: number;
  /** Items stand on lines of their own. */
  readonly isBroken: boolean;
  readonly isQuery: boolean;
}

function formatStatement(text: string): string {
  const pieces = tokenize(text).flatMap((token): Piece[] => {
    if (token.kind === 'whitespace' || token.kind === 'end') return [];
    const written = text.slice(token.start, token.end);
    return [{ token, text: written, key: token.kind === 'word' ? written.toUpperCase() : written }];
  });
  const isTable = /^CREATE\s+(TEMPORARY\s+)?TABLE\b/i.test(text);
  const levels: Level[] = [{ indent: 0, isBroken: false, isQuery: true }];
  let out = '';
  let line = '';
  let betweens = 0;
  const newLine = (indent: number): void => {
    if (line.trim() !== '') out += `${line.trimEnd()}\n`;
    line = INDENT.repeat(indent);
  };
  for (const [i, piece] of pieces.entries()) {
    const previous = pieces[i - 1];
    const level = levels[levels.length - 1] ?? { indent: 0, isBroken: false, isQuery: true };
    const { key, token } = piece;
    if (token.kind === 'line-comment' || token.kind === 'block-comment') {
      const isOwnLine = previous === undefined || text.slice(previous.token.end, token.start).includes('\n');
      if (isOwnLine) newLine(level.indent);
      else if (line.trim() !== '') line += ' ';
      line += piece.text;
      if (token.kind === 'line-comment') newLine(level.indent);
      else if (/^\s*\n/.test(text.slice(token.end))) newLine(level.indent);
      continue;
    }
    if (key === ')') {
      levels.pop();
      const outer = levels[levels.length - 1] ?? level;
      if (level.isBroken) newLine(outer.indent);
      line = line.trim() === '' ? `${line})` : `${line.trimEnd()})`;
      if (level.isBroken && line.trim() === ')') line = `${INDENT.repeat(Math.max(0, level.indent - 1))})`;
      continue;
    }
    if (level.isQuery && i > 0 && beginsLine(pieces, i, isTable && levels.length === 1)) newLine(level.indent);
    else if (level.isQuery && i > 0 && (key === 'AND' || key === 'OR') && betweens === 0 && line.length > 60)
      newLine(level.indent + 1);
    if (key === 'BETWEEN') betweens += 1;
    if (key === 'AND' && betweens > 0) betweens -= 1;
    line += `${spaceBefore(piece, previous, line)}${caseOf(piece, pieces, i)}`;
    if (key === '(') {
      const length = lengthToClose(pieces, i);
      const isQuery = ['SELECT', 'WITH'].includes(pieces[i + 1]?.key ?? '');
      const isBody = isTable && levels.length === 1 && isTableBody(pieces, i);
      const isBroken = pieces[i + 1]?.key !== ')' && (isQuery || isBody || line.length + length > LINE_LENGTH_MAX);
      levels.push({ indent: level.indent + (isBroken ? 1 : 0), isBroken, isQuery });
      if (isBroken) newLine(level.indent + 1);
    } else if (
      key === ',' &&
      (level.isBroken || (level.isQuery && line.length > LINE_LENGTH_MAX - 20)) &&
      !trailsComment(text, piece)
    )
      newLine(level.isQuery ? level.indent + 1 : level.indent);
    else if (key === ';' && i < pieces.length - 1) newLine(level.indent);
  }
  return (out + line).trimEnd();
}

/** A comment behind the comma belongs to the line. */
function trailsComment(text: string, { token }: Piece): boolean {
  return /^[^\S\n]*(--|\/\*)/.test(text.slice(token.end));
}

function beginsLine(pieces: readonly Piece[], i: number, isTable: boolean): boolean {
  const key = pieces[i]?.key ?? '';
  const previous = pieces[i - 1]?.key ?? '';
  if (pieces[i]?.token.kind !== 'word' || previous === '.') return false;
  if (key === 'JOIN') return !JOIN_WORDS.has(previous);
  if (JOIN_WORDS.has(key)) return !JOIN_WORDS.has(previous) && pieces.slice(i + 1, i + 3).some((p) => p.key === 'JOIN');
  if (key === 'WITH') return isTable;
  if (key === 'FROM') return previous !== 'DISTINCT';
  if (key === 'SELECT') return previous !== '(';
  return CLAUSES.has(key) && previous !== '(' && !(key === 'GROUP' && previous === 'WITHIN');
}

/** Columns or options of CREATE TABLE: the parenthesis behind the name, or behind WITH. */
function isTableBody(pieces: readonly Piece[], i: number): boolean {
  const before = pieces[i - 1];
  if (before?.key === 'WITH') return true;
  const words = pieces.slice(0, i).map((p) => p.key);
  return !words.includes('(') && words.includes('TABLE');
}

/** Letters up to the parenthesis that closes this one. */
function lengthToClose(pieces: readonly Piece[], open: number): number {
  let depth = 0;
  let length = 0;
  for (const piece of pieces.slice(open)) {
    length += piece.text.length + 1;
    if (piece.key === '(') depth += 1;
    if (piece.key === ')') depth -= 1;
    if (depth === 0) break;
  }
  return length;
}

function spaceBefore(piece: Piece, previous: Piece | undefined, line: string): string {
  if (previous === undefined || line.trim() === '') return '';
  if (TIGHT_BEFORE.has(piece.key) || TIGHT_AFTER.has(previous.key)) return '';
  // Calls and types stay tight; a list behind a keyword has a space.
  const gap = piece.token.start > previous.token.end ? ' ' : '';
  if (piece.key === '(') return gap;
  // Type brackets and signs stay as they are written.
  if (/^[<>+-]$/.test(piece.key) || /^[<>+-]$/.test(previous.key)) return gap;
  return ' ';
}

/** Keywords in capitals; what is a name stays. */
function caseOf(piece: Piece, pieces: readonly Piece[], i: number): string {
  if (piece.token.kind !== 'word' || pieces[i - 1]?.key === '.') return piece.text;
  return isReservedWord(piece.key) || (OTHER_KEYWORDS.has(piece.key) && isKeywordPlace(pieces, i))
    ? piece.key
    : piece.text;
}

/** Words that may be names are keywords only beside reserved ones. */
function isKeywordPlace(pieces: readonly Piece[], i: number): boolean {
  const previous = pieces[i - 1]?.key ?? '';
  return (
    ['CREATE', 'TEMPORARY', 'PRIMARY', 'NOT', 'LANGUAGE', 'NULLS', 'DROP', 'TABLE', 'VIEW'].includes(previous) &&
    pieces[i + 1] !== undefined &&
    !(previous === 'TABLE' && pieces[i]?.key !== 'IF')
  );
}

/** Whether two texts have the same tokens and comments, but for the case of reserved words. */
function sameTokens(a: string, b: string): boolean {
  const keys = (text: string): string =>
    tokenize(text)
      .filter((t) => t.kind !== 'whitespace' && t.kind !== 'end')
      .map((t) => {
        const written = text.slice(t.start, t.end);
        const upper = written.toUpperCase();
        return t.kind === 'word' && (isReservedWord(upper) || OTHER_KEYWORDS.has(upper)) ? upper : written.trimEnd();
      })
      .join('\u0000');
  return keys(a) === keys(b);
}
