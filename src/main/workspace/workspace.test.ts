/** Projects, drafts and settings on a real disk. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DraftJournal } from './drafts.ts';
import { isInside, openProjectFile, SCRIPT_SIZE_MAX_BYTES, scriptFileOf } from './open-project.ts';
import { RECENT_MAX, RecentProjects } from './recent.ts';
import { listSamples } from './samples.ts';
import { copyCompanions, hasNothingIn, saveProjectFile } from './save-project.ts';
import { DEFAULT_SETTINGS, SettingsStore } from './settings.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'workspace-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, content?: string | Uint8Array): string => {
  const path = join(folder, name);
  if (content !== undefined) {
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, content);
  }
  return path;
};

describe('opening a project', () => {
  const reasonFor = async (path: string): Promise<string> => {
    const opened = await openProjectFile(path);
    return opened.ok ? 'opened' : opened.error.reason;
  };

  it('reads the script byte for byte and the layout beside it', async () => {
    const text = "SELECT '\u00fc\ud83c\udf0a' ;\r\n\n-- end";
    const path = file('job.sql', text);
    file('job.layout.json', '{"version":1}');
    expect(await openProjectFile(path)).toEqual({ ok: true, value: { path, text, layoutText: '{"version":1}' } });
  });

  it('opens an empty file and one of 5 MB, and says clearly why others do not open', async () => {
    expect(
      await Promise.all([
        reasonFor(file('empty.sql', '')),
        reasonFor(file('large.sql', 'SELECT 1;\n'.repeat(524_288))),
        reasonFor(file('huge.sql', new Uint8Array(SCRIPT_SIZE_MAX_BYTES + 1).fill(32))),
        reasonFor(file('nul.sql', 'SELECT\u0000 1')),
        reasonFor(file('latin1.sql', new Uint8Array([0x53, 0xe4, 0x21]))),
        reasonFor(file('missing.sql')),
        reasonFor(folder),
      ]),
    ).toEqual(['opened', 'opened', 'too-large', 'binary', 'binary', 'missing', 'unreadable']);
  });

  it('opens although the layout file is broken', async () => {
    const path = file('job.sql', 'SELECT 1;');
    file('job.layout.json', new Uint8Array([0xff, 0x00]));
    expect(await openProjectFile(path)).toEqual({ ok: true, value: { path, text: 'SELECT 1;', layoutText: null } });
  });

  it('finds the script of a folder: job.sql, else the only one', async () => {
    file('a/job.sql', '');
    file('a/other.sql', '');
    file('b/only.sql', '');
    expect(await Promise.all(['a', 'b', 'a/other.sql'].map((name) => scriptFileOf(join(folder, name))))).toEqual([
      join(folder, 'a/job.sql'),
      join(folder, 'b/only.sql'),
      join(folder, 'a/other.sql'),
    ]);
  });

  it('knows what lies inside a folder and what only looks like it', () => {
    expect(['/s/a/job.sql', '/s', '/samples2/x', '/s/../t/x', '/s/..x'].map((path) => isInside(path, '/s'))).toEqual([
      true,
      false,
      false,
      false,
      true,
    ]);
  });
});

describe('saving a project', () => {
  it('writes the script and the layout, and keeps every byte', async () => {
    const path = file('new/deep/job.sql');
    const saved = await saveProjectFile(path, 'SELECT 1;\r\n', '{}', null);
    expect([
      saved.ok,
      readFileSync(path, 'utf8'),
      readFileSync(file('new/deep/job.layout.json'), 'utf8'),
      readdirSync(join(folder, 'new/deep')).length,
    ]).toEqual([true, 'SELECT 1;\r\n', '{}', 2]);
  });

  it('refuses to overwrite what another program wrote, unless told to', async () => {
    const path = file('job.sql', 'SELECT 2;');
    const refused = await saveProjectFile(path, 'SELECT 3;', '', 'SELECT 1;');
    const kept = readFileSync(path, 'utf8');
    const forced = await saveProjectFile(path, 'SELECT 3;', '', null);
    expect([
      !refused.ok && refused.error.reason,
      kept,
      forced.ok,
      readFileSync(path, 'utf8'),
      existsSync(file('job.layout.json')),
    ]).toEqual(['changed-on-disk', 'SELECT 2;', true, 'SELECT 3;', false]);
  });

  it('writes again what stands there already, as after a save that failed further on', async () => {
    const path = file('job.sql', 'SELECT 3;');
    const again = await saveProjectFile(path, 'SELECT 3;', '{}', 'SELECT 1;');
    expect([again.ok, readFileSync(file('job.layout.json'), 'utf8')]).toEqual([true, '{}']);
  });

  it('keeps the byte order mark of a file that has one', async () => {
    const path = file('job.sql', '\ufeffSELECT 1;');
    const opened = await openProjectFile(path);
    await saveProjectFile(path, 'SELECT 2;', '', 'SELECT 1;');
    expect([opened.ok && opened.value.text, readFileSync(path, 'utf8')]).toEqual(['SELECT 1;', '\ufeffSELECT 2;']);
  });

  it('says why it could not write', async () => {
    file('blocked', 'a file where a folder is needed');
    const saved = await saveProjectFile(join(folder, 'blocked', 'job.sql'), 'x', '', null);
    expect(saved).toEqual({
      ok: false,
      error: {
        reason: 'unwritable',
        message: expect.stringContaining('job.sql could not be written'),
        hint: expect.any(String),
      },
    });
  });

  it("puts a sample's data beside its saved copy without touching what is there", async () => {
    file('sample/data/a.csv', 'sample a');
    file('sample/data/b.csv', 'sample b');
    file('mine/data/b.csv', 'my b');
    await copyCompanions(join(folder, 'sample'), join(folder, 'mine'));
    expect(['a', 'b'].map((name) => readFileSync(join(folder, `mine/data/${name}.csv`), 'utf8'))).toEqual([
      'sample a',
      'my b',
    ]);
  });
});

describe('a folder that a project is saved into', () => {
  it('is its own when nothing else lies there', async () => {
    file('downloads/other/job.sql', '');
    mkdirSync(join(folder, 'empty'));
    const asked = ['downloads', 'empty', 'not/there/yet', 'downloads/other/job.sql'];
    expect(await Promise.all(asked.map((name) => hasNothingIn(join(folder, name))))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });
});

describe('the companions of a saved copy', () => {
  it('come without the files that the project has no longer', async () => {
    file('from/operators/a.ts', 'a');
    file('from/operators/b.ts', 'b');
    await copyCompanions(join(folder, 'from'), join(folder, 'to'), { except: ['operators/a.ts'] });
    expect(readdirSync(join(folder, 'to/operators'))).toEqual(['b.ts']);
  });
});

describe('the journal of unsaved work', () => {
  it('keeps that a TypeScript file was taken out, until it is gone from the disk too', () => {
    const path = file('p/job.sql', 'text');
    const files = [{ path: 'operators/f.ts', text: null }];
    new DraftJournal(folder, () => 1000).write(path, 'text', null, files);
    const next = new DraftJournal(folder);
    expect([
      next.find(path, 'text', null, [{ path: 'operators/f.ts', text: 'f' }])?.files,
      next.find(path, 'text', null),
    ]).toEqual([files, null]);
  });

  it('gives back the work of a killed session, and nothing once it was saved', () => {
    const path = file('p/job.sql', 'saved');
    new DraftJournal(folder, () => 1000).write(path, 'unsaved', '{"a":1}');
    const next = new DraftJournal(folder);
    const found = next.find(path, 'saved', null);
    const links = next.list();
    const same = next.find(path, 'unsaved', '{"a":1}');
    next.clear(path);
    expect([found, links, same, next.find(path, 'saved', null), next.list()]).toEqual([
      { text: 'unsaved', layoutText: '{"a":1}', files: [], savedAtMs: 1000 },
      [{ path, name: 'p', description: join(folder, 'p'), openedAtMs: 1000, exists: true }],
      null,
      null,
      [],
    ]);
  });

  it('offers never-saved work of an earlier session and does not let a new one overwrite it', () => {
    new DraftJournal(folder, () => 5).write(null, 'first', null);
    const second = new DraftJournal(folder, () => 9);
    second.write(null, 'second', null);
    const listed = second.list().map((link) => link.path);
    const third = new DraftJournal(folder, () => 12);
    const adopted = third.adoptUntitled('untitled:5');
    expect([
      listed,
      third.list().map((link) => link.path),
      adopted,
      third.adoptUntitled('untitled:../5'),
      third.adoptUntitled('untitled:77'),
    ]).toEqual([
      ['untitled:5'],
      ['untitled:9'],
      { text: 'first', layoutText: null, files: [], savedAtMs: 5 },
      null,
      null,
    ]);
  });

  it('keeps unsaved TypeScript files, and offers them when only they differ from the disk', () => {
    const path = file('p/job.sql', 'saved');
    const onDisk = { path: 'operators/f.ts', text: 'old' };
    const unsaved = { path: 'operators/f.ts', text: 'new' };
    const journal = new DraftJournal(folder, () => 3);
    journal.write(path, 'saved', null, [unsaved]);
    expect([journal.find(path, 'saved', null, [onDisk]), journal.find(path, 'saved', null, [unsaved])]).toEqual([
      { text: 'saved', layoutText: null, files: [unsaved], savedAtMs: 3 },
      null,
    ]);
  });

  it('ignores a torn file', () => {
    const journal = new DraftJournal(folder);
    writeFileSync(join(folder, 'drafts', '0123.json'), '{"version":1,"te');
    expect(journal.list()).toEqual([]);
  });
});

describe('small stores', () => {
  it('remember settings, and start afresh from a broken file that is kept aside', () => {
    const recording = { enabled: false, sizeMbMax: 64, keepCount: 3 };
    const cluster = { gateway: 'http://gateway:8083', rest: '', savepointFolder: 's3://kept' };
    new SettingsStore(folder).write({ theme: 'dark', recording, cluster });
    const kept = new SettingsStore(folder).read();
    writeFileSync(join(folder, 'settings.json'), '{"theme":"pink"}');
    expect([
      kept,
      new SettingsStore(folder).read(),
      readFileSync(join(folder, 'settings.json.broken'), 'utf8'),
    ]).toEqual([{ theme: 'dark', recording, cluster }, DEFAULT_SETTINGS, '{"theme":"pink"}']);
  });

  it('read settings of an older version, and bring what was edited by hand back into its bounds', () => {
    file('settings.json', '{"theme":"light"}');
    const older = new SettingsStore(folder).read();
    file('settings.json', '{"theme":"light","recording":{"sizeMbMax":-4,"keepCount":1e99}}');
    expect([older, new SettingsStore(folder).read()]).toEqual([
      { ...DEFAULT_SETTINGS, theme: 'light' },
      { ...DEFAULT_SETTINGS, theme: 'light', recording: { enabled: true, sizeMbMax: 1, keepCount: 10_000 } },
    ]);
  });

  it('list recent projects once each, newest first, bounded, and say which are gone', () => {
    let nowMs = 0;
    const recent = new RecentProjects(folder, () => ++nowMs);
    const here = file('here/job.sql', '');
    for (let i = 0; i < RECENT_MAX + 5; i++) recent.add(join(folder, `gone-${i}.sql`));
    recent.add(here);
    recent.add(join(folder, 'gone-9.sql'));
    recent.forget(join(folder, 'gone-24.sql'));
    const list = recent.list();
    expect([list.length, list.slice(0, 3).map((link) => [link.name, link.exists])]).toEqual([
      RECENT_MAX - 1,
      [
        ['gone-9.sql', false],
        ['here', true],
        ['gone-23.sql', false],
      ],
    ]);
  });

  it('describe samples by their README', () => {
    file('s/b/job.sql', '');
    file('s/a/job.sql', '');
    file('s/a/README.md', '# Clicks\n\nCounts clicks\nper minute.\n\nMore.\n');
    file('s/no-job/README.md', '# Not a sample');
    expect(listSamples(join(folder, 's')).map(({ name, description }) => [name, description])).toEqual([
      ['Clicks', 'Counts clicks per minute.'],
      ['b', ''],
    ]);
  });
});
