/** What threads of runs answer to the commands of this folder: nothing, the supervisor does. */

import type { clusterCommands } from '../../contract/cluster-commands.ts';
import type { Service } from '../../contract/contract.ts';
import type { EngineContract } from '../../contract/engine-contract.ts';
import type { exportCommands } from '../../contract/export-commands.ts';

/** Handlers of exports and clusters. */
export type LeavingCommands = Pick<Service<EngineContract>, keyof typeof exportCommands | keyof typeof clusterCommands>;

/** Handlers that refuse. */
export function leavingElsewhere(notHere: () => never): LeavingCommands {
  return {
    'exports.prepare': notHere,
    'exports.file': notHere,
    'exports.write': notHere,
    'exports.close': notHere,
    'cluster.test': notHere,
    'cluster.submit': notHere,
    'cluster.jobs': notHere,
    'cluster.watch': notHere,
    'cluster.unwatch': notHere,
    'cluster.stop': notHere,
    'cluster.cancel': notHere,
  };
}
