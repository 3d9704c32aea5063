/**
 * First texts of operators written in TypeScript: the file, its `CREATE FUNCTION`, and the query that
 * calls it. They do something small and useful as they are, with the columns of what they are connected
 * to, and show the one thing that each form is for: a value of a row, rows of a row, state and a timer.
 */
import { unreachable } from '../base/assert.ts';
import { quoteIdentifier, quoteString } from '../sql/print/quote.ts';
import type { FunctionForm, PaletteKind } from './edit.ts';
import type { OutputColumn } from './output-columns.ts';
import { nameToSql } from './sql-text.ts';

/** Palette kinds that write a TypeScript file. */
export type TypescriptKind = Extract<PaletteKind, `typescript-${string}`>;

/** Whether the item is an operator in TypeScript. */
export function isTypescriptKind(palette: PaletteKind): palette is TypescriptKind {
  return palette.startsWith('typescript-');
}

/** Form of the function that a palette item makes. */
export function formOfKind(palette: TypescriptKind): FunctionForm {
  switch (palette) {
    case 'typescript-process':
      return 'process';
    case 'typescript-scalar':
      return 'scalar';
    case 'typescript-table':
      return 'table';
    default:
      return unreachable(palette);
  }
}

/** Base of the one name that function, file and view of a new operator share. */
export function functionBaseName(form: FunctionForm): string {
  const names: Readonly<Record<FunctionForm, string>> = { process: 'process', scalar: 'compute', table: 'expand' };
  return names[form];
}

/** Folder of the files of functions, beside the script. */
export const OPERATORS_FOLDER = 'operators';

/** `CREATE FUNCTION` of a file, without `;`. */
export function createFunctionSql(name: string, path: string): string {
  return `CREATE TEMPORARY FUNCTION ${quoteIdentifier(name)} AS ${quoteString(path)} LANGUAGE TYPESCRIPT`;
}

/** A column that a new function takes; `type` is SQL. */
interface Argument {
  readonly name: string;
  /** The call's argument as SQL; `prefix` stands before the column that it is of (`l.`). */
  readonly sql: (prefix: string) => string;
  /** As `t.…` of the library. */
  readonly declared: string;
}

/** What the parts of a template know. */
export interface TypescriptInput {
  /** Written name of what is read. */
  readonly name: string;
  /** Null when it is not known (nothing is connected). */
  readonly columns: readonly OutputColumn[] | null;
}

/** Text of a new file. */
export function functionFile(form: FunctionForm, columns: readonly OutputColumn[] | null): string {
  switch (form) {
    case 'process':
      return processFile(columns?.some((column) => column.isTime) ?? true);
    case 'scalar':
      return scalarFile(valueArgument(columns));
    case 'table':
      return tableFile(textArgument(columns));
    default:
      return unreachable(form);
  }
}

/** Query of the view that calls the function `name`. */
export function functionQuery(form: FunctionForm, name: string, input: TypescriptInput): string {
  const from = nameToSql(input.name);
  const call = quoteIdentifier(name);
  switch (form) {
    case 'process': {
      const keys = input.columns === null ? [] : partitionKey(input.columns);
      const partition = keys.length === 0 ? '' : ` PARTITION BY ${keys.map(quoteIdentifier).join(', ')}`;
      const time = rowtimeColumn(input.columns);
      const lines = [`  input => TABLE ${from}${partition}`];
      if (time !== null) lines.push(`  on_time => DESCRIPTOR(${quoteIdentifier(time)})`);
      return `SELECT *\nFROM ${call}(\n${lines.join(',\n')}\n)`;
    }
    case 'scalar':
      return `SELECT *, ${call}(${valueArgument(input.columns).sql('')}) AS ${quoteIdentifier(freeName('result', input.columns))}\nFROM ${from}`;
    case 'table': {
      const argument = textArgument(input.columns);
      const [word, place] = [freeName('word', input.columns), freeName('place', input.columns)];
      return (
        `SELECT l.*, r.*\nFROM ${from} AS l\n` +
        `CROSS JOIN LATERAL TABLE(${call}(${argument.sql('l.')})) AS r (${quoteIdentifier(word)}, ${quoteIdentifier(place)})`
      );
    }
    default:
      return unreachable(form);
  }
}

// ---------------------------------------------------------------- choices

/** Names that say whose row it is, and names that say which row it is. */
const OWNER_NAME =
  /(^|_)(user|card|account|customer|device|sensor|client|session|key|code|symbol|city)(_(id|key|code|no|number))?$/i;
const ROW_NAME = /^(id|uuid|(event|row|record|line|message|order_line)_?(id|no|number)|seq(uence)?)$/i;

/** The key that rows are partitioned by: a column that looks like whose row it is, else the first text or number. */
export function partitionKey(columns: readonly OutputColumn[]): readonly string[] {
  const usable = columns.filter((column) => !column.isTime && isKeyType(column.type));
  const found =
    usable.find((column) => OWNER_NAME.test(column.name)) ??
    usable.find((column) => /_(id|key|code)$/i.test(column.name) && !ROW_NAME.test(column.name)) ??
    usable.find((column) => /^(STRING|VARCHAR|CHAR)/i.test(column.type) && !ROW_NAME.test(column.name)) ??
    usable[0];
  return found === undefined ? [] : [found.name];
}

function isKeyType(type: string): boolean {
  return type === '' || /^(STRING|VARCHAR|CHAR|TINYINT|SMALLINT|INT|BIGINT|DECIMAL|BOOLEAN|DATE)/i.test(type);
}

