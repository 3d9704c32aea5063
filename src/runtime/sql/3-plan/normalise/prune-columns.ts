/**
 * Drops columns and aggregate calls that nothing above reads. It is more than thrift: an aggregate
 * whose SUM nobody reads sends no update when only the SUM moves. Flink: `RelFieldTrimmer`,
 * `ProjectPushDown` rules, `FlinkAggregateProjectMergeRule`.
 */
import type { BoundExpr } from '../../2-bind/bound-expr.ts';
import type { BoundTable } from '../../2-bind/catalog.ts';
import { inputRef, inputsOf, mapInputs } from '../../2-bind/expr-tools.ts';
import type { Rel, RelOf } from '../../2-bind/rel.ts';
import { relInputs } from '../../2-bind/rel-tools.ts';
import { pruneCorrelate, pruneJoin, pruneTemporal } from './prune-joins.ts';

/** Columns that the scans of a plan read, by table: all scans of one table share one source. */
export type ScanColumns = Map<BoundTable, Set<string>>;

/** How to prune. */
export interface PruneOptions {
  /** Filled by a first pass and respected by the second. */
  readonly scans: ScanColumns;
  /** Nodes on the canvas keep all their columns where that changes no row, so that their rows can be shown whole. */
  readonly taps: boolean;
  /** Columns that are read above each watermark; filled and respected as `scans` are. */
  readonly watermarks: Map<Rel, Set<number>>;
  /** Results of this pass by relation and needed columns. */
  readonly memo: WeakMap<Rel, Map<string, PrunedRel>>;
}

/** A pruned relation and where its former columns are now (absent: dropped). */
export interface PrunedRel {
  readonly rel: Rel;
  readonly at: ReadonlyMap<number, number>;
}

/** Prunes a whole tree; the output columns of `rel` stay as they are. */
export function pruneColumns(rel: Rel, options: PruneOptions): Rel {
  const pruned = exactly(rel, allOf(rel), options);
  return pruned.rel;
}

function allOf(rel: Rel): Set<number> {
  return new Set(rel.schema.keys());
}

/** PrunedRel to exactly the needed columns in their order. */
export function exactly(rel: Rel, needed: ReadonlySet<number>, options: PruneOptions): PrunedRel {
  const pruned = prune(rel, needed, options);
  const columns = [...needed].sort((a, b) => a - b);
  const positions = columns.map((c) => pruned.at.get(c) ?? 0);
  if (pruned.rel.schema.length === columns.length && positions.every((p, i) => p === i)) return pruned;
  const exprs = positions.map((p, i) =>
    inputRef(p, pruned.rel.schema[p]?.type ?? rel.schema[columns[i] ?? 0]?.type ?? { kind: 'ERROR', nullable: true }),
  );
  const schema = columns.map((c, i) => ({
    name: rel.schema[c]?.name ?? '',
    type: exprs[i]?.type ?? { kind: 'ERROR' as const, nullable: true },
  }));
  return {
    rel: { kind: 'project', input: pruned.rel, exprs, schema },
    at: new Map(columns.map((c, i) => [c, i] as const)),
  };
}

/** Which rows they give does not hang on which of their columns are read. */
const INDIFFERENT = new Set<Rel['kind']>([
  'scan',
  'project',
  'filter',
  'watermark',
  'values',
  'set-operation',
  'process-function',
]);

function isIndifferent(rel: Rel): boolean {
  return INDIFFERENT.has(rel.kind) && relInputs(rel).every(isIndifferent);
}

/** Moves references of an expression along with its columns. */
export function moved(expr: BoundExpr, at: ReadonlyMap<number, number>, shift = 0): BoundExpr {
  return mapInputs(expr, (ref) => ({ ...ref, index: (at.get(ref.index - shift) ?? 0) + shift }));
}

function columnAt(at: ReadonlyMap<number, number>, column: number): number {
  return at.get(column) ?? 0;
}

function identity(rel: Rel): ReadonlyMap<number, number> {
  return new Map(rel.schema.map((_, i) => [i, i] as const));
}

