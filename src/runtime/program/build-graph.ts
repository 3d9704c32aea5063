/**
 * `buildGraph`: the graph view of a script, one node for each statement that moves rows. A pure
 * function of the syntax tree, run again after every keystroke: 200 statements take a few
 * milliseconds.
 *
 *   CREATE TABLE orders …          table:orders     source, sink or both, by use
 *   CREATE VIEW big AS SELECT …    view:big         kind by the shape of the query
 *   INSERT INTO s SELECT * FROM x  (no node)        the edge x → s
 *   INSERT INTO s SELECT a+1 …     insert:s         an operator with an edge into s
 *   SELECT …                       select:1         a result to look at
 *   text that does not parse       broken:1
 */
import type { Script } from '../sql/1-parse/ast.ts';
import { type ClassifyContext, classifyQuery } from './classify-query.ts';
import type { GraphEdge, GraphNode, InputPort, NodeFamily, NodeKind, ProgramGraph } from './graph.ts';
import { buildModel, type ProgramModel, type Unit } from './model.ts';
import { plainName } from './names.ts';
import { readForm } from './node-form.ts';
import { firstLine, shorten } from './one-line.ts';
import { forEachCall, someExpr } from './walk.ts';

/** The name that a port reads when it is not connected: `` FROM `?` ``. Shown, valid SQL, never a table. */
export const PLACEHOLDER_NAME = '?';

/** The only input port of a table. */
const TABLE_PORT = 'in';

/** Builds the graph of a script. */
export function buildGraph(script: Script): ProgramGraph {
  return graphOf(buildModel(script));
}

/** The graph of a program that was already read. */
export function graphOf(model: ProgramModel): ProgramGraph {
  const nodes = model.units.filter((unit) => !unit.edgeOnly).map((unit) => nodeOf(unit, model));
  const edges = new EdgeList();
  const ports = new Map(nodes.map((node) => [node.id, node.inputs]));
  for (const unit of model.units) {
    const statement = { statement: unit.holder.number, span: unit.span };
    if (unit.edgeOnly) {
      const from = unit.references[0]?.target;
      if (from && unit.sink) edges.add(from, unit.sink, TABLE_PORT, statement);
      continue;
    }
    unit.references.forEach((reference, i) => {
      const port = ports.get(unit.id)?.[i];
      if (reference.target !== null && port) edges.add(reference.target, unit.id, port.id, null);
    });
    if (unit.sink !== null) edges.add(unit.id, unit.sink, TABLE_PORT, null);
  }
  return { nodes, edges: edges.items, settings: settingsOf(model.script), functions: functionsOf(model.script) };
}

class EdgeList {
  readonly items: GraphEdge[] = [];
  readonly #ids = new Map<string, number>();

