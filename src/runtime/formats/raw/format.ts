/** The `raw` format: the whole record is the value of the only column. Flink: `RawFormatFactory`. */
import { RunError } from '../../base/diagnostic.ts';
import { ok } from '../../base/result.ts';
import { decodeUtf8, encodeUtf8 } from '../../base/utf8.ts';
import type { LogicalType } from '../../data/logical-type.ts';
import { RowKind } from '../../data/row-kind.ts';
import type { Value } from '../../data/value.ts';
import type { Format, FormatRequest, RecordDecoder, RecordEncoder } from '../format.ts';

function decoder(request: FormatRequest): RecordDecoder {
  const type = request.schema[0]?.type;
  return {
    decode(record, emit) {
      emit(RowKind.Insert, type === undefined ? [] : [fromBytes(record, type)]);
      return ok(undefined);
    },
    decodeText(record, emit) {
      const isText = type?.kind === 'VARCHAR' || type?.kind === 'CHAR';
      emit(RowKind.Insert, type === undefined ? [] : [isText ? record : fromBytes(encodeUtf8(record), type)]);
      return ok(undefined);
    },
  };
}

function fromBytes(bytes: Uint8Array, type: LogicalType): Value {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const need = (size: number): void => {
    if (bytes.length !== size) {
      const message = `Size of data received for deserializing ${type.kind} type is not ${size}.`;
      throw new RunError('run/bad-record', message, 'java.io.IOException');
    }
  };
  switch (type.kind) {
    case 'BINARY':
    case 'VARBINARY':
      return bytes;
    case 'BOOLEAN':
      need(1);
      return bytes[0] !== 0;
    case 'TINYINT':
      need(1);
      return view.getInt8(0);
    case 'SMALLINT':
      need(2);
      return view.getInt16(0);
    case 'INT':
      need(4);
      return view.getInt32(0);
    case 'BIGINT': {
      need(8);
      const value = view.getBigInt64(0);
      return Number.isSafeInteger(Number(value)) ? Number(value) : value;
    }
    case 'FLOAT':
      need(4);
      return view.getFloat32(0);
    case 'DOUBLE':
      need(8);
      return view.getFloat64(0);
    default:
      return decodeUtf8(bytes);
  }
}

function encoder(request: FormatRequest): RecordEncoder {
  const type = request.schema[0]?.type;
  return {
    encode(_kind, row) {
      const value = row[0] ?? null;
      if (value === null) return ok('');
      return ok(
        type?.kind === 'BINARY' || type?.kind === 'VARBINARY' ? decodeUtf8(value as Uint8Array) : String(value),
      );
    },
  };
}

/** One column, one record. */
export const rawFormat: Format = {
  name: 'raw',
  doc: 'The record as it is, in the only column of the table.',
  options: [
    {
      key: 'charset',
      type: 'string',
      required: false,
      default: 'UTF-8',
      doc: 'Character set of text.',
      usedBy: 'both',
    },
    {
      key: 'endianness',
      type: 'enum',
      values: ['big-endian', 'little-endian'],
      required: false,
      default: 'big-endian',
      doc: 'Byte order of numbers.',
      usedBy: 'both',
    },
  ],
  changelog: 'insert-only',
  validate: () => [],
  decoder,
  encoder,
};
