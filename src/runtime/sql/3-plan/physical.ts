/**
 * The physical plan: which operators run, with which settings, and what their changelogs look like.
 * The counterpart of Flink's `StreamPhysicalRel` tree after optimisation. `job/` turns it into running
 * operators, `explain` prints it, the designer shows it inside a node.
 */
import type { Schema } from '../../data/logical-type.ts';
import type { PhysicalOptions } from './physical-options.ts';

/** Which kinds of change a stream may hold. Flink: `ModifyKindSet`. */
export interface ModifyKindSet {
  readonly insert: boolean;
  readonly update: boolean;
  readonly delete: boolean;
}

/** How updates look. Flink: `UpdateKind`; `none` when there are none. */
export type UpdateKind = 'none' | 'only-update-after' | 'before-and-after';

/** The changelog of a node's output: Flink's `ChangelogMode`, `[I,UB,UA,D]` in EXPLAIN. */
export interface ChangelogMode {
  readonly kinds: ModifyKindSet;
  readonly updates: UpdateKind;
}

/** A node of the physical plan. Nodes with several consumers are shared (one object, one operator). */
export interface PhysicalNode {
  /** Unique and stable within one plan; numbered in order of creation from the sources. */
  readonly id: number;
  /** The operator and its settings, discriminated by `kind`, which is also the folder under `operators/`. */
  readonly options: PhysicalOptions;
  readonly inputs: readonly PhysicalNode[];
  readonly schema: Schema;
  readonly changelog: ChangelogMode;
  /** Sets of columns that identify a row of the changelog. Flink: upsert keys. */
  readonly upsertKeys: readonly (readonly number[])[];
  /** Flink's name of the node for EXPLAIN and messages: `GroupAggregate`, `TableSourceScan`. */
  readonly name: string;
  /** Canvas nodes whose output this is. */
  readonly nodeIds: readonly string[];
}

/** A plan: one root per sink (or per query, whose root is a `collect` node), sharing what they can. */
export interface PhysicalPlan {
  readonly roots: readonly PhysicalNode[];
  /** All nodes, inputs before consumers. */
  readonly nodes: readonly PhysicalNode[];
}
