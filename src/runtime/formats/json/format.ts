/** The `json` format. Flink: `JsonFormatFactory`. */
import type { OptionProblem, OptionSpec } from '../../connectors/connector.ts';
import type { LogicalType, Schema } from '../../data/logical-type.ts';
import { typeToString } from '../../data/type-text.ts';
import { type Format, isOn } from '../format.ts';
import { jsonDecoder } from './decoder.ts';
import { jsonEncoder } from './encoder.ts';

/** Options that all JSON formats share. */
export const JSON_OPTIONS: readonly OptionSpec[] = [
  {
    key: 'fail-on-missing-field',
    type: 'boolean',
    required: false,
    default: 'false',
    doc: 'Fail when a column is missing in a record, instead of reading NULL.',
    usedBy: 'source',
  },
  {
    key: 'ignore-parse-errors',
    type: 'boolean',
    required: false,
    default: 'false',
    doc: 'Skip fields and records that cannot be read; fields become NULL.',
    usedBy: 'source',
  },
  {
    key: 'timestamp-format.standard',
    type: 'string',
    values: ['SQL', 'ISO-8601'],
    required: false,
    default: 'SQL',
    doc: 'How timestamps look: 2024-01-02 03:04:05.6 (SQL) or 2024-01-02T03:04:05.6 (ISO-8601).',
    usedBy: 'both',
  },
  {
    key: 'map-null-key.mode',
    type: 'string',
    values: ['FAIL', 'DROP', 'LITERAL'],
    required: false,
    default: 'FAIL',
    doc: 'What to do with a NULL key of a map when writing.',
    usedBy: 'sink',
  },
  {
    key: 'map-null-key.literal',
    type: 'string',
    required: false,
    default: 'null',
    doc: 'The key that stands for NULL when map-null-key.mode is LITERAL.',
    usedBy: 'sink',
  },
  {
    key: 'encode.decimal-as-plain-number',
    type: 'boolean',
    required: false,
    default: 'false',
    doc: 'Write decimals without exponent.',
    usedBy: 'sink',
  },
  {
    key: 'encode.ignore-null-fields',
    type: 'boolean',
    required: false,
    default: 'false',
    doc: 'Leave out columns that are NULL when writing.',
    usedBy: 'sink',
  },
];

const DECODE_PARSER: OptionSpec = {
  key: 'decode.json-parser.enabled',
  type: 'boolean',
  required: false,
  default: 'true',
  doc: "Flink's faster parser; results are the same here.",
  usedBy: 'source',
};

/** Values in the order in which Flink lists them. */
const ENUMS: readonly (readonly [key: string, option: string, known: readonly string[]])[] = [
  ['timestamp-format.standard', 'timestamp-format.standard', ['SQL', 'ISO-8601']],
  ['map-null-key.mode', 'option map-null-key.mode', ['LITERAL', 'FAIL', 'DROP']],
];

/** A map (or multiset) in a type whose keys are not text. */
function oddMap(type: LogicalType): LogicalType | null {
  switch (type.kind) {
    case 'MAP':
      return type.key.kind === 'CHAR' || type.key.kind === 'VARCHAR' ? oddMap(type.value) : type;
    case 'MULTISET':
      return type.element.kind === 'CHAR' || type.element.kind === 'VARCHAR' ? null : type;
    case 'ARRAY':
      return oddMap(type.element);
    case 'ROW':
      return type.fields.map((field) => oddMap(field.type)).find((map) => map !== null) ?? null;
    default:
      return null;
  }
}

/** Mistakes in the options of a JSON format, and columns that JSON cannot hold. */
export function validateJson(options: ReadonlyMap<string, string>, physical: Schema): readonly OptionProblem[] {
  const problems: OptionProblem[] = [];
  for (const [key, option, known] of ENUMS) {
    const text = options.get(key);
    if (text === undefined || known.includes(key === 'map-null-key.mode' ? text.toUpperCase() : text)) continue;
    const message = `Unsupported value '${text}' for ${option}. Supported values are [${known.join(', ')}].`;
    problems.push({ code: 'validate/format-options', message, hint: `Choose one of ${known.join(', ')}.`, key });
  }
  for (const { type } of physical) {
    const map = oddMap(type);
    if (map === null) continue;
    const message = `JSON format doesn't support non-string as key type of map. The type is: ${typeToString(map)}`;
    problems.push({ code: 'validate/format-options', message, hint: 'Make the keys STRING.' });
  }
  if (problems.length > 0) return problems;
  if (isOn(options, 'fail-on-missing-field') && isOn(options, 'ignore-parse-errors')) {
    return [
      {
        code: 'validate/format-options',
        message: "fail-on-missing-field and ignore-parse-errors shouldn't both be true.",
        hint: 'Remove one of the two options.',
        key: 'fail-on-missing-field',
      },
    ];
  }
  return [];
}

/** One JSON object per line. */
export const jsonFormat: Format = {
  name: 'json',
  doc: 'One JSON object per line; columns are its keys.',
  options: [...JSON_OPTIONS, DECODE_PARSER],
  changelog: 'insert-only',
  validate: validateJson,
  decoder: jsonDecoder,
  encoder: jsonEncoder,
};
