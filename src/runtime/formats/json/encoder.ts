/** Rows to JSON objects. Flink: `RowDataToJsonConverters`, `JsonRowDataSerializationSchema`. */

import { RunError } from '../../base/diagnostic.ts';
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
import { type FormatRequest, isOn, type RecordEncoder } from '../format.ts';

/** Settings of encoding; all JSON formats share them. */
export interface EncodeSettings {
  readonly standard: TimestampStandard;
  readonly ignoreNullFields: boolean;
  readonly plainDecimals: boolean;
  /** What becomes of a NULL key of a map. Flink: `MapNullKeyMode`. */
  readonly nullKey: { readonly mode: 'FAIL' | 'DROP' } | { readonly mode: 'LITERAL'; readonly literal: string };
}

/** Settings from options. */
export function encodeSettings(options: ReadonlyMap<string, string>): EncodeSettings {
  const mode = options.get('map-null-key.mode')?.toUpperCase() ?? 'FAIL';
  return {
    standard: options.get('timestamp-format.standard') === 'ISO-8601' ? 'ISO-8601' : 'SQL',
    ignoreNullFields: isOn(options, 'encode.ignore-null-fields'),
    plainDecimals: isOn(options, 'encode.decimal-as-plain-number'),
    nullKey:
      mode === 'LITERAL'
        ? { mode, literal: options.get('map-null-key.literal') ?? 'null' }
        : { mode: mode === 'DROP' ? 'DROP' : 'FAIL' },
  };
}

/** Encoder of plain JSON: `{"id":1,"name":"a"}`. */
export function jsonEncoder(request: FormatRequest): RecordEncoder {
  const settings = encodeSettings(request.options);
  return { encode: (_kind, row) => ok(objectText(request.schema, row, settings)) };
}

/** JSON text of a row with the names of `fields`, as other JSON formats embed it. */
export function rowJson(
  fields: readonly { readonly name: string; readonly type: LogicalType }[],
  row: Row,
  settings: EncodeSettings,
): string {
  return objectText(fields, row, settings);
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
    parts.push(`${jsonString(field.name)}:${valueText(value, field.type, settings)}`);
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
      return formatDecimalText(value as number | bigint, type.scale, { plain: settings.plainDecimals });
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
      return jsonString(String(value));
  }
}

function mapText(map: MapValue, type: LogicalType, settings: EncodeSettings): string {
  const parts: string[] = [];
  for (const [key, item] of map.entries) {
    const name = key === null ? nullKeyName(settings) : String(key);
    if (name !== null) parts.push(`${jsonString(name)}:${valueText(item, type, settings)}`);
  }
  return `{${parts.join(',')}}`;
}

function nullKeyName({ nullKey }: EncodeSettings): string | null {
  if (nullKey.mode === 'LITERAL') return nullKey.literal;
  if (nullKey.mode === 'DROP') return null;
  throw new RunError(
    'run/null-map-key',
    "JSON format doesn't support to serialize map data with null keys. You can drop null key entries or encode null in literals by specifying map-null-key.mode option.",
    'java.lang.RuntimeException',
    "Set 'map-null-key.mode' to DROP or LITERAL in the format's options.",
  );
}

/**
 * JSON text of a text. Jackson writes the digits of `\u001F` large, JavaScript small; and Jackson
 * escapes what lies beyond the basic plane, such as most emoji.
 */
function jsonString(text: string): string {
  const json = JSON.stringify(text);
  const isPlain = json.length === text.length + 2 && !/[\ud800-\udfff]/.test(json);
  if (isPlain) return json;
  return json
    .replace(/\\(?:\\|u00[01][0-9a-f])/g, (found) => (found === '\\\\' ? found : `\\u${found.slice(2).toUpperCase()}`))
    .replace(/[\ud800-\udfff]/g, (half) => `\\u${half.charCodeAt(0).toString(16).toUpperCase()}`);
}
