/**
 * A syntax tree as one line of text, for tests and for `explain --phase parse`: kinds and contents, no
 * spans, nothing that was not written. Names print as names and literals as their text.
 */

/** Fields that say where, not what. */
const PLACES = /^(span|.*Span)$/;

/** Fields of which false was written, and undefined was not. */
const THREE_VALUED: ReadonlySet<string> = new Set(['nullable', 'enforced', 'ignoreNulls']);

/** Prints any node, list or leaf of the tree. */
export function printTree(node: unknown): string {
  if (Array.isArray(node)) return `[${node.map(printTree).join(', ')}]`;
  if (typeof node !== 'object' || node === null) return typeof node === 'string' ? node : String(node);
  const fields = node as Readonly<Record<string, unknown>>;
  const short = printShort(fields);
  if (short !== undefined) return short;
  const parts: string[] = [];
  for (const [key, value] of Object.entries(fields)) {
    if (key === 'kind' || PLACES.test(key) || (isAbsent(value) && !(value === false && THREE_VALUED.has(key))))
      continue;
    parts.push(value === true ? key : `${key}: ${printTree(value)}`);
  }
  const kind = typeof fields.kind === 'string' ? fields.kind : '';
  return parts.length === 0 && kind !== '' ? kind : `${kind}{${parts.join(', ')}}`;
}

/** Nodes that read better as themselves. */
function printShort(node: Readonly<Record<string, unknown>>): string | undefined {
  if (typeof node.name === 'string' && typeof node.quoted === 'boolean') {
    return node.quoted ? `\`${node.name}\`` : node.name;
  }
  if (Array.isArray(node.parts)) return node.parts.map(printTree).join('.');
  switch (node.kind) {
    case 'column':
      return printTree(node.name);
    case 'literal':
      return printLiteral(node.value as Readonly<Record<string, unknown>>);
    case 'symbol':
      return String(node.symbol);
    case 'binary':
      return `(${printTree(node.left)} ${printTree(node.operator)} ${printTree(node.right)})`;
    default:
      return undefined;
  }
}

function printLiteral(value: Readonly<Record<string, unknown>>): string {
  switch (value.kind) {
    case 'number':
      return String(value.text);
    case 'string':
      return `'${String(value.value)}'`;
    case 'boolean':
      return String(value.value).toUpperCase();
    case 'null':
    case 'unknown':
      return String(value.kind).toUpperCase();
    default:
      return printTree(value);
  }
}

/** What was not written: undefined, false, or an empty list. */
function isAbsent(value: unknown): boolean {
  return value === undefined || value === false || (Array.isArray(value) && value.length === 0);
}
