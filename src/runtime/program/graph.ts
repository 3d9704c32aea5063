/**
 * The graph view of a script: what the canvas shows. Derived from the text alone by `buildGraph`,
 * never stored. One statement is one thing on the canvas (design.md §1).
 */
import type { Span } from '../base/span.ts';

/** The kind of a node, recognised from the shape of its statement. `sql` is everything else. */
export type NodeKind =
  | 'source'
  | 'sink'
  /** A table that is both read and written. */
  | 'source-sink'
  | 'filter'
  | 'map'
  | 'group-aggregate'
  | 'window-aggregate'
  | 'join'
  | 'interval-join'
  | 'temporal-join'
  | 'lookup-join'
  | 'union'
  | 'top-n'
  | 'deduplicate'
  | 'over'
  | 'pattern'
  | 'process'
  | 'values'
  | 'sql';

/** The family colours a node's icon. */
export type NodeFamily = 'source' | 'stateless' | 'stateful' | 'typescript' | 'sink' | 'sql';

/** An input port. */
export interface InputPort {
  /** Stable within the node: `in`, `left`, `right`, `in-0`, … */
  readonly id: string;
  /** For people and screen readers. */
  readonly label: string;
  /** Span of the reference in the text (`FROM x`); absent when the port is not yet written. */
  readonly reference?: Span;
  /** Name written there, whether it resolves or not. */
  readonly refersTo?: string;
}

/** A node. */
export interface GraphNode {
  /**
   * Stable identity: `table:NAME`, `view:NAME`, `insert:SINK` (`insert:SINK#2` for the second into the
   * same sink), `select:N`, `broken:N`. Survives edits elsewhere; renaming makes a new one that edits carry over.
   */
  readonly id: string;
  readonly kind: NodeKind;
  readonly family: NodeFamily;
  readonly name: string;
  /** One line with the node's own setting: the predicate, the keys, the window, the connector and path. */
  readonly summary: string;
  readonly inputs: readonly InputPort[];
  readonly hasOutput: boolean;
  /** The statement's number (from 1) and the text that is the node's own. */
  readonly statement: number;
  readonly span: Span;
  /** Form values when the form can show the query without loss; `null`: edit it as SQL. */
  readonly form: NodeForm | null;
  /** Functions of the library that the statement calls, by the name in `functions`, in the order of the text. */
  readonly calls: readonly string[];
  /**
   * Only for `broken:N`: the id of the node that the text would be if it parsed (`view:orders`), so that
   * its position is kept while it is being typed.
   */
  readonly standsFor?: string;
}

/** An edge. `id` is `from->to:port`, with `#2` … for further copies between the same ends. */
export interface GraphEdge {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly toPort: string;
  /** The INSERT statement that is this edge, when it has no node of its own. */
  readonly insert?: { readonly statement: number; readonly span: Span };
}

/** A whole graph view. `settings` are the SET statements, `functions` the function library. */
export interface ProgramGraph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  readonly settings: readonly {
    readonly key: string;
    readonly value: string;
    readonly statement: number;
    readonly span: Span;
  }[];
  readonly functions: readonly {
    readonly name: string;
    readonly path: string;
    readonly language: string;
    readonly span: Span;
  }[];
}

/** One column of a source form. Exactly one of `type` (physical/metadata) and `expression` (computed) counts. */
export interface ColumnForm {
  readonly kind: 'physical' | 'computed' | 'metadata';
  readonly name: string;
  readonly type: string;
  readonly expression: string;
  readonly metadataKey: string;
  /** Metadata that can only be read. */
  readonly isVirtual?: boolean;
}

/** An output column of a map or aggregate form: SQL text and its name (empty: no alias). */
export interface ExpressionForm {
  readonly expression: string;
  readonly alias: string;
}

/** An argument of a process function besides its table, time and uid. */
export interface ArgumentForm {
  readonly name: string;
  readonly expression: string;
}

/** What the inspector's form shows and edits. All texts are SQL as written. */
export type NodeForm =
  | {
      readonly kind: 'table';
      readonly columns: readonly ColumnForm[];
      readonly watermarkColumn: string;
      readonly watermarkExpression: string;
      readonly primaryKey: readonly string[];
      readonly options: readonly { readonly key: string; readonly value: string }[];
    }
  | { readonly kind: 'filter'; readonly input: string; readonly condition: string }
  | {
      readonly kind: 'map';
      readonly input: string;
      readonly columns: readonly ExpressionForm[];
      readonly distinct: boolean;
      readonly condition: string;
    }
  | {
      readonly kind: 'group-aggregate';
      readonly input: string;
      readonly condition: string;
      readonly keys: readonly string[];
      readonly columns: readonly ExpressionForm[];
      readonly having: string;
    }
  | {
      readonly kind: 'window-aggregate';
      readonly input: string;
      readonly window: 'TUMBLE' | 'HOP' | 'CUMULATE' | 'SESSION';
      readonly timeColumn: string;
      /** Texts of the interval arguments after DESCRIPTOR in SQL order: size; slide, size; step, size; gap. */
      readonly intervals: readonly string[];
      readonly condition: string;
      /** Keys besides window_start and window_end. */
      readonly keys: readonly string[];
      readonly columns: readonly ExpressionForm[];
      readonly having: string;
    }
  | {
      readonly kind: 'join';
      readonly left: string;
      readonly leftAlias: string;
      readonly right: string;
      readonly rightAlias: string;
      readonly type: 'INNER' | 'LEFT' | 'RIGHT' | 'FULL';
      readonly condition: string;
      readonly columns: readonly ExpressionForm[];
    }
  /** `SELECT * FROM f(input => TABLE x PARTITION BY k, on_time => DESCRIPTOR(ts), uid => 'u', a => 1)`. */
  | {
      readonly kind: 'process';
      readonly input: string;
      readonly functionName: string;
      readonly keys: readonly string[];
      /** Column of `on_time`; empty: the function sees no event time. */
      readonly timeColumn: string;
      /** Text of `uid`; empty: Flink takes the name of the function. */
      readonly uid: string;
      /** All other arguments. */
      readonly args: readonly ArgumentForm[];
    }
  | { readonly kind: 'union'; readonly inputs: readonly string[]; readonly all: boolean }
  | { readonly kind: 'insert'; readonly input: string; readonly sink: string; readonly columns: readonly string[] };
