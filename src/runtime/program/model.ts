/**
 * The program behind the graph: which statements are units of the canvas, what each defines, reads
 * and writes, and which node every name means. `buildGraph` shows it; the edits compute their text
 * changes from its spans. Derived from the script alone.
 */
import { assert } from '../base/assert.ts';
import type { Span } from '../base/span.ts';
import type {
  CreateTable,
  Insert,
  QualifiedName,
  Query,
  Script,
  ScriptStatement,
  Statement,
} from '../sql/1-parse/ast.ts';
import { type NameKey, NameScope, plainName, shortName } from './names.ts';
import { collectReferences, type TableReference } from './references.ts';

/** A reference with the unit that it means. */
export interface UnitReference extends TableReference {
  /** Id of the defining unit; `null`: nothing of that name is defined before. */
  readonly target: string | null;
}

/** One thing on the canvas: a definition, a query, or an INSERT (also one that is only an edge). */
export interface Unit {
  /** Node id, unique in the script. For an INSERT that is only an edge: an id of no node. */
  readonly id: string;
  readonly role: 'table' | 'view' | 'insert' | 'select' | 'broken';
  readonly name: string;
  /** The top-level statement that holds it: itself, or a statement set. */
  readonly holder: ScriptStatement;
  readonly statement: Statement;
  readonly span: Span;
  /** The written name of what it defines. */
  readonly definition?: QualifiedName;
  readonly key?: NameKey;
  readonly table?: CreateTable;
  readonly insert?: Insert;
  readonly query?: Query;
  readonly references: readonly UnitReference[];
  /** Unit that an INSERT writes into. */
  readonly sink: string | null;
  /** The INSERT is a bare copy of one table into another: an edge without a node. */
  readonly edgeOnly: boolean;
  /** For broken text that still says what it would define: `view:orders`. */
  readonly standsFor?: string;
}

/** The whole program. */
export interface ProgramModel {
  readonly script: Script;
  readonly units: readonly Unit[];
  readonly byId: ReadonlyMap<string, Unit>;
  /** Ids of the tables and views that something reads; that something writes. */
  readonly read: ReadonlySet<string>;
  readonly written: ReadonlySet<string>;
  /** Table definitions that the references of a unit mean, for recognising joins. */
  readonly tableOf: (unit: Unit, name: QualifiedName) => CreateTable | null;
  /** Names of units in statements that are not on the canvas: DROP, ALTER, DESCRIBE, EXPLAIN, LIKE. */
  readonly mentions: readonly UnitReference[];
  /** Lower-case names of functions declared LANGUAGE TYPESCRIPT. */
  readonly typescript: ReadonlySet<string>;
  /** All functions that the script creates, in its order. */
  readonly functions: readonly LibraryEntry[];
}

/** A `CREATE FUNCTION` of the script. */
export interface LibraryEntry {
  readonly name: string;
  /** Class name or path. */
  readonly path: string;
  readonly isTypescript: boolean;
  readonly holder: ScriptStatement;
}

/** Reads the program out of a parsed script. Cost: linear in the tree. */
export function buildModel(script: Script): ProgramModel {
  const builder = new ModelBuilder(script);
  for (const item of script.statements) builder.add(item);
  return builder.finish();
}

class ModelBuilder {
  readonly #script: Script;
  readonly #names = new NameScope<string>();
  readonly #units: Unit[] = [];
  readonly #byId = new Map<string, Unit>();
  readonly #functions: LibraryEntry[] = [];
  readonly #mentions: UnitReference[] = [];
  #selectCount = 0;
  #brokenCount = 0;
  #edgeCount = 0;

  constructor(script: Script) {
    this.#script = script;
  }

