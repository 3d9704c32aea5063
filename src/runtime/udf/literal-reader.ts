/**
 * Reads literal values out of a syntax tree: objects, texts, numbers, and the calls of `t` and `state`,
 * through `const`s of the same file and spreads of them. Nothing is run; what is not literal is a problem.
 */
import type { ParseResult, parse, parseExpression } from '@babel/parser';
import type { Span } from '../base/span.ts';
import { type PlacedProblem, type ProblemText, problems } from './function-problems.ts';

/** The whole tree of a file. */
export type FileNode = ReturnType<typeof parse>;

/** An expression of the tree. */
export type ExpressionNode = ReturnType<typeof parseExpression> extends ParseResult<infer E> ? E : never;

/** Any node, as far as its place goes. */
export interface Placed {
  readonly start?: number | null;
  readonly end?: number | null;
}

/** A member of an object literal. */
export interface Member {
  readonly name: string;
  readonly nameSpan: Span;
  readonly span: Span;
  /** A method is a function in its own right. */
  readonly value: ExpressionNode | MethodNode;
}

/** `eval() { … }` in an object literal. */
export type MethodNode = Extract<
  Extract<ExpressionNode, { type: 'ObjectExpression' }>['properties'][number],
  { type: 'ObjectMethod' }
>;

/** The names of a file that matter, and its problems. */
export interface FileScope {
  /** Top-level constants by name; `null` for names that are something else (a function, a class, an import). */
  readonly constants: ReadonlyMap<string, ExpressionNode | null>;
  /** Local name → exported name of the library; `*` is the library as an object. */
  readonly library: ReadonlyMap<string, string>;
  report(problem: ProblemText, span: Span): void;
  /** Counts a step of reading; throws a RangeError when there are too many. */
  step(): void;
}

/**
 * How many members and types are read. Constants that each spread the one before twice double with every
 * line, so that a short text could stand for more than there is memory.
 */
const STEPS_MAX = 20_000;

/** The scope of a parsed file; problems go to `found`. */
export function fileScope(file: FileNode, found: PlacedProblem[]): FileScope {
  const constants = new Map<string, ExpressionNode | null>();
  const library = new Map<string, string>();
  for (const statement of file.program.body) {
    if (statement.type === 'ImportDeclaration') {
      for (const specifier of statement.specifiers) {
        constants.set(specifier.local.name, null);
        if (statement.source.value !== 'millrace') continue;
        if (specifier.type === 'ImportNamespaceSpecifier') library.set(specifier.local.name, '*');
        else if (specifier.type === 'ImportSpecifier') {
          const { imported } = specifier;
          library.set(specifier.local.name, imported.type === 'Identifier' ? imported.name : imported.value);
        }
      }
      continue;
    }
    const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
    if (declaration?.type === 'VariableDeclaration') {
      for (const { id, init } of declaration.declarations) {
        if (id.type !== 'Identifier') continue;
        const isConstant = declaration.kind === 'const' && init !== null && init !== undefined;
        constants.set(id.name, isConstant ? (init as ExpressionNode) : null);
      }
    } else if (declaration?.type === 'FunctionDeclaration' || declaration?.type === 'ClassDeclaration') {
      if (declaration.id != null) constants.set(declaration.id.name, null);
    }
  }
  let steps = 0;
  return {
    constants,
    library,
    report: (problem, span) => found.push({ ...problem, span }),
    step: () => {
      steps += 1;
      if (steps > STEPS_MAX) throw new RangeError('too much to read');
    },
  };
}

/** Where a node stands. */
export function spanOf(node: Placed): Span {
  return { start: node.start ?? 0, end: node.end ?? node.start ?? 0 };
}

/** The expression inside parentheses, `as`, `satisfies` and `!`. */
export function unwrapped(node: ExpressionNode): ExpressionNode {
  let at = node;
  while (
    at.type === 'ParenthesizedExpression' ||
    at.type === 'TSAsExpression' ||
    at.type === 'TSSatisfiesExpression' ||
    at.type === 'TSNonNullExpression' ||
    at.type === 'TSTypeAssertion'
  )
    at = at.expression as ExpressionNode;
  return at;
}

/** How many constants may refer to each other: more is a circle. */
const REFERENCES_MAX = 50;

