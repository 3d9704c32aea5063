/**
 * Random edits one after another on scripts of every kind: whatever the user does, the script keeps
 * parsing, statements that the edit is not about keep their bytes, positions follow their nodes, and
 * undoing everything gives the original bytes back.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyTextEdits } from '../base/span.ts';
import { parseScript } from '../sql/1-parse/parse-script.ts';
import { edit } from './apply-edit.ts';
import { autoLayout } from './auto-layout.ts';
import { buildGraph, graphOf } from './build-graph.ts';
import type { EditRequest, PaletteKind } from './edit.ts';
import type { NodeForm, ProgramGraph } from './graph.ts';
import { applyAndRecord, EMPTY_HISTORY, type History, type ProgramState, redo, undo } from './history.ts';
import { EMPTY_LAYOUT } from './layout.ts';
import { applyLayoutPatch } from './layout-file.ts';
import { buildModel } from './model.ts';

const SCRIPTS: readonly string[] = [
  '',
  '-- only a comment',
  `-- clicks of a shop
SET 'pipeline.auto-watermark-interval' = '0 ms';

CREATE TABLE clicks (
  user_id STRING, -- who
  url STRING,
  ts TIMESTAMP(3),
  WATERMARK FOR ts AS ts - INTERVAL '3' SECOND
) WITH (
  'connector' = 'filesystem', 'path' = 'input/clicks.jsonl', 'format' = 'json'
); -- source

/* a view */
CREATE TEMPORARY VIEW clean AS
SELECT clicks.user_id, UPPER(url) AS url, ts -- columns
FROM clicks
WHERE clicks.url <> '';

CREATE TABLE out_a (user_id STRING, c BIGINT) WITH ('connector' = 'print');
CREATE TABLE out_b (user_id STRING, url STRING, ts TIMESTAMP(3)) WITH ('connector' = 'blackhole');

