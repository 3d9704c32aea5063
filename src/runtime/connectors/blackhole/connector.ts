/** The `blackhole` connector: swallows all rows. Flink: `BlackHoleTableSinkFactory`. */
import { ok } from '../../base/result.ts';
import type { Connector } from '../connector.ts';

/** Takes every changelog and keeps nothing. */
export const blackholeConnector: Connector = {
  name: 'blackhole',
  doc: 'Swallows all rows: for measuring a query without its sink.',
  options: [],
  sink: {
    changelog: () => 'all',
    create: () =>
      ok({
        open: () => ok(undefined),
        write: () => ok(undefined),
        prepareCommit: () => ok(null),
        commit: () => ok(undefined),
        finish: () => ok(undefined),
        close: () => {},
      }),
  },
  validate: () => [],
};
