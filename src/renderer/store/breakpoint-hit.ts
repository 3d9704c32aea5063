/** What the window does when a breakpoint has stopped: the edge and the row are shown, and said. */
import { useAnalysis } from './analysis.ts';
import { type BreakpointHit, edgeOf, useBreakpoints } from './breakpoints.ts';
import { announce } from './notices.ts';
import { useSelection } from './selection.ts';

/** Values said of a row; the panel shows all of them. */
const SAID_COUNT_MAX = 6;

/** Shows where a breakpoint stopped. */
export function takeHit(hit: BreakpointHit): void {
  useBreakpoints.setState({ hit });
  const { graph, nodesById } = useAnalysis.getState();
  const breakpoint = useBreakpoints.getState().list.find((b) => b.id === hit.breakpointId);
  const edge = breakpoint === undefined ? null : edgeOf(graph, breakpoint);
  if (edge !== null) useSelection.setState({ nodes: [], edges: [edge.id] });
  const where = edge === null ? '' : ` between ${nodesById.get(edge.from)?.name} and ${nodesById.get(edge.to)?.name}`;
  announce(`Stopped at row ${hit.row}${where}: ${rowText(hit, SAID_COUNT_MAX)}.`);
}

/** The row as one line: `+I 17, x, 990`. */
export function rowText(row: Pick<BreakpointHit, 'kind' | 'values'>, countMax: number): string {
  const shown = row.values.slice(0, countMax).map((value) => value ?? 'NULL');
  return `${row.kind} ${shown.join(', ')}${row.values.length > countMax ? ', …' : ''}`;
}
