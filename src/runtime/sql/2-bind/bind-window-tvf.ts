/**
 * Binds window table functions: TUMBLE, HOP, CUMULATE, SESSION over a table, with positional or named
 * arguments. Output: the table's columns, then window_start, window_end, window_time.
 * Flink: `SqlWindowTableFunction`, `WindowUtil.convertToWindowingStrategy`.
 */
import type { Span } from '../../base/span.ts';
import { isTimestamp } from '../../data/type-families.ts';
import { timestampType } from '../../data/type-rules.ts';
import { typeToDigest, typeToString } from '../../data/type-text.ts';
import type { Argument, Expr, ExprOf } from '../1-parse/ast.ts';
import { bindExpr } from './bind-expr.ts';
import { bindFrom } from './bind-from.ts';
import { bindInnerQuery, brokenRel, exprEnv, type QueryEnv } from './bind-query.ts';
import { isError } from './expr-tools.ts';
import { intervalMs } from './group-window.ts';
import { columnAt } from './listener.ts';
import { problems } from './messages.ts';
import type { Rel, WindowSpec } from './rel.ts';
import { EMPTY_SCOPE, nearest, type Scope, type ScopeTable } from './scope.ts';

type WindowName = 'TUMBLE' | 'HOP' | 'CUMULATE' | 'SESSION';

/** Parameter names in order; those after `required` may be left out. */
const PARAMETERS: Readonly<Record<WindowName, { readonly names: readonly string[]; readonly required: number }>> = {
  TUMBLE: { names: ['DATA', 'TIMECOL', 'SIZE', 'OFFSET'], required: 3 },
  HOP: { names: ['DATA', 'TIMECOL', 'SLIDE', 'SIZE', 'OFFSET'], required: 4 },
  CUMULATE: { names: ['DATA', 'TIMECOL', 'STEP', 'SIZE', 'OFFSET'], required: 4 },
  SESSION: { names: ['DATA', 'TIMECOL', 'GAP'], required: 3 },
};

/** Whether a call in FROM is a window table function. */
export function isWindowTvf(call: ExprOf<'call'>): boolean {
  return Object.hasOwn(PARAMETERS, (call.name.parts[call.name.parts.length - 1]?.name ?? '').toUpperCase());
}

/** Binds the call. */
export function bindWindowTvf(call: ExprOf<'call'>, env: QueryEnv): Rel {
  const { cx } = env;
  const name = (call.name.parts[call.name.parts.length - 1]?.name ?? '').toUpperCase() as WindowName;
  const args = arrange(call.args, name);
  const { names, required } = PARAMETERS[name];
  if (args === undefined || call.args.length > names.length || names.slice(0, required).some((n) => !args.has(n))) {
    // The first argument may say more: a bare name there is taken for a column.
    const first = call.args[0]?.value;
    if (first !== undefined && reportBareTable(first, call.args[1]?.value, name, env)) return brokenRel(call.span);
    if (first?.kind === 'column') bindExpr(first, exprEnv(env, { ...EMPTY_SCOPE, parent: env.parent }, name));
    else cx.report(problems.windowArguments(name, required), call.span);
    return brokenRel(call.span);
  }
  const data = args.get('DATA');
  const timecol = args.get('TIMECOL');
  if (data === undefined || timecol === undefined) return brokenRel(call.span);
  if (reportBareTable(data, timecol, name, env)) return brokenRel(call.span);
  const input = bindData(data, env);
  if (input === undefined) return brokenRel(call.span);
  const { rel, partitionKeys, tables } = input;
  if (timecol.kind !== 'descriptor' || timecol.columns[0] === undefined) {
    cx.report(problems.windowDescriptor(name), timecol.span);
    return brokenRel(call.span);
  }
  const column = timecol.columns[0];
  const written = { span: column.span, parts: [column] };
  cx.listener?.lookup(written, { scope: { tables, merged: [] }, ctes: undefined });
  const index = rel.schema.findIndex((f) => f.name === column.name);
  const field = rel.schema[index];
  if (field === undefined) {
    if (!rel.schema.some((f) => f.type.kind === 'ERROR'))
      cx.report(
        problems.unknownColumn(
          column.name,
          nearest(
            column.name,
            rel.schema.map((f) => f.name),
          ),
        ),
        column.span,
      );
    return brokenRel(call.span);
  }
  cx.listener?.column(written, 0, columnAt({ tables }, index));
  if (field.type.kind === 'ERROR') return brokenRel(call.span);
  const attribute = 'timeAttribute' in field.type ? field.type.timeAttribute : undefined;
  if (!isTimestamp(field.type)) {
    cx.report(problems.windowTimeType(name, typeToDigest(field.type)), column.span);
    return brokenRel(call.span);
  }
  if (attribute === undefined && !cx.session.batch) {
    cx.report(problems.windowNotTimeAttribute(name, typeToString(field.type)), column.span);
    return brokenRel(call.span);
  }
  const window = bindWindow(name, args, partitionKeys, call.span, env);
  if (window === undefined) return brokenRel(call.span);
  const timeType = { ...field.type, nullable: false, ...(attribute === undefined ? {} : { timeAttribute: attribute }) };
  const schema = [
    ...rel.schema,
    { name: 'window_start', type: timestampType(3, false) },
    { name: 'window_end', type: timestampType(3, false) },
    { name: 'window_time', type: timeType },
  ];
  const time = { index, attribute: attribute ?? 'rowtime', local: field.type.kind === 'TIMESTAMP_LTZ' } as const;
  return { kind: 'window-tvf', input: rel, window, time, schema, span: call.span };
}

