/**
 * Calls `visit` for every node of a syntax tree, parents first, in the order of the text as far as the tree
 * keeps it. By shape and not by kind: a new kind of node is found without a change here. Chains that lean to
 * the left may be some hundred links deep (`HEIGHT_MAX` of the parser), which a stack of its own takes.
 */
export function walkTree(root: object, visit: (node: object) => void): void {
  const open: object[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (!Array.isArray(node)) visit(node);
    const children = Object.values(node);
    for (let i = children.length - 1; i >= 0; i -= 1) {
      const child: unknown = children[i];
      // Spans are no nodes.
      if (typeof child === 'object' && child !== null && !('start' in child && typeof child.start === 'number'))
        open.push(child);
    }
  }
}
