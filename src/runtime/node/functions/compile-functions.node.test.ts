/** Functions compile from their project alone, and what cannot be compiled says where. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FunctionFile } from '../../udf/project-functions.ts';
import { compileFunctions } from './compile-functions.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'functions-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

const scalar = (head: string, body = 'return 1;'): string =>
  `import { scalar, t } from 'millrace';\n${head}\nexport default scalar({\n  args: {},\n  returns: t.int(),\n  eval() {\n    ${body}\n  },\n});\n`;

/** `path:line:column code message` of each problem; empty when it compiled. */
async function problemsOf(files: readonly FunctionFile[], path = 'operators/f.ts'): Promise<string[]> {
  const { compiled, problems } = await compileFunctions([path], { folder, files });
  expect(compiled.has(path)).toBe(problems.length === 0);
  return problems.map((p) => `${p.path}:${p.line}:${p.column} ${p.code} ${p.message}`);
}

const withImport = (specifier: string): FunctionFile[] => [
  { path: 'operators/f.ts', text: scalar(`import { x } from '${specifier}';`, 'return x as number;') },
];

describe('a function', () => {
  it('is compiled from what the window holds before what is on disk, with the files it imports', async () => {
    write('operators/f.ts', 'this is an older text');
    write('operators/rates.json', '{ "x": 5 }');
    write('shared/more.ts', 'export const more = (n: number): number => n + 1;');
    write('tsconfig.json', '{ "compilerOptions": { "paths": { "millrace": ["./evil.ts"] }, "target": "es5" } }');
    const text = scalar(
      "import { x } from './rates.json';\nimport { more } from '../shared/more';\nimport type { Stats } from 'node:fs';",
      'return more(x) satisfies number;',
    );
    const { compiled, problems } = await compileFunctions(['./operators/f.ts'], {
      folder,
      files: [{ path: 'operators/f.ts', text }],
    });
    const fn = compiled.get('./operators/f.ts');
    const map = JSON.parse(fn?.sourceMap ?? '{}') as { sources: string[]; sourcesContent: string[] };
    expect(problems).toEqual([]);
    expect(map.sources).toEqual(['operators/f.ts', 'millrace', 'operators/rates.json', 'shared/more.ts']);
    expect(map.sourcesContent[0]).toBe(text);
    expect([fn?.path, fn?.declaration.form, fn?.code.includes('import ')]).toEqual([
      './operators/f.ts',
      'scalar',
      false,
    ]);
  });

  it('maps each line of its code to the line of its file', async () => {
    const text = scalar('', "const here = 'here';\n    return here.length;");
    const { compiled } = await compileFunctions(['f.ts'], { folder: '', files: [{ path: 'f.ts', text }] });
    const fn = compiled.get('f.ts');
    const lines = (fn?.code ?? '').split('\n');
    const line = lines.findIndex((each) => each.includes('here.length'));
    const column = lines[line]?.indexOf('here.length') ?? 0;
    const original = originalPositionFor(new TraceMap(fn?.sourceMap ?? ''), { line: line + 1, column });
    expect(original).toEqual({ source: 'f.ts', line: 8, column: 11, name: null });
  });

  it('is compiled once until one of its texts changes', async () => {
    write('operators/help.ts', 'export const x = 1;');
    const files = withImport('./help');
    const compile = async (): Promise<unknown> => {
      const { compiled } = await compileFunctions(['operators/f.ts'], { folder, files });
      return compiled.get('operators/f.ts');
    };
    const first = await compile();
    const second = await compile();
    write('operators/help.ts', 'export const x = 2;');
    const third = await compile();
    expect([first === second, first === third]).toEqual([true, false]);
    rmSync(join(folder, 'operators/help.ts'));
    expect(await problemsOf(files)).toEqual([
      'operators/f.ts:2:19 udf/file-missing There is no file operators/help.ts in the project.',
    ]);
  });

  it.each([
    ['fs', "udf/import 'fs' cannot be imported: functions have no access to files, network and system."],
    [
      'node:child_process',
      "udf/import 'node:child_process' cannot be imported: functions have no access to files, network and system.",
    ],
    [
      'lodash',
      "udf/import The package 'lodash' cannot be imported: a function may import 'millrace' and files of its project.",
    ],
    [
      'millrace/internal',
      "udf/import The package 'millrace/internal' cannot be imported: a function may import 'millrace' and files of its project.",
    ],
    ['/etc/passwd', "udf/import '/etc/passwd' cannot be imported: only files of the project can."],
    [
      'https://example.org/x.ts',
      "udf/import 'https://example.org/x.ts' cannot be imported: only files of the project can.",
    ],
    [
      'data:text/javascript,export const x = 1',
      "udf/import 'data:text/javascript,export const x = 1' cannot be imported: only files of the project can.",
    ],
    ['../../outside.ts', "udf/import-outside '../../outside.ts' is outside of the project."],
    ['./missing.ts', 'udf/file-missing There is no file operators/missing.ts in the project.'],
    ['./linked.ts', 'udf/import-outside operators/linked.ts is outside of the project.'],
    ['./folder/through.ts', 'udf/import-outside operators/folder/through.ts is outside of the project.'],
  ])('cannot import %s', async (specifier, expected) => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'elsewhere-'));
    try {
      writeFileSync(join(elsewhere, 'through.ts'), 'export const x = 1;');
      mkdirSync(join(folder, 'operators'));
      mkdirSync(join(folder, 'node_modules/lodash'), { recursive: true });
      writeFileSync(join(folder, 'node_modules/lodash/index.js'), 'exports.x = 1;');
      symlinkSync(join(elsewhere, 'through.ts'), join(folder, 'operators/linked.ts'));
      symlinkSync(elsewhere, join(folder, 'operators/folder'));
      expect(await problemsOf(withImport(specifier))).toEqual([`operators/f.ts:2:19 ${expected}`]);
    } finally {
      rmSync(elsewhere, { recursive: true, force: true });
    }
  });

  it('may not ask for modules while it runs', async () => {
    const text = scalar(
      'declare function require(name: string): { x: number };',
      "require('fs'); import('fs'); return 1;",
    );
    expect(await problemsOf([{ path: 'operators/f.ts', text }])).toEqual([
      'operators/f.ts:7:13 udf/import require cannot be used in a function.',
      'operators/f.ts:7:27 udf/import import(…) cannot be used in a function.',
    ]);
  });

  it('tells mistakes at their place, in columns as editors count them', async () => {
    const text = scalar('', '/* ä😀 */ const é = 5; é = 6; return é;');
    expect(await problemsOf([{ path: 'operators/f.ts', text }])).toEqual([
      'operators/f.ts:7:28 udf/compile Cannot assign to "é" because it is a constant',
    ]);
    const helper = 'export const y = 1;\nexport const x = y +* 2;\n';
    expect(await problemsOf([...withImport('./h.ts'), { path: 'operators/h.ts', text: helper }])).toEqual([
      'operators/h.ts:2:21 udf/compile Unexpected "*"',
    ]);
    expect(
      await problemsOf([...withImport('./h.ts'), { path: 'operators/h.ts', text: 'export const y = 1;' }]),
    ).toEqual(['operators/f.ts:2:10 udf/compile No matching export in "operators/h.ts" for import "x"']);
  });

  it('is called by the name of its file and nothing else, also where that looks like a pattern', async () => {
    write('operators/other.ts', 'this would not compile');
    expect(await problemsOf([{ path: 'operators/*.ts', text: scalar('') }], 'operators/*.ts')).toEqual([]);
    expect(await problemsOf([], 'operators/*.ts')).toHaveLength(1);
  });

  it('outside of the project is not even looked for', async () => {
    const outcome = await compileFunctions(['../f.ts', join(folder, 'f.ts'), 'gone.ts'], { folder, files: [] });
    expect(outcome.problems.map(({ path, code }) => `${path.replace(folder, '')} ${code}`)).toEqual([
      '../f.ts udf/import-outside',
      '/f.ts udf/import-outside',
      'gone.ts udf/file-missing',
    ]);
  });
});
