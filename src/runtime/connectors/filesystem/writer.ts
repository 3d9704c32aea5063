/**
 * Writes the rows of a sink into part files. Flink: `FileSystemTableSink` with one writer: a file per
 * partition, which appears under its name only when it is whole (written aside, then renamed).
 *
 * The name of a part is drawn from the run's seed, so a repeated run writes the same names.
 */
import { assert } from '../../base/assert.ts';
import { type Failure, ok, type Result } from '../../base/result.ts';
import { encodeUtf8 } from '../../base/utf8.ts';
import { formatValue } from '../../data/format-value.ts';
import type { Schema } from '../../data/logical-type.ts';
import type { RowKind } from '../../data/row-kind.ts';
import type { Row, Value } from '../../data/value.ts';
import type { SinkWriter } from '../../engine/source.ts';
import type { Format, RecordEncoder } from '../../formats/format.ts';
import type { PendingFile } from '../../seams/files.ts';
import type { SinkRequest } from '../connector.ts';
import { fieldOf, optionsWithPrefix, sinkColumns } from '../table-columns.ts';
import { partitionPath } from './file-list.ts';

/** Text collected before it is handed to the file: few system calls, bounded memory. */
const BUFFER_LENGTH_MAX = 64 * 1024;
/** Partitions written at once; the oldest part ends when there are more. */
const OPEN_PARTS_MAX = 100;

interface Part {
  readonly path: string;
  readonly file: PendingFile;
  text: string;
}

/** Writer of a `filesystem` table. */
export class FileWriter implements SinkWriter {
  readonly #request: SinkRequest;
  readonly #path: string;
  readonly #encoder: RecordEncoder;
  readonly #schema: Schema;
  readonly #partitionColumns: readonly { readonly name: string; readonly index: number }[];
  readonly #recordColumns: readonly number[];
  readonly #prefix: string;
  /** Parts being written, by their partition's folder. */
  readonly #parts = new Map<string, Part>();
  /** Whole parts that wait for their commit, by path: no later row may get into them. */
  readonly #prepared = new Map<string, Part>();
  #partCount = 0;

  constructor(request: SinkRequest, format: Format) {
    this.#request = request;
    const { table, seams } = request;
    this.#path = (table.options.get('path') ?? '').replace(/\/+$/, '');
    this.#schema = sinkColumns(table).map(fieldOf);
    const isPartition = (name: string): boolean => table.partitionedBy.includes(name);
    this.#recordColumns = this.#schema.flatMap((field, index) => (isPartition(field.name) ? [] : [index]));
    this.#partitionColumns = table.partitionedBy.map((name) => ({
      name,
      index: this.#schema.findIndex((field) => field.name === name),
    }));
    const physical = this.#recordColumns.map((index) => this.#schema[index] as Schema[number]);
    assert(format.encoder !== undefined, 'the planner lets only formats that can write into a sink');
    this.#encoder = format.encoder({
      schema: physical,
      physical,
      options: optionsWithPrefix(table.options, format.name),
      timeZone: seams.timeZone,
    });
    const random = seams.random.fork(`filesystem-sink:${table.path.catalog}.${table.path.database}.${table.path.name}`);
    this.#prefix = `part-${random.nextInt(4294967296).toString(16).padStart(8, '0')}`;
  }

  open(): Result<void> {
    return ok(undefined);
  }

  write(kind: RowKind, row: Row): Result<void> {
    const text = this.#encoder.encode(kind, this.#record(row));
    if (!text.ok) return text;
    const part = this.#part(row);
    if (!part.ok) return part;
    part.value.text += `${text.value}\n`;
    return part.value.text.length > BUFFER_LENGTH_MAX ? flush(part.value) : ok(undefined);
  }

  prepareCommit(): Result<Value> {
    for (const folder of [...this.#parts.keys()]) {
      const closed = this.#closePart(folder);
      if (!closed.ok) return closed;
    }
    return ok([...this.#prepared.keys()]);
  }

  commit(committable: Value): Result<void> {
    for (const path of committable as readonly string[]) {
      const part = this.#prepared.get(path);
      // Committed before.
      if (part === undefined) continue;
      const done = part.file.commit();
      if (!done.ok) return done;
      this.#prepared.delete(path);
    }
    return ok(undefined);
  }

  finish(): Result<void> {
    const prepared = this.prepareCommit();
    return prepared.ok ? this.commit(prepared.value) : prepared;
  }

  close(): void {
    for (const part of [...this.#parts.values(), ...this.#prepared.values()]) part.file.discard();
    this.#parts.clear();
    this.#prepared.clear();
  }

  #record(row: Row): Row {
    if (this.#partitionColumns.length === 0) return row;
    return this.#recordColumns.map((index) => row[index] as Value);
  }

  #part(row: Row): Result<Part, Failure> {
    const folder = this.#folder(row);
    const open = this.#parts.get(folder);
    if (open !== undefined) return ok(open);
    if (this.#parts.size >= OPEN_PARTS_MAX) {
      const oldest = this.#parts.keys().next().value as string;
      const closed = this.#closePart(oldest);
      if (!closed.ok) return closed;
    }
    const path = `${this.#path}/${folder === '' ? '' : `${folder}/`}${this.#prefix}-0-${this.#partCount}`;
    this.#partCount += 1;
    const file = this.#request.seams.files.create(path);
    if (!file.ok) return file;
    const part: Part = { path, file: file.value, text: '' };
    this.#parts.set(folder, part);
    return ok(part);
  }

  #folder(row: Row): string {
    if (this.#partitionColumns.length === 0) return '';
    const fallback = this.#request.table.options.get('partition.default-name') ?? '__DEFAULT_PARTITION__';
    return partitionPath(
      this.#partitionColumns.map(({ name, index }) => {
        const type = (this.#schema[index] as Schema[number]).type;
        const text = formatValue(row[index] ?? null, type, this.#request.seams.timeZone);
        return [name, text === null || text === '' ? fallback : text] as const;
      }),
    );
  }

  /** Ends a part: it is written whole and waits for its commit. */
  #closePart(folder: string): Result<void> {
    const part = this.#parts.get(folder);
    assert(part !== undefined, 'only an open part is closed');
    const flushed = flush(part);
    if (!flushed.ok) return flushed;
    this.#parts.delete(folder);
    this.#prepared.set(part.path, part);
    return ok(undefined);
  }
}

function flush(part: Part): Result<void> {
  if (part.text === '') return ok(undefined);
  const written = part.file.write(encodeUtf8(part.text));
  part.text = '';
  return written;
}
