/**
 * From a physical plan to a dataflow: every plan node becomes a running operator, its ends are tied to
 * connectors through the seams.
 */
import { assert, present } from '../base/assert.ts';
import { durationMs } from '../base/durations.ts';
import type { Failure } from '../base/result.ts';
import { err, ok, type Result } from '../base/result.ts';
import type { ConnectorSeams } from '../connectors/connector.ts';
import type { RowKind } from '../data/row-kind.ts';
import type { Row } from '../data/value.ts';
import { Dataflow } from '../engine/dataflow.ts';
import type { DataflowNode } from '../engine/dataflow-node.ts';
import type { Operator } from '../engine/operator.ts';
import type { OperatorFactory, OperatorShape } from '../engine/operator-factory.ts';
import type { SinkWriter, SourceReader } from '../engine/source.ts';
import { SplitCursor } from '../engine/splits.ts';
import type { Trace } from '../engine/trace.ts';
import { CollectOperator } from '../operators/collect/operator.ts';
import { SinkOperator } from '../operators/sink/operator.ts';
import { ValuesReader } from '../operators/values/operator.ts';
import { SplitWatermarkOperator } from '../operators/watermark-assigner/split-operator.ts';
import type { Files } from '../seams/files.ts';
import type { BoundTable } from '../sql/2-bind/catalog.ts';
import { pathSummary } from '../sql/2-bind/session.ts';
import type { PhysicalNode, PhysicalPlan } from '../sql/3-plan/physical.ts';
import type { OptionsOf, PhysicalOptions } from '../sql/3-plan/physical-options.ts';
import { bindUserFunctions, userFunctionsOf } from '../sql/4-codegen/bind-user-functions.ts';
import { compileEvaluator } from '../sql/4-codegen/compile-calc.ts';
import type { EvalContext } from '../sql/functions/function.ts';
import type { FunctionRuntime, FunctionWorld } from '../udf/function-library.ts';
import { type UserCode, UserCodeLoader, type UserCodeOf } from '../udf/user-code.ts';
import { canvasNodeOf } from './canvas-nodes.ts';
import { connectorOf } from './connector-catalog.ts';
import { NOT_YET, operatorFactories } from './operator-registry.ts';

/** What a dataflow needs beside its plan. */
export interface DataflowRequest {
  readonly plan: PhysicalPlan;
  readonly seams: ConnectorSeams;
  /** What sources read in place of `seams.files`: see `checkpoint-inputs.ts`. */
  readonly sourceFiles?: Files | null;
  readonly stateTtlMs: number;
  readonly notNull: 'error' | 'drop';
  readonly trace: Trace | null;
  /** Hashes what reaches sinks and query results: see `recording/`. */
  readonly endTrace?: Trace | null;
  /** Code of the TypeScript functions that the plan calls; without it the plan has none. */
  readonly functionRuntime?: FunctionRuntime | null;
  /** Rows of the query whose root is `node`. */
  readonly onQueryRow: (node: PhysicalNode, kind: RowKind, row: Row) => void;
  /** May put something around the writer of a sink (the result document records print sinks). */
  readonly wrapWriter?: (table: BoundTable, writer: SinkWriter) => SinkWriter;
}

/** Why a dataflow cannot be built, and which node of the plan it was. */
export interface BuildFailure extends Failure {
  readonly node: PhysicalNode;
}

/** Builds the dataflow. A failure is the outside world's: a file that is not there. */
export function buildDataflow(request: DataflowRequest): Result<Dataflow, BuildFailure> {
  const { plan, seams } = request;
  const random = seams.random.fork('expressions');
  const queryStartMs = seams.clock.nowMs();
  const context: EvalContext = {
    currentTimeMs: () => seams.clock.nowMs(),
    queryStartMs,
    random: () => random.next(),
    currentWatermarkMs: () => null,
    timeZone: seams.timeZone,
  };
  const nodes: DataflowNode[] = [];
  let dataflow: Dataflow | null = null;
  const world: FunctionWorld = { nowMs: () => seams.clock.nowMs(), random: () => random.next() };
  const codes = loadUserCode(request, world, () => dataflow?.rowsEntered ?? 0);
  if (!codes.ok) return codes;
  const limits = scanLimits(plan);
  const splits = new Map<PhysicalNode, SplitCursor>();
  for (const node of plan.nodes) {
    const body = bodyOf(node, request, context, limits.get(node), codes.value, splits);
    if (!body.ok) return err({ ...body.error, node });
    nodes.push({
      id: node.id,
      name: node.name,
      nodeIds: node.nodeIds,
      inputs: node.inputs.map((input) => input.id),
      body: body.value,
    });
  }
  dataflow = new Dataflow(nodes, {
    nowMs: () => seams.clock.nowMs(),
    random: () => random.next(),
    randomStream: random,
    timeZone: seams.timeZone,
    stateTtlMs: request.stateTtlMs,
    trace: request.trace,
    endTrace: request.endTrace ?? null,
  });
  return ok(dataflow);
}

