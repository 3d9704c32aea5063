/**
 * Statements that Millrace knows by name and never runs: jobs, modules, jars, plans, statistics,
 * materialized tables, models, row-level UPDATE and DELETE. The short ones are read by their grammar;
 * the long ones only as balanced text, so that a script that holds them stays whole.
 */
import type { Statement } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { refused } from './messages.ts';
import { parseIfNotExists, parseWithOptions } from './parse-ddl-parts.ts';
import { parseQualifiedName } from './parse-name.ts';
import { expectQuoted, expectStringValue } from './parse-string.ts';

/** Reads up to the end of the statement, minding parentheses only. */
export function parseLoosely(c: Cursor, start: number, what: string): Statement {
  let open = 0;
  if (c.atEnd) c.fail(['<IDENTIFIER>']);
  while (!c.atEnd) {
    if (c.at('(')) open += 1;
    if (c.at(')')) open -= 1;
    if (open < 0 || c.token.kind === 'error') c.fail([';']);
    c.advance();
  }
  if (open > 0) c.fail([')']);
  return { kind: 'other', span: c.spanFrom(start), what };
}

/** The rest of a statement whose first words are `what`. */
type OtherForm = (c: Cursor) => void;

const OTHER_FORMS: Readonly<Record<string, OtherForm>> = {
  'ADD JAR': expectQuoted,
  'REMOVE JAR': expectQuoted,
  'LOAD MODULE': (c) => {
    c.identifier();
    parseWithOptions(c);
  },
  'UNLOAD MODULE': (c) => void c.identifier(),
  'TRUNCATE TABLE': parseQualifiedName,
  'EXECUTE PLAN': expectStringValue,
  'STOP JOB': (c) => {
    expectQuoted(c);
    const savepoint = c.accept('WITH', 'SAVEPOINT');
    if (!savepoint && c.at('WITH', 'DRAIN')) {
      c.report(refused(c.token, 'WITH DRAIN could only be used after WITH SAVEPOINT.'));
    }
    c.accept('WITH', 'DRAIN');
  },
  'ANALYZE TABLE': (c) => {
    parseQualifiedName(c);
    if (c.accept('PARTITION')) parsePartitionSpec(c);
    c.expect('COMPUTE', 'STATISTICS');
    if (!c.accept('FOR')) return;
    if (c.accept('ALL')) {
      c.expect('COLUMNS');
      return;
    }
    c.expect('COLUMNS');
    do c.identifier();
    while (c.accept(','));
  },
  'DELETE FROM': (c) => {
    parseQualifiedName(c);
    if (c.accept('AS') || c.atIdentifier) c.identifier();
    if (c.accept('WHERE')) c.rules.expression(c);
  },
};

/** Reads such a statement when one begins here. */
export function parseOther(c: Cursor): Statement | undefined {
  const start = c.start;
  const what = `${c.key} ${c.keyAt(1)}`;
  const form = Object.hasOwn(OTHER_FORMS, what) ? OTHER_FORMS[what] : undefined;
  if (form !== undefined) {
    c.advance();
    c.advance();
    form(c);
    return { kind: 'other', span: c.spanFrom(start), what };
  }
  if (c.at('UPDATE')) return parseUpdate(c);
  if (c.at('CALL')) {
    c.advance();
    const call = c.rules.expression(c);
    if (call.kind !== 'call' && call.kind !== 'error') c.fail(['(']);
    return { kind: 'other', span: c.spanFrom(start), what: 'CALL' };
  }
  if (c.at('MERGE', 'INTO')) return parseLoosely(c, start, 'MERGE');
  return undefined;
}

/** `UPDATE t SET a = 1 WHERE …`. */
function parseUpdate(c: Cursor): Statement {
  const start = c.start;
  c.expect('UPDATE');
  parseQualifiedName(c);
  if (!c.at('SET') && (c.accept('AS') || c.atIdentifier)) c.identifier();
  c.expect('SET');
  do {
    c.identifier();
    c.expect('=');
    c.rules.expression(c);
  } while (c.accept(','));
  if (c.accept('WHERE')) c.rules.expression(c);
  return { kind: 'other', span: c.spanFrom(start), what: 'UPDATE' };
}

/** `(a = 1, b)`. */
function parsePartitionSpec(c: Cursor): void {
  c.expect('(');
  do {
    c.identifier();
    if (c.accept('=')) c.rules.expression(c);
  } while (c.accept(','));
  c.expect(')');
}

/** `COMPILE PLAN 'file' [IF NOT EXISTS] FOR …`; `target` reads the INSERT or statement set. */
export function parseCompilePlan(c: Cursor, target: (c: Cursor) => void): Statement {
  const start = c.start;
  c.expect('COMPILE');
  const execute = c.accept('AND', 'EXECUTE');
  c.expect('PLAN');
  expectStringValue(c);
  if (!execute) parseIfNotExists(c);
  c.expect('FOR');
  target(c);
  return { kind: 'other', span: c.spanFrom(start), what: execute ? 'COMPILE AND EXECUTE PLAN' : 'COMPILE PLAN' };
}

/** `USE CATALOG c`, `USE MODULES a, b`, `USE db`. */
export function parseUse(c: Cursor): Statement {
  const start = c.start;
  c.expect('USE');
  if (c.accept('MODULES')) {
    const names = [parseQualifiedName(c)];
    while (c.accept(',')) names.push(parseQualifiedName(c));
    return { kind: 'use', span: c.spanFrom(start), what: 'MODULES', names };
  }
  const what = c.accept('CATALOG') ? 'CATALOG' : 'DATABASE';
  const names = [parseQualifiedName(c)];
  return { kind: 'use', span: c.spanFrom(start), what, names };
}

/** Partition columns of SHOW PARTITIONS, or nothing. */
export function skipPartitionSpec(c: Cursor): void {
  if (c.accept('PARTITION')) parsePartitionSpec(c);
}
