/** Aggregates over windows, row by row. */
import { describe, expect, it } from 'vitest';
import { type HarnessSubject, runHarness } from '../../engine/test-harness.ts';
import type { WindowSpec } from '../../sql/2-bind/rel.ts';
import type { WindowSource } from '../../sql/3-plan/physical-options.ts';
import { aggregateCall, BIGINT, columns, countCall, INT, ROWTIME, subjectOf, TEXT, TIME } from '../test-shapes.ts';
import { windowAggregateFactory } from './operator.ts';

const INPUT = columns({ k: TEXT, v: INT, ts: ROWTIME });
const OUTPUT = columns({ k: TEXT, c: BIGINT, sum: INT, window_start: TIME, window_end: TIME });

function subject(source: WindowSource, options: { readonly retract?: boolean; readonly input?: typeof INPUT } = {}) {
  const { retract = false, input = INPUT } = options;
  const settings = {
    kind: 'window-aggregate',
    source,
    keys: [0],
    calls: [countCall(), aggregateCall('SUM', 1)],
    retract,
    properties: ['start', 'end'],
  } as const;
  return subjectOf(windowAggregateFactory, settings, [input], OUTPUT);
}

const over = (window: WindowSpec): WindowSource => ({
  kind: 'time',
  window,
  time: { index: 2, attribute: 'rowtime', local: false },
});
const TUMBLE = over({ kind: 'tumble', sizeMs: 10, offsetMs: 0 });

/** The result with times as milliseconds of the first second of 1970. */
function run(harness: HarnessSubject, script: string) {
  const short = (line: string): string => line.replace(/1970-01-01 00:00:00\.0*(\d+)/g, (_, ms: string) => ms);
  const { output, state, lateRowCount } = runHarness(harness, script);
  return { output: output.map(short), state: state.map(short), lateRowCount };
}

describe('window aggregate', () => {
  it('TUMBLE sends one final row per key and window when the watermark reaches its last millisecond', () => {
    expect(run(subject(TUMBLE), '+I a 1 3\n+I b 5 4\n+I a 2 12\n+I a null 9\nW 8\nW 9\nEND')).toEqual({
      output: ['W[8]', '+I[a, 2, 1, 0, 10]', '+I[b, 1, 5, 0, 10]', 'W[9]', '+I[a, 1, 2, 10, 20]', 'W[Infinity]'],
      state: [],
      lateRowCount: 0,
    });
  });

  it('shows open windows and the timers that will close them', () => {
    expect(run(subject(TUMBLE), '+I a 1 3\n+I b 5 4\n+I a 2 12').state).toEqual([
      'windows: [a, 0, 10] -> [1, 1, 1]',
      'windows: [a, 10, 20] -> [1, 2, 1]',
      'windows: [b, 0, 10] -> [1, 5, 1]',
      'timers: [10] -> [2]',
      'timers: [20] -> [1]',
    ]);
  });

  it('counts late rows and leaves them out', () => {
    expect(run(subject(TUMBLE), '+I a 1 3\nW 9\n+I a 7 5\n+I a 2 10\nW 19')).toEqual({
      output: ['+I[a, 1, 1, 0, 10]', 'W[9]', '+I[a, 1, 2, 10, 20]', 'W[19]'],
      state: [],
      lateRowCount: 1,
    });
  });

  it('HOP puts windows together from slices; a late row still counts in windows that are open', () => {
    const hop = subject(over({ kind: 'hop', sizeMs: 20, slideMs: 10, offsetMs: 0 }));
    expect(run(hop, '+I a 1 5\n+I a 2 15\nW 9\n+I a 4 7\nW 19\nW 29\nW 39')).toEqual({
      output: [
        '+I[a, 1, 1, -10, 10]'.replace('-10', '1969-12-31 23:59:59.990'),
        'W[9]',
        '+I[a, 3, 7, 0, 20]',
        'W[19]',
        '+I[a, 1, 2, 10, 30]',
        'W[29]',
        'W[39]',
      ],
      state: [],
      lateRowCount: 0,
    });
  });

  it('CUMULATE sends the growing windows of a maximal window, also those without a new row', () => {
    const cumulate = subject(over({ kind: 'cumulate', maxSizeMs: 30, stepMs: 10, offsetMs: 0 }));
    expect(run(cumulate, '+I a 1 5\nW 9\nW 19\n+I a 2 25\nW 29').output).toEqual([
      '+I[a, 1, 1, 0, 10]',
      'W[9]',
      '+I[a, 1, 1, 0, 20]',
      'W[19]',
      '+I[a, 2, 3, 0, 30]',
      'W[29]',
    ]);
  });

  it('SESSION merges what a late row bridges, and takes rows exactly a gap apart together', () => {
    const session = subject(over({ kind: 'session', gapMs: 10, partitionKeys: [0] }));
    expect(run(session, '+I a 1 10\n+I a 2 30\n+I a 4 20\n+I b 8 10\nW 39')).toEqual({
      output: ['+I[b, 1, 8, 10, 20]', '+I[a, 3, 7, 10, 40]', 'W[39]'],
      state: [],
      lateRowCount: 0,
    });
  });

  it('SESSION counts a row as late when its session has passed', () => {
    const session = subject(over({ kind: 'session', gapMs: 10, partitionKeys: [0] }));
    expect(run(session, '+I a 1 10\nW 19\n+I a 2 9\n+I a 3 15\nW 24').output).toEqual([
      '+I[a, 1, 1, 10, 20]',
      'W[19]',
      '+I[a, 1, 3, 15, 25]',
      'W[24]',
    ]);
  });

  it('takes rows back, and sends no window from which all were taken', () => {
    expect(
      run(subject(TUMBLE, { retract: true }), '+I a 1 3\n-D a 1 3\n+I b 2 3\n-U b 2 3\n+U b 5 3\nW 9').output,
    ).toEqual(['+I[b, 1, 5, 0, 10]', 'W[9]']);
  });

  it('cascades over windows that its input brings along', () => {
    const input = [...columns({ k: TEXT, v: INT, s: TIME, e: TIME }), ...columns({ t: ROWTIME })];
    const window = { kind: 'tumble', sizeMs: 10, offsetMs: 0 } as const;
    const source = { kind: 'columns', window, start: 2, end: 3, attribute: 'rowtime', local: false } as const;
    expect(
      run(subject(source, { input }), '+I a 1 0 10 9\n+I a 2 0 10 9\n+I a 4 10 20 19\nW 9\n+I a 9 0 10 9\nEND'),
    ).toEqual({
      output: ['+I[a, 2, 3, 0, 10]', 'W[9]', '+I[a, 1, 4, 10, 20]', 'W[Infinity]'],
      state: [],
      lateRowCount: 1,
    });
  });

  it('fails on a row without a time, in the words of Flink', () => {
    expect(() => run(subject(TUMBLE), '+I a 1 null')).toThrow('RowTime field should not be null');
  });
});
