/**
 * What a change event says beside its row: of which table, when. A table asks for it by `METADATA FROM 'value.…'`, and
 * the values come behind the row's columns. Flink: `ReadableMetadata` of the decoding formats of change events.
 */
import type { LogicalType, Schema } from '../../data/logical-type.ts';
import { MapValue, type Value } from '../../data/value.ts';
import type { FormatRequest } from '../format.ts';
import { fieldConverter, ownItem } from './decode-field.ts';
import { decodeSettings } from './decoder.ts';
import { isJsonObject, type JsonNode } from './json-text.ts';

/** One piece of it. */
export interface ChangeMetadata {
  readonly name: string;
  readonly type: LogicalType;
  /** Where it stands in the event, and as what it is read there. */
  readonly field: string;
  readonly fieldType: LogicalType;
  /** It stands in the record itself, not in the `payload` of one that carries its schema. */
  readonly isOfRecord?: boolean;
  /** From what was read to the value; left out: it is the value. Never called with NULL. */
  readonly value?: (read: Value) => Value;
}

export const TEXT: LogicalType = { kind: 'VARCHAR', nullable: true, length: 2147483647 };
export const LONG: LogicalType = { kind: 'BIGINT', nullable: true };
export const INSTANT: LogicalType = { kind: 'TIMESTAMP_LTZ', nullable: true, precision: 3 };
export const TEXTS: LogicalType = { kind: 'ARRAY', nullable: true, element: TEXT };
export const TEXT_MAP: LogicalType = { kind: 'MAP', nullable: true, key: TEXT, value: TEXT };

/** A time in milliseconds, or in what `factor` of them is one. */
export function timeAt(field: string, name: string, factor = 1): ChangeMetadata {
  return { name, type: INSTANT, field, fieldType: LONG, value: (read) => Number(read) * factor };
}

/** An entry of a map, as a text. */
export function entryOf(
  field: string,
  key: string,
  name: string,
  value = (text: string): Value => text,
): ChangeMetadata {
  return {
    name,
    type: TEXT,
    field,
    fieldType: TEXT_MAP,
    value: (read) => {
      const entry = read instanceof MapValue ? read.entries.find(([each]) => each === key)?.[1] : null;
      return typeof entry === 'string' ? value(entry) : null;
    },
  };
}

/** Names and types, for the format. */
export function metadataSchema(all: readonly ChangeMetadata[]): Schema {
  return all.map(({ name, type }) => ({ name, type }));
}

/** Reads what a request asks for, from a record and the event in it (the same where records carry no schema). */
export function changeMetadataReader(
  all: readonly ChangeMetadata[],
  request: FormatRequest,
): (record: JsonNode, event: JsonNode) => readonly Value[] {
  const settings = { ...decodeSettings(request.options), hasDecimals: false };
  const wanted = (request.metadata ?? []).flatMap((name) => {
    const found = all.find((each) => each.name === name);
    return found === undefined ? [] : [{ ...found, convert: fieldConverter(found.fieldType, settings) }];
  });
  return (record, event) =>
    wanted.map(({ field, convert, isOfRecord, value }) => {
      const holder = isOfRecord === true ? record : event;
      const item = isJsonObject(holder) ? ownItem(holder, field) : undefined;
      const read = item === undefined ? null : convert(item);
      return read === null || value === undefined ? read : value(read);
    });
}
