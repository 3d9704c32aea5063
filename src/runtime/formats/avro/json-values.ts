/**
 * Avro's JSON encoding: `'avro.encoding' = 'json'`. Specification: Apache Avro 1.11, "JSON Encoding": a value of a
 * union stands in an object under its type's name, bytes are a text of characters 0 to 255.
 */

import { canonical, type Long } from '../../data/integers.ts';
import { doubleToString, floatToString } from '../../data/java-double-text.ts';
import type { LogicalType } from '../../data/logical-type.ts';
import { MapValue, type Row, type Value } from '../../data/value.ts';
import { isJsonObject, type JsonNode, JsonNumber, type JsonObject } from '../json/json-text.ts';
import { AvroBuffer, AvroCursor, badAvro } from './bytes.ts';
import { avroReader } from './read-value.ts';
import type { AvroSchema } from './schema.ts';
import { valueTypeOf } from './table-schema.ts';
import { avroWriter } from './write-value.ts';

/** From a value to its JSON text. */
export type ToJson = (value: Value) => string;
/** From JSON to a value; throws `run/bad-record`. */
export type FromJson = (json: JsonNode) => Value;

/** Name of a branch in a union. */
function branchName(schema: AvroSchema): string {
  return 'name' in schema ? schema.name : schema.kind;
}

/** Composes the function that makes the JSON text of values of `type`. */
export function avroJsonWriter(schema: AvroSchema, type: LogicalType): ToJson {
  if (schema.kind === 'union') {
    const branch = schema.branches.find(({ kind }) => kind !== 'null');
    if (branch === undefined) return () => 'null';
    const write = avroJsonWriter(branch, type);
    const name = JSON.stringify(branchName(branch));
    return (value) => (value === null ? 'null' : `{${name}:${write(value)}}`);
  }
  switch (schema.kind) {
    case 'record': {
      if (type.kind !== 'ROW') break;
      const fields = schema.fields.map((field, at): [string, ToJson] => [
        JSON.stringify(field.name),
        avroJsonWriter(field.schema, fieldType(type, at)),
      ]);
      return (value) =>
        `{${fields.map(([name, write], at) => `${name}:${write((value as Row)[at] ?? null)}`).join(',')}}`;
    }
    case 'array': {
      if (type.kind !== 'ARRAY') break;
      const item = avroJsonWriter(schema.items, type.element);
      return (value) => `[${(value as readonly Value[]).map(item).join(',')}]`;
    }
    case 'map': {
      if (type.kind !== 'MAP' && type.kind !== 'MULTISET') break;
      const item = avroJsonWriter(schema.values, valueTypeOf(type));
      return (value) =>
        `{${(value as MapValue).entries.map(([key, each]) => `${JSON.stringify(key)}:${item(each)}`).join(',')}}`;
    }
    case 'string':
    case 'boolean':
      return (value) => JSON.stringify(value);
    case 'null':
      return () => 'null';
    default:
      break;
  }
  return scalarToJson(schema, type);
}

/** Numbers and bytes go through the binary encoding, so that both encodings agree on what a value is. */
function scalarToJson(schema: AvroSchema, type: LogicalType): ToJson {
  const write = avroWriter(schema, type);
  const buffer = new AvroBuffer();
  const read = scalarText(schema);
  return (value) => {
    write(buffer, value);
    return read(new AvroCursor(buffer.take()));
  };
}

function scalarText(schema: AvroSchema): (cursor: AvroCursor) => string {
  switch (schema.kind) {
    case 'int':
    case 'long':
      return (cursor) => String(cursor.long());
    case 'float':
      return (cursor) => numberText(cursor.float(), floatToString);
    case 'double':
      return (cursor) => numberText(cursor.double(), doubleToString);
    case 'bytes':
      return (cursor) => JSON.stringify(latinText(cursor.bytes()));
    case 'fixed':
      return (cursor) => JSON.stringify(latinText(cursor.fixed(schema.size)));
    default:
      throw badAvro(`${schema.kind} is no scalar`);
  }
}

