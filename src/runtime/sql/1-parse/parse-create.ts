/** `CREATE` and `DROP` of everything; tables are in parse-create-table.ts. Flink: `SqlCreateExtended`, `SqlDropExtended`. */
import type { CreateView, Statement } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { refused } from './messages.ts';
import { type CreatePrefix, parseCreateTable } from './parse-create-table.ts';
import { parseComment, parseIfExists, parseIfNotExists, parseWithOptions } from './parse-ddl-parts.ts';
import { parseNameList, parseQualifiedName } from './parse-name.ts';
import { parseLoosely } from './parse-other.ts';
import { expectQuoted } from './parse-string.ts';

const CREATED = ['TABLE', 'VIEW', 'FUNCTION', 'DATABASE', 'CATALOG', 'TEMPORARY', 'MATERIALIZED', 'MODEL'];

/** Reads a CREATE statement. */
export function parseCreate(c: Cursor): Statement {
  const start = c.start;
  c.expect('CREATE');
  const orAlter = c.accept('OR', 'ALTER');
  const orReplace = !orAlter && c.accept('OR', 'REPLACE');
  const temporary = c.accept('TEMPORARY');
  const prefix: CreatePrefix = { start, temporary, orReplace };
  c.offer(CREATED);
  switch (c.key) {
    case 'TABLE':
      return parseCreateTable(c, prefix);
    case 'VIEW':
      return parseCreateView(c, prefix);
    case 'FUNCTION':
    case 'SYSTEM':
      return parseCreateFunction(c, prefix);
    case 'DATABASE':
    case 'CATALOG':
      return parseCreateNamespace(c, prefix);
    case 'MATERIALIZED':
      c.expect('MATERIALIZED', 'TABLE');
      return parseLoosely(c, start, 'CREATE MATERIALIZED TABLE');
    case 'MODEL':
    case 'CONNECTION':
      return parseLoosely(c, start, `CREATE ${c.anyWord().name.toUpperCase()}`);
    default:
      c.fail(CREATED);
      return { kind: 'unknown', span: c.spanFrom(start) };
  }
}

/** `REPLACE TABLE t … AS query`. */
export function parseReplaceTable(c: Cursor): Statement {
  const start = c.start;
  c.expect('REPLACE');
  const temporary = c.accept('TEMPORARY');
  const statement = parseCreateTable(c, { start, temporary, orReplace: true });
  if (statement.kind !== 'create-table-as') c.fail(['AS']);
  return statement;
}

function parseCreateView(c: Cursor, prefix: CreatePrefix): CreateView {
  c.expect('VIEW');
  const ifNotExists = parseIfNotExists(c);
  const name = parseQualifiedName(c);
  const columns = c.at('(') ? parseNameList(c) : undefined;
  const comment = parseComment(c);
  c.expect('AS');
  const query = c.rules.query(c);
  return {
    kind: 'create-view',
    span: c.spanFrom(prefix.start),
    temporary: prefix.temporary,
    orReplace: prefix.orReplace,
    ifNotExists,
    name,
    query,
    ...(columns === undefined ? {} : { columns }),
    ...(comment === undefined ? {} : { comment }),
  };
}

/** Our one extension of the grammar is LANGUAGE TYPESCRIPT, with the file's path in place of the class. */
const LANGUAGES = ['JAVA', 'SCALA', 'SQL', 'PYTHON', 'TYPESCRIPT'];

function parseCreateFunction(c: Cursor, prefix: CreatePrefix): Statement {
  const systemSpan = c.token;
  const system = c.accept('SYSTEM');
  if (system && !prefix.temporary) {
    c.report(
      refused(
        systemSpan,
        'CREATE SYSTEM FUNCTION is not supported, system functions can only be registered as temporary function, you can use CREATE TEMPORARY SYSTEM FUNCTION instead.',
      ),
    );
  }
  c.expect('FUNCTION');
  const ifNotExists = parseIfNotExists(c);
  const name = parseQualifiedName(c);
  c.expect('AS');
  const as = expectQuoted(c);
  const language = c.accept('LANGUAGE') ? c.expectOneOf(LANGUAGES) : undefined;
  const jars: string[] = [];
  if (c.at('USING') && (language === 'SQL' || language === 'PYTHON')) {
    c.report(refused(c.token, `CREATE FUNCTION USING JAR syntax is not applicable to ${language} language.`));
  }
  if (c.accept('USING')) {
    do {
      c.expect('JAR');
      jars.push(expectQuoted(c).value);
    } while (c.accept(','));
  }
  parseWithOptions(c);
  return {
    kind: 'create-function',
    span: c.spanFrom(prefix.start),
    temporary: prefix.temporary,
    system,
    orReplace: prefix.orReplace,
    ifNotExists,
    name,
    as: as.value,
    asSpan: as.span,
    jars,
    ...(language === undefined ? {} : { language }),
  };
}

/** `CREATE DATABASE db`, `CREATE CATALOG c`. */
function parseCreateNamespace(c: Cursor, prefix: CreatePrefix): Statement {
  const kind = c.at('CATALOG') ? 'create-catalog' : 'create-database';
  c.advance();
  const ifNotExists = parseIfNotExists(c);
  const name = parseQualifiedName(c);
  const comment = parseComment(c);
  const { options } = parseWithOptions(c);
  return {
    kind,
    span: c.spanFrom(prefix.start),
    ifNotExists,
    name,
    options,
    ...(comment === undefined ? {} : { comment }),
  };
}

const DROPPED = [
  'TABLE',
  'VIEW',
  'FUNCTION',
  'DATABASE',
  'CATALOG',
  'MODEL',
  'CONNECTION',
  'MATERIALIZED',
  'TEMPORARY',
];

/** Reads a DROP statement. */
export function parseDrop(c: Cursor): Statement {
  const start = c.start;
  c.expect('DROP');
  const temporary = c.accept('TEMPORARY');
  const system = c.accept('SYSTEM');
  let what = c.expectOneOf(system ? ['FUNCTION'] : DROPPED);
  if (what === 'MATERIALIZED') {
    c.expect('TABLE');
    what = 'MATERIALIZED TABLE';
  }
  const ifExists = parseIfExists(c);
  const name = parseQualifiedName(c);
  const behavior = what === 'DATABASE' ? ['CASCADE', 'RESTRICT'].find((word) => c.accept(word)) : undefined;
  return {
    kind: 'drop',
    span: c.spanFrom(start),
    what: what as 'TABLE',
    temporary,
    system,
    ifExists,
    name,
    ...(behavior === undefined ? {} : { behavior: behavior as 'CASCADE' }),
  };
}