EXECUTE STATEMENT SET BEGIN
  -- counts
  INSERT INTO out_a SELECT user_id, COUNT(*) FROM TABLE(TUMBLE(TABLE clean, DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY user_id, window_start, window_end;
  INSERT INTO out_b SELECT * FROM clean; -- all
END;
-- the end`,
  `CREATE TABLE a (id INT, x INT) WITH ('connector' = 'datagen'); CREATE TABLE b (id INT, y INT) WITH ('connector' = 'datagen');CREATE VIEW j AS SELECT a.id, \`b\`.y FROM a JOIN b ON a.id = b.id;
CREATE VIEW u AS SELECT * FROM a UNION ALL SELECT * FROM a UNION ALL TABLE b;
CREATE VIEW cte AS WITH a AS (SELECT * FROM b) SELECT a.id FROM a, u AS w WHERE w.id IN (SELECT id FROM j);
SELEC broken;
CREATE VIEW late AS SELECT * FROM missing WHERE id > 1
;
SELECT * FROM cte; SELECT late.id FROM late`,
  `CREATE TABLE t (id INT) WITH ('connector' = 'kafka', 'topic' = 't');
INSERT INTO t SELECT id + 1 FROM t;
CREATE VIEW \`my view\` AS SELECT t.* FROM t;
DROP TABLE t;
CREATE TABLE t (id INT) WITH ('connector' = 'print');
INSERT INTO t SELECT * FROM \`my view\`;
INSERT INTO t SELECT id FROM \`my view\` WHERE id > 0;
DESCRIBE t;`,
];

/** The same scripts as an editor on Windows writes them. */
const ALL_SCRIPTS: readonly string[] = [
  ...SCRIPTS,
  ...SCRIPTS.slice(2).map((script) => script.replaceAll('\n', '\r\n')),
];

const PALETTE: readonly PaletteKind[] = [
  'source-kafka',
  'sink-kafka',
  'source-filesystem',
  'source-datagen',
  'filter',
  'map',
  'group-aggregate',
  'window-aggregate',
  'join',
  'union',
  'sql',
  'sink-print',
  'sink-filesystem',
  'sink-blackhole',
  'typescript-process',
  'typescript-scalar',
  'typescript-table',
];

/** A gesture before it is bound to the nodes that are there. */
interface Gesture {
  readonly kind: EditRequest['kind'];
  readonly first: number;
  readonly second: number;
  readonly third: number;
  readonly flag: boolean;
  readonly name: string;
}

const gesture: fc.Arbitrary<Gesture> = fc.record({
  kind: fc.constantFrom<EditRequest['kind']>(
    'add-node',
    'connect',
    'connect',
    'disconnect',
    'insert-on-edge',
    'remove-nodes',
    'rename',
    'duplicate',
    'set-form',
    'set-option',
    'add-function',
    'remove-function',
    'move',
  ),
  first: fc.nat(1000),
  second: fc.nat(1000),
  third: fc.nat(1000),
  flag: fc.boolean(),
  name: fc.constantFrom('n', 'order', 'two words', 'tick`s', 'a', 'clicks', 'Übung', 'x.y'),
});

function pick<T>(list: readonly T[], index: number): T | undefined {
  return list[index % Math.max(1, list.length)];
}

function requestOf(graph: ProgramGraph, { kind, first, second, third, flag, name }: Gesture): EditRequest | null {
  const node = pick(graph.nodes, first);
  const other = pick(graph.nodes, second);
  const edge = pick(graph.edges, first);
  const at = { x: second, y: third };
  const palette = pick(PALETTE, third) ?? 'filter';
  switch (kind) {
    case 'add-node':
      return { kind, palette, at, ...(flag && node ? { connectFrom: node.id } : {}) };
    case 'connect': {
      const port = pick(other?.inputs ?? [], third);
      return node && other ? { kind, from: node.id, to: other.id, toPort: port?.id ?? 'in' } : null;
    }
    case 'disconnect':
      return edge ? { kind, edge: edge.id } : null;
    case 'insert-on-edge':
      return edge ? { kind, edge: edge.id, palette, at } : null;
    case 'remove-nodes':
      return node && other ? { kind, nodes: [node.id, other.id], heal: flag } : null;
    case 'rename':
      return node ? { kind, node: node.id, name } : null;
    case 'duplicate':
      return node && other ? { kind, nodes: [...new Set([node.id, other.id])], offset: { x: 20, y: 20 } } : null;
    case 'set-form':
      return node?.form ? { kind, node: node.id, form: changedForm(node.form, flag) } : null;
    case 'set-option':
      return { kind, key: flag ? 'parallelism.default' : 'pipeline.name', value: third % 3 === 0 ? null : name };
    case 'move':
      return node ? { kind, positions: { [node.id]: at } } : null;
    case 'add-function':
      return { kind, form: pick(['scalar', 'table', 'process'] as const, third) ?? 'scalar' };
    case 'remove-function': {
      const fn = pick(graph.functions, first);
      return fn ? { kind, name: fn.name } : null;
    }
    case 'set-sql':
      return null;
  }
}

function changedForm(form: NodeForm, flag: boolean): NodeForm {
  switch (form.kind) {
    case 'table':
      return flag
        ? { ...form, columns: form.columns.slice(1) }
        : { ...form, options: [...form.options, { key: 'x', value: "it's" }] };
    case 'filter':
      return { ...form, condition: flag ? '' : `${form.condition} OR 1 = 1` };
    case 'map':
      return {
        ...form,
        distinct: flag,
        columns: [...form.columns, { expression: '1 + 1', alias: 'two' }],
        condition: flag ? 'TRUE' : '',
      };
    case 'group-aggregate':
    case 'window-aggregate':
      return {
        ...form,
        keys: flag ? [] : [...form.keys, 'id'],
        having: flag ? 'COUNT(*) > 0' : '',
        condition: flag ? '1 = 1' : '',
      };
    case 'join':
      return { ...form, type: flag ? 'FULL' : 'INNER', leftAlias: flag ? 'l' : '', columns: form.columns.slice(0, 1) };
    case 'process':
      return { ...form, keys: flag ? [] : [...form.keys, 'id'], timeColumn: flag ? '' : 'ts', uid: flag ? "it's" : '' };
    case 'union':
      return { ...form, inputs: flag ? [...form.inputs].reverse() : form.inputs, all: !form.all };
    case 'insert':
      return { ...form, columns: flag ? ['id'] : [] };
  }
}

/** Texts of the statements that a request on these nodes may not touch. */
function bystanders(text: string, request: EditRequest): readonly string[] {
  const model = buildModel(parseScript(text).script);
  const graph = graphOf(model);
  const named: string[] = [];
  if (request.kind === 'connect') named.push(request.to, request.from);
  if (request.kind === 'rename' || request.kind === 'set-form') named.push(request.node);
  if (request.kind === 'remove-nodes' || request.kind === 'duplicate') named.push(...request.nodes);
  if (request.kind === 'disconnect' || request.kind === 'insert-on-edge') {
    const edge = graph.edges.find((candidate) => candidate.id === request.edge);
    if (edge) named.push(edge.from, edge.to);
  }
  const concerned = new Set(named);
  for (const edge of graph.edges) {
    if (named.includes(edge.from)) concerned.add(edge.to);
    if (named.includes(edge.to)) concerned.add(edge.from);
  }
  const numbers = new Set<number>();
  for (const unit of model.units) {
    const touches =
      concerned.has(unit.id) ||
      (unit.sink !== null && concerned.has(unit.sink)) ||
      unit.references.some((reference) => concerned.has(reference.target ?? ''));
    if (touches) numbers.add(unit.holder.number);
  }
  const sets = [
    'set',
    'describe',
    'drop',
    ...(request.kind === 'add-node' || request.kind === 'connect' ? ['statement-set'] : []),
    ...(request.kind === 'remove-function' ? ['create-function'] : []),
  ];
  return model.script.statements
    .filter((item) => !numbers.has(item.number) && !sets.includes(item.statement.kind))
    .map((item) => text.slice(item.statement.span.start, item.statement.span.end));
}

function brokenCount(text: string): number {
  return parseScript(text).script.statements.filter((item) => item.statement.kind === 'unknown').length;
}

/** Whether every text of `some` occurs in `all`, as often. */
function missing(some: readonly string[], all: readonly string[]): readonly string[] {
  const left = [...all];
  return some.filter((text) => {
    const found = left.indexOf(text);
    if (found >= 0) left.splice(found, 1);
    return found < 0;
  });
}

describe('sequences of edits', () => {
  it('keep the script parsing and bystanders untouched, carry positions, and can be undone to the first byte', () => {
    const counts = { done: 0, refused: 0 };
    fc.assert(
      fc.property(
        fc.constantFrom(...ALL_SCRIPTS),
        fc.array(gesture, { minLength: 1, maxLength: 12 }),
        (start, gestures) => {
          const origin: ProgramState = {
            text: start,
            layout: applyLayoutPatch(EMPTY_LAYOUT, {
              nodes: autoLayout(buildGraph(parseScript(start).script), EMPTY_LAYOUT),
            }),
            files: new Map(),
          };
          let session: { readonly history: History; readonly state: ProgramState } = {
            history: EMPTY_HISTORY,
            state: origin,
          };
          gestures.forEach((item, nowMs) => {
            const { text, layout } = session.state;
            const before = buildGraph(parseScript(text).script);
            const request = requestOf(before, item);
            if (!request) return;
            const result = edit(text, layout, request);
            if (!result.ok) {
              counts.refused += 1;
              expect(result.diagnostic.code).toMatch(/^edit\//);
              return;
            }
            counts.done += 1;
            const after = applyTextEdits(text, result.edit.edits);
            const script = parseScript(after).script;
            const graph = buildGraph(script);
            const texts = script.statements.map((statement) =>
              after.slice(statement.statement.span.start, statement.statement.span.end),
            );
            if (text.includes('\r\n')) expect(after).not.toMatch(/(^|[^\r])\n/);
            expect(brokenCount(after)).toBeLessThanOrEqual(brokenCount(text));
            expect(missing(bystanders(text, request), texts)).toEqual([]);
            session = applyAndRecord(session.history, session.state, result.edit, { nowMs });
            const ids = graph.nodes.map((node) => node.id);
            expect(missing(Object.keys(session.state.layout.nodes), ids)).toEqual([]);
            expect(missing(result.edit.select, ids)).toEqual([]);
            expect(new Set(ids).size).toBe(ids.length);
            if (request.kind === 'connect') {
              const wired = (list: ProgramGraph['edges']): number =>
                list.filter((edge) => edge.from === request.from).length;
              expect(wired(graph.edges)).toBeGreaterThanOrEqual(wired(before.edges));
            }
            if (request.kind === 'rename') expect(graph.edges.length).toBe(before.edges.length);
            if (request.kind === 'insert-on-edge') expect(graph.edges.length).toBeGreaterThan(before.edges.length);
            // What the text says again: the same request on the new text never throws.
            edit(after, session.state.layout, request);
          });
          const last = session.state;
          for (let step = undo(session.history, session.state); step; step = undo(step.history, step.state))
            session = step;
          expect(session.state).toEqual(origin);
          for (let step = redo(session.history, session.state); step; step = redo(step.history, step.state))
            session = step;
          expect(session.state).toEqual(last);
        },
      ),
      { numRuns: 400 },
    );
    // The property is about edits that happen: most gestures must find something to do.
    expect(counts.done).toBeGreaterThan(counts.refused);
  });
});
