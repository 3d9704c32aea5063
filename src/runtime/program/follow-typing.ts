/**
 * Positions while the script itself is being typed: a node whose statement was renamed or does not
 * parse for the moment keeps its place. Statements are followed by where they begin, so this is for one
 * replacement at a time, as editors report them.
 */
import { Draft } from './draft.ts';
import type { Layout, LayoutPatch } from './layout.ts';
import { diffText } from './text-diff.ts';

/**
 * The patch that carries positions over from `before` to `after`. Positions of statements that are gone
 * stay in the layout: text that was cut is often pasted back.
 */
export function layoutAfterTyping(before: string, after: string, layout: Layout): LayoutPatch {
  if (before === after || Object.keys(layout.nodes).length === 0) return {};
  const draft = new Draft(before);
  draft.apply(diffText(before, after));
  const rename: [string, string][] = [];
  for (const unit of draft.original.units) {
    if (!Object.hasOwn(layout.nodes, unit.id)) continue;
    const now = draft.unitNow(unit.id);
    if (now && !now.edgeOnly && now.id !== unit.id) rename.push([unit.id, now.id]);
  }
  return rename.length > 0 ? { rename: Object.fromEntries(rename) } : {};
}
