/**
 * Pure rewrites of a bound query into the form that operators recognise, in Flink's order:
 *
 *   sub-queries → joins · set operations → joins and aggregates ·
 *   sources that need it get a ChangelogNormalize · filters down · Top-N recognised · unread columns dropped
 */
import type { ConnectorCatalog } from '../../2-bind/context.ts';
import { conjunction, conjuncts, inputsOf } from '../../2-bind/expr-tools.ts';
import type { Rel } from '../../2-bind/rel.ts';
import { filterOf, mapRelInputs } from '../../2-bind/rel-tools.ts';
import { pathSummary, type Session } from '../../2-bind/session.ts';
import { type PlanReport, planProblems } from '../messages.ts';
import type { PassMemo } from './pass-memo.ts';
import { type PruneOptions, pruneColumns } from './prune-columns.ts';
import { pruneEmpty } from './prune-empty.ts';
import { NotDecorrelated } from './pull-correlated.ts';
import { pushFilters } from './push-filters.ts';
import { recogniseRanks } from './rank.ts';
import { removeSubqueries } from './remove-subqueries.ts';
import { rewriteSetOperation } from './set-operations.ts';

/** What normalisation must know. */
export interface NormaliseContext {
  readonly session: Session;
  readonly connectors: ConnectorCatalog;
  readonly taps: boolean;
  readonly report: PlanReport;
  readonly memo: PassMemo;
}

/** All rewrites but pruning; `undefined` (reported) when the query cannot be planned. */
export function normalise(rel: Rel, cx: NormaliseContext): Rel | undefined {
  try {
    const { memo, taps } = cx;
    let out = removeSubqueries(rel, memo);
    out = rewriteSets(out, memo);
    out = normaliseSources(out, cx);
    out = pushFilters(out, { taps, memo });
    out = pruneEmpty(out, memo);
    out = pushIntoNormalize(out, memo);
    // In batch mode all rows of a partition are there: ROW_NUMBER is an OVER call like others.
    return cx.session.batch ? out : recogniseRanks(out, memo);
  } catch (error) {
    if (!(error instanceof NotDecorrelated)) throw error;
    cx.report(planProblems.subquery(), rel.span);
    return undefined;
  }
}

/** Drops unread columns of all queries of a plan; scans of one table read the same columns everywhere. */
export function pruneAll(rels: readonly Rel[], taps: boolean): readonly Rel[] {
  const scans: PruneOptions['scans'] = new Map();
  const watermarks: PruneOptions['watermarks'] = new Map();
  const first: PruneOptions = { scans, watermarks, taps, memo: new WeakMap() };
  for (const rel of rels) pruneColumns(rel, first);
  const second: PruneOptions = { scans, watermarks, taps, memo: new WeakMap() };
  return rels.map((rel) => pruneColumns(rel, second));
}

function rewriteSets(rel: Rel, memo: PassMemo): Rel {
  return memo.of('sets', rel, (r) => {
    const inside = mapRelInputs(r, (input) => rewriteSets(input, memo));
    return inside.kind === 'set-operation' ? rewriteSetOperation(inside) : inside;
  });
}

/**
 * A source of upserts, or (on demand) of duplicated change events, is turned into a regular changelog
 * after its watermark. Flink: `StreamPhysicalChangelogNormalize` and its transpose rules.
 */
function normaliseSources(rel: Rel, cx: NormaliseContext): Rel {
  return cx.memo.of('sources', rel, (r) => normaliseSource(r, cx));
}

function normaliseSource(rel: Rel, cx: NormaliseContext): Rel {
  const table = sourceTable(rel);
  if (table === undefined) return mapRelInputs(rel, (input) => normaliseSources(input, cx));
  const mode = cx.connectors.sourceChangelog(table);
  const duplicates = mode === 'all' && cx.session.flag('table.exec.source.cdc-events-duplicate');
  if (mode !== 'upsert' && !duplicates) return rel;
  if (table.primaryKey.length === 0) {
    cx.report(planProblems.cdcNeedsKey(pathSummary(table.path)), rel.span);
    return rel;
  }
  const names = table.primaryKey.map((k) => table.schema[k]?.name);
  const keys = names.map((n) => rel.schema.findIndex((f) => f.name === n));
  return {
    kind: 'changelog-normalize',
    input: { ...rel, nodeId: undefined } as Rel,
    keys,
    schema: rel.schema,
    ...(rel.nodeId === undefined ? {} : { nodeId: rel.nodeId }),
  };
}

/** The table that a chain of scan, computed columns and watermark reads. */
function sourceTable(rel: Rel) {
  let at = rel;
  if (at.kind === 'watermark') at = at.input;
  if (at.kind === 'project' && at.input.kind === 'scan' && at.schema.length >= at.input.table.schema.length)
    at = at.input;
  return at.kind === 'scan' ? at.table : undefined;
}

/** Filters on the key go below, the others into the operator, so that its state holds matching rows only. */
function pushIntoNormalize(rel: Rel, memo: PassMemo): Rel {
  return memo.of('normalize', rel, (r) => pushIntoOne(r, memo));
}

function pushIntoOne(rel: Rel, memo: PassMemo): Rel {
  const inside = mapRelInputs(rel, (input) => pushIntoNormalize(input, memo));
  if (inside.kind !== 'filter' || inside.input.kind !== 'changelog-normalize' || inside.input.nodeId !== undefined)
    return inside;
  const node = inside.input;
  const all = conjuncts(inside.condition);
  const onKey = all.filter((c) => [...inputsOf(c)].every((i) => node.keys.includes(i)));
  const others = all.filter((c) => !onKey.includes(c));
  const input = onKey.length === 0 ? node.input : filterOf(node.input, conjunction(onKey));
  return {
    ...node,
    input,
    ...(others.length === 0
      ? {}
      : { condition: conjunction([...(node.condition === undefined ? [] : [node.condition]), ...others]) }),
  };
}
