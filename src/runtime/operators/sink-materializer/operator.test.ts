/** What a sink should hold when its key is not that of the query. */
import { describe, expect, it } from 'vitest';
import { type HarnessSubject, runHarness } from '../../engine/test-harness.ts';
import { columns, INT, subjectOf, TEXT } from '../test-shapes.ts';
import { sinkMaterializerFactory } from './operator.ts';

const INPUT = columns({ k: TEXT, id: INT, v: TEXT });
const materializer = (inputUpsertKey: readonly number[] | null): HarnessSubject =>
  subjectOf(sinkMaterializerFactory, { kind: 'sink-materializer', keys: [0], inputUpsertKey }, [INPUT], INPUT);

describe('sink materializer', () => {
  it('shows the row of a key that arrived last, and the one before it when that is taken back', () => {
    expect(runHarness(materializer(null), '+I a 1 x\n+I a 2 y\n-D a 2 y\n-D a 1 x')).toEqual({
      output: ['+I[a, 1, x]', '+U[a, 2, y]', '+U[a, 1, x]', '-D[a, 1, x]'],
      state: [],
      lateRowCount: 0,
    });
  });

  it('says nothing when a row below the last is taken back, or one that is not there', () => {
    expect(runHarness(materializer(null), '+I a 1 x\n+I a 2 y\n-U a 1 x\n-D a 9 z\n-D b 1 x')).toEqual({
      output: ['+I[a, 1, x]', '+U[a, 2, y]'],
      state: ['rows: [a] -> [a, 2, y]'],
      lateRowCount: 0,
    });
  });

  it('replaces a row by its upsert key in place', () => {
    expect(runHarness(materializer([1]), '+I a 1 x\n+I a 2 y\n+U a 1 z\n-D a 2 old')).toEqual({
      output: ['+I[a, 1, x]', '+U[a, 2, y]', '+U[a, 1, z]', '+U[a, 1, z]'],
      state: ['rows: [a] -> [a, 1, z]'],
      lateRowCount: 0,
    });
  });

  it('counts equal rows separately and takes NULL for a key', () => {
    expect(runHarness(materializer(null), '+I null 1 x\n+I null 1 x\n-D null 1 x\n-D null 1 x').output).toEqual([
      '+I[null, 1, x]',
      '+U[null, 1, x]',
      '-D[null, 1, x]',
    ]);
  });

  it('forgets a key that was not touched for the time to live', () => {
    const subject = { ...materializer(null), stateTtlMs: 100 };
    expect(runHarness(subject, '+I a 1 x\nT 100\n-D a 1 x\n+I a 2 y').output).toEqual(['+I[a, 1, x]', '+I[a, 2, y]']);
  });
});
