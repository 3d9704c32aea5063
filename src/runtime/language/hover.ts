/** What a pointed-at name is: its type, its table, the page of a function. In Markdown. */
import type { Span } from '../base/span.ts';
import { typeToString } from '../data/type-text.ts';
import type { Expr } from '../sql/1-parse/ast.ts';
import { aggregateFunction, scalarFunction } from '../sql/functions/registry.ts';
import { KEYWORD_DOCS, WINDOW_FUNCTIONS, type WordDoc } from './docs/words.ts';
import { callAt, wordAt } from './place.ts';
import type { LanguageWorld, ScriptModel } from './script-model.ts';
import { type Site, siteAt } from './sites.ts';

/** A hover. `changelogOf`: the statement number whose table's changelog mode the window may add. */
export interface Hover {
  readonly span: Span;
  readonly markdown: string;
}

/** What stands at an offset, or null. */
export function hoverAt(model: ScriptModel, offset: number, world: LanguageWorld): Hover | null {
  const site = siteAt(model, offset);
  const found = site === undefined ? null : ofSite(model, site);
  if (site !== undefined && found !== null) return { span: site.span, markdown: found };
  const word = wordAt(model.text, offset);
  const upper = model.text.slice(word.start, word.end).toUpperCase();
  const page = pageOf(upper);
  if (page !== null) return { span: word, markdown: page };
  const option = optionHover(model, offset, world);
  if (option !== null) return option;
  const keyword = KEYWORD_DOCS[upper];
  return keyword === undefined ? null : { span: word, markdown: `**${upper}**\n\n${keyword}` };
}

function ofSite(model: ScriptModel, { meaning, name, span }: Site): string | null {
  switch (meaning.kind) {
    case 'column': {
      const [column] = meaning.columns ?? [];
      const field = column?.table.fields[column.index];
      const of = column?.table.alias === undefined ? '' : `\n\nColumn of \`${column.table.alias}\`.`;
      const type = field?.type ?? typeAt(model, span);
      return type === undefined ? `Column \`${name}\`` : `${sql(`${name} ${typeToString(type)}`)}${of}`;
    }
    case 'field': {
      const type = typeAt(model, span);
      return type === undefined ? null : `${sql(`${name} ${typeToString(type)}`)}\n\nField of a row.`;
    }
    case 'table': {
      const { object } = meaning;
      const columns = object.schema.map((f) => `  ${f.name} ${typeToString(f.type)}`).join(',\n');
      return sql(`${object.kind.toUpperCase()} ${object.path.name} (\n${columns}\n)`);
    }
    case 'with':
      return `\`${name}\`: table expression of this query's WITH.`;
    case 'alias':
      return `\`${name}\`: alias in this query.`;
    case 'function':
      if (meaning.fn !== undefined) return `${sql(`${meaning.fn.name}(…)`)}\n\nFunction of \`${meaning.fn.path}\`.`;
      return pageOf(name.toUpperCase());
    case 'unknown-table':
      return null;
  }
}

/** The page of a built-in function. */
export function pageOf(name: string): string | null {
  const doc: WordDoc | undefined = WINDOW_FUNCTIONS[name];
  const fn = doc ?? (scalarFunction(name) ?? aggregateFunction(name))?.doc;
  if (fn === undefined || !/^\w+$/.test(name)) return null;
  const example = fn.example === undefined ? '' : `\n\nExample:\n${sql(fn.example)}`;
  return `${sql(fn.signature)}\n\n${fn.text}${example}`;
}

/** Type of the smallest expression whose text ends with the span. */
function typeAt(model: ScriptModel, span: Span) {
  let best: Expr | undefined;
  for (const expr of model.heard.types.keys()) {
    if (expr.span.start > span.start || expr.span.end < span.end) continue;
    if (best === undefined || expr.span.end - expr.span.start < best.span.end - best.span.start) best = expr;
  }
  return best === undefined ? undefined : model.heard.types.get(best)?.type;
}

function optionHover(model: ScriptModel, offset: number, world: LanguageWorld): Hover | null {
  for (const { statement } of model.parsed.script.statements) {
    if (statement.kind !== 'create-table') continue;
    const at = statement.options.find((o) => o.keySpan.start <= offset && offset < o.keySpan.end);
    if (at === undefined) continue;
    const given = new Map(statement.options.map((o) => [o.key, o.value]));
    const option = world.options.optionsFor(given).find((o) => o.key === at.key);
    if (option === undefined) return null;
    const values = option.values === undefined ? '' : `\n\nOne of ${option.values.map((v) => `\`${v}\``).join(', ')}.`;
    return { span: at.keySpan, markdown: `**${option.key}** (${option.type})\n\n${option.doc}${values}` };
  }
  return null;
}

function sql(code: string): string {
  return `\`\`\`flinksql\n${code}\n\`\`\``;
}

/** The call that is being written: its signature, and which argument the caret is in. */
export interface SignatureHelp {
  readonly label: string;
  readonly doc: string;
  readonly parameters: readonly string[];
  readonly active: number;
}

/** Help for the call around an offset, or null. */
export function signatureAt(text: string, from: number, offset: number): SignatureHelp | null {
  const call = callAt(text, from, offset);
  if (call === null) return null;
  const name = call.name.toUpperCase();
  const doc = WINDOW_FUNCTIONS[name] ?? (scalarFunction(name) ?? aggregateFunction(name))?.doc;
  const inside = doc === undefined ? undefined : /\((.*)\)/.exec(doc.signature)?.[1];
  if (doc === undefined || inside === undefined) return null;
  const parameters = inside.split(/,\s*(?![^()]*\))/).map((p) => p.trim());
  const named = parameters.findIndex((p) => p.startsWith(`${call.parameter} =>`));
  return {
    label: doc.signature,
    doc: doc.text,
    parameters,
    active: named === -1 ? Math.min(call.argument, parameters.length - 1) : named,
  };
}
