/** Edits from the inspector: a changed form, the SQL of one node, a job setting. */
import type { Diagnostic } from '../base/diagnostic.ts';
import type { Span, TextEdit } from '../base/span.ts';
import { parseExpression, parseTypeText } from '../sql/1-parse/parse-script.ts';
import { quoteString } from '../sql/print/quote.ts';
import type { Draft } from './draft.ts';
import { refuse } from './edit-messages.ts';
import { type FormShape, shapeOf } from './form-shape.ts';
import type { NodeForm } from './graph.ts';
import { insertStatement, removalEdits } from './place-statement.ts';
import { diffText } from './text-diff.ts';
import { writeForm } from './write-form.ts';

/** Writes a changed form. Values that do not parse are refused: the statement never breaks by a form. */
export function setFormStep(draft: Draft, id: string, form: NodeForm): Diagnostic | null {
  const unit = draft.model.byId.get(id);
  if (!unit || unit.edgeOnly) return refuse.noSuchNode(id);
  const place = { nodeId: id, span: unit.span };
  if (unit.role === 'broken') return refuse.brokenStatement(unit.name, place);
  const edits = writeForm(draft.text, unit, form);
  if (!edits) return refuse.noForm(unit.name, place);
  if (edits.length === 0) return null;
  const shape = shapeOf(draft.text, unit);
  const invalid = shape ? firstInvalidField(form, shape) : null;
  if (invalid) return refuse.invalidField(invalid.message, { nodeId: id, span: invalid.span ?? unit.span });
  const others = otherStatements(draft, unit.holder.number);
  draft.apply(edits);
  const now = draft.unitNow(id) ?? draft.model.units.find((candidate) => candidate.span.start === unit.span.start);
  const same = JSON.stringify(otherStatements(draft, unit.holder.number)) === JSON.stringify(others);
  if (!now || now.role === 'broken' || !same) return refuse.invalidField(parserMessage(draft), place);
  return null;
}

/** A field of a form that cannot be written, with the place of its old value. */
interface InvalidField {
  readonly message: string;
  readonly span?: Span;
}

/** The first field that is no whole expression or type; `null` when all are. */
function firstInvalidField(form: NodeForm, shape: FormShape): InvalidField | null {
  for (const { name, text, kind, span } of fieldsOf(form, shape)) {
    const { diagnostics } =
      kind === 'type' ? parseTypeText(text) : kind === 'expression' ? parseExpression(text) : { diagnostics: [] };
    const error = diagnostics.find((diagnostic) => diagnostic.severity === 'error');
    if (!error && text.trim() !== '') continue;
    const message = `${name}: ${error ? firstSentence(error) : 'it is empty'}`;
    return span ? { message, span } : { message };
  }
  return null;
}

interface Field {
  /** For people. */
  readonly name: string;
  readonly text: string;
  readonly kind: 'expression' | 'type' | 'name';
  readonly span?: Span | undefined;
}

