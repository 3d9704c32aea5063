/**
 * Runs of a pattern over the rows of one partition. Flink: `NFA`, `SharedBuffer`,
 * `AfterMatchSkipStrategy`.
 *
 * A run is a state and the chain of rows that led there; chains share their beginnings:
 *
 *   row 1 (A) <── row 2 (B) <── row 3 (B)      run in state C
 *                           <── row 3 (C)      complete
 *
 * Every row is offered to all runs and to the start state. A run that cannot take it ends, since
 * patterns are contiguous. A complete run leaves only when no open run began before it; then
 * `AFTER MATCH SKIP` removes the runs, open or complete, that began too early. WITHIN ends runs that
 * are open for too long.
 */
import { RunError } from '../../base/diagnostic.ts';
import { LIST_BYTES, objectBytes, rowBytes } from '../../data/memory-size.ts';
import type { Row, Value } from '../../data/value.ts';
import type { BoundMatch } from '../../sql/2-bind/rel.ts';
import type { EvalContext } from '../../sql/functions/function.ts';
import type { MatchedRows, MatchPredicate } from './pattern-rows.ts';
import { FINAL, type PatternState, type PatternStates } from './pattern-states.ts';

/** A row within a run. `sequence` numbers the rows of the partition. */
interface Link {
  readonly row: Row;
  readonly variable: number;
  readonly sequence: number;
  readonly previous: Link | null;
}

/** A run that has taken at least one row. */
interface Run {
  /** State, or FINAL. */
  readonly state: number;
  readonly last: Link;
  /** Sequence and time of its first row. */
  readonly first: number;
  readonly firstTimeMs: number;
}

/** All runs of one partition. Both lists are ordered by their first row. */
export interface Runs {
  open: Run[];
  complete: Run[];
  nextSequence: number;
}

/** A pattern ready to run. */
export interface Matcher {
  readonly states: PatternStates;
  /** Conditions by variable; null: every row. */
  readonly conditions: readonly (MatchPredicate | null)[];
  readonly afterMatch: BoundMatch['afterMatch'];
  /** 0: without end. */
  readonly withinMs: number;
}

/** Runs of a new partition. */
export function noRuns(): Runs {
  return { open: [], complete: [], nextSequence: 0 };
}

/** Offers a row; answers the matches that are now certain. */
export function advance(matcher: Matcher, runs: Runs, row: Row, timeMs: number, cx: EvalContext): MatchedRows[] {
  const sequence = runs.nextSequence++;
  const open: Run[] = [];
  for (const run of [...runs.open, null]) {
    for (const { variable, target } of takes(matcher, run, row, cx)) {
      const last: Link = { row, variable, sequence, previous: run?.last ?? null };
      const next: Run = { state: target, last, first: run?.first ?? sequence, firstTimeMs: run?.firstTimeMs ?? timeMs };
      if (target === FINAL) {
        runs.complete.push(next);
        continue;
      }
      open.push(next);
      if (stateOf(matcher, target).mayEnd) runs.complete.push({ ...next, state: FINAL });
    }
  }
  runs.open = byFirst(open);
  return release(matcher, runs);
}

/** Time has come to `timeMs`: ends runs that are open for too long, which may free matches. */
export function advanceTime(matcher: Matcher, runs: Runs, timeMs: number): MatchedRows[] {
  const { withinMs } = matcher;
  if (withinMs === 0) return [];
  runs.open = runs.open.filter((run) => timeMs - run.firstTimeMs < withinMs);
  return release(matcher, runs);
}

/** A row of a run, for people; runs count from 1. */
export interface OpenRow {
  readonly run: number;
  readonly variable: string;
  readonly row: Row;
}

/** The matches, or parts of matches, that are open, for people. */
export function* openRows(matcher: Matcher, runs: Runs): IterableIterator<OpenRow> {
  let number = 0;
  for (const run of [...runs.complete, ...runs.open]) {
    number += 1;
    for (const { variable, row } of linksOf(run.last)) yield { run: number, variable: nameOf(matcher, variable), row };
  }
}

/** How many rows `openRows` gives, and an estimate of the bytes in memory. */
export interface RunFigures {
  readonly rowCount: number;
  readonly bytes: number;
}

/**
 * Figures of all runs. O(runs): patterns are contiguous, so a run has every row from its first to its last. Rows are
 * shared by the runs that go through them; all count as the last one.
 */
export function runFigures(runs: Runs): RunFigures {
  let rowCount = 0;
  let longest = 0;
  for (const list of [runs.complete, runs.open]) {
    for (const { last, first } of list) {
      rowCount += last.sequence - first + 1;
      longest = Math.max(longest, last.sequence - first + 1);
    }
  }
  const last = runs.open[runs.open.length - 1] ?? runs.complete[runs.complete.length - 1];
  const rows = last === undefined ? 0 : longest * rowBytes(last.last.row);
  const runCount = runs.open.length + runs.complete.length;
  return { rowCount, bytes: objectBytes(3) + 2 * LIST_BYTES + (rowCount + runCount) * objectBytes(4) + rows };
}

