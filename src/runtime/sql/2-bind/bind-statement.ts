/**
 * Binds one statement of a script against the session. DDL and SET change the session at once, so
 * statements are bound in order; a statement that fails leaves the name it would have made behind as
 * a broken object, so that the statements after it are not blamed for it.
 */
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Span } from '../../base/span.ts';
import type { Schema } from '../../data/logical-type.ts';
import { withoutTimeAttribute } from '../../data/type-rules.ts';
import type { Row } from '../../data/value.ts';
import type { FunctionLibrary } from '../../udf/function-library.ts';
import type { CreateTable, CreateView, Query, ScriptStatement, Statement, StatementOf } from '../1-parse/ast.ts';
import { bindAlterTable, bindAlterView } from './bind-alter.ts';
import { bindDefinition, definitionOf } from './bind-create-table.ts';
import { bindDrop } from './bind-drop.ts';
import { bindCreateFunction } from './bind-function.ts';
import { bindInsert } from './bind-insert.ts';
import { bindQuery } from './bind-query.ts';
import { bindDescribe, bindShow } from './bind-show.ts';
import type { BoundTable, BoundView, ObjectPath } from './catalog.ts';
import { BindContext, type ConnectorCatalog } from './context.ts';
import { inputRef } from './expr-tools.ts';
import type { BindListener } from './listener.ts';
import { problems } from './messages.ts';
import type { BoundInsert, Rel } from './rel.ts';
import { namesOf, projectOf, uniqueNames } from './rel-tools.ts';
import { pathText, type Session } from './session.ts';

/** What a statement is once bound. */
export type BoundStatement =
  /** DDL, SET, USE: done already, nothing runs. */
  | { readonly kind: 'done' }
  /** A query whose rows go to the user. */
  | { readonly kind: 'query'; readonly rel: Rel; readonly columns: Schema; readonly span: Span }
  /** INSERTs that run as one job. */
  | { readonly kind: 'inserts'; readonly inserts: readonly BoundInsert[] }
  /** SHOW, DESCRIBE: the answer is known. */
  | { readonly kind: 'rows'; readonly columns: Schema; readonly rows: readonly Row[] }
  /** EXPLAIN: the planner writes the text. */
  | { readonly kind: 'explain'; readonly target: BoundStatement; readonly details: readonly string[] };

/** What binding gives. `bound` is absent when there was an error. */
export interface BindResult {
  readonly bound?: BoundStatement;
  readonly diagnostics: readonly Diagnostic[];
  /** Tables whose sinks were set up before the statement failed; only with an error. */
  readonly sinks?: readonly BoundTable[];
}

/** What a statement needs besides itself. */
export interface BindOptions {
  /** Text of the whole script; spans refer to it. */
  readonly text: string;
  /** Canvas node of the statement (or of an INSERT inside a set) with this span. */
  readonly nodeIdOf?: (span: Span) => string | undefined;
  /** Declarations of the script's TypeScript functions; without it such functions cannot be called. */
  readonly functions?: FunctionLibrary;
  /** Hears what names mean while they are looked up. */
  readonly listener?: BindListener;
}

/** Binds a statement. */
export function bindStatement(
  statement: ScriptStatement,
  session: Session,
  connectors: ConnectorCatalog,
  options: BindOptions,
): BindResult {
  const cx = new BindContext(
    session,
    connectors,
    options.text,
    statement.number,
    options.functions ?? null,
    options.listener,
  );
  const nodeIdOf = options.nodeIdOf ?? (() => undefined);
  const bound = bindOne(statement.statement, cx, nodeIdOf);
  const node = nodeIdOf(statement.statement.span);
  const diagnostics =
    node === undefined ? cx.diagnostics : cx.diagnostics.map((d) => ({ ...d, nodeId: d.nodeId ?? node }));
  const failed = diagnostics.some((d) => d.severity === 'error');
  return failed || bound === undefined ? { diagnostics, sinks: cx.sinks } : { bound, diagnostics };
}

type NodeIdOf = (span: Span) => string | undefined;

const DONE: BoundStatement = { kind: 'done' };

