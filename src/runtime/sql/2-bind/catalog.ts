/**
 * The catalog: tables, views and functions that a script has made so far. Flink's default path is
 * `default_catalog`.`default_database`; further catalogs and databases may be created.
 */
import type { Span } from '../../base/span.ts';
import type { LogicalType, Schema } from '../../data/logical-type.ts';
import type { ColumnDef, WatermarkDef } from '../1-parse/ast.ts';
import type { BoundExpr } from './bound-expr.ts';
import type { Rel } from './rel.ts';

/** A column of a table as declared. */
export type BoundColumn =
  | { readonly kind: 'physical'; readonly name: string; readonly type: LogicalType; readonly comment?: string }
  | {
      readonly kind: 'metadata';
      readonly name: string;
      readonly type: LogicalType;
      /** Key of the metadata; the column name when FROM is left out. */
      readonly key: string;
      readonly virtual: boolean;
      readonly comment?: string;
    }
  /** `expr` is over the physical and metadata columns in order of declaration. */
  | {
      readonly kind: 'computed';
      readonly name: string;
      readonly type: LogicalType;
      readonly expr: BoundExpr /** As Flink prints it. */;
      readonly text: string;
      readonly comment?: string;
    };

/** Full name of a catalog object. */
export interface ObjectPath {
  readonly catalog: string;
  readonly database: string;
  readonly name: string;
}

/** A column as a statement wrote it, or (CREATE TABLE … AS) as a query gives it. */
export type TableColumn = ColumnDef | { readonly kind: 'typed'; readonly name: string; readonly type: LogicalType };

/**
 * What a table was made of, before anything in it was resolved: LIKE copies parts of it and ALTER
 * changes them; the table is then bound anew.
 */
export interface TableDefinition {
  readonly columns: readonly TableColumn[];
  readonly primaryKey: { readonly columns: readonly string[]; readonly span?: Span } | undefined;
  readonly watermark: WatermarkDef | undefined;
  readonly options: ReadonlyMap<string, string>;
  /** Where options stand in the text, for those that do. */
  readonly optionSpans: ReadonlyMap<string, Span>;
  readonly partitionedBy: readonly string[];
  readonly comment: string | undefined;
}

/** A table made by CREATE TABLE. */
export interface BoundTable {
  readonly kind: 'table';
  readonly path: ObjectPath;
  readonly temporary: boolean;
  readonly columns: readonly BoundColumn[];
  /** All columns with time attributes applied: what a reader sees. */
  readonly schema: Schema;
  /** Positions in `schema`; empty when there is no key. */
  readonly primaryKey: readonly number[];
  readonly watermark?: { readonly column: number; readonly expr: BoundExpr; readonly text: string };
  /** The WITH options as written, in order. */
  readonly options: ReadonlyMap<string, string>;
  readonly partitionedBy: readonly string[];
  readonly comment?: string;
  readonly span?: Span;
  /** Number of the statement that made it, from 1. */
  readonly statement: number;
  /** Node on the canvas. */
  readonly nodeId?: string;
  /** Its statement did not bind: readers accept any column silently. */
  readonly broken?: boolean;
  /** Absent for a broken table. */
  readonly definition?: TableDefinition;
}

/** A view made by CREATE VIEW. */
export interface BoundView {
  readonly kind: 'view';
  readonly path: ObjectPath;
  readonly temporary: boolean;
  readonly schema: Schema;
  readonly rel: Rel;
  readonly text: string;
  readonly span?: Span;
  readonly statement: number;
  readonly nodeId?: string;
  /** Its statement did not bind: readers accept any column silently. */
  readonly broken?: boolean;
}

/** Anything a FROM can name. */
export type CatalogObject = BoundTable | BoundView;
