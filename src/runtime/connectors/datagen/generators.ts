/**
 * Values for columns of a `datagen` table. Flink: `RandomGeneratorVisitor`, `SequenceGeneratorVisitor`.
 * A generator is a function of the random stream and the clock; options are read once.
 */

import { RunError } from '../../base/diagnostic.ts';
import { durationMs } from '../../base/durations.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { parseDecimal, parsedToDecimal } from '../../data/decimal.ts';
import { canonical } from '../../data/integers.ts';
import type { LogicalType } from '../../data/logical-type.ts';
import { MapValue, NanoTimestamp, type Value } from '../../data/value.ts';
import type { Clock } from '../../seams/clock.ts';
import type { Random } from '../../seams/random.ts';

/** Makes the values of one column. `null` as a whole: a sequence is at its end. */
export interface Generator {
  next(): Value;
  /** Values left; Infinity for random columns. */
  remaining(): number;
  /** State that a restored generator goes on from. */
  position(): number;
  restore(position: number): void;
}

/** What generators draw from. */
export interface GeneratorSeams {
  readonly random: Random;
  readonly clock: Clock;
}

const LONG_MIN = -(2n ** 63n);
const LONG_MAX = 2n ** 63n - 1n;
const FLOAT_MAX = 3.4028234663852886e38;
const DAY_MS = 86_400_000;
/** Flink: `RANDOM_STRING_LENGTH_DEFAULT`, `RANDOM_BYTES_LENGTH_DEFAULT`, `RANDOM_COLLECTION_LENGTH_DEFAULT`. */
const TEXT_LENGTH = 100;
const COLLECTION_LENGTH = 3;

type Draw = () => Value;

/** The generator of the column `name`, configured by `fields.name.…`. */
export function generatorOf(
  name: string,
  type: LogicalType,
  options: ReadonlyMap<string, string>,
  seams: GeneratorSeams,
): Result<Generator, string> {
  if ((options.get(`fields.${name}.kind`) ?? 'random') === 'sequence') return sequenceOf(name, type, options);
  const draw = randomOf(`fields.${name}`, type, options, seams);
  if (!draw.ok) return draw;
  return ok({ next: draw.value, remaining: () => Number.POSITIVE_INFINITY, position: () => 0, restore: () => {} });
}

function sequenceOf(name: string, type: LogicalType, options: ReadonlyMap<string, string>): Result<Generator, string> {
  const read = (end: 'start' | 'end'): bigint | null => {
    const text = options.get(`fields.${name}.${end}`)?.trim() ?? '';
    return /^-?\d+$/.test(text) ? BigInt(text) : null;
  };
  const [start, end] = [read('start'), read('end')];
  if (start === null) return err(`Could not find required property 'fields.${name}.start' for sequence generator.`);
  if (end === null) return err(`Could not find required property 'fields.${name}.end' for sequence generator.`);
  let emitted = 0;
  return ok({
    next: () => sequenceValue(start + BigInt(emitted++), type),
    remaining: () => Math.max(0, Number(end - start + 1n) - emitted),
    position: () => emitted,
    restore: (position) => {
      emitted = position;
    },
  });
}

function sequenceValue(value: bigint, type: LogicalType): Value {
  switch (type.kind) {
    case 'CHAR':
    case 'VARCHAR':
      return value.toString();
    case 'DECIMAL':
      return canonical(value * 10n ** BigInt(type.scale));
    default:
      return canonical(value);
  }
}

function randomOf(
  path: string,
  type: LogicalType,
  options: ReadonlyMap<string, string>,
  seams: GeneratorSeams,
): Result<Draw, string> {
  const draw = plainRandom(path, type, options, seams);
  if (!draw.ok) return draw;
  const rate = Number(options.get(`${path}.null-rate`) ?? '0');
  // A rate above one is as one, in Flink too.
  if (rate <= 0) return draw;
  const { value: next } = draw;
  return ok(() => (seams.random.next() < rate ? null : next()));
}

