/** The comparison of result documents itself: it must see what differs, and forgive only what the rules say. */
import { describe, expect, test } from 'vitest';
import { compareDocuments, firstDifference, isEqual } from '../flink/compare-results.ts';
import type { DocumentRow, ResultDocument } from '../flink/result-document.ts';

function sink(...rows: DocumentRow[]): ResultDocument {
  return {
    results: [
      {
        type: 'sink',
        table: 't',
        columns: [
          ['k', 'STRING'],
          ['v', 'INT'],
        ],
        rows,
      },
    ],
  };
}

describe('comparing result documents', () => {
  test('the default asks for the same order', () => {
    const a = sink(['+I', ['a', '1']], ['+I', ['b', '2']]);
    const b = sink(['+I', ['b', '2']], ['+I', ['a', '1']]);
    expect(firstDifference(compareDocuments(a, b, {}))).toBe('t: row 1: +I["b","2"], expected +I["a","1"]');
    expect(compareDocuments(a, b, {}).tables[0]).toMatchObject({ rows: 2, equal: 2, missing: 0, extra: 0 });
  });

  test('per-key leaves the order between keys free and asks for the order within one', () => {
    const rules = { why: 'keys', rules: { t: { order: 'per-key' as const, key: ['k'] } } };
    const a = sink(['+I', ['a', '1']], ['+I', ['b', '2']], ['-U', ['a', '1']]);
    expect(isEqual(compareDocuments(a, sink(['+I', ['b', '2']], ['+I', ['a', '1']], ['-U', ['a', '1']]), rules))).toBe(
      true,
    );
    expect(
      firstDifference(compareDocuments(a, sink(['-U', ['a', '1']], ['+I', ['a', '1']], ['+I', ['b', '2']]), rules)),
    ).toBe('t: key ["a"], row 1: -U["a","1"], expected +I["a","1"]');
  });

  test('a final table is what the changes add up to', () => {
    const rules = { why: 'race', rules: { t: { compare: 'final-table' as const } } };
    const long = sink(['+I', ['a', '1']], ['-U', ['a', '1']], ['+U', ['a', '2']]);
    expect(isEqual(compareDocuments(long, sink(['+I', ['a', '2']]), rules))).toBe(true);
    expect(firstDifference(compareDocuments(long, sink(['+I', ['a', '3']]), rules))).toBe('t: +I["a","2"] is missing');
    expect(isEqual(compareDocuments(long, sink(['+I', ['a', '2']], ['-D', ['b', '0']]), rules))).toBe(false);
  });

  test('a column of another type is a difference even when all rows are equal', () => {
    const a = sink(['+I', ['a', '1']]);
    const b: ResultDocument = {
      results: [
        {
          type: 'sink',
          table: 't',
          columns: [
            ['k', 'STRING'],
            ['v', 'BIGINT'],
          ],
          rows: [['+I', ['a', '1']]],
        },
      ],
    };
    expect(firstDifference(compareDocuments(a, b, {}))).toContain('expected [["k","STRING"],["v","INT"]]');
  });

  test('an error must be in the same statement and on the same side of the start', () => {
    const at = (statement: number, phase: 'validate' | 'run'): ResultDocument => ({
      results: [],
      error: { statement, phase, message: 'no' },
    });
    expect(
      isEqual(
        compareDocuments(
          at(2, 'validate'),
          { results: [], error: { statement: 2, phase: 'plan', message: 'other words' } },
          {},
        ),
      ),
    ).toBe(true);
    expect(firstDifference(compareDocuments(at(2, 'validate'), at(2, 'run'), {}))).toContain('error in phase run');
    expect(firstDifference(compareDocuments(at(2, 'run'), at(3, 'run'), {}))).toBe('error in statement 3, expected 2');
    expect(firstDifference(compareDocuments(at(2, 'run'), sink(), {}))).toContain('no error, expected one');
    expect(firstDifference(compareDocuments(sink(), at(1, 'validate'), {}))).toContain('expected none');
  });

  test('a rule for a result that does not exist is a problem', () => {
    expect(
      firstDifference(compareDocuments(sink(), sink(), { why: 'x', rules: { typo: { compare: 'final-table' } } })),
    ).toContain('typo');
  });
});
