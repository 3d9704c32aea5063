/** The texts of functions of the user's own: Flink's where Flink has one. Part of `problems` in `messages.ts`. */
import { type Problem, SQL_VALIDATOR, unsupported, VALIDATION, validation, validator } from './problem.ts';

const NOT_EXIST = 'org.apache.flink.table.catalog.exceptions.FunctionNotExistException';
const ALREADY_EXISTS = 'org.apache.flink.table.catalog.exceptions.FunctionAlreadyExistException';

const argumentHint = (signature: string): string => `It is ${signature}.`;

/** By what they say. */
export const functionProblems = {
  functionExists: (database: string, name: string, catalog: string): Problem => ({
    code: 'validate/object-exists',
    message: `Function ${database}.${name} already exists in Catalog ${catalog}.`,
    flinkClass: ALREADY_EXISTS,
    hint: 'DROP it first.',
  }),
  temporaryFunctionExists: (path: string) =>
    validation(
      'object-exists',
      `Could not register temporary catalog function. A function '${path}' does already exist.`,
      'DROP TEMPORARY FUNCTION first.',
    ),
  systemFunctionExists: (name: string) =>
    validation(
      'object-exists',
      `Could not register temporary system function. A function named '${name}' does already exist.`,
      'DROP TEMPORARY SYSTEM FUNCTION first.',
    ),
  functionNotExists: (database: string, name: string, catalog: string): Problem => ({
    code: 'validate/unknown-object',
    message: `Function ${database}.${name} does not exist in Catalog ${catalog}.`,
    flinkClass: NOT_EXIST,
    hint: 'Write DROP FUNCTION IF EXISTS, or correct the name; a temporary one needs DROP TEMPORARY FUNCTION.',
  }),
  temporaryFunctionNotExists: (path: string) =>
    validation(
      'unknown-object',
      `Temporary catalog function ${path} doesn't exist`,
      'Write DROP TEMPORARY FUNCTION IF EXISTS, or correct the name.',
    ),
  systemFunctionNotExists: (name: string) =>
    validation('unknown-object', `Temporary system function ${name} doesn't exist`, 'Write IF EXISTS.'),
  noFunctionFiles: (path: string): Problem => ({
    code: 'validate/function-files',
    message: `The file ${path} cannot be read here, so nobody knows what the function is.`,
    hint: 'Open the project that the script belongs to.',
    flinkClass: VALIDATION,
  }),
  /** `args` and `signature` as Flink prints them; `why` is ours. */
  noSignature: (name: string, args: readonly string[], signature: string, why: string) =>
    validator(
      'unknown-function',
      `No match found for function signature ${name}(${args.join(', ')}).\nSupported signatures are:\n${signature}`,
      why,
    ),
  argumentType: (position: number, expected: string, actual: string, signature: string) =>
    validation(
      'argument-types',
      `Invalid argument type at position ${position}. Data type ${expected} expected but ${actual} passed.`,
      actual !== expected && expected === `${actual} NOT NULL`
        ? `NULL is not allowed here: ${argumentHint(signature)} COALESCE gives a value in its place.`
        : argumentHint(signature),
    ),
  argumentCase: (written: string, name: string, known: string) =>
    validator('unknown-argument', `Param '${written}' not found in function '${name}'; did you mean '${known}'?`),
  mixedArguments: (name: string) =>
    validation(
      'argument-style',
      `The arguments of ${name} are given by position and by name at once.`,
      'Write a name before each of them, or before none.',
    ),
  argumentTwice: (name: string, argument: string) =>
    validation('argument-twice', `Argument ${argument} of ${name} is given twice.`, 'Remove one of them.'),
  argumentMissing: (name: string, argument: string, signature: string) =>
    validator(
      'argument-missing',
      'DEFAULT is only allowed for optional parameters',
      `${name} needs its argument ${argument}: ${argumentHint(signature)}`,
    ),
  argumentIgnored: (name: string, argument: string, signature: string): Problem => ({
    code: 'validate/argument-ignored',
    message: `${name} has no argument ${argument}; Flink ignores it.`,
    hint: argumentHint(signature),
    severity: 'warning',
  }),
  tableFunctionHere: (name: string): Problem => ({
    code: 'validate/table-function-here',
    message: `Cannot call table function here: '${name}'`,
    flinkClass: 'org.apache.calcite.runtime.CalciteException',
    hint: `Write FROM t, LATERAL TABLE(${name}(…)).`,
  }),
  notTableFunction: (path: string) =>
    validation(
      'not-a-table-function',
      `Function '${path}' cannot be used as a table function.`,
      'It gives one value a call: call it in SELECT or WHERE.',
    ),
  tableExpected: (argument: string, name: string) =>
    validation(
      'table-argument',
      `Invalid argument value. Argument '${argument}' expects a table to be passed.`,
      `Write FROM ${name}(${argument} => TABLE t PARTITION BY k).`,
    ),
  tablePosition: (position: number, name: string) =>
    validator(
      'table-argument',
      `Only tables with set semantics may be partitioned. Invalid PARTITION BY clause in the ${position}-th operand of table function '${name}'`,
      'Flink wants the table as the first argument, also by name.',
    ),
  partitionMissing: (argument: string) =>
    validation(
      'partition-by',
      `Table argument '${argument}' requires a PARTITION BY clause for parallel processing.`,
      'State and timers are kept for each key: write TABLE t PARTITION BY k.',
    ),
  partitionColumn: (name: string, columns: readonly string[]) =>
    validation(
      'partition-by',
      `Invalid column '${name}' for PARTITION BY clause. Available columns are: [${columns.join(', ')}]`,
    ),
  orderByType: (argument: string, column: string, type: string) =>
    validation(
      'table-order-by',
      `Invalid ORDER BY clause for table argument '${argument}'. The first ORDER BY column must be a TIMESTAMP or TIMESTAMP_LTZ column (up to precision 3). However, column '${column}' has data type '${type}'.`,
    ),
  orderByDescending: (argument: string) =>
    validation(
      'table-order-by',
      `Invalid ORDER BY clause for table argument '${argument}'. The first ORDER BY column on a timestamp column must be in ascending order.`,
    ),
  onTimeUnknown: (columns: readonly string[]) =>
    validation(
      'on-time',
      `Invalid time attribute declaration. Each column in the \`on_time\` argument must reference at least one column in one of the table arguments. Unknown references: [${columns.join(', ')}]`,
    ),
  onTimeType: (column: string, argument: string, type: string) =>
    validation(
      'on-time',
      `Unsupported data type for time attribute. The \`on_time\` argument must reference a TIMESTAMP or TIMESTAMP_LTZ column (up to precision 3). However, column '${column}' in table argument '${argument}' has data type '${type}'.`,
    ),
  onTimeAttribute: (column: string) =>
    validation(
      'on-time',
      `Column '${column}' is not a valid time attribute. Only columns with a watermark declaration qualify for the \`on_time\` argument. Also, make sure that the watermarked column is forwarded without any modification.`,
    ),
  onTimeOnce: () => validation('on-time', 'The `on_time` argument names one column of a table.', 'Keep one column.'),
  uid: (text: string) =>
    validation(
      'uid',
      `Invalid unique identifier for process table function. The \`uid\` argument must be a string literal that follows the pattern [a-zA-Z_][a-zA-Z-_0-9]*. But found: ${text}`,
    ),
  inputColumnMissing: (name: string, column: string, type: string, columns: readonly string[], guess?: string) =>
    validation(
      'input-column',
      `${name} needs a column '${column}' ${type} in its table, which has [${columns.join(', ')}].`,
      guess === undefined
        ? 'Give it the column with a query: (SELECT x AS the_name, … FROM t) PARTITION BY k.'
        : `The table has ${guess}: give it the name with a query, (SELECT ${guess} AS ${column}, … FROM t) PARTITION BY k.`,
    ),
  inputColumnType: (name: string, column: string, expected: string, actual: string) =>
    validation(
      'input-column',
      `Column '${column}' of the table is ${actual}, but ${name} takes ${expected}.`,
      'Cast it in a query before, or change the declaration of the function.',
    ),
  processBatch: (name: string): Problem => ({
    ...unsupported(
      'process-batch',
      `The process table function ${name} cannot run in batch mode.`,
      'Run in streaming mode.',
    ),
    flinkClass: 'org.apache.calcite.plan.RelOptPlanner$CannotPlanException',
  }),
  noSuchFunction: (name: string, args: readonly string[], suggestion?: string): Problem => ({
    code: 'validate/unknown-function',
    message: `No match found for function signature ${name}(${args.join(', ')})`,
    flinkClass: SQL_VALIDATOR,
    hint: suggestion === undefined ? 'There is no such function.' : `Did you mean ${suggestion}?`,
  }),
} as const;
