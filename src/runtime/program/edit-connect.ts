/** Connecting and disconnecting: references rewired in place, INSERTs written and removed. */
import { assert } from '../base/assert.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import { quoteIdentifier } from '../sql/print/quote.ts';
import { canBeRead, canBeWritten, graphOf, PLACEHOLDER_NAME } from './build-graph.ts';
import type { Draft } from './draft.ts';
import type { KnownSchemas } from './edit.ts';
import { refuse } from './edit-messages.ts';
import { freshName, upstreamOf, writtenName } from './edit-names.ts';
import type { GraphEdge } from './graph.ts';
import type { Unit } from './model.ts';
import { readForm } from './node-form.ts';
import { outputColumns } from './output-columns.ts';
import {
  insertIntoSet,
  insertStatement,
  moveStatementUp,
  placeForInsert,
  placeForView,
  removeUnit,
} from './place-statement.ts';
import { repointReference } from './reference-edit.ts';
import { nameToSql } from './sql-text.ts';
import { DEFAULT_SINK_COLUMNS, joinCondition } from './templates.ts';
import { partitionKey, rowtimeColumn } from './typescript-templates.ts';
import { writeForm } from './write-form.ts';

/** Why nothing can be read from a unit, or `null`. */
export function cannotRead(unit: Unit): Diagnostic | null {
  const place = { nodeId: unit.id, span: unit.span };
  if (unit.role === 'broken') return refuse.brokenStatement(unit.name, place);
  if (unit.role === 'insert') return refuse.goesIntoSink(unit.name, place);
  return canBeRead(unit) ? null : refuse.noOutput(unit.name, place);
}

/** Wires `fromId` into a port of `toId`; ids are those of the draft now. */
export function connectStep(
  draft: Draft,
  fromId: string,
  toId: string,
  port: string,
  schemas?: KnownSchemas,
): Diagnostic | null {
  const from = draft.model.byId.get(fromId);
  const to = draft.model.byId.get(toId);
  if (!from || from.edgeOnly) return refuse.noSuchNode(fromId);
  if (!to || to.edgeOnly) return refuse.noSuchNode(toId);
  const unreadable = cannotRead(from);
  if (unreadable) return unreadable;
  const place = { nodeId: toId, span: to.span };
  if (to.role === 'broken') return refuse.brokenStatement(to.name, place);
  if (to.role === 'table' && !canBeWritten(to)) return refuse.noInput(to.name, place);
  if (fromId === toId || upstreamOf(draft.model, fromId).has(toId)) return refuse.cycle(from.name, to.name, place);
  if (to.role === 'table' && !to.query) return connectSink(draft, from, to, schemas);
  const index =
    graphOf(draft.model)
      .nodes.find((node) => node.id === toId)
      ?.inputs.findIndex((input) => input.id === port) ?? -1;
  if (index < 0) return refuse.noSuchPort(to.name, port);
  if (
    from.holder.number > to.holder.number &&
    draft.model.units.some((unit) => unit !== from && unit.key === from.key)
  ) {
    // Moving one of several definitions of a name would change what the others' readers see.
    return refuse.shadowed(from.name, { nodeId: fromId, span: from.span });
  }
  ensureBefore(draft, from, to);
  const target = draft.model.byId.get(toId);
  const source = draft.model.byId.get(fromId);
  assert(target && source, 'moving definitions changes no id');
  const name = writtenName(source);
  const reference = target.references[index];
  draft.apply(reference ? repointReference(draft.text, reference, name) : (unionWith(draft, target, name) ?? []));
  const wired = draft.model.units.find((unit) => unit.span.start === target.span.start);
  if (wired?.references[index]?.target !== fromId)
    return refuse.shadowed(source.name, { nodeId: fromId, span: source.span });
  if (wired) completeJoin(draft, wired, schemas);
  const completed = draft.model.units.find((unit) => unit.span.start === target.span.start);
  if (completed) completeProcess(draft, completed, schemas);
  return null;
}

/** One more input of a union. */
function unionWith(draft: Draft, unit: Unit, name: string): ReturnType<typeof writeForm> {
  const form = readForm(draft.text, unit);
  return form?.kind === 'union' ? writeForm(draft.text, unit, { ...form, inputs: [...form.inputs, name] }) : null;
}

/** A join that was dropped without its inputs says ON TRUE; with both known it gets a real condition. */
function completeJoin(draft: Draft, unit: Unit, schemas: KnownSchemas | undefined): void {
  const form = readForm(draft.text, unit);
  if (form?.kind !== 'join' || form.condition !== 'TRUE' || form.leftAlias !== 'l' || form.rightAlias !== 'r') return;
  const [left, right] = unit.references.map((reference) => draft.model.byId.get(reference.target ?? ''));
  if (!left || !right) return;
  const condition = joinCondition(
    outputColumns(draft.model, left, schemas),
    outputColumns(draft.model, right, schemas),
  );
  if (condition !== null) draft.apply(writeForm(draft.text, unit, { ...form, condition }) ?? []);
}

/** A process function that was dropped without its input gets a partition key and its time with the first one. */
function completeProcess(draft: Draft, unit: Unit, schemas: KnownSchemas | undefined): void {
  const form = readForm(draft.text, unit);
  const input = draft.model.byId.get(unit.references[0]?.target ?? '');
  if (form?.kind !== 'process' || form.keys.length > 0 || form.timeColumn !== '' || !input) return;
  const columns = outputColumns(draft.model, input, schemas);
  if (columns === null) return;
  const keys = partitionKey(columns).map(quoteIdentifier);
  const timeColumn = rowtimeColumn(columns) ?? '';
  draft.apply(writeForm(draft.text, unit, { ...form, keys, timeColumn }) ?? []);
}

