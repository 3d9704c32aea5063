/** Which of the three window aggregates runs: over aligned windows, over sessions, or over windows in columns. */
import { present } from '../../base/assert.ts';
import type { OperatorFactory, OperatorShape } from '../../engine/operator-factory.ts';
import { windowZone } from '../../engine/window-zone.ts';
import type { OptionsOf } from '../../sql/3-plan/physical-options.ts';
import { compileAggregates } from '../../sql/4-codegen/compile-aggregates.ts';
import { WindowAggregateOperator } from './aligned.ts';
import { AttachedWindowAggregateOperator } from './attached.ts';
import { SessionWindowAggregateOperator } from './session.ts';
import type { WindowAggregateSettings } from './window-result.ts';

/** Runtime of `window-aggregate`. */
export const windowAggregateFactory: OperatorFactory<'window-aggregate'> = {
  kind: 'window-aggregate',
  create(options, shape) {
    const settings = settingsOf(options, shape);
    const { source } = options;
    if (source.kind === 'columns') {
      return new AttachedWindowAggregateOperator(settings, { start: source.start, end: source.end });
    }
    if (source.window.kind === 'session') return new SessionWindowAggregateOperator(settings, source.window.gapMs);
    return new WindowAggregateOperator(settings, source.window);
  },
};

function settingsOf(options: OptionsOf<'window-aggregate'>, shape: OperatorShape): WindowAggregateSettings {
  const input = present(shape.inputs[0], 'input of a window aggregate');
  const keyCount = options.keys.length;
  const { source } = options;
  return {
    keys: options.keys,
    keySchema: shape.output.slice(0, keyCount),
    callSchema: shape.output.slice(keyCount, keyCount + options.calls.length),
    handler: compileAggregates(options.calls, input, { retract: options.retract }),
    retract: options.retract,
    properties: options.properties,
    attribute: source.kind === 'time' ? source.time.attribute : source.attribute,
    timeColumn: source.kind === 'time' ? source.time.index : -1,
    zone: windowZone(source.kind === 'time' ? source.time.local : source.local, shape.timeZone),
  };
}
