/**
 * Object container files: a header with the schema, then blocks of records, each ended by a mark. Specification:
 * Apache Avro 1.11, "Object Container Files". Flink: `AbstractAvroBulkFormat`, `AvroBulkWriter`.
 */
import { RunError } from '../../base/diagnostic.ts';
import { err, type Failure, ok, type Result } from '../../base/result.ts';
import { decodeUtf8, encodeUtf8 } from '../../base/utf8.ts';
import { RowKind } from '../../data/row-kind.ts';
import type { Row } from '../../data/value.ts';
import type { OpenFile } from '../../seams/files.ts';
import type { EmitRow, FileDecoder, FileEncoder } from '../format.ts';
import { AvroBuffer, AvroCursor } from './bytes.ts';
import { AVRO_CODECS, type AvroCodec, avroCodec } from './codecs.ts';
import type { ReadValue } from './read-value.ts';
import { type AvroSchema, avroSchemaText, parseAvroSchema } from './schema.ts';
import type { WriteValue } from './write-value.ts';

const MAGIC = [0x4f, 0x62, 0x6a, 1];
const MARK_BYTES = 16;
/** A header is looked for in so many bytes: the schema is in it. */
const HEADER_BYTES_MAX = 16 * 1024 * 1024;
/** Two numbers stand before a block. */
const BLOCK_HEAD_BYTES = 20;
const BLOCK_BYTES_MAX = 256 * 1024 * 1024;
/** Avro's own size of a block before it is packed. */
const BLOCK_BYTES = 64_000;

const failure = (message: string): { readonly ok: false; readonly error: Failure } =>
  err({ domain: 'format', message, retry: 'never' });

/** A block that is being read. */
interface Block {
  readonly offsetBytes: number;
  readonly cursor: AvroCursor;
  readonly count: number;
  read: number;
}

/** Reads a container file. `readerOf` makes the function for its records from the schema in the header. */
export class AvroFileDecoder implements FileDecoder {
  readonly #file: OpenFile;
  readonly #codec: AvroCodec;
  readonly #mark: Uint8Array;
  readonly #read: ReadValue;
  #nextBytes: number;
  #block: Block | null = null;

  private constructor(file: OpenFile, codec: AvroCodec, mark: Uint8Array, read: ReadValue, firstBytes: number) {
    this.#file = file;
    this.#codec = codec;
    this.#mark = mark;
    this.#read = read;
    this.#nextBytes = firstBytes;
  }

  /** Reads the header. */
  static open(file: OpenFile, readerOf: (writer: AvroSchema) => ReadValue): Result<AvroFileDecoder> {
    const head = readHead(file);
    if (!head.ok) return head;
    const { metadata, mark, endBytes } = head.value;
    const codecName = metadata.get('avro.codec') ?? 'null';
    const codec = avroCodec(codecName);
    if (codec === undefined) {
      return failure(`The Avro codec ${codecName} is not supported; these are: ${AVRO_CODECS.join(', ')}.`);
    }
    const schema = parseAvroSchema(metadata.get('avro.schema') ?? '');
    if (!schema.ok) return failure(schema.error);
    return ok(new AvroFileDecoder(file, codec, mark, readerOf(schema.value), endBytes));
  }

