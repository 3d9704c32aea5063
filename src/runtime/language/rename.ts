/**
 * Definition, references and rename of the names of a script. A column is renamed with all the views that pass it
 * on under its name; the result is bound anew and compared: every name must still mean what it meant.
 */
import { applyTextEdits, type Span, type TextEdit } from '../base/span.ts';
import type { SelectItem } from '../sql/1-parse/ast.ts';
import { quoteIdentifier } from '../sql/print/quote.ts';
import { type ColumnRoot, ColumnRoots } from './column-roots.ts';
import { buildModel, type LanguageSource, type LanguageWorld, modelOf, type ScriptModel } from './script-model.ts';
import { collectSites, type Site, siteAt, sitesOf } from './sites.ts';

/** Where a name is given; `path`: in a TypeScript file. */
export interface Definition {
  readonly span: Span;
  readonly path?: string;
}

/** Where the name at an offset is given. */
export function definitionAt(model: ScriptModel, offset: number): readonly Definition[] {
  const site = siteAt(model, offset);
  if (site === undefined) return [];
  if (site.meaning.kind === 'function' && site.meaning.fn !== undefined)
    return [{ span: { start: 0, end: 0 }, path: site.meaning.fn.path }];
  return sitesOf(model)
    .filter((other) => other.isDefinition && isSame(site, other))
    .map(({ span }) => ({ span }));
}

/** All places that mean the same as the name at an offset. */
export function referencesAt(model: ScriptModel, offset: number): readonly Span[] {
  const site = siteAt(model, offset);
  return site === undefined
    ? []
    : sitesOf(model)
        .filter((other) => isSame(site, other))
        .map(({ span }) => span);
}

function isSame(a: Site, b: Site): boolean {
  const x = a.meaning;
  const y = b.meaning;
  if (x.kind === 'column' && y.kind === 'column')
    return x.roots.some((root) => y.roots.some((other) => other.name.span.start === root.name.span.start));
  if (x.kind === 'table' && y.kind === 'table') return x.object.span?.start === y.object.span?.start;
  if (x.kind === 'with' && y.kind === 'with') return x.item.name.span.start === y.item.name.span.start;
  return x.kind === 'alias' && y.kind === 'alias' && x.ref.span.start === y.ref.span.start;
}

/** What a rename does: edits of the text; or the node of the canvas that must be renamed; or why it cannot be done. */
export type RenameResult =
  | { readonly kind: 'edits'; readonly edits: readonly TextEdit[]; readonly label: string }
  | { readonly kind: 'table'; readonly definition: Span }
  | { readonly kind: 'refused'; readonly reason: string };

/** The name at an offset and its place, when it can be renamed. */
export function renameTarget(
  model: ScriptModel,
  offset: number,
): { readonly span: Span; readonly name: string } | null {
  const site = siteAt(model, offset);
  if (site === undefined || !['column', 'table', 'with', 'alias'].includes(site.meaning.kind)) return null;
  return { span: site.span, name: site.name };
}

const refused = (reason: string): RenameResult => ({ kind: 'refused', reason });

/** Renames what stands at an offset. */
export function renameAt(source: LanguageSource, offset: number, name: string, world: LanguageWorld): RenameResult {
  const model = modelOf(source, world);
  const site = siteAt(model, offset);
  if (site === undefined) return refused('There is no name here.');
  if (name.trim() === '') return refused('A name needs at least one letter.');
  switch (site.meaning.kind) {
    case 'table': {
      const { span } = site.meaning.object;
      return span === undefined
        ? refused('This table is not made by the script.')
        : { kind: 'table', definition: span };
    }
    case 'column':
      return renameColumn(source, model, site, name, world);
    case 'with':
    case 'alias':
      return checked(
        source,
        model,
        sitesOf(model)
          .filter((s) => isSame(site, s))
          .map((s) => replacement(s, name)),
        name,
        world,
      );
    case 'field':
      return refused('Fields are named by the type of their row.');
    default:
      return refused(`${site.name} cannot be renamed here.`);
  }
}

function replacement({ span }: Site, name: string): TextEdit {
  return { span, text: quoteIdentifier(name) };
}

