/**
 * Figures of the nodes of a canvas from those that Flink gives for operators and vertices. Pure: what was asked goes in,
 * what the window shows comes out.
 *
 * Flink's JobManager collects figures of operators every `metrics.fetcher.update-interval` (10 s unless it is set), and
 * none after a task has ended. The counts of whole vertices are exact also after the end; where one of them says how many
 * rows an operator had, it goes before what was collected.
 */
import type { CommandOut } from '../../contract/contract.ts';
import type { EngineContract } from '../../contract/engine-contract.ts';
import type { CanvasMap, MappedNode } from '../../job/flink-canvas-map.ts';
import type { FlinkOperator } from '../../job/flink-operators.ts';
import type { FlinkJob, FlinkMetric } from './rest-client.ts';

type NodeMetrics = CommandOut<EngineContract, 'runs.metrics'>['nodes'][number];

/** Figures of one operator over all its subtasks; null: not told. */
export interface OperatorFigures {
  readonly rowsIn: number | null;
  readonly rowsOut: number | null;
  readonly rowsInPerSecond: number;
  readonly rowsOutPerSecond: number;
  /** The smallest of the subtasks. `Infinity`: the end. */
  readonly watermarkMs: number | null;
  readonly lateRowCount: number;
}

/** How busy a vertex is: the busiest of its subtasks, as a share of time; null: not told. */
export interface VertexLoad {
  readonly busy: number | null;
  readonly backPressured: number | null;
}

/** What was collected of a job. */
export interface CollectedFigures {
  readonly operators: ReadonlyMap<string, OperatorFigures>;
  readonly loads: ReadonlyMap<string, VertexLoad>;
}

const OF_OPERATORS =
  /^(.+)\.(numRecordsIn|numRecordsOut|numRecordsInPerSecond|numRecordsOutPerSecond|currentOutputWatermark|currentInputWatermark|numLateRecordsDropped)$/;
const OF_VERTICES: ReadonlySet<string> = new Set(['busyTimeMsPerSecond', 'backPressuredTimeMsPerSecond']);

/** What an operator is known by in the names of figures: its number where it has one. */
function keyOf(name: string): string {
  return /\[(\d+)\]/.exec(name)?.[1] ?? name;
}

/** Whether a figure is used at all. */
export function isWanted(name: string): boolean {
  return OF_VERTICES.has(name) || OF_OPERATORS.test(name);
}

const NOTHING: OperatorFigures = {
  rowsIn: null,
  rowsOut: null,
  rowsInPerSecond: 0,
  rowsOutPerSecond: 0,
  watermarkMs: null,
  lateRowCount: 0,
};

/** Figures of the operators of a vertex, by their keys. Several parts of one sink are one operator here. */
export function operatorFigures(metrics: readonly FlinkMetric[]): Map<string, OperatorFigures> {
  const found = new Map<string, OperatorFigures>();
  const inputWatermarks = new Map<string, number | null>();
  for (const { id, min, sum } of metrics) {
    const [, text = '', what = ''] = OF_OPERATORS.exec(id) ?? [];
    if (text === '') continue;
    const key = keyOf(text);
    const known = found.get(key) ?? NOTHING;
    const total = numberOf(sum);
    // A sink's writer and what commits behind it have one number: the writer has the rows.
    const larger = (before: number | null): number | null => (total === null ? before : Math.max(before ?? 0, total));
    const next: { -readonly [K in keyof OperatorFigures]: OperatorFigures[K] } = { ...known };
    if (what === 'numRecordsIn') next.rowsIn = larger(known.rowsIn);
    if (what === 'numRecordsOut') next.rowsOut = larger(known.rowsOut);
    if (what === 'numRecordsInPerSecond') next.rowsInPerSecond = larger(known.rowsInPerSecond) ?? 0;
    if (what === 'numRecordsOutPerSecond') next.rowsOutPerSecond = larger(known.rowsOutPerSecond) ?? 0;
    if (what === 'numLateRecordsDropped') next.lateRowCount = larger(known.lateRowCount) ?? 0;
    if (what === 'currentOutputWatermark') next.watermarkMs = watermarkOf(min) ?? known.watermarkMs;
    if (what === 'currentInputWatermark') inputWatermarks.set(key, watermarkOf(min));
    found.set(key, next);
  }
  for (const [key, watermarkMs] of inputWatermarks) {
    const known = found.get(key);
    if (known !== undefined && known.watermarkMs === null) found.set(key, { ...known, watermarkMs });
  }
  return found;
}

/** How busy a vertex is. */
export function vertexLoad(metrics: readonly FlinkMetric[]): VertexLoad {
  const share = (name: string): number | null => {
    const ms = numberOf(metrics.find(({ id }) => id === name)?.max);
    return ms === null ? null : Math.min(1, Math.max(0, ms / 1000));
  };
  return { busy: share('busyTimeMsPerSecond'), backPressured: share('backPressuredTimeMsPerSecond') };
}