function bindOne(statement: Statement, cx: BindContext, nodeIdOf: NodeIdOf): BoundStatement | undefined {
  const { session } = cx;
  switch (statement.kind) {
    case 'create-table':
      return statement.as === undefined
        ? createTable(statement, cx, nodeIdOf)
        : createTableAs(statement, statement.as, cx, nodeIdOf);
    case 'create-table-as':
      return statement.table.as === undefined
        ? undefined
        : createTableAs(statement.table, statement.table.as, cx, nodeIdOf);
    case 'create-view':
      return createView(statement, cx, nodeIdOf);
    case 'create-function':
      return bindCreateFunction(statement, cx) ? DONE : undefined;
    case 'insert': {
      const insert = bindInsert(statement, nodeIdOf(statement.span), cx);
      return insert === undefined ? undefined : { kind: 'inserts', inserts: [insert] };
    }
    case 'statement-set': {
      const inserts = statement.inserts.flatMap((i) => bindInsert(i, nodeIdOf(i.span), cx) ?? []);
      return inserts.length === statement.inserts.length ? { kind: 'inserts', inserts } : undefined;
    }
    case 'select': {
      const rel = bindQuery(statement.query, { cx });
      const columns = uniqueNames(namesOf(rel.schema)).map((name, i) => ({
        name,
        type: rel.schema[i]?.type ?? ({ kind: 'ERROR', nullable: true } as const),
      }));
      const nodeId = nodeIdOf(statement.span);
      return {
        kind: 'query',
        rel: { ...rel, schema: columns, ...(nodeId === undefined ? {} : { nodeId }) },
        columns,
        span: statement.span,
      };
    }
    case 'set':
      if (statement.key === undefined) return settingRows(session);
      session.set(statement.key, statement.value ?? '');
      return DONE;
    case 'reset':
      session.reset(statement.key);
      return DONE;
    case 'explain': {
      const target = bindOne(statement.target, cx, nodeIdOf);
      return target === undefined ? undefined : { kind: 'explain', target, details: statement.details };
    }
    case 'describe':
      return bindDescribe(statement, cx);
    case 'show':
      return bindShow(statement, cx);
    case 'drop':
      bindDrop(statement, cx);
      return DONE;
    case 'alter-table':
      bindAlterTable(statement, cx);
      return DONE;
    case 'alter-view':
      bindAlterView(statement, cx);
      return DONE;
    case 'use':
      return bindUse(statement, cx);
    case 'create-database':
      return createDatabase(statement, cx);
    case 'create-catalog': {
      const [name] = statement.name.parts;
      if (name !== undefined)
        session.addCatalog(name.name, statement.options.find((o) => o.key === 'default-database')?.value ?? 'default');
      return DONE;
    }
    case 'other':
      cx.report(
        /^(UPDATE|DELETE)/i.test(statement.what)
          ? problems.updateStatement(statement.what.toUpperCase())
          : problems.notRunnable(statement.what.toUpperCase()),
        statement.span,
      );
      return undefined;
    case 'unknown':
      rememberBroken(statement.span, cx);
      return undefined;
  }
}

// ---------------------------------------------------------------- CREATE TABLE, VIEW

function createTable(create: CreateTable, cx: BindContext, nodeIdOf: NodeIdOf): BoundStatement | undefined {
  const path = cx.session.resolve(create.name);
  if (!mayCreate(create, path, cx)) return create.ifNotExists ? DONE : undefined;
  const definition = definitionOf(create, cx);
  const identity = { path, temporary: create.temporary, span: create.span, nodeId: nodeIdOf(create.span) };
  const table = definition === undefined ? undefined : bindDefinition(definition, identity, cx);
  cx.session.put(table ?? brokenTable(path, create.temporary, create.span, cx));
  return table === undefined ? undefined : DONE;
}

