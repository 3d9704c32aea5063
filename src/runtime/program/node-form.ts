/** `readForm`: the form values of a statement, or `null` when only its SQL shows it without loss. */
import { unreachable } from '../base/assert.ts';
import type { Span } from '../base/span.ts';
import type { Argument, ColumnDef, CreateTable, Expr, Select } from '../sql/1-parse/ast.ts';
import { callName } from './classify-query.ts';
import { type FormShape, isWindowBound, ON_TIME, shapeOf, UID, type WindowName } from './form-shape.ts';
import type { ColumnForm, ExpressionForm, NodeForm } from './graph.ts';
import type { Unit } from './model.ts';
import { plainName } from './names.ts';

/** Form of a unit. Names are plain (unquoted), expressions and types are the text as written. */
export function readForm(text: string, unit: Unit): NodeForm | null {
  const shape = shapeOf(text, unit);
  return shape ? formOf(text, shape) : null;
}

/** Form values of a shape. */
export function formOf(text: string, shape: FormShape): NodeForm {
  const at = (span: Span | undefined): string => (span ? text.slice(span.start, span.end) : '');
  switch (shape.kind) {
    case 'table':
      return tableForm(at, shape.table);
    case 'filter':
      return { kind: 'filter', input: plainName(shape.input.name), condition: at(shape.where.span) };
    case 'map':
      return {
        kind: 'map',
        input: plainName(shape.input.name),
        columns: columnsOf(at, shape.select),
        distinct: shape.select.quantifier === 'DISTINCT',
        condition: at(shape.select.where?.span),
      };
    case 'group-aggregate':
      return {
        kind: 'group-aggregate',
        input: plainName(shape.input.name),
        condition: at(shape.select.where?.span),
        keys: shape.keys.map((key) => at(key.span)),
        columns: columnsOf(at, shape.select),
        having: at(shape.select.having?.span),
      };
    case 'window-aggregate':
      return {
        kind: 'window-aggregate',
        input: plainName(shape.input.name),
        window: callName(shape.call) as WindowName,
        timeColumn: shape.time.columns[0]?.name ?? '',
        intervals: shape.intervals.map((interval) => at(interval.span)),
        condition: at(shape.select.where?.span),
        keys: shape.keys.filter((key) => !isWindowBound(key)).map((key) => at(key.span)),
        columns: columnsOf(at, shape.select),
        having: at(shape.select.having?.span),
      };
    case 'process':
      return processForm(at, shape);
    case 'join':
      return {
        kind: 'join',
        left: plainName(shape.left.name),
        leftAlias: shape.left.alias?.name.name ?? '',
        right: plainName(shape.right.name),
        rightAlias: shape.right.alias?.name.name ?? '',
        type: shape.join.type as 'INNER' | 'LEFT' | 'RIGHT' | 'FULL',
        condition: at(shape.on.span),
        columns: columnsOf(at, shape.select),
      };
    case 'union':
      return { kind: 'union', inputs: shape.operands.map((operand) => plainName(operand.input.name)), all: shape.all };
    case 'insert':
      return {
        kind: 'insert',
        input: plainName(shape.input.name),
        sink: plainName(shape.insert.target),
        columns: (shape.insert.columns ?? []).map((column) => column.name),
      };
    default:
      return unreachable(shape);
  }
}

function processForm(at: (span: Span) => string, shape: Extract<FormShape, { kind: 'process' }>): NodeForm {
  const { call } = shape;
  const argumentOf = (name: string): Expr | undefined => call.args.find((arg) => arg.name?.name === name)?.value;
  const time = argumentOf(ON_TIME);
  const uid = argumentOf(UID);
  return {
    kind: 'process',
    input: plainName(shape.input.name),
    functionName: plainName(call.name),
    keys: (shape.argument.partitionBy ?? []).map((key) => at(key.span)),
    timeColumn: time?.kind === 'descriptor' ? (time.columns[0]?.name ?? '') : '',
    uid: uid?.kind === 'literal' && uid.value.kind === 'string' ? uid.value.value : '',
    args: otherArguments(shape).map((arg) => ({ name: arg.name?.name ?? '', expression: at(arg.value.span) })),
  };
}

/** Arguments without a field of their own. */
export function otherArguments({ call, argument }: Extract<FormShape, { kind: 'process' }>): readonly Argument[] {
  return call.args.filter((arg) => arg.value !== argument && arg.name?.name !== ON_TIME && arg.name?.name !== UID);
}

function columnsOf(at: (span: Span) => string, select: Select): readonly ExpressionForm[] {
  return select.items.map((item) => ({ expression: at(item.expr.span), alias: item.alias?.name ?? '' }));
}

function tableForm(at: (span: Span | undefined) => string, table: CreateTable): NodeForm {
  const watermark = table.watermarks[0];
  const inline = table.columns
    .filter((column) => column.kind === 'physical' && column.primaryKey)
    .map((column) => column.name.name);
  const constraint = table.constraints[0];
  return {
    kind: 'table',
    columns: table.columns.map((column) => columnForm(at, column)),
    watermarkColumn: watermark ? plainName(watermark.column) : '',
    watermarkExpression: at(watermark?.expr.span),
    primaryKey: constraint ? constraint.columns.map((column) => column.name) : inline,
    options: table.options.map((option) => ({ key: option.key, value: option.value })),
  };
}

function columnForm(at: (span: Span) => string, column: ColumnDef): ColumnForm {
  const empty = { name: column.name.name, type: '', expression: '', metadataKey: '' };
  switch (column.kind) {
    case 'physical':
      return { ...empty, kind: 'physical', type: at(column.type.span) };
    case 'computed':
      return { ...empty, kind: 'computed', expression: at(column.expr.span) };
    case 'metadata':
      return {
        ...empty,
        kind: 'metadata',
        type: at(column.type.span),
        metadataKey: column.key ?? '',
        ...(column.virtual ? { isVirtual: true } : {}),
      };
    default:
      return unreachable(column);
  }
}