/** Code by plan node and file. */
type LoadedUserCode = ReadonlyMap<PhysicalNode, ReadonlyMap<string, UserCode>>;

/** Loads the user code of all nodes; a file once, however many call it. */
function loadUserCode(
  request: DataflowRequest,
  world: FunctionWorld,
  rowNumber: () => number,
): Result<LoadedUserCode, BuildFailure> {
  const runtime = request.functionRuntime ?? null;
  const loader = runtime === null ? null : new UserCodeLoader(runtime, world, rowNumber);
  const codes = new Map<PhysicalNode, ReadonlyMap<string, UserCode>>();
  for (const node of request.plan.nodes) {
    const own = new Map<string, UserCode>();
    for (const fn of userFunctionsOf(node.options)) {
      if (loader === null) return err({ ...noRuntime(fn.name), node });
      const code = loader.load(fn, canvasNodeOf(request.plan, node.id) ?? null);
      if (!code.ok) return err({ ...code.error, node });
      own.set(keyOf(fn), code.value);
    }
    if (own.size > 0) codes.set(node, own);
  }
  return ok(codes);
}

function noRuntime(name: string): Failure {
  const message = `Function ${name} is written in TypeScript, and this host was given no code of it.`;
  return { domain: 'user-code', message, retry: 'never' };
}

function codeOf(node: PhysicalNode, codes: LoadedUserCode): UserCodeOf {
  return (fn) => present(codes.get(node)?.get(keyOf(fn)), `code of ${fn.name}`);
}

function keyOf({ name, path }: { readonly name: string; readonly path: string }): string {
  return `${name}\0${path}`;
}

/** Kinds of operators in a plan that cannot run yet. */
export function unsupportedNodes(plan: PhysicalPlan): readonly PhysicalNode[] {
  // Widened: there may be no such entry at the moment, and the comparison shall still compile.
  const factories: Readonly<Record<string, unknown>> = operatorFactories;
  return plan.nodes.filter((node) => factories[node.options.kind] === NOT_YET);
}

function bodyOf(
  node: PhysicalNode,
  request: DataflowRequest,
  context: EvalContext,
  rowCountMax: number | undefined,
  codes: LoadedUserCode,
  splits: Map<PhysicalNode, SplitCursor>,
): Result<DataflowNode['body'], Failure> {
  const userCode = codeOf(node, codes);
  const options = bindUserFunctions(node.options, userCode, request.seams.timeZone);
  switch (options.kind) {
    case 'table-scan': {
      const reader = readerOf(options, sourceSeams(request), rowCountMax);
      if (!reader.ok || reader.value.hasSplits !== true) return asSource(reader);
      const cursor = new SplitCursor(node.schema.length);
      splits.set(node, cursor);
      return ok({ kind: 'source', reader: reader.value, splits: cursor });
    }
    case 'watermark-assigner': {
      const scan = scanBelow(node);
      const cursor = scan === null ? undefined : splits.get(scan);
      if (scan === null || cursor === undefined) break;
      return asOperator(splitAssigner(options, node, scan, cursor));
    }
    case 'values':
      return asSource(ok(new ValuesReader(options.rows, context)));
    case 'sink':
      return sinkOf(node, options, request);
    case 'collect': {
      const schema = present(node.inputs[0], 'input of a query').schema;
      const onRow = (kind: RowKind, row: Row): void => request.onQueryRow(node, kind, row);
      return asOperator(new CollectOperator(schema, request.notNull, onRow));
    }
    default:
  }
  return asOperator(operatorOf(options, node, request.seams.timeZone, userCode));
}

/** The scan whose rows a watermark is made of, with nothing but computed columns in between. */
function scanBelow(node: PhysicalNode): PhysicalNode | null {
  let below = node.inputs[0];
  while (below?.options.kind === 'calc') below = below.inputs[0];
  return below?.options.kind === 'table-scan' ? below : null;
}

/** Watermarks by partition, with the settings that the table has for them. */
function splitAssigner(
  options: OptionsOf<'watermark-assigner'>,
  node: PhysicalNode,
  scan: PhysicalNode,
  cursor: SplitCursor,
): Operator {
  const scanned = scan.options.kind === 'table-scan' ? scan.options : null;
  const option = (key: string): string | undefined => scanned?.hints[key] ?? scanned?.table.options.get(key);
  const idle = option('scan.watermark.idle-timeout');
  return new SplitWatermarkOperator(
    {
      column: options.column,
      watermark: compileEvaluator(options.expr, node.inputs[0]?.schema ?? []),
      intervalMs: options.intervalMs,
      idleTimeoutMs: (idle === undefined ? undefined : durationMs(idle)) ?? options.idleTimeoutMs,
      onEvent: option('scan.watermark.emit.strategy')?.toLowerCase() === 'on-event',
    },
    cursor,
  );
}