function plainRandom(
  path: string,
  type: LogicalType,
  options: ReadonlyMap<string, string>,
  seams: GeneratorSeams,
): Result<Draw, string> {
  const { random, clock } = seams;
  switch (type.kind) {
    case 'BOOLEAN':
      return ok(() => random.next() < 0.5);
    case 'TINYINT':
      return integerRange(path, options, random, -128n, 127n);
    case 'SMALLINT':
      return integerRange(path, options, random, -32768n, 32767n);
    case 'INT':
      return integerRange(path, options, random, -2147483648n, 2147483647n);
    case 'BIGINT':
      return integerRange(path, options, random, LONG_MIN, LONG_MAX);
    case 'INTERVAL_YEAR_MONTH':
      return integerRange(path, options, random, 0n, 120000n);
    case 'INTERVAL_DAY_TIME':
      return integerRange(path, options, random, 0n, LONG_MAX);
    case 'FLOAT':
      return doubleRange(path, options, random, FLOAT_MAX, Math.fround);
    case 'DOUBLE':
      return doubleRange(path, options, random, Number.MAX_VALUE, (value) => value);
    case 'DECIMAL':
      return decimalRange(path, options, random, type.precision, type.scale);
    case 'CHAR':
    case 'VARCHAR': {
      const length = textLength(path, type, options);
      if (!length.ok) return length;
      const isVariable = type.kind === 'VARCHAR' && isVariableLength(path, options);
      return ok(() => hexText(random, isVariable ? 1 + random.nextInt(length.value) : length.value));
    }
    case 'BINARY':
    case 'VARBINARY': {
      const length = textLength(path, type, options);
      if (!length.ok) return length;
      const isVariable = type.kind === 'VARBINARY' && isVariableLength(path, options);
      return ok(() => {
        const size = isVariable ? 1 + random.nextInt(length.value) : length.value;
        return Uint8Array.from({ length: size }, () => random.nextInt(256));
      });
    }
    case 'DATE':
      return pastTime(path, options, random, (pastMs) => Math.floor((clock.nowMs() - pastMs) / DAY_MS));
    case 'TIME':
      return ok(() => random.nextInt(DAY_MS));
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return pastTime(path, options, random, (pastMs) => {
        const epochMs = clock.nowMs() - pastMs;
        return type.precision > 3 ? new NanoTimestamp(epochMs, 0) : epochMs;
      });
    case 'ARRAY': {
      const element = randomOf(`${path}.element`, type.element, options, seams);
      if (!element.ok) return element;
      const length = lengthOf(path, options, COLLECTION_LENGTH);
      return ok(() => Array.from({ length }, element.value));
    }
    case 'MAP':
    case 'MULTISET': {
      const key = randomOf(
        `${path}.${type.kind === 'MAP' ? 'key' : 'element'}`,
        type.kind === 'MAP' ? type.key : type.element,
        options,
        seams,
      );
      if (!key.ok) return key;
      const value =
        type.kind === 'MAP'
          ? randomOf(`${path}.value`, type.value, options, seams)
          : ok((): Value => 1 + random.nextInt(9));
      if (!value.ok) return value;
      const length = lengthOf(path, options, COLLECTION_LENGTH);
      return ok(() => new MapValue([...new Map(Array.from({ length }, () => [key.value(), value.value()] as const))]));
    }
    case 'ROW': {
      const fields: Draw[] = [];
      for (const field of type.fields) {
        const draw = randomOf(`${path}.${field.name}`, field.type, options, seams);
        if (!draw.ok) return draw;
        fields.push(draw.value);
      }
      return ok(() => fields.map((draw) => draw()));
    }
    default:
      return err(`Unsupported type: ${type.kind}`);
  }
}

function integerRange(
  path: string,
  options: ReadonlyMap<string, string>,
  random: Random,
  least: bigint,
  most: bigint,
): Result<Draw, string> {
  const low = options.get(`${path}.min`);
  const high = options.get(`${path}.max`);
  for (const text of [low, high]) {
    const isNumber = text === undefined || /^[+-]?\d+$/.test(text);
    if (!isNumber || (text !== undefined && (BigInt(text) < least || BigInt(text) > most)))
      return err(`For input string: "${text}"`);
  }
  const from = low === undefined ? least : BigInt(low);
  const to = high === undefined ? most : BigInt(high);
  if (from > to) return ok(() => boundsFailure(String(from), String(to)));
  const width = to - from + 1n;
  if (
    width <= BigInt(Number.MAX_SAFE_INTEGER) &&
    Number.isSafeInteger(Number(from)) &&
    Number.isSafeInteger(Number(to))
  ) {
    const start = Number(from);
    const bound = Number(width);
    return ok(() => start + random.nextInt(bound));
  }
  return ok(() => {
    const bits = (BigInt(random.nextInt(4294967296)) << 32n) | BigInt(random.nextInt(4294967296));
    return canonical(from + (bits * width) / 2n ** 64n);
  });
}

