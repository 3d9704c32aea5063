/** The Avro schema of a table. Flink: `AvroSchemaConverter.convertToSchema`, whose messages these are. */
import { err, ok, type Result } from '../../base/result.ts';
import type { LogicalType, Schema } from '../../data/logical-type.ts';
import { typeToString } from '../../data/type-text.ts';
import type { AvroField, AvroSchema } from './schema.ts';

/** Name of the record of a whole row. Flink's own, so that both find each other's schemas equal. */
const ROW_NAME = 'org.apache.flink.avro.generated.record';

/**
 * The schema of rows. `isLegacy`: TIMESTAMP is written as an instant, as Flink did before 1.19 and still does unless
 * told otherwise; without it TIMESTAMP is a local time and TIMESTAMP_LTZ an instant. The failure is the reason why
 * a column cannot be written in Avro.
 */
export function tableAvroSchema(schema: Schema, isLegacy: boolean): Result<AvroSchema, string> {
  return recordOf(schema, ROW_NAME, isLegacy);
}

function recordOf(fields: Schema, name: string, isLegacy: boolean): Result<AvroSchema, string> {
  const converted: AvroField[] = [];
  for (const field of fields) {
    const schema = schemaOf(field.type, `${name}_${field.name}`, isLegacy);
    if (!schema.ok) return schema;
    const isNullable = schema.value.kind === 'union';
    converted.push({
      name: field.name,
      aliases: [],
      schema: schema.value,
      ...(isNullable ? { fallback: { json: null } } : {}),
    });
  }
  return ok({ kind: 'record', name, fields: converted });
}

function schemaOf(type: LogicalType, name: string, isLegacy: boolean): Result<AvroSchema, string> {
  const bare = bareSchema(type, name, isLegacy);
  if (!bare.ok || !type.nullable || bare.value.kind === 'null') return bare;
  return ok({ kind: 'union', branches: [{ kind: 'null' }, bare.value] });
}

function bareSchema(type: LogicalType, name: string, isLegacy: boolean): Result<AvroSchema, string> {
  switch (type.kind) {
    case 'NULL':
      return ok({ kind: 'null' });
    case 'BOOLEAN':
      return ok({ kind: 'boolean' });
    case 'TINYINT':
    case 'SMALLINT':
    case 'INT':
      return ok({ kind: 'int' });
    case 'BIGINT':
      return ok({ kind: 'long' });
    case 'FLOAT':
      return ok({ kind: 'float' });
    case 'DOUBLE':
      return ok({ kind: 'double' });
    case 'CHAR':
    case 'VARCHAR':
      return ok({ kind: 'string' });
    case 'BINARY':
    case 'VARBINARY':
      return ok({ kind: 'bytes' });
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return timestampSchema(type, isLegacy);
    case 'DATE':
      return ok({ kind: 'int', meaning: { name: 'date' } });
    // The planner keeps milliseconds of any TIME, so its precision is no matter.
    case 'TIME':
      return ok({ kind: 'int', meaning: { name: 'time-millis' } });
    case 'DECIMAL':
      return ok({ kind: 'bytes', meaning: { name: 'decimal', precision: type.precision, scale: type.scale } });
    case 'ROW':
      return recordOf(type.fields, name, isLegacy);
    case 'MAP':
    case 'MULTISET': {
      const values = schemaOf(valueTypeOf(type), name, isLegacy);
      if (!hasTextKeys(type)) {
        const key = type.kind === 'MAP' ? type.key : type.element;
        return err(`Avro format doesn't support non-string as key type of map. The key type is: ${key.kind}`);
      }
      return values.ok ? ok({ kind: 'map', values: values.value }) : values;
    }
    case 'ARRAY': {
      const items = schemaOf(type.element, name, isLegacy);
      return items.ok ? ok({ kind: 'array', items: items.value }) : items;
    }
    default:
      return err(`Unsupported to derive Schema for type: ${typeToString(type)}`);
  }
}

/** Value type of a map; a multiset counts its elements. */
export function valueTypeOf(type: Extract<LogicalType, { readonly kind: 'MAP' | 'ARRAY' | 'MULTISET' }>): LogicalType {
  return type.kind === 'MAP' ? type.value : { kind: 'INT', nullable: false };
}

function hasTextKeys(type: Extract<LogicalType, { readonly kind: 'MAP' | 'ARRAY' | 'MULTISET' }>): boolean {
  const key = type.kind === 'MAP' ? type.key : type.element;
  return key.kind === 'CHAR' || key.kind === 'VARCHAR';
}

function timestampSchema(
  type: Extract<LogicalType, { readonly kind: 'TIMESTAMP' | 'TIMESTAMP_LTZ' }>,
  isLegacy: boolean,
): Result<AvroSchema, string> {
  const isLocal = type.kind === 'TIMESTAMP';
  const digits = type.precision;
  if (isLegacy) {
    if (!isLocal) return err(`Unsupported to derive Schema for type: ${typeToString(type)}`);
    if (digits > 3) {
      return err(
        `Avro does not support TIMESTAMP type with precision: ${digits}, it only supports precision less than 3.`,
      );
    }
    return ok({ kind: 'long', meaning: { name: 'timestamp-millis' } });
  }
  if (digits > 6) {
    const what = isLocal ? 'LOCAL TIMESTAMP' : 'TIMESTAMP';
    return err(`Avro does not support ${what} type with precision: ${digits}, it only supports precision less than 6.`);
  }
  return ok({
    kind: 'long',
    meaning: { name: `${isLocal ? 'local-' : ''}timestamp-${digits <= 3 ? 'millis' : 'micros'}` },
  });
}
