/** Edits from the inspector: a changed form, the SQL of one node, a job setting. */
import type { Diagnostic } from '../base/diagnostic.ts';
import type { TextEdit } from '../base/span.ts';
import { parseExpression, parseTypeText } from '../sql/1-parse/parse-script.ts';
import { quoteString } from '../sql/print/quote.ts';
import type { Draft } from './draft.ts';
import { refuse } from './edit-messages.ts';
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
  const invalid = firstInvalidField(form);
  if (invalid !== null) return refuse.invalidField(invalid, place);
  const others = otherStatements(draft, unit.holder.number);
  draft.apply(edits);
  const now = draft.unitNow(id) ?? draft.model.units.find((candidate) => candidate.span.start === unit.span.start);
  const same = JSON.stringify(otherStatements(draft, unit.holder.number)) === JSON.stringify(others);
  if (!now || now.role === 'broken' || !same) return refuse.invalidField(parserMessage(draft), place);
  return null;
}

/** The first field that is no whole expression or type, as a sentence; `null` when all are. */
function firstInvalidField(form: NodeForm): string | null {
  const expressions: [string, string][] = [];
  const types: [string, string][] = [];
  if ('condition' in form && form.condition.trim() !== '') expressions.push(['condition', form.condition]);
  if ('having' in form && form.having.trim() !== '') expressions.push(['HAVING', form.having]);
  if ('keys' in form) for (const key of form.keys) expressions.push(['key', key]);
  if ('intervals' in form) for (const interval of form.intervals) expressions.push(['window size', interval]);
  if (form.kind === 'table') {
    if (form.watermarkColumn !== '') expressions.push(['watermark', form.watermarkExpression]);
    for (const column of form.columns) {
      if (column.name === '') return 'a column has no name';
      if (column.kind === 'computed') expressions.push([`expression of ${column.name}`, column.expression]);
      else types.push([`type of ${column.name}`, column.type]);
    }
    if (form.options.some((option) => option.key === '')) return 'an option has no name';
  } else if ('columns' in form && form.kind !== 'insert') {
    if (form.columns.length === 0) return 'there must be at least one column';
    for (const column of form.columns)
      if (!/(^|\.)\s*\*$/.test(column.expression))
        expressions.push([column.alias === '' ? 'column' : column.alias, column.expression]);
  }
  for (const [field, text] of expressions) {
    const { diagnostics } = parseExpression(text);
    const error = diagnostics.find((diagnostic) => diagnostic.severity === 'error');
    if (error || text.trim() === '') return `${field}: ${error ? firstSentence(error) : 'it is empty'}`;
  }
  for (const [field, text] of types) {
    const error = parseTypeText(text).diagnostics.find((diagnostic) => diagnostic.severity === 'error');
    if (error || text.trim() === '') return `${field}: ${error ? firstSentence(error) : 'it is empty'}`;
  }
  return null;
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
  const typed = sql.replace(/[\s;]+$/, '');
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
