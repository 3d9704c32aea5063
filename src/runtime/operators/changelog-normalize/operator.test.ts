/** A full changelog from upserts. */
import { describe, expect, it } from 'vitest';
import { type HarnessSubject, runHarness } from '../../engine/test-harness.ts';
import { bindCall, column, literalOf } from '../../sql/4-codegen/test-exprs.ts';
import { columns, INT, subjectOf, TEXT } from '../test-shapes.ts';
import { changelogNormalizeFactory } from './operator.ts';

const INPUT = columns({ k: TEXT, v: INT });
const filter = bindCall('>', column(INPUT, 'v'), literalOf(1, { kind: 'INT', nullable: false }));

function normalize(options: { readonly updateBefore?: boolean; readonly hasFilter?: boolean } = {}): HarnessSubject {
  const { updateBefore = true, hasFilter = false } = options;
  const settings = { kind: 'changelog-normalize', keys: [0], updateBefore, ...(hasFilter ? { filter } : {}) } as const;
  return subjectOf(changelogNormalizeFactory, settings, [INPUT], INPUT);
}

describe('changelog normalize', () => {
  it('makes +I, -U/+U and -D with the remembered row', () => {
    expect(runHarness(normalize(), '+I a 1\n+U a 2\n+I b 5\n-D a null')).toEqual({
      output: ['+I[a, 1]', '-U[a, 1]', '+U[a, 2]', '+I[b, 5]', '-D[a, 2]'],
      state: ['rows: [b] -> [b, 5]'],
      lateRowCount: 0,
    });
  });

  it('leaves out -U where nobody needs it, and what changes nothing', () => {
    expect(runHarness(normalize({ updateBefore: false }), '+U a 1\n-U a 1\n+U a 1\n+U a 2\n-D x 1').output).toEqual([
      '+I[a, 1]',
      '+U[a, 2]',
    ]);
  });

  it('takes a row that fails its filter for absent', () => {
    expect(runHarness(normalize({ hasFilter: true }), '+I a 1\n+U a 2\n+U a 3\n+U a 0\n-D a 0').output).toEqual([
      '+I[a, 2]',
      '-U[a, 2]',
      '+U[a, 3]',
      '-D[a, 3]',
    ]);
  });

  it('repeats unchanged rows when state can expire, and begins anew when it has', () => {
    const subject = { ...normalize(), stateTtlMs: 100 };
    expect(runHarness(subject, '+I a 1\nT 60\n+U a 1\nT 120\n+U a 1\nT 220\n+U a 1').output).toEqual([
      '+I[a, 1]',
      '-U[a, 1]',
      '+U[a, 1]',
      '-U[a, 1]',
      '+U[a, 1]',
      '+I[a, 1]',
    ]);
  });
});
