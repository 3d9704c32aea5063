/**
 * JSON functions. The behaviour words (`NULL ON EMPTY`, `DEFAULT x ON ERROR`, `RETURNING INT`) come as
 * symbol arguments behind the written ones, in the order RETURNING, wrapper, ON EMPTY, ON ERROR, ON NULL;
 * RETURNING and DEFAULT are followed by one argument that carries the type or the value.
 */
import type { LogicalType } from '../../data/logical-type.ts';
import { isCharacter } from '../../data/type-families.ts';
import { booleanType, stringType, withNullable } from '../../data/type-rules.ts';
import { typeToString } from '../../data/type-text.ts';
import { define } from './define.ts';
import type { ArgumentInfo, EmitContext, Mismatch, ScalarFunction } from './function.ts';
import * as run from './runtime/json.ts';
import { AS_STRING, callText, cannotApply, form, illegalNull } from './typing.ts';

const STRING = stringType();

/** Words and what follows them, found in the argument list by position. */
interface Options {
  /** Number of arguments before the words. */
  readonly plain: number;
  /** Position of the argument that carries the RETURNING type. */
  readonly returning: number | undefined;
  readonly wrapper: string;
  readonly onEmpty: { readonly kind: string; readonly value: number | undefined };
  readonly onError: { readonly kind: string; readonly value: number | undefined };
  readonly absentOnNull: boolean | undefined;
}

/** Reads the words; `symbols` holds the word of each argument, `undefined` for values. */
function readOptions(symbols: readonly (string | undefined)[]): Options {
  const first = symbols.findIndex((s) => s !== undefined);
  let returning: number | undefined;
  let wrapper = 'WITHOUT';
  let onEmpty: Options['onEmpty'] = { kind: 'NULL', value: undefined };
  let onError: Options['onError'] = { kind: 'NULL', value: undefined };
  let absentOnNull: boolean | undefined;
  symbols.forEach((symbol, i) => {
    if (symbol === undefined) return;
    const value = symbol.startsWith('DEFAULT') ? i + 1 : undefined;
    if (symbol === 'RETURNING') returning = i + 1;
    else if (symbol.endsWith(' WRAPPER')) wrapper = symbol.slice(0, -' WRAPPER'.length);
    else if (symbol.endsWith(' ON EMPTY')) onEmpty = { kind: symbol.slice(0, -' ON EMPTY'.length), value };
    else if (symbol.endsWith(' ON ERROR')) onError = { kind: symbol.slice(0, -' ON ERROR'.length), value };
    else if (symbol.endsWith(' ON NULL')) absentOnNull = symbol.startsWith('ABSENT');
  });
  return { plain: first === -1 ? symbols.length : first, returning, wrapper, onEmpty, onError, absentOnNull };
}

const symbolsOf = (args: readonly ArgumentInfo[]): readonly (string | undefined)[] => args.map((a) => a.symbol);

/** The words as they arrive in generated code: symbol arguments are string literals. */
function emittedSymbols(args: readonly string[], types: readonly LogicalType[]): readonly (string | undefined)[] {
  return args.map((a, i) => (types[i]?.kind === 'SYMBOL' ? (JSON.parse(a) as string) : undefined));
}

function checkTexts(name: string, args: readonly ArgumentInfo[], count: number): Mismatch | undefined {
  if (args.slice(0, count).some((a) => a.type.kind === 'NULL')) return illegalNull();
  const fits =
    args.length >= count &&
    args.slice(0, count).every((a) => isCharacter(a.type) || a.type.kind === 'NULL' || a.type.kind === 'ERROR');
  return fits
    ? undefined
    : cannotApply(name, callText(name, args.slice(0, count)), [`${name}(<CHARACTER>, <CHARACTER>)`]);
}

/** The first two arguments as texts, the others as they are. */
const pathArgTypes = (args: readonly ArgumentInfo[]): readonly LogicalType[] =>
  args.map((a, i) => (i < 2 ? stringType(a.type.nullable) : a.type));

/** NULL when the document is NULL; the path is a constant. */
function guarded(document: string, code: string): string {
  return `(${document} === null ? null : ${code})`;
}

