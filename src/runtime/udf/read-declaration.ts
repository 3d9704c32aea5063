/**
 * Reads what a function's file declares from its text, without running any of it. So the types of a
 * project that nobody trusts yet are known to the binder, the editor and the export.
 *
 *  1. Parse the TypeScript (`@babel/parser`); its syntax errors are problems.
 *  2. Find the call of `scalar`, `table` or `process` behind `export default`.
 *  3. Read its literal members: types, columns, state. What had to be computed is a problem.
 */
import { parse } from '@babel/parser';
import { nearestWord } from '../base/nearest-word.ts';
import { err, ok, type Result } from '../base/result.ts';
import { lineColumn, type Span } from '../base/span.ts';
import type { Declaration, FunctionProblem } from './declaration.ts';
import { type PlacedProblem, problems } from './function-problems.ts';
import {
  type ExpressionNode,
  type FileNode,
  type FileScope,
  fileScope,
  libraryName,
  type Member,
  objectMembers,
  resolved,
  spanOf,
  unwrapped,
} from './literal-reader.ts';
import { readArguments, readSchema, readStates, readType } from './read-type.ts';

/** Larger files are not looked at: the parser is fast, but the language worker answers every key press. */
export const FUNCTION_TEXT_LENGTH_MAX = 1_000_000;

/** How many problems of a file are told at once. */
const PROBLEMS_MAX = 50;

/** A function's declaration, or everything that is wrong with it. `path` is only repeated in the problems. */
export function readDeclaration(text: string, path: string): Result<Declaration, readonly FunctionProblem[]> {
  const found: PlacedProblem[] = [];
  let declaration: Declaration | null = null;
  try {
    declaration = read(text, found);
  } catch (error) {
    // The stack ends only in files that nobody wrote.
    if (!(error instanceof RangeError)) throw error;
    found.push({ ...problems.tooDeep(), span: { start: 0, end: 0 } });
  }
  if (declaration !== null && found.length === 0) return ok(declaration);
  return err(
    found
      .sort((a, b) => a.span.start - b.span.start)
      .slice(0, PROBLEMS_MAX)
      .map((problem) => ({ ...problem, path, ...lineColumn(text, problem.span.start) })),
  );
}

function read(text: string, found: PlacedProblem[]): Declaration | null {
  const atStart: Span = { start: 0, end: 0 };
  if (text.length > FUNCTION_TEXT_LENGTH_MAX) {
    found.push({ ...problems.tooLarge(), span: atStart });
    return null;
  }
  const file = parseFile(text, found);
  if (file === null) return null;
  const scope = fileScope(file, found);
  const call = defaultCall(file, scope);
  return call === null ? null : readCall(scope, call);
}

/** Mistakes of syntax are told all at once only in small files: each costs the parser a while. */
const RECOVERY_LENGTH_MAX = 16_384;

function parseFile(text: string, found: PlacedProblem[]): FileNode | null {
  const syntax = (error: SyntaxMistake): void => {
    const start = typeof error.pos === 'number' ? Math.min(error.pos, text.length) : 0;
    const message = error.message.replace(/\s*\(\d+:\d+\)\s*$/, '');
    found.push({ ...problems.syntax(message), span: { start, end: Math.min(start + 1, text.length) } });
  };
  const errorRecovery = text.length <= RECOVERY_LENGTH_MAX;
  try {
    const file = parse(text, { sourceType: 'module', plugins: ['typescript'], errorRecovery });
    for (const error of file.errors ?? []) syntax(error as unknown as SyntaxMistake);
    return file;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    syntax(error);
    return null;
  }
}

/** What the parser reports; `pos` is the offset. */
interface SyntaxMistake {
  readonly message: string;
  readonly pos?: unknown;
}

type CallNode = Extract<ExpressionNode, { type: 'CallExpression' }>;

/** The call behind `export default`, or null when it was reported. */
function defaultCall(file: FileNode, scope: FileScope): CallNode | null {
  for (const statement of file.program.body) {
    let exported: ExpressionNode | null = null;
    if (statement.type === 'ExportDefaultDeclaration') {
      exported = statement.declaration as ExpressionNode;
    } else if (statement.type === 'ExportNamedDeclaration') {
      // export { f as default }
      for (const specifier of statement.specifiers) {
        if (specifier.type !== 'ExportSpecifier' || statement.source != null) continue;
        const name = specifier.exported.type === 'Identifier' ? specifier.exported.name : specifier.exported.value;
        if (name === 'default') exported = specifier.local as ExpressionNode;
      }
    }
    if (exported === null) continue;
    const call = resolved(scope, exported);
    if (call?.type === 'CallExpression') {
      const callee = unwrapped(call.callee as ExpressionNode);
      if (/^(scalar|table|process)$/.test(libraryName(scope, callee) ?? '')) return call;
      if (
        callee.type === 'Identifier' &&
        /^(scalar|table|process)$/.test(callee.name) &&
        !scope.constants.has(callee.name)
      ) {
        scope.report(problems.notImported(callee.name), spanOf(callee));
        return null;
      }
    }
    scope.report(problems.notADeclaration(), spanOf(exported));
    return null;
  }
  scope.report(problems.noDefaultExport(), { start: 0, end: 0 });
  return null;
}

