/** String functions. Result types as Flink gives them: many are nullable whatever the arguments. */
import { parseDecimal } from '../../data/decimal.ts';
import type { LogicalType } from '../../data/logical-type.ts';
import { LENGTH_MAX } from '../../data/logical-type.ts';
import { isBinary, isCharacter } from '../../data/type-families.ts';
import {
  arrayType,
  booleanType,
  commonType,
  intType,
  lengthType,
  mapType,
  stringType,
  withNullable,
} from '../../data/type-rules.ts';
import { type Definition, define } from './define.ts';
import type { ScalarFunction } from './function.ts';
import { printf } from './runtime/printf.ts';
import { strToMap } from './runtime/regex.ts';
import {
  ascii,
  charLength,
  chr,
  concatWs,
  initCap,
  instr,
  isAlpha,
  isDigit,
  left,
  locate,
  overlay,
  pad,
  repeat,
  replace,
  reverse,
  right,
  split,
  splitIndex,
  substring,
  translate,
  trim,
} from './runtime/strings.ts';
import { ANY, AS_INT, AS_STRING, anyNullable, argText, CHARACTER, cannotApply, form, SYMBOL } from './typing.ts';

const STRING = stringType();
const INT = intType();

/** A function of Calcite's or Flink's standard table. */
const standard = (d: Omit<Definition, 'style'>): Definition => ({ ...d, style: 'standard' });

/** The first argument as VARCHAR of its length. */
const varying = (types: readonly LogicalType[]): LogicalType => {
  const type = types[0];
  return type !== undefined && isCharacter(type) ? lengthType('VARCHAR', type.length) : STRING;
};

/** One trimming function, with the set of characters as an optional second argument. */
function trimmer(name: 'LTRIM' | 'RTRIM' | 'BTRIM', text: string, side: 'leading' | 'trailing' | 'both'): Definition {
  return standard({
    name,
    signature: `${name}(string [, characters])`,
    text,
    forms: [form([CHARACTER, CHARACTER], 1)],
    result: varying,
    emit: ([s, set = "' '"], _types, _result, cx) => `${cx.constant(trim)}(${s}, ${set}, '${side}')`,
  });
}

function padder(name: 'LPAD' | 'RPAD', side: 'left' | 'right'): Definition {
  return standard({
    name,
    signature: `${name}(string, length, pad)`,
    text: `The text, ${side === 'left' ? 'left' : 'right'}-padded or cut to a length.`,
    example: `${name}('hi', 4, '??')`,
    forms: [form([AS_STRING, AS_INT, AS_STRING])],
    result: STRING,
    emit: ([s, n, p], _types, _result, cx) => `${cx.constant(pad)}(${s}, ${n}, ${p}, '${side}')`,
  });
}

function substringFunction(name: 'SUBSTRING' | 'SUBSTR'): Definition {
  return standard({
    name,
    signature: `${name}(string, position [, length])`,
    text: 'A part of the text, from a position that starts at 1 or counts from the end when negative.',
    example: `${name}('hello', 2, 3)`,
    forms: [form([CHARACTER, AS_INT, AS_INT], 1)],
    result: varying,
    nullability: 'always',
    call: substring,
  });
}

function upperLower(name: 'UPPER' | 'LOWER' | 'INITCAP', text: string, code: (s: string) => string): Definition {
  return standard({
    name,
    signature: `${name}(string)`,
    text,
    forms: [form([CHARACTER])],
    result: (types) => types[0] ?? STRING,
    emit: ([s = "''"], _types, _result, cx) => (name === 'INITCAP' ? `${cx.constant(initCap)}(${s})` : code(s)),
  });
}

