/**
 * Binds MATCH_RECOGNIZE. Inside it `A.x` means column x of the last row mapped to A, and `x` that of
 * the last row mapped to anything. Flink: `MatchCodeGenerator`, `StreamPhysicalMatchRule`; what Flink
 * refuses is refused here with its words.
 */
import type { Span } from '../../base/span.ts';
import type { Field } from '../../data/logical-type.ts';
import { timestampType, withoutTimeAttribute } from '../../data/type-rules.ts';
import type { ExprOf, Pattern, TableRef } from '../1-parse/ast.ts';
import { aggregateFunction } from '../functions/registry.ts';
import { argumentInfo, isMismatch } from './bind-call.ts';
import { bindCondition, bindExpr } from './bind-expr.ts';
import { bindFrom } from './bind-from.ts';
import { collation, exprEnv, type QueryEnv } from './bind-query.ts';
import type { BoundExpr } from './bound-expr.ts';
import type { ExprEnv } from './expr-env.ts';
import { castTo, errorExpr, inputRef, isError } from './expr-tools.ts';
import { intervalMs } from './group-window.ts';
import { columnAt } from './listener.ts';
import { problems } from './messages.ts';
import type { BoundMatch, Collation, Rel } from './rel.ts';
import type { Scope, ScopeTable } from './scope.ts';

/** What names mean inside MATCH_RECOGNIZE. */
export interface MatchEnv {
  readonly variables: ReadonlySet<string>;
  readonly input: Rel;
  /** Tables of the input; for editors. */
  readonly tables: readonly ScopeTable[];
  /** Column positions of the time attribute to order by. */
  readonly timeColumn: number | undefined;
  /** Set inside FIRST, LAST or an aggregate. */
  readonly navigation?: { readonly from: 'first' | 'last'; readonly offset: number };
  /** Inside an aggregate: columns are of the row being added; the variable is noted here. */
  readonly aggregate?: { variable: string | undefined };
}

type MatchRef = Extract<TableRef, { kind: 'match-recognize' }>;

