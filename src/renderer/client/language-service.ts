/** What the language worker answers. Pure, so that tests can serve it without a worker. */
import type { Diagnostic } from '../../runtime/base/diagnostic.ts';
import type { CommandOut, Service } from '../../runtime/contract/contract.ts';
import type { LanguageContract } from '../../runtime/contract/language-contract.ts';
import { edit } from '../../runtime/program/apply-edit.ts';
import { autoLayout } from '../../runtime/program/auto-layout.ts';
import { buildGraph } from '../../runtime/program/build-graph.ts';
import { parseScript } from '../../runtime/sql/1-parse/parse-script.ts';

/** The commands of the language contract. */
export const languageService: Service<LanguageContract> = {
  analyse({ text }) {
    const { script, diagnostics } = parseScript(text);
    const graph = buildGraph(script);
    return {
      graph,
      diagnostics: diagnostics.map(onWire),
      schemas: [],
      statements: script.statements.map((s) => ({ number: s.number, kind: s.statement.kind, span: s.extent })),
    };
  },
  edit: ({ text, layout, request }) => ({ result: edit(text, layout, request) }),
  layout: ({ graph, layout }) => ({ positions: { ...autoLayout(graph, layout) } }),
};

type WireDiagnostic = CommandOut<LanguageContract, 'analyse'>['diagnostics'][number];

/** Validators infer mutable arrays; ours are readonly, so the fixes are copied. */
function onWire({ fixes, ...rest }: Diagnostic): WireDiagnostic {
  return fixes === undefined
    ? rest
    : { ...rest, fixes: fixes.map((fix) => ({ title: fix.title, edits: [...fix.edits] })) };
}
