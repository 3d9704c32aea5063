/**
 * SQL types as TypeScript types of what a function reads: the editor adds the columns of a process
 * function's table to `InputRow` of 'millrace' with them.
 */
import { unreachable } from '../base/assert.ts';
import type { Field, LogicalType, Schema } from '../data/logical-type.ts';

/** `Decimal | null` for DECIMAL(10, 2). Names are those that 'millrace' exports. */
export function typescriptType(type: LogicalType): string {
  return type.nullable && type.kind !== 'NULL' ? `${bareType(type)} | null` : bareType(type);
}

/** Columns as members of an interface: `readonly amount: Decimal | null;`, one a line. */
export function typescriptMembers(schema: Schema): string {
  return schema.map((field) => member(field)).join('\n');
}

function bareType(type: LogicalType): string {
  switch (type.kind) {
    case 'BOOLEAN':
      return 'boolean';
    case 'TINYINT':
    case 'SMALLINT':
    case 'INT':
    case 'FLOAT':
    case 'DOUBLE':
    case 'DATE':
    case 'TIME':
    case 'INTERVAL_YEAR_MONTH':
    case 'INTERVAL_DAY_TIME':
      return 'number';
    case 'BIGINT':
      return 'bigint';
    case 'DECIMAL':
      return 'Decimal';
    case 'CHAR':
    case 'VARCHAR':
      return 'string';
    case 'BINARY':
    case 'VARBINARY':
      return 'Uint8Array';
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return 'Timestamp';
    case 'ARRAY':
      return `readonly (${typescriptType(type.element)})[]`;
    case 'MAP':
      return `ReadonlyMap<${typescriptType(type.key)}, ${typescriptType(type.value)}>`;
    case 'MULTISET':
      return `ReadonlyMap<${typescriptType(type.element)}, number>`;
    case 'ROW':
      return `{ ${type.fields.map(member).join(' ')} }`;
    case 'NULL':
      return 'null';
    case 'SYMBOL':
    case 'DESCRIPTOR':
    case 'VARIANT':
    case 'ERROR':
      return 'unknown';
    default:
      return unreachable(type);
  }
}

function member({ name, type }: Field): string {
  const key = /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
  return `readonly ${key}: ${typescriptType(type)};`;
}
