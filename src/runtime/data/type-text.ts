/**
 * How Flink writes a type in text. There are three spellings: the summary string (what a result
 * header shows), Calcite's digest (what validation errors show), and the quoted form of names.
 */
import type { LogicalType } from './logical-type.ts';
import { LENGTH_MAX } from './logical-type.ts';

/** A name in back-ticks, inner back-ticks doubled. Flink: `EncodingUtils.escapeIdentifier`. */
export function quoteName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

/**
 * Flink's summary string: `INT`, `BIGINT NOT NULL`, `VARCHAR(5)`, `STRING`, `TIMESTAMP(3) *ROWTIME*`,
 * ``ROW<`a` INT>``. Flink: `LogicalType.asSummaryString`.
 */
export function typeToString(type: LogicalType): string {
  const text = bareText(type) + (type.nullable ? '' : ' NOT NULL');
  const timeAttribute = 'timeAttribute' in type ? type.timeAttribute : undefined;
  return timeAttribute === undefined ? text : `${text} *${timeAttribute.toUpperCase()}*`;
}

/**
 * The form that `TYPEOF(x)` and DESCRIBE give: as the summary string, without time attributes.
 * Flink: `LogicalType.asSerializableString`.
 */
export function typeToSerializable(type: LogicalType): string {
  const plain: LogicalType =
    'timeAttribute' in type ? { kind: type.kind, nullable: type.nullable, precision: type.precision } : type;
  return bareText(plain, true) + (type.nullable ? '' : ' NOT NULL');
}

function bareText(type: LogicalType, serializable = false): string {
  const child = serializable ? typeToSerializable : typeToString;
  switch (type.kind) {
    case 'CHAR':
    case 'BINARY':
      return `${type.kind}(${type.length})`;
    case 'VARCHAR':
      return type.length === LENGTH_MAX && !serializable ? 'STRING' : `VARCHAR(${type.length})`;
    case 'VARBINARY':
      return type.length === LENGTH_MAX && !serializable ? 'BYTES' : `VARBINARY(${type.length})`;
    case 'DECIMAL':
      return `DECIMAL(${type.precision}, ${type.scale})`;
    case 'TIME':
    case 'TIMESTAMP':
      return `${type.kind}(${type.precision})`;
    case 'TIMESTAMP_LTZ':
      return serializable ? `TIMESTAMP(${type.precision}) WITH LOCAL TIME ZONE` : `TIMESTAMP_LTZ(${type.precision})`;
    // Flink's planner knows only these two: every interval is typed so after conversion from Calcite.
    case 'INTERVAL_YEAR_MONTH':
      return 'INTERVAL MONTH';
    case 'INTERVAL_DAY_TIME':
      return 'INTERVAL SECOND(3)';
    case 'ARRAY':
    case 'MULTISET':
      return `${type.kind}<${child(type.element)}>`;
    case 'MAP':
      return `MAP<${child(type.key)}, ${child(type.value)}>`;
    case 'ROW':
      return `ROW<${type.fields.map((f) => `${quoteName(f.name)} ${child(f.type)}`).join(', ')}>`;
    default:
      return type.kind;
  }
}

/**
 * Calcite's digest of a type as validation errors print it: `INTEGER`, `VARCHAR(2147483647)`,
 * `INTERVAL DAY`, `INTEGER ARRAY`, `(CHAR(1), INTEGER) MAP`. Calcite: `RelDataType.toString`.
 */
export function typeToDigest(type: LogicalType): string {
  switch (type.kind) {
    case 'INT':
      return 'INTEGER';
    case 'TIMESTAMP_LTZ':
      return `TIMESTAMP_WITH_LOCAL_TIME_ZONE(${type.precision})`;
    case 'TIMESTAMP':
    case 'TIME':
    case 'CHAR':
    case 'VARCHAR':
    case 'BINARY':
    case 'VARBINARY':
    case 'DECIMAL':
      return serializableBare(type);
    case 'INTERVAL_YEAR_MONTH':
      return `INTERVAL ${type.unit}`;
    case 'INTERVAL_DAY_TIME':
      return `INTERVAL ${type.unit}`;
    case 'ARRAY':
    case 'MULTISET':
      return `${typeToDigest(type.element)} ${type.kind}`;
    case 'MAP':
      return `(${typeToDigest(type.key)}, ${typeToDigest(type.value)}) MAP`;
    case 'ROW':
      return `RecordType:peek_no_expand(${type.fields.map((f) => `${typeToDigest(f.type)} ${f.name}`).join(', ')})`;
    default:
      return type.kind;
  }
}

function serializableBare(type: LogicalType): string {
  return bareText({ ...type, nullable: true }, true);
}

/** Name of the type's root in Flink's code, as some messages show it: `INTEGER`, `TIMESTAMP_WITHOUT_TIME_ZONE`. */
export function typeRootName(type: LogicalType): string {
  switch (type.kind) {
    case 'INT':
      return 'INTEGER';
    case 'TIME':
      return 'TIME_WITHOUT_TIME_ZONE';
    case 'TIMESTAMP':
      return 'TIMESTAMP_WITHOUT_TIME_ZONE';
    case 'TIMESTAMP_LTZ':
      return 'TIMESTAMP_WITH_LOCAL_TIME_ZONE';
    default:
      return type.kind;
  }
}
