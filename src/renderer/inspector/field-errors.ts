/**
 * Which field of a form a diagnostic speaks of. A form has no positions, but its texts stand in the
 * statement as they are: the field whose text covers the diagnostic's place is meant.
 */
import type { NodeForm } from '../../runtime/program/graph.ts';

/** A text of a form and the field that it belongs to. */
export interface FieldText {
  readonly field: string;
  readonly text: string;
}

/** All SQL texts of a form with their fields. */
export function fieldTexts(form: NodeForm): readonly FieldText[] {
  switch (form.kind) {
    case 'table':
      return [
        ...form.columns.flatMap((c) => [one('columns', c.type), one('columns', c.expression)]),
        one('watermark', form.watermarkExpression),
        one('watermark', form.watermarkColumn),
        ...form.options.flatMap((o) => [one('options', o.value), one('options', o.key)]),
      ];
    case 'filter':
      return [one('condition', form.condition), one('input', form.input)];
    case 'map':
      return [
        ...form.columns.map((c) => one('columns', c.expression)),
        one('condition', form.condition),
        one('input', form.input),
      ];
    case 'group-aggregate':
    case 'window-aggregate':
      return [
        ...form.columns.map((c) => one('columns', c.expression)),
        ...form.keys.map((key) => one('keys', key)),
        one('condition', form.condition),
        one('having', form.having),
        ...(form.kind === 'window-aggregate'
          ? [one('time', form.timeColumn), ...form.intervals.map((t) => one('intervals', t))]
          : []),
        one('input', form.input),
      ];
    case 'process':
      return [
        ...form.args.flatMap((arg) => [one('args', arg.expression), one('args', arg.name)]),
        ...form.keys.map((key) => one('keys', key)),
        one('time', form.timeColumn),
        one('uid', form.uid),
        one('input', form.input),
        one('function', form.functionName),
      ];
    case 'join':
      return [
        one('condition', form.condition),
        ...form.columns.map((c) => one('columns', c.expression)),
        one('left', form.left),
        one('right', form.right),
      ];
    case 'union':
      return form.inputs.map((text) => one('inputs', text));
    case 'insert':
      return [one('input', form.input), one('sink', form.sink)];
  }
}

/** The field whose text covers `offset` of the statement; the shortest such text wins. Null: none does. */
export function fieldOfDiagnostic(statement: string, fields: readonly FieldText[], offset: number): string | null {
  let best: FieldText | null = null;
  for (const candidate of fields) {
    const { text } = candidate;
    if (text === '' || (best !== null && best.text.length <= text.length)) continue;
    for (let at = statement.indexOf(text); at !== -1; at = statement.indexOf(text, at + 1)) {
      if (offset >= at && offset <= at + text.length) {
        best = candidate;
        break;
      }
    }
  }
  return best?.field ?? null;
}

function one(field: string, text: string): FieldText {
  return { field, text };
}
