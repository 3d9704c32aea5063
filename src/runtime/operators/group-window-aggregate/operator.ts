/**
 * GROUP BY with TUMBLE, HOP or SESSION: the older form of window aggregation. Flink:
 * `StreamExecGroupWindowAggregate`, `AggregateWindowOperator`.
 *
 * It differs from the window table functions in what it may send: with early or late firing a window
 * answers several times, as -U and +U (`triggers.ts`); without it each window sends one +I.
 */
import { assert, present } from '../../base/assert.ts';
import type { OperatorFactory, OperatorShape } from '../../engine/operator-factory.ts';
import { windowZone } from '../../engine/window-zone.ts';
import type { OptionsOf } from '../../sql/3-plan/physical-options.ts';
import { compileAggregates } from '../../sql/4-codegen/compile-aggregates.ts';
import { compileRowEquals } from '../../sql/4-codegen/compile-comparator.ts';
import { AlignedGroupWindowOperator } from './aligned.ts';
import { SessionGroupWindowOperator } from './session.ts';
import type { GroupWindowSettings } from './window-emitter.ts';

/** Runtime of `group-window-aggregate`. */
export const groupWindowAggregateFactory: OperatorFactory<'group-window-aggregate'> = {
  kind: 'group-window-aggregate',
  create(options, shape) {
    const settings = settingsOf(options, shape);
    const { window } = options;
    if (window.kind === 'session') return new SessionGroupWindowOperator(settings, window.gapMs);
    assert(window.kind !== 'cumulate', 'there is no legacy CUMULATE');
    return new AlignedGroupWindowOperator(settings, window);
  },
};

function settingsOf(options: OptionsOf<'group-window-aggregate'>, shape: OperatorShape): GroupWindowSettings {
  const input = present(shape.inputs[0], 'input of a window aggregate');
  const keyCount = options.keys.length;
  const resultSchema = shape.output.slice(keyCount);
  // Sessions do not know early and late firing.
  const emit = options.window.kind === 'session' ? { earlyMs: null, lateMs: null, allowedLatenessMs: 0 } : options.emit;
  return {
    keys: options.keys,
    keySchema: shape.output.slice(0, keyCount),
    resultSchema,
    handler: compileAggregates(options.calls, input, { retract: options.retract }),
    retract: options.retract,
    updateBefore: options.updateBefore,
    attribute: options.time.attribute,
    timeColumn: options.time.index,
    zone: windowZone(options.time.local, shape.timeZone),
    properties: options.properties,
    emit,
    sameResult: compileRowEquals(resultSchema.map((field) => field.type)),
  };
}
