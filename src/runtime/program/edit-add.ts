/** New nodes from the palette, free or spliced into an edge. */
import { assert } from '../base/assert.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import { quoteIdentifier } from '../sql/print/quote.ts';
import { graphOf, PLACEHOLDER_NAME } from './build-graph.ts';
import type { Draft } from './draft.ts';
import type { KnownSchemas, PaletteKind } from './edit.ts';
import { cannotRead, connectStep, insertToView } from './edit-connect.ts';
import { freshFunctionName, newFile, writeFunction } from './edit-functions.ts';
import { refuse } from './edit-messages.ts';
import { freshName, writtenName } from './edit-names.ts';
import { outputColumns } from './output-columns.ts';
import { indexOf, insertStatement, placeForSource, placeForView } from './place-statement.ts';
import { repointReference } from './reference-edit.ts';
import {
  baseName,
  DEFAULT_SINK_COLUMNS,
  isSinkKind,
  isTableKind,
  type OperatorKind,
  queryTemplate,
  type TemplateInput,
  tableTemplate,
} from './templates.ts';
import { formOfKind, functionQuery, isTypescriptKind } from './typescript-templates.ts';

/** Mark of the node that an add or splice made. */
export const NEW_NODE = 'new-node';

const OPEN: TemplateInput = { name: PLACEHOLDER_NAME, columns: null };

/** Writes the statement of a palette item, reading from `fromId` when given; marks it `NEW_NODE`. */
export function addStep(
  draft: Draft,
  palette: PaletteKind,
  fromId: string | undefined,
  schemas?: KnownSchemas,
): Diagnostic | null {
  const from = fromId === undefined ? undefined : draft.model.byId.get(fromId);
  if (fromId !== undefined && !from) return refuse.noSuchNode(fromId);
  if (from) {
    if (isTableKind(palette) && !isSinkKind(palette)) return refuse.sourceFirst(palette);
    const unreadable = cannotRead(from);
    if (unreadable) return unreadable;
  }
  if (!isTableKind(palette)) {
    const input: TemplateInput = from
      ? { name: writtenName(from), columns: outputColumns(draft.model, from, schemas) }
      : OPEN;
    writeOperator(draft, nameFor(draft, palette), palette, input, placeForView(draft, from ? [from] : []));
    return null;
  }
  const name = freshName(draft.model, baseName(palette));
  const index = isSinkKind(palette) ? placeForView(draft, []) : placeForSource(draft);
  insertStatement(draft, index, tableTemplate(palette, name, DEFAULT_SINK_COLUMNS));
  markStatement(draft, index);
  const added = draft.unitAtMark(NEW_NODE);
  assert(added, 'the new table is a unit');
  return from ? connectStep(draft, from.id, added.id, 'in', schemas) : null;
}

/** Splices an operator into an edge: it reads what the edge read, and the edge's end reads it. */
export function insertOnEdgeStep(
  draft: Draft,
  edgeId: string,
  palette: PaletteKind,
  schemas?: KnownSchemas,
): Diagnostic | null {
  if (isTableKind(palette)) return refuse.notAnOperator(palette);
  const edge = graphOf(draft.model).edges.find((candidate) => candidate.id === edgeId);
  const from = edge ? draft.model.byId.get(edge.from) : undefined;
  const to = edge ? draft.model.byId.get(edge.to) : undefined;
  if (!edge || !from || !to) return refuse.noSuchEdge(edgeId);
  const broken = [from, to].find((unit) => unit.role === 'broken');
  if (broken) return refuse.brokenStatement(broken.name, { nodeId: broken.id, span: broken.span });
  if (from.role === 'insert') return spliceBeforeSink(draft, from.id, to.id, palette, schemas);
  const reader = edge.insert
    ? draft.model.units.find((unit) => unit.edgeOnly && unit.span.start === edge.insert?.span.start)
    : to;
  assert(reader, 'an edge ends in a unit or is one');
  const index = edge.insert
    ? 0
    : (graphOf(draft.model)
        .nodes.find((node) => node.id === to.id)
        ?.inputs.findIndex((input) => input.id === edge.toPort) ?? -1);
  const name = nameFor(draft, palette);
  // Rewire first: the reader's statement does not move then, and the new view goes before it.
  const reference = reader.references[index];
  assert(reference, 'an edge into an operator is a reference');
  const input: TemplateInput = { name: writtenName(from), columns: outputColumns(draft.model, from, schemas) };
  const place = Math.min(placeForView(draft, [from]), indexOf(draft, reader.holder));
  draft.apply(repointReference(draft.text, reference, name));
  writeOperator(draft, name, palette, input, place);
  return null;
}

/** The operator of an INSERT becomes a view, the new one reads it, and a bare INSERT feeds the sink. */
function spliceBeforeSink(
  draft: Draft,
  insertId: string,
  sinkId: string,
  palette: OperatorKind,
  schemas: KnownSchemas | undefined,
): Diagnostic | null {
  const insert = draft.model.byId.get(insertId);
  assert(insert, 'the edge begins at an INSERT');
  const viewId = insertToView(draft, insert);
  const view = draft.model.byId.get(viewId);
  assert(view, 'the INSERT became a view');
  const name = nameFor(draft, palette);
  const input: TemplateInput = { name: writtenName(view), columns: outputColumns(draft.model, view, schemas) };
  writeOperator(draft, name, palette, input, placeForView(draft, [view]));
  return connectStep(draft, `view:${name}`, sinkId, 'in', schemas);
}

function nameFor(draft: Draft, palette: OperatorKind): string {
  const base = baseName(palette);
  return isTypescriptKind(palette) ? freshFunctionName(draft, base) : freshName(draft.model, base);
}

/** The view of an operator, marked; one in TypeScript gets its function and its file too. */
function writeOperator(draft: Draft, name: string, palette: OperatorKind, input: TemplateInput, index: number): void {
  if (!isTypescriptKind(palette)) {
    writeView(draft, name, queryTemplate(palette, input, OPEN), index);
    return;
  }
  const form = formOfKind(palette);
  writeFunction(draft, name, newFile(draft, name, form, input.columns), index);
  writeView(draft, name, functionQuery(form, name, input), index + 1);
}

function writeView(draft: Draft, name: string, query: string, index: number): void {
  insertStatement(draft, index, `CREATE TEMPORARY VIEW ${quoteIdentifier(name)} AS\n${query}`);
  markStatement(draft, index);
}

function markStatement(draft: Draft, index: number): void {
  const statement = draft.model.script.statements[index];
  assert(statement, 'the statement was written');
  draft.mark(NEW_NODE, statement.statement.span.start);
}
