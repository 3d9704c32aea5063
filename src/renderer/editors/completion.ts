/** Completion from what the window already knows: tables and views, their columns, keywords and types. */
import type * as Monaco from 'monaco-editor/editor';
import { useAnalysis } from '../store/analysis.ts';
import { FLINK_SQL, KEYWORDS, TYPE_NAMES } from './flink-sql-language.ts';

/** Registers the provider. */
export function registerCompletion(monaco: typeof Monaco): void {
  const { CompletionItemKind: Kind } = monaco.languages;
  monaco.languages.registerCompletionItemProvider(FLINK_SQL, {
    triggerCharacters: ['.'],
    provideCompletionItems(model, position) {
      const word = model.getWordUntilPosition(position);
      const range = new monaco.Range(position.lineNumber, word.startColumn, position.lineNumber, word.endColumn);
      const before = model.getLineContent(position.lineNumber).slice(0, word.startColumn - 1);
      const { graph, schemas } = useAnalysis.getState();
      const suggestions: Monaco.languages.CompletionItem[] = [];
      const qualifier = /([\w$]+)\.$/.exec(before)?.[1]?.toLowerCase();
      const seen = new Set<string>();
      for (const node of graph.nodes) {
        const isRelation = node.id.startsWith('table:') || node.id.startsWith('view:');
        if (isRelation && qualifier === undefined) {
          suggestions.push({
            label: node.name,
            kind: Kind.Struct,
            detail: node.summary,
            insertText: quoted(node.name),
            range,
            sortText: `1${node.name}`,
          });
        }
        if (
          qualifier !== undefined &&
          isRelation &&
          node.name.toLowerCase() !== qualifier &&
          seenAlias(graph, qualifier)
        )
          continue;
        for (const column of schemas.get(node.id)?.columns ?? []) {
          if (seen.has(column.name)) continue;
          seen.add(column.name);
          suggestions.push({
            label: column.name,
            kind: Kind.Field,
            detail: column.type,
            insertText: quoted(column.name),
            range,
            sortText: `0${column.name}`,
          });
        }
      }
      if (qualifier === undefined) {
        for (const keyword of KEYWORDS) {
          suggestions.push({ label: keyword, kind: Kind.Keyword, insertText: keyword, range, sortText: `2${keyword}` });
        }
        for (const type of TYPE_NAMES) {
          suggestions.push({ label: type, kind: Kind.TypeParameter, insertText: type, range, sortText: `3${type}` });
        }
      }
      return { suggestions };
    },
  });
}

/** Whether a qualifier is the name of a relation; otherwise it is an alias and all columns are offered. */
function seenAlias(graph: { readonly nodes: readonly { readonly name: string }[] }, qualifier: string): boolean {
  return graph.nodes.some((node) => node.name.toLowerCase() === qualifier);
}

function quoted(name: string): string {
  const isPlain = /^[A-Za-z_][\w$]*$/.test(name) && !KEYWORDS.includes(name.toUpperCase());
  return isPlain ? name : `\`${name.replace(/`/g, '``')}\``;
}
