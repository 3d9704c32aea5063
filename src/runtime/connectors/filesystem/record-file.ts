/**
 * One open file of a table, row by row: lines in a record format, or a file that its format reads as a whole. A
 * position says where the row read last ends, so that a fresh one goes on behind it.
 */
import { RunError } from '../../base/diagnostic.ts';
import { err, ok, type Result } from '../../base/result.ts';
import type { EmitRow, FileDecoder, Format, FormatRequest, RecordDecoder } from '../../formats/format.ts';
import type { FileEntry, Files, OpenFile } from '../../seams/files.ts';
import { LineReader } from './line-reader.ts';

/** A file that is being read. */
export interface RecordFile {
  readonly entry: FileEntry;
  /** Reads the next record and emits what it holds; `false` at the end. A mistake says where it stands. */
  next(emit: EmitRow): Result<boolean>;
  /** Bytes that were read: progress. */
  readonly readBytes: number;
  position(): readonly [offsetBytes: number, count: number];
  close(): void;
}

/** Opens files of one table. */
export type OpenRecordFile = (entry: FileEntry, from: readonly [number, number] | null) => Result<RecordFile>;

/** How files of a format are opened; they begin at their start, or behind a position. */
export function recordFiles(files: Files, format: Format, request: FormatRequest): OpenRecordFile {
  const bulk = format.files;
  if (bulk !== undefined) {
    return (entry, from) => {
      const file = files.open(entry.path);
      if (!file.ok) return file;
      const decoder = located(
        () => bulk.decoder(request, file.value),
        () => entry.path,
      );
      if (!decoder.ok) {
        file.value.close();
        return decoder;
      }
      const opened = new BulkFile(entry, decoder.value);
      const resumed = from === null ? ok(undefined) : decoder.value.resume(from);
      return resumed.ok ? ok(opened) : resumed;
    };
  }
  const decoder = format.decoder(request);
  const isUnfinished = format.isUnfinished?.(request.options) ?? (() => false);
  return (entry, from) => {
    const file = files.open(entry.path);
    return file.ok ? LineFile.open(entry, file.value, { decoder, isUnfinished, from }) : file;
  };
}

/** Decodes; what is wrong says where it stands: failures in their message, mistakes in their hint. */
function located<T>(decode: () => Result<T>, place: () => string): Result<T> {
  try {
    const decoded = decode();
    return decoded.ok ? decoded : err({ ...decoded.error, message: `${decoded.error.message} (${place()})` });
  } catch (error) {
    // What operators throw behind `emit` is wrapped by their edge and passes.
    if (!(error instanceof RunError)) throw error;
    const hint = `The record stands at ${place()}. ${error.hint ?? ''}`.trimEnd();
    throw new RunError(error.code, error.message, error.flinkClass, hint);
  }
}

class BulkFile implements RecordFile {
  readonly entry: FileEntry;
  readonly #decoder: FileDecoder;

  constructor(entry: FileEntry, decoder: FileDecoder) {
    this.entry = entry;
    this.#decoder = decoder;
  }

  next(emit: EmitRow): Result<boolean> {
    return located(
      () => this.#decoder.next(emit),
      () => `${this.entry.path}, ${this.#decoder.place()}`,
    );
  }

  get readBytes(): number {
    return this.#decoder.readBytes;
  }

  position(): readonly [number, number] {
    return this.#decoder.position();
  }

  close(): void {
    this.#decoder.close();
  }
}

/** Lines that one CSV record may span: an unclosed quote must not swallow a whole file. */
const RECORD_LINES_MAX = 10_000;

interface LineSettings {
  readonly decoder: RecordDecoder;
  readonly isUnfinished: (record: string) => boolean;
  readonly from: readonly [offsetBytes: number, lineCount: number] | null;
}

class LineFile implements RecordFile {
  readonly entry: FileEntry;
  readonly #reader: LineReader;
  readonly #settings: LineSettings;

  private constructor(entry: FileEntry, reader: LineReader, settings: LineSettings) {
    this.entry = entry;
    this.#reader = reader;
    this.#settings = settings;
  }

  static open(entry: FileEntry, file: OpenFile, settings: LineSettings): Result<RecordFile> {
    const [offsetBytes, lineCount] = settings.from ?? [0, 0];
    const reader = new LineReader(file, offsetBytes);
    const skipped = reader.skip(lineCount);
    return skipped.ok ? ok(new LineFile(entry, reader, settings)) : skipped;
  }

  next(emit: EmitRow): Result<boolean> {
    const reader = this.#reader;
    const moved = reader.move();
    if (!moved.ok || !moved.value) return moved;
    const { decoder } = this.#settings;
    if (reader.isPlain && decoder.decodePlain?.(reader.block, reader.start, reader.end, emit) === true) return moved;
    const line = reader.lineNumber;
    const record = this.#record();
    if (!record.ok) return record;
    const decoded = located(
      () => decoder.decodeText(record.value, emit),
      () => (line === null ? this.entry.path : `${this.entry.path}:${line}`),
    );
    return decoded.ok ? moved : decoded;
  }

  get readBytes(): number {
    return this.#reader.readBytes;
  }

  position(): readonly [number, number] {
    return this.#reader.position();
  }

  close(): void {
    this.#reader.close();
  }

  /** The record that begins with the current line: it alone, or several where a CSV field holds line ends. */
  #record(): Result<string> {
    const { isUnfinished } = this.#settings;
    let record = this.#reader.line;
    for (let lines = 1; lines < RECORD_LINES_MAX && isUnfinished(record); lines++) {
      const moved = this.#reader.move();
      if (!moved.ok) return moved;
      if (!moved.value) break;
      record += `\n${this.#reader.line}`;
    }
    return ok(record);
  }
}
