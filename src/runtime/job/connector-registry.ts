/** All connectors. Adding one is adding a folder and a line here. */
import { blackholeConnector } from '../connectors/blackhole/connector.ts';
import type { Connector } from '../connectors/connector.ts';
import { datagenConnector } from '../connectors/datagen/connector.ts';
import { filesystemConnector } from '../connectors/filesystem/connector.ts';
import { kafkaConnector } from '../connectors/kafka/connector.ts';
import { upsertKafkaConnector } from '../connectors/kafka/upsert/connector.ts';
import { nexmarkConnector } from '../connectors/nexmark/connector.ts';
import { printConnector } from '../connectors/print/connector.ts';
import { formatNamed } from './format-registry.ts';

const CONNECTORS: readonly Connector[] = [
  filesystemConnector(formatNamed),
  kafkaConnector(formatNamed),
  upsertKafkaConnector(formatNamed),
  datagenConnector,
  nexmarkConnector,
  printConnector,
  blackholeConnector,
];

const BY_NAME = new Map(CONNECTORS.map((connector) => [connector.name, connector]));

/** A connector by its name. */
export function connectorNamed(name: string): Connector | undefined {
  return BY_NAME.get(name);
}

/** All connectors, for forms, completion and messages. */
export function allConnectors(): readonly Connector[] {
  return CONNECTORS;
}
