/** Every kind of untidiness, planted and found; and the lookalikes that are none. */
import { expect, it } from 'vitest';
import { FILE_LINES_MAX, findUntidiness, type ProjectFile, README_LINES_MAX } from './tidy.ts';

const HEAD = '/** What it is and why. */\n';
const README: ProjectFile = { path: 'src/runtime/engine/README.md', text: '# engine\n' };

function messagesFor(path: string, text: string, longFiles: Record<string, number> = {}): string[] {
  return findUntidiness([README, { path, text }], { longFiles })
    .filter((found) => found.path === path)
    .map((found) => found.message);
}

const engine = (body: string): string[] => messagesFor('src/runtime/engine/x.ts', HEAD + body);

it('finds the clock, random numbers, timers and the world outside in a room that must be repeatable', () => {
  const planted = [
    'export const a = Date.now();',
    'export const a = new Date();',
    'export const a = Math.random();',
    'setTimeout(run, 1);',
    'export const a = process.env.X;',
    "fetch('x');",
    "console.log('x');",
    'export const a = performance.now();',
    'queueMicrotask(run);',
    'export const a = crypto.randomUUID();',
    "eval('1');",
  ];
  expect(planted.filter((body) => !engine(body).some((message) => message.includes('unrepeatable')))).toEqual([]);
});

it('does not take lookalikes for them', () => {
  const innocent = [
    'export const a = new Date(0);',
    '// Date.now() would be wrong here',
    "export const a = 'Math.random()';",
    'export const a = { process: 1, fetch: 2 };',
    'export function f(process: () => void) { process(); }',
    'export interface A { fetch(): void; console: string }',
    'export const a = clock.performance.now();',
  ];
  const outside = [
    messagesFor('src/runtime/node/x.ts', `${HEAD}export const a = Date.now();`),
    messagesFor('src/main/x.ts', `${HEAD}console.log(Date.now());`),
    messagesFor('src/runtime/engine/x.test.ts', `${HEAD}setTimeout(run, 1);`),
  ];
  expect([innocent.flatMap(engine), outside.flat()]).toEqual([[], []]);
});

it('finds code that others cannot find their way in', () => {
  expect({
    noHead: messagesFor('src/main/x.ts', "import x from 'x';\n"),
    noHeadInStyle: messagesFor('src/renderer/x.css', '.a { color: red }'),
    styleOfComponent: messagesFor('src/renderer/x.module.css', '.a { color: red }'),
    shebang: messagesFor('tools/x.ts', `#!/usr/bin/env node\n${HEAD}`),
    defaultExport: messagesFor('src/main/x.ts', `${HEAD}export default 1;`),
    defaultFunction: messagesFor('src/main/x.ts', `${HEAD}export default function f() {}`),
    configuration: messagesFor('vite.config.ts', `${HEAD}export default {};`),
    userCode: messagesFor('samples/x/operators/f.ts', "import { t } from 'millrace';\nexport default t;"),
    barrel: messagesFor('src/main/x.ts', `${HEAD}export * from './y.ts';`),
    enumeration: messagesFor('src/main/x.ts', `${HEAD}enum A { B }`),
    only: messagesFor(
      'src/main/x.test.ts',
      `${HEAD}it.only('x', () => {});\ntest.describe.only('y', () => {});\nexpect(a.only).toBe(1);`,
    ),
    machine: messagesFor('src/main/x.ts', `${HEAD}export const a = '/${'work'}/main';`),
  }).toEqual({
    noHead: [expect.stringContaining('does not open with a comment')],
    noHeadInStyle: [expect.stringContaining('does not open with a comment')],
    styleOfComponent: [],
    shebang: [],
    defaultExport: [expect.stringContaining('by name only')],
    defaultFunction: [expect.stringContaining('by name only')],
    configuration: [],
    userCode: [],
    barrel: [expect.stringContaining('re-exports')],
    enumeration: [expect.stringContaining('enum')],
    only: [expect.stringContaining('line 2'), expect.stringContaining('line 3')],
    machine: [expect.stringContaining('names a path of one machine')],
  });
});

it('lets long files only get shorter', () => {
  const lines = (count: number): string => HEAD + 'x;\n'.repeat(count - 1);
  const path = 'src/main/long.ts';
  expect([
    messagesFor(path, lines(FILE_LINES_MAX)),
    messagesFor(path, lines(FILE_LINES_MAX + 1)),
    messagesFor(path, lines(500), { [path]: 500 }),
    messagesFor(path, lines(501), { [path]: 500 }),
    messagesFor(path, lines(300), { [path]: 500 }),
    findUntidiness([README], { longFiles: { [path]: 500 } }).map((found) => found.message),
  ]).toEqual([
    [],
    [expect.stringContaining('split it')],
    [],
    [expect.stringContaining('has grown')],
    [expect.stringContaining('take it off')],
    [expect.stringContaining('is gone')],
  ]);
});

it('asks each room for a README of one screen', () => {
  const rooms = [
    'src/main/a.ts',
    'src/runtime/sql/1-parse/a.ts',
    'src/runtime/operators/calc/a.ts',
    'src/runtime/engine/a.ts',
    'tools/a.ts',
    'samples/x/job.sql',
  ];
  const found = findUntidiness(
    [
      ...rooms.map((path) => ({ path, text: HEAD })),
      README,
      { path: 'samples/README.md', text: '\n'.repeat(README_LINES_MAX + 5) },
    ],
    { longFiles: {} },
  );
  expect(found.map((item) => item.path)).toEqual([
    'samples/README.md',
    'samples/x/',
    'src/main/',
    'src/runtime/operators/',
    'src/runtime/operators/calc/',
    'src/runtime/sql/1-parse/',
    'tools/',
  ]);
});