function numberOf(value: number | string | undefined): number | null {
  const number = Number(value);
  return value === undefined || Number.isNaN(number) ? null : number;
}

/** Java's smallest number: none yet; its largest: the end. Numbers that come through a double are not exact there. */
function watermarkOf(value: number | string | undefined): number | null {
  const ms = numberOf(value);
  if (ms === null || ms <= -9.2e18) return null;
  return ms >= 9.2e18 ? Number.POSITIVE_INFINITY : ms;
}

/** Counts that vertices say for sure: rows into the first operator of each, and out of the one that feeds it. */
export function exactCounts(
  job: FlinkJob,
  operators: readonly FlinkOperator[],
): { readonly into: ReadonlyMap<string, number>; readonly outOf: ReadonlyMap<string, number> } {
  const into = new Map<string, number>();
  const outOf = new Map<string, number>();
  for (const { id, metrics } of job.vertices) {
    const head = operators.find((each) => each.vertexId === id);
    if (head === undefined) continue;
    const rows = metrics['read-records'];
    if (head.inputs.length === 0) outOf.set(head.key, rows);
    else into.set(head.key, rows);
    const [emitter] = head.inputs[0] ?? [];
    if (head.inputs.length === 1 && emitter !== undefined) outOf.set(emitter.key, rows);
  }
  return { into, outOf };
}

/** What goes into the figures of nodes. */
export interface NodeFiguresRequest {
  readonly job: FlinkJob;
  readonly operators: readonly FlinkOperator[];
  readonly map: CanvasMap;
  readonly collected: CollectedFigures;
}

/** Figures of all nodes of which something is known. */
export function nodeFigures({ job, operators, map, collected }: NodeFiguresRequest): NodeMetrics[] {
  const { into, outOf } = exactCounts(job, operators);
  const larger = (told: number | null, exact: number | undefined): number | null =>
    exact === undefined ? told : Math.max(told ?? 0, exact);
  const rowsIn = ({ key }: FlinkOperator): number | null =>
    larger(collected.operators.get(key)?.rowsIn ?? null, into.get(key));
  const rowsOut = ({ key }: FlinkOperator): number | null =>
    larger(collected.operators.get(key)?.rowsOut ?? null, outOf.get(key));
  const found: NodeMetrics[] = [];
  for (const [nodeId, node] of map.nodes) {
    const figures = figuresOf(nodeId, node, collected, { rowsIn, rowsOut });
    if (figures !== null) found.push(figures);
  }
  return found;
}

function figuresOf(
  nodeId: string,
  { operators, members, isExact }: MappedNode,
  { operators: told, loads }: CollectedFigures,
  counts: Readonly<Record<'rowsIn' | 'rowsOut', (operator: FlinkOperator) => number | null>>,
): NodeMetrics | null {
  // The count of several nodes in one operator is that of none of them; how busy that is can still be told.
  if (!isExact) return null;
  const isSink = operators.every(({ name }) => name === 'Sink');
  const rowCount = added(operators.map(isSink ? counts.rowsIn : counts.rowsOut));
  if (rowCount === null) return null;
  const own = operators.flatMap((each) => told.get(each.key) ?? []);
  const watermarks = own.flatMap(({ watermarkMs }) => watermarkMs ?? []);
  const watermark = watermarks.length === 0 ? null : Math.min(...watermarks);
  const first = members.filter(({ inputs }) => !inputs.flat().some((input) => members.includes(input)));
  const vertices = [...new Set(members.map(({ vertexId }) => vertexId))].flatMap((id) => loads.get(id) ?? []);
  const most = (shares: readonly (number | null)[]): number | null =>
    shares.reduce((a, b) => (a === null ? b : b === null ? a : Math.max(a, b)), null);
  return {
    nodeId,
    rowCount,
    rowsPerSecond: own.reduce((sum, each) => sum + (isSink ? each.rowsInPerSecond : each.rowsOutPerSecond), 0),
    watermarkMs: watermark === Number.POSITIVE_INFINITY ? null : watermark,
    ended: watermark === Number.POSITIVE_INFINITY,
    lateRowCount: members.reduce((sum, { key }) => sum + (told.get(key)?.lateRowCount ?? 0), 0),
    stateEntryCount: 0,
    stateSizeBytes: 0,
    load: {
      rowsIn: isSink
        ? rowCount
        : first.some(({ inputs }) => inputs.length === 0)
          ? null
          : added(first.map(counts.rowsIn)),
      busy: most(vertices.map(({ busy }) => busy)),
      backPressured: most(vertices.map(({ backPressured }) => backPressured)),
    },
  };
}

/** The sum, when all are known. */
function added(numbers: readonly (number | null)[]): number | null {
  return numbers.reduce((sum, each) => (sum === null || each === null ? null : sum + each), 0);
}