/** The first column with a watermark; null when there is none. */
export function rowtimeColumn(columns: readonly OutputColumn[] | null): string | null {
  return columns?.find((column) => column.isTime)?.name ?? null;
}

/** The value that a new scalar function is called with: a number where there is one, else any simple column. */
function valueArgument(columns: readonly OutputColumn[] | null): Argument {
  const simple = (columns ?? []).filter((column) => !column.isTime && declaredType(column.type) !== null);
  const found =
    simple.find((column) => /^(DOUBLE|FLOAT|DECIMAL)/i.test(column.type)) ??
    simple.find((column) => /^(STRING|VARCHAR|CHAR)/i.test(column.type)) ??
    simple[0];
  if (found === undefined) return { name: 'value', sql: () => `'text'`, declared: 't.string()' };
  return {
    name: found.name,
    sql: (prefix) => `${prefix}${quoteIdentifier(found.name)}`,
    declared: declaredType(found.type) ?? 't.string()',
  };
}

/** The text that a new table function takes apart. */
function textArgument(columns: readonly OutputColumn[] | null): Argument {
  const text = columns?.find((column) => /^(STRING|VARCHAR|CHAR)/i.test(column.type));
  if (text !== undefined) {
    return { name: text.name, sql: (prefix) => `${prefix}${quoteIdentifier(text.name)}`, declared: 't.string()' };
  }
  const other = columns?.find((column) => declaredType(column.type) !== null);
  return {
    name: 'text',
    sql: (prefix) => (other === undefined ? `'some words'` : `CAST(${prefix}${quoteIdentifier(other.name)} AS STRING)`),
    declared: 't.string()',
  };
}

/** A name that no column of the input has. */
function freeName(base: string, columns: readonly OutputColumn[] | null): string {
  const taken = new Set(columns?.map((column) => column.name.toLowerCase()));
  let name = base;
  for (let count = 2; taken.has(name); count += 1) name = `${base}_${count}`;
  return name;
}

/** A simple SQL type as the library declares it; null for types that a first version does without. */
export function declaredType(type: string): string | null {
  const match = /^(\w+)(?:\s*\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\))?(?:\s+WITHOUT TIME ZONE)?(?:\s+NOT NULL)?$/i.exec(
    type.trim(),
  );
  if (match === null) return null;
  const [, name = '', first, second] = match;
  switch (name.toUpperCase()) {
    case 'BOOLEAN':
    case 'TINYINT':
    case 'SMALLINT':
    case 'BIGINT':
    case 'DOUBLE':
    case 'FLOAT':
    case 'DATE':
      return `t.${name.toLowerCase()}()`;
    case 'INT':
    case 'INTEGER':
      return 't.int()';
    // A text of any length takes what is shorter.
    case 'STRING':
    case 'VARCHAR':
    case 'CHAR':
      return 't.string()';
    case 'DECIMAL':
      return `t.decimal(${first ?? 10}, ${second ?? 0})`;
    case 'TIMESTAMP':
      return `t.timestamp(${first ?? 6})`;
    default:
      return null;
  }
}

/** A name as a key of an object, and as a variable for it. */
function keyText(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

/** Words that no variable may be called. */
const RESERVED = new Set(
  (
    'break case catch class const continue debugger default delete do else enum export extends false finally for ' +
    'function if import in instanceof new null return super switch this throw true try typeof var void while with ' +
    'yield let static await eval arguments implements interface package private protected public'
  ).split(' '),
);

/** The variable that holds the value of a column, and how the argument object is taken apart for it. */
function binding(name: string): { readonly variable: string; readonly pattern: string } {
  const isPlain = /^[A-Za-z_$][\w$]*$/.test(name) && !RESERVED.has(name);
  return isPlain ? { variable: name, pattern: name } : { variable: 'value', pattern: `${keyText(name)}: value` };
}

// ---------------------------------------------------------------- files

function scalarFile({ name, declared }: Argument): string {
  const { variable, pattern } = binding(name);
  return `import { scalar, t } from 'millrace';

/** One value for each row. A column that is NULL arrives as null. */
export default scalar({
  args: { ${keyText(name)}: ${declared} },
  returns: t.string(),
  eval({ ${pattern} }) {
    return ${variable} === null ? null : \`\${${variable}}\`;
  },
});
`;
}

function tableFile({ name, declared }: Argument): string {
  const { variable, pattern } = binding(name);
  return `import { t, table } from 'millrace';

/** Any number of rows for each row: here the words of a text, with their places. */
export default table({
  args: { ${keyText(name)}: ${declared} },
  returns: { word: t.string().notNull(), place: t.int().notNull() },
  *eval({ ${pattern} }) {
    let place = 0;
    for (const word of (${variable} ?? '').split(/\\s+/)) {
      if (word === '') continue;
      place += 1;
      yield { word, place };
    }
  },
});
`;
}

/** With event time it shows a timer too. */
function processFile(hasTime: boolean): string {
  const timer = hasTime
    ? `
    // A key that is quiet for ten minutes of event time is forgotten: the timer moves with each row.
    if (cx.time !== null) cx.registerOnTime('quiet', cx.time.plusMs(10 * 60_000));
  },
  onTimer(timer, cx) {
    cx.state.count.clear();
  },
`
    : `
  },
`;
  return `import { process, state, t } from 'millrace';

/** Sees the rows of one key one after the other and remembers: here it counts them. */
export default process({
  returns: { row_count: t.bigint().notNull() },
  state: { count: state.value(t.bigint()) },
  onRow(row, cx) {
    const count = (cx.state.count.get() ?? 0n) + 1n;
    cx.state.count.set(count);
    cx.emit({ row_count: count });${timer}});
`;
}