function behaviour(option: Options['onEmpty'], args: readonly string[]): string {
  return `{ kind: ${JSON.stringify(option.kind)}, value: ${option.value === undefined ? 'null' : (args[option.value] ?? 'null')} }`;
}

const jsonValue: ScalarFunction = {
  name: 'JSON_VALUE',
  determinism: 'deterministic',
  nulls: 'own',
  doc: {
    signature: 'JSON_VALUE(json, path [RETURNING type] [… ON EMPTY] [… ON ERROR])',
    text: 'The scalar at a path, as STRING or another type; NULL when absent.',
    example: "JSON_VALUE(body, '$.user.id' RETURNING INT)",
    category: 'json',
  },
  resolve(args) {
    const wrong = checkTexts('JSON_VALUE', args, 2);
    if (wrong !== undefined) return wrong;
    const options = readOptions(symbolsOf(args));
    const returning = options.returning === undefined ? undefined : args[options.returning]?.type;
    const type = withNullable(returning ?? STRING, true);
    const defaults = new Set([options.onEmpty.value, options.onError.value]);
    return { type, argTypes: pathArgTypes(args).map((t, i) => (defaults.has(i) ? type : t)) };
  },
  emit(args, types, result, cx) {
    const options = readOptions(emittedSymbols(args, types));
    const [document = 'null', path = 'null'] = args;
    return guarded(
      document,
      `${cx.constant(run.jsonValue)}(${document}, ${path}, ${cx.constant(result)}, ${behaviour(options.onEmpty, args)}, ${behaviour(options.onError, args)})`,
    );
  },
};

const jsonQuery: ScalarFunction = {
  name: 'JSON_QUERY',
  determinism: 'deterministic',
  nulls: 'own',
  doc: {
    signature: 'JSON_QUERY(json, path [… WRAPPER] [… ON EMPTY] [… ON ERROR])',
    text: 'The array or object at a path, as text; NULL when absent.',
    example: "JSON_QUERY(body, '$.items')",
    category: 'json',
  },
  resolve(args) {
    const wrong = checkTexts('JSON_QUERY', args, 2);
    if (wrong !== undefined) return wrong;
    const { returning } = readOptions(symbolsOf(args));
    const type = returning === undefined ? undefined : args[returning]?.type;
    return { type: withNullable(type ?? STRING, true), argTypes: pathArgTypes(args) };
  },
  emit(args, types, result, cx) {
    const options = readOptions(emittedSymbols(args, types));
    const [document = 'null', path = 'null'] = args;
    const words = [options.wrapper, options.onEmpty.kind, options.onError.kind]
      .map((w) => JSON.stringify(w))
      .join(', ');
    if (result.kind === 'ARRAY') {
      return guarded(document, `${cx.constant(run.jsonQueryArray)}(${document}, ${path}, ${words})`);
    }
    return guarded(document, `${cx.constant(run.jsonQuery)}(${document}, ${path}, ${words})`);
  },
};

const jsonExists: ScalarFunction = {
  name: 'JSON_EXISTS',
  determinism: 'deterministic',
  nulls: 'own',
  doc: {
    signature: 'JSON_EXISTS(json, path [… ON ERROR])',
    text: 'Whether the path leads to something.',
    example: "JSON_EXISTS(body, '$.user')",
    category: 'json',
  },
  resolve(args) {
    const wrong = checkTexts('JSON_EXISTS', args, 2);
    if (wrong !== undefined) return wrong;
    return { type: booleanType(true), argTypes: pathArgTypes(args) };
  },
  emit(args, types, _result, cx) {
    const options = readOptions(emittedSymbols(args, types));
    const [document = 'null', path = 'null'] = args;
    const onError = options.onError.kind === 'NULL' ? 'FALSE' : options.onError.kind;
    return guarded(document, `${cx.constant(run.jsonExists)}(${document}, ${path}, ${JSON.stringify(onError)})`);
  },
};

