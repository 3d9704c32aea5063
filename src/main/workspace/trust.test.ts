/** Trust in folders on a real disk. */
import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, parse } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TRUST_FILE, TrustStore } from './trust.ts';

let root: string;
let home: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'trust-')));
  home = join(root, 'userData');
  for (const name of ['userData', 'samples/a', 'work/job', 'work/other', 'downloads']) {
    mkdirSync(join(root, name), { recursive: true });
  }
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const store = (): TrustStore => new TrustStore(home, [join(root, 'samples')]);

describe('trust', () => {
  it('is given to a folder and what is below it, survives a restart, and is taken back', () => {
    const first = store();
    let changeCount = 0;
    first.onChanged(() => {
      changeCount += 1;
    });
    const job = join(root, 'work/job');
    const before = first.isTrusted(job);
    first.grant(job, 'folder');
    mkdirSync(join(job, 'sub'));
    const next = store();
    const after = ['work/job', 'work/job/sub', 'work/other', 'work'].map((name) => next.isTrusted(join(root, name)));
    next.revoke(job);
    expect([before, after, next.isTrusted(job), changeCount]).toEqual([false, [true, true, false, false], false, 1]);
  });

  it('is given to the folder above on request, and revoking one project below takes it from there', () => {
    const trust = store();
    const given = trust.grant(join(root, 'work/job'), 'parent');
    const other = trust.isTrusted(join(root, 'work/other'));
    trust.revoke(join(root, 'work/other'));
    expect([given, other, trust.isTrusted(join(root, 'work/job'))]).toEqual([true, true, false]);
  });

  it('is never given to a whole disk or to the home folder', () => {
    const trust = store();
    const disk = parse(root).root;
    expect([
      trust.grant(disk, 'folder'),
      trust.grant(join(disk, 'tmp'), 'parent'),
      trust.grant(homedir(), 'folder'),
      trust.folders(),
    ]).toEqual([false, false, false, [join(root, 'samples')]]);
  });

  it('follows real paths: a link lends no trust, and a moved folder loses it', () => {
    const trust = store();
    trust.grant(join(root, 'work/job'), 'folder');
    symlinkSync(join(root, 'downloads'), join(root, 'work/job/link'));
    symlinkSync(join(root, 'work/job'), join(root, 'way-in'));
    const viaLinks = [trust.isTrusted(join(root, 'work/job/link')), trust.isTrusted(join(root, 'way-in'))];
    renameSync(join(root, 'work/job'), join(root, 'downloads/job'));
    expect([viaLinks, trust.isTrusted(join(root, 'downloads/job')), trust.isTrusted(join(root, 'work/job'))]).toEqual([
      [false, true],
      false,
      false,
    ]);
  });

  it('holds for our own folders without a decision, and a broken file means no trust', () => {
    writeFileSync(join(home, TRUST_FILE), `{"version":1,"folders":"${join(root, 'downloads')}"}`);
    const trust = store();
    expect([trust.isTrusted(join(root, 'samples/a')), trust.isTrusted(join(root, 'downloads'))]).toEqual([true, false]);
  });
});
