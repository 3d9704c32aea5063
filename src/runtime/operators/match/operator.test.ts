/** MATCH_RECOGNIZE alone, row by row. */
import { describe, expect, it } from 'vitest';
import { present } from '../../base/assert.ts';
import type { Schema } from '../../data/logical-type.ts';
import { booleanType, intType } from '../../data/type-rules.ts';
import { type HarnessSubject, runHarness } from '../../engine/test-harness.ts';
import type { Pattern } from '../../sql/1-parse/ast.ts';
import type { BoundExpr, BoundOf } from '../../sql/2-bind/bound-expr.ts';
import { callOf, literal } from '../../sql/2-bind/expr-tools.ts';
import type { BoundMatch } from '../../sql/2-bind/rel.ts';
import { aggregateFunction } from '../../sql/functions/registry.ts';
import { noUserCode } from '../test-shapes.ts';
import { matchFactory } from './operator.ts';

const INPUT: Schema = [
  { name: 'k', type: { kind: 'VARCHAR', nullable: true, length: 10 } },
  { name: 'v', type: intType() },
  { name: 't', type: { kind: 'BIGINT', nullable: true } },
];
const INSERTS = { kinds: { insert: true, update: false, delete: false }, updates: 'none' } as const;
const SPAN = { start: 0, end: 0 } as unknown as Pattern['span'];

const variable = (name: string): Pattern => ({ kind: 'variable', span: SPAN, name: { span: SPAN, name } as never });

/** `A`, `B+`, `C*`, `D?`, `E{2}`, `F{1,3}`, each with a `?` behind it when reluctant, in a row. */
function pattern(text: string): Pattern {
  const items = text.split(' ').map((word): Pattern => {
    const [, name = '', quantifier = '', reluctant = ''] = /^(\w)(\{[\d,]+\}|[+*?])?(\?)?$/.exec(word) ?? [];
    if (quantifier === '') return variable(name);
    const counts = /^\{(\d+)(,?)(\d*)\}$/.exec(quantifier);
    const min = counts !== null ? Number(counts[1]) : quantifier === '+' ? 1 : 0;
    const upper = counts !== null ? (counts[2] === '' ? counts[1] : counts[3]) : quantifier === '?' ? '1' : '';
    const max = upper === '' || upper === undefined ? {} : { max: Number(upper) };
    return { kind: 'repeat', span: SPAN, item: variable(name), min, ...max, greedy: reluctant === '' };
  });
  return { kind: 'concat', span: SPAN, items };
}

const ref = (name: string, options: Partial<BoundOf<'pattern-ref'>> = {}): BoundExpr => ({
  kind: 'pattern-ref',
  variable: name,
  index: 1,
  from: 'last',
  offset: 0,
  type: intType(),
  ...options,
});

const than = (a: BoundExpr, operator: '<' | '>' | '<>', b: BoundExpr | number): BoundExpr =>
  callOf(operator, [a, typeof b === 'number' ? literal(b, intType(false)) : b], booleanType());

function total(name: string, fn: 'SUM' | 'COUNT'): BoundExpr {
  const type = fn === 'SUM' ? intType() : ({ kind: 'BIGINT', nullable: false } as const);
  const call = {
    fn: present(aggregateFunction(fn), fn),
    args: [0],
    argTypes: [intType()],
    distinct: false,
    type,
    name: fn,
  };
  return {
    kind: 'pattern-aggregate',
    call,
    args: [{ kind: 'input', index: 1, type: intType() }],
    variable: name,
    type,
  };
}

function subject(
  text: string,
  define: Readonly<Record<string, BoundExpr>>,
  measures: readonly BoundExpr[],
  options: Partial<BoundMatch> & { readonly attribute?: 'rowtime' | 'proctime' } = {},
): HarnessSubject {
  const output: Schema = [
    present(INPUT[0], 'key'),
    ...measures.map((m, index) => ({ name: `m${index}`, type: m.type })),
  ];
  const match: BoundMatch = {
    partitionBy: [0],
    orderBy: [{ index: 2, descending: false, nullsFirst: true }],
    pattern: pattern(text),
    define: new Map(Object.entries(define)),
    measures: measures.map((expr, index) => ({ name: `m${index}`, expr })),
    afterMatch: { kind: 'past-last-row' },
    rowsPerMatch: 'one',
    ...options,
  };
  return {
    inputs: [INPUT],
    output,
    create: () =>
      matchFactory.create(
        { kind: 'match', match, timeColumn: 2, attribute: options.attribute ?? 'rowtime' },
        {
          inputs: [INPUT],
          inputChangelogs: [INSERTS],
          output,
          changelog: INSERTS,
          timeZone: 'UTC',
          userCode: noUserCode,
        },
      ),
  };
}

/** One row per value, one second apart, then the end. */
const rows = (...values: readonly number[]): string =>
  `${values.map((v, i) => `+I x ${v} ${i + 1}`).join('\n')}\nW 100`;

const matches = (harness: HarnessSubject, script: string): readonly string[] =>
  runHarness(harness, script).output.filter((line) => !line.startsWith('W'));