/** Binds the clause; output: partition columns, then measures. */
export function bindMatchRecognize(ref: MatchRef, env: QueryEnv): Rel {
  const { cx } = env;
  const { match } = ref;
  const item = bindFrom(ref.input, env);
  const input = item.rel;
  const scope: Scope = { tables: item.tables, merged: item.merged };
  const plain = exprEnv(env, scope, 'MATCH_RECOGNIZE');
  const refuse = (message: string, span: Span, hint?: string): void =>
    cx.report(problems.matchUnsupported(message, hint), span);
  if (match.rowsPerMatch !== undefined && match.rowsPerMatch !== 'ONE')
    refuse('All rows per match mode is not supported yet.', match.span, 'Write ONE ROW PER MATCH.');
  const partitionBy = match.partitionBy
    .map((e) => bindExpr(e, plain))
    .flatMap((e) => (e.kind === 'input' ? [e.index] : []));
  const orderBy: Collation[] = match.orderBy.flatMap((o) => {
    const bound = bindExpr(o.expr, plain);
    return bound.kind === 'input' ? [collation(o, bound.index)] : [];
  });
  const broken = input.schema.some((f) => f.type.kind === 'ERROR');
  const [first] = orderBy;
  const firstType = first === undefined ? undefined : input.schema[first.index]?.type;
  const attribute = firstType !== undefined && 'timeAttribute' in firstType ? firstType.timeAttribute : undefined;
  if (!broken) {
    if (match.orderBy.length === 0)
      refuse(
        'You must specify either rowtime or proctime for order by.',
        match.span,
        'Add ORDER BY with the time attribute.',
      );
    else if (attribute === undefined)
      refuse(
        'You must specify either rowtime or proctime for order by as the first one.',
        match.orderBy[0]?.span ?? match.span,
        'Order by the time attribute first.',
      );
    else if (first?.descending)
      refuse(
        'Primary sort order of a streaming table must be ascending on time.',
        match.orderBy[0]?.span ?? match.span,
      );
  }
  const variables = new Set<string>();
  checkPattern(match.pattern, variables, true, refuse);
  if (canBeEmpty(match.pattern))
    refuse(
      'Patterns that can produce empty matches are not supported. There must be at least one non-optional state.',
      match.pattern.span,
    );
  const matchEnv: MatchEnv = { variables, input, tables: item.tables, timeColumn: first?.index };
  const exprs: ExprEnv = { ...plain, match: matchEnv };
  const define = new Map<string, BoundExpr>();
  checkMinimum(match.pattern, refuse);
  // A condition for a name that is in no pattern is bound, and asked of no row.
  const defined: MatchEnv = {
    ...matchEnv,
    variables: new Set([...variables, ...match.define.map((d) => d.name.name)]),
  };
  for (const d of match.define) {
    if (holdsQuery(d.condition)) {
      refuse('no SELECT scope', d.condition.span, 'Conditions of patterns take no sub-queries.');
      continue;
    }
    const condition = bindCondition(d.condition, { ...exprs, match: defined, clause: 'DEFINE' });
    if (!isError(condition) && variables.has(d.name.name)) define.set(d.name.name, condition);
  }
  const measures = match.measures.map((m) => ({ name: m.alias.name, expr: bindExpr(m.expr, exprs) }));
  const withinMs = match.within === undefined ? undefined : intervalMs(bindExpr(match.within, plain));
  if (match.within !== undefined && withinMs === undefined)
    refuse(
      'Only constant intervals with millisecond resolution are supported as time constraints of patterns.',
      match.within.span,
    );
  const after = match.afterMatch ?? { kind: 'next-row' as const };
  if ((after.kind === 'to-first' || after.kind === 'to-last') && !variables.has(after.variable.name))
    cx.report(problems.unknownTable(after.variable.name), after.variable.span);
  const bound: BoundMatch = {
    partitionBy,
    orderBy,
    pattern: match.pattern,
    define,
    measures,
    afterMatch:
      after.kind === 'to-first' || after.kind === 'to-last'
        ? { kind: after.kind, variable: after.variable.name }
        : { kind: after.kind },
    ...(withinMs === undefined ? {} : { withinMs }),
    rowsPerMatch: 'one',
  };
  const schema: Field[] = [
    ...partitionBy.flatMap((i) => input.schema[i] ?? []),
    ...measures.map((m) => ({ name: m.name, type: m.expr.type })),
  ];
  return { kind: 'match', input, match: bound, schema, span: ref.span };
}

/** Collects variables and refuses what Flink's pattern library cannot do. */
function checkPattern(
  pattern: Pattern,
  variables: Set<string>,
  last: boolean,
  refuse: (message: string, span: Span, hint?: string) => void,
): void {
  switch (pattern.kind) {
    case 'variable':
      if (variables.has(pattern.name.name))
        refuse('Pattern variables must be unique. That might change in the future.', pattern.span);
      variables.add(pattern.name.name);
      return;
    case 'concat':
      for (const [i, item] of pattern.items.entries()) {
        const before = pattern.items[i - 1];
        if (before !== undefined && isGreedy(before) && isOptional(item))
          refuse('Optional pattern cannot be preceded by greedy pattern', item.span);
        checkPattern(item, variables, last && i === pattern.items.length - 1, refuse);
      }
      return;
    case 'repeat':
      if (pattern.item.kind !== 'variable')
        refuse('Group patterns are not supported yet.', pattern.span, 'Repeat single variables only.');
      if (pattern.min === 0 && pattern.max === 1 && !pattern.greedy)
        refuse('Reluctant optional variables are not supported yet.', pattern.span);
      if (
        last &&
        pattern.greedy &&
        (pattern.max === undefined || pattern.max > pattern.min) &&
        !(pattern.min === 0 && pattern.max === 1)
      ) {
        refuse(
          'Greedy quantifiers are not allowed as the last element of a Pattern yet. Finish your pattern with either a simple variable or reluctant quantifier.',
          pattern.span,
          'End the pattern with a plain variable.',
        );
      }
      checkPattern(pattern.item, variables, false, refuse);
      return;
    case 'group':
      if (pattern.item.kind !== 'variable')
        refuse('Group patterns are not supported yet.', pattern.span, 'Write the variables without parentheses.');
      checkPattern(pattern.item, variables, last, refuse);
      return;
    case 'exclude':
      refuse("Currently, CEP doesn't support '{-' '-}' patterns.", pattern.span);
      checkPattern(pattern.item, variables, false, refuse);
      return;
    case 'alternate':
    case 'permute':
      refuse(
        pattern.kind === 'alternate'
          ? "Currently, CEP doesn't support branching patterns."
          : "Currently, CEP doesn't support PERMUTE patterns.",
        pattern.span,
      );
      for (const item of pattern.items) checkPattern(item, variables, false, refuse);
      return;
    case 'anchor-start':
    case 'anchor-end':
    case 'empty':
      refuse('Anchors and empty patterns are not supported yet.', pattern.span);
      return;
  }
}

