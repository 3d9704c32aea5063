/**
 * Recognises Top-N and deduplication: ROW_NUMBER() OVER (…) with a bound on it in a filter right above.
 * Flink: `FlinkLogicalRankRule`, `RankUtil.extractRankRange`, `RankNumberColumnRemoveRule`.
 */
import type { BoundExpr } from '../../2-bind/bound-expr.ts';
import { conjunction, conjuncts, literal } from '../../2-bind/expr-tools.ts';
import type { Rel, RelOf } from '../../2-bind/rel.ts';
import { allRefs, filterOf, mapRelInputs, namesOf, projectOf } from '../../2-bind/rel-tools.ts';
import type { PassMemo } from './pass-memo.ts';

const RANK_FUNCTIONS = new Set(['ROW_NUMBER', 'RANK', 'DENSE_RANK']);

/** Replaces filters on row numbers by ranks, everywhere in the tree. */
export function recogniseRanks(rel: Rel, memo: PassMemo): Rel {
  return memo.of('ranks', rel, (r) => recognise(r, memo));
}

function recognise(rel: Rel, memo: PassMemo): Rel {
  const inside = mapRelInputs(rel, (input) => recogniseRanks(input, memo));
  if (inside.kind !== 'filter' || inside.input.kind !== 'over') return inside;
  return rankOf(inside, inside.input) ?? inside;
}

interface Range {
  start: number;
  end: number | undefined;
  endColumn: number | undefined;
}

function rankOf(filter: RelOf<'filter'>, over: RelOf<'over'>): Rel | undefined {
  const [group, ...others] = over.groups;
  const call = group?.calls[0];
  if (group === undefined || others.length > 0 || call === undefined || group.calls.length > 1) return undefined;
  if (!RANK_FUNCTIONS.has(call.fn.name) || group.orderBy.length === 0) return undefined;
  const rankColumn = over.input.schema.length;
  const range: Range = { start: 1, end: undefined, endColumn: undefined };
  const rest = conjuncts(filter.condition).filter((c) => !takeBound(c, rankColumn, range));
  if (range.end === undefined && range.endColumn === undefined) return undefined;
  const end = range.end ?? Number.MAX_SAFE_INTEGER;
  // One fixed rank needs no column: it is a constant above.
  const constant = range.endColumn === undefined && range.start === end;
  const numberType = over.schema[rankColumn]?.type ?? call.type;
  const rank: Rel = {
    kind: 'rank',
    input: over.input,
    fn: call.fn.name,
    partitionBy: group.partitionBy,
    orderBy: group.orderBy,
    start: range.start,
    end,
    ...(range.endColumn === undefined ? {} : { endColumn: range.endColumn }),
    outputRank: !constant,
    schema: constant ? over.input.schema : over.schema,
    span: over.span ?? filter.span,
  };
  const whole = constant
    ? projectOf(rank, [...allRefs(rank.schema), literal(end, numberType)], namesOf(over.schema))
    : rank;
  return rest.length === 0 ? whole : filterOf(whole, conjunction(rest), filter.span);
}

const MIRRORED: Readonly<Record<string, string>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=', '=': '=' };

/** Takes a bound on the rank column into `range`; FALSE when the condition is something else. */
function takeBound(condition: BoundExpr, rankColumn: number, range: Range): boolean {
  if (condition.kind !== 'call') return false;
  const [a, b] = condition.args.map(withoutWidening);
  if (a === undefined || b === undefined) return false;
  const direct = a.kind === 'input' && a.index === rankColumn;
  const other = direct ? b : a;
  const rank = direct ? a : b;
  if (rank.kind !== 'input' || rank.index !== rankColumn) return false;
  const operator = direct ? condition.fn.name : MIRRORED[condition.fn.name];
  if (other.kind === 'input' && other.index < rankColumn && operator === '<=' && range.endColumn === undefined) {
    range.endColumn = other.index;
    return true;
  }
  if (other.kind !== 'literal' || typeof other.value !== 'number') return false;
  const value = other.value;
  const lower = (n: number): void => {
    range.start = Math.max(range.start, n);
  };
  const upper = (n: number): void => {
    range.end = Math.min(range.end ?? n, n);
  };
  switch (operator) {
    case '<':
      upper(Math.ceil(value) - 1);
      return true;
    case '<=':
      upper(Math.floor(value));
      return true;
    case '>':
      lower(Math.floor(value) + 1);
      return true;
    case '>=':
      lower(Math.ceil(value));
      return true;
    case '=':
      lower(value);
      upper(value);
      return true;
    default:
      return false;
  }
}

/** An implicit cast between whole numbers does not change which rows a bound keeps. */
function withoutWidening(expr: BoundExpr): BoundExpr {
  if (expr.kind !== 'cast' || !expr.implicit) return expr;
  const whole = ['TINYINT', 'SMALLINT', 'INT', 'BIGINT'];
  return whole.includes(expr.type.kind) && whole.includes(expr.operand.type.kind) ? expr.operand : expr;
}