  next(emit: EmitRow): Result<boolean> {
    while (this.#block === null || this.#block.read >= this.#block.count) {
      if (this.#nextBytes >= this.#file.sizeBytes) return ok(false);
      const opened = this.#open();
      if (!opened.ok) return opened;
    }
    this.#block.read += 1;
    emit(RowKind.Insert, this.#read(this.#block.cursor) as Row);
    return ok(true);
  }

  get readBytes(): number {
    return this.#nextBytes;
  }

  position(): readonly [offsetBytes: number, count: number] {
    return this.#block === null ? [this.#nextBytes, 0] : [this.#block.offsetBytes, this.#block.read];
  }

  resume([offsetBytes, count]: readonly [number, number]): Result<void> {
    this.#nextBytes = offsetBytes;
    this.#block = null;
    for (let i = 0; i < count; i++) {
      const skipped = this.next(() => {});
      if (!skipped.ok) return skipped;
    }
    return ok(undefined);
  }

  /** Record number in its block: what a mistake says of its place. */
  place(): string {
    return this.#block === null ? '' : `block at byte ${this.#block.offsetBytes}, record ${this.#block.read}`;
  }

  close(): void {
    this.#file.close();
  }

  #open(): Result<void> {
    const offsetBytes = this.#nextBytes;
    const head = this.#file.read(offsetBytes, BLOCK_HEAD_BYTES);
    if (!head.ok) return head;
    const numbers = new AvroCursor(head.value);
    try {
      const count = Number(numbers.long());
      const size = Number(numbers.long());
      const dataBytes = offsetBytes + numbers.position;
      if (count < 0 || size < 0 || size > BLOCK_BYTES_MAX || dataBytes + size + MARK_BYTES > this.#file.sizeBytes) {
        return failure(`The Avro file is damaged: the block at byte ${offsetBytes} is not whole.`);
      }
      const packed = this.#file.read(dataBytes, size + MARK_BYTES);
      if (!packed.ok) return packed;
      if (!this.#mark.every((byte, i) => packed.value[size + i] === byte)) {
        return failure(
          `The Avro file is damaged: the block at byte ${offsetBytes} does not end where it says. Invalid sync!`,
        );
      }
      const data = this.#codec.unpack(packed.value.subarray(0, size));
      if (!data.ok) return failure(`The Avro file is damaged: at byte ${offsetBytes} ${data.error}.`);
      this.#nextBytes = dataBytes + size + MARK_BYTES;
      this.#block = { offsetBytes, cursor: new AvroCursor(data.value), count, read: 0 };
      return ok(undefined);
    } catch (error) {
      if (!(error instanceof RunError)) throw error;
      return failure(`The Avro file is damaged: the block at byte ${offsetBytes} is not whole.`);
    }
  }
}

interface Head {
  readonly metadata: ReadonlyMap<string, string>;
  readonly mark: Uint8Array;
  readonly endBytes: number;
}

function readHead(file: OpenFile): Result<Head> {
  for (let wanted = 64 * 1024; ; wanted *= 4) {
    const read = file.read(0, Math.min(wanted, HEADER_BYTES_MAX));
    if (!read.ok) return read;
    const bytes = read.value;
    if (!MAGIC.every((byte, i) => bytes[i] === byte)) return failure('Not an Avro data file.');
    try {
      const cursor = new AvroCursor(bytes);
      cursor.fixed(MAGIC.length);
      const metadata = new Map<string, string>();
      for (let count = cursor.blockCount(2); count > 0; count = cursor.blockCount(2)) {
        for (let i = 0; i < count; i++) metadata.set(cursor.text(), decodeUtf8(cursor.bytes()));
      }
      return ok({ metadata, mark: cursor.fixed(MARK_BYTES).slice(), endBytes: cursor.position });
    } catch (error) {
      if (!(error instanceof RunError)) throw error;
      // The schema may be longer than what was read.
      if (wanted >= file.sizeBytes || wanted >= HEADER_BYTES_MAX) {
        return failure('The Avro file is damaged: its header is not whole.');
      }
    }
  }
}

/** Writes a container file: what `take` gives after each row, put together, is the file. */
export class AvroFileEncoder implements FileEncoder {
  readonly #write: WriteValue;
  readonly #codec: AvroCodec;
  readonly #mark: Uint8Array;
  readonly #buffer = new AvroBuffer();
  readonly #ready = new AvroBuffer();
  #count = 0;

  /** `mark`: 16 bytes that end each block; they come from the seed, so that a run writes the same file again. */
  constructor(schema: AvroSchema, write: WriteValue, codecName: string, codec: AvroCodec, mark: Uint8Array) {
    this.#write = write;
    this.#codec = codec;
    this.#mark = mark;
    this.#ready.fixed(Uint8Array.from(MAGIC));
    this.#ready.long(2);
    this.#ready.text('avro.codec');
    this.#ready.bytes(encodeUtf8(codecName));
    this.#ready.text('avro.schema');
    this.#ready.bytes(encodeUtf8(avroSchemaText(schema)));
    this.#ready.long(0);
    this.#ready.fixed(mark);
  }

  write(row: Row): Result<void> {
    this.#write(this.#buffer, row);
    this.#count += 1;
    if (this.#buffer.sizeBytes >= BLOCK_BYTES) this.#endBlock();
    return ok(undefined);
  }

  take(): Uint8Array {
    return this.#ready.take();
  }

  end(): Uint8Array {
    if (this.#count > 0) this.#endBlock();
    return this.#ready.take();
  }

  get waitingBytes(): number {
    return this.#buffer.sizeBytes + this.#ready.sizeBytes;
  }

  #endBlock(): void {
    const packed = this.#codec.pack(this.#buffer.take());
    this.#ready.long(this.#count);
    this.#ready.bytes(packed);
    this.#ready.fixed(this.#mark);
    this.#count = 0;
  }
}
