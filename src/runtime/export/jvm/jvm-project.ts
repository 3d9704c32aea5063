/// <reference path="../../udf/raw-text.d.ts" />
/**
 * TypeScript functions as Java classes that Flink can load: one thin class per function with the declared
 * types, and behind it the compiled JavaScript in a context of GraalJS. Flink's type extraction reads the
 * annotations, so the classes need no code of their own for types. Flink: `ScalarFunction`, `TableFunction`,
 * `ProcessTableFunction`.
 */
import type { LogicalType, Schema } from '../../data/logical-type.ts';
import { quoteName, typeToSerializable } from '../../data/type-text.ts';
import type { ArgumentDeclaration, DeclarationOf } from '../../udf/declaration.ts';
import type { CompiledFunction } from '../../udf/function-library.ts';
import type { TextFile } from '../export-file.ts';
import { javaComment, javaString } from '../writers/java.ts';
import { isReservedName } from '../writers/names.ts';
import javaScript from './java/JavaScript.java?raw';
import json from './java/Json.java?raw';
import processCalls from './java/ProcessCalls.java?raw';
import wire from './java/Wire.java?raw';
import shim from './shim.js?raw';

/** A function under its SQL name. */
export interface JvmFunction {
  readonly name: string;
  readonly compiled: CompiledFunction;
}

/** The Java sources and resources. */
export interface JvmProject {
  /** `src/main/java/…`, `src/main/resources/…`. */
  readonly files: readonly TextFile[];
  /** Class of each function by its SQL name, for `CREATE FUNCTION … AS 'class' LANGUAGE JAVA`. */
  readonly classes: ReadonlyMap<string, string>;
}

const FUNCTIONS_PACKAGE = 'millrace.functions';
const RUNTIME_FILES = {
  'JavaScript.java': javaScript,
  'Json.java': json,
  'ProcessCalls.java': processCalls,
  'Wire.java': wire,
};

/** Java sources for functions. */
export function jvmProject(functions: readonly JvmFunction[]): JvmProject {
  const files: TextFile[] = Object.entries(RUNTIME_FILES).map(([name, text]) => ({
    path: `src/main/java/millrace/runtime/${name}`,
    text,
  }));
  files.push({ path: 'src/main/resources/millrace/functions/shim.js', text: shim });
  const classes = new Map<string, string>();
  const taken = new Set<string>();
  for (const { name, compiled } of functions) {
    const className = classNameOf(name, taken);
    classes.set(name, `${FUNCTIONS_PACKAGE}.${className}`);
    files.push(
      { path: `src/main/java/millrace/functions/${className}.java`, text: javaClass(className, compiled) },
      { path: `src/main/resources/millrace/functions/${className}.js`, text: compiled.code },
      {
        path: `src/main/resources/millrace/functions/${className}.json`,
        text: `${JSON.stringify(compiled.declaration)}\n`,
      },
    );
  }
  return { files, classes };
}

/** It is the name of a file, too. */
const CLASS_NAME_LENGTH_MAX = 80;

/** `two_cities` → `TwoCities`: letters and digits only, and no two alike, also where case does not count. */
function classNameOf(name: string, taken: Set<string>): string {
  const words = name.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  const joined = words.map((word) => `${word[0]?.toUpperCase()}${word.slice(1)}`).join('');
  const short = joined.slice(0, CLASS_NAME_LENGTH_MAX);
  const base = /^[A-Za-z]/.test(short) && !isReservedName(short) ? short : `Function${short}`;
  let unique = base;
  for (let i = 2; taken.has(unique.toLowerCase()); i++) unique = `${base}${i}`;
  taken.add(unique.toLowerCase());
  return unique;
}

function javaClass(className: string, { path, declaration }: CompiledFunction): string {
  const body =
    declaration.form === 'scalar'
      ? scalarBody(declaration)
      : declaration.form === 'table'
        ? tableBody(declaration)
        : processBody(declaration);
  const base = {
    scalar: 'ScalarFunction',
    table: 'TableFunction<Row>',
    process: 'ProcessTableFunction<Row>',
  }[declaration.form];
  const output = declaration.form === 'scalar' ? '' : `@DataTypeHint(${javaString(rowText(declaration.returns))})\n`;
  const returns =
    declaration.form === 'scalar' ? typeToSerializable(declaration.returns) : rowText(declaration.returns);
  return `package ${FUNCTIONS_PACKAGE};

import java.math.BigDecimal;
import java.time.*;
import java.util.Map;
import millrace.runtime.*;
import org.apache.flink.table.annotation.*;
import org.apache.flink.table.functions.*;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.utils.LogicalTypeParser;
import org.apache.flink.types.Row;

/** The function of ${javaComment(path)}, compiled from TypeScript. Generated: change the TypeScript, not this. */
${output}public final class ${className} extends ${base} {
  private static final LogicalType RETURNS =
      LogicalTypeParser.parse(${javaString(returns)}, ${className}.class.getClassLoader());

  private transient JavaScript script;

  @Override
  public void open(FunctionContext context) {
    script = JavaScript.open(${javaString(className)}, ${className}.class.getClassLoader());${body.open}
  }

  @Override
  public void close() {
    if (script != null) script.close();
  }

  @Override
  public boolean isDeterministic() {
    return ${String(declaration.deterministic)};
  }
${body.text}}
`;
}

