/** Run-time side of the JSON functions. Flink: `SqlJsonUtils`. */
import { RunError } from '../../../base/diagnostic.ts';
import { castFunction } from '../../../data/casts/cast-function.ts';
import { decimalToString } from '../../../data/decimal.ts';
import { formatValue } from '../../../data/format-value.ts';
import { doubleToString, floatToString } from '../../../data/java-double-text.ts';
import type { LogicalType } from '../../../data/logical-type.ts';
import { formatTimestamp } from '../../../data/time-text.ts';
import { isCharacter } from '../../../data/type-families.ts';
import { stringType } from '../../../data/type-rules.ts';
import { MapValue, type NanoTimestamp, type Value } from '../../../data/value.ts';
import { bytesToBase64 } from './encodings.ts';
import { evaluatePath, parseJsonPath } from './json-path.ts';
import { bigDecimalText, type JsonNode, JsonNumber, jsonText, parseJson, quoteAscii } from './json-tree.ts';

/** What a path led to. */
type Found =
  | { readonly kind: 'value'; readonly mode: 'lax' | 'strict'; readonly node: JsonNode | undefined }
  | { readonly kind: 'error'; readonly message: string };

/** Parsed documents kept for rows that ask several paths of one text. */
let lastText: string | undefined;
let lastNode: JsonNode | undefined;

function parseCached(text: string): JsonNode | undefined {
  if (text !== lastText) {
    lastText = text;
    lastNode = parseJson(text);
  }
  return lastNode;
}

function find(text: string, spec: string): Found {
  const mode = /^\s*(strict|lax)\s+([\s\S]+)$/i.exec(spec);
  const lax = mode?.[1]?.toLowerCase() === 'lax';
  const path = parseJsonPath(mode?.[2] ?? spec);
  const root = parseCached(text);
  if (path === undefined) return { kind: 'error', message: `Illegal JSON path: ${spec}` };
  // Jayway refuses a document that is the bare word `null`.
  if (root === null) return { kind: 'error', message: 'json object can not be null' };
  if (root === undefined)
    return lax ? { kind: 'value', mode: 'lax', node: undefined } : { kind: 'error', message: `Invalid JSON: ${text}` };
  const node = evaluatePath(path, root);
  if (node === undefined && !lax) return { kind: 'error', message: `No results for path: ${spec}` };
  return { kind: 'value', mode: lax ? 'lax' : 'strict', node };
}

function fail(message: string): never {
  throw new RunError('run/json', message, 'org.apache.flink.table.api.TableRuntimeException');
}

const isScalar = (node: JsonNode): boolean => node === null || typeof node !== 'object' || node instanceof JsonNumber;

/** What to do when nothing or something wrong is found; `value` for DEFAULT. */
export interface JsonBehaviour {
  readonly kind: string;
  readonly value: Value;
}

function apply(behaviour: JsonBehaviour, message: string): Value {
  return behaviour.kind === 'ERROR' ? fail(message) : behaviour.kind === 'DEFAULT' ? behaviour.value : null;
}

/** JSON_VALUE: a scalar, as text or cast to the RETURNING type. */
export function jsonValue(
  text: string,
  spec: string,
  type: LogicalType,
  onEmpty: JsonBehaviour,
  onError: JsonBehaviour,
): Value {
  const found = find(text, spec);
  if (found.kind === 'error') return apply(onError, found.message);
  const { node } = found;
  if (node === undefined || node === null || (found.mode === 'lax' && !isScalar(node))) {
    return apply(onEmpty, 'Empty result of JSON_VALUE function is not allowed');
  }
  if (!isScalar(node)) {
    return apply(onError, `Strict jsonpath mode requires scalar value, and the actual value is: '${jsonText(node)}'`);
  }
  const shown = node instanceof JsonNumber ? bigDecimalText(node.text) : String(node);
  if (isCharacter(type)) return shown;
  const [from, to] = [javaClass(node), RETURNING_CLASS[type.kind]];
  if (to !== undefined && from !== to) {
    throw new RunError(
      'run/json-returning',
      `class ${from} cannot be cast to class ${to} (${from} and ${to} are in module java.base of loader 'bootstrap')`,
      'java.lang.ClassCastException',
    );
  }
  try {
    const cast = castFunction(stringType(false), type);
    return cast === undefined ? null : cast(shown, 'UTC');
  } catch (error) {
    if (error instanceof RunError) return apply(onError, error.message);
    throw error;
  }
}

