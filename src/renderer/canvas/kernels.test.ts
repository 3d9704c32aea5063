/** Decisions of the canvas over a small graph. */
import { describe, expect, it } from 'vitest';
import { autoLayout } from '../../runtime/program/auto-layout.ts';
import { buildGraph, PLACEHOLDER_NAME } from '../../runtime/program/build-graph.ts';
import type { GraphNode } from '../../runtime/program/graph.ts';
import { EMPTY_LAYOUT } from '../../runtime/program/layout.ts';
import { parseScript } from '../../runtime/sql/1-parse/parse-script.ts';
import { connectRefusal, neighbour, openInput, portToConnect, reachable, UNCONNECTED_NAME } from './kernels.ts';

const graph = buildGraph(
  parseScript(`
CREATE TABLE a (x INT) WITH ('connector' = 'datagen');
CREATE TABLE b (x INT) WITH ('connector' = 'datagen');
CREATE VIEW f AS SELECT * FROM a WHERE x > 1;
CREATE VIEW j AS SELECT f.x FROM f JOIN b ON f.x = b.x;
CREATE TABLE out_t (x INT) WITH ('connector' = 'print');
INSERT INTO out_t SELECT * FROM j;
CREATE VIEW bad AS SELEC;
`).script,
);
const positions = autoLayout(graph, EMPTY_LAYOUT);
const node = (name: string): GraphNode => {
  const found = graph.nodes.find((n) => n.name === name || n.id === name);
  if (found === undefined) throw new Error(`no node ${name} among ${graph.nodes.map((n) => n.id).join()}`);
  return found;
};
const broken = graph.nodes.find((n) => n.id.startsWith('broken:'));

describe('connecting', () => {
  it('is refused with a reason that can be shown on the card', () => {
    const reasons = {
      sinkHasNoOutput: connectRefusal(graph, node('out_t'), node('f'), 'in'),
      itself: connectRefusal(graph, node('f'), node('f'), 'in'),
      loop: connectRefusal(graph, node('j'), node('f'), 'in'),
      source: connectRefusal(graph, node('f'), node('b'), null),
      twice: connectRefusal(graph, node('a'), node('f'), 'in'),
      broken: broken === undefined ? 'missing' : connectRefusal(graph, node('a'), broken, null),
      fine: connectRefusal(graph, node('b'), node('f'), 'in'),
      sink: connectRefusal(graph, node('f'), node('out_t'), portToConnect(graph, node('out_t'))?.id ?? null),
    };
    expect(reasons).toEqual({
      sinkHasNoOutput: 'out_t has no output',
      itself: 'a node cannot read itself',
      loop: 'it would make a loop',
      source: 'a source has no input',
      twice: 'already connected',
      broken: 'its SQL has an error',
      fine: null,
      sink: null,
    });
  });
});

describe('arrow keys', () => {
  it('lead along the edges and between neighbours of a column', () => {
    const walk = (from: string, way: Parameters<typeof neighbour>[3]): string | null =>
      neighbour(graph, positions, node(from).id, way);
    expect([walk('a', 'right'), walk('f', 'right'), walk('j', 'right'), walk('out_t', 'right')]).toEqual([
      node('f').id,
      node('j').id,
      node('out_t').id,
      null,
    ]);
    expect(walk('out_t', 'left')).toBe(node('j').id);
    expect([walk('a', 'down'), walk('b', 'up')].every((id) => id !== null)).toBe(true);
  });
});

it('what lies up and down the stream is everything that is reachable', () => {
  expect([...reachable(graph, node('j').id, 'up')].sort()).toEqual([node('a').id, node('b').id, node('f').id].sort());
  expect([...reachable(graph, node('a').id, 'down')].sort()).toEqual(
    [node('f').id, node('j').id, node('out_t').id].sort(),
  );
});

it('the mark of an unconnected input is the one that edits write', () => {
  expect(UNCONNECTED_NAME).toBe(PLACEHOLDER_NAME);
});

it('an open input is named where there are several: by its label, or by its number', () => {
  const drawn = buildGraph(
    parseScript(`
CREATE TABLE a (x INT) WITH ('connector' = 'datagen');
CREATE VIEW f AS SELECT * FROM \`?\` WHERE x > 1;
CREATE VIEW u AS SELECT * FROM a UNION ALL SELECT * FROM \`?\`;
CREATE VIEW j AS SELECT l.x FROM \`?\` AS l JOIN a AS r ON l.x = r.x;
`).script,
  );
  const open = Object.fromEntries(drawn.nodes.map((n) => [n.name, openInput(n)]));
  expect(open).toEqual({ a: null, f: { name: null }, u: { name: '2' }, j: { name: 'l' } });
});
