/**
 * Runs a script as Flink's clients do: statement after statement, each to its end before the next.
 * DDL and SET act at once; a SELECT, INSERT or statement set becomes a dataflow of its own. The first
 * statement that fails stops the script, before or while it runs.
 *
 * What comes out is told to a listener while it happens; the outcome says how it ended.
 */
import { assert } from '../base/assert.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import type { Failure } from '../base/result.ts';
import { sinkColumns } from '../connectors/table-columns.ts';
import type { Schema } from '../data/logical-type.ts';
import type { Plain } from '../data/plain-bytes.ts';
import { RowKind } from '../data/row-kind.ts';
import type { Row } from '../data/value.ts';
import type { Dataflow } from '../engine/dataflow.ts';
import { RowFailure } from '../engine/row-failure.ts';
import { runDiagnostic } from '../engine/run-diagnostic.ts';
import { type Host, Run } from '../engine/scheduler.ts';
import type { SinkWriter } from '../engine/source.ts';
import { Trace } from '../engine/trace.ts';
import { TurnClock } from '../engine/turn-clock.ts';
import type { RecordingWriter } from '../recording/recording-writer.ts';
import { WatchedFiles } from '../recording/watched-files.ts';
import type { Brokers } from '../seams/broker.ts';
import type { Files } from '../seams/files.ts';
import type { Random } from '../seams/random.ts';
import type { SchemaRegistries } from '../seams/schema-registry.ts';
import type { ScriptStatement } from '../sql/1-parse/ast.ts';
import { parseScript } from '../sql/1-parse/parse-script.ts';
import { type BoundStatement, bindStatement } from '../sql/2-bind/bind-statement.ts';
import type { BoundTable } from '../sql/2-bind/catalog.ts';
import type { BoundInsert } from '../sql/2-bind/rel.ts';
import { Session } from '../sql/2-bind/session.ts';
import { explainPlan } from '../sql/3-plan/explain.ts';
import type { PhysicalPlan } from '../sql/3-plan/physical.ts';
import { plan as planStatements } from '../sql/3-plan/plan.ts';
import type { FunctionLibrary, FunctionRuntime } from '../udf/function-library.ts';
import { buildDataflow, type DataflowRequest, unsupportedNodes } from './build-dataflow.ts';
import type { JobCheckpoints } from './checkpoint-job.ts';
import { INTERVAL_KEY, type ResumeRefusal, type ScriptCheckpoints } from './checkpoint-script.ts';
import { connectorCatalog } from './connector-catalog.ts';
import { notYetDiagnostic } from './inspect-script.ts';
import { planRules } from './plan-rules.ts';
import { placeText } from './run-failure.ts';

/** The outside world of a script. */
export interface ScriptSeams {
  readonly host: Host;
  /** Relative paths count from the script's folder. */
  readonly files: Files;
  readonly random: Random;
  readonly printLine: (line: string, to: 'out' | 'error') => void;
  /** Kafka; left out where the host cannot reach it. */
  readonly brokers?: Brokers;
  /** Registries of schemas; left out where the host cannot reach one. */
  readonly registries?: SchemaRegistries;
}

/** Hears of what a script gives, while it runs. */
export interface ScriptListener {
  /** A statement that returns rows begins. */
  queryStarted(statement: number, columns: Schema): void;
  /** A row of the statement that began last. `timeZone`: the session's. */
  queryRow(kind: RowKind, row: Row, timeZone: string): void;
  /**
   * A row that reaches a sink. Answering false lets it go on to the connector; true keeps it from
   * there (the result document shows print sinks instead of printing).
   */
  sinkRow?(statement: number, table: BoundTable, columns: Schema, kind: RowKind, row: Row, timeZone: string): boolean;
  /** A statement writes into a table; called before any row. */
  sinkStarted?(statement: number, table: BoundTable, columns: Schema): void;
  /** A sentence about what was found when a run went on from a checkpoint. */
  checkpointNote?(note: string): void;
  /** A dataflow was started; for progress, and for stopping. */
  runStarted?(run: Run, dataflow: Dataflow): void;
  /** What it has taken in and not let go of yet, for a checkpoint. A listener without it lets go of rows at once. */
  snapshot?(): Plain;
  /** Before anything else: goes on from a snapshot. Statements begun before are then announced again. */
  restore?(snapshot: Plain): void;
}