/** Types that a JSON constructor takes: text, number, BOOLEAN, bytes, VARIANT. */
function badJsonType(types: readonly LogicalType[]): Mismatch | undefined {
  const bad = types.find(
    (t) =>
      ![
        'CHAR',
        'VARCHAR',
        'BOOLEAN',
        'TINYINT',
        'SMALLINT',
        'INT',
        'BIGINT',
        'FLOAT',
        'DOUBLE',
        'DECIMAL',
        'NULL',
        'BINARY',
        'VARBINARY',
        'ARRAY',
        'MAP',
        'ROW',
        'VARIANT',
        'ERROR',
        'TIMESTAMP',
        'TIMESTAMP_LTZ',
      ].includes(t.kind),
  );
  if (bad === undefined) return undefined;
  return {
    message: `Type '${bad.kind}' is not scalar or cannot be converted into JSON.`,
    flinkClass: 'org.apache.flink.table.planner.codegen.CodeGenException',
  };
}

/** Names of functions whose text is JSON already when they stand inside another JSON function. */
export const JSON_TEXT_FUNCTIONS: ReadonlySet<string> = new Set([
  'JSON_OBJECT',
  'JSON_ARRAY',
  'JSON',
  'JSON_OBJECTAGG',
  'JSON_ARRAYAGG',
]);

/** Marks values that are JSON text: their terms carry this type instead of STRING. */
function jsonArguments(types: readonly LogicalType[], plain: number): readonly run.JsonArgument[] {
  return types.slice(0, plain).map((type) => ({ type, raw: false }));
}

function jsonConstructor(name: 'JSON_OBJECT' | 'JSON_ARRAY', text: string, absentByDefault: boolean): ScalarFunction {
  return {
    name,
    determinism: 'deterministic',
    nulls: 'own',
    doc: {
      signature:
        name === 'JSON_OBJECT'
          ? 'JSON_OBJECT([KEY] key VALUE value, … [NULL | ABSENT ON NULL])'
          : 'JSON_ARRAY(value, … [NULL | ABSENT ON NULL])',
      text,
      category: 'json',
    },
    resolve(args) {
      const { plain } = readOptions(symbolsOf(args));
      const values = args.slice(0, plain).filter((_, i) => name === 'JSON_ARRAY' || i % 2 === 1);
      const bad =
        badKey(name === 'JSON_OBJECT' ? args.slice(0, plain).filter((_, i) => i % 2 === 0) : []) ??
        badJsonType(values.map((a) => a.type)) ??
        untypedNull(values);
      if (bad !== undefined) return bad;
      return { type: stringType(false), argTypes: args.map((a) => a.type) };
    },
    emit(args, types, _result, cx) {
      const options = readOptions(emittedSymbols(args, types));
      const described = cx.constant(jsonArguments(types, options.plain));
      const items = args.slice(0, options.plain).join(', ');
      const runner = cx.constant(name === 'JSON_OBJECT' ? run.jsonObject : run.jsonArray);
      return `${runner}([${items}], ${described}, ${options.absentOnNull ?? absentByDefault}, ${cx.runtime}.timeZone)`;
    },
  };
}

function badKey(keys: readonly ArgumentInfo[]): Mismatch | undefined {
  const bad = keys.find((a) => !isCharacter(a.type) || a.type.nullable);
  if (bad === undefined || bad.type.kind === 'ERROR') return undefined;
  return {
    message: isCharacter(bad.type) ? 'Argument to function JSON_OBJECT must not be NULL' : 'Expected a character type',
    hint: "A key is a text that cannot be NULL: COALESCE(k, '').",
    flinkClass: 'org.apache.calcite.sql.validate.SqlValidatorException',
  };
}

function untypedNull(values: readonly ArgumentInfo[]): Mismatch | undefined {
  if (!values.some((a) => a.type.kind === 'NULL')) return undefined;
  return {
    message: 'Type is not supported: ANY',
    hint: 'Give the NULL a type: CAST(NULL AS STRING).',
    flinkClass: 'org.apache.flink.table.api.TableException',
  };
}