/** How a call of each function is written, for hints. */
const FORMS: Readonly<Record<WindowName, string>> = {
  TUMBLE: "INTERVAL '10' MINUTES",
  HOP: "INTERVAL '5' MINUTES, INTERVAL '10' MINUTES",
  CUMULATE: "INTERVAL '5' MINUTES, INTERVAL '1' HOUR",
  SESSION: "INTERVAL '10' MINUTES",
};

/** Reports a table that was written without TABLE; Flink takes the name for a column. Whether it was one. */
function reportBareTable(data: Expr, timecol: Expr | undefined, name: WindowName, { cx, parent }: QueryEnv): boolean {
  // In a sub-query the name may be a column of the query around it.
  if (data.kind !== 'column' || parent !== undefined) return false;
  if (cx.session.find(cx.session.resolve(data.name)) === undefined) return false;
  const written = cx.textOf(data.name.span);
  const column = timecol?.kind === 'column' ? cx.textOf(timecol.span) : 'time_column';
  const descriptor = timecol?.kind === 'descriptor' ? cx.textOf(timecol.span) : `DESCRIPTOR(${column})`;
  const form = `${name}(TABLE ${written}, ${descriptor}, ${FORMS[name]})`;
  cx.report({ ...problems.unknownColumn(written), hint: `${written} is a table: write ${form}.` }, data.span);
  return true;
}

/** Arguments by parameter name; `undefined` when a name is unknown. */
function arrange(args: readonly Argument[], name: WindowName): ReadonlyMap<string, Expr> | undefined {
  const { names } = PARAMETERS[name];
  const out = new Map<string, Expr>();
  for (const [i, arg] of args.entries()) {
    const key = arg.name === undefined ? names[i] : arg.name.name.toUpperCase();
    if (key === undefined || !names.includes(key)) return undefined;
    out.set(key, arg.value);
  }
  return out;
}

/** `TABLE t PARTITION BY k`, or a query in parentheses. */
function bindData(
  expr: Expr,
  env: QueryEnv,
):
  | { readonly rel: Rel; readonly partitionKeys: readonly number[]; readonly tables: readonly ScopeTable[] }
  | undefined {
  if (expr.kind === 'paren') return bindData(expr.operand, env);
  if (expr.kind === 'subquery') {
    const rel = bindInnerQuery(expr.query, env);
    const table = { alias: undefined, fields: rel.schema, offset: 0, source: expr.query.body };
    return { rel, partitionKeys: [], tables: [table] };
  }
  if (expr.kind !== 'table-arg') {
    const bound = bindExpr(expr, exprEnv(env, { ...EMPTY_SCOPE, parent: env.parent }, 'table function'));
    if (!isError(bound)) env.cx.report(problems.unsupportedExpr('A table function over a value'), expr.span);
    return undefined;
  }
  const item = bindFrom(expr.table, env);
  const scope: Scope = { tables: item.tables, merged: item.merged };
  const partitionKeys: number[] = [];
  for (const key of expr.partitionBy ?? []) {
    const bound = bindExpr(key, exprEnv(env, scope, 'PARTITION BY'));
    if (bound.kind === 'input') partitionKeys.push(bound.index);
    else if (!isError(bound)) env.cx.report(problems.unsupportedExpr('PARTITION BY an expression'), key.span);
  }
  return { rel: item.rel, partitionKeys, tables: item.tables };
}

