/** Files in memory behave as a disk does. */
import { describe, expect, it } from 'vitest';
import { decodeUtf8, encodeUtf8 } from '../base/utf8.ts';
import { MemoryFiles } from './memory-files.ts';

const text = (files: MemoryFiles, path: string): string | null => {
  const bytes = files.get(path);
  return bytes === undefined ? null : decodeUtf8(bytes);
};

describe('MemoryFiles', () => {
  it('lists a folder sorted by path, with its folders once and hidden entries too', () => {
    const files = new MemoryFiles();
    for (const path of ['data/b.txt', 'data/sub/x.txt', 'data/sub/y.txt', 'data/.hidden', 'other/z.txt'])
      files.put(path, 'é');
    const listed = files.list('./data/');
    expect(listed.ok && listed.value.map((entry) => [entry.path, entry.isFolder, entry.sizeBytes])).toEqual([
      ['data/.hidden', false, 2],
      ['data/b.txt', false, 2],
      ['data/sub', true, 0],
    ]);
  });

  it('says which file is missing', () => {
    const files = new MemoryFiles();
    const messages = [files.stat('no.txt'), files.open('no.txt'), files.list('no')].map((result) =>
      result.ok ? 'found' : [result.error.domain, result.error.message, result.error.retry],
    );
    expect(messages).toEqual([
      ['file', 'The file no.txt does not exist.', 'later'],
      ['file', 'The file no.txt does not exist.', 'later'],
      ['file', 'The file no does not exist.', 'later'],
    ]);
  });

  it('reads from an offset, and nothing at the end', () => {
    const files = new MemoryFiles();
    files.put('a', 'abcdef');
    const file = files.open('a');
    const read = (from: number, length: number): string | null => {
      const bytes = file.ok ? file.value.read(from, length) : file;
      return bytes.ok ? decodeUtf8(bytes.value) : null;
    };
    expect([read(0, 2), read(4, 10), read(6, 10)]).toEqual(['ab', 'ef', '']);
  });

  it('shows a written file whole at commit, and never when it is discarded', () => {
    const files = new MemoryFiles();
    files.put('kept', 'old');
    const kept = files.create('kept');
    const dropped = files.create('dropped');
    if (!kept.ok || !dropped.ok) throw new Error('memory has room');
    const bytes = encodeUtf8('ne');
    kept.value.write(bytes);
    // The writer may reuse its buffer.
    bytes.fill(0);
    kept.value.write(encodeUtf8('w'));
    dropped.value.write(encodeUtf8('gone'));
    const before = text(files, 'kept');
    kept.value.commit();
    dropped.value.discard();
    expect([before, text(files, 'kept'), files.paths()]).toEqual(['old', 'new', ['kept']]);
  });
});