/** The edges that take the row, after following proceed edges. */
function takes(
  matcher: Matcher,
  run: Run | null,
  row: Row,
  cx: EvalContext,
): { readonly variable: number; readonly target: number }[] {
  const found: { readonly variable: number; readonly target: number }[] = [];
  const answers = new Map<number, boolean>();
  const holds = (variable: number): boolean => {
    let answer = answers.get(variable);
    if (answer === undefined) {
      const condition = matcher.conditions[variable] ?? null;
      answer = condition === null || condition(rowsWith(matcher, run?.last ?? null, variable, row), cx);
      answers.set(variable, answer);
    }
    return answer;
  };
  const stack = [run?.state ?? matcher.states.start];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    if (at === FINAL) continue;
    const state = stateOf(matcher, at);
    for (const edge of state.edges) {
      if (edge.kind === 'proceed') {
        if (!state.isGreedy || !holds(state.variable)) stack.push(edge.target);
      } else if (holds(state.variable)) found.push({ variable: state.variable, target: edge.target });
    }
  }
  return found;
}

/** Sends complete runs as long as no open run began before them. Flink: `processMatchesAccordingToSkipStrategy`. */
function release(matcher: Matcher, runs: Runs): MatchedRows[] {
  const matches: MatchedRows[] = [];
  runs.complete = byFirst(runs.complete);
  for (;;) {
    const [match] = runs.complete;
    const [earliest] = runs.open;
    if (match === undefined || (earliest !== undefined && earliest.first < match.first)) return matches;
    const links = linksOf(match.last);
    // Runs that began before this row go.
    const keptFrom = skipTo(matcher, links);
    runs.complete = runs.complete.slice(1).filter((run) => run.first >= keptFrom);
    runs.open = runs.open.filter((run) => run.first >= keptFrom);
    matches.push(rowsOf(matcher, links));
  }
}

function skipTo(matcher: Matcher, links: readonly Link[]): number {
  const { afterMatch } = matcher;
  const first = (links[0] as Link).sequence;
  switch (afterMatch.kind) {
    case 'next-row':
      return first + 1;
    case 'past-last-row':
      return (links[links.length - 1] as Link).sequence + 1;
    case 'to-first':
    case 'to-last': {
      const own = links.filter((link) => nameOf(matcher, link.variable) === afterMatch.variable);
      const target = own[afterMatch.kind === 'to-first' ? 0 : own.length - 1];
      if (target === undefined) {
        const message = `Could not skip to ${afterMatch.variable}. No such element in the found match.`;
        throw new RunError('run/match-skip-missing', message, 'org.apache.flink.util.FlinkRuntimeException');
      }
      if (target.sequence === first) {
        const message = 'Could not skip to first element of a match.';
        throw new RunError('run/match-skip-first', message, 'org.apache.flink.util.FlinkRuntimeException');
      }
      return target.sequence;
    }
  }
}

function stateOf(matcher: Matcher, state: number): PatternState {
  return matcher.states.states[state] as PatternState;
}

function nameOf(matcher: Matcher, variable: number): string {
  return matcher.states.variables[variable] as string;
}

function byFirst(runs: Run[]): Run[] {
  return runs.sort((a, b) => a.first - b.first);
}

function linksOf(last: Link): Link[] {
  const links: Link[] = [];
  for (let link: Link | null = last; link !== null; link = link.previous) links.push(link);
  return links.reverse();
}

function rowsOf(matcher: Matcher, links: readonly Link[]): MatchedRows {
  return {
    of: (variable) =>
      links.filter((link) => variable === '*' || nameOf(matcher, link.variable) === variable).map((link) => link.row),
  };
}

/** The rows of a run with one more, which is what a condition sees. */
function rowsWith(matcher: Matcher, last: Link | null, variable: number, row: Row): MatchedRows {
  let links: readonly Link[] | null = null;
  return {
    of(name) {
      const isOwn = name === '*' || name === nameOf(matcher, variable);
      links ??= last === null ? [] : linksOf(last);
      const rows = links.filter((link) => name === '*' || nameOf(matcher, link.variable) === name);
      return isOwn ? [...rows.map((link) => link.row), row] : rows.map((link) => link.row);
    },
  };
}

/** Runs as plain data: the links once each, runs by position. */
export function encodeRuns(runs: Runs): Value {
  const positions = new Map<Link, number>();
  const links: Value[] = [];
  const positionOf = (link: Link): number => {
    const known = positions.get(link);
    if (known !== undefined) return known;
    const previous = link.previous === null ? -1 : positionOf(link.previous);
    const position = links.push([link.row, link.variable, link.sequence, previous]) - 1;
    positions.set(link, position);
    return position;
  };
  const encode = (run: Run): Value => [run.state, positionOf(run.last), run.first, run.firstTimeMs];
  const open = runs.open.map(encode);
  const complete = runs.complete.map(encode);
  return [links, open, complete, runs.nextSequence];
}

/** Runs from plain data. */
export function decodeRuns(saved: Value): Runs {
  const [savedLinks, open, complete, nextSequence] = saved as [
    [Row, number, number, number][],
    [number, number, number, number][],
    [number, number, number, number][],
    number,
  ];
  const links: Link[] = [];
  for (const [row, variable, sequence, previous] of savedLinks) {
    links.push({ row, variable, sequence, previous: previous === -1 ? null : (links[previous] as Link) });
  }
  const decode = ([state, last, first, firstTimeMs]: [number, number, number, number]): Run => ({
    state,
    last: links[last] as Link,
    first,
    firstTimeMs,
  });
  return { open: open.map(decode), complete: complete.map(decode), nextSequence };
}
