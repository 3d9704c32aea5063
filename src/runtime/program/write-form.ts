/**
 * `writeForm`: a changed form as text edits of its statement. Only fields that changed are written, by
 * the span of what they stand for, so comments, line breaks and everything the form does not show
 * stay as they are; an unchanged form gives no edit at all.
 */
import type { Span, TextEdit } from '../base/span.ts';
import { quoteIdentifier } from '../sql/print/quote.ts';
import { callName } from './classify-query.ts';
import { type FormShape, isWindowBound, shapeOf, WINDOW_INTERVALS } from './form-shape.ts';
import type { NodeForm } from './graph.ts';
import { alignLists, type ListOp, listEdits } from './list-edit.ts';
import type { Unit } from './model.ts';
import { plainName } from './names.ts';
import { formOf } from './node-form.ts';
import { repointReference, requalify, withoutOverlaps } from './reference-edit.ts';
import { clauseEdits, itemEdits, keyEdits, removal, replaceSpan } from './select-edit.ts';
import { lastPartOf, nameToSql } from './sql-text.ts';
import { partitionEdits, processEdits } from './write-process-form.ts';
import { tableEdits } from './write-table-form.ts';

type Form<K extends NodeForm['kind']> = Extract<NodeForm, { kind: K }>;
type Shape<K extends FormShape['kind']> = Extract<FormShape, { kind: K }>;

/** The edits, or `null` when the statement has no form of that kind. */
export function writeForm(text: string, unit: Unit, form: NodeForm): readonly TextEdit[] | null {
  const shape = shapeOf(text, unit);
  if (!shape || shape.kind !== form.kind) return null;
  // The values before: what did not change is not written, even where writing would normalise it.
  const old = formOf(text, shape);
  if (shape.kind === 'table' && form.kind === 'table' && old.kind === 'table')
    return tableEdits(text, shape.table, old, form);
  if (shape.kind === 'filter' && form.kind === 'filter') {
    const condition = form.condition.trim() === '' ? 'TRUE' : form.condition;
    return withoutOverlaps(
      replaceSpan(text, shape.where.span, condition),
      inputEdits(text, unit, shape.input.name.span, form.input),
    );
  }
  if (shape.kind === 'map' && form.kind === 'map') return mapEdits(text, unit, shape, form);
  if (shape.kind === 'group-aggregate' && form.kind === 'group-aggregate') {
    const edits = [
      ...itemEdits(text, shape.select.items, form.columns),
      ...clauseEdits(text, shape.select, 'WHERE', form.condition),
      ...keyEdits(text, shape.select, shape.keys, form.keys, () => false),
      ...clauseEdits(text, shape.select, 'HAVING', form.having),
    ];
    return withoutOverlaps(edits, inputEdits(text, unit, shape.input.name.span, form.input));
  }
  if (shape.kind === 'window-aggregate' && form.kind === 'window-aggregate')
    return windowEdits(text, unit, shape, form);
  if (shape.kind === 'process' && form.kind === 'process')
    return withoutOverlaps(processEdits(text, shape, form), inputEdits(text, unit, shape.input.name.span, form.input));
  if (shape.kind === 'join' && form.kind === 'join') return joinEdits(text, unit, shape, form);
  if (shape.kind === 'union' && form.kind === 'union') return unionEdits(text, unit, shape, form);
  if (shape.kind === 'insert' && form.kind === 'insert') return insertEdits(text, unit, shape, form);
  return null;
}

/** Wires the reference at `span` to another table when the form names another. */
function inputEdits(text: string, unit: Unit, span: Span, name: string): readonly TextEdit[] {
  const reference = unit.references.find((candidate) => candidate.name.span.start === span.start);
  return !reference || plainName(reference.name) === name ? [] : repointReference(text, reference, name);
}

function mapEdits(text: string, unit: Unit, shape: Shape<'map'>, form: Form<'map'>): readonly TextEdit[] {
  const { select } = shape;
  const edits: TextEdit[] = [
    ...itemEdits(text, select.items, form.columns),
    ...clauseEdits(text, select, 'WHERE', form.condition),
  ];
  const distinct = select.quantifier === 'DISTINCT';
  if (form.distinct !== distinct) {
    const after = select.hints.at(-1)?.span.end ?? select.span.start + 'SELECT'.length;
    const head = text.slice(after, select.items[0]?.span.start ?? after);
    const written = /\s*\bDISTINCT\b/i.exec(head);
    if (form.distinct) edits.push({ span: { start: after, end: after }, text: ' DISTINCT' });
    else if (written)
      edits.push({ span: { start: after + written.index, end: after + written.index + written[0].length }, text: '' });
  }
  return withoutOverlaps(edits, inputEdits(text, unit, shape.input.name.span, form.input));
}

