/**
 * How an operator takes part in planning. Each folder under `operators/` has a `plan.ts` with one
 * `PlanRule`; the composition root lists them in order of trial (`job/plan-rules.ts`).
 *
 *   Rel (normalised) ── plan ──> Draft ── provides (bottom up) ──> kinds of change
 *                                      ── requires (top down) ──> who must send -U
 *                                      ── finish ──> PhysicalNode
 */

import type { Span } from '../../base/span.ts';
import type { Schema } from '../../data/logical-type.ts';
import type { BoundExpr } from '../2-bind/bound-expr.ts';
import type { ConnectorCatalog } from '../2-bind/context.ts';
import type { Problem } from '../2-bind/problem.ts';
import type { Rel, WindowSpec } from '../2-bind/rel.ts';
import type { Session } from '../2-bind/session.ts';
import type { ChangelogMode, ModifyKindSet, UpdateKind } from './physical.ts';
import type { Columns, PhysicalOptions } from './physical-options.ts';

/** Window columns that a stream carries. Flink: `RelWindowProperties`. */
export interface WindowProperties {
  readonly window: WindowSpec;
  readonly attribute: 'rowtime' | 'proctime';
  readonly local: boolean;
  readonly start: number | undefined;
  readonly end: number | undefined;
  readonly time: number | undefined;
}

/** How a column changes over the updates of one row. Flink: `RelModifiedMonotonicity`. */
export type Monotonicity = 'constant' | 'increasing' | 'decreasing' | 'unknown';

/** A physical node before its changelog is known. */
export interface Draft {
  readonly rule: PlanRule;
  readonly options: PhysicalOptions;
  readonly inputs: readonly Draft[];
  /** Output columns; time attributes are those that really survive up to here. */
  readonly schema: Schema;
  /** Flink's name: `GroupAggregate`. */
  readonly name: string;
  readonly upsertKeys: readonly Columns[];
  readonly window?: WindowProperties | undefined;
  /** By column; absent when nothing is known. */
  readonly monotonicity?: readonly Monotonicity[] | undefined;
  readonly nodeIds: readonly string[];
  readonly span?: Span | undefined;
  /** Tried in order where the operator cannot be built with `options`, because an input gives other updates. */
  readonly fallbacks?: readonly PhysicalOptions[];
}

/** What a rule may ask for while it plans. */
export interface PlanContext {
  readonly session: Session;
  readonly connectors: ConnectorCatalog;
  readonly batch: boolean;
  /** Keep what a canvas node shows in one physical node. */
  readonly taps: boolean;
  /** Plans an input. */
  plan(rel: Rel): Draft;
  /** A projection and filter over a draft, merged into it where that is possible. */
  calc(input: Draft, projection: readonly BoundExpr[], names: readonly string[], condition?: BoundExpr): Draft;
  report(problem: Problem, span?: Span): void;
  /** Whether an operator of this kind can run. */
  kindsOf(draft: Draft): ModifyKindSet;
}

/** One operator's part in planning. */
export interface PlanRule {
  readonly kind: PhysicalOptions['kind'];
  /** Plans `rel` as this operator, or answers `undefined` when it is something else. */
  plan(rel: Rel, cx: PlanContext): Draft | undefined;
  /**
   * Name in Flink's message when an input updates or deletes and the operator takes inserts only;
   * `undefined`: it takes everything.
   */
  insertOnly?(draft: Draft, input: number): string | undefined;
  /** Kinds of change in its output. */
  provides(draft: Draft, inputs: readonly ModifyKindSet[]): ModifyKindSet;
  /**
   * How the updates of each input must look when those of the output shall look as `required`;
   * `undefined` when the operator cannot give that.
   */
  requires(draft: Draft, required: UpdateKind, inputs: readonly ModifyKindSet[]): readonly UpdateKind[] | undefined;
  /** How the updates of its output look whatever is asked for; default: as required. */
  given?(draft: Draft): UpdateKind | undefined;
  /** Fills in what depends on changelogs. */
  finish?(draft: Draft, inputs: readonly ChangelogMode[], output: ChangelogMode): PhysicalOptions;
  /** `groupBy=[k], select=[…]` for EXPLAIN. */
  explain(draft: {
    readonly options: PhysicalOptions;
    readonly schema: Schema;
    readonly inputs: readonly { readonly schema: Schema }[];
  }): string;
}
