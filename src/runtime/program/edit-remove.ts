/** Removing nodes: their statements go, and what read them is healed or shows an open port. */
import { assert } from '../base/assert.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import type { TextEdit } from '../base/span.ts';
import { graphOf } from './build-graph.ts';
import type { Draft } from './draft.ts';
import { disconnectStep } from './edit-connect.ts';
import { refuse } from './edit-messages.ts';
import { writtenName } from './edit-names.ts';
import type { Unit } from './model.ts';
import { removalEdits, removeUnit } from './place-statement.ts';
import { repointReference } from './reference-edit.ts';
import { nameToSql } from './sql-text.ts';

/** Removes the nodes with these ids of the original. With `heal`, readers of a one-input node read its input. */
export function removeStep(
  draft: Draft,
  ids: readonly string[],
  options: { readonly heal: boolean },
): Diagnostic | null {
  const units: Unit[] = [];
  for (const id of new Set(ids)) {
    const unit = draft.original.byId.get(id);
    if (!unit || unit.edgeOnly) return refuse.noSuchNode(id);
    units.push(unit);
  }
  if (units.length === 0) return refuse.nothingToDo();
  // Readers stand behind what they read: from the end on, a reader that goes too is not rewired first.
  units.sort((a, b) => b.span.start - a.span.start);
  for (const unit of units) {
    const now = draft.unitNow(unit.id);
    const refused = now ? removeOne(draft, now, options) : null;
    if (refused) return refused;
  }
  return null;
}

function removeOne(draft: Draft, unit: Unit, options: { readonly heal: boolean }): Diagnostic | null {
  const reference = unit.references.length === 1 ? unit.references[0] : undefined;
  const input = options.heal && reference?.target ? draft.model.byId.get(reference.target) : undefined;
  if (input && input.role !== 'broken' && unit.insert) {
    const { span } = unit.insert.query;
    draft.apply([{ span, text: `SELECT * FROM ${nameToSql(writtenName(input))}` }]);
    return null;
  }
  if (input && input.role !== 'broken' && unit.role === 'view') {
    const edits: TextEdit[] = [];
    for (const reader of draft.model.units) {
      for (const read of reader.references)
        if (read.target === unit.id) edits.push(...repointReference(draft.text, read, writtenName(input)));
    }
    draft.apply(edits);
  } else {
    for (;;) {
      const edge = graphOf(draft.model).edges.find(
        (candidate) => candidate.from === unit.id || (candidate.to === unit.id && unit.role === 'table' && !unit.query),
      );
      if (!edge || unit.role === 'insert') break;
      const refused = disconnectStep(draft, edge);
      if (refused) return refused;
    }
  }
  const now = draft.model.byId.get(unit.id);
  if (!now) return null;
  removeMentions(draft, now);
  const last = draft.model.byId.get(unit.id);
  assert(last, 'statements beside the canvas define nothing');
  removeUnit(draft, last);
  return null;
}

/** `DROP TABLE t`, `DESCRIBE t` and the like would fail once `t` is gone: they go with it. */
function removeMentions(draft: Draft, unit: Unit): void {
  const mentions = draft.model.mentions.filter((mention) => mention.target === unit.id);
  const gone = draft.model.script.statements.filter(
    ({ statement }) =>
      ['drop', 'describe', 'alter-table', 'alter-view', 'show'].includes(statement.kind) &&
      mentions.some(
        (mention) => mention.name.span.start >= statement.span.start && mention.name.span.end <= statement.span.end,
      ),
  );
  draft.apply(gone.flatMap((statement) => removalEdits(draft.text, statement)));
}