  add(holder: ScriptStatement): void {
    const statement = holder.statement;
    switch (statement.kind) {
      case 'create-table':
        this.#table(holder, statement, statement);
        return;
      case 'create-table-as':
        this.#table(holder, statement, statement.table);
        return;
      case 'create-view': {
        const references = this.#references(statement.query);
        const unit = this.#push({
          ...base(holder, statement, 'view'),
          ...this.#defined(statement.name, 'view'),
          query: statement.query,
          references,
        });
        this.#define(statement.name, unit, statement.ifNotExists);
        return;
      }
      case 'create-function':
        this.#functions.push({
          name: plainName(statement.name),
          path: statement.as,
          isTypescript: statement.language?.toUpperCase() === 'TYPESCRIPT',
          holder,
        });
        return;
      case 'insert':
        this.#insert(holder, statement);
        return;
      case 'statement-set':
        for (const insert of statement.inserts) this.#insert(holder, insert);
        return;
      case 'select':
        this.#selectCount += 1;
        this.#push({
          ...base(holder, statement, 'select'),
          id: this.#unique(`select:${this.#selectCount}`),
          name: this.#selectCount === 1 ? 'result' : `result ${this.#selectCount}`,
          query: statement.query,
          references: this.#references(statement.query),
        });
        return;
      case 'unknown':
        this.#broken(holder, statement);
        return;
      default:
        this.#mention(statement);
        this.#names.follow(statement);
    }
  }

  /** Notes which units a statement beside the canvas speaks of. */
  #mention(statement: Statement): void {
    if (statement.kind === 'explain') {
      const target = statement.target;
      if (target.kind === 'select' || target.kind === 'insert') this.#mentions.push(...this.#references(target.query));
      if (target.kind === 'insert') this.#mentionName(target.target);
      if (target.kind === 'statement-set') {
        for (const insert of target.inserts) {
          this.#mentions.push(...this.#references(insert.query));
          this.#mentionName(insert.target);
        }
      }
    } else if (statement.kind === 'alter-table' || statement.kind === 'alter-view') this.#mentionName(statement.name);
    else if (statement.kind === 'drop' && ['TABLE', 'VIEW'].includes(statement.what)) this.#mentionName(statement.name);
    else if (statement.kind === 'describe' && statement.what === 'TABLE') this.#mentionName(statement.name);
    else if (statement.kind === 'show' && statement.name) this.#mentionName(statement.name);
  }

  #mentionName(name: QualifiedName): void {
    const target = this.#names.resolve(name);
    if (target !== undefined)
      this.#mentions.push({
        name,
        label: plainName(name),
        asOf: false,
        argument: false,
        qualifiers: [],
        hints: [],
        target,
      });
  }

  finish(): ProgramModel {
    const read = new Set<string>();
    const written = new Set<string>();
    for (const unit of this.#units) {
      for (const reference of unit.references) if (reference.target !== null) read.add(reference.target);
      if (unit.sink !== null) written.add(unit.sink);
      if (unit.role === 'table' && unit.query) written.add(unit.id);
    }
    const byId: ReadonlyMap<string, Unit> = this.#byId;
    const tableOf = (unit: Unit, name: QualifiedName): CreateTable | null => {
      const target = unit.references.find((reference) => reference.name === name)?.target;
      return (target ? byId.get(target)?.table : undefined) ?? null;
    };
    return {
      script: this.#script,
      units: this.#units,
      byId,
      read,
      written,
      tableOf,
      mentions: this.#mentions,
      typescript: new Set(this.#functions.filter((f) => f.isTypescript).map((f) => f.name.toLowerCase())),
      functions: this.#functions,
    };
  }

  #table(holder: ScriptStatement, statement: Statement, table: CreateTable): void {
    const references = table.as ? this.#references(table.as) : [];
    if (table.like) this.#mentionName(table.like.name);
    const unit = this.#push({
      ...base(holder, statement, 'table'),
      ...this.#defined(table.name, 'table'),
      table,
      references,
      ...(table.as ? { query: table.as } : {}),
    });
    this.#define(table.name, unit, table.ifNotExists);
  }

  #insert(holder: ScriptStatement, insert: Insert): void {
    const references = this.#references(insert.query);
    const sink = this.#names.resolve(insert.target) ?? null;
    const target = this.#byId.get(sink ?? '');
    // A view cannot be written: the INSERT stays a node without an edge, and the binder says why.
    const written = target?.role === 'table' || target?.role === 'broken' ? sink : null;
    const edgeOnly =
      written !== null && references.length === 1 && typeof references[0]?.target === 'string' && isBareCopy(insert);
    const name = shortName(this.#names.key(insert.target));
    if (edgeOnly) this.#edgeCount += 1;
    this.#push({
      ...base(holder, insert, 'insert'),
      id: edgeOnly ? this.#unique(`edge:${this.#edgeCount}`) : this.#unique(`insert:${name}`),
      name,
      insert,
      query: insert.query,
      references,
      sink: written,
      edgeOnly,
    });
  }

  /** Text that does not parse keeps the name it would define, so that its readers stay wired while it is being typed. */
  #broken(holder: ScriptStatement, statement: Statement): void {
    this.#brokenCount += 1;
    const head = this.#script.text.slice(statement.span.start, statement.span.start + HEAD_LENGTH_MAX);
    const match = DEFINITION_HEAD.exec(head);
    const written = match?.[2] ?? match?.[3]?.replaceAll('``', '`');
    const name: QualifiedName | undefined =
      written === undefined
        ? undefined
        : { span: statement.span, parts: [{ span: statement.span, name: written, quoted: match?.[3] !== undefined }] };
    const prefix = match?.[1]?.toUpperCase() === 'VIEW' ? 'view' : 'table';
    const key = name ? this.#names.key(name) : undefined;
    const unit = this.#push({
      ...base(holder, statement, 'broken'),
      id: this.#unique(`broken:${this.#brokenCount}`),
      name: key === undefined ? `statement ${holder.number}` : shortName(key),
      ...(key === undefined ? {} : { key, standsFor: `${prefix}:${shortName(key)}` }),
    });
    if (name) this.#names.define(name, unit.id);
  }

  #defined(
    name: QualifiedName,
    prefix: string,
  ): { readonly id: string; readonly name: string; readonly key: NameKey; readonly definition: QualifiedName } {
    const key = this.#names.key(name);
    return { id: this.#unique(`${prefix}:${shortName(key)}`), name: shortName(key), key, definition: name };
  }

  #define(name: QualifiedName, unit: Unit, ifNotExists: boolean): void {
    if (ifNotExists && this.#names.resolve(name) !== undefined) return;
    this.#names.define(name, unit.id);
  }

  #references(query: Query): readonly UnitReference[] {
    return collectReferences(query).map((reference) => ({
      ...reference,
      target: this.#names.resolve(reference.name) ?? null,
    }));
  }

  #unique(id: string): string {
    if (!this.#byId.has(id)) return id;
    let count = 2;
    while (this.#byId.has(`${id}#${count}`)) count += 1;
    return `${id}#${count}`;
  }

  #push(unit: Unit): Unit {
    assert(!this.#byId.has(unit.id), 'unit ids are unique');
    this.#units.push(unit);
    this.#byId.set(unit.id, unit);
    return unit;
  }
}

