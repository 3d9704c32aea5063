/** The table form as edits of CREATE TABLE: columns, watermark, primary key and options, each by its span. */
import type { Span, TextEdit } from '../base/span.ts';
import type { ColumnDef, CreateTable } from '../sql/1-parse/ast.ts';
import { quoteIdentifier, quoteString } from '../sql/print/quote.ts';
import type { ColumnForm, NodeForm } from './graph.ts';
import { alignLists, type ListOp, listEdits } from './list-edit.ts';
import { removal, replaceSpan } from './select-edit.ts';
import { nameToSql, sealed } from './sql-text.ts';

type TableForm = Extract<NodeForm, { kind: 'table' }>;

/** Edits that turn the form `old` of the table into `form`. */
export function tableEdits(text: string, table: CreateTable, old: TableForm, form: TableForm): readonly TextEdit[] {
  return [...elementEdits(text, table, old, form), ...optionEdits(text, table, form)];
}

/** One column as SQL. */
function columnToSql(column: ColumnForm): string {
  const name = quoteIdentifier(column.name);
  if (column.kind === 'computed') return `${name} AS ${sealed(column.expression)}`;
  if (column.kind === 'physical') return `${name} ${column.type}`;
  const from = column.metadataKey === '' ? '' : ` FROM ${quoteString(column.metadataKey)}`;
  return `${name} ${column.type} METADATA${from}${column.isVirtual === true ? ' VIRTUAL' : ''}`;
}

// ---------------------------------------------------------------- columns, watermark, key

/** Something between the parentheses: a column by its index, or a constraint or watermark. */
interface Element {
  readonly span: Span;
  readonly column: number | null;
}

function elementEdits(text: string, table: CreateTable, old: TableForm, form: TableForm): readonly TextEdit[] {
  const elements: readonly Element[] = [
    ...table.columns.map((column, index) => ({ span: column.span, column: index })),
    ...[...table.constraints, ...table.watermarks].map((item) => ({ span: item.span, column: null })),
  ].sort((a, b) => a.span.start - b.span.start);
  const key = keyChange(text, table, old, form);
  const rest = (element: Element): ListOp => {
    const index = elements.indexOf(element);
    const isKey = table.constraints.some((item) => item.span === element.span);
    const op = isKey ? key.constraint : watermarkChange(text, table, form);
    return op === null
      ? { kind: 'keep', index }
      : op === 'delete'
        ? { kind: 'delete', index }
        : { kind: 'patch', index, edits: op };
  };
  const ops: ListOp[] = [];
  let next = 0;
  const others = (until: number): void => {
    for (; next < until; next += 1) {
      const element = elements[next];
      if (element && element.column === null) ops.push(rest(element));
    }
  };
  for (const pair of alignLists(old.columns.map(columnKey), form.columns.map(columnKey))) {
    const wanted = 'after' in pair ? form.columns[pair.after] : undefined;
    if (!('before' in pair)) {
      if (wanted) ops.push({ kind: 'insert', text: columnToSql(wanted) });
      continue;
    }
    const index = elements.findIndex((element) => element.column === pair.before);
    others(index);
    next = index + 1;
    const column = table.columns[pair.before];
    const edits = [
      ...key.inline.filter(
        (edit) => column && edit.span.start >= column.span.start && edit.span.end <= column.span.end,
      ),
    ];
    const before = old.columns[pair.before];
    if (pair.kind === 'changed' && column && wanted && before) edits.push(...columnEdits(text, column, before, wanted));
    ops.push(pair.kind === 'removed' ? { kind: 'delete', index } : { kind: 'patch', index, edits });
  }
  others(elements.length);
  if (table.watermarks.length === 0 && form.watermarkColumn !== '') {
    ops.push({
      kind: 'insert',
      text: `WATERMARK FOR ${nameToSql(form.watermarkColumn)} AS ${sealed(form.watermarkExpression)}`,
    });
  }
  if (key.added !== '') ops.push({ kind: 'insert', text: key.added });
  if (ops.every((op) => op.kind === 'insert')) return emptyTable(table, ops);
  if (ops.every((op) => op.kind === 'delete' || op.kind === 'insert')) return replaceAll(elements, ops);
  return listEdits(
    text,
    elements.map((element) => element.span),
    ops,
  );
}

/** `CREATE TABLE t WITH (…)` gets its parentheses. */
function emptyTable(table: CreateTable, ops: readonly ListOp[]): readonly TextEdit[] {
  const items = ops.flatMap((op) => (op.kind === 'insert' ? [op.text] : []));
  const end = table.name.span.end;
  return items.length === 0 ? [] : [{ span: { start: end, end }, text: ` (\n  ${items.join(',\n  ')}\n)` }];
}

/** Nothing stays: the inside of the parentheses is written anew. */
function replaceAll(elements: readonly Element[], ops: readonly ListOp[]): readonly TextEdit[] {
  const first = elements[0];
  const last = elements.at(-1);
  if (!first || !last) return [];
  const items = ops.flatMap((op) => (op.kind === 'insert' ? [op.text] : []));
  return [{ span: { start: first.span.start, end: last.span.end }, text: items.join(',\n  ') }];
}

