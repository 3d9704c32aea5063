/**
 * From a recording to dataflows that run again: the recorded script is bound and planned as it was, once for
 * all moments that are looked at, and built anew for each on the seams of the replay. Nothing is printed and
 * nothing is written; functions come from the recording, not from their files.
 */
import { err, ok, type Result } from '../base/result.ts';
import type { Dataflow } from '../engine/dataflow.ts';
import { buildGraph } from '../program/build-graph.ts';
import type { RecordedJob, RecordingHeader } from '../recording/format.ts';
import type { BuildJob, ReplaySeams } from '../recording/replayed-job.ts';
import { QUIET_BROKERS } from '../seams/broker.ts';
import { SeededRandom } from '../seams/seeded-random.ts';
import { parseScript } from '../sql/1-parse/parse-script.ts';
import { bindStatement } from '../sql/2-bind/bind-statement.ts';
import { Session } from '../sql/2-bind/session.ts';
import { explainPlan } from '../sql/3-plan/explain.ts';
import type { CompiledFunction, FunctionLibrary, FunctionRuntime } from '../udf/function-library.ts';
import { buildDataflow, type DataflowRequest } from './build-dataflow.ts';
import { connectorCatalog } from './connector-catalog.ts';
import { planRules } from './plan-rules.ts';
import { type PlannedScript, planScript } from './plan-script.ts';
import { planOf, randomOf, settingsOf } from './run-script.ts';

/** Where recorded functions run; `null`: a recording that has some cannot be replayed. */
export type FunctionHost = Pick<FunctionRuntime, 'sandbox' | 'guard'>;

/** May put something around the writer of a sink, to see its rows. */
export type WrapWriter = NonNullable<DataflowRequest['wrapWriter']>;

/** Builds the jobs of a recorded script. */
export function jobsOf(
  header: RecordingHeader,
  functionHost: FunctionHost | null = null,
  wrapWriter: (timeZone: string) => WrapWriter = () => (_table, writer) => writer,
): BuildJob {
  const script = new RecordedScript(header, functionHost);
  return (job, seams) => script.build(job, seams, wrapWriter);
}

/** Declarations of functions that were compiled. */
export function libraryOf(functions: readonly CompiledFunction[]): FunctionLibrary {
  const byPath = new Map(functions.map((fn) => [fn.path, fn.declaration]));
  return {
    declarationOf(path) {
      const declaration = byPath.get(path);
      if (declaration !== undefined) return ok(declaration);
      const message = `The function file ${path} is not there.`;
      const span = { start: 0, end: 0 };
      return err([{ code: 'function/not-there', path, message, line: 1, column: 1, span }]);
    },
  };
}

/** What a job of a recording is planned as. */
export type PlannedJob = Pick<PlannedScript, 'text' | 'graph' | 'plan' | 'timeZone' | 'settings'>;

/** A recorded script. Plans are made when they are first asked for, and kept. */
export class RecordedScript {
  readonly #header: RecordingHeader;
  readonly #functionHost: FunctionHost | null;
  readonly #planned = new Map<number, PlannedJob | null>();

  constructor(header: RecordingHeader, functionHost: FunctionHost | null) {
    this.#header = header;
    this.#functionHost = functionHost;
  }

  /** The plan of the job of a statement (0: of the whole script), or `null` when this version has none for it. */
  planOf(statement: number): PlannedJob | null {
    let planned = this.#planned.get(statement);
    if (planned === undefined) {
      const header = this.#header;
      const library = libraryOf(header.functions);
      planned =
        header.planned === 'whole'
          ? planScript(header.script, library).planned
          : planStatement(header.script, statement, library);
      this.#planned.set(statement, planned);
    }
    return planned;
  }

  /** Builds the dataflow of a job. */
  build(job: RecordedJob, seams: ReplaySeams, wrapWriter?: (timeZone: string) => WrapWriter): Result<Dataflow> {
    const { seed, planned: mode, functions } = this.#header;
    const planned = this.planOf(job.statement);
    if (planned === null) {
      const what = mode === 'whole' ? 'The recorded script' : `Statement ${job.statement} of the recorded script`;
      return err({
        domain: 'recording',
        message: `${what} cannot be run by this version of Millrace.`,
        retry: 'never',
      });
    }
    const random = new SeededRandom(seed);
    return buildDataflow({
      plan: planned.plan,
      seams: {
        files: seams.files,
        clock: seams.clock,
        random: mode === 'whole' ? random : randomOf(random, job.statement),
        printLine: () => {},
        brokers: QUIET_BROKERS,
        timeZone: planned.timeZone,
      },
      ...planned.settings,
      trace: null,
      endTrace: seams.endTrace,
      onQueryRow: () => {},
      ...(wrapWriter === undefined ? {} : { wrapWriter: wrapWriter(planned.timeZone) }),
      functionRuntime:
        this.#functionHost === null
          ? null
          : { ...this.#functionHost, functions: new Map(functions.map((fn) => [fn.path, fn])) },
    });
  }
}

/**
 * Plans one statement as `executeScript` did. Its cards are known by name, so that the designer can show it, but
 * only where knowing them changes nothing: a name keeps a filter from being moved behind it.
 */
function planStatement(text: string, number: number, library: FunctionLibrary): PlannedJob | null {
  const graph = buildGraph(parseScript(text).script);
  const byStart = new Map(graph.nodes.map((node) => [node.span.start, node.id]));
  const plain = planWith(text, number, { functions: library });
  const named = planWith(text, number, { functions: library, nodeIdOf: (span) => byStart.get(span.start) });
  if (plain === null) return null;
  const isSame = named !== null && explainPlan(named.plan, planRules) === explainPlan(plain.plan, planRules);
  return { text, graph, ...(isSame ? named : plain) };
}

function planWith(
  text: string,
  number: number,
  options: Pick<Parameters<typeof bindStatement>[3], 'functions' | 'nodeIdOf'>,
): Pick<PlannedJob, 'plan' | 'timeZone' | 'settings'> | null {
  const session = new Session();
  for (const statement of parseScript(text).script.statements) {
    const { bound } = bindStatement(statement, session, connectorCatalog, { text, ...options });
    if (statement.number !== number) continue;
    if (bound?.kind !== 'query' && bound?.kind !== 'inserts') return null;
    const { plan } = planOf(bound, session);
    return plan === undefined ? null : { plan, timeZone: session.timeZone, settings: settingsOf(session) };
  }
  return null;
}
