/**
 * What values of one field have in common: each value seen makes the shape wider, and in the end it is the narrowest
 * SQL type that reads them all. Types follow what Flink's formats can read: a number in a STRING field is read as its
 * text, so numbers beside texts make STRING; a number with a fraction is no BIGINT.
 */
import { isJsonObject, type JsonNode, JsonNumber, jsonTextOf } from '../formats/json/json-text.ts';

/** How texts of times are written: `2024-01-31 12:00:00` or `2024-01-31T12:00:00`. */
export type TimeStyle = 'SQL' | 'ISO-8601';

type Scalar =
  | 'boolean'
  | 'integer'
  /** Beyond 64 bits. */
  | 'large'
  | 'double'
  | 'text'
  | 'date'
  | 'time'
  | `timestamp ${TimeStyle}`
  | `timestamp-ltz ${TimeStyle}`;

/** Fields beside each other that are taken for keys of a map rather than columns: more than this, each in few records. */
const MAP_KEYS_MIN = 24;
const MAP_KEY_SHARE_MAX = 0.3;
/** Nesting beyond which a field is read as its text. */
const DEPTH_MAX = 8;

/** What was seen of one field. */
export class FieldShape {
  readonly #scalars = new Set<Scalar>();
  readonly #fields = new Map<string, FieldShape>();
  #items: FieldShape | null = null;
  #objectCount = 0;
  #example: JsonNode = null;
  /** Values that are not NULL. */
  valueCount = 0;
  nullCount = 0;

  /** Takes a value in. `ofText`: all values are texts, so a text of digits is a number. */
  add(node: JsonNode, ofText = false): void {
    if (node === null) {
      this.nullCount += 1;
      return;
    }
    this.valueCount += 1;
    if (this.#example === null) this.#example = node;
    if (isList(node)) {
      this.#items ??= new FieldShape();
      for (const item of node) this.#items.add(item, ofText);
    } else if (isJsonObject(node)) {
      this.#objectCount += 1;
      for (const [name, value] of Object.entries(node)) this.field(name).add(value, ofText);
    } else this.#scalars.add(scalarOf(node, ofText));
  }

  /** The fields of objects, in the order in which they came up. */
  get fields(): ReadonlyMap<string, FieldShape> {
    return this.#fields;
  }

  field(name: string): FieldShape {
    const known = this.#fields.get(name);
    if (known !== undefined) return known;
    const made = new FieldShape();
    this.#fields.set(name, made);
    return made;
  }

  /** Styles of the times in it and below. */
  styles(): readonly TimeStyle[] {
    const own = [...this.#scalars].flatMap((scalar): TimeStyle[] =>
      scalar.endsWith('ISO-8601') ? ['ISO-8601'] : scalar.endsWith(' SQL') ? ['SQL'] : [],
    );
    return [
      ...own,
      ...[...this.#fields.values(), ...(this.#items === null ? [] : [this.#items])].flatMap((f) => f.styles()),
    ];
  }

  /** The first value as text. */
  example(): string {
    const node = this.#example;
    return node === null ? '' : typeof node === 'string' ? node : jsonTextOf(node, 'double');
  }

  /** The type as SQL, where times are written in `style`. */
  type(style: TimeStyle, depth = 0): string {
    const isObject = this.#objectCount > 0;
    const kindCount = (isObject ? 1 : 0) + (this.#items === null ? 0 : 1) + (this.#scalars.size > 0 ? 1 : 0);
    if (kindCount !== 1 || depth > DEPTH_MAX) return 'STRING';
    if (this.#items !== null) return `ARRAY<${this.#items.type(style, depth + 1)}>`;
    if (!isObject) return scalarType([...this.#scalars], style);
    if (this.#fields.size === 0 || this.#isMap()) return `MAP<STRING, ${this.#valueType(style, depth + 1)}>`;
    const fields = [...this.#fields].map(([name, field]) => `${backTicked(name)} ${field.type(style, depth + 1)}`);
    return `ROW<${fields.join(', ')}>`;
  }

  #isMap(): boolean {
    const fields = [...this.#fields.values()];
    const seen = fields.reduce((sum, { valueCount }) => sum + valueCount, 0);
    return fields.length >= MAP_KEYS_MIN && seen / fields.length / this.#objectCount <= MAP_KEY_SHARE_MAX;
  }

  #valueType(style: TimeStyle, depth: number): string {
    const types = new Set([...this.#fields.values()].map((field) => field.type(style, depth)));
    const [only = 'STRING'] = types;
    return types.size <= 1
      ? only
      : [...types].every((type) => type === 'BIGINT' || type === 'DOUBLE')
        ? 'DOUBLE'
        : 'STRING';
  }
}

function isList(node: JsonNode): node is readonly JsonNode[] {
  return Array.isArray(node);
}

/** A name in back-ticks. */
export function backTicked(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

const LONG = { min: -(2n ** 63n), max: 2n ** 63n - 1n };
const DATE = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/;
const TIME = /^(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d$/;
const TIMESTAMP =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])([ T])(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(Z?)$/;

function scalarOf(node: string | number | boolean | JsonNumber, ofText: boolean): Scalar {
  if (typeof node === 'boolean') return 'boolean';
  if (typeof node === 'number') return numberOf(String(node));
  if (node instanceof JsonNumber) return numberOf(node.text);
  if (ofText && /^(?:true|false)$/i.test(node)) return 'boolean';
  // A number with zeros before it is a code.
  if (ofText && /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(node)) return numberOf(node);
  if (DATE.test(node)) return 'date';
  if (TIME.test(node)) return 'time';
  const [whole, between, zone] = TIMESTAMP.exec(node) ?? [];
  if (whole === undefined) return 'text';
  const style = between === 'T' ? 'ISO-8601' : 'SQL';
  return zone === 'Z' ? `timestamp-ltz ${style}` : `timestamp ${style}`;
}

function numberOf(text: string): Scalar {
  if (!/^-?\d+$/.test(text)) return 'double';
  const value = BigInt(text);
  return value >= LONG.min && value <= LONG.max ? 'integer' : 'large';
}

function scalarType(scalars: readonly Scalar[], style: TimeStyle): string {
  const all = (...kinds: readonly Scalar[]): boolean => scalars.every((scalar) => kinds.includes(scalar));
  if (all('boolean')) return 'BOOLEAN';
  if (all('integer')) return 'BIGINT';
  if (all('integer', 'large')) return 'DECIMAL(38, 0)';
  if (all('integer', 'large', 'double')) return 'DOUBLE';
  if (all('date')) return 'DATE';
  if (all('time')) return 'TIME';
  if (all(`timestamp ${style}`)) return 'TIMESTAMP(3)';
  if (all(`timestamp-ltz ${style}`)) return 'TIMESTAMP_LTZ(3)';
  return 'STRING';
}