function windowEdits(
  text: string,
  unit: Unit,
  shape: Shape<'window-aggregate'>,
  form: Form<'window-aggregate'>,
): readonly TextEdit[] {
  const { select, call, argument } = shape;
  const edits: TextEdit[] = [
    ...itemEdits(text, select.items, form.columns),
    ...clauseEdits(text, select, 'WHERE', form.condition),
    ...keyEdits(text, select, shape.keys, form.keys, isWindowBound),
    ...clauseEdits(text, select, 'HAVING', form.having),
  ];
  const name = callName(call);
  if (form.window !== name) edits.push({ span: call.name.span, text: form.window });
  const time = shape.time.columns[0];
  if (time && time.name !== form.timeColumn) edits.push({ span: time.span, text: quoteIdentifier(form.timeColumn) });
  edits.push(
    ...plainListEdits(
      text,
      shape.intervals.map((interval) => interval.span),
      form.intervals.slice(0, WINDOW_INTERVALS[form.window]),
    ),
  );
  // A session's keys stand in the table argument too: `TABLE x PARTITION BY k`.
  edits.push(...partitionEdits(text, argument, form.window === 'SESSION' ? form.keys : []));
  return withoutOverlaps(edits, inputEdits(text, unit, shape.input.name.span, form.input));
}

/** A list of texts none of which is ever empty. */
function plainListEdits(text: string, spans: readonly Span[], values: readonly string[]): readonly TextEdit[] {
  if (values.length === 0) return [];
  const pairs = alignLists(
    spans.map((span) => text.slice(span.start, span.end)),
    values,
  );
  const ops = pairs.map((pair): ListOp => {
    const value = 'after' in pair ? (values[pair.after] ?? '') : '';
    if (pair.kind === 'same') return { kind: 'keep', index: pair.before };
    if (pair.kind === 'changed')
      return {
        kind: 'patch',
        index: pair.before,
        edits: [{ span: spans[pair.before] ?? { start: 0, end: 0 }, text: value }],
      };
    if (pair.kind === 'removed') return { kind: 'delete', index: pair.before };
    return { kind: 'insert', text: value };
  });
  return listEdits(text, spans, ops);
}

// ---------------------------------------------------------------- join

function joinEdits(text: string, unit: Unit, shape: Shape<'join'>, form: Form<'join'>): readonly TextEdit[] {
  const edits: TextEdit[] = [
    ...itemEdits(text, shape.select.items, form.columns),
    ...replaceSpan(text, shape.on.span, form.condition),
  ];
  if (form.type !== shape.join.type) {
    const gap = { start: shape.left.span.end, end: shape.right.span.start };
    const words = /(?:\b(?:INNER|LEFT|RIGHT|FULL)\s+(?:OUTER\s+)?)?\bJOIN\b/i.exec(
      blankComments(text.slice(gap.start, gap.end)),
    );
    const start = gap.start + (words?.index ?? 0);
    if (words)
      edits.push({
        span: { start, end: start + words[0].length },
        text: form.type === 'INNER' ? 'JOIN' : `${form.type} JOIN`,
      });
  }
  const left = sideEdits(text, unit, shape.left, form.left, form.leftAlias);
  const right = sideEdits(text, unit, shape.right, form.right, form.rightAlias);
  return withoutOverlaps(edits, [...left, ...right]);
}

/** Comments as spaces, so that a pattern finds only code; the length stays. */
function blankComments(text: string): string {
  return text.replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, (comment) => ' '.repeat(comment.length));
}

function sideEdits(
  text: string,
  unit: Unit,
  table: Shape<'join'>['left'],
  name: string,
  alias: string,
): readonly TextEdit[] {
  const reference = unit.references.find((candidate) => candidate.name.span.start === table.name.span.start);
  if (!reference) return [];
  const oldName = plainName(table.name);
  const oldAlias = table.alias?.name.name ?? '';
  const edits: TextEdit[] = name === oldName ? [] : [{ span: table.name.span, text: nameToSql(name) }];
  if (alias !== oldAlias && table.alias) {
    if (alias !== '') edits.push({ span: table.alias.name.span, text: quoteIdentifier(alias) });
    else
      edits.push(
        removal(text, { start: Math.max(table.name.span.end, table.alias.span.start), end: table.alias.span.end }),
      );
  } else if (alias !== oldAlias)
    edits.push({ span: { start: table.span.end, end: table.span.end }, text: ` AS ${quoteIdentifier(alias)}` });
  const qualifier = alias === '' ? lastPartOf(name) : alias;
  const before = oldAlias === '' ? lastPartOf(oldName) : oldAlias;
  if (qualifier !== before) edits.push(...requalify(text, reference, qualifier));
  return edits;
}