/** The Java class that Flink's code expects of a value of each RETURNING type; it does not convert. */
const RETURNING_CLASS: Readonly<Record<string, string>> = {
  BOOLEAN: 'java.lang.Boolean',
  INT: 'java.lang.Integer',
  DOUBLE: 'java.math.BigDecimal',
};

function javaClass(node: JsonNode): string {
  if (typeof node === 'boolean') return 'java.lang.Boolean';
  if (!(node instanceof JsonNumber)) return 'java.lang.String';
  if (/[.eE]/.test(node.text)) return 'java.math.BigDecimal';
  const value = BigInt(node.text);
  if (value === BigInt.asIntN(32, value)) return 'java.lang.Integer';
  return value === BigInt.asIntN(64, value) ? 'java.lang.Long' : 'java.math.BigInteger';
}

/** JSON_EXISTS; `onError` is what a strict path that fails gives. */
export function jsonExists(text: string, spec: string, onError: string): boolean | null {
  const found = find(text, spec);
  if (found.kind === 'value') return found.node !== undefined && found.node !== null;
  if (onError === 'TRUE') return true;
  if (onError === 'UNKNOWN') return null;
  return onError === 'ERROR' ? fail(found.message) : false;
}

/** JSON_QUERY: an array or object as text. */
export function jsonQuery(
  text: string,
  spec: string,
  wrapper: string,
  onEmpty: string,
  onError: string,
): string | null {
  const found = find(text, spec);
  if (found.kind === 'error') return queryFallback(onError, found.message);
  let { node } = found;
  if (node !== undefined && node !== null && wrapper !== 'WITHOUT') {
    if (wrapper === 'WITH UNCONDITIONAL' || !Array.isArray(node)) node = [node];
  }
  if (node === undefined || node === null || (found.mode === 'lax' && isScalar(node))) {
    return queryFallback(onEmpty, 'Empty result of JSON_QUERY function is not allowed');
  }
  if (isScalar(node))
    return queryFallback(
      onError,
      `Strict jsonpath mode requires array or object value, and the actual value is: '${jsonText(node)}'`,
    );
  return jsonText(node);
}

/** JSON_QUERY RETURNING ARRAY<STRING>: texts as they are, other elements as their JSON. */
export function jsonQueryArray(
  text: string,
  spec: string,
  wrapper: string,
  onEmpty: string,
  onError: string,
): readonly (string | null)[] | null {
  const shown = jsonQuery(text, spec, wrapper, onEmpty, onError);
  const node = shown === null ? undefined : parseJson(shown);
  if (!Array.isArray(node)) return null;
  return node.map((n: JsonNode) => (n === null ? null : typeof n === 'string' ? n : jsonText(n)));
}

function queryFallback(kind: string, message: string): string | null {
  if (kind === 'ERROR') return fail(message);
  return kind === 'EMPTY ARRAY' ? '[]' : kind === 'EMPTY OBJECT' ? '{}' : null;
}

/** IS JSON and its kinds; FALSE for NULL. */
export function isJson(text: string | null, kind: 'VALUE' | 'OBJECT' | 'ARRAY' | 'SCALAR'): boolean {
  if (text === null) return false;
  const node = parseCached(text);
  if (node === undefined) return false;
  if (kind === 'VALUE') return true;
  return kind === 'OBJECT' ? node instanceof Map : kind === 'ARRAY' ? Array.isArray(node) : isScalar(node);
}

/** ISO 8601 text without the zeros at the end of the fraction: all of them, or in threes for an instant. */
function isoText(value: number | NanoTimestamp, precision: number, zeros: RegExp): string {
  const [clock = '', fraction = ''] = formatTimestamp(value, precision).replace(' ', 'T').split('.');
  return clock + `.${fraction.padEnd(9, '0')}`.replace(zeros, '');
}

