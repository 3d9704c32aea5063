/**
 * Reads the files of a table, one after the other in order of their paths. Flink: `FileSource` with one
 * reader and one split per file. Physical columns come from the format, partition columns from the
 * path, metadata columns from the file.
 */
import { assert } from '../../base/assert.ts';
import { err, ok, type Result } from '../../base/result.ts';
import type { LogicalType } from '../../data/logical-type.ts';
import type { RowKind } from '../../data/row-kind.ts';
import type { Row, Value } from '../../data/value.ts';
import type { RowInput } from '../../engine/operator.ts';
import type { PollStatus, SourceProgress, SourceReader } from '../../engine/source.ts';
import {
  parseDecimalText,
  parseDoubleText,
  parseInteger,
  parseIsoDate,
  parseTimestampText,
} from '../../formats/field-text.ts';
import type { Format } from '../../formats/format.ts';
import type { FileEntry, Files } from '../../seams/files.ts';
import type { SourceRequest } from '../connector.ts';
import { fieldOf, optionsWithPrefix, physicalSchema, scanColumns } from '../table-columns.ts';
import { listFiles, partitionValues } from './file-list.ts';
import { type OpenRecordFile, type RecordFile, recordFiles } from './record-file.ts';

/** Where a column's value comes from: the decoded record, or something fixed for a file. */
type ColumnSource =
  | { readonly kind: 'record'; readonly index: number }
  | { readonly kind: 'file'; readonly of: (file: FileEntry) => Value };

/** Reader of a `filesystem` table. */
export class FileReader implements SourceReader {
  readonly canReadAgain = true;
  readonly #files: Files;
  readonly #path: string;
  readonly #pattern: RegExp | null;
  readonly #openFile: OpenRecordFile;
  readonly #columns: readonly ColumnSource[] | null;
  #entries: readonly FileEntry[] = [];
  #current: RecordFile | null = null;
  #fileIndex = 0;
  #rowsRead = 0;
  #doneBytes = 0;
  #totalBytes = 0;
  readonly #rowCountMax: number;
  #resumeAt: readonly [path: string, offsetBytes: number, lineCount: number] | null = null;

  constructor(request: SourceRequest, format: Format) {
    const { table, seams } = request;
    this.#files = seams.files;
    this.#rowCountMax = request.rowCountMax ?? Number.POSITIVE_INFINITY;
    this.#path = table.options.get('path') ?? '';
    const pattern = table.options.get('source.path.regex-pattern');
    this.#pattern = pattern === undefined ? null : new RegExp(`^(?:${pattern})$`);
    const wanted = request.columns.map((column) => scanColumns(table)[column]);
    const fromRecord: ReturnType<typeof fieldOf>[] = [];
    const columns = wanted.map((column): ColumnSource => {
      assert(column !== undefined, 'a scan asks for columns of its table');
      if (column.kind === 'metadata') return { kind: 'file', of: (file) => metadataValue(column.key, file) };
      if (table.partitionedBy.includes(column.name)) {
        const fallback = table.options.get('partition.default-name') ?? '__DEFAULT_PARTITION__';
        return { kind: 'file', of: (file) => partitionValue(file, column.name, column.type, fallback) };
      }
      fromRecord.push(fieldOf(column));
      return { kind: 'record', index: fromRecord.length - 1 };
    });
    this.#columns = columns.every((column) => column.kind === 'record') ? null : columns;
    const options = optionsWithPrefix(table.options, format.name);
    const physical = physicalSchema(table).filter((field) => !table.partitionedBy.includes(field.name));
    const { timeZone, registries } = seams;
    this.#openFile = recordFiles(seams.files, format, { schema: fromRecord, physical, options, timeZone, registries });
  }

