/** The `kafka` connector. Flink: `KafkaDynamicTableFactory`. */
import { err, type Failure, ok, type Result } from '../../base/result.ts';
import type { Format } from '../../formats/format.ts';
import type { BoundTable } from '../../sql/2-bind/catalog.ts';
import type { Connector, ConnectorChangelog } from '../connector.ts';
import { KAFKA_METADATA } from './metadata.ts';
import { KAFKA_OPTIONS } from './option-specs.ts';
import { type FormatLookUp, type KafkaTable, optionProblems, readOptions, takesKey } from './options.ts';
import { KafkaReader } from './reader.ts';
import { writerOf } from './writer.ts';

/** The connector over the given formats. */
export function kafkaConnector(formats: FormatLookUp): Connector {
  const valueFormat = ({ options }: BoundTable): Format | undefined =>
    formats(options.get('value.format') ?? options.get('format') ?? '');
  const changelog = (table: BoundTable): ConnectorChangelog => valueFormat(table)?.changelog ?? 'insert-only';
  return {
    name: 'kafka',
    doc: 'Reads and writes topics of Apache Kafka.',
    options: KAFKA_OPTIONS,
    takesKey,
    source: {
      bounded: isBounded,
      changelog,
      metadata: (table) => [
        ...(valueFormat(table)?.metadata ?? []).map((field) => ({ ...field, name: `value.${field.name}` })),
        ...KAFKA_METADATA,
      ],
      create(request) {
        const table = tableOf(request.table, formats, false);
        return table.ok ? ok(new KafkaReader(request, table.value, false)) : table;
      },
    },
    sink: {
      changelog,
      create(request) {
        const table = tableOf(request.table, formats, false);
        return table.ok ? ok(writerOf(request, table.value, false)) : table;
      },
    },
    validate: (table, use) => optionProblems(table, formats, use, false),
  };
}

/** Whether reading ends. */
export function isBounded({ options }: BoundTable): boolean {
  return (options.get('scan.bounded.mode') ?? 'unbounded').toLowerCase() !== 'unbounded';
}

/** Options of a table that binding has checked; hints may still have spoilt them. */
export function tableOf(table: BoundTable, formats: FormatLookUp, isUpsert: boolean): Result<KafkaTable, Failure> {
  const read = readOptions(table, formats, isUpsert);
  return read.ok ? read : err({ domain: 'network', message: read.error.message, retry: 'never' });
}