/** The expression that stands behind names of constants. Null: not known in this file, nothing is reported. */
export function resolved(scope: FileScope, node: ExpressionNode): ExpressionNode | null {
  let at = unwrapped(node);
  for (let step = 0; step < REFERENCES_MAX; step++) {
    if (at.type === 'Identifier') {
      const next = scope.constants.get(at.name);
      if (next === null || next === undefined) return scope.library.has(at.name) ? at : null;
      at = unwrapped(next);
    } else if (at.type === 'MemberExpression') {
      const next = memberOf(scope, at);
      if (next === null) return at;
      at = unwrapped(next);
    } else {
      return at;
    }
  }
  return null;
}

/** `columns.city` where `columns` is a constant of the file. */
function memberOf(
  scope: FileScope,
  node: Extract<ExpressionNode, { type: 'MemberExpression' }>,
): ExpressionNode | null {
  const name = memberName(node);
  const object = unwrapped(node.object as ExpressionNode);
  if (name === null || object.type !== 'Identifier') return null;
  const held = scope.constants.get(object.name);
  if (held === null || held === undefined) return null;
  const literal = unwrapped(held);
  if (literal.type !== 'ObjectExpression') return null;
  for (const property of literal.properties) {
    if (property.type === 'ObjectProperty' && keyName(property) === name) return property.value as ExpressionNode;
  }
  return null;
}

/** `string` of `t.string` and `t['string']`. */
export function memberName(node: Extract<ExpressionNode, { type: 'MemberExpression' }>): string | null {
  if (!node.computed) return node.property.type === 'Identifier' ? node.property.name : null;
  return node.property.type === 'StringLiteral' ? node.property.value : null;
}

/** Name of an object's member; null when it is computed. */
function keyName(property: {
  readonly key: Placed & { readonly type: string };
  readonly computed?: boolean;
}): string | null {
  const key = property.key as ExpressionNode;
  if (key.type === 'StringLiteral') return key.value;
  if (property.computed) return null;
  if (key.type === 'Identifier') return key.name;
  return key.type === 'NumericLiteral' ? String(key.value) : null;
}

/** The exported name of the library that an expression refers to: `scalar`, `t.decimal`; null when none. */
export function libraryName(scope: FileScope, node: ExpressionNode): string | null {
  const at = unwrapped(node);
  if (at.type === 'Identifier') return scope.library.get(at.name) ?? null;
  if (at.type !== 'MemberExpression') return null;
  const object = libraryName(scope, at.object as ExpressionNode);
  const name = memberName(at);
  if (object === null || name === null) return null;
  return object === '*' ? name : `${object}.${name}`;
}

/** Members of an object literal, spreads of constants included; later ones replace earlier ones. Null: reported. */
export function objectMembers(scope: FileScope, node: ExpressionNode, what: string): readonly Member[] | null {
  return membersOf(scope, node, what, 0);
}

function membersOf(scope: FileScope, node: ExpressionNode, what: string, depth: number): readonly Member[] | null {
  const at = resolved(scope, node);
  if (at === null || at.type !== 'ObjectExpression' || depth > REFERENCES_MAX) {
    const isLiteral = at !== null && /Literal$/.test(at.type);
    scope.report(
      isLiteral ? problems.unexpected(what, 'an object') : problems.computed(what, 'an object'),
      spanOf(node),
    );
    return null;
  }
  const members = new Map<string, Member>();
  // A replaced member keeps its first place, as in JavaScript.
  let complete = true;
  for (const property of at.properties) {
    scope.step();
    if (property.type === 'SpreadElement') {
      const spread = membersOf(
        scope,
        property.argument as ExpressionNode,
        `The spread in ${lowerFirst(what)}`,
        depth + 1,
      );
      if (spread === null) complete = false;
      for (const member of spread ?? []) {
        scope.step();
        members.set(member.name, member);
      }
      continue;
    }
    const name = keyName(property);
    if (name === null) {
      scope.report(problems.computed(`A name in ${lowerFirst(what)}`, 'the name itself'), spanOf(property.key));
      complete = false;
      continue;
    }
    if (name === '__proto__' && !property.computed && property.type === 'ObjectProperty' && !property.shorthand) {
      scope.report(problems.name(name, "write ['__proto__'], else it is no member"), spanOf(property.key));
      complete = false;
      continue;
    }
    members.set(name, {
      name,
      nameSpan: spanOf(property.key),
      span: spanOf(property),
      value: property.type === 'ObjectMethod' ? property : (property.value as ExpressionNode),
    });
  }
  return complete ? [...members.values()] : null;
}

/** `The arguments` inside a sentence. */
export function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