/** Numbers that JSON does not have are written as texts, by Jackson as by us. */
function numberText(value: number, print: (value: number) => string): string {
  return Number.isFinite(value) ? print(value) : JSON.stringify(String(value));
}

/** Composes the function that reads JSON as values of `type`. */
export function avroJsonReader(schema: AvroSchema, type: LogicalType): FromJson {
  if (schema.kind === 'union') {
    const branch = schema.branches.find(({ kind }) => kind !== 'null');
    if (branch === undefined) return () => null;
    const read = avroJsonReader(branch, type);
    const name = branchName(branch);
    return (json) => {
      if (json === null) return null;
      const inside = objectOf(json);
      const value = inside[name];
      if (value === undefined) throw badAvro(`Unknown union branch ${Object.keys(inside)[0] ?? ''}`);
      return read(value);
    };
  }
  switch (schema.kind) {
    case 'record': {
      if (type.kind !== 'ROW') break;
      const fields = schema.fields.map(
        (field, at) => [field.name, avroJsonReader(field.schema, fieldType(type, at))] as const,
      );
      return (json) => {
        const inside = objectOf(json);
        return fields.map(([name, read]) => {
          const value = inside[name];
          if (value === undefined) throw badAvro(`Expected field name not found: ${name}`);
          return read(value);
        });
      };
    }
    case 'array': {
      if (type.kind !== 'ARRAY') break;
      const item = avroJsonReader(schema.items, type.element);
      return (json) => {
        if (!Array.isArray(json)) throw badAvro('Expected array-start');
        return json.map(item);
      };
    }
    case 'map': {
      if (type.kind !== 'MAP' && type.kind !== 'MULTISET') break;
      const item = avroJsonReader(schema.values, valueTypeOf(type));
      return (json) => new MapValue(Object.entries(objectOf(json)).map(([key, each]) => [key, item(each)]));
    }
    case 'string':
      return (json) => (typeof json === 'string' ? json : wrong('string'));
    case 'boolean':
      return (json) => (typeof json === 'boolean' ? json : wrong('boolean'));
    case 'null':
      return () => null;
    default:
      break;
  }
  return scalarFromJson(schema, type);
}

function scalarFromJson(schema: AvroSchema, type: LogicalType): FromJson {
  const read = avroReader(schema, schema, type);
  return (json) => {
    const buffer = new AvroBuffer();
    switch (schema.kind) {
      case 'int':
      case 'long':
        buffer.long(integerOf(json) ?? wrong(schema.kind));
        break;
      case 'float':
        buffer.float(numberOf(json) ?? wrong('float'));
        break;
      case 'double':
        buffer.double(numberOf(json) ?? wrong('double'));
        break;
      default: {
        const bytes = latinBytes(typeof json === 'string' ? json : wrong('bytes'));
        if (schema.kind === 'bytes') buffer.bytes(bytes);
        else buffer.fixed(bytes);
      }
    }
    return read(new AvroCursor(buffer.take()));
  };
}

function wrong(expected: string): never {
  throw badAvro(`Expected ${expected}`);
}

function fieldType(type: Extract<LogicalType, { readonly kind: 'ROW' }>, at: number): LogicalType {
  return type.fields[at]?.type ?? { kind: 'NULL', nullable: true };
}

function objectOf(json: JsonNode): JsonObject {
  if (!isJsonObject(json)) throw badAvro('Expected record-start');
  return json;
}

function integerOf(json: JsonNode): Long | null {
  if (typeof json === 'number' && Number.isSafeInteger(json)) return json;
  if (json instanceof JsonNumber && /^-?\d{1,19}$/.test(json.text)) return canonical(BigInt(json.text));
  return null;
}

function numberOf(json: JsonNode): number | null {
  if (typeof json === 'number') return json;
  return json instanceof JsonNumber ? Number(json.text) : null;
}

function latinText(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

function latinBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}