function bindWindow(
  name: WindowName,
  args: ReadonlyMap<string, Expr>,
  partitionKeys: readonly number[],
  span: Span,
  env: QueryEnv,
): WindowSpec | undefined {
  const { cx } = env;
  let bad = false;
  const ms = (parameter: string): number => {
    const expr = args.get(parameter);
    if (expr === undefined) return 0;
    const bound = bindExpr(expr, exprEnv(env, EMPTY_SCOPE, name));
    const value = intervalMs(bound);
    if (value === undefined) {
      bad = true;
      if (!isError(bound)) cx.report(problems.windowInterval(name), expr.span);
    }
    return value ?? 0;
  };
  const rule = (holds: boolean, message: string, parameter: string, plan = false): void => {
    if (bad || holds) return;
    bad = true;
    const problem = problems.windowRule(message);
    cx.report(plan ? { ...problem, phase: 'plan' } : problem, args.get(parameter)?.span ?? span);
  };
  const label = `${name} table function`;
  switch (name) {
    case 'TUMBLE': {
      const [sizeMs, offsetMs] = [ms('SIZE'), ms('OFFSET')];
      rule(sizeMs > 0, `${label} based aggregate requires size to be positive, but got ${sizeMs} ms.`, 'SIZE');
      rule(
        Math.abs(offsetMs) < sizeMs,
        `${label} parameters must satisfy abs(offset) < size, but got size ${sizeMs} ms and offset ${offsetMs} ms.`,
        'OFFSET',
      );
      return bad ? undefined : { kind: 'tumble', sizeMs, offsetMs };
    }
    case 'HOP': {
      const [slideMs, sizeMs, offsetMs] = [ms('SLIDE'), ms('SIZE'), ms('OFFSET')];
      rule(
        sizeMs > 0 && slideMs > 0,
        `${label} based aggregate requires slide and size to be positive, but got slide ${slideMs} ms and size ${sizeMs} ms.`,
        'SIZE',
      );
      rule(
        sizeMs % slideMs === 0,
        `${label} based aggregate requires size must be an integral multiple of slide, but got size ${sizeMs} ms and slide ${slideMs} ms`,
        'SIZE',
        true,
      );
      rule(
        Math.abs(offsetMs) < sizeMs,
        `${label} parameters must satisfy abs(offset) < size, but got size ${sizeMs} ms and offset ${offsetMs} ms.`,
        'OFFSET',
      );
      return bad ? undefined : { kind: 'hop', sizeMs, slideMs, offsetMs };
    }
    case 'CUMULATE': {
      const [stepMs, maxSizeMs, offsetMs] = [ms('STEP'), ms('SIZE'), ms('OFFSET')];
      rule(
        maxSizeMs > 0 && stepMs > 0,
        `${label} based aggregate requires maxSize and step to be positive, but got maxSize ${maxSizeMs} ms and step ${stepMs} ms.`,
        'SIZE',
      );
      rule(
        maxSizeMs % stepMs === 0,
        `${label} based aggregate requires maxSize must be an integral multiple of step, but got maxSize ${maxSizeMs} ms and step ${stepMs} ms.`,
        'SIZE',
      );
      rule(
        Math.abs(offsetMs) < maxSizeMs,
        `${label} parameters must satisfy abs(offset) < maxSize, but got maxSize ${maxSizeMs} ms and offset ${offsetMs} ms.`,
        'OFFSET',
      );
      return bad ? undefined : { kind: 'cumulate', maxSizeMs, stepMs, offsetMs };
    }
    case 'SESSION': {
      const gapMs = ms('GAP');
      rule(gapMs > 0, `${label} based aggregate requires gap to be positive, but got ${gapMs} ms.`, 'GAP');
      if (!bad && cx.session.batch) {
        bad = true;
        cx.report(
          problems.matchUnsupported(
            'Unaligned windows like session are not supported in batch mode yet.',
            'Run in streaming mode.',
          ),
          span,
        );
      }
      return bad ? undefined : { kind: 'session', gapMs, partitionKeys };
    }
  }
}
