/**
 * Settings of a Kafka client from properties, for whoever asks a cluster outside of a run: the same reading, with the
 * same refusals, as that of a table's `properties.*`. Here, because only this room knows which connectors there are.
 */

import type { Result } from '../base/result.ts';
import { clientSettings, type PropertyProblem } from '../connectors/kafka/client-settings.ts';
import type { BrokerSettings } from '../seams/broker.ts';

/** The settings; the first problem where there is one. */
export function brokerSettings(properties: ReadonlyMap<string, string>): Result<BrokerSettings, PropertyProblem> {
  return clientSettings(properties);
}