/** The texts of a form that must be whole, in the order of the form. */
function fieldsOf(form: NodeForm, shape: FormShape): readonly Field[] {
  const expression = (name: string, text: string, span?: Span): Field => ({ name, text, kind: 'expression', span });
  if (form.kind === 'table') return tableFields(form, shape);
  const select = 'select' in shape ? shape.select : undefined;
  const out: Field[] = [];
  if ('columns' in form && form.kind !== 'insert') {
    if (form.columns.length === 0) out.push({ name: 'columns', text: '', kind: 'name', span: select?.itemsSpan });
    form.columns.forEach((column, i) => {
      if (/^(?:[^'"]*\.)?\s*\*$/.test(column.expression)) return;
      out.push(
        expression(
          column.alias === '' ? `column ${i + 1}` : `column ${column.alias}`,
          column.expression,
          select?.items[i]?.span,
        ),
      );
    });
  }
  if (form.kind === 'process') {
    out.push({ name: 'function', text: form.functionName, kind: 'name' });
    form.args.forEach((arg, i) => {
      out.push({ name: `name of argument ${i + 1}`, text: arg.name, kind: 'name' });
      out.push(expression(`argument ${arg.name}`, arg.expression));
    });
  }
  if ('intervals' in form) {
    const spans = shape.kind === 'window-aggregate' ? shape.intervals.map((interval) => interval.span) : [];
    out.push(...form.intervals.map((text, i) => expression('window', text, spans[i])));
  }
  if ('condition' in form && (form.condition.trim() !== '' || form.kind === 'join')) {
    out.push(expression('condition', form.condition, shape.kind === 'join' ? shape.on.span : select?.where?.span));
  }
  if ('keys' in form) {
    out.push(...form.keys.map((key, i) => expression(`key ${i + 1}`, key, select?.groupBy?.items[i]?.span)));
  }
  if ('having' in form && form.having.trim() !== '') out.push(expression('HAVING', form.having, select?.having?.span));
  return out;
}

function tableFields(form: Extract<NodeForm, { kind: 'table' }>, shape: FormShape): readonly Field[] {
  const table = shape.kind === 'table' ? shape.table : undefined;
  const out: Field[] = [];
  form.columns.forEach((column, i) => {
    const span = table?.columns[i]?.span;
    out.push({ name: `name of column ${i + 1}`, text: column.name, kind: 'name', span });
    if (column.kind === 'computed')
      out.push({ name: `expression of ${column.name}`, text: column.expression, kind: 'expression', span });
    else out.push({ name: `type of ${column.name}`, text: column.type, kind: 'type', span });
  });
  if (form.watermarkColumn !== '')
    out.push({
      name: 'watermark',
      text: form.watermarkExpression,
      kind: 'expression',
      span: table?.watermarks[0]?.span,
    });
  form.options.forEach((option, i) => {
    out.push({ name: `name of option ${i + 1}`, text: option.key, kind: 'name', span: table?.options[i]?.span });
  });
  return out;
}

function firstSentence(diagnostic: Diagnostic): string {
  return diagnostic.hint ?? diagnostic.message.split('\n')[0] ?? diagnostic.message;
}

function parserMessage(draft: Draft): string {
  const error = draft.diagnostics.find((diagnostic) => diagnostic.severity === 'error');
  return error ? firstSentence(error) : 'it reads as something else';
}

/** Texts of all statements but one, to see that nothing else changed. */
function otherStatements(draft: Draft, number: number): readonly string[] {
  return draft.model.script.statements
    .filter((item) => item.number !== number)
    .map((item) => draft.text.slice(item.statement.span.start, item.statement.span.end));
}

/**
 * Replaces the text of a node's statement by what was typed. It may be broken (the node shows it), but
 * it must not swallow its neighbours, and inside a statement set it must parse.
 */
export function setSqlStep(draft: Draft, id: string, sql: string): Diagnostic | null {
  const unit = draft.model.byId.get(id);
  if (!unit) return refuse.noSuchNode(id);
  const place = { nodeId: id, span: unit.span };
  const number = unit.holder.number;
  const before = otherStatements(draft, number);
  const typed = draft.withLineEnds(sql.replace(/[\s;]+$/, ''));
  const edits = diffText(draft.text.slice(unit.span.start, unit.span.end), typed).map(
    (edit): TextEdit => ({
      span: { start: edit.span.start + unit.span.start, end: edit.span.end + unit.span.start },
      text: edit.text,
    }),
  );
  const wasSet = unit.holder.statement.kind === 'statement-set';
  draft.apply(edits);
  const texts = draft.model.script.statements.map((item) =>
    draft.text.slice(item.statement.span.start, item.statement.span.end),
  );
  const ahead = before.slice(0, number - 1);
  const behind = before.slice(number - 1);
  const kept =
    JSON.stringify(texts.slice(0, number - 1)) === JSON.stringify(ahead) &&
    (behind.length === 0 || JSON.stringify(texts.slice(-behind.length)) === JSON.stringify(behind)) &&
    texts.length >= before.length;
  if (!kept) return refuse.disturbsOthers(parserMessage(draft), place);
  if (wasSet && draft.model.script.statements[number - 1]?.statement.kind !== 'statement-set')
    return refuse.brokenInSet(parserMessage(draft), place);
  return null;
}

/** Sets a job option by its SET statement, adds one, or (`null`) removes all of that key. */
export function setOptionStep(draft: Draft, key: string, value: string | null): Diagnostic | null {
  const { statements } = draft.model.script;
  const matching = statements.filter((item) => item.statement.kind === 'set' && item.statement.key === key);
  if (value === null) {
    draft.apply(matching.flatMap((item) => removalEdits(draft.text, item)));
    return null;
  }
  const last = matching.at(-1)?.statement;
  if (last?.kind === 'set' && last.valueSpan) {
    if (last.value !== value) draft.apply([{ span: last.valueSpan, text: quoteString(value) }]);
    return null;
  }
  const index = statements.reduce((place, item, i) => (item.statement.kind === 'set' ? i + 1 : place), 0);
  insertStatement(draft, index, `SET ${quoteString(key)} = ${quoteString(value)}`);
  return null;
}
