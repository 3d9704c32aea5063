/**
 * The form of a process function call as text edits: arguments that stay keep their bytes, new ones are
 * written in the style of their neighbours, `on_time` behind the table and `uid` last.
 */
import type { Span, TextEdit } from '../base/span.ts';
import type { Argument } from '../sql/1-parse/ast.ts';
import { quoteIdentifier, quoteString } from '../sql/print/quote.ts';
import { type FormShape, ON_TIME, UID } from './form-shape.ts';
import type { NodeForm } from './graph.ts';
import { alignLists, type ListOp, listEdits } from './list-edit.ts';
import { plainName } from './names.ts';
import { otherArguments } from './node-form.ts';
import { nameToSql, sealed } from './sql-text.ts';

type Form = Extract<NodeForm, { kind: 'process' }>;
type Shape = Extract<FormShape, { kind: 'process' }>;

/** Edits of the call, without those that wire it to another input. */
export function processEdits(text: string, shape: Shape, form: Form): readonly TextEdit[] {
  const { call } = shape;
  const edits: TextEdit[] = [];
  if (plainName(call.name) !== form.functionName)
    edits.push({ span: call.name.span, text: nameToSql(form.functionName) });
  const others = otherArguments(shape);
  const ops: ListOp[] = [];
  const byArgument = new Map<Argument, readonly ListOp[]>();
  const behind: ListOp[] = [];
  let last: Argument | null = null;
  for (const pair of alignLists(
    others.map((arg) => argumentText(text, arg)),
    form.args.map(writtenArgument),
  )) {
    const after = 'after' in pair ? form.args[pair.after] : undefined;
    if (pair.kind === 'added') {
      const op: ListOp = { kind: 'insert', text: writtenArgument(after) };
      if (last === null) behind.push(op);
      else byArgument.set(last, [...(byArgument.get(last) ?? []), op]);
      continue;
    }
    const old = others[pair.before];
    if (old === undefined) continue;
    last = old;
    const index = call.args.indexOf(old);
    if (pair.kind === 'removed') byArgument.set(old, [{ kind: 'delete', index }]);
    else if (pair.kind === 'same') byArgument.set(old, [{ kind: 'keep', index }]);
    else byArgument.set(old, [{ kind: 'patch', index, edits: argumentEdits(text, old, after) }]);
  }
  const time: ListOp = { kind: 'insert', text: `${ON_TIME} => DESCRIPTOR(${quoteIdentifier(form.timeColumn)})` };
  const uid: ListOp = { kind: 'insert', text: `${UID} => ${quoteString(form.uid)}` };
  const hasTime = call.args.some((arg) => arg.name?.name === ON_TIME);
  const hasUid = call.args.some((arg) => arg.name?.name === UID);
  call.args.forEach((arg, index) => {
    if (arg.value === shape.argument) {
      ops.push({ kind: 'patch', index, edits: partitionEdits(text, shape.argument, form.keys) });
      if (!hasTime && form.timeColumn !== '') ops.push(time);
    } else if (arg.name?.name === ON_TIME) {
      const column = arg.value.kind === 'descriptor' ? arg.value.columns[0] : undefined;
      if (form.timeColumn === '') ops.push({ kind: 'delete', index });
      else if (column === undefined || column.name === form.timeColumn) ops.push({ kind: 'keep', index });
      else ops.push(patch(index, column.span, quoteIdentifier(form.timeColumn)));
    } else if (arg.name?.name === UID) {
      const old = arg.value.kind === 'literal' && arg.value.value.kind === 'string' ? arg.value.value.value : null;
      if (form.uid === '') ops.push({ kind: 'delete', index });
      else if (old === form.uid) ops.push({ kind: 'keep', index });
      else ops.push(patch(index, arg.value.span, quoteString(form.uid)));
    } else ops.push(...(byArgument.get(arg) ?? []));
  });
  ops.push(...behind);
  if (!hasUid && form.uid !== '') ops.push(uid);
  return [
    ...edits,
    ...listEdits(
      text,
      call.args.map((arg) => arg.span),
      ops,
    ),
  ];
}

/** `PARTITION BY` behind a table argument, written, changed or taken away. */
export function partitionEdits(
  text: string,
  argument: Shape['argument'],
  keys: readonly string[],
): readonly TextEdit[] {
  const old = argument.partitionBy ?? [];
  const first = old[0];
  const last = old.at(-1);
  const tableEnd = argument.table.span.end;
  if (!first || !last)
    return keys.length === 0
      ? []
      : [{ span: { start: tableEnd, end: tableEnd }, text: ` PARTITION BY ${keys.join(', ')}` }];
  if (keys.length === 0) return [{ span: { start: tableEnd, end: last.span.end }, text: '' }];
  if (old.map((key) => text.slice(key.span.start, key.span.end)).join('\u0000') === keys.join('\u0000')) return [];
  return [{ span: { start: first.span.start, end: last.span.end }, text: keys.join(', ') }];
}

function patch(index: number, span: Span, text: string): ListOp {
  return { kind: 'patch', index, edits: [{ span, text }] };
}

function argumentText(text: string, arg: Argument): string {
  return `${arg.name?.name ?? ''} => ${text.slice(arg.value.span.start, arg.value.span.end)}`;
}

function writtenArgument(arg: Form['args'][number] | undefined): string {
  return arg === undefined ? '' : `${quoteIdentifier(arg.name)} => ${sealed(arg.expression)}`;
}

function argumentEdits(text: string, old: Argument, arg: Form['args'][number] | undefined): readonly TextEdit[] {
  if (arg === undefined) return [];
  const edits: TextEdit[] = [];
  if (old.name && old.name.name !== arg.name) edits.push({ span: old.name.span, text: quoteIdentifier(arg.name) });
  if (text.slice(old.value.span.start, old.value.span.end) !== arg.expression)
    edits.push({ span: old.value.span, text: sealed(arg.expression) });
  return edits;
}