  open(): Result<void> {
    const listed = listFiles(this.#files, this.#path, this.#pattern);
    if (!listed.ok) return listed;
    this.#entries = listed.value;
    this.#totalBytes = this.#entries.reduce((sum, entry) => sum + entry.sizeBytes, 0);
    return this.#resume();
  }

  poll(output: RowInput, rowCountMax: number): Result<PollStatus> {
    let emitted = 0;
    let entry: FileEntry | null = null;
    const left = this.#rowCountMax - this.#rowsRead;
    const emit = (kind: RowKind, row: Row): void => {
      // One record may hold two changes, so the limit is looked at here too.
      if (emitted >= left) return;
      emitted += 1;
      output.processRow(kind, this.#columns === null ? row : this.#complete(row, entry as FileEntry));
    };
    // Records are counted too: a file of nothing but bad records must not hold up the other sources.
    for (let records = 0; records < rowCountMax && emitted < rowCountMax; records++) {
      if (emitted >= left) {
        this.#rowsRead += emitted;
        return ok('end');
      }
      const current = this.#open();
      if (!current.ok) return current;
      if (current.value === null) {
        this.#rowsRead += emitted;
        return ok('end');
      }
      entry = current.value.entry;
      const read = current.value.next(emit);
      if (!read.ok) return read;
      if (!read.value) this.#closeCurrent();
    }
    this.#rowsRead += emitted;
    return ok('more');
  }

  progress(): SourceProgress {
    const inFile = this.#current?.readBytes ?? 0;
    const fraction = this.#totalBytes === 0 ? 1 : Math.min(1, (this.#doneBytes + inFile) / this.#totalBytes);
    return { rowsRead: this.#rowsRead, fraction };
  }

  position(): Value {
    const current = this.#current;
    if (current === null) return [this.#fileIndex, '', 0, 0, this.#rowsRead];
    const [offsetBytes, lineCount] = current.position();
    return [this.#fileIndex, current.entry.path, offsetBytes, lineCount, this.#rowsRead];
  }

  restore(position: Value): void {
    assert(Array.isArray(position) && position.length === 5, 'the position of a file reader has five parts');
    const [fileIndex, path, offsetBytes, lineCount, rowsRead] = position as [number, string, number, number, number];
    this.#fileIndex = fileIndex;
    this.#rowsRead = rowsRead;
    this.#resumeAt = [path, offsetBytes, lineCount];
  }

  close(): void {
    this.#current?.close();
    this.#current = null;
  }

  #resume(): Result<void> {
    if (this.#resumeAt === null) return ok(undefined);
    const [path, offsetBytes, lineCount] = this.#resumeAt;
    // Files may have come or gone since: the place in the list is that of the file, not the old number.
    const index = path === '' ? this.#fileIndex : this.#entries.findIndex((each) => each.path === path);
    const entry = this.#entries[index];
    this.#fileIndex = index;
    this.#doneBytes = this.#entries.slice(0, Math.max(0, index)).reduce((sum, each) => sum + each.sizeBytes, 0);
    if (path === '') return ok(undefined);
    if (entry === undefined) {
      return err({ domain: 'file', message: `The file ${path}, which this run was reading, is gone.`, retry: 'never' });
    }
    const opened = this.#openFile(entry, [offsetBytes, lineCount]);
    if (!opened.ok) return opened;
    this.#current = opened.value;
    return ok(undefined);
  }

  #open(): Result<RecordFile | null> {
    if (this.#current !== null) return ok(this.#current);
    const entry = this.#entries[this.#fileIndex];
    if (entry === undefined) return ok(null);
    const opened = this.#openFile(entry, null);
    if (opened.ok) this.#current = opened.value;
    return opened;
  }

  #closeCurrent(): void {
    this.#doneBytes += this.#current?.entry.sizeBytes ?? 0;
    this.#current?.close();
    this.#current = null;
    this.#fileIndex += 1;
  }

  #complete(row: Row, entry: FileEntry): Row {
    return (this.#columns ?? []).map((column) =>
      column.kind === 'record' ? (row[column.index] as Value) : column.of(entry),
    );
  }
}

/** Metadata of a file. Keys of Flink's filesystem connector. */
function metadataValue(key: string, file: FileEntry): Value {
  switch (key) {
    case 'file.path':
      return file.path;
    case 'file.name':
      return file.path.slice(file.path.lastIndexOf('/') + 1);
    case 'file.size':
      return file.sizeBytes;
    case 'file.modification-time':
      return file.modifiedMs;
    default:
      return null;
  }
}

function partitionValue(file: FileEntry, name: string, type: LogicalType, fallback: string): Value {
  const text = partitionValues(file.path).get(name);
  if (text === undefined || text === fallback) return null;
  switch (type.kind) {
    case 'BOOLEAN':
      return text.toLowerCase() === 'true';
    case 'TINYINT':
    case 'SMALLINT':
    case 'INT':
      return parseInteger(text, -2147483648n, 2147483647n);
    case 'BIGINT':
      return parseInteger(text, -9223372036854775808n, 9223372036854775807n);
    case 'FLOAT':
    case 'DOUBLE':
      return parseDoubleText(text);
    case 'DECIMAL':
      return parseDecimalText(text, type.precision, type.scale);
    case 'DATE':
      return parseIsoDate(text);
    case 'TIMESTAMP':
      return parseTimestampText(text, { precision: type.precision, standard: 'SQL', zoned: false });
    default:
      return text;
  }
}
