/**
 * Flink's SQL types. Every expression, column and state has one. A type is a plain immutable value;
 * equality is structural (`sameType`). Flink: package `org.apache.flink.table.types.logical`.
 */

/** What a timestamp column means for time. Lost by any computation on it (flink-semantics #12). */
export type TimeAttribute = 'rowtime' | 'proctime';

/** Types whose only parameter is nullability. */
export type SimpleKind =
  | 'BOOLEAN'
  | 'TINYINT'
  | 'SMALLINT'
  | 'INT'
  | 'BIGINT'
  | 'FLOAT'
  | 'DOUBLE'
  | 'DATE'
  /** The type of a bare NULL. */
  | 'NULL'
  /** Keyword arguments of functions (`JSON_VALUE(… NULL ON EMPTY)`, time units). */
  | 'SYMBOL'
  /** The argument `DESCRIPTOR(ts)`. */
  | 'DESCRIPTOR'
  | 'VARIANT'
  /** An expression that did not bind: suppresses follow-up errors, never reaches the planner. */
  | 'ERROR';

/** Types with one length: `VARCHAR(2147483647)` is STRING, `VARBINARY(2147483647)` is BYTES. */
export type LengthKind = 'CHAR' | 'VARCHAR' | 'BINARY' | 'VARBINARY';

/** One field of a ROW type or column of a schema. */
export interface Field {
  readonly name: string;
  readonly type: LogicalType;
}

/** A SQL type of Flink. */
export type LogicalType =
  | { readonly kind: SimpleKind; readonly nullable: boolean }
  | { readonly kind: LengthKind; readonly nullable: boolean; readonly length: number }
  | { readonly kind: 'DECIMAL'; readonly nullable: boolean; readonly precision: number; readonly scale: number }
  | { readonly kind: 'TIME'; readonly nullable: boolean; readonly precision: number }
  | {
      readonly kind: 'TIMESTAMP' | 'TIMESTAMP_LTZ';
      readonly nullable: boolean;
      /** Fraction digits, 0 to 9. */
      readonly precision: number;
      readonly timeAttribute?: TimeAttribute;
    }
  | {
      readonly kind: 'INTERVAL_YEAR_MONTH';
      readonly nullable: boolean;
      readonly unit: 'YEAR' | 'MONTH' | 'YEAR TO MONTH';
      /** Digits of the leading year field. */
      readonly precision: number;
    }
  | {
      readonly kind: 'INTERVAL_DAY_TIME';
      readonly nullable: boolean;
      readonly unit:
        | 'DAY'
        | 'HOUR'
        | 'MINUTE'
        | 'SECOND'
        | 'DAY TO HOUR'
        | 'DAY TO MINUTE'
        | 'DAY TO SECOND'
        | 'HOUR TO MINUTE'
        | 'HOUR TO SECOND'
        | 'MINUTE TO SECOND';
      /** Digits of the leading day field. */
      readonly precision: number;
      /** Fraction digits of the seconds. */
      readonly fraction: number;
    }
  | { readonly kind: 'ARRAY' | 'MULTISET'; readonly nullable: boolean; readonly element: LogicalType }
  | { readonly kind: 'MAP'; readonly nullable: boolean; readonly key: LogicalType; readonly value: LogicalType }
  | { readonly kind: 'ROW'; readonly nullable: boolean; readonly fields: readonly Field[] };

/** The discriminator of `LogicalType`. */
export type TypeKind = LogicalType['kind'];

/** The type of one kind, for example `TypeOf<'DECIMAL'>`. */
export type TypeOf<K extends TypeKind> = K extends TypeKind ? OfKind<LogicalType, K> : never;

/** Members of `T` that can be of kind `K`, narrowed to it (several kinds share one member). */
type OfKind<T, K> = T extends { readonly kind: infer M } ? (K extends M ? T & { readonly kind: K } : never) : never;

/** Columns of a table, view or query, in order. Names may repeat only in a top-level query. */
export type Schema = readonly Field[];

/** The largest length: STRING and BYTES. Flink: `VarCharType.MAX_LENGTH`. */
export const LENGTH_MAX = 2147483647;
