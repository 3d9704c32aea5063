/**
 * Writes the rows of a sink into part files. Flink: `FileSystemTableSink` with one writer: a file per
 * partition, which appears under its name only when it is whole (written aside, then renamed).
 *
 *   open ──rolled, or at the end──> prepared ──commit──> visible
 *
 * Without checkpoints everything is committed at the end of input, and the name of a part is drawn from the
 * run's seed, so a repeated run writes the same names. With checkpoints names begin with the run's own number,
 * so that a restarted run knows its parts: those of the checkpoint are gone on with, later ones go.
 */
import { assert } from '../../base/assert.ts';
import { type Failure, ok, type Result } from '../../base/result.ts';
import { encodeUtf8 } from '../../base/utf8.ts';
import { formatValue } from '../../data/format-value.ts';
import type { Schema } from '../../data/logical-type.ts';
import type { RowKind } from '../../data/row-kind.ts';
import type { Row, Value } from '../../data/value.ts';
import type { SinkResume, SinkWriter } from '../../engine/source.ts';
import type { FileEncoder, Format, RecordEncoder } from '../../formats/format.ts';
import type { PendingFile, PendingPart } from '../../seams/files.ts';
import type { SinkRequest } from '../connector.ts';
import { fieldOf, optionsWithPrefix, sinkColumns } from '../table-columns.ts';
import { partitionPath } from './file-list.ts';
import { removeLaterParts } from './leftovers.ts';
import { hasTimedOut, type RollingPolicy, rollingPolicyOf } from './rolling-policy.ts';

/** Text collected before it is handed to the file: few system calls, bounded memory. */
const BUFFER_LENGTH_MAX = 64 * 1024;
/** Partitions written at once; the oldest part ends when there are more. */
const OPEN_PARTS_MAX = 100;

/** A part that rows go into. */
interface Part {
  readonly path: string;
  readonly file: PendingFile;
  readonly createdMs: number;
  updatedMs: number;
  /** Bytes handed to the file; `text`, or what `encoder` holds, comes behind them. */
  sizeBytes: number;
  text: string;
  /** Of a format whose files are more than lines. */
  readonly encoder: FileEncoder | null;
  /** How it was last made durable: what a snapshot refers to. */
  persisted: PendingPart | null;
}

/** A part in a committable: where it will be, where it is, its bytes. */
type PartValue = readonly [path: string, hiddenPath: string, sizeBytes: number];
/** An open part in a snapshot. */
type OpenPartValue = readonly [folder: string, part: PartValue, createdMs: number, updatedMs: number];