/** Pruned to at least the needed columns. */
export function prune(rel: Rel, wanted: ReadonlySet<number>, options: PruneOptions): PrunedRel {
  const known = options.memo.get(rel) ?? new Map<string, PrunedRel>();
  options.memo.set(rel, known);
  const key = [...wanted].sort((a, b) => a - b).join(',');
  const found = known.get(key);
  if (found !== undefined) return found;
  const made = pruneHere(rel, wanted, options);
  known.set(key, made);
  return made;
}

function pruneHere(rel: Rel, wanted: ReadonlySet<number>, options: PruneOptions): PrunedRel {
  const needed = options.taps && rel.nodeId !== undefined && isIndifferent(rel) ? allOf(rel) : wanted;
  switch (rel.kind) {
    case 'scan':
      return pruneScan(rel, needed, options);
    case 'values': {
      const columns = [...needed].sort((a, b) => a - b);
      const pick = <T>(row: readonly T[]): T[] => columns.flatMap((c) => row[c] ?? []);
      return {
        rel: { ...rel, rows: rel.rows.map(pick), schema: pick(rel.schema) },
        at: new Map(columns.map((c, i) => [c, i] as const)),
      };
    }
    case 'project': {
      const columns = [...needed].sort((a, b) => a - b);
      const kept = columns.flatMap((c) => rel.exprs[c] ?? []);
      const below = new Set<number>();
      for (const expr of kept) inputsOf(expr, below);
      const input = prune(withoutUnreadOver(rel.input, below, options), below, options);
      return {
        rel: {
          ...rel,
          input: input.rel,
          exprs: kept.map((e) => moved(e, input.at)),
          schema: columns.flatMap((c) => rel.schema[c] ?? []),
        },
        at: new Map(columns.map((c, i) => [c, i] as const)),
      };
    }
    case 'filter': {
      const input = prune(rel.input, inputsOf(rel.condition, new Set(needed)), options);
      return {
        rel: { ...rel, input: input.rel, condition: moved(rel.condition, input.at), schema: input.rel.schema },
        at: input.at,
      };
    }
    case 'watermark': {
      // All readers of a table share its watermark too.
      const shared = options.watermarks.get(rel) ?? new Set<number>();
      options.watermarks.set(rel, shared);
      for (const column of needed) shared.add(column);
      const input = prune(rel.input, inputsOf(rel.expr, new Set([...shared, rel.column])), options);
      const column = columnAt(input.at, rel.column);
      const schema = input.rel.schema.map((f, i) => (i === column ? (rel.schema[rel.column] ?? f) : f));
      return { rel: { ...rel, input: input.rel, column, expr: moved(rel.expr, input.at), schema }, at: input.at };
    }
    case 'aggregate':
      return pruneAggregate(rel, needed, options);
    case 'expand':
      return pruneExpand(rel, needed, options);
    case 'window-tvf':
      return pruneWindow(rel, needed, options);
    case 'join':
      return pruneJoin(rel, needed, options);
    case 'temporal-join':
      return pruneTemporal(rel, needed, options);
    case 'correlate':
      return pruneCorrelate(rel, needed, options);
    case 'set-operation': {
      const inputs = rel.inputs.map((i) => exactly(i, needed, options));
      const columns = [...needed].sort((a, b) => a - b);
      return {
        rel: { ...rel, inputs: inputs.map((i) => i.rel), schema: columns.flatMap((c) => rel.schema[c] ?? []) },
        at: new Map(columns.map((c, i) => [c, i] as const)),
      };
    }
    case 'sort': {
      const input = prune(rel.input, new Set([...needed, ...rel.collations.map((c) => c.index)]), options);
      const collations = rel.collations.map((c) => ({ ...c, index: columnAt(input.at, c.index) }));
      return { rel: { ...rel, input: input.rel, collations, schema: input.rel.schema }, at: input.at };
    }
    case 'over':
      return pruneOver(rel, needed, options);
    case 'rank':
      return pruneRank(rel, needed, options);
    case 'changelog-normalize': {
      const below = new Set([...needed, ...rel.keys]);
      if (rel.condition !== undefined) inputsOf(rel.condition, below);
      const input = exactly(rel.input, below, options);
      const condition = rel.condition === undefined ? {} : { condition: moved(rel.condition, input.at) };
      return {
        rel: {
          ...rel,
          ...condition,
          input: input.rel,
          keys: rel.keys.map((k) => columnAt(input.at, k)),
          schema: input.rel.schema,
        },
        at: input.at,
      };
    }
    case 'match': {
      const input = exactly(rel.input, allOf(rel.input), options);
      return { rel: { ...rel, input: input.rel }, at: identity(rel) };
    }
    case 'process-function':
      return pruneProcess(rel, options);
    case 'unnest':
    case 'table-function':
      return { rel, at: identity(rel) };
  }
}

