/** The choice of an Electron, with a small package standing in for the 110 MB one: the same code unpacks both. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  CARRIED_RUNTIME,
  type CarriedRuntime,
  carriedFolder,
  chooseElectron,
  type ElectronRuntimeOptions,
} from './electron-runtime.ts';

let folder: string;
let tarball: string;
let carried: CarriedRuntime;
let packCount: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'electron-runtime-'));
  const app = join(folder, 'app');
  mkdirSync(join(app, 'resources', 'app'), { recursive: true });
  writeFileSync(join(app, '@carried'), '#!/bin/sh\necho electron "$@"\n');
  writeFileSync(join(app, 'resources', 'app', 'main.js'), 'the app that came along');
  writeFileSync(join(app, 'resources', 'app-update.yml'), 'feed');
  mkdirSync(join(folder, 'package', 'release'), { recursive: true });
  execFileSync('tar', ['-czf', join(folder, 'package', 'release', 'app.tar.gz'), '-C', app, '.']);
  tarball = join(folder, 'carried.tgz');
  execFileSync('tar', ['-czf', tarball, '-C', folder, 'package']);
  const integrity = `sha512-${createHash('sha512').update(readFileSync(tarball)).digest('base64')}`;
  carried = { ...CARRIED_RUNTIME, integrity, executable: '@carried' };
  packCount = 0;
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function options(over: Partial<ElectronRuntimeOptions> = {}): ElectronRuntimeOptions {
  return {
    projectFolder: folder,
    env: { XDG_CACHE_HOME: join(folder, 'cache') },
    platform: 'linux',
    arch: 'x64',
    carried,
    fetchInstalled: async () => false,
    pack: async (_spec, target) => {
      packCount++;
      cpSync(tarball, join(target, 'copy.tgz'));
      return join(target, 'copy.tgz');
    },
    ...over,
  };
}

describe('the choice of an Electron', () => {
  it('takes the explicit path, and fails when there is nothing', async () => {
    const executable = join(folder, 'my-electron');
    const before = await chooseElectron(options({ env: { MILLRACE_ELECTRON: executable } }));
    writeFileSync(executable, '');
    const after = await chooseElectron(options({ env: { MILLRACE_ELECTRON: executable } }));
    expect([before.ok, after]).toEqual([false, { ok: true, value: { executable, origin: 'explicit', notice: null } }]);
  });

  it('takes the installed package when its binary is there or can be fetched', async () => {
    const packageFolder = join(folder, 'node_modules', 'electron');
    mkdirSync(packageFolder, { recursive: true });
    const fetched = await chooseElectron(
      options({
        fetchInstalled: async (where) => {
          mkdirSync(join(where, 'dist'));
          writeFileSync(join(where, 'dist', 'electron'), '');
          writeFileSync(join(where, 'path.txt'), 'electron');
          return true;
        },
      }),
    );
    const present = await chooseElectron(
      options({ fetchInstalled: () => Promise.reject(new Error('not asked again')) }),
    );
    const expected = {
      ok: true,
      value: { executable: join(packageFolder, 'dist', 'electron'), origin: 'installed', notice: null },
    };
    expect([fetched, present, packCount]).toEqual([expected, expected, 0]);
  });

  it('unpacks the carried runtime without the app it carried, once, with a notice', async () => {
    const first = await chooseElectron(options());
    const second = await chooseElectron(options());
    const target = carriedFolder({ XDG_CACHE_HOME: join(folder, 'cache') }, carried);
    expect({
      same: JSON.stringify(first) === JSON.stringify(second),
      notice: first.ok && first.value.notice,
      packCount,
      runs: first.ok && execFileSync(first.value.executable, ['x']).toString(),
      resources: readdirSync(join(target, 'resources')),
      app: readdirSync(join(target, 'resources', 'app')).sort(),
      leftovers: readdirSync(join(target, '..')).filter((name) => name.startsWith('.unpack')),
    }).toEqual({
      same: true,
      notice: expect.stringContaining('for development and tests only'),
      packCount: 1,
      runs: 'electron x\n',
      resources: ['app'],
      app: ['package.json', 'starter.cjs'],
      leftovers: [],
    });
  });

  it('lets several processes set up the same cache at once', async () => {
    const choices = await Promise.all([1, 2, 3].map(() => chooseElectron(options())));
    expect([
      new Set(choices.map((c) => JSON.stringify(c))).size,
      choices.every((c) => c.ok && existsSync(c.value.executable)),
    ]).toEqual([1, true]);
  });

  it('refuses a package whose hash is not the pinned one, and leaves nothing behind', async () => {
    const other = { ...carried, integrity: CARRIED_RUNTIME.integrity };
    const choice = await chooseElectron(options({ carried: other }));
    expect([choice.ok, !choice.ok && choice.error, readdirSync(join(folder, 'cache', 'millrace'))]).toEqual([
      false,
      expect.stringContaining('has the hash'),
      [],
    ]);
  });

  it('says what to do on a platform without a carried runtime', async () => {
    const choice = await chooseElectron(options({ platform: 'darwin' }));
    expect(choice).toEqual({ ok: false, error: expect.stringContaining('MILLRACE_ELECTRON') });
  });
});