const simple: readonly Definition[] = [
  upperLower('UPPER', 'Upper case.', (s) => `${s}.toUpperCase()`),
  upperLower('LOWER', 'Lower case.', (s) => `${s}.toLowerCase()`),
  upperLower('INITCAP', 'The first letter of each word in upper case, the others in lower case.', (s) => s),
  ...(['CHAR_LENGTH', 'CHARACTER_LENGTH'] as const).map((name) =>
    standard({
      name,
      signature: `${name}(string)`,
      text: 'Number of characters (code points).',
      forms: [form([AS_STRING])],
      result: INT,
      call: charLength,
    }),
  ),
  standard({
    name: 'TRIM',
    signature: 'TRIM([BOTH | LEADING | TRAILING] [characters] FROM string)',
    text: 'The text without blanks, or given characters, at its ends.',
    example: "TRIM(BOTH 'x' FROM name)",
    forms: [form([CHARACTER]), form([SYMBOL, CHARACTER]), form([SYMBOL, CHARACTER, CHARACTER])],
    result: (types) => varying(types.slice(-1)),
    emit(args, _types, _result, cx) {
      const side = args.length === 1 ? '"BOTH"' : (args[0] ?? '"BOTH"');
      const set = args.length === 3 ? (args[1] ?? "' '") : "' '";
      return `${cx.constant(trim)}(${args[args.length - 1]}, ${set}, ${side.toLowerCase()})`;
    },
  }),
  trimmer('LTRIM', 'The text without blanks, or given characters, at its start.', 'leading'),
  trimmer('RTRIM', 'The text without blanks, or given characters, at its end.', 'trailing'),
  trimmer('BTRIM', 'The text without blanks, or given characters, at both ends.', 'both'),
  substringFunction('SUBSTRING'),
  substringFunction('SUBSTR'),
  standard({
    name: 'LEFT',
    signature: 'LEFT(string, length)',
    text: 'The first characters.',
    forms: [form([CHARACTER, AS_INT])],
    result: varying,
    nullability: 'always',
    call: left,
  }),
  standard({
    name: 'RIGHT',
    signature: 'RIGHT(string, length)',
    text: 'The last characters.',
    forms: [form([CHARACTER, AS_INT])],
    result: varying,
    nullability: 'always',
    call: right,
  }),
  padder('LPAD', 'left'),
  padder('RPAD', 'right'),
  standard({
    name: 'REPEAT',
    signature: 'REPEAT(string, times)',
    text: 'The text several times in a row.',
    forms: [form([AS_STRING, AS_INT])],
    result: STRING,
    call: repeat,
  }),
  standard({
    name: 'REVERSE',
    signature: 'REVERSE(string)',
    text: 'The characters in reverse order.',
    forms: [form([AS_STRING])],
    result: STRING,
    nullability: 'always',
    call: reverse,
  }),
  standard({
    name: 'REPLACE',
    signature: 'REPLACE(string, search, replacement)',
    text: 'Every occurrence replaced.',
    forms: [form([AS_STRING, AS_STRING, AS_STRING])],
    result: STRING,
    call: replace,
  }),
  standard({
    name: 'OVERLAY',
    signature: 'OVERLAY(string PLACING other FROM start [FOR length])',
    text: 'A part of the text replaced by another text.',
    forms: [form([CHARACTER, CHARACTER, AS_INT, AS_INT], 1)],
    result: (types) => {
      const [a, b] = types;
      const length =
        a !== undefined && b !== undefined && isCharacter(a) && isCharacter(b)
          ? Math.min(LENGTH_MAX, a.length + b.length)
          : LENGTH_MAX;
      return lengthType('VARCHAR', length);
    },
    call: overlay,
  }),
  standard({
    name: 'POSITION',
    signature: 'POSITION(search IN string)',
    text: 'Position of the first occurrence, from 1; 0 when absent.',
    forms: [form([AS_STRING, AS_STRING])],
    result: INT,
    call: locate,
  }),
  standard({
    name: 'LOCATE',
    signature: 'LOCATE(search, string [, start])',
    text: 'Position of the first occurrence after a start, from 1; 0 when absent.',
    forms: [form([AS_STRING, AS_STRING, AS_INT], 1)],
    result: INT,
    call: locate,
  }),
  standard({
    name: 'INSTR',
    signature: 'INSTR(string, search [, start [, occurrence]])',
    text: 'Position of the n-th occurrence, from 1; 0 when absent.',
    forms: [form([AS_STRING, AS_STRING, AS_INT, AS_INT], 2)],
    result: INT,
    call: instr,
  }),
  standard({
    name: 'ASCII',
    signature: 'ASCII(string)',
    text: 'Number of the first byte; 0 for an empty text.',
    forms: [form([AS_STRING])],
    result: INT,
    call: ascii,
  }),
  standard({
    name: 'CHR',
    signature: 'CHR(integer)',
    text: 'The character of a number, modulo 256.',
    forms: [form([{ family: 'INTEGER' }])],
    result: STRING,
    nullability: 'always',
    call: chr,
  }),
  standard({
    name: 'CONCAT',
    signature: 'CONCAT(string1, string2, …)',
    text: 'The texts in a row; NULL when one is NULL.',
    forms: [{ params: [AS_STRING], repeats: true }],
    result: STRING,
    emit: (args) => `(${args.join(' + ')})`,
  }),
  standard({
    name: 'CONCAT_WS',
    signature: 'CONCAT_WS(separator, string1, …)',
    text: 'The texts that are not NULL, joined by a separator.',
    nulls: 'own',
    forms: [{ params: [AS_STRING], repeats: true }],
    result: STRING,
    call: concatWs,
  }),
  standard({
    name: 'SPLIT_INDEX',
    signature: 'SPLIT_INDEX(string, separator, index)',
    text: 'The n-th part of a split text, from 0; NULL when there is none.',
    example: "SPLIT_INDEX(url, '/', 3)",
    forms: [form([AS_STRING, AS_STRING, AS_INT]), form([AS_STRING, AS_INT, AS_INT])],
    result: STRING,
    nullability: 'always',
    call: splitIndex,
  }),
  standard({
    name: 'IS_ALPHA',
    signature: 'IS_ALPHA(string)',
    text: 'TRUE when there is something and all of it is letters.',
    nulls: 'own',
    forms: [form([AS_STRING]), form([{ family: 'NUMERIC' }])],
    result: booleanType(false),
    nullability: 'never',
    emit: ([s], types, _result, cx) =>
      types[0] !== undefined && isCharacter(types[0]) ? `${cx.constant(isAlpha)}(${s})` : 'false',
  }),
  standard({
    name: 'IS_DIGIT',
    signature: 'IS_DIGIT(string)',
    text: 'TRUE when there is something and all of it is digits.',
    nulls: 'own',
    forms: [form([AS_STRING]), form([{ family: 'NUMERIC' }])],
    result: booleanType(false),
    nullability: 'never',
    emit: ([s], types, _result, cx) =>
      types[0] !== undefined && isCharacter(types[0])
        ? `${cx.constant(isDigit)}(${s})`
        : `(${s} !== null && ${s} >= 0)`,
  }),
  standard({
    name: 'IS_DECIMAL',
    signature: 'IS_DECIMAL(string)',
    text: 'TRUE when the text is a number.',
    nulls: 'own',
    forms: [form([AS_STRING]), form([{ family: 'NUMERIC' }])],
    result: booleanType(false),
    nullability: 'never',
    emit: ([s], types, _result, cx) =>
      types[0] !== undefined && isCharacter(types[0]) ? `${cx.constant(isDecimal)}(${s})` : `(${s} !== null)`,
  }),
  {
    name: 'TRANSLATE',
    signature: 'TRANSLATE(string, from, to)',
    text: 'Characters replaced one by one.',
    nulls: 'own',
    forms: [form([AS_STRING, AS_STRING, AS_STRING])],
    result: STRING,
    emit: ([s, f, t], _types, _result, cx) => `(${s} === null ? null : ${cx.constant(translate)}(${s}, ${f}, ${t}))`,
  },
  {
    name: 'SPLIT',
    signature: 'SPLIT(string, delimiter)',
    text: 'The parts of a text as an array.',
    forms: [form([AS_STRING, AS_STRING])],
    result: arrayType(STRING),
    call: split,
  },
  {
    name: 'STARTSWITH',
    signature: 'STARTSWITH(string, start)',
    text: 'Whether the text starts with another one.',
    forms: [form([AS_STRING, AS_STRING])],
    result: booleanType(),
    emit: ([s, p]) => `${s}.startsWith(${p})`,
  },
  {
    name: 'ENDSWITH',
    signature: 'ENDSWITH(string, end)',
    text: 'Whether the text ends with another one.',
    forms: [form([AS_STRING, AS_STRING])],
    result: booleanType(),
    emit: ([s, p]) => `${s}.endsWith(${p})`,
  },
  {
    name: 'ELT',
    signature: 'ELT(index, value1, value2, …)',
    text: 'The n-th value, from 1; NULL when there is none.',
    nulls: 'own',
    forms: [{ params: [AS_INT, CHARACTER], repeats: true }],
    result: (types) => commonType(...types.slice(1)) ?? STRING,
    nullability: 'always',
    emit: ([index, ...values]) => `([${values.join(', ')}][${index} - 1] ?? null)`,
  },
  {
    name: 'PRINTF',
    signature: 'PRINTF(format, value1, …)',
    text: 'Values put into a format as Java does it; NULL when the format does not fit.',
    example: "PRINTF('%s: %05d', name, n)",
    nulls: 'own',
    forms: [{ params: [AS_STRING, ANY], repeats: true }, form([AS_STRING])],
    result: STRING,
    nullability: 'always',
    emit: ([f, ...values], types, _result, cx) =>
      `${cx.constant(printf)}(${f}, [${values.join(', ')}], ${cx.constant(types.slice(1))}, ${cx.runtime}.timeZone)`,
  },
  standard({
    name: 'STR_TO_MAP',
    signature: 'STR_TO_MAP(string [, listDelimiter, keyValueDelimiter])',
    text: "A text such as 'a=1,b=2' as a map. Delimiters are regular expressions.",
    forms: [form([AS_STRING]), form([AS_STRING, AS_STRING, AS_STRING])],
    result: mapType(STRING, STRING),
    nullability: 'always',
    emit: ([s, list = "','", pair = "'='"], _types, _result, cx) => `${cx.constant(strToMap)}(${s}, ${list}, ${pair})`,
  }),
];

