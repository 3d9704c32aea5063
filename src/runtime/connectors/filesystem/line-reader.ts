/**
 * Lines of one file, a block at a time. Positions are byte offsets of line starts, so that a reader can
 * go on exactly where another stopped.
 */
import { ok, type Result } from '../../base/result.ts';
import { decodeUtf8 } from '../../base/utf8.ts';
import { isPlain } from '../../formats/plain-text.ts';
import type { OpenFile } from '../../seams/files.ts';

/** Read at once: large enough that system calls do not count, small enough for a first row at once. */
const BLOCK_BYTES = 256 * 1024;

/** Reads a file line by line. `\n` and `\r\n` end a line; the last one needs no end. */
export class LineReader {
  readonly #file: OpenFile;
  #lines: readonly string[] = [];
  #at = 0;
  /** Offset of the first byte that is not in `#lines`. */
  #nextBytes: number;
  /** Offset where `#lines` begins. */
  #startBytes: number;
  #blockBytes = BLOCK_BYTES;
  #isPlain = false;
  /** Lines in front of `#lines`; `null` when reading began inside the file. */
  #linesBefore: number | null;

  constructor(file: OpenFile, offsetBytes: number) {
    this.#file = file;
    this.#nextBytes = offsetBytes;
    this.#startBytes = offsetBytes;
    this.#linesBefore = offsetBytes === 0 ? 0 : null;
    // The first block is small: the first row should not wait for the rest of it.
    this.#blockBytes = 16 * 1024;
  }

  /** The next line without its end, or `null` at the end of the file. */
  next(): Result<string | null> {
    while (this.#at >= this.#lines.length) {
      if (this.#nextBytes >= this.#file.sizeBytes) return ok(null);
      const filled = this.#fill();
      if (!filled.ok) return filled;
      if (!filled.value) return ok(null);
    }
    const line = this.#lines[this.#at] as string;
    this.#at += 1;
    return ok(line.endsWith('\r') ? line.slice(0, -1) : line);
  }

  /** Bytes up to the end of the current block: progress. */
  get readBytes(): number {
    return this.#nextBytes;
  }

  /** Whether the bytes around the line given last are plain: `formats/plain-text.ts`. */
  get isPlain(): boolean {
    return this.#isPlain;
  }

  /** Number of the line that `next` gives, from 1; `null` when reading began inside the file. */
  get nextLineNumber(): number | null {
    return this.#linesBefore === null ? null : this.#linesBefore + this.#at + 1;
  }

  /** Where the block of the current line begins, and how many of its lines were read. */
  position(): readonly [offsetBytes: number, lineCount: number] {
    return [this.#startBytes, this.#at];
  }

  /** Skips lines, after opening at the first part of a `position`. */
  skip(lineCount: number): Result<void> {
    for (let i = 0; i < lineCount; i++) {
      const line = this.next();
      if (!line.ok) return line;
    }
    return ok(undefined);
  }

  close(): void {
    this.#file.close();
  }

  #fill(): Result<boolean> {
    let wantedBytes = this.#blockBytes;
    this.#blockBytes = BLOCK_BYTES;
    for (;;) {
      const read = this.#file.read(this.#nextBytes, wantedBytes);
      if (!read.ok) return read;
      const bytes = read.value;
      if (bytes.length === 0) return ok(false);
      const isLast = this.#nextBytes + bytes.length >= this.#file.sizeBytes;
      const end = bytes.lastIndexOf(10);
      if (end === -1 && !isLast) {
        wantedBytes *= 2;
        continue;
      }
      // A block ends behind a line end, except at the end of the file.
      const length = isLast ? bytes.length : end + 1;
      const hasEnd = bytes[length - 1] === 10;
      this.#startBytes = this.#nextBytes;
      this.#nextBytes += length;
      if (this.#linesBefore !== null) this.#linesBefore += this.#lines.length;
      this.#isPlain = isPlain(bytes.subarray(0, length));
      this.#lines = decodeUtf8(bytes.subarray(0, hasEnd ? length - 1 : length)).split('\n');
      this.#at = 0;
      return ok(true);
    }
  }
}
