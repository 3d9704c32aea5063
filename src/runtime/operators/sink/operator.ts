/**
 * The end of an INSERT: checks the constraints of the table, then hands rows to its connector.
 * Flink: `ConstraintEnforcer` and `SinkOperator`.
 *
 *   NOT NULL columns   a NULL stops the job, or the row is dropped (`table.exec.sink.not-null-enforcer`)
 *   CHAR/VARCHAR/…     left alone, cut and padded, or an error (`table.exec.sink.type-length-enforcer`)
 *   upsert sinks       get no -U
 *
 * What passes also leaves through `output`, so that the canvas counts and shows what reached the sink.
 */
import { RunError } from '../../base/diagnostic.ts';
import type { Result } from '../../base/result.ts';
import type { LogicalType, Schema } from '../../data/logical-type.ts';
import { RowKind } from '../../data/row-kind.ts';
import type { Row, Value } from '../../data/value.ts';
import type { OperatorContext, RowInput } from '../../engine/operator.ts';
import { OperatorBase } from '../../engine/operator-base.ts';
import { OutsideFailure } from '../../engine/row-failure.ts';
import type { SinkWriter } from '../../engine/source.ts';

const ENFORCER_CLASS = 'org.apache.flink.table.runtime.operators.sink.constraint.EnforcerException';

/** Settings of a sink. */
export interface SinkSettings {
  /** Columns as they reach the sink. */
  readonly schema: Schema;
  readonly notNull: 'error' | 'drop';
  readonly notNullColumns: readonly number[];
  readonly typeLength: 'ignore' | 'trim-pad' | 'error';
  readonly upsert: boolean;
}

type LengthCheck = (value: Value) => Value;

/** Writes into a connector. */
export class SinkOperator extends OperatorBase implements RowInput {
  readonly inputs = [this];
  readonly #settings: SinkSettings;
  readonly #writer: SinkWriter;
  readonly #lengthChecks: readonly { readonly index: number; readonly check: LengthCheck }[];

  constructor(settings: SinkSettings, writer: SinkWriter) {
    super();
    this.#settings = settings;
    this.#writer = writer;
    this.#lengthChecks = lengthChecks(settings);
  }

  override open(context: OperatorContext): void {
    super.open(context);
    unwrap(this.#writer.open());
  }

  processRow(kind: RowKind, row: Row): void {
    if (this.#settings.upsert && kind === RowKind.UpdateBefore) return;
    if (!passesNotNull(row, this.#settings)) return;
    const checked = this.#lengthChecks.length === 0 ? row : this.#fitLengths(row);
    unwrap(this.#writer.write(kind, checked));
    this.output.processRow(kind, checked);
  }

  override finishInput(): void {
    unwrap(this.#writer.finish());
  }

  waitFor(): Promise<void> | null {
    return this.#writer.waitFor?.() ?? null;
  }

  settle(): Promise<Result<void>> | null {
    return this.#writer.settle?.() ?? null;
  }

  override close(): void {
    this.#writer.close();
  }

  #fitLengths(row: Row): Row {
    const fitted = [...row];
    for (const { index, check } of this.#lengthChecks) fitted[index] = check(row[index] ?? null);
    return fitted;
  }
}

/** Whether no NOT NULL column is NULL; false drops the row. Throws where that is an error. */
export function passesNotNull(
  row: Row,
  settings: Pick<SinkSettings, 'schema' | 'notNull' | 'notNullColumns'>,
): boolean {
  for (const column of settings.notNullColumns) {
    if (row[column] !== null) continue;
    if (settings.notNull === 'drop') return false;
    const name = settings.schema[column]?.name ?? '';
    throw new RunError(
      'run/not-null',
      `Column '${name}' is NOT NULL, however, a null value is being written into it. You can set job configuration 'table.exec.sink.not-null-enforcer'='DROP' to suppress this exception and drop such records silently.`,
      ENFORCER_CLASS,
      'Filter NULLs out of the query, make the column nullable, or drop such rows by the setting.',
    );
  }
  return true;
}

function lengthChecks(settings: SinkSettings): { readonly index: number; readonly check: LengthCheck }[] {
  if (settings.typeLength === 'ignore') return [];
  return settings.schema.flatMap(({ name, type }, index) => {
    const check = lengthCheck(name, type, settings.typeLength === 'error');
    return check === null ? [] : [{ index, check }];
  });
}

function lengthCheck(name: string, type: LogicalType, isError: boolean): LengthCheck | null {
  switch (type.kind) {
    case 'CHAR':
    case 'VARCHAR': {
      const isFixed = type.kind === 'CHAR';
      return (value) => (typeof value === 'string' ? fitText(name, value, type.length, isFixed, isError) : value);
    }
    case 'BINARY':
    case 'VARBINARY': {
      const isFixed = type.kind === 'BINARY';
      return (value) => (value instanceof Uint8Array ? fitBytes(name, value, type.length, isFixed, isError) : value);
    }
    default:
      return null;
  }
}

function fitText(name: string, text: string, length: number, isFixed: boolean, isError: boolean): string {
  const points = Array.from(text);
  if (points.length > length) {
    if (isError) throw lengthError(name, `CHAR(${length})`);
    return points.slice(0, length).join('');
  }
  if (!isFixed || points.length === length) return text;
  if (isError) throw lengthError(name, `CHAR(${length})`);
  return text + ' '.repeat(length - points.length);
}

function fitBytes(name: string, bytes: Uint8Array, length: number, isFixed: boolean, isError: boolean): Uint8Array {
  if (bytes.length > length) {
    if (isError) throw lengthError(name, `BINARY(${length})`);
    return bytes.slice(0, length);
  }
  if (!isFixed || bytes.length === length) return bytes;
  if (isError) throw lengthError(name, `BINARY(${length})`);
  const padded = new Uint8Array(length);
  padded.set(bytes);
  return padded;
}

function lengthError(name: string, type: string): RunError {
  return new RunError(
    'run/type-length',
    `Column '${name}' is ${type}, however, a string of length other than that is being written into it. You can set job configuration 'table.exec.sink.type-length-enforcer' to control this behaviour.`,
    ENFORCER_CLASS,
  );
}

function unwrap<T>(result: Result<T>): T {
  if (!result.ok) throw new OutsideFailure(result.error);
  return result.value;
}