  add(
    from: string,
    to: string,
    toPort: string,
    insert: { readonly statement: number; readonly span: GraphNode['span'] } | null,
  ): void {
    const id = `${from}->${to}:${toPort}`;
    const count = (this.#ids.get(id) ?? 0) + 1;
    this.#ids.set(id, count);
    this.items.push({ id: count === 1 ? id : `${id}#${count}`, from, to, toPort, ...(insert ? { insert } : {}) });
  }
}

function nodeOf(unit: Unit, model: ProgramModel): GraphNode {
  const text = model.script.text;
  const { kind, summary } = describeUnit(unit, model);
  return {
    id: unit.id,
    kind,
    family: familyOf(kind, unit, model),
    name: unit.name,
    summary,
    inputs: portsOf(unit, kind, model),
    hasOutput:
      unit.role === 'view' ||
      unit.role === 'broken' ||
      (unit.role === 'table' && kind !== 'sink') ||
      unit.sink !== null,
    statement: unit.holder.number,
    span: unit.span,
    form: readForm(text, unit),
    calls: callsOf(unit, model),
    ...(unit.standsFor === undefined ? {} : { standsFor: unit.standsFor }),
  };
}

function describeUnit(unit: Unit, model: ProgramModel): { readonly kind: NodeKind; readonly summary: string } {
  const text = model.script.text;
  if (unit.role === 'broken') return { kind: 'sql', summary: firstLine(text, unit.span) };
  if (unit.role === 'table') return { kind: tableKind(unit, model), summary: tableSummary(unit) };
  if (!unit.query) return { kind: 'sql', summary: firstLine(text, unit.span) };
  const context: ClassifyContext = {
    text,
    tableOf: (name) => model.tableOf(unit, name),
    isTypescript: (name) => model.typescript.has(name.toLowerCase()),
  };
  return classifyQuery(unit.query, context);
}

/** Connectors that can only be written. */
const SINK_CONNECTORS: ReadonlySet<string> = new Set(['print', 'blackhole']);
/** Connectors that can only be read. */
const SOURCE_CONNECTORS: ReadonlySet<string> = new Set(['datagen']);

/**
 * By use; a table that nothing uses yet by its connector, and by options that only a sink has
 * (`sink.parallelism`), so that a sink from the palette looks like one before it is connected.
 */
function tableKind(unit: Unit, model: ProgramModel): NodeKind {
  const read = model.read.has(unit.id);
  const written = model.written.has(unit.id);
  if (read && written) return 'source-sink';
  if (read) return 'source';
  if (written) return 'sink';
  const options = unit.table?.options ?? [];
  if (SINK_CONNECTORS.has(connectorOf(unit)) || options.some((option) => option.key.startsWith('sink.'))) return 'sink';
  return 'source';
}

/** The value of `'connector'`, empty when there is none. */
export function connectorOf(unit: Unit): string {
  return unit.table?.options.find((option) => option.key === 'connector')?.value ?? '';
}

function tableSummary(unit: Unit): string {
  const value = (key: string): string => unit.table?.options.find((option) => option.key === key)?.value ?? '';
  const place = value('path') || value('topic') || value('table-name') || value('url');
  const format = value('format') || value('value.format');
  const rate = value('rows-per-second');
  const parts = [connectorOf(unit), place, format, rate === '' ? '' : `${rate} rows/s`].filter((part) => part !== '');
  return shorten(parts.join(' · '));
}

/** A table can take rows when something writes it already, or nothing uses it and its connector can. */
export function canBeWritten(unit: Unit): boolean {
  return unit.role === 'table' && !unit.query && !SOURCE_CONNECTORS.has(connectorOf(unit));
}

/** Whether rows can be read from the unit. */
export function canBeRead(unit: Unit): boolean {
  return unit.role === 'view' || (unit.role === 'table' && !SINK_CONNECTORS.has(connectorOf(unit)));
}

const JOIN_KINDS: ReadonlySet<NodeKind> = new Set(['join', 'interval-join', 'temporal-join', 'lookup-join']);

function portsOf(unit: Unit, kind: NodeKind, model: ProgramModel): readonly InputPort[] {
  const count = unit.references.length;
  const ports: InputPort[] = unit.references.map((reference, i) => ({
    id: portId(i, count, kind),
    label: reference.label === PLACEHOLDER_NAME ? 'not connected' : reference.label,
    reference: reference.name.span,
    refersTo: plainName(reference.name),
  }));
  if (unit.role === 'table') {
    const open = kind === 'sink' || kind === 'source-sink' || (!model.read.has(unit.id) && canBeWritten(unit));
    if (open && !unit.query) ports.push({ id: TABLE_PORT, label: 'rows to write' });
  }
  // A union takes one more input at any time: dropping an edge there appends to the text.
  if (kind === 'union' && readForm(model.script.text, unit)?.kind === 'union')
    ports.push({ id: `in-${count}`, label: 'another input' });
  return ports;
}

function portId(index: number, count: number, kind: NodeKind): string {
  if (kind === 'union') return `in-${index}`;
  if (count === 1) return 'in';
  if (count === 2 && JOIN_KINDS.has(kind)) return index === 0 ? 'left' : 'right';
  return `in-${index}`;
}

const STATEFUL: ReadonlySet<NodeKind> = new Set([
  'group-aggregate',
  'window-aggregate',
  'join',
  'interval-join',
  'temporal-join',
  'top-n',
  'deduplicate',
  'over',
  'pattern',
]);

function familyOf(kind: NodeKind, unit: Unit, model: ProgramModel): NodeFamily {
  if (kind === 'source' || kind === 'source-sink' || kind === 'values') return 'source';
  if (kind === 'sink') return 'sink';
  if (kind === 'sql') return 'sql';
  if (kind === 'process' || callsTypescript(unit, model)) return 'typescript';
  const body = unit.query?.body;
  const distinct =
    (body?.kind === 'select' && body.quantifier === 'DISTINCT') || (body?.kind === 'set-operation' && !body.all);
  return STATEFUL.has(kind) || distinct ? 'stateful' : 'stateless';
}

/** A projection or condition that calls one of the project's own functions. */
function callsTypescript(unit: Unit, model: ProgramModel): boolean {
  const body = unit.query?.body;
  if (model.typescript.size === 0 || body?.kind !== 'select') return false;
  const exprs = [...body.items.map((item) => item.expr), ...(body.where ? [body.where] : [])];
  return exprs.some((expr) =>
    someExpr(expr, (e) => e.kind === 'call' && model.typescript.has(plainName(e.name).toLowerCase())),
  );
}

/** Functions of the library that a unit's query calls, each once. Quick when the script creates none. */
function callsOf(unit: Unit, model: ProgramModel): readonly string[] {
  if (model.functions.length === 0 || !unit.query) return [];
  const names = new Map(model.functions.map(({ name }) => [name.toLowerCase(), name]));
  const found = new Set<string>();
  forEachCall(unit.query, (call) => {
    const name = names.get(plainName(call.name).toLowerCase());
    if (name !== undefined) found.add(name);
  });
  return [...found];
}

function settingsOf(script: Script): ProgramGraph['settings'] {
  const out: ProgramGraph['settings'][number][] = [];
  for (const { statement, number } of script.statements) {
    if (statement.kind !== 'set' || statement.key === undefined || statement.value === undefined) continue;
    out.push({ key: statement.key, value: statement.value, statement: number, span: statement.span });
  }
  return out;
}

function functionsOf(script: Script): ProgramGraph['functions'] {
  const out: ProgramGraph['functions'][number][] = [];
  for (const { statement } of script.statements) {
    if (statement.kind !== 'create-function') continue;
    out.push({
      name: plainName(statement.name),
      path: statement.as,
      language: statement.language ?? 'JAVA',
      span: statement.span,
    });
  }
  return out;
}
