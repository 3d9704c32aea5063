/**
 * All problems there are: those of the text, of the TypeScript files and of the run, each once, with the node that each
 * belongs to. Derived; computed again only when one of its sources changed.
 */
import type { Diagnostic } from '../../runtime/base/diagnostic.ts';
import type { ProgramGraph } from '../../runtime/program/graph.ts';
import { nodeFinder, useAnalysis } from './analysis.ts';
import { useClusterDiagnostics } from './cluster.ts';
import { useRun } from './run.ts';
import { useIsRunOutdated } from './run-age.ts';
import { useTypeProblems } from './type-problems.ts';

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

interface Sources {
  readonly text: readonly Diagnostic[];
  readonly run: readonly Diagnostic[];
  readonly types: ReadonlyMap<string, readonly Diagnostic[]>;
  readonly compiler: readonly Diagnostic[];
  readonly cluster: readonly Diagnostic[];
  readonly graph: ProgramGraph;
}

let last: { readonly sources: Sources; readonly problems: Problems } | null = null;

/** The problems of a moment. */
function problemsOf(sources: Sources): Problems {
  const { text, run, types, compiler, cluster, graph } = sources;
  const before = last?.sources;
  if (
    last !== null &&
    before?.text === text &&
    before.run === run &&
    before.types === types &&
    before.compiler === compiler &&
    before.cluster === cluster &&
    before.graph === graph
  ) {
    return last.problems;
  }
  const seen = new Set<string>();
  const all: Problem[] = [];
  const byNode = new Map<string, Diagnostic[]>();
  const find = nodeFinder(graph);
  // One mistake in a file may be seen by reader, type checker and compiler: the first of them says it.
  const lines = new Set<string>();
  for (const diagnostic of [...text, ...[...types.values()].flat(), ...compiler, ...run, ...cluster]) {
    const { file } = diagnostic;
    const key = `${diagnostic.code} ${placeKey(diagnostic)} ${diagnostic.message}`;
    const line = file === undefined ? null : `${file.path}:${file.line}`;
    if (seen.has(key) || (line !== null && lines.has(line) && compiler.includes(diagnostic))) continue;
    seen.add(key);
    if (line !== null && diagnostic.severity === 'error') lines.add(line);
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
  last = { sources, problems };
  return problems;
}

/** Where a diagnostic points, to tell two of the same words apart. */
export function placeKey({ span, file }: Diagnostic): string {
  return file === undefined ? String(span?.start ?? '') : `${file.path}:${file.line}:${file.column}`;
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
  const types = useTypeProblems((s) => s.types);
  const compiler = useTypeProblems((s) => s.compiler);
  const cluster = useClusterDiagnostics();
  const isOutdated = useIsRunOutdated();
  // What kept an earlier text from starting says nothing of this one; what happened to rows stays to be read.
  return problemsOf({ text, run: isOutdated ? happenedIn(run) : run, types, compiler, cluster, graph });
}
