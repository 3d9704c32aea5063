/** Written types become `LogicalType`. Flink: `SqlTypeNameSpec.deriveType`, `LogicalTypeParser`. */
import type { LogicalType } from '../../data/logical-type.ts';
import { LENGTH_MAX } from '../../data/logical-type.ts';
import { errorType } from '../../data/type-rules.ts';
import type { TypeNode } from '../1-parse/ast.ts';
import type { BindContext } from './context.ts';
import { problems } from './messages.ts';

/**
 * The type that `node` writes; ERROR (with a diagnostic) when it is none. Nullable unless NOT NULL is
 * written. `use`: CAST cuts what is too large.
 */
export function bindType(node: TypeNode, cx: BindContext, use: 'column' | 'cast' = 'column'): LogicalType {
  const nullable = node.nullable ?? true;
  const [a, b] = node.args;
  const bad = (message: string): LogicalType => {
    cx.report(problems.badType(message), node.span);
    return errorType();
  };
  switch (node.name) {
    case 'BOOLEAN':
    case 'TINYINT':
    case 'SMALLINT':
    case 'INT':
    case 'BIGINT':
    case 'FLOAT':
    case 'DOUBLE':
    case 'DATE':
    case 'VARIANT':
      return { kind: node.name, nullable };
    case 'STRING':
      return { kind: 'VARCHAR', nullable, length: LENGTH_MAX };
    case 'BYTES':
      return { kind: 'VARBINARY', nullable, length: LENGTH_MAX };
    case 'CHAR':
    case 'BINARY':
    case 'VARCHAR':
    case 'VARBINARY': {
      // Flink's DDL reads VARCHAR without a length as STRING; CHAR without one is CHAR(1).
      const length = a ?? (node.name === 'VARCHAR' || node.name === 'VARBINARY' ? LENGTH_MAX : 1);
      if (length < 1 || length > LENGTH_MAX) {
        return bad(
          `${node.name === 'VARCHAR' ? 'Variable character' : 'Character'} string length must be between 1 and 2147483647 (both inclusive).`,
        );
      }
      return { kind: node.name, nullable, length };
    }
    case 'DECIMAL': {
      // CAST takes Calcite's type, which is cut to what is possible; a column must be declared right.
      const precision = use === 'cast' ? Math.min(a ?? 10, 38) : (a ?? 10);
      const scale = b ?? 0;
      if (precision < 1 || precision > 38) return bad('Decimal precision must be between 1 and 38 (both inclusive).');
      if (scale < 0 || scale > precision)
        return bad(`Decimal scale must be between 0 and the precision ${precision} (both inclusive).`);
      return { kind: 'DECIMAL', nullable, precision, scale };
    }
    case 'TIME': {
      const precision = a ?? 0;
      return precision > 9
        ? bad('Time precision must be between 0 and 9 (both inclusive).')
        : { kind: 'TIME', nullable, precision };
    }
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ': {
      const precision = use === 'cast' ? Math.min(a ?? 6, 9) : (a ?? 6);
      if (precision > 9) return bad('Timestamp precision must be between 0 and 9 (both inclusive).');
      return { kind: node.name, nullable, precision };
    }
    case 'INTERVAL':
      return (
        intervalType(node.intervalUnit ?? 'SECOND', a, node.intervalFraction, nullable) ??
        bad(`INTERVAL ${node.intervalUnit} is not a type`)
      );
    case 'ARRAY':
    case 'MULTISET': {
      const element = node.elements[0];
      return element === undefined
        ? bad(`${node.name} needs an element type`)
        : { kind: node.name, nullable, element: bindType(element, cx, use) };
    }
    case 'MAP': {
      const [key, value] = node.elements;
      if (key === undefined || value === undefined) return bad('MAP needs a key and a value type');
      return { kind: 'MAP', nullable, key: bindType(key, cx, use), value: bindType(value, cx, use) };
    }
    case 'ROW':
      return {
        kind: 'ROW',
        nullable,
        fields: node.fields.map((f) => ({ name: f.name.name, type: bindType(f.type, cx, use) })),
      };
    case 'NULL':
      return { kind: 'NULL', nullable: true };
    default:
      cx.report(problems.unknownType(node.name), node.span);
      return errorType();
  }
}

const YEAR_MONTH = new Set(['YEAR', 'MONTH', 'YEAR TO MONTH']);

/** The type of an interval with these fields; Calcite's default precision is 2, of the fraction 6. */
export function intervalType(
  unit: string,
  precision: number | undefined,
  fraction: number | undefined,
  nullable: boolean,
): LogicalType | undefined {
  const name = unit === 'QUARTER' ? 'MONTH' : unit === 'WEEK' ? 'DAY' : unit;
  if (YEAR_MONTH.has(name)) {
    return { kind: 'INTERVAL_YEAR_MONTH', nullable, unit: name as 'YEAR', precision: precision ?? 2 };
  }
  if (!/^(DAY|HOUR|MINUTE|SECOND)( TO (HOUR|MINUTE|SECOND))?$/.test(name)) return undefined;
  return {
    kind: 'INTERVAL_DAY_TIME',
    nullable,
    unit: name as 'DAY',
    precision: precision ?? 2,
    fraction: fraction ?? 6,
  };
}
