/** Texts that are offered under an SQL field where the plain columns of the input would not do. */
import type { ExpressionForm, GraphNode, NodeForm } from '../../runtime/program/graph.ts';

/** A column by its name as SQL text: quoted when it is not a plain word. */
export function quoteName(name: string): string {
  return /^[A-Za-z_][\w$]*$/.test(name) ? name : `\`${name.replace(/`/g, '``')}\``;
}

/** What HAVING may speak of: the keys and the aggregates. Names given in SELECT are not known there in Flink. */
export function havingTexts(keys: readonly string[], columns: readonly ExpressionForm[]): readonly string[] {
  const aggregates = columns.map((column) => column.expression.trim()).filter((text) => /\w\s*\(/.test(text));
  return [...new Set([...keys, ...aggregates].filter((text) => text.trim() !== ''))];
}

/** Columns of both sides of a join, each with the name of its side. */
export function qualifiedColumns(
  form: Extract<NodeForm, { kind: 'join' }>,
  node: Pick<GraphNode, 'inputs'>,
  columnsOf: (port: string) => readonly string[],
): readonly string[] {
  const sides = [form.leftAlias || form.left, form.rightAlias || form.right];
  return node.inputs
    .slice(0, 2)
    .flatMap((port, i) => columnsOf(port.id).map((column) => `${sides[i]}.${quoteName(column)}`));
}
