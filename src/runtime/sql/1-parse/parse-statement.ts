/** One statement: which rule reads it is told by its first words. Flink: `SqlStmt` of `parserImpls.ftl`. */
import type { Statement } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { isReservedWord } from './keywords.ts';
import { notAStatement, refused } from './messages.ts';
import { parseAlter } from './parse-alter.ts';
import { parseCreate, parseDrop, parseReplaceTable } from './parse-create.ts';
import { parseBeginStatementSet, parseInsert, parseStatementSet } from './parse-insert.ts';
import { parseCompilePlan, parseOther, parseUse } from './parse-other.ts';
import { atQuery } from './parse-query.ts';
import { parseDescribe, parseReset, parseSet, parseShow } from './parse-show.ts';

/** Words that can begin a statement, for messages. */
const FIRST_WORDS = [
  'SELECT',
  'INSERT',
  'CREATE',
  'WITH',
  'VALUES',
  'SET',
  'EXECUTE',
  'DROP',
  'ALTER',
  'EXPLAIN',
  'DESCRIBE',
  'SHOW',
];

/** All words that the rule below tells apart. */
const STATEMENT_STARTS = [...FIRST_WORDS, 'RESET', 'USE', 'BEGIN', 'DESC', 'ADD', 'ANALYZE'];

/** Reads one whole statement; whatever is left over is a mistake. */
export function parseStatement(c: Cursor): Statement {
  const statement = parseBody(c);
  if (!c.failed && !c.atEnd) c.fail(expectedBehind(statement));
  return statement;
}

/** What could have gone on: for hints only. */
function expectedBehind(statement: Statement): readonly string[] {
  switch (statement.kind) {
    case 'select':
    case 'insert':
    case 'create-view':
    case 'create-table-as':
      return [',', 'FROM', 'WHERE', 'GROUP', 'HAVING', 'ORDER', 'UNION', 'JOIN', 'LIMIT', ';'];
    case 'create-table':
      return ['WITH', 'COMMENT', 'PARTITIONED', 'LIKE', 'AS', ';'];
    default:
      return [';'];
  }
}

function parseBody(c: Cursor): Statement {
  const start = c.start;
  if (atQuery(c)) return { kind: 'select', query: c.rules.query(c), span: c.spanFrom(start) };
  c.offer(STATEMENT_STARTS);
  switch (c.key) {
    case 'INSERT':
    case 'UPSERT':
      return parseInsert(c);
    case 'CREATE':
      return parseCreate(c);
    case 'REPLACE':
      return parseReplaceTable(c);
    case 'DROP':
      return parseDrop(c);
    case 'ALTER':
      return parseAlter(c);
    case 'SET':
      return parseSet(c);
    case 'RESET':
      return parseReset(c);
    case 'EXPLAIN':
      return c.nested(
        () => parseExplain(c),
        () => ({ kind: 'unknown', span: c.spanFrom(start) }),
      );
    case 'DESCRIBE':
    case 'DESC':
      return parseDescribe(c);
    case 'SHOW':
      return parseShow(c);
    case 'USE':
      return parseUse(c);
    case 'BEGIN':
      return parseBeginStatementSet(c);
    case 'EXECUTE':
      if (c.keyAt(1) !== 'PLAN') return parseExecute(c);
      break;
    case 'COMPILE':
      return parseCompilePlan(c, parseJob);
  }
  const other = parseOther(c);
  if (other !== undefined) return other;
  if (c.token.kind === 'word' && !isReservedWord(c.key)) c.report(notAStatement(c.text, c.token));
  else c.fail(FIRST_WORDS);
  return { kind: 'unknown', span: c.spanFrom(start) };
}

/** `EXECUTE STATEMENT SET …`, `EXECUTE INSERT …`, `EXECUTE SELECT …`. */
function parseExecute(c: Cursor): Statement {
  const start = c.start;
  c.expect('EXECUTE');
  if (c.at('STATEMENT')) return parseStatementSet(c, start);
  if (c.at('INSERT') || c.at('UPSERT')) return { ...parseInsert(c), span: c.spanFrom(start) };
  if (!atQuery(c)) c.fail(['STATEMENT', 'INSERT', 'SELECT']);
  return { kind: 'select', query: c.rules.query(c), span: c.spanFrom(start) };
}

/** The INSERT or statement set of COMPILE PLAN. */
function parseJob(c: Cursor): void {
  if (c.at('STATEMENT')) parseStatementSet(c, c.start);
  else parseInsert(c);
}

const EXPLAIN_DETAILS = ['ESTIMATED_COST', 'CHANGELOG_MODE', 'JSON_EXECUTION_PLAN', 'PLAN_ADVICE'];

/** `EXPLAIN [PLAN FOR | details] target`. */
function parseExplain(c: Cursor): Statement {
  const start = c.start;
  c.expect('EXPLAIN');
  const details: string[] = [];
  if (!c.accept('PLAN', 'FOR')) {
    c.offer(EXPLAIN_DETAILS);
    while (EXPLAIN_DETAILS.includes(c.key)) {
      details.push(c.expectOneOf(EXPLAIN_DETAILS));
      if (!c.accept(',')) break;
      if (!EXPLAIN_DETAILS.includes(c.key)) c.fail(EXPLAIN_DETAILS);
    }
  }
  const target = parseExplained(c);
  return { kind: 'explain', span: c.spanFrom(start), details, target };
}

const UNEXPLAINED_CREATE =
  'Unsupported CREATE OR REPLACE statement for EXPLAIN. The statement must define a query using the AS clause (i.e. CTAS/RTAS statements).';

function parseExplained(c: Cursor): Statement {
  const start = c.start;
  if (c.at('STATEMENT')) return parseStatementSet(c, start);
  if (c.at('EXECUTE')) return parseExecute(c);
  if (c.at('CREATE')) {
    const created = parseCreate(c);
    if (created.kind !== 'create-table-as') c.report(refused(c.spanFrom(start), UNEXPLAINED_CREATE));
    return created;
  }
  if (c.at('REPLACE')) return parseReplaceTable(c);
  if (c.at('INSERT') || c.at('UPSERT')) return parseInsert(c);
  if (!atQuery(c)) c.fail(['SELECT', 'INSERT', 'STATEMENT', 'CREATE', 'WITH', 'VALUES', ...EXPLAIN_DETAILS]);
  return { kind: 'select', query: c.rules.query(c), span: c.spanFrom(start) };
}
