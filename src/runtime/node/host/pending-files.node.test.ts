/** Files being written, on a disk and in memory: both must do the same, because checkpoints are tested in memory. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Result } from '../../base/result.ts';
import { decodeUtf8, encodeUtf8 } from '../../base/utf8.ts';
import type { Files } from '../../seams/files.ts';
import { MemoryFiles } from '../../seams/memory-files.ts';
import { NodeFiles } from './node-files.ts';

const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'millrace-pending-'));
afterAll(() => fs.rmSync(temporary, { recursive: true, force: true }));

function got<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

const kinds: readonly [string, () => Files][] = [
  ['on a disk', () => new NodeFiles(fs.mkdtempSync(path.join(temporary, 'disk-')))],
  ['in memory', () => new MemoryFiles()],
];

/** Visible files with their texts, then how many hidden ones there are. */
function seen(files: Files): unknown {
  const entries = files.stat('out').ok ? got(files.list('out')) : [];
  const visible = entries.filter((entry) => !entry.path.includes('/.'));
  const texts = visible.map((entry) => {
    const file = got(files.open(entry.path));
    const text = decodeUtf8(got(file.read(0, file.sizeBytes)));
    file.close();
    return `${entry.path}: ${text}`;
  });
  return [texts, entries.length - visible.length];
}

const bytes = encodeUtf8;

describe.each(kinds)('files being written %s', (_, make) => {
  it('are gone on with where they were made durable: what came later is cut off', () => {
    const files = make();
    const first = got(files.create('out/a'));
    got(first.write(bytes('one ')));
    const part = got(first.persist());
    got(first.write(bytes('lost')));
    first.release();
    expect(seen(files)).toEqual([[], 1]);
    const second = got(files.reopen(part));
    got(second.write(bytes('two')));
    expect(got(second.persist())).toEqual({ ...part, sizeBytes: 7 });
    got(second.commit());
    expect(seen(files)).toEqual([['out/a: one two'], 0]);
    // Committed since: hidden again, and shorter.
    const third = got(files.reopen(part));
    expect(seen(files)).toEqual([[], 1]);
    third.discard();
    expect(seen(files)).toEqual([[], 0]);
  });

  it('are committed by another process as often as it likes', () => {
    const files = make();
    const first = got(files.create('out/a'));
    got(first.write(bytes('whole')));
    const part = got(first.persist());
    got(first.write(bytes('junk')));
    first.release();
    for (let times = 0; times < 3; times++) {
      got(files.commitPending(part));
      expect(seen(files)).toEqual([['out/a: whole'], 0]);
    }
  });

  it('are refused where bytes are missing, or all of it', () => {
    const files = make();
    const short = got(files.create('out/a'));
    got(short.write(bytes('ab')));
    const part = { ...got(short.persist()), sizeBytes: 3 };
    short.release();
    const gone = { path: 'out/b', hiddenPath: 'out/.b.inprogress.1', sizeBytes: 1 };
    const answers = [part, gone].flatMap((each) => [files.reopen(each), files.commitPending(each)]);
    expect(answers.map(({ ok }) => ok)).toEqual([false, false, false, false]);
  });

  it('are removed, and so is what was never there', () => {
    const files = make();
    got(files.create('out/a')).release();
    const [entry] = got(files.list('out'));
    got(files.remove(entry?.path ?? ''));
    got(files.remove('out/nothing'));
    got(files.remove('out'));
    expect(files.stat('out').ok).toBe(false);
  });
});
