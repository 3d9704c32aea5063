/**
 * Columns of a node as far as the text alone tells: enough for good first versions of new statements
 * (the time column of a window, the columns of a sink). Types come from table definitions, casts and
 * counts; the binder is the one that knows, and what it said can be handed in.
 */
import type { Expr, Query, QueryBody, Select, TableRef } from '../sql/1-parse/ast.ts';
import { callName } from './classify-query.ts';
import type { KnownSchemas } from './edit.ts';
import type { ProgramModel, Unit } from './model.ts';

/** A column; `type` is SQL text, empty when the text does not tell. */
export interface OutputColumn {
  readonly name: string;
  readonly type: string;
  /** It has a watermark, so windows can be built on it. */
  readonly isTime: boolean;
}

/** Views of views are followed this deep: longer chains are not worth the time for a first version. */
const FOLLOW_MAX = 32;

interface Context {
  readonly model: ProgramModel;
  readonly unit: Unit;
  readonly schemas: KnownSchemas | undefined;
  readonly depth: number;
}

/** Columns of a unit, or `null` when the text does not tell. */
export function outputColumns(
  model: ProgramModel,
  unit: Unit,
  schemas?: KnownSchemas,
  depth = 0,
): readonly OutputColumn[] | null {
  if (depth > FOLLOW_MAX) return null;
  const context: Context = { model, unit, schemas, depth };
  const own = unit.table ? tableColumns(context) : unit.query ? renamed(unit, queryColumns(context, unit.query)) : null;
  const known = schemas && Object.hasOwn(schemas, unit.id) ? schemas[unit.id] : undefined;
  if (!known) return own;
  return known.map(({ name, type }) => ({
    name,
    type: columnType(type),
    isTime: /\*(ROWTIME|PROCTIME)\*/.test(type) || isTimeOf(own, name),
  }));
}

function isTimeOf(columns: readonly OutputColumn[] | null, name: string): boolean {
  return columns?.some((column) => column.name === name && column.isTime) ?? false;
}

/** A type as a column of a table declares it: no time attribute, no NOT NULL (a sink takes both). */
function columnType(type: string): string {
  return type.replace(/\s*\*(?:ROWTIME|PROCTIME)\*/, '').replace(/\s+NOT\s+NULL$/i, '');
}

/** `CREATE VIEW v (a, b)`. */
function renamed(unit: Unit, columns: readonly OutputColumn[] | null): readonly OutputColumn[] | null {
  const names = unit.statement.kind === 'create-view' ? unit.statement.columns : undefined;
  if (!names) return columns;
  if (columns?.length !== names.length) return null;
  return columns.map((column, i) => ({ ...column, name: names[i]?.name ?? column.name }));
}

function tableColumns({ model, unit }: Context): readonly OutputColumn[] | null {
  const table = unit.table;
  if (!table || table.like || unit.query) return null;
  const time = table.watermarks[0]?.column.parts.map((part) => part.name).join('.');
  return table.columns.map((column) => {
    const name = column.name.name;
    const type =
      column.kind === 'computed'
        ? exprType(model.script.text, column.expr, [])
        : model.script.text.slice(column.type.span.start, column.type.span.end);
    const isProctime =
      column.kind === 'computed' && column.expr.kind === 'call' && callName(column.expr) === 'PROCTIME';
    return { name, type: columnType(type), isTime: name === time || isProctime };
  });
}

function queryColumns(context: Context, query: Query): readonly OutputColumn[] | null {
  return query.with.length > 0 ? null : bodyColumns(context, query.body);
}

function bodyColumns(context: Context, body: QueryBody): readonly OutputColumn[] | null {
  let first = body;
  while (first.kind === 'set-operation') first = first.left;
  if (first.kind === 'nested') return queryColumns(context, first.query);
  if (first.kind === 'table') return referenced(context, first.name.span.start);
  return first.kind === 'select' ? selectColumns(context, first) : null;
}

function selectColumns(context: Context, select: Select): readonly OutputColumn[] | null {
  const inputs = select.from ? inputsOf(context, select.from) : [];
  if (inputs.some((input) => input.columns === null) && select.items.some((item) => item.expr.kind === 'star'))
    return null;
  const out: OutputColumn[] = [];
  for (const item of select.items) {
    const expr = item.expr;
    if (expr.kind === 'star') {
      const qualifier = expr.qualifier?.parts.at(-1)?.name;
      const matching = qualifier === undefined ? inputs : inputs.filter((input) => input.name === qualifier);
      for (const input of matching) out.push(...(input.columns ?? []));
      continue;
    }
    const column =
      expr.kind === 'column'
        ? find(
            inputs,
            expr.name.parts.map((part) => part.name),
          )
        : undefined;
    const written = expr.kind === 'column' ? expr.name.parts.at(-1)?.name : undefined;
    const name = item.alias?.name ?? written;
    if (name === undefined) return null;
    out.push(
      column ? { ...column, name } : { name, type: exprType(context.model.script.text, expr, inputs), isTime: false },
    );
  }
  return out;
}

