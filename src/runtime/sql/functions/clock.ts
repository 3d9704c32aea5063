/**
 * Functions of the current time and of the current watermark: what is not a function of the row. One
 * reading of the clock serves a whole call of generated code, except for the per-row ones.
 */
import type { LogicalType } from '../../data/logical-type.ts';
import { isTimestamp } from '../../data/type-families.ts';
import { dateType, timestampLtzType, timestampType, timeType } from '../../data/type-rules.ts';
import type { EmitContext, ScalarFunction } from './function.ts';
import * as run from './runtime/temporal.ts';

/** The functions of the current time: no arguments, never NULL. */
function clockFunction(
  name: string,
  type: LogicalType,
  text: string,
  code: (now: string, cx: EmitContext) => string,
  determinism: ScalarFunction['determinism'] = 'per-query',
): ScalarFunction {
  return {
    name,
    determinism,
    nulls: 'own',
    doc: { signature: name, text, category: 'temporal' },
    resolve: (args) =>
      args.length === 0
        ? { type, argTypes: [] }
        : { message: `Invalid number of arguments to function '${name}'. Was expecting 0 arguments` },
    emit: (_args, _types, _result, cx) =>
      code(determinism === 'per-row' ? `${cx.runtime}.currentTimeMs()` : cx.now(), cx),
  };
}

const LTZ = timestampLtzType(3, false);
const localDateCode = (now: string, cx: EmitContext): string =>
  `${cx.constant(run.localDate)}(${now}, ${cx.runtime}.timeZone)`;
const localTimeCode = (now: string, cx: EmitContext): string =>
  `${cx.constant(run.localTime)}(${now}, ${cx.runtime}.timeZone)`;

const CURRENT_TIMES: readonly ScalarFunction[] = [
  clockFunction('CURRENT_TIMESTAMP', LTZ, 'The current instant.', (now) => now),
  clockFunction('NOW', LTZ, 'The current instant.', (now) => now),
  clockFunction(
    'CURRENT_ROW_TIMESTAMP',
    LTZ,
    'The current instant, anew for every row also in batch.',
    (now) => now,
    'per-row',
  ),
  clockFunction(
    'LOCALTIMESTAMP',
    timestampType(3, false),
    "The current time at the session's zone.",
    (now, cx) => `${cx.constant(run.localMsOf)}(${now}, ${cx.runtime}.timeZone)`,
  ),
  clockFunction('CURRENT_DATE', dateType(false), "Today at the session's zone.", localDateCode),
  clockFunction('LOCALTIME', timeType(0, false), "The time of day at the session's zone.", localTimeCode),
  clockFunction('CURRENT_TIME', timeType(0, false), "The time of day at the session's zone.", localTimeCode),
  clockFunction(
    'PROCTIME',
    timestampLtzType(3, false, 'proctime'),
    'The processing time: a time attribute.',
    (now) => now,
    'per-row',
  ),
];

const currentWatermark: ScalarFunction = {
  name: 'CURRENT_WATERMARK',
  determinism: 'per-row',
  nulls: 'own',
  doc: {
    signature: 'CURRENT_WATERMARK(rowtime)',
    text: 'The current watermark of the operator; NULL before the first one.',
    category: 'time-attribute',
  },
  resolve(args) {
    const [rowtime] = args;
    if (rowtime === undefined || args.length !== 1 || !isTimestamp(rowtime.type)) {
      return {
        message: 'Invalid input arguments.',
        flinkClass: 'org.apache.flink.table.api.ValidationException',
        hint: 'Expected: CURRENT_WATERMARK(<ROWTIME>)',
      };
    }
    if (rowtime.type.timeAttribute !== 'rowtime') {
      return {
        message: 'The argument of CURRENT_WATERMARK() must be a rowtime attribute.',
        flinkClass: 'org.apache.flink.table.api.ValidationException',
      };
    }
    const type: LogicalType = { kind: rowtime.type.kind, nullable: true, precision: 3 };
    return { type, argTypes: [rowtime.type] };
  },
  emit: (_args, _types, _result, cx) => `${cx.runtime}.currentWatermarkMs()`,
};

/** CURRENT_TIMESTAMP and its like, PROCTIME, CURRENT_WATERMARK. */
export const clockFunctions: readonly ScalarFunction[] = [...CURRENT_TIMES, currentWatermark];
