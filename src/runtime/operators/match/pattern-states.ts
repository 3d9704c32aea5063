/**
 * The automaton of a row pattern. Flink: `NFACompiler`, for the patterns that SQL can write: variables
 * in a row, each with a quantifier, strictly contiguous (so there are no IGNORE edges).
 *
 *   A B+ C     [A] ─take─> [B] ─take─> (B loop) ─proceed─> [C] ─take─> final
 *                                       └─take─┘
 *
 * A `take` edge consumes the row if the variable's condition holds; a `proceed` edge consumes nothing.
 * Greedy: a proceed edge is open only when the row could not be taken by the state's own variable.
 */
import { assert, present } from '../../base/assert.ts';
import type { Pattern } from '../../sql/1-parse/ast.ts';

/** An edge, in the order in which they are tried. */
export type PatternEdge =
  | { readonly kind: 'take'; readonly target: number }
  | { readonly kind: 'proceed'; readonly target: number };

/** A state that waits for a row of one variable. */
export interface PatternState {
  /** Position in `PatternStates.variables`. */
  readonly variable: number;
  readonly isGreedy: boolean;
  readonly edges: readonly PatternEdge[];
  /** Nothing more is needed after this state: a match may end before it takes a row. */
  readonly mayEnd: boolean;
}

/** A compiled pattern. */
export interface PatternStates {
  /** Pattern variables in order of the pattern. */
  readonly variables: readonly string[];
  readonly states: readonly PatternState[];
  readonly start: number;
}

/** The target that is no state: the match is complete. */
export const FINAL = -1;

interface Step {
  readonly variable: number;
  readonly min: number;
  readonly max: number | undefined;
  readonly isGreedy: boolean;
}

/** Compiles a pattern that the binder has let through. */
export function compilePattern(pattern: Pattern): PatternStates {
  const variables: string[] = [];
  const steps = stepsOf(pattern, variables);
  const states: PatternState[] = [];
  let sink = FINAL;
  for (const step of [...steps].reverse()) sink = addStep(step, sink, states);
  assert(sink !== FINAL, 'a pattern has at least one variable');
  return { variables, states, start: sink };
}

function stepsOf(pattern: Pattern, variables: string[]): Step[] {
  switch (pattern.kind) {
    case 'variable':
      return [{ variable: variables.push(pattern.name.name) - 1, min: 1, max: 1, isGreedy: false }];
    case 'concat':
      return pattern.items.flatMap((item) => stepsOf(item, variables));
    case 'group':
      return stepsOf(pattern.item, variables);
    case 'repeat': {
      const [only, ...more] = stepsOf(pattern.item, variables);
      const step = present(only, 'repeated variable');
      assert(more.length === 0, 'only single variables are repeated');
      const { min, max } = pattern;
      // Flink drops the greediness of `?` and of exact counts: both ways of `?` are followed.
      const isGreedy = pattern.greedy && min !== max && !(min === 0 && max === 1);
      return [{ ...step, min, max, isGreedy }];
    }
    default:
      assert(false, `the binder refuses patterns of kind ${pattern.kind}`);
  }
}

/** Adds the states of a step in front of `sink`; answers its first. Flink: `createTimesState`, `createLooping`. */
function addStep(step: Step, sink: number, states: PatternState[]): number {
  const { variable, isGreedy, min, max } = step;
  const needed = Math.max(1, min);
  const add = (edges: readonly PatternEdge[]): number => {
    const ends = edges.some(
      (edge) => edge.kind === 'proceed' && (edge.target === FINAL || states[edge.target]?.mayEnd === true),
    );
    return states.push({ variable, isGreedy, edges, mayEnd: ends && !isGreedy }) - 1;
  };
  /** Takes one row and goes on to `target`; with `leave` it may also be passed by. */
  const single = (target: number, leave: boolean): number =>
    add([{ kind: 'take', target }, ...(leave ? [{ kind: 'proceed', target: sink } as const] : [])]);
  let last = sink;
  if (max === undefined) {
    const loop = states.length;
    last = add([
      { kind: 'proceed', target: sink },
      { kind: 'take', target: loop },
    ]);
  } else {
    for (let i = needed; i < max; i++) last = single(last, true);
  }
  for (let i = 1; i < needed; i++) last = single(last, false);
  return single(last, min === 0);
}
