/** Breakpoints of a replay that plays: its dataflow changes with every job and every restored checkpoint. */
import type { Dataflow } from '../engine/dataflow.ts';
import { EdgeWatch } from '../engine/edge-watch.ts';
import { type BreakpointProblem, type BreakpointTarget, compileBreakpoints, hitText } from './breakpoints.ts';
import type { Breakpoint, BreakpointHit } from './run-view.ts';

/** Watches edges while a replay plays, and none while it seeks. */
export class ReplayWatch {
  #breakpoints: readonly Breakpoint[] = [];
  #watched: { readonly dataflow: Dataflow; readonly watch: EdgeWatch } | null = null;

  /** Whether a breakpoint was hit since the last `take`. */
  get isHit(): boolean {
    return this.#watched?.watch.isHit === true;
  }

  /** Replaces all breakpoints; those with a problem are left out. */
  set(breakpoints: readonly Breakpoint[], target: BreakpointTarget | null): readonly BreakpointProblem[] {
    this.#breakpoints = breakpoints;
    if (target === null) return [];
    const { compiled, problems } = compileBreakpoints(breakpoints, target);
    if (this.#watched?.dataflow === target.dataflow) this.#watched.watch.set(compiled);
    return problems;
  }

  /** Sees to it that this dataflow is the one that is watched. */
  follow(target: BreakpointTarget): void {
    if (this.#watched?.dataflow === target.dataflow) return;
    const watch = new EdgeWatch(target.dataflow);
    watch.set(compileBreakpoints(this.#breakpoints, target).compiled);
    this.#watched = { dataflow: target.dataflow, watch };
  }

  /** The hit, if there was one, after `row` rows. */
  take(target: BreakpointTarget, row: number): BreakpointHit | null {
    const hit = this.#watched?.watch.take() ?? null;
    return hit === null ? null : hitText(hit, this.#breakpoints, target, row);
  }

  stop(): void {
    this.#watched?.watch.set([]);
    this.#watched = null;
  }
}
