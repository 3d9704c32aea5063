/** Checkpoints of scripts: a run that is ended anywhere and goes on gives what a run that was never ended gives. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Result } from '../base/result.ts';
import type { Files, PendingFile } from '../seams/files.ts';
import { MemoryFiles } from '../seams/memory-files.ts';
import { SeededRandom } from '../seams/seeded-random.ts';
import { CHECKPOINT_STEPS } from './checkpoint-steps.ts';
import { type CheckpointedScript, linesBelow, runWithCheckpoints } from './test-checkpoints.ts';

const ROWS = 2_500;

const OUTSIDE: CheckpointedScript['outside'] = {
  sha256: (bytes) => createHash('sha256').update(bytes).digest('hex'),
  later: (task) => void setImmediate(task),
};

const lines = (count: number): string =>
  Array.from({ length: count }, (_, id) => {
    const ts = new Date(1_700_000_000_000 + id * 1000).toISOString().slice(0, 19).replace('T', ' ');
    return JSON.stringify({ id, k: `k${id % 7}`, ts });
  }).join('\n');

const SOURCE =
  "CREATE TABLE t (id INT, k STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'filesystem', 'path' = 'in', 'format' = 'json');";

const sinkOf = (name: string, columns: string, options = "'format' = 'json'", rest = ''): string =>
  `CREATE TABLE ${name} (${columns}) ${rest} WITH ('connector' = 'filesystem', 'path' = '${name}', ${options});`;

const SCRIPT = `${SOURCE}
${sinkOf('windows', 'k STRING, s TIMESTAMP(3), n BIGINT')}
INSERT INTO windows SELECT k, window_start, COUNT(*) FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY window_start, window_end, k;`;

/** Both kinds of files in memory, so that a test can look into them. */
type Setting = CheckpointedScript & { readonly folder: MemoryFiles };

function settingOf(script: string): Setting {
  const files = new MemoryFiles();
  files.put('in/a.jsonl', lines(ROWS));
  return { script, files, folder: new MemoryFiles(), outside: OUTSIDE };
}

async function unbroken(script: string): Promise<{ files: MemoryFiles; document: unknown }> {
  const setting = settingOf(script);
  const { status, document } = await runWithCheckpoints(setting, { isFresh: true });
  expect(status).toBe('finished');
  return { files: setting.files, document };
}

