/**
 * A text that is equal for equal operator settings: how equal sub-plans are found. Spans and
 * documentation do not count, functions count by name.
 */
import { MapValue } from '../../data/value.ts';
import type { BoundTable } from '../2-bind/catalog.ts';
import { typeKey } from '../2-bind/tree-keys.ts';
import type { PhysicalOptions } from './physical-options.ts';

/** The text of `options`. */
export function digest(options: PhysicalOptions): string {
  return JSON.stringify(options, replace);
}

function replace(key: string, value: unknown): unknown {
  if (key === 'span' || key === 'leftTypes' || key === 'rightTypes') return undefined;
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (isTable(value)) return `${value.path.catalog}.${value.path.database}.${value.path.name}#${value.statement}`;
  if ('resolve' in value && 'name' in value) return value.name;
  if (key === 'type' && 'nullable' in value && 'kind' in value) return typeKey(value as Parameters<typeof typeKey>[0]);
  if (value instanceof Map) return [...value.entries()];
  if (value instanceof MapValue) return value.entries;
  return value;
}

function isTable(value: object): value is BoundTable {
  return 'kind' in value && value.kind === 'table' && 'path' in value;
}
