/**
 * The walls of the house: which room may import which, and which packages come in where. This table
 * is the law of design.md §2 in executable form; dependency-cruiser finds the breaches.
 *
 * dependency-cruiser silently looks at nothing when it does not understand the TypeScript that is
 * installed, so whoever calls `findBreaches` also compares the number of modules it saw.
 */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { cruise, type IForbiddenRuleType } from 'dependency-cruiser';

/** One import over a wall. */
export interface Breach {
  readonly rule: string;
  readonly from: string;
  readonly to: string;
}

/** A room: a folder, and what its files (tests aside) may import. */
interface Room {
  /** Folder under src/, as a regular expression. */
  readonly at: string;
  /** Rooms it may import, as they are written here. */
  readonly may: readonly string[];
  /** Rooms it may import types of. */
  readonly mayTypes?: readonly string[];
  /** npm packages it may import. */
  readonly packages?: readonly string[];
  /** Whether Node's own modules are allowed. */
  readonly isNode?: boolean;
}

const SQL_PHASES = ['runtime/sql/1-parse', 'runtime/sql/2-bind', 'runtime/sql/3-plan', 'runtime/sql/4-codegen'];
const SQL = [...SQL_PHASES, 'runtime/sql/functions', 'runtime/sql/print'];
const LOWER = ['runtime/base', 'runtime/data', 'runtime/seams'];
const PURE = [
  ...LOWER,
  ...SQL,
  'runtime/changelog',
  'runtime/engine',
  'runtime/state',
  'runtime/program',
  'runtime/connections',
  'runtime/recording',
  'runtime/udf',
  'runtime/operators',
  'runtime/connectors',
  'runtime/formats',
  'runtime/language',
  'runtime/job',
  'runtime/export',
];

/** All rooms. A folder of src/ that is not here is a breach by itself. */
const ROOMS: readonly Room[] = [
  { at: 'runtime/base', may: [] },
  { at: 'runtime/data', may: ['runtime/base'] },
  { at: 'runtime/seams', may: ['runtime/base', 'runtime/data'] },
  { at: 'runtime/changelog', may: [...LOWER, 'runtime/state'] },
  { at: 'runtime/program', may: [...LOWER, 'runtime/sql/1-parse', 'runtime/sql/print'] },
  { at: 'runtime/connections', may: [...LOWER, 'runtime/program', 'runtime/formats', 'runtime/sql/print'] },
  // Phase n of the front end never imports phase n + 1.
  { at: 'runtime/sql/1-parse', may: ['runtime/base'] },
  { at: 'runtime/sql/functions', may: LOWER, packages: ['re2js'] },
  { at: 'runtime/sql/print', may: [...LOWER, 'runtime/sql/1-parse', 'runtime/sql/2-bind', 'runtime/sql/functions'] },
  {
    at: 'runtime/sql/2-bind',
    may: [...LOWER, 'runtime/udf', 'runtime/sql/1-parse', 'runtime/sql/functions', 'runtime/sql/print'],
  },
  {
    at: 'runtime/sql/3-plan',
    may: [...LOWER, 'runtime/udf', ...SQL_PHASES.slice(0, 2), 'runtime/sql/functions', 'runtime/sql/print'],
  },
  {
    at: 'runtime/sql/4-codegen',
    may: [...LOWER, 'runtime/udf', ...SQL_PHASES.slice(0, 3), 'runtime/sql/functions', 'runtime/sql/print'],
  },
  // The engine knows nothing of SQL: it may name the shapes of a plan that a factory turns into operators, no more.
  {
    at: 'runtime/engine',
    may: LOWER,
    mayTypes: ['runtime/sql/3-plan', 'runtime/sql/functions', 'runtime/udf'],
  },
  { at: 'runtime/state', may: [...LOWER, 'runtime/engine'] },
  { at: 'runtime/recording', may: [...LOWER, 'runtime/engine', 'runtime/state'], mayTypes: ['runtime/udf'] },
  // Declarations are data that the front end binds against, so this room stands below it.
  { at: 'runtime/udf', may: LOWER, packages: ['@babel'] },
  {
    at: 'runtime/operators',
    may: [...LOWER, ...SQL, 'runtime/udf', 'runtime/changelog', 'runtime/engine', 'runtime/state'],
  },
  {
    at: 'runtime/formats',
    may: [...LOWER, ...SQL],
    mayTypes: ['runtime/connectors'],
    packages: ['fflate', 'snappyjs'],
  },
  { at: 'runtime/connectors', may: [...LOWER, ...SQL, 'runtime/engine', 'runtime/changelog', 'runtime/formats'] },
  { at: 'runtime/language', may: [...LOWER, ...SQL, 'runtime/udf'] },
  { at: 'runtime/job', may: PURE },
  { at: 'runtime/export', may: [...LOWER, ...SQL, 'runtime/udf', 'runtime/program'], packages: ['yaml'] },
  {
    at: 'runtime/contract',
    may: ['runtime/base'],
    mayTypes: ['runtime/program', 'runtime/data', 'runtime/udf'],
    packages: ['zod'],
  },
  {
    at: 'runtime/node',
    may: [...PURE, 'runtime/contract'],
    packages: [
      'classic-level',
      'commander',
      'esbuild',
      '@jridgewell/trace-mapping',
      'kafkajs',
      'picocolors',
      'snappyjs',
      'zod',
    ],
    isNode: true,
  },
  {
    at: 'main',
    may: ['runtime/base', 'runtime/connections', 'runtime/contract'],
    packages: ['electron', 'zod', 'write-file-atomic'],
    isNode: true,
  },
  // The window reaches the rest of the world through its client room alone.
  { at: 'renderer/client', may: [...PURE, 'runtime/contract', 'renderer/store'], packages: ['zod'] },
  {
    at: 'renderer/(?!client/)[^/]+',
    may: ['runtime/base', 'runtime/connections', 'runtime/contract', 'runtime/program', 'renderer'],
    packages: ['.*'],
  },
];

