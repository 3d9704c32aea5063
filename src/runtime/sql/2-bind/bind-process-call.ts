/**
 * Binds calls of process functions, which are Flink's process table functions:
 *
 *   f(input => TABLE t PARTITION BY k, on_time => DESCRIPTOR(ts), uid => 'u', a => 1)
 *   f(TABLE t PARTITION BY k, 1, DESCRIPTOR(ts), 'u')
 *
 * Output: the partition keys, what the function declares, and `rowtime` when there is `on_time`.
 * Flink: `SystemTypeInference`, `StreamPhysicalProcessTableFunctionRule`. Two differences are ours: columns that
 * the function declares are found by name (Flink's typed tables go by position), and arguments are cast.
 */
import type { LogicalType, Schema } from '../../data/logical-type.ts';
import { supportsImplicitCast } from '../../data/type-casts.ts';
import { isTimestamp } from '../../data/type-families.ts';
import { sameType, withNullable } from '../../data/type-rules.ts';
import { typeToString } from '../../data/type-text.ts';
import type { DeclarationOf } from '../../udf/declaration.ts';
import type { Expr, ExprOf } from '../1-parse/ast.ts';
import { bindExpr } from './bind-expr.ts';
import { bindProcessTable, hearColumn, type ProcessTable } from './bind-process-table.ts';
import { brokenRel, exprEnv, type QueryEnv } from './bind-query.ts';
import { argumentStyle, asArgument } from './bind-user-call.ts';
import type { BoundExpr } from './bound-expr.ts';
import { familyOf, writtenFamilies } from './call-signature.ts';
import { castTo, inputRef, isError } from './expr-tools.ts';
import type { RegisteredFunction } from './function-catalog.ts';
import { problems } from './messages.ts';
import type { ProcessColumn, Rel } from './rel.ts';
import { namesOf, projectOf, uniqueNames } from './rel-tools.ts';
import { EMPTY_SCOPE, nearest } from './scope.ts';

/** Name of the table argument of all process functions. */
export const INPUT_ARGUMENT = 'input';
const ON_TIME = 'on_time';
const UID = 'uid';
const UID_PATTERN = /^[a-zA-Z_][a-zA-Z\-_0-9]*$/;

type Process = DeclarationOf<'process'>;

/** Binds the call. */
export function bindProcessCall(
  fn: RegisteredFunction,
  declaration: Process,
  call: ExprOf<'call'>,
  env: QueryEnv,
): Rel {
  const { cx } = env;
  const name = call.name.parts[call.name.parts.length - 1]?.name ?? fn.name;
  const args = arrange(name, declaration, call, env);
  const written = args?.get(INPUT_ARGUMENT);
  if (args === undefined || written === undefined) return brokenRel(call.span);
  const table = bindProcessTable(written, name, env);
  const scalars = bindScalars(name, declaration, args, call, env);
  const time = table === undefined ? undefined : bindOnTime(args, name, declaration, table, call, env);
  const uid = bindUid(args.get(UID), name, env);
  if (cx.session.batch) cx.report(problems.processBatch(name), call.span);
  if (table === undefined || scalars === undefined || time === undefined || uid === undefined)
    return brokenRel(call.span);
  const visible = visibleColumns(name, declaration, table, written, env);
  if (visible === undefined) return brokenRel(call.span);
  return {
    kind: 'process-function',
    input: visible.rel,
    call: {
      user: { name: fn.name, path: fn.path },
      declaration,
      partitionBy: table.partitionBy,
      orderBy: table.orderBy,
      onTime: time,
      uid,
      args: scalars,
      columns: visible.columns,
    },
    schema: outputSchema(declaration, table, time),
    span: call.span,
  };
}

// ---------------------------------------------------------------- arguments

/** Arguments by name; `undefined` (reported) when the call cannot be read at all. */
function arrange(
  name: string,
  declaration: Process,
  call: ExprOf<'call'>,
  env: QueryEnv,
): ReadonlyMap<string, Expr> | undefined {
  const { cx } = env;
  const scalars = declaration.args.map((a) => a.name);
  const required = [INPUT_ARGUMENT, ...scalars];
  const known = [...required, ON_TIME, UID];
  const style = argumentStyle(call.args, name, known, cx);
  if (style === undefined) return undefined;
  const signature = processSignature(name, declaration);
  if (style === 'position') {
    if (call.args.length >= required.length && call.args.length <= known.length)
      return new Map(call.args.flatMap((a, i) => (known[i] === undefined ? [] : [[known[i], a.value] as const])));
    const why = `${name} takes ${required.length} to ${known.length} arguments, and ${call.args.length} are given.`;
    cx.report(problems.noSignature(name, writtenFamilies(call.args, env), signature, why), call.span);
    return undefined;
  }
  const position = call.args.findIndex((a) => a.name?.name === INPUT_ARGUMENT);
  if (position > 0) {
    cx.report(problems.tablePosition(position, name), call.args[position]?.span ?? call.span);
    return undefined;
  }
  for (const { name: written } of call.args) {
    if (written !== undefined && !known.includes(written.name))
      cx.report(problems.argumentIgnored(name, written.name, signature), written.span);
  }
  const missing = required.find((r) => !call.args.some((a) => a.name?.name === r));
  if (missing !== undefined) {
    cx.report(problems.argumentMissing(name, missing, signature), call.span);
    return undefined;
  }
  return new Map(call.args.map((a) => [a.name?.name ?? '', a.value]));
}

