/**
 * What an export says before it writes: where the job will behave differently on a cluster, and what cannot run there
 * at all. Found in the tree of the script and in the code of its functions; nothing is run for it.
 */
import { unreachable } from '../base/assert.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import type { ProgramModel, Unit } from '../program/model.ts';
import { secretReferences, secretVariable } from '../program/secret-references.ts';
import type { CreateTable } from '../sql/1-parse/ast.ts';
import type { Declaration } from '../udf/declaration.ts';
import { projectFilesOf } from './project-paths.ts';
import { type Call, callsIn, conditionalLaterals, hasWideText } from './script-walk.ts';
import { pathProblem } from './writers/names.ts';

/** One sentence for the user, at the node or the line that it is about. */
export interface Finding {
  /** Stable, for tests and for pages. */
  readonly code: string;
  readonly message: string;
  /** Node on the canvas. */
  readonly nodeId: string | null;
  /** Id in the list of known differences, when it is one of them. */
  readonly differenceId?: string;
}

/** What is known of a function of the script. */
export interface ExportedFunction {
  /** As `CREATE FUNCTION … AS` writes it. */
  readonly path: string;
  readonly declaration: Declaration;
  readonly code: string;
}

/** What there is to look at. */
export interface Findable {
  readonly model: ProgramModel;
  /** Of the front end, errors and warnings. */
  readonly diagnostics: readonly Diagnostic[];
  readonly functions: readonly ExportedFunction[];
}

/** Both lists, in the order of the script. */
export interface Findings {
  readonly differences: readonly Finding[];
  readonly refusals: readonly Finding[];
}

/** Looks at a script. */
export function findingsOf(found: Findable): Findings {
  const { model } = found;
  const nodeIds = new Set(model.units.filter((unit) => !unit.edgeOnly).map(({ id }) => id));
  const differences: Finding[] = [];
  const refusals: Finding[] = [];
  for (const diagnostic of found.diagnostics) {
    if (diagnostic.severity !== 'error') continue;
    const at = { nodeId: diagnostic.nodeId ?? unitAt(model, diagnostic.span?.start)?.id ?? null };
    // Flink runs what Millrace only plans.
    if (diagnostic.code === 'plan/operator-not-yet') {
      const message = `${diagnostic.message} What it gives was not compared with anything.`;
      differences.push({ code: 'export/only-on-flink', message, ...at });
    } else refusals.push({ code: 'export/mistake', message: diagnostic.message, ...at });
  }
  const library = new Map(
    model.functions.flatMap(({ name, path, isTypescript }) => {
      const fn = isTypescript ? found.functions.find((each) => each.path === path) : undefined;
      return fn === undefined ? [] : [[name.toLowerCase(), fn] as const];
    }),
  );
  const hasProctime = model.units.some((unit) => callsIn(unit.statement).some(({ name }) => name === 'PROCTIME'));
  for (const unit of model.units) {
    const nodeId = nodeIds.has(unit.id) ? unit.id : unit.sink;
    const add = (list: Finding[], finding: Omit<Finding, 'nodeId'>): void => void list.push({ ...finding, nodeId });
    for (const finding of differencesOfTable(unit, model)) add(differences, finding);
    for (const finding of differencesOfCalls(unit, library, hasProctime)) add(differences, finding);
    for (const finding of refusalsOf(unit, library)) add(refusals, finding);
  }
  if (
    model.functions.some(({ isTypescript, holder }) => !isTypescript && holder.statement.kind === 'create-function')
  ) {
    const message =
      'The script has Java functions: the cluster must have their classes, the bundle does not bring them.';
    differences.push({ code: 'export/java-function', message, nodeId: null });
  }
  return { differences: withoutDoubles(differences), refusals: withoutDoubles(refusals) };
}

function unitAt(model: ProgramModel, start: number | undefined): Unit | undefined {
  if (start === undefined) return undefined;
  return model.units.find(({ span, edgeOnly }) => !edgeOnly && span.start <= start && start < span.end);
}

function withoutDoubles(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter((finding) => {
    const key = JSON.stringify(finding);
    return !seen.has(key) && seen.add(key);
  });
}

type Bare = Omit<Finding, 'nodeId'>;

