/**
 * All problems there are: those of the text and those of the run, each once, with the node that each
 * belongs to. Derived; computed again only when one of its sources changed.
 */
import type { Diagnostic } from '../../runtime/base/diagnostic.ts';
import type { ProgramGraph } from '../../runtime/program/graph.ts';
import { nodeFinder, useAnalysis } from './analysis.ts';
import { useRun } from './run.ts';
import { useIsRunOutdated } from './run-age.ts';

/** A problem and the node that it belongs to. */
export interface Problem {
  readonly diagnostic: Diagnostic;
  readonly nodeId: string | null;
}

/** The problems, worst first within the order of the text. */
export interface Problems {
  readonly all: readonly Problem[];
  readonly errorCount: number;
  readonly byNode: ReadonlyMap<string, readonly Diagnostic[]>;
}

let last: { text: readonly Diagnostic[]; run: readonly Diagnostic[]; graph: ProgramGraph; problems: Problems } | null =
  null;

/** The problems of a moment. */
function problemsOf(text: readonly Diagnostic[], run: readonly Diagnostic[], graph: ProgramGraph): Problems {
  if (last !== null && last.text === text && last.run === run && last.graph === graph) return last.problems;
  const seen = new Set<string>();
  const all: Problem[] = [];
  const byNode = new Map<string, Diagnostic[]>();
  const find = nodeFinder(graph);
  for (const diagnostic of [...text, ...run]) {
    const key = `${diagnostic.code} ${diagnostic.span?.start ?? ''} ${diagnostic.message}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const nodeId = find(diagnostic)?.id ?? null;
    all.push({ diagnostic, nodeId });
    if (nodeId === null) continue;
    const known = byNode.get(nodeId);
    if (known === undefined) byNode.set(nodeId, [diagnostic]);
    else known.push(diagnostic);
  }
  const rank = { error: 0, warning: 1, info: 2 } as const;
  all.sort(
    (a, b) =>
      rank[a.diagnostic.severity] - rank[b.diagnostic.severity] ||
      (a.diagnostic.span?.start ?? 0) - (b.diagnostic.span?.start ?? 0),
  );
  const errorCount = all.filter((p) => p.diagnostic.severity === 'error').length;
  const problems = { all, errorCount, byNode };
  last = { text, run, graph, problems };
  return problems;
}

let lastHappened: { run: readonly Diagnostic[]; found: readonly Diagnostic[] } | null = null;

/** Only the diagnostics of rows that flowed; the same list for the same list. */
function happenedIn(run: readonly Diagnostic[]): readonly Diagnostic[] {
  if (lastHappened?.run !== run) lastHappened = { run, found: run.filter((d) => d.phase === 'run') };
  return lastHappened.found;
}

/** The problems of now, for components. */
export function useProblems(): Problems {
  const text = useAnalysis((s) => s.diagnostics);
  const graph = useAnalysis((s) => s.graph);
  const run = useRun((s) => s.diagnostics);
  const isOutdated = useIsRunOutdated();
  // What kept an earlier text from starting says nothing of this one; what happened to rows stays to be read.
  return problemsOf(text, isOutdated ? happenedIn(run) : run, graph);
}
