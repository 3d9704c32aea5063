/** `INSERT INTO`, `INSERT OVERWRITE`, and the two forms of a statement set. Flink: `RichSqlInsert`, `SqlStatementSet`. */
import type { Expr, Identifier, Insert, Statement } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { refused } from './messages.ts';
import { parseHints } from './parse-hint.ts';
import { parseQualifiedName } from './parse-name.ts';

/** Reads one INSERT (or UPSERT, which Flink's grammar knows as a synonym). */
export function parseInsert(c: Cursor): Insert {
  const start = c.start;
  const upsert = c.at('UPSERT');
  c.expectOneOf(['INSERT', 'UPSERT']);
  const wordSpan = c.token;
  const overwrite = c.expectOneOf(['INTO', 'OVERWRITE']) === 'OVERWRITE';
  if (overwrite && upsert) c.report(refused(wordSpan, 'OVERWRITE expression is only used with INSERT statement.'));
  c.offer(['<SINK>']);
  const target = parseQualifiedName(c);
  const hints = parseHints(c);
  const partition = c.accept('PARTITION') ? parsePartition(c) : [];
  const columns = atColumnList(c) ? parseColumnList(c) : undefined;
  const query = c.rules.query(c);
  const onConflict = c.at('ON') ? parseOnConflict(c) : undefined;
  return {
    kind: 'insert',
    span: c.spanFrom(start),
    overwrite,
    target,
    hints,
    partition,
    query,
    ...(columns === undefined ? {} : { columns }),
    ...(onConflict === undefined ? {} : { onConflict }),
  };
}

/** `(a = 1, b = 'x')`: Flink takes literals only. */
function parsePartition(c: Cursor): Insert['partition'] {
  const items: { name: Identifier; value: Expr }[] = [];
  c.expect('(');
  do {
    const name = c.identifier();
    c.expect('=');
    const valueToken = c.token;
    const value = c.rules.expression(c);
    if (value.kind !== 'literal') c.report(refused(valueToken, 'The value of a partition must be a literal.'));
    items.push({ name, value });
  } while (c.accept(','));
  c.expect(')');
  return items;
}

/** Whether the parenthesis here holds column names and no query. */
function atColumnList(c: Cursor): boolean {
  return c.at('(') && c.identifierAhead(1) && [',', ')', '.'].includes(c.keyAt(2));
}

/** `(a, r.b)`; a nested column is one name of the dotted text. */
function parseColumnList(c: Cursor): readonly Identifier[] {
  const columns: Identifier[] = [];
  c.expect('(');
  do {
    const { span, parts } = parseQualifiedName(c);
    const only = parts.length === 1 ? parts[0] : undefined;
    columns.push(only ?? { span, name: parts.map((part) => part.name).join('.'), quoted: false });
  } while (c.accept(','));
  if (!c.at(')')) c.fail([',', ')']);
  c.accept(')');
  return columns;
}

/** `ON CONFLICT DO NOTHING | ERROR | DEDUPLICATE`. */
function parseOnConflict(c: Cursor): string {
  c.expect('ON', 'CONFLICT', 'DO');
  return c.expectOneOf(['NOTHING', 'ERROR', 'DEDUPLICATE']);
}

/** `STATEMENT SET BEGIN insert; … END`, from STATEMENT on. */
export function parseStatementSet(c: Cursor, start: number): Statement {
  c.expect('STATEMENT', 'SET', 'BEGIN');
  const inserts = parseInserts(c);
  c.expect('END');
  return { kind: 'statement-set', span: c.spanFrom(start), form: 'EXECUTE', inserts };
}

/** `BEGIN STATEMENT SET; insert; … END`. */
export function parseBeginStatementSet(c: Cursor): Statement {
  const start = c.start;
  c.expect('BEGIN', 'STATEMENT', 'SET', ';');
  const inserts = parseInserts(c);
  c.expect('END');
  return { kind: 'statement-set', span: c.spanFrom(start), form: 'BEGIN', inserts };
}

/** At least one INSERT, each with its `;`. */
function parseInserts(c: Cursor): readonly Insert[] {
  const inserts: Insert[] = [];
  do {
    // In the BEGIN form each INSERT may be written as EXECUTE INSERT.
    if (c.keyAt(1) === 'INSERT') c.accept('EXECUTE');
    if (!c.at('INSERT') && !c.at('UPSERT')) c.fail(['INSERT', 'UPSERT']);
    inserts.push(parseInsert(c));
    c.expect(';');
  } while (c.at('INSERT') || c.at('UPSERT') || c.at('EXECUTE', 'INSERT'));
  return inserts;
}
