/**
 * Avro schemas: read from their JSON, and written back. Specification: Apache Avro 1.11, "Schema Declaration".
 * A schema from a file or a registry is untrusted: sizes and nesting are bounded, and a mistake says where it is.
 */
import { err, ok, type Result } from '../../base/result.ts';

/** Names of types without parts. */
export type PrimitiveName = 'null' | 'boolean' | 'int' | 'long' | 'float' | 'double' | 'bytes' | 'string';

/** What a number or some bytes mean (`logicalType`). */
export interface AvroMeaning {
  readonly name: string;
  /** Of `decimal`. */
  readonly precision?: number;
  readonly scale?: number;
}

/** An Avro schema. Records may contain themselves, so `fields` is filled after the record exists. */
export type AvroSchema =
  | { readonly kind: PrimitiveName; readonly meaning?: AvroMeaning }
  | { readonly kind: 'record'; readonly name: string; readonly fields: readonly AvroField[] }
  | { readonly kind: 'enum'; readonly name: string; readonly symbols: readonly string[] }
  | { readonly kind: 'fixed'; readonly name: string; readonly size: number; readonly meaning?: AvroMeaning }
  | { readonly kind: 'array'; readonly items: AvroSchema }
  | { readonly kind: 'map'; readonly values: AvroSchema }
  | { readonly kind: 'union'; readonly branches: readonly AvroSchema[] };

/** A field of a record. */
export interface AvroField {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly schema: AvroSchema;
  /** The default as JSON; absent: the field must be written. */
  readonly fallback?: { readonly json: unknown };
}

/** Deeper schemas are refused: reading them would nest as deep. */
const DEPTH_MAX = 200;
/** Longer schema texts are refused before they are parsed. */
const TEXT_LENGTH_MAX = 4_000_000;

const PRIMITIVES: ReadonlySet<string> = new Set([
  'null',
  'boolean',
  'int',
  'long',
  'float',
  'double',
  'bytes',
  'string',
]);

/** Whether a text names a type without parts. */
function isPrimitive(name: string): name is PrimitiveName {
  return PRIMITIVES.has(name);
}

/** What is wrong with a schema, inside the parser only. */
class SchemaMistake extends Error {}

