/** Types as CREATE TABLE writes them. Flink: `LogicalType.asSerializableString`, with bare names where they can be bare. */
import { unreachable } from '../../base/assert.ts';
import { LENGTH_MAX, type LogicalType } from '../../data/logical-type.ts';
import { quoteIdentifier } from './quote.ts';

/** DDL text of a type, `NOT NULL` included: `DECIMAL(10, 2) NOT NULL`. NULL, SYMBOL and DESCRIPTOR have none and give their kind. */
export function printType(type: LogicalType): string {
  return type.nullable ? printBody(type) : `${printBody(type)} NOT NULL`;
}

function printBody(type: LogicalType): string {
  switch (type.kind) {
    case 'VARCHAR':
      return type.length === LENGTH_MAX ? 'STRING' : `VARCHAR(${type.length})`;
    case 'VARBINARY':
      return type.length === LENGTH_MAX ? 'BYTES' : `VARBINARY(${type.length})`;
    case 'CHAR':
    case 'BINARY':
      return `${type.kind}(${type.length})`;
    case 'DECIMAL':
      return `DECIMAL(${type.precision}, ${type.scale})`;
    case 'TIME':
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return `${type.kind}(${type.precision})`;
    case 'INTERVAL_YEAR_MONTH':
      return `INTERVAL ${type.unit.startsWith('YEAR') ? type.unit.replace('YEAR', `YEAR(${type.precision})`) : type.unit}`;
    case 'INTERVAL_DAY_TIME':
      return `INTERVAL ${printDayTime(type.unit, type.precision, type.fraction)}`;
    case 'ARRAY':
    case 'MULTISET':
      return `${type.kind}<${printType(type.element)}>`;
    case 'MAP':
      return `MAP<${printType(type.key)}, ${printType(type.value)}>`;
    case 'ROW':
      return `ROW<${type.fields.map((field) => `${quoteIdentifier(field.name)} ${printType(field.type)}`).join(', ')}>`;
    case 'BOOLEAN':
    case 'TINYINT':
    case 'SMALLINT':
    case 'INT':
    case 'BIGINT':
    case 'FLOAT':
    case 'DOUBLE':
    case 'DATE':
    case 'VARIANT':
    case 'NULL':
    case 'SYMBOL':
    case 'DESCRIPTOR':
    case 'ERROR':
      return type.kind;
    default:
      return unreachable(type);
  }
}

/** `DAY(2) TO SECOND(3)`: the precision belongs to days, the fraction to seconds. */
function printDayTime(unit: string, precision: number, fraction: number): string {
  const day = unit.replace('DAY', `DAY(${precision})`);
  if (unit === 'SECOND') return `SECOND(2, ${fraction})`;
  return day.replace('SECOND', `SECOND(${fraction})`);
}