/** Connectors behave differently where there are several machines. */
function differencesOfTable({ table, id }: Unit, model: ProgramModel): Bare[] {
  if (table === undefined) return [];
  const option = (key: string): string | undefined => table.options.find((each) => each.key === key)?.value;
  const found: Bare[] = [];
  switch (option('connector')) {
    case 'print':
      found.push({
        code: 'export/print',
        message: 'print writes into the output of the TaskManager that runs the task, not to whoever submits the job.',
      });
      break;
    case 'datagen': {
      found.push({
        code: 'export/datagen',
        message:
          'datagen makes other random rows on Flink: Java has other random numbers, and no seed can be given. verify will find that.',
      });
      break;
    }
    case 'filesystem':
      found.push({
        code: 'export/files',
        message: model.written.has(id)
          ? 'Files are written where the TaskManagers run; all of them need the same folder there.'
          : 'Files are read where the TaskManagers run; all of them need the same folder there.',
      });
      if (option('source.monitor-interval') !== undefined) {
        found.push({
          code: 'export/monitor',
          message: 'With source.monitor-interval the job never ends on Flink: it watches the folder for new files.',
          differenceId: 'file-source-monitoring',
        });
      }
      break;
    case 'kafka':
    case 'upsert-kafka':
      found.push({
        code: 'export/kafka',
        message:
          'The lib folder of cluster and gateway needs the jar flink-sql-connector-kafka, and all of them must reach the brokers.',
      });
      found.push(...secretsOfTable(table));
      break;
    default:
  }
  return found;
}

/** Options whose values let somebody in. */
const SECRET_OPTION = /sasl\.jaas\.config$|password$|basic-auth\.user-info$|bearer-auth\.token$|keystore\.key$/;

/** Logins in the options of a table: as references, or as they are. */
function secretsOfTable({ options }: CreateTable): Bare[] {
  const found: Bare[] = [];
  const names = [...new Set(options.flatMap(({ value }) => secretReferences(value)))];
  if (names.length > 0) {
    const variables = names.map(secretVariable).join(', ');
    const message = `The options refer to ${names.join(', ')}: set ${variables} where the job is started. The value goes to the cluster with the statement.`;
    found.push({ code: 'export/secret-reference', message });
  }
  if (options.some(({ key, value }) => SECRET_OPTION.test(key) && secretReferences(value).length === 0)) {
    const message = 'The options hold a login; it stands in sql/job.sql as it is here. Mind who gets the bundle.';
    found.push({ code: 'export/secret', message });
  }
  return found;
}

/** Functions of the clock, and of nothing but chance. */
const CLOCK = new Set([
  'PROCTIME',
  'NOW',
  'CURRENT_TIMESTAMP',
  'CURRENT_ROW_TIMESTAMP',
  'CURRENT_DATE',
  'CURRENT_TIME',
  'LOCALTIME',
  'LOCALTIMESTAMP',
]);
const CHANCE = new Set(['RAND', 'RAND_INTEGER', 'UUID']);

function differencesOfCalls(
  unit: Unit,
  library: ReadonlyMap<string, ExportedFunction>,
  hasProctime: boolean,
): readonly Bare[] {
  const found: Bare[] = [];
  const { statement } = unit;
  for (const call of callsIn(statement)) {
    const isClock = CLOCK.has(call.name) || (call.name === 'UNIX_TIMESTAMP' && call.args.length === 0);
    if (isClock) {
      found.push({
        code: 'export/clock',
        message: `${call.name} is read from the clock: a run on Flink gives other values, and other windows, than a run here.`,
      });
    }
    if (CHANCE.has(call.name)) {
      found.push({ code: 'export/chance', message: `${call.name} gives other values at every run on Flink.` });
    }
    const fn = library.get(call.name.toLowerCase());
    if (fn !== undefined) found.push(...differencesOfUserCall(call, fn, hasProctime));
  }
  if (hasWideText(statement)) {
    found.push({
      code: 'export/wide-text',
      message: 'Flink compares text constants with characters outside the basic plane in another order than columns.',
      differenceId: 'constants-by-code-point',
    });
  }
  return found;
}

