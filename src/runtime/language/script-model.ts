/**
 * What a whole script means, as an editor needs it: every statement parsed and bound in order, with what
 * each name meant and which type each expression has (heard from the binder, `2-bind/listener.ts`). Kept
 * for the last few texts, because hover, rename and colours ask about the same text one after the other.
 */
import type { Diagnostic } from '../base/diagnostic.ts';
import type { Expr, ExprOf, QualifiedName, ScriptStatement, Select, Statement } from '../sql/1-parse/ast.ts';
import { type ParsedScript, parseScript } from '../sql/1-parse/parse-script.ts';
import { bindStatement } from '../sql/2-bind/bind-statement.ts';
import type { BoundExpr } from '../sql/2-bind/bound-expr.ts';
import type { ConnectorCatalog, CteScope } from '../sql/2-bind/context.ts';
import type { RegisteredFunction } from '../sql/2-bind/function-catalog.ts';
import type { BindListener, ColumnMeaning, OutputColumn, TableMeaning } from '../sql/2-bind/listener.ts';
import type { ScopeTable } from '../sql/2-bind/scope.ts';
import { Session } from '../sql/2-bind/session.ts';
import { type FunctionFile, projectFunctions } from '../udf/project-functions.ts';

/** What the editors need of the rooms above: which connectors there are. The composition root gives it. */
export interface LanguageWorld {
  readonly connectors: ConnectorCatalog;
  readonly options: OptionCatalog;
}

/** One option of WITH, as completion and hover show it. */
export interface OptionInfo {
  readonly key: string;
  readonly type: string;
  readonly required: boolean;
  readonly default?: string;
  readonly values?: readonly string[];
  readonly doc: string;
}

/** The options that tables can have. */
export interface OptionCatalog {
  /** Names and docs of all connectors. */
  connectors(): readonly { readonly name: string; readonly doc: string }[];
  /** Options that fit a table with these options so far, `connector` first. */
  optionsFor(given: ReadonlyMap<string, string>): readonly OptionInfo[];
  /** Whether data of this table is matched to columns by their names. */
  matchesByName(given: ReadonlyMap<string, string>): boolean;
}

/** A text with the TypeScript files that it names. */
export interface LanguageSource {
  readonly text: string;
  readonly files: readonly FunctionFile[];
}

/** A column name in the text: the part at `at` is the column. */
export interface ColumnUse {
  readonly name: QualifiedName;
  readonly at: number;
  readonly columns: readonly ColumnMeaning[];
}

/** A table name in the text. */
export interface TableUse {
  readonly name: QualifiedName;
  readonly meaning: TableMeaning;
  /** Number of the statement that it stands in. */
  readonly statement: number;
}

/** Everything that was heard while binding. */
export interface Heard {
  readonly columns: Map<QualifiedName, ColumnUse>;
  readonly tables: Map<QualifiedName, TableUse>;
  readonly outputs: Map<Select, readonly OutputColumn[]>;
  readonly outputUses: { readonly name: QualifiedName; readonly select: Select }[];
  readonly stars: Map<ExprOf<'star'>, ScopeTable>;
  readonly naturals: (readonly ColumnMeaning[])[];
  readonly types: Map<Expr, BoundExpr>;
  readonly functions: Map<QualifiedName, RegisteredFunction>;
}

/** A script and what it means. */
export interface ScriptModel {
  readonly text: string;
  readonly parsed: ParsedScript;
  readonly heard: Heard;
  /** After the last statement. */
  readonly session: Session;
  readonly diagnostics: readonly Diagnostic[];
}

/** Texts of which the model is kept: the one on the screen, the one before the last key, and one more. */
const MODELS_MAX = 3;

interface Kept {
  readonly source: LanguageSource;
  readonly model: ScriptModel;
}
const kept: Kept[] = [];

/** The model of a text. Cost: parsing and binding it, some ms for 500 lines; nothing when it was asked for just now. */
export function modelOf(source: LanguageSource, world: LanguageWorld): ScriptModel {
  const known = kept.find((k) => k.source.text === source.text && sameFiles(k.source.files, source.files));
  if (known !== undefined) return known.model;
  const model = buildModel(source, world);
  kept.unshift({ source, model });
  kept.length = Math.min(kept.length, MODELS_MAX);
  return model;
}

/** Whether two calls carry the same files. */
export function sameFiles(a: readonly FunctionFile[], b: readonly FunctionFile[]): boolean {
  return a.length === b.length && a.every((file, i) => file.path === b[i]?.path && file.text === b[i]?.text);
}

/** Builds the model anew, for texts that only a computation knows. */
export function buildModel({ text, files }: LanguageSource, world: LanguageWorld): ScriptModel {
  const parsed = parseScript(text);
  const heard = emptyHeard();
  const session = new Session();
  const functions = projectFunctions(files);
  const diagnostics: Diagnostic[] = [...parsed.diagnostics];
  for (const statement of parsed.script.statements) {
    const { diagnostics: found } = bindStatement(readable(statement), session, world.connectors, {
      text,
      functions,
      listener: listenerFor(heard, statement.number),
    });
    if (statement.statement.kind !== 'unknown') diagnostics.push(...found);
  }
  return { text, parsed, heard, session, diagnostics };
}

/** A statement that does not parse is bound as far as it could be read: half a query still has its tables. */
export function readable(statement: ScriptStatement): ScriptStatement {
  const { statement: written } = statement;
  if (written.kind !== 'unknown' || written.partial === undefined || !isHarmless(written.partial)) return statement;
  return { ...statement, statement: written.partial };
}

/** Whether binding half of it can be undone by binding the whole of it later. */
function isHarmless(statement: Statement): boolean {
  return ['select', 'insert', 'create-view', 'create-table', 'explain', 'statement-set'].includes(statement.kind);
}

/** Nothing heard yet. */
export function emptyHeard(): Heard {
  return {
    columns: new Map(),
    tables: new Map(),
    outputs: new Map(),
    outputUses: [],
    stars: new Map(),
    naturals: [],
    types: new Map(),
    functions: new Map(),
  };
}

/** Writes down what the binder says. */
export function listenerFor(heard: Heard, statement: number): BindListener {
  return {
    lookup: () => undefined,
    column: (name, at, columns) => void heard.columns.set(name, { name, at, columns }),
    output: (name, select) => void heard.outputUses.push({ name, select }),
    natural: (columns) => void heard.naturals.push(columns),
    star: (expr, table) => void heard.stars.set(expr, table),
    table: (name, meaning, _ctes: CteScope | undefined) => void heard.tables.set(name, { name, meaning, statement }),
    userFunction: (name, fn) => void heard.functions.set(name, fn),
    outputs: (select, columns) => void heard.outputs.set(select, columns),
    typed: (expr, bound) => void heard.types.set(expr, bound),
  };
}

/** The statement at an offset: the one whose text and `;` hold it, or the last one before it. */
export function statementAt(parsed: ParsedScript, offset: number): ScriptStatement | undefined {
  const { statements } = parsed.script;
  const at = statements.find((s) => offset >= s.extent.start && offset < s.extent.end);
  return at ?? statements[statements.length - 1];
}
