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

/**
 * Reads a file line by line. `\n` and `\r\n` end a line; the last one needs no end. A line is a place in the text of
 * its block, so that who reads it there needs no text of its own for it.
 */
export class LineReader {
  readonly #file: OpenFile;
  /** The current block, behind a line end or at the end of the file, without its last line end. */
  #text = '';
  #isPlain = false;
  /** Where the next line begins in `#text`; behind its end: all lines were given. */
  #at = 1;
  /** Lines of the block that were given. */
  #given = 0;
  #start = 0;
  #end = 0;
  /** Offset of the first byte that is not in `#text`. */
  #nextBytes: number;
  /** Offset where `#text` begins. */
  #startBytes: number;
  // The first block is small: the first row should not wait for the rest of it.
  #blockBytes = 16 * 1024;
  /** Lines in front of the block; `null` when reading began inside the file. */
  #linesBefore: number | null;

  constructor(file: OpenFile, offsetBytes: number) {
    this.#file = file;
    this.#nextBytes = offsetBytes;
    this.#startBytes = offsetBytes;
    this.#linesBefore = offsetBytes === 0 ? 0 : null;
  }

  /** Goes to the next line: `block.slice(start, end)`; `false` at the end of the file. */
  move(): Result<boolean> {
    while (this.#at > this.#text.length) {
      if (this.#nextBytes >= this.#file.sizeBytes) return ok(false);
      const filled = this.#fill();
      if (!filled.ok) return filled;
      if (!filled.value) return ok(false);
    }
    const found = this.#text.indexOf('\n', this.#at);
    const end = found === -1 ? this.#text.length : found;
    this.#start = this.#at;
    this.#at = end + 1;
    this.#given += 1;
    this.#end = end > this.#start && this.#text.charCodeAt(end - 1) === CARRIAGE_RETURN ? end - 1 : end;
    return ok(true);
  }

  /** The text that the line stands in. */
  get block(): string {
    return this.#text;
  }

  get start(): number {
    return this.#start;
  }

  /** Where the line ends, without its line end. */
  get end(): number {
    return this.#end;
  }

  /** Whether the bytes of the block are plain: `formats/plain-text.ts`. */
  get isPlain(): boolean {
    return this.#isPlain;
  }

  /** The line by itself. */
  get line(): string {
    return this.#text.slice(this.#start, this.#end);
  }

  /** Bytes up to the end of the current block: progress. */
  get readBytes(): number {
    return this.#nextBytes;
  }

  /** Number of the line, from 1; `null` when reading began inside the file. */
  get lineNumber(): number | null {
    return this.#linesBefore === null ? null : this.#linesBefore + this.#given;
  }

  /** Where the block of the current line begins, and how many of its lines were read. */
  position(): readonly [offsetBytes: number, lineCount: number] {
    return [this.#startBytes, this.#given];
  }

  /** Skips lines, after opening at the first part of a `position`. */
  skip(lineCount: number): Result<void> {
    for (let i = 0; i < lineCount; i++) {
      const moved = this.move();
      if (!moved.ok) return moved;
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
      if (this.#linesBefore !== null) this.#linesBefore += this.#given;
      const block = bytes.subarray(0, hasEnd ? length - 1 : length);
      this.#isPlain = isPlain(block);
      this.#text = decodeUtf8(block);
      this.#at = 0;
      this.#given = 0;
      return ok(true);
    }
  }
}

const CARRIAGE_RETURN = 0x0d;