function createTableAs(
  create: CreateTable,
  query: Query,
  cx: BindContext,
  nodeIdOf: NodeIdOf,
): BoundStatement | undefined {
  const path = cx.session.resolve(create.name);
  if (!mayCreate(create, path, cx)) return create.ifNotExists ? DONE : undefined;
  const rel = bindQuery(query, { cx });
  const own = definitionOf(create, cx);
  const broken = rel.schema.some((f) => f.type.kind === 'ERROR');
  if (own === undefined || broken) {
    cx.session.put(brokenTable(path, create.temporary, create.span, cx));
    return undefined;
  }
  const names = create.columnNames?.map((c) => c.name) ?? namesOf(rel.schema);
  const taken = uniqueNames(names).flatMap((name) => {
    const field = rel.schema.find((f) => f.name === name);
    return field === undefined ? [] : [{ kind: 'typed' as const, name, type: withoutTimeAttribute(field.type) }];
  });
  // A declared column of the same name gives the type; declared ones of other names come first.
  const declared = own.columns.filter((c) => c.kind !== 'typed' && !taken.some((t) => t.name === c.name.name));
  const merged = taken.map((t) => own.columns.find((c) => c.kind !== 'typed' && c.name.name === t.name) ?? t);
  const identity = { path, temporary: create.temporary, span: create.span, nodeId: nodeIdOf(create.span) };
  const table = bindDefinition({ ...own, columns: [...declared, ...merged] }, identity, cx);
  cx.session.put(table ?? brokenTable(path, create.temporary, create.span, cx));
  if (table === undefined) return undefined;
  const id = { span: create.name.span, parts: create.name.parts };
  const insert = bindInsert(
    {
      kind: 'insert',
      span: create.span,
      overwrite: false,
      target: id,
      hints: [],
      partition: [],
      query,
      columns: rel.schema.map((f) => ({ span: create.name.span, name: f.name, quoted: true })),
    },
    undefined,
    cx,
  );
  return insert === undefined ? undefined : { kind: 'inserts', inserts: [insert] };
}

/** Checks that the name is free. With IF NOT EXISTS a taken name is no mistake, and nothing happens. */
function mayCreate(create: CreateTable | CreateView, path: ObjectPath, cx: BindContext): boolean {
  if (!cx.session.catalogs().includes(path.catalog)) {
    cx.report(problems.unknownCatalog(path.catalog), create.name.span);
    return false;
  }
  if (!cx.session.databases(path.catalog).includes(path.database)) {
    cx.report(problems.unknownDatabase(path.database, path.catalog), create.name.span);
    return false;
  }
  const existing = create.temporary ? cx.session.temporary(path) : cx.session.permanent(path);
  // Flink reads OR REPLACE and then refuses to replace.
  if (existing === undefined || existing.broken) return true;
  if (!create.ifNotExists) {
    if (create.temporary) cx.report(problems.temporaryExists(pathText(path)), create.name.span);
    else cx.report(problems.viewExists(path.database, path.name, path.catalog), create.name.span);
  }
  return false;
}

function createView(create: CreateView, cx: BindContext, nodeIdOf: NodeIdOf): BoundStatement | undefined {
  const path = cx.session.resolve(create.name);
  const before = cx.diagnostics.length;
  const query = bindQuery(create.query, { cx });
  const nodeId = nodeIdOf(create.span);
  if (!mayCreate(create, path, cx)) return create.ifNotExists ? DONE : undefined;
  if (
    create.columns !== undefined &&
    create.columns.length !== query.schema.length &&
    query.schema.every((f) => f.type.kind !== 'ERROR')
  ) {
    cx.report(
      problems.viewColumnCount(create.columns.length, query.schema.length),
      create.columns[0]?.span ?? create.span,
    );
  }
  const written = create.columns?.map((c) => c.name) ?? namesOf(query.schema);
  const repeated = written.find((name, i) => name !== '' && written.indexOf(name) !== i);
  if (repeated !== undefined) cx.report(problems.viewDuplicate(repeated), create.query.span);
  const failed = cx.diagnostics.slice(before).some((d) => d.severity === 'error');
  const names = create.columns?.map((c) => c.name) ?? uniqueNames(namesOf(query.schema));
  const schema = query.schema.map((f, i) => ({ name: names[i] ?? f.name, type: f.type }));
  const rel = schema.every((f, i) => f.name === query.schema[i]?.name)
    ? query
    : projectOf(
        query,
        query.schema.map((f, i) => inputRef(i, f.type)),
        names,
      );
  const view: BoundView = {
    kind: 'view',
    path,
    temporary: create.temporary,
    schema,
    rel: nodeId === undefined ? rel : { ...rel, nodeId },
    text: cx.textOf(create.query.span),
    span: create.span,
    statement: cx.statement,
    ...(nodeId === undefined ? {} : { nodeId }),
    ...(failed ? { broken: true } : {}),
  };
  cx.session.put(view);
  return failed ? undefined : DONE;
}