/** Constants besides the table: they see no columns. */
function bindScalars(
  name: string,
  declaration: Process,
  args: ReadonlyMap<string, Expr>,
  call: ExprOf<'call'>,
  env: QueryEnv,
): readonly BoundExpr[] | undefined {
  const scope = exprEnv(env, { ...EMPTY_SCOPE, parent: env.parent }, 'table function');
  const out: BoundExpr[] = [];
  let isBroken = false;
  for (const [i, { name: parameter, type }] of declaration.args.entries()) {
    const written = args.get(parameter);
    const bound = written === undefined ? undefined : bindExpr(written, scope);
    if (bound === undefined || isError(bound)) {
      isBroken = true;
      continue;
    }
    const value = asArgument(bound, type);
    if (value !== undefined) {
      out.push(value);
      continue;
    }
    isBroken = true;
    const signature = processSignature(name, declaration);
    const actual = bound.type.kind === 'NULL' ? withNullable(type, true) : bound.type;
    const span = bound.span ?? written?.span ?? call.span;
    // As Flink does: a value of a fitting type that may be NULL has a message of its own.
    if (supportsImplicitCast(withNullable(actual, false), type))
      env.cx.report(problems.argumentType(i + 1, typeToString(type), typeToString(actual), signature), span);
    else
      env.cx.report(
        problems.noSignature(name, allFamilies(declaration, args, env), signature, signatureHint(parameter)),
        span,
      );
  }
  return isBroken ? undefined : out;
}

/** All arguments in order; what is left out counts as its default. */
function allFamilies(declaration: Process, args: ReadonlyMap<string, Expr>, env: QueryEnv): readonly string[] {
  const defaults: Readonly<Record<string, string>> = { [ON_TIME]: '<COLUMN_LIST>', [UID]: '<CHARACTER>' };
  return [INPUT_ARGUMENT, ...declaration.args.map((a) => a.name), ON_TIME, UID].map((parameter) => {
    const written = args.get(parameter);
    return written === undefined ? (defaults[parameter] ?? '<ANY>') : familyOf(written, env);
  });
}

const signatureHint = (parameter: string): string => `Cast the argument ${parameter} to its type.`;

/** Position of the time column, null without `on_time`; `undefined` (reported) when it is wrong. */
function bindOnTime(
  args: ReadonlyMap<string, Expr>,
  name: string,
  declaration: Process,
  { rel, tables }: ProcessTable,
  call: ExprOf<'call'>,
  env: QueryEnv,
): number | null | undefined {
  const { cx } = env;
  const written = args.get(ON_TIME);
  if (written === undefined) return null;
  if (written.kind !== 'descriptor') {
    const why = 'Write on_time => DESCRIPTOR(column).';
    const signature = processSignature(name, declaration);
    cx.report(problems.noSignature(name, allFamilies(declaration, args, env), signature, why), written.span);
    return undefined;
  }
  for (const column of written.columns) hearColumn({ span: column.span, parts: [column] }, tables, cx);
  if (rel.schema.some((f) => f.type.kind === 'ERROR')) return undefined;
  const unknown = written.columns.filter((c) => !rel.schema.some((f) => f.name === c.name));
  if (unknown.length > 0) {
    cx.report(problems.onTimeUnknown(unknown.map((c) => c.name)), written.span);
    return undefined;
  }
  for (const column of written.columns) {
    const type = rel.schema.find((f) => f.name === column.name)?.type;
    if (type !== undefined && isTimestamp(type) && 'precision' in type && type.precision <= 3) continue;
    cx.report(
      problems.onTimeType(column.name, INPUT_ARGUMENT, type === undefined ? '' : typeToString(type)),
      column.span,
    );
    return undefined;
  }
  const [column, ...more] = written.columns;
  if (column === undefined || more.length > 0) {
    cx.report(problems.onTimeOnce(), written.span ?? call.span);
    return undefined;
  }
  const index = rel.schema.findIndex((f) => f.name === column.name);
  const type = rel.schema[index]?.type;
  if (type !== undefined && 'timeAttribute' in type && type.timeAttribute !== undefined) return index;
  cx.report(problems.onTimeAttribute(column.name), column.span);
  return undefined;
}