interface Input {
  readonly name: string;
  readonly columns: readonly OutputColumn[] | null;
}

function inputsOf(context: Context, from: TableRef): readonly Input[] {
  switch (from.kind) {
    case 'table':
      return [
        {
          name: from.alias?.name.name ?? from.name.parts.at(-1)?.name ?? '',
          columns: referenced(context, from.name.span.start),
        },
      ];
    case 'paren':
      return inputsOf(context, from.table);
    case 'join':
      return [...inputsOf(context, from.left), ...inputsOf(context, from.right)];
    case 'derived':
      return [{ name: from.alias?.name.name ?? '', columns: queryColumns(context, from.query) }];
    case 'function': {
      const argument = from.call.args.map((arg) => arg.value).find((value) => value.kind === 'table-arg');
      const table = argument?.kind === 'table-arg' ? inputsOf(context, argument.table)[0] : undefined;
      const windows = ['TUMBLE', 'HOP', 'CUMULATE', 'SESSION'].includes(callName(from.call));
      if (!table?.columns || !windows) return [{ name: from.alias?.name.name ?? '', columns: null }];
      const bounds = ['window_start', 'window_end'].map((name) => ({ name, type: 'TIMESTAMP(3)', isTime: false }));
      const columns = [...table.columns, ...bounds, { name: 'window_time', type: 'TIMESTAMP(3)', isTime: true }];
      return [{ name: from.alias?.name.name ?? '', columns }];
    }
    default:
      return [{ name: '', columns: null }];
  }
}

function referenced({ model, unit, schemas, depth }: Context, start: number): readonly OutputColumn[] | null {
  const target = unit.references.find((reference) => reference.name.span.start === start)?.target;
  const defined = target ? model.byId.get(target) : undefined;
  return defined ? outputColumns(model, defined, schemas, depth + 1) : null;
}

function find(inputs: readonly Input[], path: readonly string[]): OutputColumn | undefined {
  const [first, second] = path;
  if (path.length === 2) {
    const input = inputs.find((candidate) => candidate.name === first);
    return input?.columns?.find((column) => column.name === second);
  }
  if (path.length !== 1) return undefined;
  for (const input of inputs) {
    const column = input.columns?.find((candidate) => candidate.name === first);
    if (column) return column;
  }
  return undefined;
}

/** The type of an expression where its shape tells it; empty otherwise. */
function exprType(text: string, expr: Expr, inputs: readonly Input[]): string {
  switch (expr.kind) {
    case 'paren':
      return exprType(text, expr.operand, inputs);
    case 'column':
      return (
        find(
          inputs,
          expr.name.parts.map((part) => part.name),
        )?.type ?? ''
      );
    case 'cast':
      return text.slice(expr.type.span.start, expr.type.span.end);
    case 'literal':
      if (expr.value.kind === 'string') return 'STRING';
      if (expr.value.kind === 'boolean') return 'BOOLEAN';
      return expr.value.kind === 'number' && /^\d{1,9}$/.test(expr.value.text) ? 'INT' : '';
    case 'binary':
      if (expr.operator === '||') return 'STRING';
      return ['=', '<>', '<', '<=', '>', '>=', 'AND', 'OR'].includes(expr.operator) ? 'BOOLEAN' : '';
    case 'call': {
      const name = callName(expr);
      const argument = expr.args[0]?.value;
      if (['COUNT', 'ROW_NUMBER', 'RANK', 'DENSE_RANK'].includes(name)) return 'BIGINT';
      if (
        ['UPPER', 'LOWER', 'TRIM', 'CONCAT', 'SUBSTRING', 'REPLACE', 'DATE_FORMAT', 'LISTAGG', 'JSON_VALUE'].includes(
          name,
        )
      )
        return 'STRING';
      if (
        !argument ||
        !['MIN', 'MAX', 'SUM', 'AVG', 'FIRST_VALUE', 'LAST_VALUE', 'LAG', 'LEAD', 'COALESCE'].includes(name)
      )
        return '';
      const type = exprType(text, argument, inputs);
      const decimal = /^DECIMAL\s*\(\s*\d+\s*(?:,\s*(\d+)\s*)?\)/i.exec(type);
      if (!decimal || (name !== 'SUM' && name !== 'AVG')) return type;
      // Flink: a sum has 38 digits and the scale of its operand, an average at least scale 6.
      return `DECIMAL(38, ${name === 'SUM' ? (decimal[1] ?? 0) : Math.max(6, Number(decimal[1] ?? 0))})`;
    }
    default:
      return '';
  }
}
