/** The operators that keep nothing: calc, union, expand, drop-update-before. */
import { describe, expect, it } from 'vitest';
import { runHarness } from '../engine/test-harness.ts';
import { bindCall, column, literalOf } from '../sql/4-codegen/test-exprs.ts';
import { calcFactory } from './calc/operator.ts';
import { dropUpdateBeforeFactory } from './drop-update-before/operator.ts';
import { expandFactory } from './expand/operator.ts';
import { columns, INT, subjectOf, TEXT } from './test-shapes.ts';
import { unionFactory } from './union/operator.ts';

const INPUT = columns({ k: TEXT, v: INT });

describe('calc', () => {
  const condition = bindCall('>', column(INPUT, 'v'), literalOf(1, { kind: 'INT', nullable: false }));
  const projection = [bindCall('+', column(INPUT, 'v'), column(INPUT, 'v')), column(INPUT, 'k')];
  const filter = subjectOf(calcFactory, { kind: 'calc', condition, projection }, [INPUT], columns({ d: INT, k: TEXT }));

  it('keeps rows for which the condition is TRUE; FALSE and NULL drop them', () => {
    expect(runHarness(filter, '+I a 1\n+I b 2\n+I c null\n-D d 3').output).toEqual(['+I[4, b]', '-D[6, d]']);
  });

  it('judges each half of an update on its own', () => {
    expect(runHarness(filter, '-U a 5\n+U a 0\n-U b 0\n+U b 5').output).toEqual(['-U[10, a]', '+U[10, b]']);
  });

  it('passes watermarks and the end on', () => {
    expect(runHarness(filter, 'W 5\n+I a 2\nEND').output).toEqual(['W[5]', '+I[4, a]', 'W[Infinity]']);
  });

  it('projects without a condition', () => {
    const all = subjectOf(calcFactory, { kind: 'calc', projection }, [INPUT], columns({ d: INT, k: TEXT }));
    expect(runHarness(all, '+I a null').output).toEqual(['+I[null, a]']);
  });
});

describe('union', () => {
  const union = {
    ...subjectOf(unionFactory, { kind: 'union' }, [INPUT, INPUT], INPUT),
    inputNames: ['left', 'right'],
  };

  it('passes all rows on in order of arrival, equal ones too', () => {
    expect(runHarness(union, 'left: +I a 1\nright: +I a 1\nleft: -D a 1').output).toEqual([
      '+I[a, 1]',
      '+I[a, 1]',
      '-D[a, 1]',
    ]);
  });

  it('has the smaller watermark of its inputs, and ends when both have ended', () => {
    expect(runHarness(union, 'left: W 10\nright: W 5\nright: W 20\nleft: W 15\nEND').output).toEqual([
      'W[5]',
      'W[10]',
      'W[15]',
      // The first input has ended and holds nothing back any more.
      'W[20]',
      'W[Infinity]',
    ]);
  });
});

describe('expand', () => {
  it('sends one row per projection, with the kind of the input', () => {
    const id = { kind: 'BIGINT', nullable: false } as const;
    const projections = [
      [column(INPUT, 'k'), column(INPUT, 'v'), literalOf(0, id)],
      [literalOf(null, TEXT), column(INPUT, 'v'), literalOf(1, id)],
    ];
    const output = columns({ k: TEXT, v: INT, e: id });
    const expand = subjectOf(expandFactory, { kind: 'expand', projections }, [INPUT], output);
    expect(runHarness(expand, '+I a 1\n-D b 2').output).toEqual([
      '+I[a, 1, 0]',
      '+I[null, 1, 1]',
      '-D[b, 2, 0]',
      '-D[null, 2, 1]',
    ]);
  });
});

describe('drop-update-before', () => {
  it('drops -U and nothing else', () => {
    const drop = subjectOf(dropUpdateBeforeFactory, { kind: 'drop-update-before' }, [INPUT], INPUT);
    expect(runHarness(drop, '+I a 1\n-U a 1\n+U a 2\n-D a 2').output).toEqual(['+I[a, 1]', '+U[a, 2]', '-D[a, 2]']);
  });
});
