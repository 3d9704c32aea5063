/** The `raw` format: the whole record is the value of the only column. Flink: `RawFormatFactory`. */
import { RunError } from '../../base/diagnostic.ts';
import { ok } from '../../base/result.ts';
import { decodeUtf8, encodeUtf8 } from '../../base/utf8.ts';
import type { OptionProblem } from '../../connectors/connector.ts';
import type { Long } from '../../data/integers.ts';
import type { LogicalType, Schema } from '../../data/logical-type.ts';
import { RowKind } from '../../data/row-kind.ts';
import { typeToString } from '../../data/type-text.ts';
import type { Value } from '../../data/value.ts';
import type { Format, FormatRequest, RecordDecoder, RecordEncoder } from '../format.ts';
import { ownText } from '../plain-text.ts';

function decoder(request: FormatRequest): RecordDecoder {
  const type = request.schema[0]?.type;
  const isLittle = request.options.get('endianness') === 'little-endian';
  return {
    decode(record, emit) {
      emit(RowKind.Insert, type === undefined ? [] : [fromBytes(record, type, isLittle)]);
      return ok(undefined);
    },
    decodeText(record, emit) {
      const isText = type?.kind === 'VARCHAR' || type?.kind === 'CHAR';
      emit(
        RowKind.Insert,
        type === undefined ? [] : [isText ? ownText(record) : fromBytes(encodeUtf8(record), type, isLittle)],
      );
      return ok(undefined);
    },
  };
}

function fromBytes(bytes: Uint8Array, type: LogicalType, isLittle: boolean): Value {
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
      return view.getInt16(0, isLittle);
    case 'INT':
      need(4);
      return view.getInt32(0, isLittle);
    case 'BIGINT': {
      need(8);
      const value = view.getBigInt64(0, isLittle);
      return Number.isSafeInteger(Number(value)) ? Number(value) : value;
    }
    case 'FLOAT':
      need(4);
      return view.getFloat32(0, isLittle);
    case 'DOUBLE':
      need(8);
      return view.getFloat64(0, isLittle);
    default:
      return decodeUtf8(bytes);
  }
}

function encoder(request: FormatRequest): RecordEncoder {
  const type = request.schema[0]?.type;
  const isLittle = request.options.get('endianness') === 'little-endian';
  return {
    encode(_kind, row) {
      const value = row[0] ?? null;
      return ok(value === null || type === undefined ? '' : toRecord(value, type, isLittle));
    },
  };
}

/** Numbers are bytes of their own size, as Flink's `RawFormatSerializationSchema` writes them. */
function toRecord(value: Value, type: LogicalType, isLittle: boolean): string | Uint8Array {
  const bytes = (size: number, set: (view: DataView) => void): Uint8Array => {
    const view = new DataView(new ArrayBuffer(size));
    set(view);
    return new Uint8Array(view.buffer);
  };
  switch (type.kind) {
    case 'BINARY':
    case 'VARBINARY':
      return value as Uint8Array;
    case 'BOOLEAN':
      return Uint8Array.of(value === true ? 1 : 0);
    case 'TINYINT':
      return bytes(1, (view) => view.setInt8(0, value as number));
    case 'SMALLINT':
      return bytes(2, (view) => view.setInt16(0, value as number, isLittle));
    case 'INT':
      return bytes(4, (view) => view.setInt32(0, value as number, isLittle));
    case 'BIGINT':
      return bytes(8, (view) => view.setBigInt64(0, BigInt(value as Long), isLittle));
    case 'FLOAT':
      return bytes(4, (view) => view.setFloat32(0, value as number, isLittle));
    case 'DOUBLE':
      return bytes(8, (view) => view.setFloat64(0, value as number, isLittle));
    default:
      return value as string;
  }
}

/** Types that one record can be. Flink: `RawFormatFactory.SUPPORTED_TYPES`. */
const TYPES: ReadonlySet<LogicalType['kind']> = new Set([
  'CHAR',
  'VARCHAR',
  'BINARY',
  'VARBINARY',
  'BOOLEAN',
  'TINYINT',
  'SMALLINT',
  'INT',
  'BIGINT',
  'FLOAT',
  'DOUBLE',
]);

function validate(options: ReadonlyMap<string, string>, physical: Schema): readonly OptionProblem[] {
  const problem = (message: string, hint: string, key?: string): OptionProblem[] => [
    { code: 'validate/format-options', message, hint, ...(key === undefined ? {} : { key }) },
  ];
  const [column] = physical;
  if (column === undefined || physical.length > 1) {
    const columns = physical.map(({ name, type }) => `\`${name}\` ${typeToString(type)}`).join(', ');
    const message = `The 'raw' format only supports single physical column. However the defined schema contains multiple physical columns: [${columns}]`;
    return problem(message, 'Keep one column, or choose another format.');
  }
  if (!TYPES.has(column.type.kind)) {
    const message = `The 'raw' format doesn't supports '${typeToString(column.type)}' as column type.`;
    return problem(message, 'Read the record as STRING or BYTES.');
  }
  const charset = options.get('charset');
  // Only UTF-8 so far: records of files come to the formats as text.
  if (charset !== undefined && !/^utf-?8$/i.test(charset)) return problem(charset, 'Use UTF-8.', 'charset');
  return [];
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
  validate,
  decoder,
  encoder,
};