/** A SQL value as JSON. `raw`: the value is JSON text already (a nested JSON function or VARIANT). */
export function toJsonNode(value: Value, type: LogicalType, raw: boolean, zone: string): JsonNode {
  if (value === null) return null;
  if (raw) return parseJson(value as string) ?? null;
  switch (type.kind) {
    case 'BOOLEAN':
      return value as boolean;
    case 'TINYINT':
    case 'SMALLINT':
    case 'INT':
    case 'BIGINT':
      return new JsonNumber(String(value));
    case 'FLOAT':
      return new JsonNumber(floatToString(value as number));
    case 'DOUBLE':
      return new JsonNumber(doubleToString(value as number));
    case 'DECIMAL':
      return new JsonNumber(decimalToString(value as number | bigint, type.scale));
    case 'CHAR':
    case 'VARCHAR':
      return value as string;
    case 'VARIANT':
      return parseJson(value as string) ?? null;
    case 'BINARY':
    case 'VARBINARY':
      return bytesToBase64(value as Uint8Array);
    case 'TIMESTAMP':
      return isoText(value as number | NanoTimestamp, type.precision, /\.?0*$/);
    case 'TIMESTAMP_LTZ':
      return `${isoText(value as number | NanoTimestamp, type.precision, /(?:\.000000000|000000|000)$/)}Z`;
    case 'ARRAY':
      return (value as readonly Value[]).map((v) => toJsonNode(v, type.element, false, zone));
    case 'ROW':
      return new Map(
        type.fields.map((f, i) => [f.name, toJsonNode((value as readonly Value[])[i] ?? null, f.type, false, zone)]),
      );
    case 'MAP':
    case 'MULTISET': {
      const [key, item]: [LogicalType, LogicalType] =
        type.kind === 'MAP' ? [type.key, type.value] : [type.element, { kind: 'INT', nullable: false }];
      const entries = value instanceof MapValue ? value.entries : [];
      return new Map(entries.map(([k, v]) => [formatValue(k, key, zone) ?? 'null', toJsonNode(v, item, false, zone)]));
    }
    default:
      return formatValue(value, type, zone);
  }
}

/** What the JSON functions need to know of an argument. */
export interface JsonArgument {
  readonly type: LogicalType;
  readonly raw: boolean;
}

/** JSON_OBJECT of keys and values in turn. */
export function jsonObject(
  items: readonly Value[],
  args: readonly JsonArgument[],
  absentOnNull: boolean,
  zone: string,
): string {
  const object = new Map<string, JsonNode>();
  for (let i = 0; i + 1 < items.length; i += 2) {
    const [key, value] = [items[i], items[i + 1] ?? null];
    const arg = args[i + 1];
    if (arg === undefined || (value === null && absentOnNull)) continue;
    object.set(String(key), toJsonNode(value, arg.type, arg.raw, zone));
  }
  return jsonText(object);
}

/** JSON_ARRAY. */
export function jsonArray(
  items: readonly Value[],
  args: readonly JsonArgument[],
  absentOnNull: boolean,
  zone: string,
): string {
  const nodes: JsonNode[] = [];
  items.forEach((value, i) => {
    const arg = args[i];
    if (arg !== undefined && !(value === null && absentOnNull)) nodes.push(toJsonNode(value, arg.type, arg.raw, zone));
  });
  return jsonText(nodes);
}

/** JSON_STRING. */
export function jsonString(value: Value, type: LogicalType, zone: string): string {
  return jsonText(toJsonNode(value, type, false, zone), type.kind !== 'ROW');
}

/** JSON_QUOTE. */
export function jsonQuote(text: string): string {
  return quoteAscii(text);
}

/** JSON_UNQUOTE: the content of a JSON string; any other text stays as it is. */
export function jsonUnquote(text: string): string {
  if (text.length < 2 || !text.startsWith('"') || !text.endsWith('"')) return text;
  const node = parseJson(text);
  return typeof node === 'string' ? node : text;
}

/** PARSE_JSON: canonical text of the VARIANT; `undefined` when it is no JSON. */
export function parseVariant(text: string): string {
  const node = parseJson(text);
  if (node === undefined) return fail(`Failed to parse json string: ${text}`);
  return jsonText(node);
}

/** TRY_PARSE_JSON. */
export function tryParseVariant(text: string): string | null {
  const node = parseJson(text);
  return node === undefined ? null : jsonText(node);
}