/** Enough text to hold the words of a definition and its name. */
const HEAD_LENGTH_MAX = 400;

/** `CREATE … TABLE name` or `CREATE … VIEW name` at the head of broken text. */
const DEFINITION_HEAD =
  /^CREATE\s+(?:OR\s+REPLACE\s+)?(?:TEMPORARY\s+)?(TABLE|VIEW)\s+(?:IF\s+NOT\s+EXISTS\s+)?(?:([A-Za-z_][\w$]*)|`((?:[^`]|``)+)`)/i;

function base(holder: ScriptStatement, statement: Statement, role: Unit['role']): Unit {
  return {
    id: '',
    role,
    name: '',
    holder,
    statement,
    span: statement.span,
    references: [],
    sink: null,
    edgeOnly: false,
  };
}

/** `INSERT INTO s SELECT * FROM x` or with a list of plain columns: it moves rows and changes none. */
function isBareCopy(insert: Insert): boolean {
  const query = insert.query;
  if (query.with.length > 0 || query.orderBy.length > 0 || query.limit || query.offset || insert.partition.length > 0)
    return false;
  const body = query.body;
  if (body.kind === 'table') return true;
  if (body.kind !== 'select' || body.quantifier === 'DISTINCT') return false;
  if (body.where || body.groupBy || body.having || body.windows.length > 0 || body.qualify) return false;
  if (body.from?.kind !== 'table' || body.from.asOf) return false;
  return body.items.every((item) => (item.expr.kind === 'star' || item.expr.kind === 'column') && !item.alias);
}
