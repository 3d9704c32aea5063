/**
 * What planning rules share: schemas with the time attributes that survive, keys and window columns
 * carried through projections.
 */
import type { Field, LogicalType, Schema } from '../../data/logical-type.ts';
import { withoutTimeAttribute } from '../../data/type-rules.ts';
import type { BoundExpr } from '../2-bind/bound-expr.ts';
import type { Columns } from './physical-options.ts';
import type { Draft, Monotonicity, WindowProperties } from './rule.ts';

/** The time attribute of a column, when it has one. */
export function timeAttributeOf(type: LogicalType | undefined): 'rowtime' | 'proctime' | undefined {
  return type !== undefined && 'timeAttribute' in type ? type.timeAttribute : undefined;
}

/** A schema whose columns are mere timestamps: what regular joins and aggregates leave. */
export function materialised(schema: Schema): Schema {
  return schema.map((f) => ({ name: f.name, type: withoutTimeAttribute(f.type) }));
}

/**
 * Output columns of a projection over `input`. Plain references keep their time attribute, PROCTIME()
 * makes one, everything else loses it. Flink: `RelTimeIndicatorConverter`.
 */
export function projectedSchema(input: Schema, exprs: readonly BoundExpr[], names: readonly string[]): Schema {
  return exprs.map((expr, i): Field => ({ name: names[i] ?? `f${i}`, type: projectedType(input, expr) }));
}

function projectedType(input: Schema, expr: BoundExpr): LogicalType {
  if (expr.kind === 'input') {
    const attribute = timeAttributeOf(input[expr.index]?.type);
    const plain = withoutTimeAttribute(expr.type);
    return attribute === undefined || !('precision' in plain)
      ? plain
      : ({ ...plain, timeAttribute: attribute } as LogicalType);
  }
  if (expr.kind === 'call' && expr.fn.name === 'PROCTIME') return expr.type;
  return withoutTimeAttribute(expr.type);
}

/** Where input columns are in a projection's output (first occurrence). */
export function outputPositions(exprs: readonly BoundExpr[]): ReadonlyMap<number, number> {
  const at = new Map<number, number>();
  for (const [i, expr] of exprs.entries()) {
    const column = referredColumn(expr);
    if (column !== undefined && !at.has(column)) at.set(column, i);
  }
  return at;
}

/** The column that an expression hands on unchanged; a cast that only changes the declared type counts. */
function referredColumn(expr: BoundExpr): number | undefined {
  if (expr.kind === 'input') return expr.index;
  if (expr.kind === 'cast' && expr.operand.kind === 'input' && isLossless(expr.operand.type, expr.type))
    return expr.operand.index;
  return undefined;
}

const WHOLE: readonly LogicalType['kind'][] = ['TINYINT', 'SMALLINT', 'INT', 'BIGINT'];

/** Casts that keep different values different, so that keys stay keys. Flink: `FlinkRelMdUniqueKeys.isFidelityCast`. */
function isLossless(from: LogicalType, to: LogicalType): boolean {
  if (WHOLE.includes(from.kind) && WHOLE.includes(to.kind)) return WHOLE.indexOf(from.kind) <= WHOLE.indexOf(to.kind);
  if ('length' in from && to.kind === 'VARCHAR') return from.length <= to.length;
  return from.kind === to.kind && !('precision' in from);
}

/** Keys of the input in terms of the output; a key that loses a column is lost. */
export function projectedKeys(keys: readonly Columns[], exprs: readonly BoundExpr[]): readonly Columns[] {
  const at = outputPositions(exprs);
  return keys.flatMap((key) => {
    const mapped = key.map((c) => at.get(c));
    return mapped.every((c): c is number => c !== undefined) ? [mapped] : [];
  });
}

/** Window columns in terms of the output; nothing is left once both window_start and window_end are gone. */
export function projectedWindow(
  window: WindowProperties | undefined,
  exprs: readonly BoundExpr[],
): WindowProperties | undefined {
  if (window === undefined) return undefined;
  const at = outputPositions(exprs);
  const move = (c: number | undefined): number | undefined => (c === undefined ? undefined : at.get(c));
  const moved = { ...window, start: move(window.start), end: move(window.end), time: move(window.time) };
  return moved.start === undefined && moved.end === undefined && moved.time === undefined ? undefined : moved;
}

/** Monotonicity of a projection's columns. */
export function projectedMonotonicity(
  input: readonly Monotonicity[] | undefined,
  exprs: readonly BoundExpr[],
): readonly Monotonicity[] | undefined {
  if (input === undefined) return undefined;
  return exprs.map((e): Monotonicity => {
    if (e.kind === 'literal') return 'constant';
    const column = referredColumn(e);
    return column === undefined ? 'unknown' : (input[column] ?? 'unknown');
  });
}

/** A draft with the canvas node of its relation noted on it. */
export function withNode(draft: Draft, nodeId: string | undefined): Draft {
  return nodeId === undefined || draft.nodeIds.includes(nodeId)
    ? draft
    : { ...draft, nodeIds: [...draft.nodeIds, nodeId] };
}

/** Names of columns for EXPLAIN. */
export function columnNames(schema: Schema, columns: Columns): string {
  return columns.map((c) => schema[c]?.name ?? `$${c}`).join(', ');
}

/** `GroupAggregate(groupBy=[k], select=[…])`, as messages name a node. */
export function describe(draft: Draft): string {
  return `${draft.name}(${draft.rule.explain(draft)})`;
}
