/** The `print` connector: a line per change. Flink: `PrintTableSinkFactory`. */
import { ok } from '../../base/result.ts';
import { formatForPrint } from '../../data/format-value.ts';
import { ROW_KIND_TEXT } from '../../data/row-kind.ts';
import type { Connector } from '../connector.ts';
import { sinkColumns } from '../table-columns.ts';

/** Prints every change as `+I[1, a]`, behind `identifier> ` when one is set. */
export const printConnector: Connector = {
  name: 'print',
  doc: 'Prints every change as a line: +I[1, a].',
  options: [
    { key: 'print-identifier', type: 'string', required: false, doc: 'Text in front of every line.', usedBy: 'sink' },
    {
      key: 'standard-error',
      type: 'boolean',
      required: false,
      default: 'false',
      doc: 'Print to the error output.',
      usedBy: 'sink',
    },
    {
      key: 'sink.parallelism',
      type: 'int',
      required: false,
      doc: 'Number of writers; always one here.',
      usedBy: 'sink',
    },
  ],
  sink: {
    changelog: () => 'all',
    create({ table, seams }) {
      const types = sinkColumns(table).map((column) => column.type);
      const identifier = table.options.get('print-identifier') ?? '';
      const prefix = identifier === '' ? '' : `${identifier}> `;
      const to = table.options.get('standard-error')?.toLowerCase() === 'true' ? 'error' : 'out';
      return ok({
        open: () => ok(undefined),
        write(kind, row) {
          seams.printLine(`${prefix}${ROW_KIND_TEXT[kind]}${formatForPrint(row, types, seams.timeZone)}`, to);
          return ok(undefined);
        },
        prepareCommit: () => ok(null),
        commit: () => ok(undefined),
        finish: () => ok(undefined),
        close: () => {},
      });
    },
  },
  validate: () => [],
};
