/** Names of several parts and lists of names, shared by queries and statements. */
import type { Identifier, QualifiedName, TableAlias } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { stringAlias } from './messages.ts';
import { atString, expectString } from './parse-string.ts';

/** `a.b.c`. Calcite: `CompoundIdentifier`. */
export function parseQualifiedName(c: Cursor): QualifiedName {
  const first = c.identifier();
  const parts = [first];
  while (c.accept('.')) parts.push(c.identifier());
  return { span: c.spanFrom(first.span.start), parts };
}

/** `(a, b)`: at least one. Calcite: `ParenthesizedSimpleIdentifierList`. */
export function parseNameList(c: Cursor): readonly Identifier[] {
  c.expect('(');
  const names = [c.identifier()];
  while (c.accept(',')) names.push(c.identifier());
  if (!c.at(')')) c.fail([',', ')']);
  c.accept(')');
  return names;
}

/** `[AS] name` behind an expression, or undefined. */
export function parseAlias(c: Cursor): Identifier | undefined {
  const explicit = c.accept('AS');
  if (atString(c)) {
    const { value, span } = expectString(c);
    c.report(stringAlias(span, value));
    return undefined;
  }
  return explicit || c.atIdentifier ? c.identifier() : undefined;
}

/** `[AS] t [(a, b)]` behind a table, or undefined. */
export function parseTableAlias(c: Cursor): TableAlias | undefined {
  const start = c.start;
  if (!c.accept('AS') && !c.atIdentifier) return undefined;
  const name = c.identifier();
  const columns = c.at('(') ? parseNameList(c) : undefined;
  return { span: c.spanFrom(start), name, ...(columns === undefined ? {} : { columns }) };
}