function doubleRange(
  path: string,
  options: ReadonlyMap<string, string>,
  random: Random,
  max: number,
  round: (value: number) => number,
): Result<Draw, string> {
  const low = Number(options.get(`${path}.min`) ?? -max);
  const high = Number(options.get(`${path}.max`) ?? max);
  if (Number.isNaN(low) || Number.isNaN(high)) {
    return err(`For input string: "${options.get(`${path}.${Number.isNaN(low) ? 'min' : 'max'}`)}"`);
  }
  if (low > high) return ok(() => boundsFailure(String(low), String(high)));
  // Halved first: the width of the full range does not fit into a double.
  return ok(() => {
    const share = random.next();
    return round((low / 2) * (1 - share) * 2 + (high / 2) * share * 2);
  });
}

function decimalRange(
  path: string,
  options: ReadonlyMap<string, string>,
  random: Random,
  precision: number,
  scale: number,
): Result<Draw, string> {
  const limit = 10n ** BigInt(precision) - 1n;
  const bound = (key: 'min' | 'max', fallback: bigint): bigint | null => {
    const text = options.get(`${path}.${key}`);
    if (text === undefined) return fallback;
    const parsed = parseDecimal(text.trim());
    const value = parsed === undefined ? null : parsedToDecimal(parsed, precision, scale);
    return value === null ? null : BigInt(value);
  };
  const [from, to] = [bound('min', -limit), bound('max', limit)];
  if (from === null || to === null) return err(`The bounds of '${path}' are no decimals of its type.`);
  if (from > to) return err(`bound must be greater than origin: '${path}.min' is larger than '${path}.max'.`);
  const width = to - from + 1n;
  return ok(() => {
    let bits = 0n;
    for (let i = 0; i < 5; i++) bits = (bits << 32n) | BigInt(random.nextInt(4294967296));
    return canonical(from + (bits * width) / 2n ** 160n);
  });
}

function pastTime(
  path: string,
  options: ReadonlyMap<string, string>,
  random: Random,
  make: (pastMs: number) => Value,
): Result<Draw, string> {
  const text = options.get(`${path}.max-past`);
  const maxPastMs = text === undefined ? 0 : durationMs(text);
  if (maxPastMs === undefined || maxPastMs === null)
    return err(`Could not parse value '${text}' for key '${path}.max-past'.`);
  return ok(() => make(maxPastMs > 0 ? random.nextInt(maxPastMs) : 0));
}

function lengthOf(path: string, options: ReadonlyMap<string, string>, fallback: number): number {
  const length = Number(options.get(`${path}.length`) ?? fallback);
  return Number.isInteger(length) && length > 0 ? length : fallback;
}

/** Flink notices bounds in the wrong order when it draws: with rows, not before. */
function boundsFailure(low: string, high: string): never {
  const grouped = (text: string): string => text.replace(/\B(?=(?:\d{3})+(?!\d))/g, ',');
  throw new RunError(
    'run/datagen-bounds',
    `lower bound (${grouped(low)}) must be strictly less than upper bound (${grouped(high)})`,
    'org.apache.commons.math3.exception.NumberIsTooLargeException',
    'Make the option min smaller than max.',
  );
}

/** Length of text or bytes. The length of CHAR and BINARY is that of the type. */
function textLength(
  path: string,
  type: LogicalType & { readonly length: number },
  options: ReadonlyMap<string, string>,
): Result<number, string> {
  const isFixed = type.kind === 'CHAR' || type.kind === 'BINARY';
  const text = options.get(`${path}.length`);
  if (text === undefined) return ok(isFixed ? type.length : Math.min(type.length, TEXT_LENGTH));
  const field = path.slice('fields.'.length);
  if (isFixed) return err(`Custom length for fixed-length type (CHAR/BINARY) field '${field}' is not supported.`);
  const length = lengthOf(path, options, TEXT_LENGTH);
  if (length <= type.length) return ok(length);
  return err(
    `Custom length '${length}' for variable-length type (VARCHAR/STRING/VARBINARY/BYTES) field '${field}' should be shorter than '${type.length}' defined in the schema.`,
  );
}

function isVariableLength(path: string, options: ReadonlyMap<string, string>): boolean {
  return options.get(`${path}.var-len`)?.trim().toLowerCase() === 'true';
}

/** All texts of four hexadecimal digits: a long text is drawn in a quarter of the steps. */
const HEX_QUADS: string[] = [];

function hexText(random: Random, length: number): string {
  if (HEX_QUADS.length === 0) {
    for (let value = 0; value < 65536; value++) HEX_QUADS.push(value.toString(16).padStart(4, '0'));
  }
  let text = '';
  for (let left = length; left > 0; left -= 4) {
    const quad = HEX_QUADS[random.nextInt(65536)] as string;
    text += left >= 4 ? quad : quad.slice(0, left);
  }
  return text;
}