function differencesOfUserCall(call: Call, { declaration }: ExportedFunction, hasProctime: boolean): Bare[] {
  const found: Bare[] = [];
  switch (declaration.form) {
    case 'scalar':
    case 'table':
      if (declaration.deterministic && call.args.length > 0 && call.args.every(({ isConstant }) => isConstant)) {
        found.push({
          code: 'export/folded',
          message: `Flink computes ${call.written} of constants while it plans, so it fails then, not at the first row.`,
          differenceId: 'functions-not-folded',
        });
      }
      break;
    case 'process':
      found.push({
        code: 'export/timer-order',
        message:
          'Timers of different keys, or of different names, that are due at the same moment fire in another order.',
        differenceId: 'equal-timers-of-keys',
      });
      if (hasProctime) {
        found.push({
          code: 'export/proctime-null',
          message: 'A PROCTIME() column in the row of a process function is NULL on Flink.',
          differenceId: 'proctime-in-functions',
        });
      }
      break;
    default:
      unreachable(declaration);
  }
  const needsCast = call.args.some(({ name, numberText }) => {
    const declared = declaration.args.find((each) => each.name === name);
    return declared !== undefined && numberText !== null && !fits(numberText, declared.type.kind);
  });
  if (needsCast) {
    found.push({
      code: 'export/argument-casts',
      message: `Flink accepts arguments of ${call.written} by name and then fails where they need a cast: write CAST(… AS …).`,
      differenceId: 'process-argument-casts',
    });
  }
  return found;
}

/** Whether a number as it is written has the type without a cast. */
function fits(text: string, kind: string): boolean {
  if (/e/i.test(text)) return kind === 'DOUBLE';
  return text.includes('.') ? kind === 'DECIMAL' : kind === 'INT';
}

function refusalsOf(unit: Unit, library: ReadonlyMap<string, ExportedFunction>): readonly Bare[] {
  const found: Bare[] = [];
  for (const { name } of callsIn(unit.statement)) {
    const fn = library.get(name.toLowerCase());
    if (fn?.declaration.form === 'process' && /\bregisterProcessingTime\b/.test(fn.code)) {
      found.push({
        code: 'export/processing-timers',
        message: `${fn.path} sets timers on the clock (registerProcessingTime), and process functions of Flink have timers on the watermark only.`,
        differenceId: 'processing-timers',
      });
    }
  }
  if (conditionalLaterals(unit.statement)) {
    found.push({
      code: 'export/lateral-condition',
      message:
        'Flink cannot plan LEFT JOIN LATERAL TABLE(…) with a condition other than TRUE: move the condition into a query inside.',
      differenceId: 'lateral-conditions',
    });
  }
  for (const { key, value } of unit.table?.options ?? []) {
    if (/(^|\.)sasl\.jaas\.config$/.test(key) && !isKnownLogin(value)) {
      found.push({
        code: 'export/login-module',
        message: `The login module in ${key} is not one of Kafka's own: such a module can run code of somebody else on the cluster.`,
      });
    }
  }
  for (const path of unit.table === undefined ? [] : projectFilesOf(unit.table)) {
    const problem = pathProblem(path);
    if (problem !== null) {
      found.push({ code: 'export/path', message: `The path ${path} cannot be part of a bundle: ${problem}.` });
    } else if (BUNDLE_OWN.has(path.split('/').find((part) => part !== '.' && part !== '') ?? '')) {
      found.push({
        code: 'export/path-taken',
        message: `The path ${path} would lie among the bundle's own files: keep data in a folder of its own, such as data/.`,
      });
    }
  }
  return found;
}

/** Only modules that come with Kafka and do nothing but log in; one for LDAP names loads classes from anywhere. */
function isKnownLogin(config: string): boolean {
  const modules = config
    .split(';')
    .map((each) => each.trim().split(/\s/)[0] ?? '')
    .filter((each) => each !== '');
  return modules.every((each) =>
    /^org\.apache\.(flink\.kafka\.shaded\.org\.apache\.)?kafka\.common\.security\.(plain\.Plain|scram\.Scram|oauthbearer\.OAuthBearer)LoginModule$/.test(
      each,
    ),
  );
}

/** First parts of the bundle's own paths. */
const BUNDLE_OWN = new Set([
  '',
  'sql',
  'jvm',
  'bin',
  'kubernetes',
  'expected',
  'verify-out',
  'README.md',
  'Dockerfile',
  'docker-compose.yml',
  'bundle.json',
]);
