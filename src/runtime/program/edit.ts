/**
 * Edits of a program: every gesture on the canvas and every form is one of these requests, and
 * `edit` is a pure function from (script, layout, request) to text edits and a layout patch, or to a
 * diagnostic that says why it cannot be done. It changes one statement and leaves all other bytes
 * alone, so undo, autosave and git see exactly what the user did.
 */
import type { Diagnostic } from '../base/diagnostic.ts';
import type { TextEdit } from '../base/span.ts';
import type { NodeForm } from './graph.ts';
import type { LayoutPatch, Point } from './layout.ts';

/** Kinds that the palette offers. */
export type PaletteKind =
  | 'source-filesystem'
  | 'source-datagen'
  | 'source-kafka'
  | 'filter'
  | 'map'
  | 'group-aggregate'
  | 'window-aggregate'
  | 'join'
  | 'union'
  | 'sql'
  | 'typescript-process'
  | 'typescript-scalar'
  | 'typescript-table'
  | 'sink-print'
  | 'sink-filesystem'
  | 'sink-kafka'
  | 'sink-blackhole';

/** Forms of functions written in TypeScript. */
export type FunctionForm = 'scalar' | 'table' | 'process';

/**
 * Output columns of nodes as the binder knows them, by node id: the caller passes what `analyse` said, so
 * that a new sink gets the columns of what is connected to it. Without it the columns are read from the
 * text as far as that goes without types.
 */
export type KnownSchemas = Readonly<Record<string, readonly { readonly name: string; readonly type: string }[]>>;

/** What the user wants. Node ids are those of `GraphNode`. */
export type EditRequest =
  /** Drops a palette item; with `connectFrom` it reads from that node at once. */
  | {
      readonly kind: 'add-node';
      readonly palette: PaletteKind;
      readonly at: Point;
      readonly connectFrom?: string;
      readonly schemas?: KnownSchemas;
    }
  /** Wires the output of `from` into a port. Into a sink table it writes an INSERT. */
  | {
      readonly kind: 'connect';
      readonly from: string;
      readonly to: string;
      readonly toPort: string;
      readonly schemas?: KnownSchemas;
    }
  | { readonly kind: 'disconnect'; readonly edge: string }
  /** Splices a node into an edge. */
  | {
      readonly kind: 'insert-on-edge';
      readonly edge: string;
      readonly palette: PaletteKind;
      readonly at: Point;
      readonly schemas?: KnownSchemas;
    }
  /** Removes statements; with `heal` readers of a removed one-input node read its input instead. */
  | { readonly kind: 'remove-nodes'; readonly nodes: readonly string[]; readonly heal: boolean }
  | { readonly kind: 'rename'; readonly node: string; readonly name: string }
  | { readonly kind: 'duplicate'; readonly nodes: readonly string[]; readonly offset: Point }
  | { readonly kind: 'set-form'; readonly node: string; readonly form: NodeForm }
  /** Replaces the node's statement text as typed in its SQL editor (without the trailing `;`). */
  | { readonly kind: 'set-sql'; readonly node: string; readonly sql: string }
  /** Writes a function into the library: a new file from the template of `form`, or `path` when that file is there. */
  | { readonly kind: 'add-function'; readonly form: FunctionForm; readonly path?: string }
  /** Takes a function out of the library, and its file out of the program when no other function is in it. */
  | { readonly kind: 'remove-function'; readonly name: string }
  | { readonly kind: 'set-option'; readonly key: string; readonly value: string | null }
  | { readonly kind: 'move'; readonly positions: Readonly<Record<string, Point>> };

/** A change that can be applied and undone as one step. */
export interface ProgramEdit {
  readonly edits: readonly TextEdit[];
  readonly layout: LayoutPatch;
  /** TypeScript files that the edit writes with these texts; null takes the file out of the program. */
  readonly files?: readonly { readonly path: string; readonly text: string | null }[];
  /** For the undo menu: `Add filter`, `Move 3 nodes`. */
  readonly label: string;
  /** Nodes to select afterwards, by their id after the edit. */
  readonly select: readonly string[];
}

/** Answer of `edit`. */
export type EditResult =
  | { readonly ok: true; readonly edit: ProgramEdit }
  | { readonly ok: false; readonly diagnostic: Diagnostic };
