/**
 * How a SQL value looks in memory. The type decides; a value alone never says its type. The shapes
 * are chosen so that the common cases are plain JavaScript numbers and strings:
 *
 * | SQL type                              | value                                                           |
 * |---------------------------------------|-----------------------------------------------------------------|
 * | any, NULL                             | `null`                                                          |
 * | BOOLEAN                               | `boolean`                                                       |
 * | TINYINT, SMALLINT, INT                | `number` (integer in range)                                     |
 * | BIGINT                                | `number` while a safe integer, else `bigint` (always canonical) |
 * | FLOAT                                 | `number` rounded by `Math.fround`                               |
 * | DOUBLE                                | `number`                                                        |
 * | DECIMAL(p, s)                         | the unscaled integer (value × 10^s): `number` while safe, else `bigint` |
 * | CHAR, VARCHAR, STRING                 | `string`                                                        |
 * | BINARY, VARBINARY, BYTES              | `Uint8Array`                                                    |
 * | DATE                                  | `number`, days since 1970-01-01                                 |
 * | TIME(p)                               | `number`, milliseconds of the day                               |
 * | TIMESTAMP(p), TIMESTAMP_LTZ(p), p ≤ 3 | `number`, milliseconds since 1970-01-01T00:00:00                |
 * | TIMESTAMP(p), TIMESTAMP_LTZ(p), p > 3 | `NanoTimestamp`                                                 |
 * | INTERVAL YEAR TO MONTH                | `number`, months                                                |
 * | INTERVAL DAY TO SECOND                | `number`, milliseconds                                          |
 * | ARRAY                                 | `readonly Value[]`                                              |
 * | MAP, MULTISET                         | `MapValue` (multiset: element → count)                          |
 * | ROW                                   | `Row` (its fields in order)                                     |
 *
 * Canonical means: an integer that fits in a safe `number` is never held as `bigint`, so `===` and
 * `Map` keys work for BIGINT and DECIMAL of one type.
 */

/** Any SQL value; see the table above. */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | NanoTimestamp
  | MapValue
  | readonly Value[];

/** A row: the values of its columns in order. Its kind (`RowKind`) travels beside it, not in it. */
export type Row = readonly Value[];

/** A timestamp of more than millisecond precision. Flink: `TimestampData`. Immutable. */
export class NanoTimestamp {
  /** Milliseconds since 1970-01-01T00:00:00, floored. */
  readonly epochMs: number;
  /** Nanoseconds after `epochMs`, 0 to 999 999. */
  readonly nanoOfMs: number;

  constructor(epochMs: number, nanoOfMs: number) {
    this.epochMs = epochMs;
    this.nanoOfMs = nanoOfMs;
  }
}

/** A MAP or MULTISET value: entries in insertion order, keys distinct under the key type's equality. */
export class MapValue {
  readonly entries: ReadonlyArray<readonly [key: Value, value: Value]>;

  constructor(entries: ReadonlyArray<readonly [key: Value, value: Value]>) {
    this.entries = entries;
  }
}