function bindUid(written: Expr | undefined, name: string, env: QueryEnv): string | undefined {
  if (written === undefined) return name;
  const bound = bindExpr(written, exprEnv(env, { ...EMPTY_SCOPE, parent: env.parent }, 'table function'));
  if (isError(bound)) return undefined;
  if (bound.kind === 'literal' && typeof bound.value === 'string' && UID_PATTERN.test(bound.value)) return bound.value;
  const found = bound.kind === 'literal' && typeof bound.value === 'string' ? bound.value : env.cx.textOf(written.span);
  env.cx.report(problems.uid(found), written.span);
  return undefined;
}

// ---------------------------------------------------------------- columns

/** The input with the columns that the function sees, cast where its declaration is wider. */
function visibleColumns(
  name: string,
  declaration: Process,
  { rel }: ProcessTable,
  written: Expr,
  { cx }: QueryEnv,
): { readonly rel: Rel; readonly columns: readonly ProcessColumn[] } | undefined {
  const { schema } = rel;
  if (declaration.input === null)
    return { rel, columns: schema.map((f, index) => ({ name: f.name, index, type: f.type })) };
  if (schema.some((f) => f.type.kind === 'ERROR')) return undefined;
  const casts: BoundExpr[] = [];
  const castNames: string[] = [];
  const columns: ProcessColumn[] = [];
  let isBroken = false;
  for (const { name: column, type } of declaration.input) {
    const index = schema.findIndex((f) => f.name === column);
    const from = schema[index]?.type;
    if (from === undefined) {
      isBroken = true;
      const names = namesOf(schema);
      const guess = nearest(column, names);
      cx.report(problems.inputColumnMissing(name, column, typeToString(type), names, guess), written.span);
    } else if (!supportsImplicitCast(from, type)) {
      isBroken = true;
      cx.report(problems.inputColumnType(name, column, typeToString(type), typeToString(from)), written.span);
    } else {
      const ref = inputRef(index, from);
      const cast = castTo(ref, type);
      if (cast === ref || sameBare(from, type)) columns.push({ name: column, index, type });
      else {
        columns.push({ name: column, index: schema.length + casts.length, type });
        casts.push(cast);
        castNames.push(`${column}$cast`);
      }
    }
  }
  if (isBroken) return undefined;
  if (casts.length === 0) return { rel, columns };
  const all = schema.map((f, i) => inputRef(i, f.type));
  return { rel: projectOf(rel, [...all, ...casts], [...namesOf(schema), ...castNames]), columns };
}

function sameBare(a: LogicalType, b: LogicalType): boolean {
  return sameType(a, b, { ignoreNullability: true });
}

/** Keys, then the declared columns, then `rowtime`. A key named twice gets Calcite's `k_$0`, a clash `line0`. */
function outputSchema(declaration: Process, { rel, partitionBy }: ProcessTable, time: number | null): Schema {
  const keyNames = new Map<string, number>();
  const keys = partitionBy.map((index) => {
    const field = rel.schema[index];
    const name = field?.name ?? '';
    const seen = keyNames.get(name);
    keyNames.set(name, (seen ?? -1) + 1);
    return { name: seen === undefined ? name : `${name}_$${seen}`, type: field?.type ?? ERROR_TYPE };
  });
  const timeType = time === null ? undefined : rel.schema[time]?.type;
  const rowtime =
    timeType === undefined
      ? []
      : [{ name: 'rowtime', type: { ...timeType, nullable: false, timeAttribute: 'rowtime' } as LogicalType }];
  const fields = [...keys, ...declaration.returns, ...rowtime];
  const names = uniqueNames(namesOf(fields));
  return fields.map((f, i) => ({ name: names[i] ?? f.name, type: f.type }));
}

const ERROR_TYPE: LogicalType = { kind: 'ERROR', nullable: true };

/** As Flink lists what it supports. */
export function processSignature(name: string, declaration: Process): string {
  const row =
    declaration.input === null ? '' : `${typeToString({ kind: 'ROW', nullable: true, fields: declaration.input })} `;
  const scalars = declaration.args.map((a) => `${a.name} => ${typeToString(a.type)}, `).join('');
  return `${name}(${INPUT_ARGUMENT} => ${row}{TABLE, SET SEMANTIC TABLE}, ${scalars}${ON_TIME} => DESCRIPTOR, ${UID} => STRING)`;
}
