/**
 * Looks through the tree of a statement without knowing its shapes: every node is a plain object, and what is sought
 * here (calls, joins, texts) is told by its `kind`. A statement that grammar gains later is looked through as well.
 */
import type { Expr, ExprOf, Statement, TableRef } from '../sql/1-parse/ast.ts';

/** A call of a function. */
export interface Call {
  /** In upper case. */
  readonly name: string;
  readonly written: string;
  readonly args: readonly CallArgument[];
}

/** An argument of a call. */
export interface CallArgument {
  /** `null`: given by its position. */
  readonly name: string | null;
  readonly isConstant: boolean;
  /** The text of a number. */
  readonly numberText: string | null;
}

/** All calls of a statement, also those without parentheses, in no order that counts. */
export function callsIn(statement: Statement): Call[] {
  const found: Call[] = [];
  forEachNode(statement, (node) => {
    if (node.kind !== 'call') return;
    const { name, args } = node as unknown as ExprOf<'call'>;
    const written = name.parts[name.parts.length - 1]?.name ?? '';
    found.push({
      name: written.toUpperCase(),
      written,
      args: args.map(({ name: written, value }) => ({
        name: written?.name ?? null,
        isConstant: value.kind === 'literal' || (value.kind === 'cast' && value.operand.kind === 'literal'),
        numberText: value.kind === 'literal' && value.value.kind === 'number' ? value.value.text : null,
      })),
    });
  });
  return found;
}

/** Whether a function is joined from the left with a condition that says something. */
export function conditionalLaterals(statement: Statement): boolean {
  let isFound = false;
  forEachNode(statement, (node) => {
    if (node.kind !== 'join') return;
    const { type, right, condition } = node as unknown as Extract<TableRef, { kind: 'join' }>;
    if (type !== 'LEFT' || right.kind !== 'function' || !right.lateral) return;
    if (condition?.kind === 'on' && !isTrue(condition.expr)) isFound = true;
  });
  return isFound;
}

function isTrue(expr: Expr): boolean {
  return expr.kind === 'literal' && expr.value.kind === 'boolean' && expr.value.value;
}

/** Whether a text constant has a character outside the basic plane. */
export function hasWideText(statement: Statement): boolean {
  let isFound = false;
  forEachNode(statement, (node) => {
    if (node.kind === 'string' && typeof node.value === 'string' && /[\u{10000}-\u{10ffff}]/u.test(node.value))
      isFound = true;
  });
  return isFound;
}

type Node = Readonly<Record<string, unknown>>;

/** On a list instead of the stack: a chain of thousands of ANDs is that deep. */
function forEachNode(root: Statement, visit: (node: Node) => void): void {
  const waiting: unknown[] = [root];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (Array.isArray(next)) for (const item of next) waiting.push(item ?? null);
    else if (typeof next === 'object' && next !== null) {
      visit(next as Node);
      for (const value of Object.values(next)) if (typeof value === 'object' && value !== null) waiting.push(value);
    }
  }
}
