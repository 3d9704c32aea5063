/**
 * Takes out what can have no rows. It shows: COUNT(*) over nothing is a constant row 0, while over a
 * stream that happens to be empty it is no row at all. Flink: `PruneEmptyRules`, `AggregateValuesRule`.
 */
import { withNullable } from '../../../data/type-rules.ts';
import type { Value } from '../../../data/value.ts';
import type { BoundExpr } from '../../2-bind/bound-expr.ts';
import { conjuncts, inputRef, literal } from '../../2-bind/expr-tools.ts';
import type { Rel, RelOf } from '../../2-bind/rel.ts';
import { mapRelInputs, namesOf, projectOf, relInputs } from '../../2-bind/rel-tools.ts';
import type { PassMemo } from './pass-memo.ts';

/** Aggregates whose result over no rows is known. */
const NULL_OF_NOTHING = new Set(['SUM', 'MIN', 'MAX', 'AVG']);

/** Prunes a tree. */
export function pruneEmpty(rel: Rel, memo: PassMemo): Rel {
  return memo.of('empty', rel, (r) => prune(mapRelInputs(r, (input) => pruneEmpty(input, memo))));
}

function isEmpty(rel: Rel): boolean {
  return rel.kind === 'values' && rel.rows.length === 0 && rel.schema.every((f) => f.type.kind !== 'ERROR');
}

function empty(rel: Rel): Rel {
  return { kind: 'values', rows: [], schema: rel.schema, ...(rel.nodeId === undefined ? {} : { nodeId: rel.nodeId }) };
}

function prune(rel: Rel): Rel {
  switch (rel.kind) {
    case 'filter':
      return isEmpty(rel.input) || conjuncts(rel.condition).some(neverTrue) ? empty(rel) : rel;
    case 'project':
    case 'sort':
    case 'rank':
    case 'over':
    case 'expand':
    case 'watermark':
    case 'window-tvf':
    case 'correlate':
    case 'temporal-join':
      return relInputs(rel)[0] !== undefined && isEmpty(relInputs(rel)[0] as Rel) ? empty(rel) : rel;
    case 'aggregate':
      return isEmpty(rel.input) ? aggregateOfNothing(rel) : rel;
    case 'join':
      return pruneJoin(rel);
    case 'set-operation': {
      const inputs = rel.inputs.filter((i) => !isEmpty(i));
      return inputs.length === 0
        ? empty(rel)
        : inputs.length === rel.inputs.length || inputs.length === 1
          ? rel
          : { ...rel, inputs };
    }
    default:
      return rel;
  }
}

function aggregateOfNothing(rel: RelOf<'aggregate'>): Rel {
  if (rel.keys.length > 0 || rel.groupWindow !== undefined) return empty(rel);
  if (!rel.calls.every((c) => c.fn.name === 'COUNT' || NULL_OF_NOTHING.has(c.fn.name))) return rel;
  const row = rel.calls.map((c): BoundExpr => literal(c.fn.name === 'COUNT' ? 0 : null, c.type));
  return { ...(empty(rel) as RelOf<'values'>), rows: [row] };
}

function pruneJoin(rel: RelOf<'join'>): Rel {
  const [left, right] = [isEmpty(rel.left), isEmpty(rel.right)];
  if (!left && !right) return rel;
  switch (rel.type) {
    case 'inner':
    case 'semi':
      return empty(rel);
    case 'left':
      return left ? empty(rel) : padded(rel, 'right');
    case 'right':
      return right ? empty(rel) : padded(rel, 'left');
    case 'full':
      return left && right ? empty(rel) : padded(rel, left ? 'left' : 'right');
    case 'anti':
      return left
        ? empty(rel)
        : projectOf(
            rel.left,
            rel.left.schema.map((f, i) => inputRef(i, f.type)),
            namesOf(rel.schema),
          );
  }
}

/** The rows of one side, NULL in place of the other. */
function padded(rel: RelOf<'join'>, missing: 'left' | 'right'): Rel {
  const width = rel.left.schema.length;
  const kept = missing === 'left' ? rel.right : rel.left;
  const exprs = rel.schema.map((f, i): BoundExpr => {
    const absent = missing === 'left' ? i < width : i >= width;
    if (absent) return literal(null, withNullable(f.type, true));
    return inputRef(missing === 'left' ? i - width : i, f.type);
  });
  return projectOf(kept, exprs, namesOf(rel.schema));
}

/** Whether a condition is FALSE or UNKNOWN whatever the row. */
function neverTrue(condition: BoundExpr): boolean {
  const value = constantOf(condition);
  return value === false || value === null;
}

/** The truth of a comparison of constants; `undefined` when it is none. */
function constantOf(e: BoundExpr): Value | undefined {
  if (e.kind === 'literal') return e.value;
  if (e.kind !== 'call' || e.args.length !== 2) return undefined;
  const [a, b] = e.args.map((arg) =>
    arg.kind === 'literal' && arg.type.kind === e.args[0]?.type.kind ? arg.value : undefined,
  );
  if (a === null || b === null) return e.fn.nulls === 'strict' ? null : undefined;
  if (typeof a !== 'number' || typeof b !== 'number' || e.args.some((arg) => arg.type.kind === 'DECIMAL')) {
    return typeof a === 'string' && typeof b === 'string' && e.fn.name === '=' ? a === b : undefined;
  }
  switch (e.fn.name) {
    case '=':
      return a === b;
    case '<>':
      return a !== b;
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
    default:
      return undefined;
  }
}