function renameColumn(
  source: LanguageSource,
  model: ScriptModel,
  site: Site,
  name: string,
  world: LanguageWorld,
): RenameResult {
  let roots = rootsOf(site);
  if (roots.length === 0) return refused(`${site.name} is named by Flink and not by the script.`);
  let cut: ReadonlySet<SelectItem> = new Set();
  const fixed = roots.find((root) => isReadByName(model, root, world));
  let sites = sitesOf(model);
  if (fixed !== undefined) {
    // The data calls the column so: the name can only change behind it, in a select list.
    const item = [...model.heard.outputs.values()]
      .flat()
      .find(
        ({ item: i, columns }) =>
          columns.length === 0 && i.span.start <= site.span.start && site.span.end <= i.span.end,
      )?.item;
    if (item === undefined || item.alias !== undefined || item.expr.kind !== 'column')
      return refused(
        `The data of ${fixed.table?.path.name ?? 'the table'} names this column ${site.name}. Give it another name where it is selected: ${site.name} AS ${name}.`,
      );
    cut = new Set([item]);
    const cutRoots = new ColumnRoots(model, cut);
    roots = cutRoots.ofItem(item);
    sites = collectSites(model, cutRoots);
  }
  const starts = new Set(roots.map((root) => root.name.span.start));
  // USING makes one name of several: all of them change.
  for (let size = -1; size !== starts.size; ) {
    size = starts.size;
    for (const s of sites) {
      const own = rootsOf(s).map((root) => root.name.span.start);
      if (own.some((start) => starts.has(start))) for (const start of own) starts.add(start);
    }
  }
  if (
    model.heard.naturals.some((columns) =>
      new ColumnRoots(model, cut).ofColumns(columns).some((r) => starts.has(r.name.span.start)),
    )
  )
    return refused('A NATURAL JOIN finds this column by its name. Write the condition with ON first.');
  const file = fileThatReads(model, starts, cut);
  if (file !== null) return refused(`${file} reads this column of its rows by name. Rename it there as well, by hand.`);
  const edits: TextEdit[] = [...cut].map((item) => ({
    span: { start: item.span.end, end: item.span.end },
    text: ` AS ${quoteIdentifier(name)}`,
  }));
  for (const s of sites) {
    if (!rootsOf(s).some((root) => starts.has(root.name.span.start))) continue;
    // The place of the cut itself still reads the old name.
    if ([...cut].some((item) => item.span.start <= s.span.start && s.span.end <= item.span.end)) continue;
    edits.push(replacement(s, name));
  }
  edits.push(...optionEdits(model, starts, site.name, name));
  return checked(source, model, edits, name, world);
}

function rootsOf({ meaning }: Site): readonly ColumnRoot[] {
  return meaning.kind === 'column' ? meaning.roots : [];
}

/** Whether a connector finds the column's data by the column's name. */
function isReadByName(model: ScriptModel, root: ColumnRoot, world: LanguageWorld): boolean {
  for (const { statement } of model.parsed.script.statements) {
    if (statement.kind !== 'create-table') continue;
    const column = statement.columns.find((c) => c.name.span.start === root.name.span.start);
    if (column === undefined) continue;
    if (column.kind === 'computed' || (column.kind === 'metadata' && column.key !== undefined)) return false;
    const isRead = [...model.heard.tables.entries()].some(
      ([, { meaning, name }]) =>
        meaning?.kind === 'object' &&
        meaning.object.span?.start === statement.span.start &&
        !model.parsed.script.statements.some((s) => s.statement.kind === 'insert' && s.statement.target === name),
    );
    return isRead && world.options.matchesByName(new Map(statement.options.map((o) => [o.key, o.value])));
  }
  return false;
}

/** The file of a process function that gets the column in its rows. */
function fileThatReads(model: ScriptModel, starts: ReadonlySet<number>, cut: ReadonlySet<SelectItem>): string | null {
  const roots = new ColumnRoots(model, cut);
  for (const { meaning } of sitesOf(model)) {
    if (meaning.kind !== 'function' || meaning.fn?.declaration?.form !== 'process') continue;
    for (const { value } of meaning.call?.args ?? []) {
      if (value.kind !== 'table-arg' || value.table.kind !== 'table') continue;
      const table = model.heard.tables.get(value.table.name)?.meaning;
      if (table?.kind !== 'object') continue;
      const { object } = table;
      if (object.schema.some((_, i) => roots.ofObject(object, i).some((r) => starts.has(r.name.span.start))))
        return meaning.fn.path;
    }
  }
  return null;
}

/** Options that name the column: `fields.price.min`. */
function optionEdits(model: ScriptModel, starts: ReadonlySet<number>, old: string, name: string): readonly TextEdit[] {
  return model.parsed.script.statements.flatMap(({ statement }) => {
    if (statement.kind !== 'create-table' || !statement.columns.some((c) => starts.has(c.name.span.start))) return [];
    return statement.options
      .filter((o) => o.key.startsWith(`fields.${old}.`))
      .map((o) => ({ span: o.keySpan, text: `'fields.${name}.${o.key.slice(`fields.${old}.`.length)}'` }));
  });
}

/** The edits, if every name means afterwards what it meant before and nothing new is wrong. */
function checked(
  source: LanguageSource,
  model: ScriptModel,
  edits: readonly TextEdit[],
  name: string,
  world: LanguageWorld,
): RenameResult {
  const after = buildModel({ ...source, text: applyTextEdits(source.text, edits) }, world);
  const errors = (m: ScriptModel): number => m.diagnostics.filter((d) => d.severity === 'error').length;
  if (errors(after) > errors(model)) {
    const problem = after.diagnostics.find(
      (d) => d.severity === 'error' && !model.diagnostics.some((o) => o.message === d.message),
    );
    return refused(`The name ${name} cannot be used: ${problem?.message ?? 'it means something else already.'}`);
  }
  const meanings = (m: ScriptModel): string => {
    const order = sitesOf(m);
    const place = (start: number): number => order.findIndex((s) => s.span.start === start);
    return JSON.stringify(
      order.map((s) =>
        s.meaning.kind === 'column' && !s.isDefinition
          ? rootsOf(s).map((r) => place(r.name.span.start))
          : s.meaning.kind,
      ),
    );
  };
  // An alias that was added is one site more, so places are compared only where none was.
  const isInserted = edits.some((e) => e.span.start === e.span.end);
  if (!isInserted && meanings(model) !== meanings(after))
    return refused(`${name} would mean something else in another place.`);
  return { kind: 'edits', edits, label: `Rename to ${name}` };
}
