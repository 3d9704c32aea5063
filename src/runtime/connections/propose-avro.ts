/**
 * A schema from a registry as a proposal: the columns of an Avro record as Flink's format `avro-confluent` reads them.
 * Flink derives an Avro schema from the table and reads through it, so a column is only proposed where that schema
 * resolves with the one of the registry: enums, fixed bytes and wider unions have no SQL type that would.
 */
import { type AvroSchema, parseAvroSchema } from '../formats/avro/schema.ts';
import { secretReference } from '../program/secret-references.ts';
import { type Connection, registryPasswordName, type TableOption } from './connection.ts';
import { backTicked } from './field-shape.ts';
import type { Proposal, ProposedColumn } from './propose-schema.ts';
import type { Sample } from './sample.ts';
import { freeName, type ProposedTime, timeColumns } from './time-columns.ts';

/** Nesting beyond which a field is left out: a record may contain itself. */
const DEPTH_MAX = 8;
/** How late rows may be, where no sample says more. */
const DELAY_MS = 5_000;

/** The proposal for a topic whose records name this schema; null: it is no record, or no Avro schema. */
export function proposeFromAvro(
  schemaText: string,
  connection: Connection,
  samples: readonly Sample[],
): Proposal | null {
  const schema = parseAvroSchema(schemaText);
  if (!schema.ok || schema.value.kind !== 'record') return null;
  const { fields } = schema.value;
  const columns: ProposedColumn[] = [];
  const left: string[] = [];
  for (const field of fields) {
    const type = typeOf(field.schema, 0);
    if (type === null) left.push(field.name);
    else columns.push({ name: field.name, type, isAlwaysThere: !isNullable(field.schema), example: '' });
  }
  const taken = new Set(columns.map(({ name }) => name));
  const valueCount = samples.filter(({ value }) => value !== null).length;
  const ofRecord = timeColumns([], samples, taken);
  return {
    format: 'avro-confluent',
    options: registryOptions(connection),
    columns,
    times: [...fields.flatMap(({ name, schema: type }) => timeOf(name, type, taken) ?? []), ...ofRecord],
    primaryKey: [],
    readCount: valueCount,
    valueCount,
    notes:
      left.length === 0
        ? []
        : [`Left out: ${left.join(', ')}. No SQL type reads their Avro types (enums, fixed bytes, unions of several).`],
  };
}

/** Options of the format that say where the registry is. */
function registryOptions({ name, registryUrl, registryUser }: Connection): readonly TableOption[] {
  const url = { key: 'avro-confluent.url', value: registryUrl };
  if (registryUser === '') return [url];
  const login = `${registryUser}:${secretReference(registryPasswordName(name))}`;
  return [
    url,
    { key: 'avro-confluent.basic-auth.credentials-source', value: 'USER_INFO' },
    { key: 'avro-confluent.basic-auth.user-info', value: login },
  ];
}

/** SQL type of a schema; null: there is none. Flink: `AvroSchemaConverter.convertToDataType`. */
function typeOf(schema: AvroSchema, depth: number): string | null {
  if (depth > DEPTH_MAX) return null;
  switch (schema.kind) {
    case 'boolean':
      return 'BOOLEAN';
    case 'int':
      return schema.meaning?.name === 'date' ? 'DATE' : schema.meaning?.name === 'time-millis' ? 'TIME' : 'INT';
    case 'long':
      // Only this one is what the table's TIMESTAMP is written as; all others are read as their number.
      return schema.meaning?.name === 'timestamp-millis' ? 'TIMESTAMP(3)' : 'BIGINT';
    case 'float':
      return 'FLOAT';
    case 'double':
      return 'DOUBLE';
    case 'string':
      return 'STRING';
    case 'bytes': {
      const { name, precision, scale = 0 } = schema.meaning ?? { name: '' };
      return name === 'decimal' && precision !== undefined ? `DECIMAL(${precision}, ${scale})` : 'BYTES';
    }
    case 'array': {
      const items = typeOf(schema.items, depth + 1);
      return items === null ? null : `ARRAY<${items}>`;
    }
    case 'map': {
      const values = typeOf(schema.values, depth + 1);
      return values === null ? null : `MAP<STRING, ${values}>`;
    }
    case 'record': {
      const fields = schema.fields.flatMap((field) => {
        const type = typeOf(field.schema, depth + 1);
        return type === null ? [] : [`${backTicked(field.name)} ${type}`];
      });
      return fields.length === 0 ? null : `ROW<${fields.join(', ')}>`;
    }
    case 'union': {
      const only = withoutNull(schema);
      return only === null ? null : typeOf(only, depth);
    }
    default:
      return null;
  }
}

function isNullable(schema: AvroSchema): boolean {
  return schema.kind === 'union' && schema.branches.some(({ kind }) => kind === 'null');
}

/** The one branch beside `null`; null where there are several. */
function withoutNull({ branches }: Extract<AvroSchema, { readonly kind: 'union' }>): AvroSchema | null {
  const [only, ...more] = branches.filter(({ kind }) => kind !== 'null');
  return only === undefined || more.length > 0 ? null : only;
}

/** Event time that a field with a meaning can carry. */
function timeOf(name: string, schema: AvroSchema, taken: ReadonlySet<string>): ProposedTime | null {
  const bare = schema.kind === 'union' ? withoutNull(schema) : schema;
  if (bare?.kind !== 'long') return null;
  const at = { isMetadata: false, delayMs: DELAY_MS };
  switch (bare.meaning?.name) {
    case 'timestamp-millis':
      return { ...at, column: name, expression: null, source: 'TIMESTAMP(3)' };
    case 'timestamp-micros':
      return {
        ...at,
        column: freeName(`${name}_time`, taken),
        expression: `TO_TIMESTAMP_LTZ(${backTicked(name)} / 1000, 3)`,
        source: `microseconds in ${name}`,
      };
    default:
      return null;
  }
}