function isDecimal(text: string | null): boolean {
  return text !== null && parseDecimal(text) !== undefined;
}

/** `a || b`: lengths add up, CHAR stays CHAR only beside CHAR. */
const concatOperator: ScalarFunction = {
  name: '||',
  determinism: 'deterministic',
  nulls: 'strict',
  doc: { signature: 'string1 || string2', text: 'The texts in a row; NULL when one is NULL.', category: 'string' },
  resolve(args) {
    const [a, b] = args;
    if (a === undefined || b === undefined) return { message: '|| needs two operands' };
    const type = concatType(a.type, b.type);
    if (type === undefined) {
      return cannotApply('||', `${argText(a)} || ${argText(b)}`, [
        '<STRING> || <STRING>',
        '<EQUIVALENT_TYPE> || <EQUIVALENT_TYPE>',
      ]);
    }
    return {
      type: withNullable(type, anyNullable(args)),
      argTypes: [a.type.kind === 'NULL' ? type : a.type, b.type.kind === 'NULL' ? type : b.type],
    };
  },
  emit: ([a, b], types, _result, cx) =>
    types[0] !== undefined && isBinary(types[0]) ? `${cx.constant(concatBytes)}(${a}, ${b})` : `(${a} + ${b})`,
};

function concatType(a: LogicalType, b: LogicalType): LogicalType | undefined {
  if (a.kind === 'ERROR' || b.kind === 'ERROR') return { kind: 'ERROR', nullable: true };
  if (a.kind === 'NULL')
    return b.kind === 'NULL' || isCharacter(b) || isBinary(b) ? (b.kind === 'NULL' ? STRING : b) : undefined;
  if (b.kind === 'NULL') return isCharacter(a) || isBinary(a) ? a : undefined;
  const characters = isCharacter(a) && isCharacter(b);
  if (!characters) return undefined;
  if (!('length' in a) || !('length' in b)) return undefined;
  const fixed = (a.kind === 'CHAR' && b.kind === 'CHAR') || (a.kind === 'BINARY' && b.kind === 'BINARY');
  const kind = fixed ? a.kind : characters ? 'VARCHAR' : 'VARBINARY';
  return lengthType(kind, Math.min(LENGTH_MAX, a.length + b.length));
}

function concatBytes(a: Uint8Array, b: Uint8Array): Uint8Array {
  const out = new Uint8Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}

/** String functions and `||`. */
export const stringFunctions: readonly ScalarFunction[] = [...define('string', simple), concatOperator];