/** Writer of a `filesystem` table. */
export class FileWriter implements SinkWriter {
  readonly #request: SinkRequest;
  readonly #path: string;
  /** A record of a line, or a file as a whole. */
  readonly #encoder: RecordEncoder | null;
  readonly #fileEncoder: (() => FileEncoder) | null;
  readonly #schema: Schema;
  readonly #partitionColumns: readonly { readonly name: string; readonly index: number }[];
  readonly #recordColumns: readonly number[];
  readonly #policy: RollingPolicy;
  #prefix: string;
  /** Parts being written, by their partition's folder. */
  readonly #parts = new Map<string, Part>();
  /** Whole parts that wait for their commit, by path: no later row may get into them. */
  readonly #prepared = new Map<string, PendingPart>();
  /** Whether a checkpoint may refer to what is not committed. */
  #hasCheckpoints = false;
  #checkedMs: number;
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
    const options = optionsWithPrefix(table.options, format.name);
    const { timeZone, registries } = seams;
    const encoding = { schema: physical, physical, options, timeZone, registries };
    const random = seams.random.fork(`filesystem-sink:${table.path.catalog}.${table.path.database}.${table.path.name}`);
    this.#prefix = `part-${random.nextInt(4294967296).toString(16).padStart(8, '0')}`;
    const { files } = format;
    this.#encoder = files === undefined ? format.encoder(encoding) : null;
    this.#fileEncoder = files === undefined ? null : () => files.encoder(encoding, random);
    const policy = rollingPolicyOf(table.options);
    // A file with a head and a foot cannot be gone on with by another process.
    this.#policy = files === undefined ? policy : { ...policy, isRolledAtCheckpoint: true };
    this.#checkedMs = seams.clock.nowMs();
  }

  open(): Result<void> {
    return ok(undefined);
  }

  write(kind: RowKind, row: Row): Result<void> {
    const record = this.#record(row);
    const encoded = this.#encoder?.encode(kind, record) ?? ok(null);
    if (!encoded.ok) return encoded;
    const nowMs = this.#request.seams.clock.nowMs();
    if (nowMs - this.#checkedMs >= this.#policy.checkMs) {
      const ended = this.#endTimedOut(nowMs);
      if (!ended.ok) return ended;
    }
    const part = this.#part(row, nowMs);
    if (!part.ok) return part;
    part.value.updatedMs = nowMs;
    const added = add(part.value, encoded.value, record);
    if (!added.ok) return added;
    return waitingOf(part.value) > BUFFER_LENGTH_MAX ? flush(part.value) : added;
  }

  prepareCommit(at: 'checkpoint' | 'end' = 'end'): Result<Value> {
    const isEveryPart = at === 'end' || this.#policy.isRolledAtCheckpoint;
    const timedOut = this.#endTimedOut(this.#request.seams.clock.nowMs());
    if (!timedOut.ok) return timedOut;
    for (const [folder, part] of [...this.#parts]) {
      const done = isEveryPart ? this.#endPart(folder) : persist(part);
      if (!done.ok) return done;
    }
    return ok([...this.#prepared.values()].map(partValue));
  }

  snapshot(): Value {
    const open = [...this.#parts].map(([folder, { persisted, createdMs, updatedMs }]): OpenPartValue => {
      assert(persisted !== null, 'a snapshot follows a preparation');
      return [folder, partValue(persisted), createdMs, updatedMs];
    });
    return [this.#prefix, this.#partCount, open];
  }

  resume({ runId, snapshot, committable }: SinkResume): Result<readonly string[]> {
    assert(this.#partCount === 0, 'a writer goes on before its first row');
    this.#hasCheckpoints = true;
    this.#prefix = `part-${runId}`;
    if (snapshot !== null) {
      const [prefix, partCount, open] = snapshot as unknown as [string, number, readonly OpenPartValue[]];
      this.#prefix = prefix;
      this.#partCount = partCount;
      for (const [folder, value, createdMs, updatedMs] of open) {
        const part = pendingPart(value);
        const file = this.#request.seams.files.reopen(part);
        if (!file.ok) return file;
        const { path, sizeBytes } = part;
        const reopened = {
          path,
          file: file.value,
          createdMs,
          updatedMs,
          sizeBytes,
          text: '',
          encoder: null,
          persisted: part,
        };
        this.#parts.set(folder, reopened);
      }
    }
    const kept = [...this.#parts.values()].flatMap(({ persisted }) => (persisted === null ? [] : [persisted]));
    const committed = ((committable ?? []) as readonly PartValue[]).map(pendingPart);
    const removed = removeLaterParts(this.#request.seams.files, {
      path: this.#path,
      depth: this.#partitionColumns.length,
      prefix: this.#prefix,
      partCount: this.#partCount,
      keptHidden: new Set([...kept, ...committed].map(({ hiddenPath }) => hiddenPath)),
    });
    if (!removed.ok) return removed;
    const { hiddenCount, visibleCount } = removed.value;
    const count = hiddenCount + visibleCount;
    if (count === 0) return ok([]);
    const seen = visibleCount === 0 ? '' : `, ${visibleCount} of them visible already`;
    return ok([
      `${count} part file${count === 1 ? '' : 's'} of ${this.#path} written after that ${count === 1 ? 'was' : 'were'} removed${seen}: the rows come again.`,
    ]);
  }

  commit(committable: Value): Result<void> {
    for (const value of committable as readonly PartValue[]) {
      const part = pendingPart(value);
      const done = this.#request.seams.files.commitPending(part);
      if (!done.ok) return done;
      this.#prepared.delete(part.path);
    }
    return ok(undefined);
  }

  finish(): Result<void> {
    const prepared = this.prepareCommit();
    return prepared.ok ? this.commit(prepared.value) : prepared;
  }

  close(): void {
    for (const { file } of this.#parts.values()) {
      if (this.#hasCheckpoints) file.release();
      else file.discard();
    }
    // What cannot be removed stays hidden, and the run is over.
    if (!this.#hasCheckpoints) {
      for (const { hiddenPath } of this.#prepared.values()) this.#request.seams.files.remove(hiddenPath);
    }
    this.#parts.clear();
    this.#prepared.clear();
  }

  #record(row: Row): Row {
    if (this.#partitionColumns.length === 0) return row;
    return this.#recordColumns.map((index) => row[index] as Value);
  }

  #part(row: Row, nowMs: number): Result<Part, Failure> {
    const folder = this.#folder(row);
    const open = this.#parts.get(folder);
    if (open !== undefined) {
      const isFull = this.#isFull(open);
      if (!isFull.ok) return isFull;
      if (!isFull.value) return ok(open);
      const ended = this.#endPart(folder);
      if (!ended.ok) return ended;
    }
    if (this.#parts.size >= OPEN_PARTS_MAX) {
      const oldest = this.#parts.keys().next().value as string;
      const ended = this.#endPart(oldest);
      if (!ended.ok) return ended;
    }
    const path = `${this.#path}/${folder === '' ? '' : `${folder}/`}${this.#prefix}-0-${this.#partCount}`;
    this.#partCount += 1;
    const file = this.#request.seams.files.create(path);
    if (!file.ok) return file;
    const times = { createdMs: nowMs, updatedMs: nowMs };
    const encoder = this.#fileEncoder?.() ?? null;
    const part: Part = { path, file: file.value, ...times, sizeBytes: 0, text: '', encoder, persisted: null };
    this.#parts.set(folder, part);
    return ok(part);
  }

  /** Whether a part has its size. Flink looks before a row too, so files are a little larger than they may be. */
  #isFull(part: Part): Result<boolean> {
    const { fileSizeBytes } = this.#policy;
    // A character has up to three bytes for each unit of its text.
    if (part.sizeBytes + 3 * waitingOf(part) <= fileSizeBytes) return ok(false);
    const flushed = flush(part);
    return flushed.ok ? ok(part.sizeBytes > fileSizeBytes) : flushed;
  }

  #endTimedOut(nowMs: number): Result<void> {
    if (nowMs - this.#checkedMs < this.#policy.checkMs) return ok(undefined);
    this.#checkedMs = nowMs;
    for (const [folder, part] of [...this.#parts]) {
      const ended = hasTimedOut(part, this.#policy, nowMs) ? this.#endPart(folder) : ok(undefined);
      if (!ended.ok) return ended;
    }
    return ok(undefined);
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
  #endPart(folder: string): Result<void> {
    const part = this.#parts.get(folder);
    assert(part !== undefined, 'only an open part is ended');
    const ended = part.encoder === null ? ok(undefined) : append(part, part.encoder.end());
    if (!ended.ok) return ended;
    const persisted = persist(part);
    if (!persisted.ok) return persisted;
    part.file.release();
    this.#parts.delete(folder);
    this.#prepared.set(part.path, persisted.value);
    return ok(undefined);
  }
}

/** Adds a row to a part: as its record, or to what the part's own encoder collects. */
function add(part: Part, record: string | Uint8Array | null, row: Row): Result<void> {
  if (part.encoder !== null) return part.encoder.write(row);
  if (!(record instanceof Uint8Array)) {
    part.text += `${record ?? ''}\n`;
    return ok(undefined);
  }
  const flushed = flush(part);
  if (!flushed.ok) return flushed;
  const line = new Uint8Array(record.length + 1);
  line.set(record);
  line[record.length] = 10;
  return append(part, line);
}

/** What a part holds and has not handed to its file: characters of text, or bytes. */
function waitingOf(part: Part): number {
  return part.encoder?.waitingBytes ?? part.text.length;
}

function append(part: Part, bytes: Uint8Array): Result<void> {
  if (bytes.length === 0) return ok(undefined);
  part.sizeBytes += bytes.length;
  return part.file.write(bytes);
}

function flush(part: Part): Result<void> {
  if (part.encoder !== null) return append(part, part.encoder.take());
  if (part.text === '') return ok(undefined);
  const bytes = encodeUtf8(part.text);
  part.text = '';
  return append(part, bytes);
}

function persist(part: Part): Result<PendingPart> {
  const flushed = flush(part);
  if (!flushed.ok) return flushed;
  const persisted = part.file.persist();
  if (persisted.ok) part.persisted = persisted.value;
  return persisted;
}

function partValue({ path, hiddenPath, sizeBytes }: PendingPart): PartValue {
  return [path, hiddenPath, sizeBytes];
}

function pendingPart([path, hiddenPath, sizeBytes]: PartValue): PendingPart {
  return { path, hiddenPath, sizeBytes };
}
