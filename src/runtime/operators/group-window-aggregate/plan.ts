/** Planning of legacy TUMBLE, HOP and SESSION in GROUP BY. Flink: `StreamPhysicalGroupWindowAggregate`. */
import { withoutTimeAttribute } from '../../data/type-rules.ts';
import { typeToString } from '../../data/type-text.ts';
import type { Session } from '../../sql/2-bind/session.ts';
import { INSERT_ONLY, INSERT_UPDATE, isInsertOnly, needBefore } from '../../sql/3-plan/changelog-mode.ts';
import { columnNames, timeAttributeOf } from '../../sql/3-plan/draft-tools.ts';
import { callText } from '../../sql/3-plan/expr-text.ts';
import { planProblems } from '../../sql/3-plan/messages.ts';
import type { OptionsOf } from '../../sql/3-plan/physical-options.ts';
import type { PlanRule } from '../../sql/3-plan/rule.ts';

/** Groups by window; sends corrections only where early or late firing is switched on. */
export const groupWindowAggregateRule: PlanRule = {
  kind: 'group-window-aggregate',
  plan(rel, cx) {
    if (rel.kind !== 'aggregate' || rel.groupWindow === undefined) return undefined;
    const input = cx.plan(rel.input);
    const { window, time } = rel.groupWindow;
    const timeType = input.schema[time.index]?.type;
    if (timeAttributeOf(timeType) === undefined && !cx.batch && timeType !== undefined)
      cx.report(planProblems.windowNotTime(typeToString(timeType)), rel.span);
    if (window.kind !== 'session' && window.offsetMs !== 0) cx.report(planProblems.windowAlignment(), rel.span);
    const properties = rel.windowProperties ?? [];
    const plain = rel.keys.length + rel.calls.length;
    const emit = {
      earlyMs: cx.session.flag('table.exec.emit.early-fire.enabled')
        ? cx.session.duration('table.exec.emit.early-fire.delay')
        : null,
      lateMs: cx.session.flag('table.exec.emit.late-fire.enabled')
        ? cx.session.duration('table.exec.emit.late-fire.delay')
        : null,
      allowedLatenessMs: cx.session.duration('table.exec.emit.allow-lateness'),
    };
    const refused = emitProblem(emit, window.kind === 'session', time.attribute, cx.session);
    if (refused !== undefined && !cx.batch) cx.report(planProblems.windowEmit(refused), rel.span);
    return {
      rule: groupWindowAggregateRule,
      options: {
        kind: 'group-window-aggregate',
        window,
        time,
        keys: rel.keys,
        calls: rel.calls,
        retract: !isInsertOnly(cx.kindsOf(input)),
        properties,
        emit,
        updateBefore: true,
      },
      inputs: [input],
      schema: rel.schema.map((f, i) => (i < plain ? { name: f.name, type: withoutTimeAttribute(f.type) } : f)),
      name: 'GroupWindowAggregate',
      upsertKeys: [],
      nodeIds: [],
      span: rel.span,
    };
  },
  provides({ options }) {
    const emits =
      options.kind === 'group-window-aggregate' && (options.emit.earlyMs !== null || options.emit.lateMs !== null);
    return emits ? INSERT_UPDATE : INSERT_ONLY;
  },
  requires: needBefore,
  finish(draft, [input], output) {
    const { options } = draft;
    if (options.kind !== 'group-window-aggregate') return options;
    return {
      ...options,
      retract: input !== undefined && !isInsertOnly(input.kinds),
      updateBefore: output.updates === 'before-and-after',
    };
  },
  explain({ options, schema, inputs: [input] }) {
    if (options.kind !== 'group-window-aggregate') return '';
    const names = input?.schema ?? [];
    const calls = options.calls.map((c, i) =>
      callText({ ...c, name: schema[options.keys.length + i]?.name ?? c.name }, names),
    );
    return `groupBy=[${columnNames(names, options.keys)}], window=[${options.window.kind.toUpperCase()}], properties=[${options.properties.join(', ')}], select=[${calls.join(', ')}]`;
  },
};

/** Why the settings of early and late firing cannot be; Flink: `WindowEmitStrategy.checkValidation`. */
function emitProblem(
  { earlyMs, lateMs, allowedLatenessMs }: OptionsOf<'group-window-aggregate'>['emit'],
  isSession: boolean,
  attribute: 'rowtime' | 'proctime',
  session: Session,
): string | undefined {
  if (isSession && (earlyMs !== null || lateMs !== null))
    return "Session window doesn't support EMIT strategy currently.";
  if (attribute === 'rowtime' && lateMs !== null && allowedLatenessMs <= 0)
    return "The 'AFTER WATERMARK' emit strategy requires set 'allow-lateness' or 'minIdleStateRetentionTime' in table config.";
  const isUnset = (key: string): boolean => (session.setting(key) ?? '') === '';
  if (earlyMs !== null && isUnset('table.exec.emit.early-fire.delay'))
    return 'Early-fire delay should not be null or negative value whenenable early-fire emit strategy.';
  if (lateMs !== null && isUnset('table.exec.emit.late-fire.delay'))
    return 'Late-fire delay should not be null or negative value whenenable late-fire emit strategy.';
  if (lateMs !== null && lateMs > allowedLatenessMs)
    return `Allow-lateness [${allowedLatenessMs}ms] should not be smaller than Late-fire delay [${lateMs}ms] when enable late-fire emit strategy.`;
  return undefined;
}