// ---------------------------------------------------------------- union and insert

function unionEdits(text: string, unit: Unit, shape: Shape<'union'>, form: Form<'union'>): readonly TextEdit[] {
  const { operands } = shape;
  const words = form.all ? 'UNION ALL' : 'UNION';
  const edits: TextEdit[] = [];
  const gone = new Set<number>();
  const added = new Map<number, string[]>();
  let last = -1;
  for (const pair of alignLists(
    operands.map((operand) => plainName(operand.input.name)),
    form.inputs,
  )) {
    if ('before' in pair) last = pair.before;
    const operand = 'before' in pair ? operands[pair.before] : undefined;
    const name = 'after' in pair ? (form.inputs[pair.after] ?? '') : '';
    if (pair.kind === 'changed' && operand) edits.push(...inputEdits(text, unit, operand.input.name.span, name));
    if (pair.kind === 'removed') gone.add(pair.before);
    if (pair.kind === 'added') added.set(last, [...(added.get(last) ?? []), name]);
  }
  if (gone.size === operands.length) return [];
  const between = (index: number): Span => ({
    start: operands[index]?.body.span.end ?? 0,
    end: operands[index + 1]?.body.span.start ?? 0,
  });
  const sample = operands.length > 1 ? text.slice(between(0).start, between(0).end) : '';
  const glue = sample.includes('\n') ? `\n${words}\n` : ` ${words} `;
  operands.forEach((operand, index) => {
    for (const name of added.get(index) ?? []) {
      edits.push({
        span: { start: operand.body.span.end, end: operand.body.span.end },
        text: `${glue}SELECT * FROM ${nameToSql(name)}`,
      });
    }
    const isLast = !operands.some((_, i) => i > index && !gone.has(i));
    if (gone.has(index)) {
      if (isLast) edits.push({ span: { start: between(index - 1).start, end: operand.body.span.end }, text: '' });
      else edits.push({ span: { start: operand.body.span.start, end: between(index).end }, text: '' });
    } else if (form.all !== shape.all && index + 1 < operands.length && !isLast) {
      const gap = between(index);
      const written = /\bUNION\b(?:\s+(?:ALL|DISTINCT)\b)?/i.exec(blankComments(text.slice(gap.start, gap.end)));
      const start = gap.start + (written?.index ?? 0);
      if (written) edits.push({ span: { start, end: start + written[0].length }, text: words });
    }
  });
  const first = operands[0];
  for (const name of [...(added.get(-1) ?? [])].reverse()) {
    if (first)
      edits.unshift({
        span: { start: first.body.span.start, end: first.body.span.start },
        text: `SELECT * FROM ${nameToSql(name)}${glue}`,
      });
  }
  return edits;
}

function insertEdits(text: string, unit: Unit, shape: Shape<'insert'>, form: Form<'insert'>): readonly TextEdit[] {
  const { insert } = shape;
  const edits: TextEdit[] = [...inputEdits(text, unit, shape.input.name.span, form.input)];
  if (plainName(insert.target) !== form.sink) edits.push({ span: insert.target.span, text: nameToSql(form.sink) });
  const old = insert.columns ?? [];
  const names = form.columns.map(quoteIdentifier);
  if (old.map((column) => column.name).join('\u0000') === form.columns.join('\u0000')) return edits;
  const first = old[0];
  const last = old.at(-1);
  if (!first || !last)
    edits.push({
      span: { start: insert.target.span.end, end: insert.target.span.end },
      text: ` (${names.join(', ')})`,
    });
  else if (names.length > 0)
    edits.push({ span: { start: first.span.start, end: last.span.end }, text: names.join(', ') });
  else {
    const open = text.lastIndexOf('(', first.span.start);
    const close = text.indexOf(')', last.span.end);
    edits.push(removal(text, { start: open, end: close + 1 }));
  }
  return edits;
}
