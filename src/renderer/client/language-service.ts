/** What the language worker answers. Pure, so that tests can serve it without a worker. */
import type { Diagnostic } from '../../runtime/base/diagnostic.ts';
import type { CommandOut, Service } from '../../runtime/contract/contract.ts';
import type { LanguageContract } from '../../runtime/contract/language-contract.ts';
import { analyse } from '../../runtime/job/analyse.ts';
import { connectorCatalog } from '../../runtime/job/connector-catalog.ts';
import { KNOWN_DIFFERENCES } from '../../runtime/job/known-differences.ts';
import { optionCatalog } from '../../runtime/job/option-catalog.ts';
import { completeAt } from '../../runtime/language/complete.ts';
import { formatEdits } from '../../runtime/language/format.ts';
import { hoverAt, signatureAt } from '../../runtime/language/hover.ts';
import { withFixes } from '../../runtime/language/quick-fixes.ts';
import { definitionAt, referencesAt, renameAt, renameTarget } from '../../runtime/language/rename.ts';
import { modelOf } from '../../runtime/language/script-model.ts';
import { edit } from '../../runtime/program/apply-edit.ts';
import { autoLayout } from '../../runtime/program/auto-layout.ts';

/** A canvas of more nodes is of no use to anybody, and handing them to the window would be felt. */
const DRAWN_STATEMENT_COUNT_MAX = 1000;
/** More than this many mistakes are not read one by one. */
const DIAGNOSTIC_COUNT_MAX = 500;

const WORLD = { connectors: connectorCatalog, options: optionCatalog };

/** The commands of the language contract. */
export const languageService: Service<LanguageContract> = {
  analyse({ text, files }) {
    const limits = { statementCountMax: DRAWN_STATEMENT_COUNT_MAX };
    const { script, graph, diagnostics, outputs, functions } = analyse(text, limits, files);
    const all = [...diagnostics.slice(0, DIAGNOSTIC_COUNT_MAX), ...notDrawn(script.statements.length)];
    return {
      graph,
      diagnostics: all.map((d) => onWire(withFixes(d, text))),
      schemas: outputs.map(({ columns, ...rest }) => ({ ...rest, columns: [...columns] })),
      functions: functions.map(({ inputColumns, ...rest }) => ({
        ...rest,
        inputColumns: inputColumns === null ? null : [...inputColumns],
      })),
      statementCount: script.statements.length,
      statements: script.statements
        .slice(0, DRAWN_STATEMENT_COUNT_MAX)
        .map((s) => ({ number: s.number, kind: s.statement.kind, span: s.extent })),
    };
  },
  edit: ({ text, layout, request, filePaths }) => ({ result: edit(text, layout, request, { filePaths }) }),
  complete({ text, files, offset }) {
    const { replace, items } = completeAt({ text, files }, offset, WORLD);
    return { replace, items: [...items] };
  },
  hover: (source) => ({ hover: hoverAt(modelOf(source, WORLD), source.offset, WORLD) }),
  signature({ text, offset }) {
    const help = signatureAt(text, 0, offset);
    return { help: help === null ? null : { ...help, parameters: [...help.parameters] } };
  },
  definition: (source) => ({ places: [...definitionAt(modelOf(source, WORLD), source.offset)] }),
  references: (source) => ({ spans: [...referencesAt(modelOf(source, WORLD), source.offset)] }),
  format: ({ text, within }) => ({ edits: [...formatEdits(text, within ?? undefined)] }),
  renameTarget: (source) => ({ target: renameTarget(modelOf(source, WORLD), source.offset) }),
  renameName({ name, offset, ...source }) {
    const result = renameAt(source, offset, name, WORLD);
    return result.kind === 'edits' ? { ...result, edits: [...result.edits] } : result;
  },
  differences: () => ({ differences: [...KNOWN_DIFFERENCES] }),
  layout: ({ graph, layout }) => ({ positions: { ...autoLayout(graph, layout) } }),
};

function notDrawn(statementCount: number): readonly Diagnostic[] {
  if (statementCount <= DRAWN_STATEMENT_COUNT_MAX) return [];
  return [
    {
      code: 'program/not-all-drawn',
      phase: 'parse',
      severity: 'info',
      message: `The canvas shows the first ${DRAWN_STATEMENT_COUNT_MAX} of ${statementCount} statements.`,
      hint: 'All of them can be edited in the script, and all of them run.',
    },
  ];
}

type WireDiagnostic = CommandOut<LanguageContract, 'analyse'>['diagnostics'][number];

/** Validators infer mutable arrays; ours are readonly, so the fixes are copied. */
function onWire({ fixes, ...rest }: Diagnostic): WireDiagnostic {
  return fixes === undefined
    ? rest
    : { ...rest, fixes: fixes.map((fix) => ({ title: fix.title, edits: [...fix.edits] })) };
}
