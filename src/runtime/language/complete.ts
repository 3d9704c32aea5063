/**
 * What can be written at a caret. Two questions to the front end answer it: which words the parser would take
 * there (`acceptableAt`), and what names would mean there: a stand-in name is put at the caret, the statement
 * is bound after those before it, and the binder says which columns and tables it looked for the name among.
 */
import { applyTextEdits, type Span } from '../base/span.ts';
import { typeToString } from '../data/type-text.ts';
import type { QualifiedName, ScriptStatement } from '../sql/1-parse/ast.ts';
import { acceptableAt, parseScript } from '../sql/1-parse/parse-script.ts';
import { bindStatement } from '../sql/2-bind/bind-statement.ts';
import type { CteScope } from '../sql/2-bind/context.ts';
import type { BindListener } from '../sql/2-bind/listener.ts';
import { matchesTable, type Scope } from '../sql/2-bind/scope.ts';
import { Session } from '../sql/2-bind/session.ts';
import { allFunctions } from '../sql/functions/registry.ts';
import { quoteIdentifier } from '../sql/print/quote.ts';
import { projectFunctions } from '../udf/project-functions.ts';
import { PHRASES, TIME_UNITS, TYPE_NAMES, WINDOW_FUNCTIONS } from './docs/words.ts';
import { callAt, isInComment, type OptionPlace, optionAt, wordAt } from './place.ts';
import {
  emptyHeard,
  type LanguageSource,
  type LanguageWorld,
  listenerFor,
  readable,
  sameFiles,
} from './script-model.ts';

/** One suggestion. */
export interface Completion {
  readonly label: string;
  readonly kind: 'column' | 'table' | 'function' | 'keyword' | 'type' | 'option' | 'value' | 'parameter' | 'unit';
  /** A type, a signature; beside the label. */
  readonly detail: string;
  readonly doc: string;
  readonly insert: string;
  /** Order: smaller first. */
  readonly rank: number;
}

/** Suggestions, and the text that one of them takes the place of. */
export interface Completions {
  readonly replace: Span;
  readonly items: readonly Completion[];
}

/** The name that stands in for what is not written yet. */
const STAND_IN = 'millrace$caret';

