/** Constraints at the end of an INSERT, and of a query. */
import { describe, expect, it } from 'vitest';
import { ok } from '../../base/result.ts';
import { ROW_KIND_TEXT } from '../../data/row-kind.ts';
import { runHarness } from '../../engine/test-harness.ts';
import { CollectOperator } from '../collect/operator.ts';
import { columns, INT, TEXT } from '../test-shapes.ts';
import { SinkOperator, type SinkSettings } from './operator.ts';

const SCHEMA = columns({ k: { kind: 'VARCHAR', nullable: true, length: 3 }, v: INT });

/** What the harness sees leave, and what reached the writer of the straight run. */
function run(settings: Partial<SinkSettings>, script: string): { output: readonly string[]; calls: readonly string[] } {
  const logs: string[][] = [];
  const { output } = runHarness(
    {
      inputs: [columns({ k: TEXT, v: INT })],
      output: SCHEMA,
      create: () => {
        const log: string[] = [];
        logs.push(log);
        return new SinkOperator(
          { schema: SCHEMA, notNull: 'error', notNullColumns: [], typeLength: 'ignore', upsert: false, ...settings },
          {
            open: () => ok(void log.push('open')),
            write: (kind, row) => ok(void log.push(ROW_KIND_TEXT[kind] + row.join())),
            prepareCommit: () => ok(null),
            commit: () => ok(undefined),
            finish: () => ok(void log.push('finish')),
            close: () => void log.push('close'),
          },
        );
      },
    },
    script,
  );
  return { output, calls: logs[0] ?? [] };
}

describe('sink', () => {
  it('opens, writes every change and finishes with the end of input', () => {
    expect(run({}, '+I a 1\n-U a 1\n+U a 2\n-D a 2\nEND')).toEqual({
      output: ['+I[a, 1]', '-U[a, 1]', '+U[a, 2]', '-D[a, 2]', 'W[Infinity]'],
      calls: ['open', '+Ia,1', '-Ua,1', '+Ua,2', '-Da,2', 'finish'],
    });
  });

  it('keeps -U from upsert sinks', () => {
    expect(run({ upsert: true }, '+I a 1\n-U a 1\n+U a 2').calls).toEqual(['open', '+Ia,1', '+Ua,2']);
  });

  it('stops at a NULL in a NOT NULL column, or drops the row', () => {
    expect(() => run({ notNullColumns: [1] }, '+I a null')).toThrow(
      "Column 'v' is NOT NULL, however, a null value is being written into it.",
    );
    expect(run({ notNullColumns: [1], notNull: 'drop' }, '+I a null\n+I b 2').output).toEqual(['+I[b, 2]']);
  });

  it('leaves long texts alone, cuts them, or stops', () => {
    expect(run({}, '+I abcd 1').output).toEqual(['+I[abcd, 1]']);
    expect(run({ typeLength: 'trim-pad' }, '+I abcd 1\n+I 😀bcd 2\n+I ab 3\n+I null 4').output).toEqual([
      '+I[abc, 1]',
      '+I[😀bc, 2]',
      '+I[ab, 3]',
      '+I[null, 4]',
    ]);
    expect(() => run({ typeLength: 'error' }, '+I abcd 1')).toThrow("Column 'k' is ");
  });

  it('fills up CHAR columns', () => {
    const schema = columns({ k: { kind: 'CHAR', nullable: true, length: 4 }, v: INT });
    expect(run({ schema, typeLength: 'trim-pad' }, '+I ab 1').output).toEqual(['+I[ab  , 1]']);
  });
});

describe('collect', () => {
  const collect = (notNull: 'error' | 'drop', rows: string[] = []) => ({
    inputs: [columns({ k: TEXT, v: INT })],
    output: columns({ k: TEXT, v: { kind: 'INT', nullable: false } }),
    create: () =>
      new CollectOperator(columns({ k: TEXT, v: { kind: 'INT', nullable: false } }), notNull, (kind, row) =>
        rows.push(ROW_KIND_TEXT[kind] + row.join()),
      ),
  });

  it('hands every change to whoever asked', () => {
    const rows: string[] = [];
    runHarness(collect('error', rows), '+I a 1\n-D a 1');
    // The harness runs each script twice: straight, and with a stop after every event.
    expect(rows).toEqual(['+Ia,1', '-Da,1', '+Ia,1', '-Da,1']);
  });

  it('stops at a NULL where the query promised none, or drops the row', () => {
    expect(() => runHarness(collect('error'), '+I a null')).toThrow("Column 'v' is NOT NULL");
    expect(runHarness(collect('drop'), '+I a null\n+I b 1').output).toEqual(['+I[b, 1]']);
  });
});
