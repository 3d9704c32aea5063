/** Rows to JSON objects. Flink: `RowDataToJsonConverters`, `JsonRowDataSerializationSchema`. */

import { ok } from '../../base/result.ts';
import { doubleToString, floatToString } from '../../data/java-double-text.ts';
import type { LogicalType } from '../../data/logical-type.ts';
import type { MapValue, NanoTimestamp, Row, Value } from '../../data/value.ts';
import {
  formatBase64,
  formatDateText,
  formatDecimalText,
  formatTimestampText,
  formatTimeText,
  type TimestampStandard,
} from '../field-text.ts';
import type { FormatRequest, RecordEncoder } from '../format.ts';

interface EncodeSettings {
  readonly standard: TimestampStandard;
  readonly ignoreNullFields: boolean;
}

/** Encoder of plain JSON: `{"id":1,"name":"a"}`. */
export function jsonEncoder(request: FormatRequest): RecordEncoder {
  const settings: EncodeSettings = {
    standard: request.options.get('timestamp-format.standard') === 'ISO-8601' ? 'ISO-8601' : 'SQL',
    ignoreNullFields: request.options.get('encode.ignore-null-fields') === 'true',
  };
  return { encode: (_kind, row) => ok(objectText(request.schema, row, settings)) };
}

/** JSON text of a row with the names of `fields`, as other JSON formats embed it. */
export function rowJson(
  fields: readonly { readonly name: string; readonly type: LogicalType }[],
  row: Row,
  standard: TimestampStandard,
): string {
  return objectText(fields, row, { standard, ignoreNullFields: false });
}

function objectText(
  fields: readonly { readonly name: string; readonly type: LogicalType }[],
  row: Row,
  settings: EncodeSettings,
): string {
  const parts: string[] = [];
  fields.forEach((field, index) => {
    const value = row[index] ?? null;
    if (value === null && settings.ignoreNullFields) return;
    parts.push(`${JSON.stringify(field.name)}:${valueText(value, field.type, settings)}`);
  });
  return `{${parts.join(',')}}`;
}

function valueText(value: Value, type: LogicalType, settings: EncodeSettings): string {
  if (value === null) return 'null';
  switch (type.kind) {
    case 'BOOLEAN':
    case 'TINYINT':
    case 'SMALLINT':
    case 'INT':
    case 'BIGINT':
    case 'INTERVAL_YEAR_MONTH':
    case 'INTERVAL_DAY_TIME':
      return String(value);
    case 'FLOAT':
    case 'DOUBLE': {
      const text = type.kind === 'FLOAT' ? floatToString(value as number) : doubleToString(value as number);
      // JSON has no NaN or Infinity; Jackson quotes them.
      return Number.isFinite(value) ? text : JSON.stringify(text);
    }
    case 'DECIMAL':
      return formatDecimalText(value as number | bigint, type.scale);
    case 'BINARY':
    case 'VARBINARY':
      return JSON.stringify(formatBase64(value as Uint8Array));
    case 'DATE':
      return JSON.stringify(formatDateText(value as number));
    case 'TIME':
      return JSON.stringify(formatTimeText(value as number));
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ': {
      const options = { standard: settings.standard, zoned: type.kind === 'TIMESTAMP_LTZ' };
      return JSON.stringify(formatTimestampText(value as number | NanoTimestamp, options));
    }
    case 'ARRAY':
      return `[${(value as readonly Value[]).map((item) => valueText(item, type.element, settings)).join(',')}]`;
    case 'MAP':
      return mapText(value as MapValue, type.value, settings);
    case 'MULTISET':
      return mapText(value as MapValue, { kind: 'INT', nullable: false }, settings);
    case 'ROW':
      return objectText(type.fields, value as Row, settings);
    default:
      return JSON.stringify(String(value));
  }
}

function mapText(map: MapValue, type: LogicalType, settings: EncodeSettings): string {
  return `{${map.entries.map(([key, item]) => `${JSON.stringify(String(key))}:${valueText(item, type, settings)}`).join(',')}}`;
}