/** What can be written at `offset`. Cost: the statement is parsed twice and bound once; those before it are kept. */
export function completeAt(source: LanguageSource, offset: number, world: LanguageWorld): Completions {
  const { text } = source;
  const word = wordAt(text, offset);
  const from = statementStart(text, word.start);
  if (isInComment(text, from, offset)) return { replace: word, items: [] };
  const option = optionAt(text, from, offset);
  if (option !== null) return { replace: option.replace, items: optionItems(option, world) };
  if (/^[^']*'(?:[^']*'[^']*')*[^']*$/.test(text.slice(from, offset).replace(/--.*$/gm, '')))
    return { replace: word, items: [] };
  const place = lookAt(source, word, from, world);
  if (text[word.start - 1] === '.') return { replace: word, items: memberItems(place) };
  const takes = acceptableAt(text.slice(from, word.start));
  const items: Completion[] = [];
  if (place.scope !== undefined || takes.has('<EXPRESSION>')) items.push(...columnItems(place));
  items.push(...listItems(text.slice(from, word.start), place));
  if (takes.has('<EXPRESSION>')) items.push(...functionItems(place.session));
  if (takes.has('<TABLE>') || takes.has('<SINK>')) items.push(...tableItems(place, takes));
  if (takes.has('<TYPE>')) items.push(...TYPE_NAMES.map((t) => item(t, 'type', '', t, 2)));
  if (takes.has('<UNIT>')) items.push(...TIME_UNITS.map((u) => item(u, 'unit', '', u, 1)));
  if (takes.has('<PARAMETER>')) items.push(...parameterItems(text, from, word.start));
  const words = takes.size > 0 ? [...takes].filter((k) => /^[A-Z_]{2,}$/.test(k)) : CLAUSES;
  for (const key of words) {
    if (takes.has('<UNIT>') || (key === 'TABLE' && takes.has('<SINK>'))) continue;
    const phrase = PHRASES[key] ?? key;
    items.push(item(phrase, 'keyword', '', `${phrase} `.replace(/^(NULL|TRUE|FALSE|END) $/, '$1'), 5));
  }
  return { replace: word, items: distinct(items) };
}

/** Offered where a mistake before the caret hides what could come. */
const CLAUSES = [
  'SELECT',
  'FROM',
  'WHERE',
  'GROUP',
  'HAVING',
  'ORDER',
  'JOIN',
  'ON',
  'AS',
  'AND',
  'OR',
  'UNION',
  'WITH',
  'INSERT',
  'CREATE',
];

function item(
  label: string,
  kind: Completion['kind'],
  detail: string,
  insert: string,
  rank: number,
  doc = '',
): Completion {
  return { label, kind, detail, doc, insert, rank };
}

function distinct(items: readonly Completion[]): readonly Completion[] {
  const seen = new Set<string>();
  return items.filter(({ kind, label }) => {
    const key = `${kind} ${label}`;
    return seen.has(key) ? false : seen.add(key) !== undefined;
  });
}

// ---------------------------------------------------------------- the place

interface Place {
  readonly session: Session;
  /** Where a column was looked for; absent where no expression stands. */
  readonly scope?: Scope;
  readonly aliases: readonly string[];
  /** Parts written before the caret: `t.`. */
  readonly qualifier: QualifiedName['parts'];
  readonly ctes?: CteScope;
}

function statementStart(text: string, offset: number): number {
  const { statements } = parseScript(text.slice(0, offset)).script;
  const last = statements[statements.length - 1];
  if (last === undefined) return 0;
  return /;\s*$/.test(text.slice(last.extent.start, offset)) ? offset : last.extent.start;
}

interface Before {
  readonly prefix: string;
  readonly files: LanguageSource['files'];
  readonly session: Session;
}
let before: Before | null = null;

/** The session after the statements before the caret; they stay the same while one statement is typed. */
function sessionBefore({ text, files }: LanguageSource, from: number, world: LanguageWorld): Session {
  const prefix = text.slice(0, from);
  if (before === null || before.prefix !== prefix || !sameFiles(before.files, files)) {
    const session = new Session();
    const functions = projectFunctions(files);
    for (const statement of parseScript(prefix).script.statements)
      bindStatement(readable(statement), session, world.connectors, { text: prefix, functions });
    before = { prefix, files, session };
  }
  return before.session.copy();
}

/** Binds the statement with the stand-in at the caret; when that says nothing, only its FROM around the caret. */
function lookAt(source: LanguageSource, word: Span, from: number, world: LanguageWorld): Place {
  const { text, files } = source;
  const session = sessionBefore(source, from, world);
  const marked = applyTextEdits(text, [{ span: word, text: STAND_IN }]).slice(from);
  const tries = [marked, fromClauseAround(marked)];
  let heard: Place = { session, aliases: [], qualifier: [] };
  for (const attempt of tries) {
    if (attempt === null) continue;
    const statement = parseScript(attempt).script.statements[0];
    if (statement === undefined) continue;
    heard = { ...heard, ...hear(statement, attempt, session.copy(), files, world) };
    if (heard.scope !== undefined || heard.ctes !== undefined) break;
  }
  return { ...heard, session };
}

function hear(
  statement: ScriptStatement,
  text: string,
  session: Session,
  files: LanguageSource['files'],
  world: LanguageWorld,
): Partial<Place> {
  const place: { -readonly [K in keyof Place]?: Place[K] } = {};
  const listener: BindListener = {
    ...listenerFor(emptyHeard(), statement.number),
    lookup(name, { scope, aliases }) {
      const at = name.parts.findIndex((p) => p.name === STAND_IN);
      if (at === -1) return;
      place.scope = scope;
      place.aliases = [...(aliases?.keys() ?? [])].filter((a) => !a.includes('$'));
      place.qualifier = name.parts.slice(0, at);
    },
    table(name, _meaning, ctes) {
      if (name.parts.at(-1)?.name === STAND_IN && ctes !== undefined) place.ctes = ctes;
    },
  };
  bindStatement(readable(statement), session, world.connectors, { text, functions: projectFunctions(files), listener });
  return place;
}

/** `SELECT stand-in FROM …` with the FROM that belongs to the caret's SELECT, when the rest cannot be read. */
function fromClauseAround(marked: string): string | null {
  const at = marked.indexOf(STAND_IN);
  const head = /[\w$.`]*$/.exec(marked.slice(0, at))?.[0] ?? '';
  const rest = marked.slice(at);
  const own = /\bFROM\b/i.exec(rest);
  const earlier = marked.slice(0, at).toUpperCase().lastIndexOf('FROM ');
  if (own === null && earlier === -1) return null;
  const clause = own === null ? marked.slice(earlier, at) : rest.slice(own.index);
  const end = /\b(WHERE|GROUP\s+BY|HAVING|ORDER\s+BY|LIMIT|UNION|WINDOW|QUALIFY)\b|;/i.exec(clause);
  return `SELECT ${head}${STAND_IN} ${end === null ? clause : clause.slice(0, end.index)}`;
}

// ---------------------------------------------------------------- items

function columnItems({ scope, aliases }: Place): readonly Completion[] {
  const items: Completion[] = aliases.map((a) => item(a, 'column', 'output column', quoteIdentifier(a), 0));
  for (let s: Scope | undefined = scope, depth = 0; s !== undefined; s = s.parent, depth += 1) {
    for (const table of s.tables) {
      for (const field of table.fields) {
        if (field.name === '' || field.name === STAND_IN) continue;
        const among = s.tables.filter((t) => t.fields.some((f) => f.name === field.name)).length;
        const written = quoteIdentifier(field.name);
        const qualified =
          among > 1 && table.alias !== undefined ? `${quoteIdentifier(table.alias)}.${written}` : written;
        const of = table.alias === undefined ? '' : ` · ${table.alias}`;
        items.push(
          item(among > 1 ? qualified : field.name, 'column', `${typeToString(field.type)}${of}`, qualified, depth),
        );
      }
      if (table.alias !== undefined)
        items.push(item(table.alias, 'table', 'alias', quoteIdentifier(table.alias), 3 + depth));
    }
  }
  return items;
}

/** What can stand behind `t.`: columns of the table, fields of a ROW. */
function memberItems({ scope, qualifier, session }: Place): readonly Completion[] {
  for (let s: Scope | undefined = scope; s !== undefined; s = s.parent) {
    const table = s.tables.find((t) => matchesTable(t, qualifier));
    const first = qualifier[0]?.name;
    const row = s.tables.flatMap((t) => t.fields).find((f) => f.name === first)?.type;
    const fields = table?.fields ?? (qualifier.length === 1 && row?.kind === 'ROW' ? row.fields : undefined);
    if (fields !== undefined)
      return fields
        .filter((f) => f.name !== '')
        .map((f) => item(f.name, 'column', typeToString(f.type), quoteIdentifier(f.name), 0));
  }
  const path = qualifier.map((p) => p.name);
  const database = path[path.length - 1] ?? '';
  const catalog = path.length > 1 ? (path[0] ?? '') : session.catalog;
  return [...session.objects(catalog, database).values()].map((o) =>
    item(o.path.name, 'table', o.kind, quoteIdentifier(o.path.name), 0),
  );
}

/** Lists of columns that are no expressions: keys, partitions, target columns of INSERT. */
function listItems(prefix: string, { session }: Place): readonly Completion[] {
  const target = /\bINSERT\s+(?:INTO|OVERWRITE)\s+`?([\w$]+)`?\s*\([^()]*$/i.exec(prefix);
  if (target !== null) {
    const object = session.find({ catalog: session.catalog, database: session.database, name: target[1] ?? '' });
    return (object?.schema ?? []).map((f) => item(f.name, 'column', typeToString(f.type), quoteIdentifier(f.name), 0));
  }
  const described = /\bTABLE\s+`?([\w$]+)`?[^()]*\bDESCRIPTOR\s*\(\s*$/i.exec(prefix);
  if (described !== null) {
    const object = session.find({ catalog: session.catalog, database: session.database, name: described[1] ?? '' });
    return (object?.schema ?? []).map((f) => item(f.name, 'column', typeToString(f.type), quoteIdentifier(f.name), 0));
  }
  if (!/\b(?:PRIMARY\s+KEY|PARTITIONED\s+BY|UNIQUE)\s*\([^()]*$/i.test(prefix)) return [];
  const statement = parseScript(prefix).script.statements[0]?.statement;
  const partial = statement?.kind === 'unknown' ? statement.partial : statement;
  if (partial?.kind !== 'create-table') return [];
  return partial.columns.map((c) => item(c.name.name, 'column', c.kind, quoteIdentifier(c.name.name), 0));
}

function functionItems(session: Session): readonly Completion[] {
  const own = session.functions
    .names(session.catalog, session.database)
    .map((name) => item(name, 'function', 'function of the project', `${name}(`, 2));
  const builtIn = allFunctions()
    .filter((f) => /^[A-Z]\w*$/.test(f.name))
    .map(({ name, doc }) =>
      item(name, 'function', doc.signature, doc.signature.includes('(') ? `${name}(` : name, 4, doc.text),
    );
  return [...own, ...builtIn];
}

function tableItems({ session, ctes }: Place, takes: ReadonlySet<string>): readonly Completion[] {
  const items: Completion[] = [];
  for (let s = ctes; s !== undefined; s = s.parent)
    for (const name of s.entries.keys()) items.push(item(name, 'table', 'WITH', quoteIdentifier(name), 0));
  for (const object of session.objects(session.catalog, session.database).values()) {
    if (object.path.name === '') continue;
    if (takes.has('<SINK>') && object.kind === 'view') continue;
    const columns = object.schema.map((f) => `${f.name} ${typeToString(f.type)}`).join('\n');
    items.push(item(object.path.name, 'table', object.kind, quoteIdentifier(object.path.name), 1, columns));
  }
  if (takes.has('LATERAL'))
    for (const [name, doc] of Object.entries(WINDOW_FUNCTIONS))
      items.push(item(name, 'function', doc.signature, `${name}(`, 2, doc.text));
  return items;
}

/** `SIZE => ` and its like. */
function parameterItems(text: string, from: number, offset: number): readonly Completion[] {
  const call = callAt(text, from, offset);
  const doc = WINDOW_FUNCTIONS[call?.name.toUpperCase() ?? ''];
  if (doc === undefined) return [];
  return [...doc.signature.matchAll(/(\w+) => /g)].map((m) =>
    item(m[1] ?? '', 'parameter', 'argument', `${m[1]} => `, 1),
  );
}

function optionItems({ role, key, isQuoted, given }: OptionPlace, world: LanguageWorld): readonly Completion[] {
  const quote = (value: string): string => (isQuoted ? value : `'${value}'`);
  const known = world.options.optionsFor(given);
  if (role === 'key')
    return known
      .filter((o) => !given.has(o.key))
      .map((o) =>
        item(
          o.key,
          'option',
          o.required ? 'required' : `${o.type}${o.default === undefined ? '' : ` = ${o.default}`}`,
          quote(o.key),
          o.required ? 0 : 1,
          o.doc,
        ),
      );
  if (key === 'connector')
    return world.options.connectors().map((c) => item(c.name, 'value', '', quote(c.name), 0, c.doc));
  const option = known.find((o) => o.key === key);
  const values = option?.values ?? (option?.type === 'boolean' ? ['true', 'false'] : []);
  return values.map((v) => item(v, 'value', v === option?.default ? 'default' : '', quote(v), 0, option?.doc));
}
