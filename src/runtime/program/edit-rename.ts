/** Renaming a table or view: the definition and every place that means it. */
import type { Diagnostic } from '../base/diagnostic.ts';
import type { TextEdit } from '../base/span.ts';
import type { QualifiedName } from '../sql/1-parse/ast.ts';
import { quoteIdentifier } from '../sql/print/quote.ts';
import type { Draft } from './draft.ts';
import { refuse } from './edit-messages.ts';
import { shortName } from './names.ts';
import { requalify } from './reference-edit.ts';

/** Longest name, as in Flink's parser. */
const NAME_LENGTH_MAX = 256;

/** Renames the node; only the last part of a qualified name changes. */
export function renameStep(draft: Draft, id: string, name: string): Diagnostic | null {
  const { model } = draft;
  const unit = model.byId.get(id);
  if (!unit || unit.edgeOnly) return refuse.noSuchNode(id);
  const place = { nodeId: id, span: unit.span };
  if (unit.role === 'broken') return refuse.brokenStatement(unit.name, place);
  if (!unit.definition || unit.key === undefined)
    return refuse.noName(unit.role === 'insert' ? `The query of INSERT INTO ${unit.name}` : 'A bare SELECT', place);
  if (name.trim() === '') return refuse.emptyName(place);
  if (name.length > NAME_LENGTH_MAX) return refuse.nameTooLong(NAME_LENGTH_MAX, place);
  const old = unit.definition.parts.at(-1)?.name;
  if (old === name) return null;
  const key = [...unit.key.split('\u0000').slice(0, -1), name].join('\u0000');
  if (model.units.some((other) => other.key === key)) return refuse.nameTaken(shortName(key), place);
  const edits: TextEdit[] = [lastPartEdit(unit.definition, name)];
  for (const reader of model.units) {
    for (const reference of reader.references) {
      if (reference.target !== id) continue;
      const clash = !reference.alias && reader.references.some((other) => other !== reference && other.label === name);
      if (clash) return refuse.captured(name, { nodeId: reader.id, span: reference.name.span });
      edits.push(lastPartEdit(reference.name, name));
      if (!reference.alias) edits.push(...requalify(draft.text, reference, name));
    }
    if (reader.insert && reader.sink === id) edits.push(lastPartEdit(reader.insert.target, name));
  }
  for (const mention of model.mentions) {
    if (mention.target !== id) continue;
    edits.push(lastPartEdit(mention.name, name));
    if (!mention.alias) edits.push(...requalify(draft.text, mention, name));
  }
  const before = model.units.map((item) =>
    item.references.map((reference) =>
      reference.target === null ? null : model.units.findIndex((u) => u.id === reference.target),
    ),
  );
  draft.apply(edits);
  const now = draft.model;
  const after = now.units.map((item) =>
    item.references.map((reference) =>
      reference.target === null ? null : now.units.findIndex((u) => u.id === reference.target),
    ),
  );
  // A WITH name inside a reader may have swallowed the new name, or a reader of nothing found it.
  return JSON.stringify(before) === JSON.stringify(after) ? null : refuse.captured(name, place);
}

function lastPartEdit(name: QualifiedName, text: string): TextEdit {
  return { span: name.parts.at(-1)?.span ?? name.span, text: quoteIdentifier(text) };
}