describe('a run with checkpoints', () => {
  it.each(CHECKPOINT_STEPS)('that is ended at %s, three times, gives every row once', async (step) => {
    const whole = linesBelow((await unbroken(SCRIPT)).files, 'windows');
    expect(whole.length).toBeGreaterThan(100);
    for (const after of [0, 1, 3]) {
      const setting = settingOf(SCRIPT);
      for (let times = 0; times < 3; times++) {
        const end = await runWithCheckpoints(setting, { endAt: { step, after } });
        expect(end.status).toBe('ended by the test');
        // What is visible on the way is a part of the whole, without doubles.
        const seen = linesBelow(setting.files, 'windows');
        expect(new Set(seen).size).toBe(seen.length);
      }
      const last = await runWithCheckpoints(setting);
      expect([last.status, linesBelow(setting.files, 'windows'), setting.files.hiddenPaths()]).toEqual([
        'finished',
        whole,
        [],
      ]);
    }
  });

  it('goes on in the statement that was under way, and does not run those before it again', async () => {
    const script = `${SOURCE}
${sinkOf('a', 'k STRING, n BIGINT', "'format' = 'csv'", 'PARTITIONED BY (k)')}
${sinkOf('b', 'id INT')}
${sinkOf('c', 'before BIGINT, late BIGINT', "'format' = 'debezium-json'")}
INSERT INTO a SELECT k, id FROM t WHERE id < 1500;
SELECT k, MAX(id) FROM t WHERE id < 300 GROUP BY k;
EXECUTE STATEMENT SET BEGIN
INSERT INTO b SELECT id FROM t WHERE MOD(id, 3) = 0;
INSERT INTO c SELECT MIN(id), COUNT(*) FROM t WHERE id > 2000;
END;`;
    const whole = await unbroken(script);
    const contents = (files: MemoryFiles) => ['a', 'b', 'c'].map((folder) => linesBelow(files, folder));
    const setting = settingOf(script);
    const notes: string[] = [];
    let runs = 0;
    for (let isOver = false; !isOver; runs++) {
      const endAt = { step: 'done', after: runs === 0 ? 3 : 20 } as const;
      const end = await runWithCheckpoints(setting, { endAt });
      notes.push(...end.messages.filter((message) => message.startsWith('going on')));
      isOver = end.status === 'finished';
      // Rows of queries come out of checkpoints too, so the document is that of one run.
      if (isOver) expect(end.document).toEqual(whole.document);
    }
    expect(runs).toBeGreaterThan(3);
    expect(contents(setting.files)).toEqual(contents(whole.files));
    const statements = notes.map((note) => Number(/statement (\d+)/.exec(note)?.[1]));
    expect([Math.min(...statements), Math.max(...statements)]).toEqual([5, 7]);
    const again = await runWithCheckpoints(setting);
    expect([again.status, again.messages.at(-1), contents(setting.files)]).toEqual([
      'finished',
      expect.stringContaining('the script had come to its end'),
      contents(whole.files),
    ]);
  });

  it('is not begun anew over the checkpoints of a run that has not ended', async () => {
    const setting = settingOf(SCRIPT);
    await runWithCheckpoints(setting, { isFresh: true, endAt: { step: 'done', after: 2 } });
    const refused = await runWithCheckpoints(setting, { isFresh: true });
    expect(refused).toMatchObject({
      status: 'refused',
      messages: ['checkpoints holds checkpoints of a run that has not come to its end.'],
    });
    expect((await runWithCheckpoints(setting)).status).toBe('finished');
    // One that has ended is in nobody's way; what it wrote stays.
    const lines = linesBelow(setting.files, 'windows');
    const fresh = await runWithCheckpoints({ ...setting, runId: '12345678' }, { isFresh: true });
    expect([fresh.status, linesBelow(setting.files, 'windows')]).toEqual(['finished', [...lines, ...lines].sort()]);
  });

  it('is refused where the program is another one', async () => {
    const setting = settingOf(SCRIPT);
    await runWithCheckpoints(setting, { endAt: { step: 'done', after: 2 } });
    const run = (script: string) => runWithCheckpoints({ ...setting, script });
    const refused = {
      status: 'failed',
      messages: [
        expect.stringContaining('going on from checkpoint 3'),
        'The checkpoint in checkpoints belongs to another program: statement 3 is not what it was then.',
      ],
    };
    expect(await run(SCRIPT.replace("'10' SECOND", "'20' SECOND"))).toMatchObject(refused);
    expect(await run(SCRIPT.replace('ts AS ts', "ts AS ts - INTERVAL '1' SECOND"))).toMatchObject(refused);
    expect(await run(SCRIPT.replace("'path' = 'windows'", "'path' = 'elsewhere'"))).toMatchObject(refused);
    expect(await run(SCRIPT.slice(0, SCRIPT.indexOf('INSERT')))).toMatchObject(refused);
    expect(setting.files.paths().some((path) => path.startsWith('elsewhere'))).toBe(false);
    // Layout and comments are no part of a program.
    expect((await run(SCRIPT.replace('SELECT k,', '-- per key\n  SELECT   k ,'))).status).toBe('finished');
  });

  it('is refused where an input has changed, and does not see files that have come since', async () => {
    const setting = settingOf(SCRIPT);
    await runWithCheckpoints(setting, { endAt: { step: 'done', after: 2 } });
    setting.files.put('in/0.jsonl', lines(10));
    const original = setting.files.get('in/a.jsonl') ?? new Uint8Array();
    setting.files.put('in/a.jsonl', original.slice(0, -1));
    const { status, messages } = await runWithCheckpoints(setting);
    expect([status, messages.at(-1)]).toEqual([
      'failed',
      expect.stringContaining('The input in/a.jsonl has changed since the checkpoint: it has '),
    ]);
    setting.files.put('in/a.jsonl', original);
    expect((await runWithCheckpoints(setting)).status).toBe('finished');
    expect(linesBelow(setting.files, 'windows')).toEqual(linesBelow((await unbroken(SCRIPT)).files, 'windows'));
  });

  it('goes back to a whole checkpoint whatever happens to the files of checkpoints', async () => {
    const script = SCRIPT.replace(
      "'format' = 'json');\nINSERT",
      "'format' = 'json', 'sink.rolling-policy.file-size' = '2kb');\nINSERT",
    );
    expect(script).not.toBe(SCRIPT);
    const whole = linesBelow((await unbroken(script)).files, 'windows');
    const original = settingOf(script);
    await runWithCheckpoints(original, { endAt: { step: 'gc-old', after: 12 } });
    const paths = original.folder.paths();
    expect(paths.filter((path) => path.endsWith('manifest.json')).length).toBeGreaterThanOrEqual(3);
    const random = new SeededRandom(4);
    const ends: Record<string, number> = {};
    for (let damage = 0; damage < 100; damage++) {
      const setting = { ...original, files: original.files.copy(), folder: original.folder.copy() };
      // Now and then every checkpoint.
      const any = paths[random.nextInt(paths.length)] ?? '';
      const chosen = damage % 10 === 0 ? paths.filter((path) => path.endsWith('manifest.json')) : [any];
      for (const path of chosen) damageOne(setting.folder, path, random);
      const { status, messages } = await runWithCheckpoints(setting);
      const said = `damage ${damage}: ${messages.join(' ')}`;
      const how = status === 'finished' ? (said.includes('cannot be used') ? 'walked back' : 'not touched') : status;
      ends[how] = (ends[how] ?? 0) + 1;
      if (status === 'finished') expect(linesBelow(setting.files, 'windows'), said).toEqual(whole);
      else
        expect([status, said]).toEqual([
          'refused',
          expect.stringContaining('No checkpoint in checkpoints can be used'),
        ]);
    }
    expect(ends['walked back']).toBeGreaterThan(8);
    expect(ends.refused).toBeGreaterThan(5);
  });

  it('that meets a full disk at any call fails with its reason, and goes on when there is room', async () => {
    const whole = linesBelow((await unbroken(SCRIPT)).files, 'windows');
    let failures = 0;
    for (let call = 1; call < 400; call += 11) {
      const setting = settingOf(SCRIPT);
      const disk = new FailingFiles(call);
      const first = await runWithCheckpoints(
        { ...setting, folder: disk.over(setting.folder) },
        { disk: disk.over(setting.files) },
      );
      if (first.status === 'finished') continue;
      failures += 1;
      expect(first.messages.join(' '), `call ${call}`).toContain('no space left');
      const last = await runWithCheckpoints(setting);
      expect([last.status, linesBelow(setting.files, 'windows')], `call ${call}`).toEqual(['finished', whole]);
    }
    expect(failures).toBeGreaterThan(20);
  });
});

