/** ORDER BY of batch mode. */
import { describe, expect, it } from 'vitest';
import { type HarnessSubject, runHarness } from '../../engine/test-harness.ts';
import { columns, INT, subjectOf, TEXT } from '../test-shapes.ts';
import { sortFactory } from './operator.ts';

const INPUT = columns({ k: TEXT, v: INT });
const sorted = (offset: number, limit: number | null): HarnessSubject =>
  subjectOf(
    sortFactory,
    {
      kind: 'sort',
      orderBy: [{ index: 1, descending: true, nullsFirst: false }],
      offset,
      limit,
    },
    [INPUT],
    INPUT,
  );

describe('sort', () => {
  it('sends all rows in order at the end of input, equal ones in order of arrival', () => {
    expect(runHarness(sorted(0, null), '+I a 1\n+I b 3\n+I c null\n+I d 3\nW 5\nEND').output).toEqual([
      'W[5]',
      'W[Infinity]',
      '+I[b, 3]',
      '+I[d, 3]',
      '+I[a, 1]',
      '+I[c, null]',
    ]);
  });

  it('keeps the rows until then, and shows them', () => {
    expect(runHarness(sorted(0, null), '+I a 1\n+I b 3').state).toEqual(['rows: [] -> [a, 1]', 'rows: [] -> [b, 3]']);
  });

  it('sends only the range that is asked for', () => {
    const rows = (subject: HarnessSubject): string[] =>
      runHarness(subject, '+I a 1\n+I b 3\n+I c 2\nEND').output.filter((line) => line.startsWith('+'));
    expect([rows(sorted(1, 1)), rows(sorted(2, 5)), rows(sorted(9, null))]).toEqual([['+I[c, 2]'], ['+I[a, 1]'], []]);
  });
});
