/** Windows as table functions: rows with their windows. */
import { describe, expect, it } from 'vitest';
import { type HarnessSubject, runHarness } from '../../engine/test-harness.ts';
import type { WindowSpec } from '../../sql/2-bind/rel.ts';
import { columns, ROWTIME, subjectOf, TEXT, TIME } from '../test-shapes.ts';
import { windowTableFunctionFactory } from './operator.ts';

const INPUT = columns({ k: TEXT, ts: ROWTIME });
const OUTPUT = [...INPUT, ...columns({ window_start: TIME, window_end: TIME, window_time: TIME })];

function windows(window: WindowSpec): HarnessSubject {
  const time = { index: 1, attribute: 'rowtime', local: false } as const;
  return subjectOf(windowTableFunctionFactory, { kind: 'window-table-function', window, time }, [INPUT], OUTPUT);
}

/** Output with times as milliseconds of the first second of 1970. */
function output(window: WindowSpec, script: string): string[] {
  return runHarness(windows(window), script).output.map((line) =>
    line.replace(/1970-01-01 00:00:00\.0*(\d+)/g, (_, ms: string) => ms),
  );
}

describe('window table function', () => {
  it('TUMBLE gives each row its one window, at an offset too', () => {
    expect(output({ kind: 'tumble', sizeMs: 10, offsetMs: 0 }, '+I a 5\n-D a 10')).toEqual([
      '+I[a, 5, 0, 10, 9]',
      '-D[a, 10, 10, 20, 19]',
    ]);
    expect(output({ kind: 'tumble', sizeMs: 10, offsetMs: 3 }, '+I a 15')).toEqual(['+I[a, 15, 13, 23, 22]']);
  });

  it('HOP gives each row all windows that hold it, the newest first', () => {
    expect(output({ kind: 'hop', sizeMs: 20, slideMs: 10, offsetMs: 0 }, '+I a 25')).toEqual([
      '+I[a, 25, 20, 40, 39]',
      '+I[a, 25, 10, 30, 29]',
    ]);
  });

  it('CUMULATE gives each row the growing windows that end behind it', () => {
    expect(output({ kind: 'cumulate', maxSizeMs: 30, stepMs: 10, offsetMs: 0 }, '+I a 12')).toEqual([
      '+I[a, 12, 0, 20, 19]',
      '+I[a, 12, 0, 30, 29]',
    ]);
  });

  it('keeps late rows of aligned windows and drops rows without a time', () => {
    const window = { kind: 'tumble', sizeMs: 10, offsetMs: 0 } as const;
    expect(output(window, 'W 100\n+I a 5\n+I b null')).toEqual(['W[100]', '+I[a, 5, 0, 10, 9]']);
    expect(runHarness(windows(window), '+I b null').lateRowCount).toBe(1);
  });

  it('SESSION holds rows back until their session of a key is complete', () => {
    const session = { kind: 'session', gapMs: 10, partitionKeys: [0] } as const;
    expect(output(session, '+I a 10\n+I b 12\n+I a 25\n+I a 18\nW 21\nW 40')).toEqual([
      '+I[b, 12, 12, 22, 21]',
      'W[21]',
      '+I[a, 10, 10, 35, 34]',
      '+I[a, 25, 10, 35, 34]',
      '+I[a, 18, 10, 35, 34]',
      'W[40]',
    ]);
  });

  it('SESSION drops and counts rows whose session has passed', () => {
    const session = windows({ kind: 'session', gapMs: 10, partitionKeys: [0] });
    const result = runHarness(session, '+I a 10\nW 50\n+I a 15');
    expect([result.output.length, result.lateRowCount, result.state]).toEqual([2, 1, []]);
  });
});