/** A schema from its JSON text; the failure says what is wrong with it. */
export function parseAvroSchema(text: string): Result<AvroSchema, string> {
  if (text.length > TEXT_LENGTH_MAX) return err('The Avro schema is larger than 4 MB.');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    // A bare name is a schema too, and no JSON.
    if (isPrimitive(text.trim())) return ok({ kind: text.trim() as PrimitiveName });
    return err(`The Avro schema is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  try {
    return ok(new SchemaReader().read(json, '', 0));
  } catch (error) {
    if (error instanceof SchemaMistake) return err(`The Avro schema is wrong: ${error.message}`);
    throw error;
  }
}

type Json = Readonly<Record<string, unknown>>;

class SchemaReader {
  /** Named types seen so far, by full name. */
  readonly #named = new Map<string, AvroSchema>();

  read(json: unknown, namespace: string, depth: number): AvroSchema {
    if (depth > DEPTH_MAX) throw new SchemaMistake(`it nests deeper than ${DEPTH_MAX} levels.`);
    if (typeof json === 'string') return this.#byName(json, namespace);
    if (Array.isArray(json)) return this.#union(json, namespace, depth);
    if (typeof json !== 'object' || json === null) throw new SchemaMistake(`${JSON.stringify(json)} is no type.`);
    return this.#object(json as Json, namespace, depth);
  }

  #byName(name: string, namespace: string): AvroSchema {
    if (isPrimitive(name)) return { kind: name };
    const found = this.#named.get(fullName(name, namespace)) ?? this.#named.get(name);
    if (found === undefined) throw new SchemaMistake(`there is no type ${name}.`);
    return found;
  }

  #union(json: readonly unknown[], namespace: string, depth: number): AvroSchema {
    const branches = json.map((branch) => this.read(branch, namespace, depth + 1));
    if (branches.some(({ kind }) => kind === 'union')) throw new SchemaMistake('a union stands inside a union.');
    return { kind: 'union', branches };
  }

  #object(json: Json, namespace: string, depth: number): AvroSchema {
    const { type } = json;
    switch (type) {
      case 'record':
      case 'error':
        return this.#record(json, namespace, depth);
      case 'enum':
        return this.#name(json, namespace, (name) => ({ kind: 'enum', name, symbols: textsOf(json, 'symbols') }));
      case 'fixed': {
        const size = numberOf(json, 'size');
        return this.#name(json, namespace, (name) => ({ kind: 'fixed', name, size, ...meaningOf(json) }));
      }
      case 'array':
        return { kind: 'array', items: this.read(json.items, namespace, depth + 1) };
      case 'map':
        return { kind: 'map', values: this.read(json.values, namespace, depth + 1) };
      default:
        if (typeof type === 'string' && isPrimitive(type)) return { kind: type, ...meaningOf(json) };
        if (type === undefined) throw new SchemaMistake(`${JSON.stringify(json).slice(0, 80)} has no "type".`);
        return this.read(type, namespace, depth + 1);
    }
  }

  #record(json: Json, namespace: string, depth: number): AvroSchema {
    const fields: AvroField[] = [];
    return this.#name(
      json,
      namespace,
      (name) => ({ kind: 'record', name, fields }),
      (name) => {
        if (!Array.isArray(json.fields)) throw new SchemaMistake(`record ${name} has no "fields".`);
        const inner = name.includes('.') ? name.slice(0, name.lastIndexOf('.')) : '';
        for (const field of json.fields as readonly unknown[]) {
          if (typeof field !== 'object' || field === null) throw new SchemaMistake(`a field of ${name} is no object.`);
          const own = field as Json;
          if (typeof own.name !== 'string') throw new SchemaMistake(`a field of ${name} has no name.`);
          const schema = this.read(own.type, inner, depth + 1);
          const aliases = own.aliases === undefined ? [] : textsOf(own, 'aliases');
          fields.push({
            name: own.name,
            aliases,
            schema,
            ...('default' in own ? { fallback: { json: own.default } } : {}),
          });
        }
      },
    );
  }

  /** Registers a named type before its inside is read, so that it may refer to itself. */
  #name(json: Json, namespace: string, make: (name: string) => AvroSchema, fill?: (name: string) => void): AvroSchema {
    if (typeof json.name !== 'string') throw new SchemaMistake(`a ${String(json.type)} has no name.`);
    const name = fullName(json.name, typeof json.namespace === 'string' ? json.namespace : namespace);
    if (this.#named.has(name)) throw new SchemaMistake(`${name} is defined twice.`);
    const schema = make(name);
    this.#named.set(name, schema);
    fill?.(name);
    return schema;
  }
}

function fullName(name: string, namespace: string): string {
  return name.includes('.') || namespace === '' ? name : `${namespace}.${name}`;
}

function textsOf(json: Json, key: string): readonly string[] {
  const list = json[key];
  if (!Array.isArray(list) || !list.every((each): each is string => typeof each === 'string')) {
    throw new SchemaMistake(`"${key}" is no list of names.`);
  }
  return list;
}

function numberOf(json: Json, key: string): number {
  const value = json[key];
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) {
    throw new SchemaMistake(`"${key}" is no size.`);
  }
  return value;
}

/** Avro ignores meanings that it does not know, and so do we: they do not change how a value is written. */
function meaningOf(json: Json): { readonly meaning?: AvroMeaning } {
  const name = json.logicalType;
  if (typeof name !== 'string') return {};
  const { precision, scale } = json;
  return {
    meaning: {
      name,
      ...(typeof precision === 'number' ? { precision } : {}),
      ...(typeof scale === 'number' ? { scale } : {}),
    },
  };
}

/** The JSON of a schema that does not contain itself. A name is written out the first time it comes. */
export function avroSchemaText(schema: AvroSchema): string {
  return JSON.stringify(jsonOf(schema, new Set()));
}

function jsonOf(schema: AvroSchema, written: Set<string>): unknown {
  switch (schema.kind) {
    case 'union':
      return schema.branches.map((branch) => jsonOf(branch, written));
    case 'array':
      return { type: 'array', items: jsonOf(schema.items, written) };
    case 'map':
      return { type: 'map', values: jsonOf(schema.values, written) };
    case 'record':
    case 'enum':
    case 'fixed':
      if (written.has(schema.name)) return schema.name;
      written.add(schema.name);
      return namedJson(schema, written);
    default:
      return schema.meaning === undefined ? schema.kind : { type: schema.kind, ...meaningJson(schema.meaning) };
  }
}

function namedJson(schema: Extract<AvroSchema, { readonly name: string }>, written: Set<string>): unknown {
  const dot = schema.name.lastIndexOf('.');
  const names = {
    name: schema.name.slice(dot + 1),
    ...(dot === -1 ? {} : { namespace: schema.name.slice(0, dot) }),
  };
  switch (schema.kind) {
    case 'enum':
      return { type: 'enum', ...names, symbols: schema.symbols };
    case 'fixed':
      return { type: 'fixed', ...names, size: schema.size, ...meaningJson(schema.meaning) };
    case 'record':
      return {
        type: 'record',
        ...names,
        fields: schema.fields.map((field) => ({
          name: field.name,
          type: jsonOf(field.schema, written),
          ...(field.fallback === undefined ? {} : { default: field.fallback.json }),
        })),
      };
  }
}

function meaningJson(meaning: AvroMeaning | undefined): object {
  if (meaning === undefined) return {};
  const { name, ...rest } = meaning;
  return { logicalType: name, ...rest };
}
