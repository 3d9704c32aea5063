/** The layout file: any text is read without harm, and what is written has one shape. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EMPTY_LAYOUT, type Layout } from './layout.ts';
import { applyLayoutPatch, diffLayout, parseLayout, printLayout } from './layout-file.ts';

describe('layout file', () => {
  it('prints sorted keys, integers and a final newline', () => {
    const layout: Layout = {
      version: 1,
      nodes: { 'view:b': { x: 10.4, y: -0.2 }, 'table:a': { x: 1, y: 2 } },
      notes: [],
      extra: { colours: { z: 1, a: 2 } },
    };
    expect(printLayout(layout)).toBe(
      '{\n  "colours": {\n    "a": 2,\n    "z": 1\n  },\n  "nodes": {\n    "table:a": {\n      "x": 1,\n      "y": 2\n    },\n' +
        '    "view:b": {\n      "x": 10,\n      "y": 0\n    }\n  },\n  "notes": [],\n  "version": 1\n}\n',
    );
  });

  it('keeps what a newer version wrote', () => {
    const text = printLayout({ version: 1, nodes: {}, notes: [], extra: { groups: [{ id: 'g', nodes: ['view:a'] }] } });
    expect(printLayout(parseLayout(text).layout)).toBe(text);
    const node = '{"version":1,"nodes":{"view:a":{"x":1,"y":2,"colour":"red"}}}';
    expect(parseLayout(node).layout.nodes).toEqual({ 'view:a': { x: 1, y: 2, colour: 'red' } });
  });

  it('reports what it cannot read and keeps the rest', () => {
    const { layout, diagnostics } = parseLayout(
      '{"version":2,"nodes":{"view:a":{"x":1,"y":2},"view:b":{"x":"1"},"view:c":null},"notes":[{"id":"n"}]}',
    );
    expect(layout).toEqual({ version: 1, nodes: { 'view:a': { x: 1, y: 2 } }, notes: [], extra: {} });
    expect(diagnostics.map((d) => d.code)).toEqual([
      'layout/other-version',
      'layout/bad-position',
      'layout/bad-position',
      'layout/bad-note',
    ]);
  });

  it('never throws on any text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => printLayout(parseLayout(text).layout).endsWith('}\n')),
    );
    expect(parseLayout('not json').diagnostics.map((d) => d.code)).toEqual(['layout/unreadable']);
    expect(parseLayout('').diagnostics).toEqual([]);
  });

  it('does not let a file reach the prototype of objects', () => {
    const { layout } = parseLayout(
      '{"version":1,"__proto__":{"polluted":1},"nodes":{"__proto__":{"x":1,"y":1},"view:a":{"x":1,"y":1,"__proto__":{"polluted":1}}}}',
    );
    const patched = applyLayoutPatch(layout, { nodes: JSON.parse('{"__proto__":{"x":5,"y":5}}') });
    expect(Object.keys(patched.nodes)).toEqual(['view:a']);
    expect([
      ({} as Record<string, unknown>).polluted,
      (patched.nodes['view:a'] as unknown as Record<string, unknown>).polluted,
    ]).toEqual([undefined, undefined]);
    expect(Object.keys(layout.extra)).toEqual([]);
  });

  it('carries positions over, sets and removes them, in this order', () => {
    const layout: Layout = {
      ...EMPTY_LAYOUT,
      nodes: { 'view:a': { x: 1, y: 1 }, 'view:b': { x: 2, y: 2 }, 'view:c': { x: 3, y: 3 } },
    };
    const patched = applyLayoutPatch(layout, {
      rename: { 'view:a': 'view:b', 'view:b': 'view:a' },
      nodes: { 'view:c': null, 'view:d': { x: 4, y: 4 } },
    });
    expect(patched.nodes).toEqual({ 'view:a': { x: 2, y: 2 }, 'view:b': { x: 1, y: 1 }, 'view:d': { x: 4, y: 4 } });
    expect(applyLayoutPatch(patched, diffLayout(patched, layout)).nodes).toEqual(layout.nodes);
  });
});