/** Settings of a run. */
export interface ScriptOptions {
  /** Query rows after which a query is stopped; `null`: all. */
  readonly rowCountMax: number | null;
  readonly trace: Trace | null;
  /** Where the run is recorded; nowhere without it. */
  readonly recording?: { readonly writer: RecordingWriter };
  /** Where checkpoints are kept, and what the run goes on from. */
  readonly checkpoints?: ScriptCheckpoints;
  /** Declarations of the TypeScript functions in the script; without it there are none. */
  readonly library?: FunctionLibrary | null;
  /** Their code, and where it runs. */
  readonly functionRuntime?: FunctionRuntime | null;
}

/** How a script ended. */
export interface ScriptOutcome {
  readonly status: 'finished' | 'failed' | 'stopped';
  /** The statement that failed or was stopped, from 1. */
  readonly statement: number | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** Runs `text`. Resolves when the last statement has ended; never rejects for the script's mistakes. */
export async function executeScript(
  text: string,
  seams: ScriptSeams,
  listener: ScriptListener,
  options: ScriptOptions,
): Promise<ScriptOutcome> {
  const { script, diagnostics: parseDiagnostics } = parseScript(text);
  const session = new Session();
  const warnings: Diagnostic[] = [];
  const { checkpoints } = options;
  if (checkpoints?.listenerState != null) listener.restore?.(checkpoints.listenerState);
  for (const statement of script.statements) {
    const { extent, number } = statement;
    const unparsed = parseDiagnostics.filter(
      (d) => d.span !== undefined && d.span.start >= extent.start && d.span.start <= extent.end,
    );
    if (unparsed.some((d) => d.severity === 'error'))
      return { status: 'failed', statement: number, diagnostics: unparsed };
    const { bound, diagnostics, sinks } = bindStatement(statement, session, connectorCatalog, {
      text,
      ...(options.library == null ? {} : { functions: options.library }),
    });
    if (bound === undefined) {
      // Flink has set these up before it noticed the mistake, so they count as used.
      for (const table of sinks ?? []) listener.sinkStarted?.(number, table, sinkSchema(table));
      return { status: 'failed', statement: number, diagnostics };
    }
    warnings.push(...diagnostics);
    const ended = await executeBound(bound, { statement, session, seams, listener, options });
    if (ended.status !== 'finished') return { ...ended, statement: number };
    warnings.push(...ended.diagnostics);
  }
  const last = script.statements[script.statements.length - 1]?.number ?? 0;
  const closed = checkpoints?.endScript(last, listener.snapshot?.() ?? null);
  if (closed?.ok === false)
    return { status: 'failed', statement: last, diagnostics: [refusalDiagnostic(closed.error)] };
  return { status: 'finished', statement: null, diagnostics: warnings };
}

interface StatementContext {
  readonly statement: ScriptStatement;
  readonly session: Session;
  readonly seams: ScriptSeams;
  readonly listener: ScriptListener;
  readonly options: ScriptOptions;
}

type Ended = Pick<ScriptOutcome, 'status' | 'diagnostics'>;

const FINISHED: Ended = { status: 'finished', diagnostics: [] };

async function executeBound(bound: BoundStatement, cx: StatementContext): Promise<Ended> {
  const { listener, session, statement, options } = cx;
  switch (bound.kind) {
    case 'done':
      return FINISHED;
    case 'rows': {
      if (options.checkpoints?.isOver(statement.number) === true) return FINISHED;
      listener.queryStarted(statement.number, bound.columns);
      for (const row of bound.rows) listener.queryRow(RowKind.Insert, row, session.timeZone);
      return FINISHED;
    }
    case 'explain':
      return options.checkpoints?.isOver(statement.number) === true ? FINISHED : explain(bound.target, cx);
    case 'query':
    case 'inserts':
      return runJob(bound, cx);
    default:
      return FINISHED;
  }
}

/** A statement that becomes a dataflow. */
export type Runnable = Extract<BoundStatement, { readonly kind: 'query' | 'inserts' }>;

/** Plans a statement that runs; diagnostics of operators without a runtime included. */
export function planOf(
  bound: Runnable,
  session: Session,
): { readonly plan: PhysicalPlan | undefined; readonly diagnostics: readonly Diagnostic[] } {
  const roots = bound.kind === 'query' ? [{ kind: 'query' as const, rel: bound.rel }] : bound.inserts;
  const { plan, diagnostics } = planStatements(roots, planRules, session, connectorCatalog);
  if (diagnostics.some((d) => d.severity === 'error')) return { plan: undefined, diagnostics };
  const missing = unsupportedNodes(plan).map((node): Diagnostic => notYetDiagnostic(node.name));
  return { plan: missing.length > 0 ? undefined : plan, diagnostics: [...diagnostics, ...missing] };
}

function explain(target: BoundStatement, cx: StatementContext): Ended {
  if (target.kind !== 'query' && target.kind !== 'inserts') return FINISHED;
  const { plan, diagnostics } = planOf(target, cx.session);
  if (plan === undefined) return { status: 'failed', diagnostics };
  const type = { kind: 'VARCHAR', nullable: true, length: 2147483647 } as const;
  cx.listener.queryStarted(cx.statement.number, [{ name: 'result', type }]);
  cx.listener.queryRow(RowKind.Insert, [explainPlan(plan, planRules)], cx.session.timeZone);
  return FINISHED;
}

async function runJob(bound: Runnable, cx: StatementContext): Promise<Ended> {
  const { session, seams, listener, options, statement } = cx;
  const { plan, diagnostics } = planOf(bound, session);
  if (plan === undefined) {
    if (bound.kind === 'inserts') announceSinks(bound.inserts, cx);
    return { status: 'failed', diagnostics };
  }
  const { checkpoints, recording } = options;
  const settings = settingsOf(session);
  const planHash = checkpoints?.checkPlan(statement.number, plan, { ...settings, timeZone: session.timeZone });
  if (planHash?.ok === false) {
    return {
      status: 'failed',
      diagnostics: [{ ...refusalDiagnostic(planHash.error), span: statement.statement.span }],
    };
  }
  const isOver = checkpoints?.isOver(statement.number) === true;
  // Who keeps rows needs to know what they belong to; nobody else is told of what is over.
  if (!isOver || listener.restore !== undefined) {
    if (bound.kind === 'query') listener.queryStarted(statement.number, bound.columns);
    else announceSinks(bound.inserts, cx);
  }
  if (isOver) return FINISHED;
  const { timeZone } = session;
  let run: Run | null = null;
  const recorded =
    recording === undefined ? null : { ...recording, files: new WatchedFiles(seams.files), trace: new Trace() };
  const files = recorded?.files ?? seams.files;
  const kept: JobCheckpoints | null =
    checkpoints === undefined || planHash === undefined
      ? null
      : checkpoints.beginJob(
          {
            statement: statement.number,
            planHash: planHash.value,
            listener: () => listener.snapshot?.() ?? null,
            queryRowCount: () => rowCount,
          },
          { files, scriptIntervalMs: session.duration(INTERVAL_KEY) },
        );
  let rowCount: number = kept?.queryRowCount ?? 0;
  const clock = new TurnClock(kept?.clock ?? seams.host.clock);
  const built = buildDataflow({
    plan,
    seams: {
      files,
      clock,
      random: randomOf(seams.random, statement.number),
      printLine: seams.printLine,
      ...(seams.brokers === undefined ? {} : { brokers: seams.brokers }),
      ...(seams.registries === undefined ? {} : { registries: seams.registries }),
      timeZone,
    },
    ...settings,
    sourceFiles: kept?.inputs ?? null,
    trace: options.trace,
    endTrace: recorded?.trace ?? null,
    functionRuntime: options.functionRuntime ?? null,
    onQueryRow: (_node, kind, row) => {
      if (options.rowCountMax !== null && rowCount >= options.rowCountMax) return;
      rowCount += 1;
      listener.queryRow(kind, row, timeZone);
      if (rowCount === options.rowCountMax) run?.stop();
    },
    wrapWriter: (table, writer) => listeningWriter(table, kept?.wrap(table, writer) ?? writer, cx),
  });
  if (!built.ok) {
    const { span } = statement.statement;
    return { status: 'failed', diagnostics: [{ ...outsideDiagnostic(built.error), span }] };
  }
  const dataflow = built.value;
  const recorder =
    recorded?.writer.beginJob({
      statement: statement.number,
      buildMs: clock.nowMs(),
      dataflow,
      trace: recorded.trace,
      files: recorded.files,
      clock: seams.host.clock,
    }) ?? null;
  let resolve: (ended: Run) => void = () => {};
  const ended = new Promise<Run>((done) => {
    resolve = done;
  });
  run = new Run(dataflow, seams.host, (each) => resolve(each), { clock, recorder, checkpointer: kept });
  if (kept !== null) {
    const begun = await kept.begin(run);
    if (!begun.ok || begun.value.isEnded) dataflow.close();
    if (!begun.ok) {
      const { message } = begun.error;
      const diagnostic: Diagnostic = { code: 'run/checkpoint', phase: 'run', severity: 'error', message };
      return { status: 'failed', diagnostics: [{ ...diagnostic, span: statement.statement.span }] };
    }
    for (const note of begun.value.notes) listener.checkpointNote?.(note);
    if (begun.value.isEnded) return FINISHED;
  }
  listener.runStarted?.(run, dataflow);
  // The limit may have been reached before the restart.
  if (rowCount === options.rowCountMax) run.stop();
  else run.resume();
  const { status, failure } = await ended;
  if (status === 'failed') {
    return { status: 'failed', diagnostics: [placedDiagnostic(failure, dataflow, plan, statement)] };
  }
  if (status === 'stopped' && rowCount !== options.rowCountMax) return { status: 'stopped', diagnostics: [] };
  return { status: 'finished', diagnostics };
}

function refusalDiagnostic({ message, hint }: ResumeRefusal): Diagnostic {
  return { code: 'run/checkpoint', phase: 'run', severity: 'error', message, hint };
}

/** Random numbers of one statement: those of another do not move them. */
export function randomOf(random: Random, statement: number): Random {
  return random.fork(`statement:${statement}`);
}

/** What the session's settings say about running. */
export function settingsOf(session: Session): Pick<DataflowRequest, 'stateTtlMs' | 'notNull'> {
  return {
    stateTtlMs: session.duration('table.exec.state.ttl'),
    notNull: session.setting('table.exec.sink.not-null-enforcer')?.toUpperCase() === 'DROP' ? 'drop' : 'error',
  };
}

function announceSinks(inserts: readonly BoundInsert[], cx: StatementContext): void {
  for (const { table } of inserts) cx.listener.sinkStarted?.(cx.statement.number, table, sinkSchema(table));
}

/** Columns of a table as a sink gets them. */
function sinkSchema(table: BoundTable): Schema {
  return sinkColumns(table).map(({ name, type }) => ({ name, type }));
}

function listeningWriter(table: BoundTable, writer: SinkWriter, cx: StatementContext): SinkWriter {
  const { listener, statement, session } = cx;
  const onRow = listener.sinkRow?.bind(listener);
  if (onRow === undefined) return writer;
  const columns = sinkSchema(table);
  return {
    open: () => writer.open(),
    write(kind, row) {
      if (onRow(statement.number, table, columns, kind, row, session.timeZone)) return { ok: true, value: undefined };
      return writer.write(kind, row);
    },
    prepareCommit: (at) => writer.prepareCommit(at),
    commit: (committable) => writer.commit(committable),
    finish: () => writer.finish(),
    close: () => writer.close(),
    ...(writer.resume === undefined ? {} : { resume: writer.resume.bind(writer) }),
    ...(writer.snapshot === undefined ? {} : { snapshot: writer.snapshot.bind(writer) }),
    ...(writer.settle === undefined ? {} : { settle: writer.settle.bind(writer) }),
    ...(writer.waitFor === undefined ? {} : { waitFor: writer.waitFor.bind(writer) }),
  };
}

/** A failure of a run with its place: the statement in the script, and the table or operator in its plan. */
function placedDiagnostic(
  failure: unknown,
  dataflow: Dataflow,
  plan: PhysicalPlan,
  { statement }: ScriptStatement,
): Diagnostic {
  const diagnostic = runDiagnostic(failure, dataflow);
  const node = failure instanceof RowFailure ? plan.nodes.find(({ id }) => id === failure.nodeId) : undefined;
  const hint = [node === undefined ? undefined : placeText(node, dataflow.rowsEntered), diagnostic.hint]
    .filter((text) => text !== undefined)
    .join(' ');
  return { ...diagnostic, span: diagnostic.span ?? statement.span, ...(hint === '' ? {} : { hint }) };
}

function outsideDiagnostic({ message, domain }: Failure): Diagnostic {
  assert(message !== '', 'a failure has a message');
  if (domain === 'user-code') return { code: 'run/function-failed', phase: 'run', severity: 'error', message };
  return { code: 'run/outside', phase: 'run', severity: 'error', message, flinkClass: 'java.io.IOException' };
}