/**
 * Rooms with a folder for each kind: only `job` names the kinds, and no kind knows another. Formats are
 * not among them: debezium-json is json in an envelope, and a file source finds the ends of csv rows.
 */
const ROOMS_OF_KINDS = ['operators', 'connectors'];

const TEST_FILE = '\\.test\\.tsx?$';

function rules(): IForbiddenRuleType[] {
  const found: IForbiddenRuleType[] = [];
  const paths = (rooms: readonly string[]): string[] => rooms.map((room) => `^src/${room}(/|$)`);
  for (const room of ROOMS) {
    const from = { path: `^src/${room.at}/`, pathNot: TEST_FILE };
    const own = `^src/${room.at}/`;
    const name = room.at.replace(/\(.*/, '*');
    found.push({
      name: `${name} imports only what it may`,
      severity: 'error',
      from,
      to: { path: '^src/', pathNot: [own, ...paths(room.may), ...paths(room.mayTypes ?? [])] },
    });
    if (room.mayTypes !== undefined) {
      found.push({
        name: `${name} imports only types of some rooms`,
        severity: 'error',
        from,
        to: { path: paths(room.mayTypes), pathNot: paths(room.may), dependencyTypesNot: ['type-only'] },
      });
    }
    const packages = (room.packages ?? []).map((name) => `(^|/)node_modules/${name}/`);
    found.push({
      name: `${name} uses only its packages`,
      severity: 'error',
      from,
      to: {
        dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg', 'npm-unknown'],
        ...(packages.length === 0 ? {} : { pathNot: packages }),
      },
    });
    if (room.isNode !== true) {
      found.push({ name: `${name} knows no Node`, severity: 'error', from, to: { dependencyTypes: ['core'] } });
    }
  }
  found.push(
    {
      name: 'only main imports electron',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/main/', TEST_FILE] },
      to: { path: '(^|/)node_modules/electron/' },
    },
    {
      // Inside a room functions may call each other (a query has expressions, an expression has queries).
      name: 'no import goes in a circle through several rooms',
      severity: 'error',
      from: { path: '^src/(runtime/[^/]+|main|renderer/[^/]+)/', pathNot: TEST_FILE },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] }, via: { pathNot: '^src/$1/' } },
    },
    {
      name: 'every import is found',
      severity: 'error',
      from: { path: '^src/', pathNot: TEST_FILE },
      to: { couldNotResolve: true },
    },
    {
      name: 'the program does not import its tests and tools',
      severity: 'error',
      from: { path: '^src/', pathNot: TEST_FILE },
      to: { path: ['^(e2e|tools|bench|samples)/', TEST_FILE] },
    },
  );
  for (const room of ROOMS_OF_KINDS) {
    found.push({
      name: `a kind of ${room} knows no other`,
      severity: 'error',
      from: { path: `^src/runtime/${room}/([^/]+)/`, pathNot: TEST_FILE },
      to: { path: `^src/runtime/${room}/[^/]+/`, pathNot: `^src/runtime/${room}/$1/` },
    });
    found.push({
      name: `only the job knows which ${room} there are`,
      severity: 'error',
      from: { path: '^src/', pathNot: [`^src/runtime/(${room}|job)/`, TEST_FILE] },
      to: { path: `^src/runtime/${room}/[^/]+/` },
    });
  }
  return found;
}

/** All breaches in the project of `folder`, and how many source modules were looked at. */
export async function findBreaches(folder: string): Promise<{ breaches: Breach[]; moduleCount: number }> {
  const result = await cruise(['src'], {
    baseDir: folder,
    ruleSet: { forbidden: rules() },
    validate: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/|\\.css$|\\?' },
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  });
  const output = result.output;
  if (typeof output === 'string') throw new Error(`dependency-cruiser gave text: ${output.slice(0, 200)}`);
  const breaches = output.summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to }));
  // Some modules are listed twice.
  const moduleCount = new Set(output.modules.map(({ source }) => source).filter(isSource)).size;
  for (const file of sourceFiles(folder)) {
    if (!ROOMS.some((room) => new RegExp(`^src/${room.at}/`).test(file)))
      breaches.push({ rule: 'every file belongs to a room', from: file, to: '' });
  }
  return { breaches, moduleCount };
}

/** Every TypeScript file under src/, with forward slashes, relative to `folder`. */
export function sourceFiles(folder: string): string[] {
  const found: string[] = [];
  const walk = (path: string): void => {
    for (const name of readdirSync(join(folder, path)).sort()) {
      const inside = `${path}/${name}`;
      if (statSync(join(folder, inside)).isDirectory()) walk(inside);
      else if (isSource(inside)) found.push(inside);
    }
  };
  walk('src');
  return found;
}

function isSource(path: string): boolean {
  return path.startsWith('src/') && /\.tsx?$/.test(path);
}
