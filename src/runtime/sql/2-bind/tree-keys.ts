/**
 * Texts that are equal exactly when two expressions, calls or relations are equal. They are how
 * GROUP BY finds its keys in the select list and how planning finds sub-plans to share.
 */
import { unreachable } from '../../base/assert.ts';
import type { LogicalType } from '../../data/logical-type.ts';
import { MapValue, NanoTimestamp, type Value } from '../../data/value.ts';
import type { AggregateCall, BoundExpr } from './bound-expr.ts';
import type { Rel } from './rel.ts';
import { relInputs } from './rel-tools.ts';

/** A text that is equal for equal expressions. Spans do not count. */
export function exprKey(expr: BoundExpr): string {
  switch (expr.kind) {
    case 'input':
      return `$${expr.index}`;
    case 'literal':
      return `${valueKey(expr.value)}:${typeKey(expr.type)}`;
    case 'symbol':
      return `#${expr.symbol}`;
    case 'call':
      return `${expr.fn.name}(${expr.args.map(exprKey).join(',')}):${typeKey(expr.type)}`;
    case 'and':
    case 'or':
      return `${expr.kind}(${expr.operands.map(exprKey).join(',')})`;
    case 'case':
      return `case(${expr.branches.map((b) => `${exprKey(b.when)}?${exprKey(b.then)}`).join(',')},${exprKey(expr.otherwise)}):${typeKey(expr.type)}`;
    case 'cast':
      return `${expr.safe ? 'try' : ''}cast(${exprKey(expr.operand)}):${typeKey(expr.type)}`;
    case 'field':
      return `${exprKey(expr.operand)}.${expr.index}`;
    case 'correlated':
      return `^${expr.depth}.${expr.index}`;
    case 'scalar-subquery':
    case 'exists':
      return `${expr.kind}(${relKey(expr.rel)})`;
    case 'in-subquery':
      return `in(${expr.operands.map(exprKey).join(',')};${relKey(expr.rel)})`;
    case 'pattern-ref':
      return `${expr.from}(${expr.variable}.${expr.index},${expr.offset})`;
    case 'pattern-aggregate':
      return `${expr.variable}.${expr.call.fn.name}(${expr.args.map(exprKey).join(',')})${expr.call.distinct ? 'd' : ''}`;
    default:
      return unreachable(expr);
  }
}

const TYPE_KEYS = new WeakMap<LogicalType, string>();

/** A text that is equal for equal types, nullability and time attribute included. */
export function typeKey(type: LogicalType): string {
  let key = TYPE_KEYS.get(type);
  if (key === undefined) {
    key = JSON.stringify(type);
    TYPE_KEYS.set(type, key);
  }
  return key;
}

/** A text that is equal for equal values of one type. */
export function valueKey(value: Value | undefined): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (typeof value === 'boolean') return String(value);
  if (value instanceof Uint8Array) return `x'${Array.from(value).join(' ')}'`;
  if (value instanceof NanoTimestamp) return `${value.epochMs}.${value.nanoOfMs}`;
  if (value instanceof MapValue) return `{${value.entries.map(([k, v]) => `${valueKey(k)}=${valueKey(v)}`).join(',')}}`;
  return `[${value.map(valueKey).join(',')}]`;
}

/** A text that is equal for equal aggregate calls (their names aside). */
export function callKey(call: AggregateCall): string {
  return `${call.fn.name}(${call.distinct ? 'd ' : ''}${call.args.join(',')};${(call.literals ?? []).map(valueKey).join(',')};${call.filter ?? ''};${call.ignoreNulls ?? ''}):${typeKey(call.type)}`;
}

/** A text that is equal for equal trees. Names of columns count, spans do not. */
export function relKey(rel: Rel): string {
  let key = REL_KEYS.get(rel);
  if (key === undefined) {
    const inputs = relInputs(rel).map(relKey).join('|');
    key = `${rel.kind}[${ownKey(rel)}](${inputs})`;
    REL_KEYS.set(rel, key);
  }
  return key;
}

const REL_KEYS = new WeakMap<Rel, string>();

let lastNumber = 0;

/** What is not deterministic equals nothing but itself (the key of a relation is kept, so this is made once). */
function ownNumber(deterministic: boolean | undefined): string {
  if (deterministic !== false) return '';
  lastNumber += 1;
  return `!${lastNumber}`;
}

function ownKey(rel: Rel): string {
  switch (rel.kind) {
    case 'scan':
      return `${rel.table.path.catalog}.${rel.table.path.database}.${rel.table.path.name}#${rel.table.statement}${JSON.stringify(rel.hints)}:${rel.schema.map((f) => f.name).join(',')}`;
    case 'values':
      return rel.rows.map((row) => row.map(exprKey).join(',')).join(';');
    case 'project':
      return `${rel.exprs.map(exprKey).join(',')}:${rel.schema.map((f) => f.name).join(',')}`;
    case 'filter':
    case 'watermark':
      return rel.kind === 'filter' ? exprKey(rel.condition) : `${rel.column}:${exprKey(rel.expr)}`;
    case 'aggregate':
      return `${rel.keys.join(',')};${rel.calls.map(callKey).join(',')};${JSON.stringify(rel.groupWindow ?? null)};${rel.windowProperties?.join(',') ?? ''}`;
    case 'expand':
      return rel.projections.map((row) => row.map(exprKey).join(',')).join(';');
    case 'window-tvf':
      return `${JSON.stringify(rel.window)}${JSON.stringify(rel.time)}`;
    case 'join':
      return `${rel.type};${exprKey(rel.condition)}`;
    case 'temporal-join':
      return `${rel.type};${exprKey(rel.period)};${exprKey(rel.condition)}`;
    case 'correlate':
      return rel.type;
    case 'rank':
      return `${rel.fn}${rel.partitionBy.join(',')};${JSON.stringify(rel.orderBy)};${rel.start},${rel.end},${rel.endColumn ?? ''}${rel.outputRank}`;
    case 'changelog-normalize':
      return `${rel.keys.join(',')}${rel.condition === undefined ? '' : exprKey(rel.condition)}`;
    case 'unnest':
      return `${exprKey(rel.operand)}${rel.withOrdinality}`;
    case 'table-function':
      return `${rel.name}@${rel.user?.path ?? ''}(${rel.args.map(exprKey).join(',')})${ownNumber(rel.deterministic)}`;
    case 'process-function': {
      const { user, uid, args, columns, declaration, ...columnsOf } = rel.call;
      const { partitionBy, orderBy, onTime } = columnsOf;
      const seen = columns.map((c) => `${c.name}=${c.index}:${typeKey(c.type)}`).join(',');
      return `${user.name}@${user.path}#${uid}(${args.map(exprKey).join(',')};${partitionBy.join(',')};${JSON.stringify(orderBy)};${onTime};${seen})${ownNumber(declaration.deterministic)}`;
    }
    case 'set-operation':
      return `${rel.operator}${rel.all}`;
    case 'sort':
      return `${JSON.stringify(rel.collations)}${rel.offset ?? ''},${rel.limit ?? ''}`;
    case 'over':
      return rel.groups
        .map(
          (g) =>
            `${g.partitionBy.join(',')};${JSON.stringify(g.orderBy)};${g.unit}${g.preceding ?? ''},${g.following};${g.calls.map(callKey).join(',')}`,
        )
        .join('|');
    case 'match':
      return JSON.stringify(rel.match, (key, v: unknown) =>
        key === 'span' ? undefined : v instanceof Map ? [...v.entries()] : v,
      );
    default:
      return unreachable(rel);
  }
}