/**
 * Scans that a LIMIT stands directly above, with how many changes it can use. Flink pushes such a limit
 * into the source, so that over a changelog later changes of the first rows are never read.
 */
function scanLimits(plan: PhysicalPlan): ReadonlyMap<PhysicalNode, number> {
  const consumerCounts = new Map<PhysicalNode, number>();
  for (const node of plan.nodes) {
    for (const input of node.inputs) consumerCounts.set(input, (consumerCounts.get(input) ?? 0) + 1);
  }
  const limits = new Map<PhysicalNode, number>();
  for (const { options, inputs } of plan.nodes) {
    if (options.kind !== 'limit' || options.limit === null) continue;
    let below = inputs[0];
    while (below?.options.kind === 'calc' && isColumnsOnly(below.options) && consumerCounts.get(below) === 1) {
      below = below.inputs[0];
    }
    if (below?.options.kind !== 'table-scan' || consumerCounts.get(below) !== 1) continue;
    limits.set(below, options.offset + options.limit);
  }
  return limits;
}

function isColumnsOnly(options: OptionsOf<'calc'>): boolean {
  return options.condition === undefined && options.projection.every((expr) => expr.kind === 'input');
}

function operatorOf(options: PhysicalOptions, node: PhysicalNode, timeZone: string, userCode: UserCodeOf): Operator {
  const factory = operatorFactories[options.kind];
  assert(typeof factory === 'object', `the plan holds no ${options.kind}, which has no runtime`);
  const shape: OperatorShape = {
    inputs: node.inputs.map((input) => input.schema),
    inputChangelogs: node.inputs.map((input) => input.changelog),
    output: node.schema,
    changelog: node.changelog,
    timeZone,
    userCode,
  };
  // The registry pairs each kind with its own factory, which the type of an indexed access cannot say.
  return (factory as OperatorFactory).create(options as never, shape);
}

function sourceSeams({ seams, sourceFiles }: DataflowRequest): ConnectorSeams {
  return sourceFiles == null ? seams : { ...seams, files: sourceFiles };
}

function readerOf(
  options: OptionsOf<'table-scan'>,
  seams: ConnectorSeams,
  rowCountMax: number | undefined,
): Result<SourceReader> {
  const table: BoundTable = {
    ...options.table,
    options: new Map([...options.table.options, ...Object.entries(options.hints)]),
  };
  const source = connectorOf(table)?.source;
  assert(source !== undefined, 'binding has checked that the table can be read');
  const limit = rowCountMax === undefined || source.takesLimit !== true ? {} : { rowCountMax };
  return source.create({ table, columns: options.columns, seams, ...limit });
}

function sinkOf(
  node: PhysicalNode,
  options: OptionsOf<'sink'>,
  request: DataflowRequest,
): Result<DataflowNode['body'], Failure> {
  const sink = connectorOf(options.table)?.sink;
  assert(sink !== undefined, 'binding has checked that the table can be written');
  const schema = present(node.inputs[0], 'input of a sink').schema;
  const rowtimes = schema.flatMap(({ type }, index) =>
    'timeAttribute' in type && type.timeAttribute === 'rowtime' ? [index] : [],
  );
  const writer = sink.create({
    table: options.table,
    seams: sinkSeams(node, options.table, request),
    ...(rowtimes.length === 1 ? { rowtimeColumn: present(rowtimes[0], 'rowtime of a sink') } : {}),
  });
  if (!writer.ok) return writer;
  const wrapped = request.wrapWriter?.(options.table, writer.value) ?? writer.value;
  const columns = options.table.columns.filter(
    (column) => column.kind === 'physical' || (column.kind === 'metadata' && !column.virtual),
  );
  return asOperator(
    new SinkOperator(
      {
        // Names and lengths are the table's; the query may have others.
        schema: columns.length === schema.length ? columns.map(({ name, type }) => ({ name, type })) : schema,
        notNull: options.notNull,
        notNullColumns: options.notNullColumns,
        typeLength: options.typeLength,
        upsert: options.upsert,
      },
      wrapped,
    ),
  );
}

/** Several INSERTs into one table have a writer each, whose random numbers (names of files) must not be the same. */
function sinkSeams(node: PhysicalNode, { path }: BoundTable, { plan, seams }: DataflowRequest): ConnectorSeams {
  const isSame = ({ options }: PhysicalNode): boolean =>
    options.kind === 'sink' && pathSummary(options.table.path) === pathSummary(path);
  const place = plan.nodes.filter(isSame).indexOf(node);
  return place <= 0 ? seams : { ...seams, random: seams.random.fork(`writer ${place}`) };
}

function asSource(reader: Result<SourceReader>): Result<DataflowNode['body'], Failure> {
  if (!reader.ok) return err(reader.error);
  return ok({ kind: 'source', reader: reader.value });
}

function asOperator(operator: Operator): Result<DataflowNode['body'], Failure> {
  return ok({ kind: 'operator', operator });
}