/** `{,n}` has no lowest number for Flink's pattern library. */
function checkMinimum(pattern: Pattern, refuse: (message: string, span: Span, hint?: string) => void): void {
  if (pattern.kind === 'concat') for (const item of pattern.items) checkMinimum(item, refuse);
  if (pattern.kind === 'group') checkMinimum(pattern.item, refuse);
  if (pattern.kind === 'repeat' && pattern.min === 0 && pattern.max !== undefined && pattern.max !== 1)
    refuse('The from should be a positive number greater than 0.', pattern.span, 'Write {1,n}, or *.');
}

/** Whether an expression holds a sub-query. */
function holdsQuery(expr: unknown): boolean {
  if (typeof expr !== 'object' || expr === null) return false;
  if (Array.isArray(expr)) return expr.some(holdsQuery);
  return 'query' in expr || Object.values(expr).some(holdsQuery);
}

/** `?` and `*`; Flink does not look at `{0,n}` here. */
function isOptional(pattern: Pattern): boolean {
  return pattern.kind === 'repeat' && pattern.min === 0 && (pattern.max === undefined || pattern.max === 1);
}

/** Greedy as Flink's pattern library has it: not for `?` and exact counts. */
function isGreedy(pattern: Pattern): boolean {
  if (pattern.kind !== 'repeat' || !pattern.greedy) return false;
  return pattern.min !== pattern.max && !(pattern.min === 0 && pattern.max === 1);
}

/** Whether no row at all would match. */
function canBeEmpty(pattern: Pattern): boolean {
  if (pattern.kind === 'repeat') return pattern.min === 0;
  if (pattern.kind === 'concat') return pattern.items.every(canBeEmpty);
  return pattern.kind === 'group' && canBeEmpty(pattern.item);
}

/** `A.x` or `x` inside MATCH_RECOGNIZE. */
export function bindPatternColumn(expr: ExprOf<'column'>, env: ExprEnv, match: MatchEnv): BoundExpr | undefined {
  const { parts } = expr.name;
  const [head, ...tail] = parts;
  if (head === undefined) return undefined;
  let variable = '*';
  let column = head;
  if (tail[0] !== undefined) {
    const isColumn = match.input.schema.some((f) => f.name === head.name);
    if (!match.variables.has(head.name)) {
      if (isColumn) return undefined;
      env.cx.report(problems.unknownTable(head.name), head.span);
      return errorExpr(expr.span);
    }
    variable = head.name;
    column = tail[0];
  }
  const index = match.input.schema.findIndex((f) => f.name === column.name);
  const field = match.input.schema[index];
  if (field === undefined) {
    env.cx.report(problems.unknownColumn(column.name), column.span);
    return errorExpr(expr.span);
  }
  env.cx.listener?.column(expr.name, parts.indexOf(column), columnAt(match, index));
  if (match.aggregate !== undefined) {
    match.aggregate.variable ??= variable;
    return inputRef(index, field.type, expr.span);
  }
  const { from, offset } = match.navigation ?? { from: 'last', offset: 0 };
  // FIRST and LAST with an offset may lie outside the match.
  const type = offset === 0 && variable === '*' ? field.type : { ...field.type, nullable: true };
  return { kind: 'pattern-ref', variable, index, from, offset, type, span: expr.span };
}