interface Body {
  /** Statements of `open` after the script is there. */
  readonly open: string;
  readonly text: string;
}

function scalarBody({ args, returns }: DeclarationOf<'scalar'>): Body {
  return {
    open: '',
    text: `
  @DataTypeHint(${javaString(typeToSerializable(returns))})
  public ${javaType(returns)} eval(${parameters(args).join(', ')}) {
    return (${javaType(returns)}) Wire.decode(script.call("scalar", Wire.encodeAll(${values(args)})), RETURNS);
  }
`,
  };
}

function tableBody({ args }: DeclarationOf<'table'>): Body {
  return {
    open: '',
    text: `
  public void eval(${parameters(args).join(', ')}) {
    for (Row row : Wire.decodeRows(script.call("table", Wire.encodeAll(${values(args)})), (RowType) RETURNS)) collect(row);
  }
`,
  };
}

function processBody({ args, states }: DeclarationOf<'process'>): Body {
  const state = (hint: string, variable: string): string => `@StateHint(${hint}) ProcessCalls.State ${variable}`;
  // Timers get neither key nor arguments from Flink, so both are kept with the key.
  const kept = [
    state('name = "millrace"', 'hidden'),
    ...states.map(({ name, ttlMs }, i) =>
      state(`name = ${javaString(name)}${ttlMs > 0 ? `, ttl = "${ttlMs} ms"` : ''}`, `state${i}`),
    ),
  ];
  const all = `new ProcessCalls.State[] {${states.map((_, i) => `state${i}`).join(', ')}}`;
  const input = '@ArgumentHint(name = "input", value = {ArgumentTrait.SET_SEMANTIC_TABLE}) Row input';
  return {
    open: '\n    calls = new ProcessCalls(script, RETURNS);',
    text: `
  private transient ProcessCalls calls;

  public void eval(Context context, ${[...kept, input, ...parameters(args)].join(', ')}) {
    calls.row(context, hidden, ${all}, input, this::collect${args.map((_, i) => `, arg${i}`).join('')});
  }

  public void onTimer(OnTimerContext context, ${kept.map((each) => each.replace(/@StateHint\((?:[^"()]|"(?:[^"\\]|\\.)*")*\) /, '')).join(', ')}) {
    calls.timer(context, hidden, ${all}, this::collect);
  }
`,
  };
}

function parameters(args: readonly ArgumentDeclaration[]): string[] {
  return args.map(
    ({ name, type }, i) =>
      `@ArgumentHint(name = ${javaString(name)}, type = @DataTypeHint(${javaString(typeToSerializable(type))})) ${javaType(type)} arg${i}`,
  );
}

function values(args: readonly ArgumentDeclaration[]): string {
  return `new Object[] {${args.map((_, i) => `arg${i}`).join(', ')}}`;
}

/** A ROW type over columns, as Flink's type parser reads it. */
function rowText(columns: Schema): string {
  return `ROW<${columns.map(({ name, type }) => `${quoteName(name)} ${typeToSerializable(type)}`).join(', ')}>`;
}

/** The default conversion class of a type. Flink: `ClassDataTypeConverter`, table "Data Type Extraction" of its documentation. */
function javaType(type: LogicalType): string {
  switch (type.kind) {
    case 'BOOLEAN':
      return 'Boolean';
    case 'TINYINT':
      return 'Byte';
    case 'SMALLINT':
      return 'Short';
    case 'INT':
      return 'Integer';
    case 'BIGINT':
      return 'Long';
    case 'FLOAT':
      return 'Float';
    case 'DOUBLE':
      return 'Double';
    case 'DECIMAL':
      return 'BigDecimal';
    case 'CHAR':
    case 'VARCHAR':
      return 'String';
    case 'BINARY':
    case 'VARBINARY':
      return 'byte[]';
    case 'DATE':
      return 'LocalDate';
    case 'TIME':
      return 'LocalTime';
    case 'TIMESTAMP':
      return 'LocalDateTime';
    case 'TIMESTAMP_LTZ':
      return 'Instant';
    case 'INTERVAL_YEAR_MONTH':
      return 'Period';
    case 'INTERVAL_DAY_TIME':
      return 'Duration';
    case 'ARRAY':
      return `${javaType(type.element)}[]`;
    case 'MULTISET':
      return `Map<${javaType(type.element)}, Integer>`;
    case 'MAP':
      return `Map<${javaType(type.key)}, ${javaType(type.value)}>`;
    case 'ROW':
      return 'Row';
    default:
      return 'Object';
  }
}
