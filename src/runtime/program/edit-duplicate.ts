/** Copies of nodes, wired to each other as the originals are, and to the same inputs from outside. */
import type { Diagnostic } from '../base/diagnostic.ts';
import { applyTextEdits, type TextEdit } from '../base/span.ts';
import { quoteIdentifier } from '../sql/print/quote.ts';
import type { Draft } from './draft.ts';
import { refuse } from './edit-messages.ts';
import { freshName } from './edit-names.ts';
import type { Unit } from './model.ts';
import { readForm } from './node-form.ts';
import { indexOf, insertIntoSet, insertStatement } from './place-statement.ts';
import { repointReference } from './reference-edit.ts';
import { writeForm } from './write-form.ts';

/** Mark of the copy of a node. */
export function copyMark(id: string): string {
  return `copy of ${id}`;
}

/** Duplicates the nodes with these ids. Edges between two of them are copied too. */
export function duplicateStep(draft: Draft, ids: readonly string[]): Diagnostic | null {
  const { original } = draft;
  const chosen = new Set(ids);
  for (const id of chosen) {
    const unit = original.byId.get(id);
    if (!unit || unit.edgeOnly) return refuse.noSuchNode(id);
    if (unit.role === 'broken') return refuse.brokenStatement(unit.name, { nodeId: id, span: unit.span });
  }
  if (chosen.size === 0) return refuse.nothingToDo();
  const units = original.units.filter(
    (unit) =>
      chosen.has(unit.id) ||
      (unit.edgeOnly && unit.sink !== null && chosen.has(unit.sink) && chosen.has(unit.references[0]?.target ?? '')),
  );
  const names = new Map<string, string>();
  for (const unit of units) {
    if (!unit.definition) continue;
    const last = unit.definition.parts.at(-1)?.name ?? unit.name;
    names.set(unit.id, freshName(original, last.replace(/_\d+$/, ''), new Set(names.values())));
  }
  // All texts are made from the original before anything moves.
  const copies = units.map((unit) => ({ unit, sql: copyText(draft.originalText, unit, names) }));
  for (const { unit, sql } of copies) {
    const now = draft.unitNow(unit.id);
    if (!now) return refuse.noSuchNode(unit.id);
    if (now.holder.statement.kind === 'statement-set') {
      insertIntoSet(draft, now.holder, sql);
      const set = draft.model.script.statements[now.holder.number - 1]?.statement;
      const last = set?.kind === 'statement-set' ? set.inserts.at(-1) : undefined;
      if (last) draft.mark(copyMark(unit.id), last.span.start);
      continue;
    }
    const needed = [...unit.references.map((reference) => reference.target), unit.sink].flatMap(
      (id) => draft.unitAtMark(copyMark(id ?? '')) ?? [],
    );
    const index = Math.max(indexOf(draft, now.holder), ...needed.map((copy) => indexOf(draft, copy.holder))) + 1;
    insertStatement(draft, index, sql);
    const written = draft.model.script.statements[index];
    if (written) draft.mark(copyMark(unit.id), written.statement.span.start);
  }
  return null;
}

/** State is kept by uid: a second call of the same function needs one of its own. */
function uidEdits(text: string, unit: Unit, uid: string): readonly TextEdit[] {
  const form = readForm(text, unit);
  return form?.kind === 'process' ? (writeForm(text, unit, { ...form, uid }) ?? []) : [];
}

function copyText(text: string, unit: Unit, names: ReadonlyMap<string, string>): string {
  const edits: TextEdit[] = [];
  const own = names.get(unit.id);
  const part = unit.definition?.parts.at(-1);
  if (own !== undefined && part) edits.push({ span: part.span, text: quoteIdentifier(own) });
  for (const reference of unit.references) {
    const copy = names.get(reference.target ?? '');
    if (copy !== undefined) edits.push(...repointReference(text, reference, copy));
  }
  edits.push(...(own === undefined ? [] : uidEdits(text, unit, own)));
  const sink = names.get(unit.sink ?? '');
  if (sink !== undefined && unit.insert) edits.push({ span: unit.insert.target.span, text: quoteIdentifier(sink) });
  const { start, end } = unit.span;
  const local = edits.map((edit) => ({
    span: { start: edit.span.start - start, end: edit.span.end - start },
    text: edit.text,
  }));
  return applyTextEdits(text.slice(start, end), local);
}
