/** Functions over regular expressions, in Java's dialect, and the pattern operators LIKE and SIMILAR TO. */
import { isCharacter } from '../../data/type-families.ts';
import { arrayType, booleanType, intType, stringType } from '../../data/type-rules.ts';
import { type Definition, define } from './define.ts';
import type { ScalarFunction } from './function.ts';
import { like, similarTo } from './runtime/like.ts';
import {
  regexp,
  regexpCount,
  regexpExtract,
  regexpExtractAll,
  regexpInstr,
  regexpReplace,
  regexpSubstr,
} from './runtime/regex.ts';
import { AS_INT, AS_STRING, anyNullable, callText, cannotApply, form } from './typing.ts';

const STRING = stringType();
const TWO = [form([AS_STRING, AS_STRING])];

const definitions: readonly Definition[] = [
  {
    name: 'REGEXP',
    signature: 'REGEXP(string, pattern)',
    text: 'Whether the pattern occurs in the text. A broken pattern occurs nowhere.',
    forms: TWO,
    style: 'standard',
    result: booleanType(),
    call: regexp,
  },
  {
    name: 'REGEXP_REPLACE',
    signature: 'REGEXP_REPLACE(string, pattern, replacement)',
    text: 'Every match replaced by a text.',
    forms: [form([AS_STRING, AS_STRING, AS_STRING])],
    style: 'standard',
    result: STRING,

    call: regexpReplace,
  },
  {
    name: 'REGEXP_EXTRACT',
    signature: 'REGEXP_EXTRACT(string, pattern [, group])',
    text: 'A group of the first match, the whole match by default; NULL when there is none.',
    example: "REGEXP_EXTRACT(url, 'id=(\\d+)', 1)",
    forms: [form([AS_STRING, AS_STRING, AS_INT], 1)],
    style: 'standard',
    result: STRING,
    nullability: 'always',
    call: regexpExtract,
  },
  {
    name: 'REGEXP_EXTRACT_ALL',
    signature: 'REGEXP_EXTRACT_ALL(string, pattern [, group])',
    text: 'A group (the first by default) of every match, as an array.',
    forms: [form([AS_STRING, AS_STRING, { family: 'INTEGER' }], 1)],
    result: arrayType(STRING),
    nullability: 'always',
    call: regexpExtractAll,
  },
  {
    name: 'REGEXP_COUNT',
    signature: 'REGEXP_COUNT(string, pattern)',
    text: 'Number of matches.',
    forms: TWO,
    result: intType(),
    nullability: 'always',
    call: regexpCount,
  },
  {
    name: 'REGEXP_INSTR',
    signature: 'REGEXP_INSTR(string, pattern)',
    text: 'Position of the first match, from 1; 0 when there is none.',
    forms: TWO,
    result: intType(),
    nullability: 'always',
    call: regexpInstr,
  },
  {
    name: 'REGEXP_SUBSTR',
    signature: 'REGEXP_SUBSTR(string, pattern)',
    text: 'The first match; NULL when there is none.',
    forms: TWO,
    result: STRING,
    nullability: 'always',
    call: regexpSubstr,
  },
];

function pattern(name: 'LIKE' | 'SIMILAR TO', text: string, run: (...args: never[]) => unknown): ScalarFunction {
  return {
    name,
    determinism: 'deterministic',
    nulls: 'strict',
    doc: {
      signature: `string ${name} pattern [ESCAPE char]`,
      text,
      category: 'comparison',
      example: name === 'LIKE' ? "name LIKE 'a%'" : "code SIMILAR TO '[A-Z]{2}%'",
    },
    resolve(args) {
      const fits = args.every((a) => isCharacter(a.type) || a.type.kind === 'NULL' || a.type.kind === 'ERROR');
      if (!fits || args.length < 2 || args.length > 3)
        return cannotApply(name, callText(name, args), [`${name}(<STRING>, <STRING>, <STRING>)`]);
      return { type: booleanType(anyNullable(args)), argTypes: args.map((a) => stringType(a.type.nullable)) };
    },
    emit: (args, _types, _result, cx) => `${cx.constant(run)}(${args.join(', ')})`,
  };
}

/** REGEXP functions, LIKE, SIMILAR TO. */
export const regexpFunctions: readonly ScalarFunction[] = [
  ...define('string', definitions),
  pattern('LIKE', '% stands for any characters, _ for one.', like),
  pattern('SIMILAR TO', "SQL's regular expression over the whole text.", similarTo),
];
