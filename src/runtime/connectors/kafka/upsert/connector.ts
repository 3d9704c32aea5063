/**
 * The `upsert-kafka` connector: the last record of a key is its row, and a record without a value deletes it. Flink:
 * `UpsertKafkaDynamicTableFactory`.
 */
import { durationMs } from '../../../base/durations.ts';
import { ok } from '../../../base/result.ts';
import type { BoundTable } from '../../../sql/2-bind/catalog.ts';
import type { Connector, OptionProblem } from '../../connector.ts';
import { isBounded, tableOf } from '../connector.ts';
import { KAFKA_METADATA } from '../metadata.ts';
import { UPSERT_KAFKA_OPTIONS } from '../option-specs.ts';
import { type FormatLookUp, optionProblems, takesKey } from '../options.ts';
import { KafkaReader } from '../reader.ts';
import { writerOf } from '../writer.ts';
import { ReducingWriter } from './reducing-writer.ts';

/** The connector over the given formats. */
export function upsertKafkaConnector(formats: FormatLookUp): Connector {
  return {
    name: 'upsert-kafka',
    doc: 'Reads and writes topics of Apache Kafka that hold the last row of each key.',
    options: UPSERT_KAFKA_OPTIONS,
    takesKey,
    source: {
      bounded: isBounded,
      changelog: () => 'upsert',
      metadata: () => KAFKA_METADATA,
      create(request) {
        const table = tableOf(request.table, formats, true);
        return table.ok ? ok(new KafkaReader(request, table.value, true)) : table;
      },
    },
    sink: {
      changelog: () => 'upsert',
      create(request) {
        const table = tableOf(request.table, formats, true);
        if (!table.ok) return table;
        const writer = writerOf(request, table.value, true);
        const { rowCountMax, intervalMs } = bufferOf(request.table);
        return ok(rowCountMax === 0 ? writer : new ReducingWriter(writer, request, { rowCountMax, intervalMs }));
      },
    },
    validate: (table, use) => [...optionProblems(table, formats, use, true), ...bufferProblems(table)],
  };
}

function bufferOf({ options }: BoundTable): { readonly rowCountMax: number; readonly intervalMs: number } {
  return {
    rowCountMax: Number(options.get('sink.buffer-flush.max-rows') ?? 0),
    intervalMs: durationMs(options.get('sink.buffer-flush.interval') ?? '0 ms') ?? 0,
  };
}

function bufferProblems(table: BoundTable): readonly OptionProblem[] {
  const { rowCountMax, intervalMs } = bufferOf(table);
  if (rowCountMax > 0 === intervalMs > 0) return [];
  return [
    {
      code: 'validate/connector-options',
      message: `'sink.buffer-flush.max-rows' and 'sink.buffer-flush.interval' must be set to be greater than zero together to enable sink buffer flushing.`,
      hint: 'Set both, or none.',
      key: rowCountMax > 0 ? 'sink.buffer-flush.interval' : 'sink.buffer-flush.max-rows',
    },
  ];
}
