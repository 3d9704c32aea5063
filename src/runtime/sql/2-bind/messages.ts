/**
 * The texts of binding queries, by what they say: code, Flink's wording and class, and a hint. Those of
 * statements are in `statement-messages.ts`; both come out as `problems`. Codes are stable and never reused.
 */
import { functionProblems } from './function-messages.ts';
import { type Problem, SQL_VALIDATOR, unsupported, validation, validator } from './problem.ts';
import { statementProblems } from './statement-messages.ts';

/** Flink suggests only a name that differs by case; nearer guesses of ours go into the hint. */
function caseSlip(name: string, suggestion: string | undefined): string {
  return suggestion !== undefined && suggestion.toLowerCase() === name.toLowerCase()
    ? `; did you mean '${suggestion}'?`
    : '';
}

function nameHint(suggestion: string | undefined, otherwise: string): string {
  return suggestion === undefined
    ? `${otherwise} Names are case-sensitive.`
    : `Did you mean ${suggestion}? Names are case-sensitive.`;
}

/** The texts of binding, by what they say. */
export const problems = {
  ...statementProblems,
  ...functionProblems,
  unknownColumn: (name: string, suggestion?: string) =>
    validator(
      'unknown-column',
      `Column '${name}' not found in any table${caseSlip(name, suggestion)}`,
      nameHint(suggestion, 'Check the columns of the tables in FROM.'),
    ),
  unknownColumnIn: (name: string, table: string, suggestion?: string) =>
    validator(
      'unknown-column',
      `Column '${name}' not found in table '${table}'${caseSlip(name, suggestion)}`,
      nameHint(suggestion, 'DESCRIBE shows the columns of a table.'),
    ),
  unknownTable: (name: string) =>
    validator(
      'unknown-table',
      `Table '${name}' not found`,
      'The name before the dot must be a table or alias in FROM.',
    ),
  ambiguousColumn: (name: string) =>
    validator(
      'ambiguous-column',
      `Column '${name}' is ambiguous`,
      'Put the table name or its alias and a dot before the column.',
    ),
  unknownObject: (name: string, suggestion?: string) =>
    validator(
      'unknown-object',
      `Object '${name}' not found${caseSlip(name, suggestion)}`,
      nameHint(suggestion, 'Create the table or view before this statement, or correct the name.'),
    ),
  duplicateAlias: (name: string) =>
    validator('duplicate-alias', `Duplicate relation name '${name}' in FROM clause`, 'Give one of them another alias.'),
  aliasDegree: (columns: readonly string[], count: number) =>
    validator(
      'alias-degree',
      `List of column aliases must have same degree as table; table has ${columns.length} columns (${columns.map((c) => `'${c}'`).join(', ')}), whereas alias list has ${count} columns`,
      'Write one alias for each column.',
    ),
  notGrouped: (text: string) =>
    validator(
      'not-grouped',
      `Expression '${text}' is not being grouped`,
      'Add it to GROUP BY or put it into an aggregate function.',
    ),
  aggregateIllegal: (clause: string) =>
    validator(
      'aggregate-illegal',
      `Aggregate expression is illegal in ${clause} clause`,
      'Use HAVING, or aggregate in a query inside.',
    ),
  overIllegal: (clause: string) =>
    validator(
      'over-illegal',
      `Windowed aggregate expression is illegal in ${clause} clause`,
      'Compute it in a query inside, then use its column.',
    ),
  nestedAggregate: () =>
    validator('nested-aggregate', 'Aggregate expressions cannot be nested', 'Compute the inner one in a query inside.'),
  conditionNotBoolean: (clause: string) =>
    validator(
      'condition-not-boolean',
      `${clause} clause must be a condition`,
      'Compare the value with something, or cast it to BOOLEAN.',
    ),
  havingNotBoolean: () =>
    validator('condition-not-boolean', 'HAVING clause must be a condition', 'Write a comparison.'),
  joinNeedsCondition: () =>
    validator(
      'join-needs-condition',
      'INNER, LEFT, RIGHT or FULL join requires a condition (NATURAL keyword or ON or USING clause)',
      'Add ON …, or write CROSS JOIN.',
    ),
  crossJoinCondition: () =>
    validator(
      'join-condition-illegal',
      'Cannot specify condition (NATURAL keyword, or ON or USING clause) following CROSS JOIN',
    ),
  usingUnknown: (name: string) =>
    validator('unknown-column', `Column '${name}' not found in any table`, 'USING needs a column of both tables.'),
  starNeedsFrom: () => validator('star-without-from', 'SELECT * requires a FROM clause', 'Add FROM.'),
  starUnknown: (name: string) =>
    validator('unknown-object', `Unknown identifier '${name}'`, 'Put the alias of a table in FROM before the dot.'),
  starIllegal: () =>
    validator('star-illegal', "Column '*' not found in any table", 'A star stands in a select list or in COUNT(*).'),
  unionDegree: (operator: string) =>
    validator(
      'set-operation-degree',
      `Column count mismatch in ${operator}`,
      'Both queries must have the same number of columns.',
    ),
  unionTypes: (column: number, operator: string) =>
    validator('set-operation-types', `Type mismatch in column ${column} of ${operator}`, 'Cast one of the columns.'),
  valuesArity: () =>
    validator(
      'values-arity',
      'Values passed to VALUES operator must have compatible types',
      'All rows need the same number of values of types that fit.',
    ),
  ordinalOutOfRange: () =>
    validator('ordinal-range', 'Ordinal out of range', 'ORDER BY counts the columns of the result from 1.'),
  caseTypes: () =>
    validator('case-types', 'Illegal mixing of types in CASE or COALESCE statement', 'Cast the branches to one type.'),
  caseAllNull: () =>
    validator(
      'case-all-null',
      'ELSE clause or at least one THEN clause must be non-NULL',
      'Cast one NULL to the type you mean.',
    ),
  illegalNull: () =>
    validator('illegal-null', "Illegal use of 'NULL'", 'Cast the NULL to the type you mean: CAST(NULL AS INT).'),
  numericRange: (text: string) =>
    validator('literal-range', `Numeric literal '${text}' out of range`, 'Cast a string to DECIMAL instead.'),
  intervalPrecision: (value: string, unit: string) =>
    validator(
      'interval-precision',
      `Interval field value ${value} exceeds precision of ${unit} field`,
      "Give the precision: INTERVAL '100' HOUR(3).",
    ),
  intervalFormat: (text: string, type: string) =>
    validator(
      'interval-format',
      `Illegal interval literal format '${text}' for INTERVAL ${type}`,
      "Write for example INTERVAL '5' SECOND or INTERVAL '1-2' YEAR TO MONTH.",
    ),
  dateTimeFormat: (kind: string, text: string, format: string): Problem => ({
    code: 'validate/literal-format',
    message: `Illegal ${kind} literal '${text}': not in format '${format}'`,
    flinkClass: 'org.apache.calcite.runtime.CalciteException',
    hint: `Write it as ${format}.`,
  }),
  cannotCast: (from: string, to: string) =>
    validator(
      'cannot-cast',
      `Cast function cannot convert value of type ${from} to type ${to}`,
      'There is no cast between these types.',
    ),
  castTimestampNumeric: () =>
    validation(
      'cannot-cast',
      "The cast from TIMESTAMP type to NUMERIC type is not allowed. It's recommended to use UNIX_TIMESTAMP(CAST(timestamp_col AS STRING)) instead.",
    ),
  castNumericTimestamp: () =>
    validation(
      'cannot-cast',
      "The cast from NUMERIC type to TIMESTAMP type is not allowed. It's recommended to use TO_TIMESTAMP(FROM_UNIXTIME(numeric_col)) instead, note the numeric is in seconds.",
    ),
  unknownType: (name: string) =>
    validator('unknown-type', `Unknown identifier '${name}'`, 'This is not a type of Flink SQL.'),
  badType: (message: string) => validation('type-parameters', message),
  unknownFunction: (name: string, args: readonly string[], suggestion?: string) =>
    validator(
      'unknown-function',
      `No match found for function signature ${name}(${args.map((a) => `<${a}>`).join(', ')})`,
      suggestion === undefined ? 'There is no such function.' : `Did you mean ${suggestion}?`,
    ),
  argumentCount: (name: string, expected: number) =>
    validator(
      'argument-count',
      `Invalid number of arguments to function '${name}'. Was expecting ${expected} arguments`,
    ),
  callMismatch: (message: string, hint: string | undefined, flinkClass: string | undefined): Problem => ({
    code: 'validate/argument-types',
    message,
    hint: hint ?? 'Cast the arguments to types that the function takes.',
    flinkClass: flinkClass ?? SQL_VALIDATOR,
  }),
  subqueryColumns: (expected: number) =>
    validator(
      'subquery-columns',
      expected === 1 ? 'Subquery must return only one column' : `Subquery must return ${expected} columns`,
      'Select exactly the columns to compare.',
    ),
  notComparable: (message: string) => validator('argument-types', message, 'Cast one side.'),
  limitNotNumber: () => validation('limit', 'LIMIT and OFFSET must be whole numbers', 'Write a number.'),
  notARow: (name: string) =>
    validator('not-a-row', `Incompatible types: '${name}' is not a ROW`, 'Only ROW values have fields.'),
  countFields: () =>
    unsupported('count-fields', 'We now only support the count of one field.', 'Count one column, or ROW(a, b).'),
  qualifyAggregate: () =>
    unsupported(
      'qualify-aggregate',
      'QUALIFY over the result of GROUP BY is not supported',
      'Aggregate in a query inside.',
    ),
  unsupportedExpr: (what: string) => unsupported('unsupported', `${what} is not supported`, 'Rewrite the expression.'),
  windowArguments: (name: string, expected: number) =>
    validator(
      'argument-count',
      `Invalid number of arguments to function '${name}'. Was expecting ${expected} arguments`,
    ),
  windowDescriptor: (name: string) =>
    validator(
      'window-descriptor',
      `Table function '${name}' needs DESCRIPTOR(column) as its time column`,
      'Write DESCRIPTOR(ts).',
    ),
  windowTimeType: (name: string, type: string) =>
    validation(
      'window-time-column',
      `The window function ${name}(TABLE table_name, DESCRIPTOR(timecol), datetime interval${name === 'HOP' || name === 'CUMULATE' ? ', datetime interval' : ''}[, datetime interval]) requires the timecol to be TIMESTAMP or TIMESTAMP_LTZ, but is ${type}.\nBesides, the timecol must be a time attribute type in streaming mode.`,
      'Declare WATERMARK FOR the column, and do not compute with it before the window.',
    ),
  windowNotTimeAttribute: (name: string, type: string) =>
    validation(
      'window-time-attribute',
      `The window function requires the timecol is a time attribute type, but is ${type}.`,
      `Declare WATERMARK FOR the column; computing with it, GROUP BY and joins take the attribute away, so apply ${name} before them.`,
    ),
  windowInterval: (name: string) =>
    validator(
      'window-interval',
      `Window function '${name}' needs constant day-time intervals`,
      "Write for example INTERVAL '10' MINUTE.",
    ),
  windowRule: (message: string) => validation('window-size', message),
  groupWindowAuxiliary: (name: string, window: string) =>
    validator(
      'group-window',
      `Call to auxiliary group function '${name}' must have matching call to group function '${window}' in GROUP BY clause`,
      'The arguments must be the same.',
    ),
  groupWindowIllegal: (name: string) =>
    validator('group-window', `Group function '${name}' can only appear in GROUP BY clause`, 'Use it in GROUP BY.'),
  legacyWindowTime: () =>
    validation(
      'window-time-attribute',
      'Window aggregate can only be defined over a time attribute column, but TIMESTAMP(3) encountered.',
      'Declare WATERMARK FOR the column.',
    ),
  notAnAggregate: (name: string) =>
    validator('over-not-aggregate', `OVER must be applied to aggregate function, but ${name} is not one`),
  windowUndefined: (name: string) =>
    validator('window-unknown', `Window '${name}' not found`, 'Define it in the WINDOW clause.'),
  unnestType: (type: string) =>
    validator('unnest-type', `Cannot UNNEST a value of type ${type}`, 'UNNEST takes an ARRAY, MAP or MULTISET.'),
  temporalPeriod: () =>
    validation(
      'temporal-period',
      "Temporal table can only be used in temporal join and only supports 'FOR SYSTEM_TIME AS OF' left table's time attribute field.",
      'Write the time attribute of the left table after AS OF.',
    ),
  unknownHint: (name: string): Problem => ({
    code: 'plan/unknown-hint',
    phase: 'plan',
    message: `Hint: ${name} should be registered in the HintStrategyTable`,
    flinkClass: 'java.lang.AssertionError',
    hint: 'Known hints: OPTIONS, STATE_TTL, BROADCAST, SHUFFLE_HASH, SHUFFLE_MERGE, NEST_LOOP, LOOKUP, MULTI_JOIN.',
  }),

  // ------------------------------------------------------------ MATCH_RECOGNIZE
  matchUnsupported: (message: string, hint?: string) => unsupported('match-unsupported', message, hint),
} as const;
