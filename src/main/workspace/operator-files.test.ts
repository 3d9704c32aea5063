/** TypeScript files of a project on a real disk. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  checkOperatorFiles,
  isOperatorPath,
  OPERATOR_FILE_LIMITS,
  OperatorWatch,
  readOperatorFiles,
  writeOperatorFiles,
} from './operator-files.ts';

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'operators-')));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const put = (name: string, content: string | Uint8Array): void => {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), content);
};

describe('TypeScript files of a project', () => {
  it('have plain paths below operators/', () => {
    const paths = [
      'operators/f.ts',
      'operators/lib/deep/g.ts',
      'operators/../f.ts',
      'operators/.hidden.ts',
      '/operators/f.ts',
      'operators//f.ts',
      'operators\\f.ts',
      'operators/f.d.ts',
      'operators/f.js',
      'other/f.ts',
      'operators/a/b/c/d/e.ts',
      'operators/c:f.ts',
    ];
    expect(paths.filter(isOperatorPath)).toEqual(['operators/f.ts', 'operators/lib/deep/g.ts']);
  });

  it('are read in order, without links, binaries, giants and everything else', async () => {
    put('operators/b.ts', 'b');
    put('operators/a/c.ts', 'c');
    put('operators/x.json', '{}');
    put('operators/binary.ts', new Uint8Array([0, 1]));
    put('operators/giant.ts', ' '.repeat(OPERATOR_FILE_LIMITS.sizeBytes + 1));
    put('outside.ts', 'outside');
    symlinkSync(join(folder, 'outside.ts'), join(folder, 'operators/link.ts'));
    expect(await readOperatorFiles(folder)).toEqual([
      { path: 'operators/a/c.ts', text: 'c' },
      { path: 'operators/b.ts', text: 'b' },
    ]);
  });

  it('are not read through an operators/ folder that is a link', async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'elsewhere-'));
    writeFileSync(join(elsewhere, 'f.ts'), 'secret');
    symlinkSync(elsewhere, join(folder, 'operators'));
    const files = await readOperatorFiles(folder);
    const wrote = await writeOperatorFiles(folder, [{ path: 'operators/g.ts', text: 'x' }]);
    const isThere = existsSync(join(elsewhere, 'g.ts'));
    rmSync(elsewhere, { recursive: true, force: true });
    expect([files, wrote.ok, isThere]).toEqual([[], false, false]);
  });

  it('are written whole, with their folders', async () => {
    const wrote = await writeOperatorFiles(folder, [{ path: 'operators/lib/f.ts', text: 'text' }]);
    expect([wrote.ok, readFileSync(join(folder, 'operators/lib/f.ts'), 'utf8')]).toEqual([true, 'text']);
  });

  it('are not written over what somebody else wrote meanwhile', async () => {
    put('operators/f.ts', 'theirs');
    const check = async (expectedText: string | null, text = 'mine') => {
      const checked = await checkOperatorFiles(folder, [{ path: 'operators/f.ts', text, expectedText }]);
      return checked.ok ? 'may' : checked.error.message;
    };
    expect([await check('theirs'), await check('before'), await check(null), await check(null, 'theirs')]).toEqual([
      'may',
      'operators/f.ts was changed by another program since it was opened.',
      'operators/f.ts exists already and says something else.',
      'may',
    ]);
  });

  it('are deleted when the project has them no longer, but not what somebody else has made of them', async () => {
    put('operators/f.ts', 'mine');
    put('operators/g.ts', 'theirs');
    symlinkSync(join(folder, 'operators/g.ts'), join(folder, 'operators/link.ts'));
    const gone = (path: string, expectedText: string | null) => ({ path, text: null, expectedText });
    const may = async (path: string, expectedText: string | null): Promise<boolean> =>
      (await checkOperatorFiles(folder, [gone(path, expectedText)])).ok;
    expect([
      await may('operators/f.ts', 'mine'),
      await may('operators/g.ts', 'mine'),
      await may('operators/link.ts', 'theirs'),
      await may('operators/never-there.ts', 'mine'),
    ]).toEqual([true, false, false, true]);
    const wrote = await writeOperatorFiles(folder, [
      { path: 'operators/f.ts', text: null },
      { path: 'operators/never/there.ts', text: null },
    ]);
    expect([wrote.ok, await readOperatorFiles(folder)]).toEqual([true, [{ path: 'operators/g.ts', text: 'theirs' }]]);
  });

  it('are watched: changes, new and deleted files are told once, own writes are not', async () => {
    put('operators/f.ts', 'one');
    const told: (readonly [string, string | null])[] = [];
    const watch = new OperatorWatch(folder, await readOperatorFiles(folder), (path, text) => told.push([path, text]));
    const until = async (count: number): Promise<void> => {
      for (let i = 0; i < 200 && told.length < count; i++) await new Promise((settle) => setTimeout(settle, 25));
    };
    await new Promise((settle) => setTimeout(settle, 100));
    watch.wrote([{ path: 'operators/own.ts', text: 'own' }]);
    put('operators/own.ts', 'own');
    put('operators/f.ts', 'two');
    await until(1);
    put('operators/lib/new.ts', 'new');
    await until(2);
    rmSync(join(folder, 'operators/f.ts'));
    await until(3);
    watch.close();
    expect(told).toEqual([
      ['operators/f.ts', 'two'],
      ['operators/lib/new.ts', 'new'],
      ['operators/f.ts', null],
    ]);
  });
});