/** OVER calls that a projection right above reads none of are not made. Flink: merges the two projections. */
function withoutUnreadOver(rel: Rel, needed: ReadonlySet<number>, { taps }: PruneOptions): Rel {
  if (rel.kind !== 'over' || (taps && rel.nodeId !== undefined)) return rel;
  const width = rel.input.schema.length;
  return [...needed].every((column) => column < width) ? rel.input : rel;
}

/** A function sees the columns that it declares, or all. */
function pruneProcess(rel: RelOf<'process-function'>, options: PruneOptions): PrunedRel {
  const { columns, partitionBy, orderBy, onTime } = rel.call;
  const below = new Set([...columns.map((c) => c.index), ...partitionBy, ...orderBy.map((o) => o.index)]);
  if (onTime !== null) below.add(onTime);
  const input = exactly(rel.input, below, options);
  const column = (c: number): number => columnAt(input.at, c);
  const call = {
    ...rel.call,
    columns: columns.map((c) => ({ ...c, index: column(c.index) })),
    partitionBy: partitionBy.map(column),
    orderBy: orderBy.map((o) => ({ ...o, index: column(o.index) })),
    onTime: onTime === null ? null : column(onTime),
  };
  return { rel: { ...rel, input: input.rel, call }, at: identity(rel) };
}

function pruneScan(rel: RelOf<'scan'>, needed: ReadonlySet<number>, options: PruneOptions): PrunedRel {
  const known = options.scans.get(rel.table) ?? new Set<string>();
  options.scans.set(rel.table, known);
  for (const column of needed) known.add(rel.schema[column]?.name ?? '');
  const columns = rel.schema.flatMap((f, i) => (known.has(f.name) ? [i] : []));
  return {
    rel: { ...rel, schema: columns.flatMap((c) => rel.schema[c] ?? []) },
    at: new Map(columns.map((c, i) => [c, i] as const)),
  };
}

function pruneAggregate(rel: RelOf<'aggregate'>, needed: ReadonlySet<number>, options: PruneOptions): PrunedRel {
  const keyCount = rel.keys.length;
  let kept = rel.calls.flatMap((call, i) => (needed.has(keyCount + i) ? [{ call, from: keyCount + i }] : []));
  const [first] = rel.calls;
  // A row per group must come out even when only its existence counts.
  if (kept.length === 0 && keyCount === 0 && first !== undefined) kept = [{ call: first, from: 0 }];
  const properties = rel.windowProperties ?? [];
  const keptProperties = properties.flatMap((property, i) => {
    const from = keyCount + rel.calls.length + i;
    return needed.has(from) ? [{ property, from }] : [];
  });
  const below = new Set<number>(rel.keys);
  for (const { call } of kept) {
    for (const arg of call.args) below.add(arg);
    if (call.filter !== undefined) below.add(call.filter);
  }
  if (rel.groupWindow !== undefined) below.add(rel.groupWindow.time.index);
  const input = exactly(rel.input, below, options);
  const column = (c: number): number => columnAt(input.at, c);
  const calls = kept.map(({ call }) => ({
    ...call,
    args: call.args.map(column),
    ...(call.filter === undefined ? {} : { filter: column(call.filter) }),
  }));
  const order = [...rel.keys.keys(), ...kept.map((k) => k.from), ...keptProperties.map((p) => p.from)];
  const window =
    rel.groupWindow === undefined
      ? {}
      : {
          groupWindow: {
            ...rel.groupWindow,
            time: { ...rel.groupWindow.time, index: column(rel.groupWindow.time.index) },
          },
          windowProperties: keptProperties.map((p) => p.property),
        };
  return {
    rel: {
      ...rel,
      ...window,
      input: input.rel,
      keys: rel.keys.map(column),
      calls,
      schema: order.flatMap((c) => rel.schema[c] ?? []),
    },
    at: new Map(order.map((c, i) => [c, i] as const)),
  };
}

