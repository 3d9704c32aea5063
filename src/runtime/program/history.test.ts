/** Undo and redo over text and layout, and the text difference that typed changes are recorded by. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyTextEdits, type TextEdit } from '../base/span.ts';
import {
  applyAndRecord,
  EMPTY_HISTORY,
  GROUP_PAUSE_MS,
  HISTORY_ENTRIES_MAX,
  type History,
  type ProgramState,
  redo,
  undo,
} from './history.ts';
import { EMPTY_LAYOUT } from './layout.ts';
import { diffText, invertEdits } from './text-diff.ts';

const START: ProgramState = { text: 'SELECT 1;\n', layout: EMPTY_LAYOUT, files: new Map() };

interface Session {
  readonly history: History;
  readonly state: ProgramState;
}

function type(session: Session, text: string, nowMs: number): Session {
  return applyAndRecord(
    session.history,
    session.state,
    { edits: diffText(session.state.text, text), layout: {}, label: 'Typing' },
    { nowMs, group: 'typing' },
  );
}

function undoAll(session: Session): Session {
  let at = session;
  for (let step = undo(at.history, at.state); step; step = undo(at.history, at.state)) at = step;
  return at;
}

describe('history', () => {
  it('joins keystrokes into one replacement and starts anew after a pause', () => {
    let session: Session = { history: EMPTY_HISTORY, state: START };
    'abc'.split('').forEach((_, i) => {
      session = type(session, `SELECT 1${'abc'.slice(0, i + 1)};\n`, i * 100);
    });
    session = type(session, 'SELECT 1ab;\n', 400);
    session = type(session, 'SELECT 1abd;\n', 400 + GROUP_PAUSE_MS + 1);
    expect(session.history.past.map((entry) => [entry.label, entry.forward, entry.changeCount])).toEqual([
      ['Typing', [[{ span: { start: 8, end: 8 }, text: 'ab' }]], 4],
      ['Typing', [[{ span: { start: 10, end: 10 }, text: 'd' }]], 1],
    ]);
    expect(undoAll(session).state.text).toBe(START.text);
  });

  it('joins the positions of one drag and puts the node back where it began', () => {
    let session: Session = {
      history: EMPTY_HISTORY,
      state: { ...START, layout: { ...EMPTY_LAYOUT, nodes: { 'view:a': { x: 0, y: 0 } } } },
    };
    for (const x of [4, 8, 12]) {
      const change = { edits: [], layout: { nodes: { 'view:a': { x, y: 0 } } }, label: 'Move a' };
      session = applyAndRecord(session.history, session.state, change, { nowMs: x, group: 'drag:view:a' });
    }
    const undone = undo(session.history, session.state);
    expect([session.history.past.length, undone?.state.layout.nodes]).toEqual([1, { 'view:a': { x: 0, y: 0 } }]);
    expect(undone && redo(undone.history, undone.state)?.state.layout.nodes).toEqual({ 'view:a': { x: 12, y: 0 } });
  });

  it('forgets what could be redone when something new is done, and keeps no empty change', () => {
    let session: Session = type({ history: EMPTY_HISTORY, state: START }, 'SELECT 2;\n', 0);
    session = undoAll(session);
    session = type(session, 'SELECT 3;\n', 1);
    session = type(session, 'SELECT 3;\n', 2);
    expect([session.history.past.length, session.history.future.length, redo(session.history, session.state)]).toEqual([
      1,
      0,
      null,
    ]);
  });

  it('keeps a bounded number of entries', () => {
    let session: Session = { history: EMPTY_HISTORY, state: START };
    for (let i = 0; i < HISTORY_ENTRIES_MAX + 20; i += 1)
      session = type(session, `SELECT ${i + 2};\n`, i * (GROUP_PAUSE_MS + 1));
    expect(session.history.past.length).toBe(HISTORY_ENTRIES_MAX);
    expect(undoAll(session).state.text).toBe('SELECT 21;\n');
  });

  it('takes a new file, its statement and what was typed in it back together and apart', () => {
    const path = 'operators/f.ts';
    let session: Session = applyAndRecord(
      EMPTY_HISTORY,
      START,
      { edits: [{ span: { start: 0, end: 0 }, text: 'X;\n' }], layout: {}, label: 'Add', files: [{ path, text: '' }] },
      { nowMs: 0 },
    );
    ['a', 'ab', 'abc'].forEach((text, i) => {
      const typed = { edits: [], layout: {}, label: 'Typing', files: [{ path, text }] };
      session = applyAndRecord(session.history, session.state, typed, { nowMs: i, group: `typing:${path}` });
    });
    const seen: unknown[] = [];
    for (let step = undo(session.history, session.state); step; step = undo(step.history, step.state)) {
      seen.push([step.label, step.state.text, [...step.state.files]]);
    }
    expect(seen).toEqual([
      ['Typing', 'X;\nSELECT 1;\n', [[path, '']]],
      ['Add', 'SELECT 1;\n', []],
    ]);
  });

  it('gives back the original bytes after any changes, and the last state after redoing all', () => {
    const change = fc.record({
      edits: fc.array(fc.record({ at: fc.nat(60), length: fc.nat(6), text: fc.string({ maxLength: 5 }) }), {
        maxLength: 3,
      }),
      node: fc.constantFrom('view:a', 'view:b', 'view:c'),
      x: fc.option(fc.nat(100)),
      file: fc.option(
        fc.record({
          path: fc.constantFrom('operators/a.ts', 'operators/b.ts'),
          text: fc.option(fc.string({ maxLength: 3 })),
        }),
      ),
      pause: fc.nat(1500),
      group: fc.constantFrom('typing', 'drag', undefined),
    });
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), fc.array(change, { maxLength: 25 }), (text, changes) => {
        const start: ProgramState = { text, layout: EMPTY_LAYOUT, files: new Map() };
        let session: Session = { history: EMPTY_HISTORY, state: start };
        let nowMs = 0;
        for (const item of changes) {
          const edits: TextEdit[] = [];
          let free = 0;
          for (const { at, length, text: written } of [...item.edits].sort((a, b) => a.at - b.at)) {
            const from = Math.min(Math.max(free, at), session.state.text.length);
            const to = Math.min(from + length, session.state.text.length);
            edits.push({ span: { start: from, end: to }, text: written });
            free = to + 1;
          }
          nowMs += item.pause;
          const layout = item.x === null ? {} : { nodes: { [item.node]: item.x > 80 ? null : { x: item.x, y: 0 } } };
          session = applyAndRecord(
            session.history,
            session.state,
            { edits, layout, label: 'Change', ...(item.file ? { files: [item.file] } : {}) },
            { nowMs, ...(item.group ? { group: item.group } : {}) },
          );
        }
        const undone = undoAll(session);
        expect(undone.state).toEqual(start);
        let redone = undone;
        for (let step = redo(redone.history, redone.state); step; step = redo(redone.history, redone.state))
          redone = step;
        expect(redone.state).toEqual(session.state);
      }),
      { numRuns: 300 },
    );
  });
});

describe('text difference', () => {
  it('is one edit that gives the second text and whose inverse gives the first', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '\n', '😀', '😁'), maxLength: 12 });
    fc.assert(
      fc.property(text, text, (before, after) => {
        const edits = diffText(before, after);
        expect(applyTextEdits(before, edits)).toBe(after);
        expect(applyTextEdits(after, invertEdits(before, edits))).toBe(before);
        for (const edit of edits) expect(edit.text).not.toMatch(/^[\udc00-\udfff]|[\ud800-\udbff]$/);
      }),
    );
  });
});