function connectSink(draft: Draft, from: Unit, sink: Unit, schemas: KnownSchemas | undefined): Diagnostic | null {
  const place = { nodeId: sink.id, span: sink.span };
  const twice = draft.model.units.some(
    (unit) => unit.edgeOnly && unit.sink === sink.id && unit.references[0]?.target === from.id,
  );
  if (twice) return refuse.alreadyConnected(from.name, sink.name, place);
  adoptColumns(draft, from, sink, schemas);
  const [source, target] = [draft.model.byId.get(from.id), draft.model.byId.get(sink.id)];
  assert(source && target, 'writing columns changes no id');
  const sql = `INSERT INTO ${nameToSql(writtenName(target))} SELECT * FROM ${nameToSql(writtenName(source))}`;
  const last = Math.max(source.holder.number, target.holder.number);
  const set = [...draft.model.script.statements]
    .reverse()
    .find((item) => item.statement.kind === 'statement-set' && item.number > last);
  if (set) insertIntoSet(draft, set, sql);
  else insertStatement(draft, placeForInsert(draft, [source, target]), sql);
  const wired = graphOf(draft.model).edges.some(
    (edge) => edge.insert && edge.from === source.id && edge.to === target.id,
  );
  return wired ? null : refuse.shadowed(source.name, { nodeId: from.id, span: from.span });
}

/** A sink fresh from the palette takes the columns of the first node that feeds it. */
function adoptColumns(draft: Draft, from: Unit, sink: Unit, schemas: KnownSchemas | undefined): void {
  if (draft.model.written.has(sink.id) || draft.model.read.has(sink.id)) return;
  const form = readForm(draft.text, sink);
  if (form?.kind !== 'table' || form.primaryKey.length > 0 || form.watermarkColumn !== '') return;
  const isDefault =
    form.columns.length === DEFAULT_SINK_COLUMNS.length &&
    form.columns.every(
      (column, i) =>
        column.kind === 'physical' &&
        column.name === DEFAULT_SINK_COLUMNS[i]?.name &&
        column.type === DEFAULT_SINK_COLUMNS[i]?.type,
    );
  const columns = outputColumns(draft.model, from, schemas);
  if (!isDefault || !columns || columns.length === 0 || columns.some((column) => column.type === '')) return;
  const list = columns.map((column) => ({
    kind: 'physical' as const,
    name: column.name,
    type: column.type,
    expression: '',
    metadataKey: '',
  }));
  draft.apply(writeForm(draft.text, sink, { ...form, columns: list }) ?? []);
}

/** Moves `from`, and what it needs, up before `to` when they are defined behind it. */
function ensureBefore(draft: Draft, from: Unit, to: Unit): void {
  if (from.holder.number < to.holder.number) return;
  const needed = [from.id, ...upstreamOf(draft.model, from.id, { throughSinks: false })]
    .flatMap((id) => draft.model.byId.get(id) ?? [])
    .filter((unit) => unit.holder.number > to.holder.number)
    .map((unit) => unit.holder.number);
  // Moving one up leaves the numbers behind it as they are and pushes the target down by one.
  [...new Set(needed)]
    .sort((a, b) => a - b)
    .forEach((number, i) => {
      const { statements } = draft.model.script;
      const statement = statements[number - 1];
      const target = statements[to.holder.number - 1 + i];
      assert(statement && target, 'statements are numbered without gaps');
      moveStatementUp(draft, statement, target);
    });
}

/** Takes an edge away: its INSERT, its place in a union, or the name in its reference. */
export function disconnectStep(draft: Draft, edge: GraphEdge): Diagnostic | null {
  const to = draft.model.byId.get(edge.to);
  const from = draft.model.byId.get(edge.from);
  if (!to || !from) return refuse.noSuchEdge(edge.id);
  if (edge.insert) {
    const start = edge.insert.span.start;
    const insert = draft.model.units.find((unit) => unit.edgeOnly && unit.span.start === start);
    assert(insert, 'an edge that is an INSERT has its unit');
    removeUnit(draft, insert);
    return null;
  }
  if (from.role === 'insert') {
    insertToView(draft, from);
    return null;
  }
  const index =
    graphOf(draft.model)
      .nodes.find((node) => node.id === to.id)
      ?.inputs.findIndex((input) => input.id === edge.toPort) ?? -1;
  const reference = to.references[index];
  if (!reference) return refuse.noSuchEdge(edge.id);
  const form = readForm(draft.text, to);
  if (form?.kind === 'union' && form.inputs.length > 2) {
    draft.apply(writeForm(draft.text, to, { ...form, inputs: form.inputs.filter((_, i) => i !== index) }) ?? []);
  } else draft.apply(repointReference(draft.text, reference, PLACEHOLDER_NAME));
  return null;
}

/** An INSERT with a query of its own loses its sink: the query stays on the canvas as a view. Returns its id. */
export function insertToView(draft: Draft, unit: Unit): string {
  assert(unit.insert, 'only an INSERT becomes a view');
  const kind = graphOf(draft.model).nodes.find((node) => node.id === unit.id)?.kind ?? 'query';
  const name = freshName(draft.model, kind.replaceAll('-', '_'));
  const query = draft.text.slice(unit.insert.query.span.start, unit.insert.query.span.end);
  const original = draft.originalIdOf(unit);
  removeUnit(draft, unit);
  const inputs = unit.references.flatMap((reference) => draft.model.byId.get(reference.target ?? '') ?? []);
  const index = placeForView(draft, inputs);
  insertStatement(draft, index, `CREATE TEMPORARY VIEW ${quoteIdentifier(name)} AS\n${query}`);
  const id = `view:${name}`;
  if (original !== null) draft.became.set(original, id);
  return id;
}
