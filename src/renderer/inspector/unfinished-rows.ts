/**
 * A row that was just added to a list of a form and holds nothing yet is no mistake: it is left out of
 * the edit until its main cell is filled. Rows that the text already has are never left out.
 */
import { unreachable } from '../../runtime/base/assert.ts';
import type { NodeForm } from '../../runtime/program/graph.ts';

/** `draft` without the new rows at the ends of its lists whose main cell is blank. `saved`: what the text holds. */
export function withoutUnfinishedRows(draft: NodeForm, saved: NodeForm): NodeForm {
  if (draft.kind !== saved.kind) return draft;
  switch (draft.kind) {
    case 'filter':
      return draft;
    case 'table': {
      const old = saved as typeof draft;
      return {
        ...draft,
        columns: trimmed(draft.columns, old.columns, (column) => column.name),
        options: trimmed(draft.options, old.options, (option) => option.key),
      };
    }
    case 'map':
    case 'join':
      return {
        ...draft,
        columns: trimmed(draft.columns, (saved as typeof draft).columns, (column) => column.expression),
      };
    case 'group-aggregate':
    case 'window-aggregate': {
      const old = saved as typeof draft;
      return {
        ...draft,
        keys: trimmed(draft.keys, old.keys, (key) => key),
        columns: trimmed(draft.columns, old.columns, (column) => column.expression),
      };
    }
    case 'process': {
      const old = saved as typeof draft;
      return {
        ...draft,
        keys: trimmed(draft.keys, old.keys, (key) => key),
        args: trimmed(draft.args, old.args, (arg) => (arg.name.trim() === '' ? '' : arg.expression)),
      };
    }
    case 'union':
      return { ...draft, inputs: trimmed(draft.inputs, (saved as typeof draft).inputs, (input) => input) };
    case 'insert':
      return { ...draft, columns: trimmed(draft.columns, (saved as typeof draft).columns, (column) => column) };
    default:
      return unreachable(draft);
  }
}

function trimmed<T>(items: readonly T[], saved: readonly T[], main: (item: T) => string): readonly T[] {
  let count = items.length;
  while (count > saved.length && main(items[count - 1] as T).trim() === '') count -= 1;
  return count === items.length ? items : items.slice(0, count);
}