function columnKey(column: ColumnForm): string {
  return [column.kind, column.name, column.type, column.expression, column.metadataKey, String(column.isVirtual)].join(
    '\u0000',
  );
}

function columnEdits(text: string, column: ColumnDef, before: ColumnForm, wanted: ColumnForm): readonly TextEdit[] {
  const isOther = before.kind !== wanted.kind || before.isVirtual !== wanted.isVirtual;
  if (isOther) return [{ span: column.span, text: columnToSql(wanted) }];
  const edits: TextEdit[] = [];
  if (before.name !== wanted.name) edits.push({ span: column.name.span, text: quoteIdentifier(wanted.name) });
  if (column.kind === 'computed') edits.push(...replaceSpan(text, column.expr.span, wanted.expression));
  else edits.push(...replaceSpan(text, column.type.span, wanted.type));
  if (column.kind === 'metadata' && before.metadataKey !== wanted.metadataKey) {
    const tail = text.slice(column.type.span.end, column.span.end);
    const written = /\bMETADATA\b(\s+FROM\s+'(?:[^']|'')*')?/i.exec(tail);
    const start = column.type.span.end + (written?.index ?? 0);
    const from = wanted.metadataKey === '' ? '' : ` FROM ${quoteString(wanted.metadataKey)}`;
    if (written) edits.push({ span: { start, end: start + written[0].length }, text: `METADATA${from}` });
  }
  return edits;
}

/** What becomes of the primary key, whether it stands behind its column or as a constraint. */
function keyChange(
  text: string,
  table: CreateTable,
  old: TableForm,
  form: TableForm,
): {
  readonly constraint: readonly TextEdit[] | 'delete' | null;
  readonly inline: readonly TextEdit[];
  readonly added: string;
} {
  const names = form.primaryKey.map(quoteIdentifier).join(', ');
  if (old.primaryKey.join('\u0000') === form.primaryKey.join('\u0000'))
    return { constraint: null, inline: [], added: '' };
  const constraint = table.constraints[0];
  const first = constraint?.columns[0];
  const last = constraint?.columns.at(-1);
  if (first && last) {
    return form.primaryKey.length === 0
      ? { constraint: 'delete', inline: [], added: '' }
      : { constraint: [{ span: { start: first.span.start, end: last.span.end }, text: names }], inline: [], added: '' };
  }
  const inline = table.columns.flatMap((column) => {
    if (column.kind !== 'physical' || !column.primaryKey) return [];
    const { start, end } = column.primaryKey.span;
    const enforced = /^\s+(?:NOT\s+)?ENFORCED\b/i.exec(text.slice(end, column.span.end));
    return [removal(text, { start, end: end + (enforced?.[0].length ?? 0) })];
  });
  return { constraint: null, inline, added: form.primaryKey.length === 0 ? '' : `PRIMARY KEY (${names}) NOT ENFORCED` };
}

function watermarkChange(text: string, table: CreateTable, form: TableForm): readonly TextEdit[] | 'delete' | null {
  const watermark = table.watermarks[0];
  if (!watermark) return null;
  if (form.watermarkColumn === '') return 'delete';
  const written = watermark.column.parts.map((part) => part.name).join('.');
  const column =
    written === form.watermarkColumn ? [] : [{ span: watermark.column.span, text: nameToSql(form.watermarkColumn) }];
  return [...column, ...replaceSpan(text, watermark.expr.span, form.watermarkExpression)];
}

// ---------------------------------------------------------------- options

function optionEdits(text: string, table: CreateTable, form: TableForm): readonly TextEdit[] {
  const toSql = (option: TableForm['options'][number]): string =>
    `${quoteString(option.key)} = ${quoteString(option.value)}`;
  const { options, optionsSpan } = table;
  if (!optionsSpan || options.length === 0) {
    if (form.options.length === 0) return [];
    const lines = `WITH (\n  ${form.options.map(toSql).join(',\n  ')}\n)`;
    if (optionsSpan) return [{ span: optionsSpan, text: lines }];
    return [{ span: { start: table.span.end, end: table.span.end }, text: ` ${lines}` }];
  }
  if (form.options.length === 0) return [removal(text, optionsSpan)];
  const pairs = alignLists(
    options.map((option) => option.key),
    form.options.map((option) => option.key),
  );
  if (pairs.every((pair) => pair.kind === 'removed' || pair.kind === 'added')) return [];
  const ops = pairs.map((pair): ListOp => {
    const wanted = 'after' in pair ? form.options[pair.after] : undefined;
    const option = 'before' in pair ? options[pair.before] : undefined;
    if (pair.kind === 'removed') return { kind: 'delete', index: pair.before };
    if (pair.kind === 'added' || !option || !wanted) return { kind: 'insert', text: wanted ? toSql(wanted) : '' };
    const edits: TextEdit[] = [];
    if (option.key !== wanted.key) edits.push({ span: option.keySpan, text: quoteString(wanted.key) });
    if (option.value !== wanted.value) edits.push({ span: option.valueSpan, text: quoteString(wanted.value) });
    return { kind: 'patch', index: pair.before, edits };
  });
  return listEdits(
    text,
    options.map((option) => option.span),
    ops,
  );
}