function pruneExpand(rel: RelOf<'expand'>, needed: ReadonlySet<number>, options: PruneOptions): PrunedRel {
  // The last column tells the grouping sets apart and is a key above.
  const columns = [...new Set([...needed, rel.schema.length - 1])].sort((a, b) => a - b);
  const below = new Set<number>();
  for (const row of rel.projections) for (const c of columns) if (row[c] !== undefined) inputsOf(row[c], below);
  const input = prune(rel.input, below, options);
  const projections = rel.projections.map((row) =>
    columns.flatMap((c) => (row[c] === undefined ? [] : [moved(row[c], input.at)])),
  );
  return {
    rel: { ...rel, input: input.rel, projections, schema: columns.flatMap((c) => rel.schema[c] ?? []) },
    at: new Map(columns.map((c, i) => [c, i] as const)),
  };
}

function pruneWindow(rel: RelOf<'window-tvf'>, needed: ReadonlySet<number>, options: PruneOptions): PrunedRel {
  const width = rel.input.schema.length;
  const partition = rel.window.kind === 'session' ? rel.window.partitionKeys : [];
  const below = new Set([...[...needed].filter((c) => c < width), rel.time.index, ...partition]);
  const input = prune(rel.input, below, options);
  const newWidth = input.rel.schema.length;
  const window =
    rel.window.kind === 'session'
      ? { ...rel.window, partitionKeys: partition.map((k) => columnAt(input.at, k)) }
      : rel.window;
  const at = new Map(input.at);
  for (let i = 0; i < 3; i += 1) at.set(width + i, newWidth + i);
  return {
    rel: {
      ...rel,
      input: input.rel,
      window,
      time: { ...rel.time, index: columnAt(input.at, rel.time.index) },
      schema: [...input.rel.schema, ...rel.schema.slice(width)],
    },
    at,
  };
}

function pruneOver(rel: RelOf<'over'>, needed: ReadonlySet<number>, options: PruneOptions): PrunedRel {
  const width = rel.input.schema.length;
  const below = new Set([...needed].filter((c) => c < width));
  for (const group of rel.groups) {
    for (const k of group.partitionBy) below.add(k);
    for (const o of group.orderBy) below.add(o.index);
    for (const call of group.calls) {
      for (const a of call.args) below.add(a);
      if (call.filter !== undefined) below.add(call.filter);
    }
  }
  const input = exactly(rel.input, below, options);
  const column = (c: number): number => columnAt(input.at, c);
  const groups = rel.groups.map((g) => ({
    ...g,
    partitionBy: g.partitionBy.map(column),
    orderBy: g.orderBy.map((o) => ({ ...o, index: column(o.index) })),
    calls: g.calls.map((c) => ({
      ...c,
      args: c.args.map(column),
      ...(c.filter === undefined ? {} : { filter: column(c.filter) }),
    })),
  }));
  const newWidth = input.rel.schema.length;
  const at = new Map(input.at);
  for (let i = width; i < rel.schema.length; i += 1) at.set(i, i - width + newWidth);
  return { rel: { ...rel, input: input.rel, groups, schema: [...input.rel.schema, ...rel.schema.slice(width)] }, at };
}

function pruneRank(rel: RelOf<'rank'>, needed: ReadonlySet<number>, options: PruneOptions): PrunedRel {
  const width = rel.input.schema.length;
  const outputRank = rel.outputRank && needed.has(width);
  const below = new Set([
    ...[...needed].filter((c) => c < width),
    ...rel.partitionBy,
    ...rel.orderBy.map((o) => o.index),
    ...(rel.endColumn === undefined ? [] : [rel.endColumn]),
  ]);
  const input = exactly(rel.input, below, options);
  const column = (c: number): number => columnAt(input.at, c);
  const at = new Map(input.at);
  if (outputRank) at.set(width, input.rel.schema.length);
  return {
    rel: {
      ...rel,
      input: input.rel,
      partitionBy: rel.partitionBy.map(column),
      orderBy: rel.orderBy.map((o) => ({ ...o, index: column(o.index) })),
      ...(rel.endColumn === undefined ? {} : { endColumn: column(rel.endColumn) }),
      outputRank,
      schema: outputRank ? [...input.rel.schema, ...rel.schema.slice(width)] : input.rel.schema,
    },
    at,
  };
}
