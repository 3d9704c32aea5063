/**
 * Casts as functions, chosen once per pair of types. A cast takes a value that is not NULL. It fails
 * with a `RunError` under Flink's class and message; TRY_CAST catches that. Flink: `CastRuleProvider`.
 */
import { RunError } from '../../base/diagnostic.ts';
import type { LogicalType } from '../logical-type.ts';
import { isBinary, isCharacter, isDatetime, isInterval, isNumeric } from '../type-families.ts';
import { sameType } from '../type-rules.ts';
import { MapValue, type Row, type Value } from '../value.ts';
import { castToNumber } from './to-number.ts';
import { castToTemporal } from './to-temporal.ts';
import { castToBinary, castToCharacter } from './to-text.ts';

/** Turns a value that is not NULL into one of another type. `zone`: the session's, for TIMESTAMP_LTZ. */
export type CastFunction = (value: Value, zone: string) => Value;

/** The cast from one type to another; `undefined` when there is none. Identity for equal types. */
export function castFunction(from: LogicalType, to: LogicalType): CastFunction | undefined {
  if (from.kind === 'NULL' || sameType(from, to, { ignoreNullability: true })) return (value) => value;
  if (isCharacter(to)) return castToCharacter(from, to);
  if (isBinary(to)) return castToBinary(from, to);
  if (isNumeric(to)) return castToNumber(from, to);
  if (isDatetime(to)) return castToTemporal(from, to);
  if (to.kind === 'BOOLEAN') return castToBoolean(from);
  if (isInterval(to)) return isInterval(from) && from.kind === to.kind ? (value) => value : castToInterval(from, to);
  return castConstructed(from, to);
}

/** As `castFunction`, for TRY_CAST: failures become NULL. */
export function tryCastFunction(from: LogicalType, to: LogicalType): CastFunction | undefined {
  const cast = castFunction(from, to);
  if (cast === undefined) return undefined;
  return (value, zone) => {
    try {
      return cast(value, zone);
    } catch (error) {
      if (error instanceof RunError) return null;
      throw error;
    }
  };
}

const TRUE_TEXTS = new Set(['t', 'true', 'y', 'yes', '1']);
const FALSE_TEXTS = new Set(['f', 'false', 'n', 'no', '0']);

function castToBoolean(from: LogicalType): CastFunction | undefined {
  if (isNumeric(from)) return (value) => value !== 0;
  if (!isCharacter(from)) return undefined;
  return (value) => {
    const text = String(value).toLowerCase();
    if (TRUE_TEXTS.has(text)) return true;
    if (FALSE_TEXTS.has(text)) return false;
    throw new RunError(
      'run/bad-boolean',
      `Cannot parse '${String(value)}' as BOOLEAN.`,
      'org.apache.flink.table.api.TableException',
      'TRY_CAST gives NULL instead.',
    );
  };
}

/** A whole number counts the interval's unit: CAST(3 AS INTERVAL DAY) is three days. */
function castToInterval(from: LogicalType, to: LogicalType): CastFunction | undefined {
  const toLong = castToNumber(from, { kind: 'BIGINT', nullable: false });
  const unit = 'unit' in to ? (UNIT_SIZES[to.unit] ?? 1) : 1;
  return toLong && ((value, zone) => Number(toLong(value, zone)) * unit);
}

/** Months or milliseconds of one unit. */
const UNIT_SIZES: Readonly<Record<string, number>> = {
  YEAR: 12,
  MONTH: 1,
  DAY: 86_400_000,
  HOUR: 3_600_000,
  MINUTE: 60_000,
  SECOND: 1000,
};

function nullable(cast: CastFunction): CastFunction {
  return (value, zone) => (value === null ? null : cast(value, zone));
}

function castConstructed(from: LogicalType, to: LogicalType): CastFunction | undefined {
  if (from.kind === 'ARRAY' && to.kind === 'ARRAY') {
    const element = castFunction(from.element, to.element);
    if (element === undefined) return undefined;
    const cast = nullable(element);
    return (value, zone) => (value as readonly Value[]).map((v) => cast(v, zone));
  }
  if (from.kind === 'ROW' && to.kind === 'ROW') {
    if (from.fields.length !== to.fields.length) return undefined;
    const casts: CastFunction[] = [];
    for (const [i, field] of from.fields.entries()) {
      const cast = castFunction(field.type, to.fields[i]?.type ?? field.type);
      if (cast === undefined) return undefined;
      casts.push(nullable(cast));
    }
    return (value, zone) => casts.map((cast, i) => cast((value as Row)[i] ?? null, zone));
  }
  if (from.kind === 'MAP' && to.kind === 'MAP')
    return castEntries(castFunction(from.key, to.key), castFunction(from.value, to.value));
  if (from.kind === 'MULTISET' && to.kind === 'MULTISET')
    return castEntries(castFunction(from.element, to.element), (value) => value);
  return undefined;
}

function castEntries(key: CastFunction | undefined, value: CastFunction | undefined): CastFunction | undefined {
  if (key === undefined || value === undefined) return undefined;
  const [k, v] = [nullable(key), nullable(value)];
  return (map, zone) => {
    if (!(map instanceof MapValue)) return null;
    return new MapValue(map.entries.map(([mk, mv]) => [k(mk, zone), v(mv, zone)] as const));
  };
}