/** A disk that has no room at its n-th write. */
class FailingFiles {
  #left: number;

  constructor(call: number) {
    this.#left = call;
  }

  over(files: MemoryFiles): Files {
    const attempt = <T>(act: () => Result<T>): Result<T> => {
      this.#left -= 1;
      if (this.#left === 0)
        return { ok: false, error: { domain: 'file', message: 'There is no space left.', retry: 'later' } };
      return act();
    };
    const pending = (made: Result<PendingFile>): Result<PendingFile> => {
      if (!made.ok) return made;
      const file = made.value;
      const value: PendingFile = {
        write: (bytes) => attempt(() => file.write(bytes)),
        persist: () => attempt(() => file.persist()),
        commit: () => attempt(() => file.commit()),
        discard: () => file.discard(),
        release: () => file.release(),
      };
      return { ok: true, value };
    };
    return {
      stat: (path) => files.stat(path),
      list: (path) => files.list(path),
      open: (path) => files.open(path),
      create: (path) => pending(attempt(() => files.create(path))),
      reopen: (part) => pending(attempt(() => files.reopen(part))),
      commitPending: (part) => attempt(() => files.commitPending(part)),
      remove: (path) => attempt(() => files.remove(path)),
    };
  }
}

/** Flips a bit, cuts off the end, or removes. */
function damageOne(files: MemoryFiles, path: string, random: SeededRandom): void {
  const bytes = (files.get(path) ?? new Uint8Array()).slice();
  const at = random.nextInt(Math.max(1, bytes.length));
  switch (random.nextInt(5)) {
    case 0:
      files.remove(path);
      return;
    case 1:
      files.put(path, bytes.slice(0, at));
      return;
    default:
      if (bytes.length > 0) bytes[at] = (bytes[at] ?? 0) ^ (1 << random.nextInt(8));
      files.put(path, bytes);
  }
}