const MEMBERS = {
  scalar: ['args', 'returns', 'deterministic', 'eval'],
  table: ['args', 'returns', 'deterministic', 'eval'],
  process: ['input', 'args', 'returns', 'state', 'onRow', 'onTimer'],
} as const;

/** Arguments that every call of a process function has already. Flink: `StaticArgument` of `SystemTypeInference`. */
const SYSTEM_ARGUMENTS = ['input', 'on_time', 'uid'];

function readCall(scope: FileScope, call: CallNode): Declaration | null {
  const form = libraryName(scope, call.callee as ExpressionNode) as Declaration['form'];
  const argument = call.arguments[0];
  if (argument === undefined || argument.type === 'SpreadElement' || argument.type === 'ArgumentPlaceholder') {
    scope.report(problems.missing(form, 'an object that says what it is'), spanOf(call));
    return null;
  }
  const list = objectMembers(scope, argument, `The declaration`);
  if (list === null) return null;
  const members = new Map(list.map((member) => [member.name, member]));
  const known: readonly string[] = MEMBERS[form];
  for (const { name, nameSpan } of list) {
    if (!known.includes(name))
      scope.report(problems.unknownMember(form, name, nearestWord(name, known), known), nameSpan);
  }
  /** The expression of a member. */
  const of = (name: string): ExpressionNode | null => {
    const value = members.get(name)?.value;
    if (value === undefined) return null;
    if (value.type !== 'ObjectMethod') return value as ExpressionNode;
    scope.report(problems.unexpected(name, 'a value, not a method'), spanOf(value));
    return null;
  };
  const must = (name: string): ExpressionNode | null => {
    if (!members.has(name)) scope.report(problems.missing(form, name), spanOf(call));
    return of(name);
  };
  const argsNode = of('args');
  const args = argsNode === null ? [] : (readArguments(scope, argsNode) ?? []);
  const base = { args, deterministic: readDeterministic(scope, of('deterministic')), span: spanOf(call) };

  if (form === 'process') {
    for (const { name, span } of args) {
      if (SYSTEM_ARGUMENTS.includes(name.toLowerCase()))
        scope.report(problems.name(name, 'every process function has an argument of this name'), span);
    }
    const [inputNode, returnsNode, stateNode] = [of('input'), must('returns'), of('state')];
    const input = inputNode === null ? null : readSchema(scope, inputNode, 'The input');
    const returns = returnsNode === null ? null : readSchema(scope, returnsNode, 'The result');
    const states = stateNode === null ? [] : readStates(scope, stateNode);
    checkCode(scope, form, 'onRow', members.get('onRow'), spanOf(call));
    if (members.has('onTimer')) checkCode(scope, form, 'onTimer', members.get('onTimer'), spanOf(call));
    const inputSpan = members.get('input')?.span ?? spanOf(call);
    return returns === null || states === null ? null : { ...base, form, input, inputSpan, returns, states };
  }
  const returnsNode = must('returns');
  checkCode(scope, form, 'eval', members.get('eval'), spanOf(call));
  if (returnsNode === null) return null;
  if (form === 'scalar') {
    const returns = readType(scope, returnsNode, 'The result');
    return returns === null ? null : { ...base, form, returns };
  }
  const returns = readSchema(scope, returnsNode, 'The result');
  return returns === null ? null : { ...base, form, returns };
}

function readDeterministic(scope: FileScope, node: ExpressionNode | null): boolean {
  if (node === null) return true;
  const at = resolved(scope, node);
  if (at?.type === 'BooleanLiteral') return at.value;
  scope.report(problems.unexpected('deterministic', 'true or false'), spanOf(node));
  return true;
}

/** `eval`, `onRow` and `onTimer` are code: only that they are there, and of the right kind, can be seen. */
function checkCode(scope: FileScope, form: string, name: string, member: Member | undefined, place: Span): void {
  if (member === undefined) {
    scope.report(problems.missing(form, `${name}, a function`), place);
    return;
  }
  const value = member.value.type === 'ObjectMethod' ? member.value : unwrapped(member.value as ExpressionNode);
  const isFunction =
    value.type === 'ObjectMethod' || value.type === 'FunctionExpression' || value.type === 'ArrowFunctionExpression';
  if (isFunction) {
    if (value.async) scope.report(problems.asynchronous(name), member.nameSpan);
    else if (value.generator && form !== 'table') scope.report(problems.generator(name), member.nameSpan);
    if (value.type === 'ObjectMethod' && value.kind !== 'method')
      scope.report(problems.unexpected(name, 'a function'), member.nameSpan);
  } else if (/Literal$|^ObjectExpression$|^ArrayExpression$/.test(value.type)) {
    scope.report(problems.unexpected(name, 'a function'), spanOf(value));
  }
}
