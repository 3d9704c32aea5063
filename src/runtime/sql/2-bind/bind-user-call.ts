/**
 * Calls of the user's own functions: their arguments against the declaration, by position or by name, with
 * the casts that Flink puts in. Flink: `BridgingSqlFunction`, `TypeInferenceOperandChecker`,
 * `FlinkSqlCallBinding` for named arguments. One difference: Flink forgets those casts when arguments are
 * named, and then fails (`job/known-differences.ts`).
 */
import type { Span } from '../../base/span.ts';
import type { LogicalType } from '../../data/logical-type.ts';
import { supportsImplicitCast } from '../../data/type-casts.ts';
import { withNullable } from '../../data/type-rules.ts';
import { typeToString } from '../../data/type-text.ts';
import type { ArgumentDeclaration, DeclarationOf } from '../../udf/declaration.ts';
import type { Argument, ExprOf } from '../1-parse/ast.ts';
import { userScalar } from '../functions/user-function.ts';
import { bindExpr } from './bind-expr.ts';
import type { BoundExpr } from './bound-expr.ts';
import { argumentFamily } from './call-signature.ts';
import type { BindContext } from './context.ts';
import type { ExprEnv } from './expr-env.ts';
import { castTo, errorExpr, isError, literal } from './expr-tools.ts';
import type { RegisteredFunction } from './function-catalog.ts';
import { problems } from './messages.ts';
import { nearest } from './scope.ts';

/** A call where a value stands. */
export function bindUserCall(fn: RegisteredFunction, call: ExprOf<'call'>, env: ExprEnv): BoundExpr {
  const { declaration } = fn;
  if (declaration === null) {
    // Mistakes in the arguments are shown all the same.
    for (const argument of call.args) bindExpr(argument.value, env);
    reportUnreadable(fn, call.name.span, env.cx);
    return errorExpr(call.span);
  }
  if (declaration.form === 'table') {
    env.cx.report(problems.tableFunctionHere(fn.name), call.span);
    return errorExpr(call.span);
  }
  if (declaration.form === 'process') {
    env.cx.report(problems.tableExpected('input', fn.name), call.span);
    return errorExpr(call.span);
  }
  const args = bindUserArguments(fn, declaration.args, call, env);
  if (args === undefined) return errorExpr(call.span);
  return scalarCall(fn, declaration, args, call.span);
}

function scalarCall(
  { name, path }: RegisteredFunction,
  declaration: DeclarationOf<'scalar'>,
  args: readonly BoundExpr[],
  span: Span,
): BoundExpr {
  const determinism = declaration.deterministic ? 'deterministic' : 'per-row';
  return { kind: 'call', fn: userScalar({ name, path }, determinism), args, type: declaration.returns, span };
}

/** A function that cannot be called at all; of those in TypeScript its CREATE FUNCTION has said why. */
export function reportUnreadable(fn: RegisteredFunction, span: Span, cx: BindContext): void {
  if (fn.language !== 'TYPESCRIPT') cx.report(problems.functionClass(fn.path), span);
}

/** The arguments in the order of the declaration, cast to its types; `undefined` (reported) when they do not fit. */
export function bindUserArguments(
  fn: RegisteredFunction,
  parameters: readonly ArgumentDeclaration[],
  call: ExprOf<'call'>,
  env: ExprEnv,
): readonly BoundExpr[] | undefined {
  const { cx } = env;
  const name = call.name.parts[call.name.parts.length - 1]?.name ?? fn.name;
  const signature = signatureOf(name, parameters);
  const names = parameters.map((p) => p.name);
  const style = argumentStyle(call.args, name, names, cx);
  if (style === undefined) return undefined;
  const bound = call.args.map((a) => bindExpr(a.value, env));
  if (bound.some(isError)) return undefined;
  const ordered =
    style === 'position'
      ? bound
      : parameters.flatMap((p) => bound[call.args.findIndex((a) => a.name?.name === p.name)] ?? []);
  if (ordered.length !== parameters.length) {
    const why = whyNoMatch(call.args, names, name);
    const families = ordered.map((a) => `<${argumentFamily(a)}>`);
    cx.report(problems.noSignature(name, families, signature, why), call.span);
    return undefined;
  }
  let fits = true;
  const casted = ordered.map((arg, i) => {
    const parameter = parameters[i];
    const value = parameter === undefined ? arg : asArgument(arg, parameter.type);
    if (value !== undefined) return value;
    fits = false;
    const expected = parameter?.type ?? arg.type;
    const actual = arg.type.kind === 'NULL' ? withNullable(expected, true) : arg.type;
    cx.report(problems.argumentType(i, typeToString(expected), typeToString(actual), signature), arg.span ?? call.span);
    return arg;
  });
  return fits ? casted : undefined;
}

/** An argument as the type of its parameter; `undefined` when no implicit cast goes there. */
export function asArgument(arg: BoundExpr, type: LogicalType): BoundExpr | undefined {
  if (arg.type.kind === 'NULL') return type.nullable ? literal(null, type, arg.span) : undefined;
  return supportsImplicitCast(arg.type, type) ? castTo(arg, type) : undefined;
}

/** How arguments are given; `undefined` (reported) when that is a mistake by itself. */
export function argumentStyle(
  args: readonly Argument[],
  name: string,
  parameters: readonly string[],
  cx: BindContext,
): 'position' | 'name' | undefined {
  const named = args.filter((a) => a.name !== undefined);
  if (named.length === 0) return 'position';
  const positional = args.find((a) => a.name === undefined);
  if (positional !== undefined) {
    cx.report(problems.mixedArguments(name), positional.span);
    return undefined;
  }
  for (const [i, { name: written }] of named.entries()) {
    if (written === undefined || parameters.includes(written.name)) {
      if (written === undefined || named.findIndex((a) => a.name?.name === written.name) === i) continue;
      cx.report(problems.argumentTwice(name, written.name), written.span);
      return undefined;
    }
    const known = parameters.find((p) => p.toLowerCase() === written.name.toLowerCase());
    if (known === undefined) continue;
    cx.report(problems.argumentCase(written.name, name, known), written.span);
    return undefined;
  }
  return 'name';
}

function whyNoMatch(args: readonly Argument[], parameters: readonly string[], name: string): string {
  const unknown = args.find((a) => a.name !== undefined && !parameters.includes(a.name.name))?.name?.name;
  if (unknown !== undefined) {
    const guess = nearest(unknown, parameters);
    return `${name} has no argument ${unknown}.${guess === undefined ? '' : ` Did you mean ${guess}?`}`;
  }
  const missing = parameters.find((p) => args[0]?.name !== undefined && !args.some((a) => a.name?.name === p));
  if (missing !== undefined) return `Argument ${missing} is missing.`;
  const wanted = parameters.length === 1 ? '1 argument' : `${parameters.length} arguments`;
  return `${name} takes ${wanted}, and ${args.length} ${args.length === 1 ? 'is' : 'are'} given.`;
}

/** `risk(amount => DECIMAL(10, 2), city => STRING)`, as Flink prints what it supports. */
export function signatureOf(name: string, parameters: readonly ArgumentDeclaration[]): string {
  return `${name}(${parameters.map((p) => `${p.name} => ${typeToString(p.type)}`).join(', ')})`;
}