/** FIRST, LAST, MATCH_ROWTIME, and aggregates over a variable. */
export function bindPatternCall(
  expr: ExprOf<'call'>,
  name: string,
  env: ExprEnv,
  match: MatchEnv,
): BoundExpr | undefined {
  const refuse = (message: string): BoundExpr => {
    env.cx.report(problems.matchUnsupported(message), expr.span);
    return errorExpr(expr.span);
  };
  switch (name) {
    case 'PREV':
    case 'NEXT':
      return refuse('Flink does not support physical offsets within partition.');
    case 'CLASSIFIER':
    case 'MATCH_NUMBER':
      return refuse(`${name} is not supported yet.`);
    case 'MATCH_ROWTIME':
    case 'MATCH_PROCTIME': {
      const column = match.timeColumn;
      if (column === undefined) return errorExpr(expr.span);
      const type =
        name === 'MATCH_ROWTIME'
          ? timestampType(3, false, 'rowtime')
          : ({ kind: 'TIMESTAMP_LTZ', nullable: false, precision: 3, timeAttribute: 'proctime' } as const);
      return { kind: 'pattern-ref', variable: '*', index: column, from: 'last', offset: 0, type, span: expr.span };
    }
    case 'FIRST':
    case 'LAST': {
      const [value, offset] = expr.args;
      if (value === undefined) return errorExpr(expr.span);
      const bound = offset === undefined ? undefined : bindExpr(offset.value, env);
      const amount =
        bound === undefined ? 0 : bound.kind === 'literal' && typeof bound.value === 'number' ? bound.value : undefined;
      if (amount === undefined) return refuse('FIRST and LAST need a constant offset.');
      return bindExpr(value.value, {
        ...env,
        match: { ...match, navigation: { from: name === 'FIRST' ? 'first' : 'last', offset: amount } },
      });
    }
    default:
      return aggregateFunction(name) === undefined || match.aggregate !== undefined
        ? undefined
        : bindPatternAggregate(expr, name, env, match);
  }
}

function bindPatternAggregate(expr: ExprOf<'call'>, name: string, env: ExprEnv, match: MatchEnv): BoundExpr {
  const fn = aggregateFunction(name);
  if (fn === undefined) return errorExpr(expr.span);
  if (expr.distinct) {
    env.cx.report(
      problems.matchUnsupported('DISTINCT aggregates are not supported in MATCH_RECOGNIZE yet.'),
      expr.span,
    );
    return errorExpr(expr.span);
  }
  const aggregate: { variable: string | undefined } = { variable: undefined };
  const inner: ExprEnv = { ...env, match: { ...match, aggregate }, insideAggregate: true };
  const [only] = expr.args;
  let args: BoundExpr[] = [];
  if (only?.value.kind === 'star') {
    const qualifier = only.value.qualifier?.parts[0];
    if (qualifier !== undefined) aggregate.variable = qualifier.name;
  } else args = expr.args.map((a) => bindExpr(a.value, inner));
  if (args.some(isError)) return errorExpr(expr.span);
  const resolved = fn.resolve(args.map(argumentInfo));
  if (isMismatch(resolved)) {
    env.cx.report(problems.callMismatch(resolved.message, resolved.hint, resolved.flinkClass), expr.span);
    return errorExpr(expr.span);
  }
  const casted = args.map((a, i) => castTo(a, resolved.argTypes[i] ?? a.type));
  return {
    kind: 'pattern-aggregate',
    variable: aggregate.variable ?? '*',
    args: casted,
    call: {
      fn,
      args: casted.map((_, i) => i),
      argTypes: casted.map((a) => withoutTimeAttribute(a.type)),
      distinct: false,
      literals: casted.map((a) => (a.kind === 'literal' ? a.value : undefined)),
      type: { ...resolved.type, nullable: resolved.type.nullable || name !== 'COUNT' },
      name,
    },
    type: { ...resolved.type, nullable: resolved.type.nullable || name !== 'COUNT' },
    span: expr.span,
  };
}