describe('MATCH_RECOGNIZE', () => {
  it('waits for the watermark, sorts by time, drops late rows and keeps partitions apart', () => {
    const rising = subject('A B', { B: than(ref('B'), '>', ref('A')) }, [ref('A'), ref('B')]);
    expect(runHarness(rising, '+I x 3 3\n+I x 1 2\n+I y 9 2\n+I x 2 1\nW 3\n+I x 8 3\n+I y 10 4\nW 4')).toEqual({
      output: ['+I[x, 1, 3]', 'W[3]', '+I[y, 9, 10]', 'W[4]'],
      state: [],
      lateRowCount: 1,
    });
  });

  it('shows the rows of open runs as state', () => {
    const rising = subject('A B C', { B: than(ref('B'), '>', ref('A')), C: than(ref('C'), '>', ref('B')) }, [ref('C')]);
    expect(runHarness(rising, '+I x 1 1\n+I x 2 2\n+I x 7 9\nW 2').state).toEqual([
      'runs: [x] -> [1, A, x, 1, 1]',
      'runs: [x] -> [1, B, x, 2, 2]',
      'runs: [x] -> [2, A, x, 2, 2]',
      'pending: [x] -> [x, 7, 9]',
    ]);
  });

  it('takes as much as it can with a greedy quantifier, as little with a reluctant one', () => {
    const define = { A: than(ref('A'), '>', 0), B: than(ref('B'), '>', 6) };
    const measures = [ref('A', { from: 'first' }), total('A', 'COUNT'), ref('B')];
    const few = { A: than(ref('A'), '>', 6), B: than(ref('B'), '<', 8) };
    expect(matches(subject('A+? B', define, measures), rows(7, 9, 10, 5, 10, 7, 14))).toEqual([
      '+I[x, 7, 1, 9]',
      '+I[x, 10, 2, 10]',
      '+I[x, 7, 1, 14]',
    ]);
    expect(matches(subject('A{1,3} B', few, measures), rows(7, 9, 10, 5, 10, 7, 14))).toEqual(['+I[x, 7, 3, 5]']);
  });

  it('follows both ways of an optional variable, and gives NULL for one that is not there', () => {
    const optional = subject('F A? B', { A: than(ref('A'), '>', ref('F')), B: than(ref('B'), '<', ref('F')) }, [
      ref('F'),
      ref('A'),
      ref('B'),
    ]);
    expect(matches(optional, rows(7, 9, 10, 5, 10, 7, 14))).toEqual(['+I[x, 9, 10, 5]', '+I[x, 10, null, 7]']);
  });

  it('lets a greedy star take nothing', () => {
    const star = subject('F A* B', { A: than(ref('A'), '>', 8), B: than(ref('B'), '<', 9) }, [
      ref('F'),
      total('A', 'COUNT'),
      ref('B'),
    ]);
    expect(matches(star, rows(7, 9, 10, 5, 10, 7, 14))).toEqual(['+I[x, 7, 2, 5]', '+I[x, 10, 0, 7]']);
  });

  it('goes on after a match as AFTER MATCH says', () => {
    const define = { A: than(total('A', 'SUM'), '<', 30) };
    const measures = [total('A', 'SUM'), ref('A', { from: 'first' }), ref('C')];
    const skipping = (afterMatch: BoundMatch['afterMatch']): readonly string[] =>
      matches(subject('A+ C', define, measures, { afterMatch }), rows(7, 9, 10, 5, 10, 7, 14));
    expect(skipping({ kind: 'next-row' })).toEqual([
      '+I[x, 26, 7, 5]',
      '+I[x, 24, 9, 10]',
      '+I[x, 25, 10, 7]',
      '+I[x, 22, 5, 14]',
      '+I[x, 17, 10, 14]',
    ]);
    expect(skipping({ kind: 'past-last-row' })).toEqual(['+I[x, 26, 7, 5]', '+I[x, 17, 10, 14]']);
    expect(skipping({ kind: 'to-last', variable: 'A' })).toEqual([
      '+I[x, 26, 7, 5]',
      '+I[x, 25, 10, 7]',
      '+I[x, 17, 10, 14]',
    ]);
    expect(() => skipping({ kind: 'to-first', variable: 'A' })).toThrow('Could not skip to first element of a match.');
  });

  it('holds a match back until no run that began earlier is open', () => {
    const define = { A: than(ref('A'), '<', 5), B: than(ref('B'), '<', 10), C: than(ref('C'), '>', 20) };
    const nested = subject('A B{2,4} C', define, [ref('A'), total('B', 'COUNT'), ref('C')], {
      afterMatch: { kind: 'next-row' },
    });
    expect(matches(nested, rows(1, 2, 3, 4, 30))).toEqual(['+I[x, 1, 3, 30]', '+I[x, 2, 2, 30]']);
  });

  it('ends runs that WITHIN has closed', () => {
    const within = subject('A B+ C', { B: than(ref('B'), '>', 1), C: than(ref('C'), '<', 1) }, [ref('A'), ref('C')], {
      withinMs: 3,
      afterMatch: { kind: 'next-row' },
    });
    const script = '+I x 1 1\n+I x 2 2\n+I x 3 3\n+I x 0 4\n+I x 5 20\nW 10\nW 30';
    expect(runHarness(within, script)).toEqual({
      output: ['+I[x, 2, 0]', 'W[10]', 'W[30]'],
      state: [],
      lateRowCount: 0,
    });
  });

  it('ends with an optional variable as soon as it can', () => {
    const optional = subject('A B?', { A: than(ref('A'), '>', 5), B: than(ref('B'), '<', 5) }, [ref('A'), ref('B')]);
    expect(matches(optional, rows(6, 1, 7))).toEqual(['+I[x, 6, null]', '+I[x, 7, null]']);
  });

  it('reads rows at once by processing time', () => {
    const rising = subject('A B', { B: than(ref('B'), '>', ref('A')) }, [ref('A'), ref('B')], {
      attribute: 'proctime',
    });
    expect(runHarness(rising, '+I x 1 0\n+I x 2 0\n+I x 0 0').output).toEqual(['+I[x, 1, 2]']);
  });
});
