/**
 * Which casts exist. Implicit casts lose nothing (the binder puts them in where types differ);
 * explicit ones are what `CAST(x AS t)` accepts. What a cast *does* stands in `casts/`.
 * Flink: `LogicalTypeCasts`.
 */
import type { LogicalType, TypeKind } from './logical-type.ts';
import { isConstructed, isExactNumeric, isInterval } from './type-families.ts';
import { sameType } from './type-rules.ts';

const CHARACTER: readonly TypeKind[] = ['CHAR', 'VARCHAR'];
const BINARY: readonly TypeKind[] = ['BINARY', 'VARBINARY'];
const INTEGERS: readonly TypeKind[] = ['TINYINT', 'SMALLINT', 'INT', 'BIGINT'];
const NUMERIC: readonly TypeKind[] = [...INTEGERS, 'DECIMAL', 'FLOAT', 'DOUBLE'];
const TIMESTAMPS: readonly TypeKind[] = ['TIMESTAMP', 'TIMESTAMP_LTZ'];
const DATETIME: readonly TypeKind[] = ['DATE', 'TIME', ...TIMESTAMPS];
const INTERVALS: readonly TypeKind[] = ['INTERVAL_YEAR_MONTH', 'INTERVAL_DAY_TIME'];
const PREDEFINED: readonly TypeKind[] = [...CHARACTER, ...BINARY, 'BOOLEAN', ...NUMERIC, ...DATETIME, ...INTERVALS];
const CONSTRUCTED: readonly TypeKind[] = ['ARRAY', 'MULTISET', 'MAP', 'ROW'];

interface CastSources {
  readonly implicit: readonly TypeKind[];
  readonly explicit: readonly TypeKind[];
}

/** By target kind: what comes in implicitly, and what more explicitly. */
const SOURCES: Partial<Record<TypeKind, CastSources>> = {
  CHAR: { implicit: ['CHAR'], explicit: [...PREDEFINED, ...CONSTRUCTED, 'VARIANT'] },
  VARCHAR: { implicit: CHARACTER, explicit: [...PREDEFINED, ...CONSTRUCTED, 'VARIANT'] },
  BOOLEAN: { implicit: ['BOOLEAN'], explicit: [...CHARACTER, ...NUMERIC, 'VARIANT'] },
  BINARY: { implicit: ['BINARY'], explicit: [...CHARACTER, 'VARBINARY', 'VARIANT'] },
  VARBINARY: { implicit: BINARY, explicit: [...CHARACTER, 'BINARY', 'VARIANT'] },
  DECIMAL: { implicit: NUMERIC, explicit: [...CHARACTER, 'BOOLEAN', 'VARIANT'] },
  TINYINT: { implicit: ['TINYINT'], explicit: [...NUMERIC, ...CHARACTER, 'BOOLEAN', 'VARIANT'] },
  SMALLINT: {
    implicit: ['TINYINT', 'SMALLINT'],
    explicit: [...NUMERIC, ...CHARACTER, 'BOOLEAN', 'VARIANT'],
  },
  INT: {
    implicit: ['TINYINT', 'SMALLINT', 'INT'],
    explicit: [...NUMERIC, ...CHARACTER, 'BOOLEAN', 'VARIANT'],
  },
  BIGINT: { implicit: INTEGERS, explicit: [...NUMERIC, ...CHARACTER, 'BOOLEAN', 'VARIANT'] },
  FLOAT: { implicit: [...INTEGERS, 'FLOAT', 'DECIMAL'], explicit: [...NUMERIC, ...CHARACTER, 'BOOLEAN', 'VARIANT'] },
  DOUBLE: { implicit: NUMERIC, explicit: [...CHARACTER, 'BOOLEAN', 'VARIANT'] },
  DATE: { implicit: ['DATE', 'TIMESTAMP'], explicit: [...TIMESTAMPS, ...CHARACTER, 'VARIANT'] },
  TIME: { implicit: ['TIME', 'TIMESTAMP'], explicit: ['TIME', ...TIMESTAMPS, ...CHARACTER] },
  TIMESTAMP: { implicit: TIMESTAMPS, explicit: [...DATETIME, ...CHARACTER, 'VARIANT'] },
  TIMESTAMP_LTZ: { implicit: TIMESTAMPS, explicit: [...DATETIME, ...CHARACTER, 'VARIANT'] },
  INTERVAL_YEAR_MONTH: { implicit: ['INTERVAL_YEAR_MONTH'], explicit: [...INTEGERS, 'DECIMAL', ...CHARACTER] },
  INTERVAL_DAY_TIME: { implicit: ['INTERVAL_DAY_TIME'], explicit: [...INTEGERS, 'DECIMAL', ...CHARACTER] },
};

/** Whether `from` becomes `to` without losing information, so that the binder may put the cast in itself. */
export function supportsImplicitCast(from: LogicalType, to: LogicalType): boolean {
  return supportsCast(from, to, false);
}

/** Whether `CAST(x AS to)` is allowed for an `x` of type `from`. Nullability does not count at the top. */
export function supportsExplicitCast(from: LogicalType, to: LogicalType): boolean {
  return supportsCast(from.nullable ? { ...from, nullable: false } : from, to, true);
}

function supportsCast(from: LogicalType, to: LogicalType, explicit: boolean): boolean {
  if (!explicit && from.nullable && !to.nullable) return false;
  if (sameType(from, to, { ignoreNullability: true })) return true;
  if (from.kind === 'NULL' || from.kind === 'ERROR' || to.kind === 'ERROR') return true;
  if (isExactNumeric(from) && isInterval(to)) return explicit && isSingleField(to);
  if (isConstructed(to) || (isConstructed(from) && !(explicit && CHARACTER.includes(to.kind)))) {
    return supportsConstructedCast(from, to, explicit);
  }
  const sources = SOURCES[to.kind];
  if (sources === undefined) return from.kind === to.kind;
  return sources.implicit.includes(from.kind) || (explicit && sources.explicit.includes(from.kind));
}

function isSingleField(type: LogicalType): boolean {
  return 'unit' in type && !type.unit.includes(' TO ');
}

/** Constructed types cast within their own kind, child by child; MULTISET also becomes MAP of counts. */
function supportsConstructedCast(from: LogicalType, to: LogicalType, explicit: boolean): boolean {
  if (from.kind === 'ARRAY' && to.kind === 'ARRAY') return supportsCast(from.element, to.element, explicit);
  if (from.kind === 'MULTISET' && to.kind === 'MULTISET') return supportsCast(from.element, to.element, explicit);
  if (from.kind === 'MAP' && to.kind === 'MAP') {
    return supportsCast(from.key, to.key, explicit) && supportsCast(from.value, to.value, explicit);
  }
  if (from.kind === 'ROW' && to.kind === 'ROW') {
    return (
      from.fields.length === to.fields.length &&
      from.fields.every((f, i) => supportsCast(f.type, to.fields[i]?.type ?? f.type, explicit))
    );
  }
  return false;
}
