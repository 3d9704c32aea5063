/**
 * A hostile project, as the command line and the engine have it: looking at it runs and opens nothing; without
 * trust nothing starts, whatever is asked; and what is exported of it stays in its place.
 */
import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { jvmProject } from '../../src/runtime/export/jvm/jvm-project.ts';
import { bundleEntry, TestEngine } from '../../src/runtime/node/engine/test-engine.ts';
import { compileFunctions } from '../../src/runtime/node/functions/compile-functions.ts';
import { type HostileProject, plantHostileProject } from '../fixtures/hostile-project.ts';

const parent = fs.mkdtempSync(path.join(os.tmpdir(), 'millrace-hostile-'));
const bundles: Record<string, { file: string; remove(): void }> = {};
const engines: TestEngine[] = [];
let project: HostileProject;
let before: string[] = [];

beforeAll(async () => {
  bundles.cli = await bundleEntry('cli/cli');
  bundles.engine = await bundleEntry('engine/engine-process');
  project = plantHostileProject(parent);
  before = project.listing();
}, 60_000);
afterEach(async () => {
  for (const each of engines.splice(0)) await each.close();
  // Whatever was done: nothing was run or opened, and the project is as it was.
  expect({ canaries: project.canaries(), isPipeOpen: project.isPipeOpen(), listing: project.listing() }).toEqual({
    canaries: [],
    isPipeOpen: false,
    listing: before,
  });
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});
afterAll(() => {
  for (const each of Object.values(bundles)) each.remove();
  fs.rmSync(parent, { recursive: true, force: true });
});

/** Runs the command line in the project's folder; programs that it started itself are seen by their names. */
function cli(
  ...args: readonly string[]
): Promise<{ readonly code: number | null; readonly out: string; readonly children: string[] }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [bundles.cli?.file ?? '', ...args], { cwd: project.folder });
    let out = '';
    const children = new Set<string>();
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (out += chunk.toString()));
    const look = setInterval(() => {
      for (const name of childrenOf(child.pid ?? 0)) children.add(name);
    }, 2);
    child.on('close', (code) => {
      clearInterval(look);
      resolve({ code, out, children: [...children] });
    });
  });
}

/** Names of the programs that a process has started, where the system tells. */
function childrenOf(pid: number): string[] {
  try {
    const ids = fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(/\s+/).filter(Boolean);
    return ids.map((id) => fs.readFileSync(`/proc/${id}/comm`, 'utf8').trim());
  } catch {
    return [];
  }
}

function engine(): TestEngine {
  // What the user trusts lies elsewhere.
  const made = new TestEngine(bundles.engine?.file ?? '', [path.join(parent, 'canaries')]);
  engines.push(made);
  return made;
}

describe('the command line', () => {
  it.each([
    [['check', 'job.sql']],
    [['check', 'job.sql', '--format', 'json']],
    ...['parse', 'bind', 'plan', 'code'].map((phase) => [['explain', 'job.sql', '--phase', phase]]),
  ])(
    'looks at it with %j and runs nothing',
    async (args) => {
      const { code, out, children } = await cli(...args);
      expect({ isAnswered: code === 0 || code === 1, hasText: out.length > 0, children }).toEqual({
        isAnswered: true,
        hasText: true,
        children: [],
      });
      expect(out).not.toContain('root:');
    },
    30_000,
  );

  it('says of each function that is none of the project why it is not read', async () => {
    const { out } = await cli('check', 'job.sql');
    expect([...out.matchAll(/^.*(?:outside\.ts|computed\.ts|pipe\.ts).*$/gm)].length).toBeGreaterThanOrEqual(4);
  });
});

describe('the engine, without trust', () => {
  it('starts, compiles, lists and opens nothing, whatever folder is named; it only explains', async () => {
    const under = engine();
    const script = fs.readFileSync(project.path, 'utf8');
    const files = ['plain', 'computed', 'imports'].map((name) => ({
      path: `operators/${name}.ts`,
      text: fs.readFileSync(path.join(project.folder, `operators/${name}.ts`), 'utf8'),
    }));
    const recordings = path.join(project.folder, '.millrace/recordings');
    const [forged] = fs.readdirSync(recordings);
    const recording = { folder: recordings, sizeBytesMax: 1e8 };
    const refused = { diagnostics: [{ code: 'run/untrusted' }] };
    for (const folder of [
      project.folder,
      `${project.folder}/.`,
      path.join(parent, 'canaries', '..', 'hostile'),
      '/',
      '',
      parent,
    ]) {
      expect(await under.call('runs.start', { script, folder, files, recording })).toMatchObject({
        runId: null,
        ...refused,
      });
      expect(await under.call('functions.check', { script, folder, files })).toMatchObject(refused);
      const explained = await under.call('plans.explain', { script, folder, files });
      expect(explained.diagnostics.length).toBeGreaterThan(0);
    }
    expect(await under.call('recordings.list', { folder: recordings, script })).toEqual({ recordings: [] });
    const which = { path: path.join(recordings, forged ?? ''), keepCount: null };
    expect(await under.call('recordings.delete', { folder: recordings, ...which })).toMatchObject({
      deletedCount: 0,
      failure: { message: expect.stringContaining('not trusted') },
    });
    expect(await under.call('recordings.delete', { folder: recordings, path: null, keepCount: 0 })).toMatchObject({
      deletedCount: 0,
    });
    // A trusted folder gives no right over another.
    expect(await under.call('recordings.delete', { folder: path.join(parent, 'canaries'), ...which })).toMatchObject({
      deletedCount: 0,
    });
    expect(await under.call('replays.open', { runId: null, path: which.path, row: null })).toMatchObject({
      moment: null,
      failure: { message: expect.stringContaining('not trusted') },
    });
  });
});

describe('what is exported of it', () => {
  it('stays in its place and is made of the functions that compile', async () => {
    const paths = [
      'operators/plain.ts',
      'operators/imports.ts',
      '../canaries/outside.ts',
      'operators/away/outside.ts',
      'operators/pipe.ts',
      'operators/huge.ts',
    ];
    const { compiled, problems } = await compileFunctions(paths, { folder: project.folder, files: [] });
    expect([...compiled.keys()]).toEqual(['operators/plain.ts']);
    expect(new Set(problems.map((problem) => problem.path))).toEqual(new Set(paths.slice(1)));
    const names = [
      '../../../x',
      '$(touch x)',
      '"; System.exit(1); //',
      '*/ static { } /*',
      '\\u002a/',
      'CON',
      '__proto__',
      '<img>',
      '\u202e',
    ];
    const fn = [...compiled.values()][0];
    const { files, classes } = jvmProject(
      names.map((name) => ({ name, compiled: { ...present(fn), path: `operators/*/ ${name}.ts` } })),
    );
    expect(
      files
        .map((file) => file.path)
        .filter((each) => !/^src\/main\/(java|resources)\/millrace\/[a-z]+\/[A-Za-z0-9]+\.(java|js|json)$/.test(each)),
    ).toEqual([]);
    expect([classes.size, new Set(files.map((file) => file.path.toLowerCase())).size]).toEqual([
      names.length,
      files.length,
    ]);
    // A comment of a class ends where the export ends it: behind it nothing but the class comes.
    for (const { path: file, text } of files.filter((each) => /functions\/.*\.java$/.test(each.path))) {
      expect(text.split('*/').length, file).toBe(2);
      expect(text).not.toMatch(/\\u002a\//);
    }
  });
});

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the function compiled');
  return value;
}
