/**
 * What a function written in TypeScript says about itself. It is *read* from the file's text
 * (`read-declaration.ts`) and never run to be known: the binder, the editor and the export have all
 * types of a project that nobody trusts yet. When the function is loaded, the sandbox checks that the
 * code declares what was read.
 */
import type { Span } from '../base/span.ts';
import type { LogicalType, Schema } from '../data/logical-type.ts';

/** An argument, in the order of the declaration; calls may be by position or by name. */
export interface ArgumentDeclaration {
  readonly name: string;
  /** Nullable unless declared `.notNull()`. */
  readonly type: LogicalType;
  /** Where it stands in the file. */
  readonly span: Span;
}

/** Keyed state of a process function. Flink: `@StateHint` with `ValueView`-like POJO, `ListView`, `MapView`. */
export interface StateDeclaration {
  readonly name: string;
  readonly kind: 'value' | 'list' | 'map';
  /** Key type of a map. */
  readonly key: LogicalType | null;
  /** Type of the value, of the elements, or of the map's values. */
  readonly value: LogicalType;
  /** 0: for ever. */
  readonly ttlMs: number;
  readonly span: Span;
}

interface DeclarationBase {
  readonly args: readonly ArgumentDeclaration[];
  /** False: never folded to a constant, never shared between equal calls. */
  readonly deterministic: boolean;
  /** The call of `scalar`, `table` or `process` in the file. */
  readonly span: Span;
}

/** A declaration of one of the three forms. */
export type Declaration =
  /** One value per call. Flink: `ScalarFunction`. */
  | (DeclarationBase & { readonly form: 'scalar'; readonly returns: LogicalType })
  /** Rows per call, for `LATERAL TABLE(f(x))`. Flink: `TableFunction`. */
  | (DeclarationBase & { readonly form: 'table'; readonly returns: Schema })
  /**
   * Rows over a partitioned table with state and timers. Flink: `ProcessTableFunction` with one
   * set-semantic table argument named `input`. Its rows in SQL: partition keys, `returns`, and `rowtime`
   * when the call has `on_time`.
   */
  | (DeclarationBase & {
      readonly form: 'process';
      /** Columns that the function needs, found by name; `null`: takes whatever columns the table has. */
      readonly input: Schema | null;
      /** Where `input` stands in the file, else the call. */
      readonly inputSpan: Span;
      readonly returns: Schema;
      readonly states: readonly StateDeclaration[];
    });

/** A declaration of one form. */
export type DeclarationOf<F extends Declaration['form']> = Extract<Declaration, { form: F }>;

/** A mistake in a function's file. Lines and columns count from 1. */
export interface FunctionProblem {
  readonly code: string;
  /** As `CREATE FUNCTION … AS` wrote it. */
  readonly path: string;
  readonly message: string;
  readonly hint?: string;
  readonly line: number;
  readonly column: number;
  readonly span: Span;
}