function brokenTable(path: ObjectPath, temporary: boolean, span: Span, cx: BindContext): BoundTable {
  return {
    kind: 'table',
    path,
    temporary,
    columns: [],
    schema: [],
    primaryKey: [],
    options: new Map(),
    partitionedBy: [],
    span,
    statement: cx.statement,
    broken: true,
  };
}

/** Enough text to hold the words of a definition and its name. */
const HEAD_LENGTH_MAX = 400;
const DEFINITION_HEAD =
  /^CREATE\s+(?:OR\s+REPLACE\s+)?(TEMPORARY\s+)?(?:TABLE|VIEW)\s+(?:IF\s+NOT\s+EXISTS\s+)?(?:([A-Za-z_][\w$]*)|`((?:[^`]|``)+)`)/i;

/** Text that does not parse keeps the name it would define. */
function rememberBroken(span: Span, cx: BindContext): void {
  const match = DEFINITION_HEAD.exec(cx.text.slice(span.start, Math.min(span.end, span.start + HEAD_LENGTH_MAX)));
  const name = match?.[2] ?? match?.[3]?.replaceAll('``', '`');
  if (name === undefined) return;
  const path = cx.session.resolve({ span, parts: [{ span, name, quoted: false }] });
  cx.session.put(brokenTable(path, match?.[1] !== undefined, span, cx));
}

// ---------------------------------------------------------------- the rest

function createDatabase(
  statement: StatementOf<'create-database' | 'create-catalog'>,
  cx: BindContext,
): BoundStatement | undefined {
  const parts = statement.name.parts.map((p) => p.name);
  const name = parts[parts.length - 1] ?? '';
  const catalog = parts.length > 1 ? (parts[0] ?? '') : cx.session.catalog;
  if (!cx.session.catalogs().includes(catalog)) {
    cx.report(problems.unknownCatalog(catalog), statement.name.span);
    return undefined;
  }
  if (cx.session.databases(catalog).includes(name)) {
    if (!statement.ifNotExists) cx.report(problems.databaseExists(name, catalog), statement.name.span);
    return statement.ifNotExists ? DONE : undefined;
  }
  cx.session.addDatabase(catalog, name);
  return DONE;
}

function bindUse(statement: StatementOf<'use'>, cx: BindContext): BoundStatement | undefined {
  const [name] = statement.names;
  const parts = name?.parts.map((p) => p.name) ?? [];
  const last = parts[parts.length - 1];
  if (name === undefined || last === undefined || statement.what === 'MODULES') return DONE;
  const { session } = cx;
  if (statement.what === 'CATALOG') {
    if (!session.catalogs().includes(last)) {
      cx.report(problems.unknownCatalog(last), name.span);
      return undefined;
    }
    session.catalog = last;
    session.database = session.databases(last)[0] ?? 'default';
    return DONE;
  }
  const catalog = parts.length > 1 ? (parts[0] ?? session.catalog) : session.catalog;
  if (!session.databases(catalog).includes(last)) {
    cx.report(problems.unknownDatabase(last, catalog), name.span);
    return undefined;
  }
  session.catalog = catalog;
  session.database = last;
  return DONE;
}

function settingRows(session: Session): BoundStatement {
  const text = { kind: 'VARCHAR', nullable: true, length: 2147483647 } as const;
  return {
    kind: 'rows',
    columns: [
      { name: 'key', type: text },
      { name: 'value', type: text },
    ],
    rows: [...session.settings()].map(([key, value]) => [key, value]),
  };
}