/** `x IS JSON …`; never NULL. */
function isJson(kind: 'VALUE' | 'OBJECT' | 'ARRAY' | 'SCALAR', negated: boolean): ScalarFunction[] {
  const base = negated ? 'IS NOT JSON' : 'IS JSON';
  const names = kind === 'VALUE' ? [base, `${base} VALUE`] : [`${base} ${kind}`];
  return names.map((name) => ({
    name,
    determinism: 'deterministic',
    nulls: 'own',
    doc: {
      signature: `string ${name}`,
      text: `Whether the text is ${negated ? 'no ' : ''}JSON${kind === 'VALUE' ? '' : ` of kind ${kind}`}.`,
      category: 'json',
    },
    resolve(args) {
      const wrong = checkTexts(name, args, 1);
      return wrong ?? { type: booleanType(false), argTypes: args.map((a) => stringType(a.type.nullable)) };
    },
    emit: ([s = 'null']: readonly string[], _types: readonly LogicalType[], _result: LogicalType, cx: EmitContext) =>
      `${negated ? '!' : ''}${cx.constant(run.isJson)}(${s}, '${kind}')`,
  }));
}

/** Types that JSON_STRING does not take. */
const NO_JSON: ReadonlySet<string> = new Set(['DATE', 'TIME', 'INTERVAL_DAY_TIME', 'INTERVAL_YEAR_MONTH']);

function noJson(type: LogicalType): Mismatch {
  return {
    message: `Unsupported argument type. Expected type of family 'CHARACTER_STRING' but actual type was '${typeToString({ ...type, nullable: true })}'.`,
    flinkClass: 'org.apache.flink.table.api.ValidationException',
  };
}

const KINDS = ['VALUE', 'OBJECT', 'ARRAY', 'SCALAR'] as const;
const VARIANT: LogicalType = { kind: 'VARIANT', nullable: true };

/** JSON functions and the IS JSON tests. */
export const jsonFunctions: readonly ScalarFunction[] = [
  jsonValue,
  jsonQuery,
  jsonExists,
  jsonConstructor('JSON_OBJECT', 'A JSON object of keys and values, as text.', false),
  jsonConstructor('JSON_ARRAY', 'A JSON array of values, as text.', true),
  ...KINDS.flatMap((kind) => [...isJson(kind, false), ...isJson(kind, true)]),
  ...define('json', [
    {
      name: 'JSON_STRING',
      signature: 'JSON_STRING(value)',
      text: 'Any value as JSON text.',
      forms: [form([{ family: 'ANY' }])],
      result: ([type]) => (type !== undefined && NO_JSON.has(type.kind) ? noJson(type) : STRING),
      emit: ([v], types, _result, cx) =>
        `${cx.constant(run.jsonString)}(${v}, ${cx.constant(types[0])}, ${cx.runtime}.timeZone)`,
    },
    {
      name: 'JSON_QUOTE',
      signature: 'JSON_QUOTE(string)',
      text: 'The text as a JSON string.',
      forms: [form([AS_STRING])],
      result: STRING,
      call: run.jsonQuote,
    },
    {
      name: 'JSON_UNQUOTE',
      signature: 'JSON_UNQUOTE(string)',
      text: 'The content of a JSON string.',
      forms: [form([AS_STRING])],
      result: STRING,
      call: run.jsonUnquote,
    },
    {
      name: 'JSON',
      signature: 'JSON(string)',
      text: 'JSON text that a JSON constructor takes over as it is.',
      forms: [form([AS_STRING])],
      result: STRING,
      emit: ([s = 'null']) => s,
    },
    {
      name: 'PARSE_JSON',
      signature: 'PARSE_JSON(string)',
      text: 'The VARIANT of a JSON text; fails when it is none.',
      forms: [form([AS_STRING])],
      result: VARIANT,
      call: run.parseVariant,
    },
    {
      name: 'TRY_PARSE_JSON',
      signature: 'TRY_PARSE_JSON(string)',
      text: 'The VARIANT of a JSON text; NULL when it is none.',
      forms: [form([AS_STRING])],
      result: VARIANT,
      nullability: 'always',
      call: run.tryParseVariant,
    },
  ]),
];
