/**
 * Connections to Kafka clusters as the window has them: the list that the main process keeps, and what the engine says
 * of a cluster. Secrets pass here once, on their way to be kept; nothing is connected before the project is trusted.
 */
import type * as z from 'zod/mini';
import { create } from 'zustand';
import {
  type Connection,
  connectionOf,
  connectionOptions,
  propertiesOf,
  type TableOption,
  withConnection,
} from '../../runtime/connections/connection.ts';
import { type TopicChoice, topicTable } from '../../runtime/connections/topic-table.ts';
import type {
  sampledRecordShape,
  storedConnectionShape,
  topicShape,
} from '../../runtime/contract/connections-commands.ts';
import type { CommandIn } from '../../runtime/contract/contract.ts';
import type { WorkspaceContract } from '../../runtime/contract/workspace-contract.ts';
import type { GraphNode } from '../../runtime/program/graph.ts';
import { requestEdit } from './actions.ts';
import { useAnalysis } from './analysis.ts';
import { connectEngine } from './connect-engine.ts';
import { announce, toast } from './notices.ts';
import { flushPending } from './pending-edits.ts';
import { useProject } from './project.ts';
import { services } from './services.ts';
import { askForTrust } from './trust.ts';

/** A connection as it is kept. */
export type StoredConnection = z.infer<typeof storedConnectionShape>;
/** A topic in the list. */
export type Topic = z.infer<typeof topicShape>;
/** A record that was looked at. */
export type SampledRecord = z.infer<typeof sampledRecordShape>;
/** What is asked to be kept. */
export type SaveRequest = CommandIn<WorkspaceContract, 'connections.save'>;

/** Why something did not work. */
export interface ConnectionFailure {
  readonly message: string;
  readonly hint: string;
}

interface ConnectionsState {
  readonly list: readonly StoredConnection[];
  /** Whether the system has a keyring. */
  readonly canSeal: boolean;
  /**
   * The dialog; `name` of the connection that it shows, null: a new one. `forNode`: the table that a new one is made
   * for. Null: closed.
   */
  readonly dialog: { readonly name: string | null; readonly forNode: string | null } | null;
  /** Id of the table whose topic is being chosen; null: none is. */
  readonly browsing: string | null;
}

/** The connections of the user. */
export const useConnections = create<ConnectionsState>(() => ({
  list: [],
  canSeal: false,
  dialog: null,
  browsing: null,
}));

/** Asks the main process for the list. */
export async function loadConnections(): Promise<void> {
  const answer = await services().workspace.call('connections.list', {});
  if (answer.ok) useConnections.setState({ list: answer.value.connections, canSeal: answer.value.canSeal });
}

/** Opens the dialog: on a connection, or on the first there is. */
export function showConnections(name?: string): void {
  void loadConnections().then(() => {
    const { list } = useConnections.getState();
    useConnections.setState({ dialog: { name: name ?? list[0]?.name ?? null, forNode: null } });
  });
}

/** Opens the dialog on a new connection that a table is to use. */
export function makeConnectionFor(nodeId: string): void {
  useConnections.setState({ dialog: { name: null, forNode: nodeId } });
}

/** A table uses a connection from now on. */
export async function connectTable(nodeId: string, connection: Connection): Promise<void> {
  await flushPending();
  await analysed();
  const form = useAnalysis.getState().nodesById.get(nodeId)?.form;
  if (form?.kind !== 'table') return;
  const options = withConnection(form.options, connection);
  await requestEdit({ kind: 'set-form', node: nodeId, form: { ...form, options } }, { keepSelection: true });
}

/** Opens the dialog that chooses the topic of a table. What is being typed into its form goes in first. */
export async function browseTopics(nodeId: string): Promise<void> {
  await flushPending();
  await analysed();
  useConnections.setState({ browsing: nodeId });
}

/** Resolves when the graph is that of the text as it stands. */
function analysed(): Promise<void> {
  const isUpToDate = (): boolean => useAnalysis.getState().revision === useProject.getState().revision;
  return new Promise((resolve) => {
    if (isUpToDate()) return resolve();
    const stop = useAnalysis.subscribe(() => {
      if (!isUpToDate()) return;
      stop();
      resolve();
    });
  });
}

/** Keeps a connection. Answers why not, null when it is kept. */
export async function saveConnection(request: SaveRequest): Promise<ConnectionFailure | null> {
  const before = useConnections.getState().list.find(({ name }) => name === request.connection.name);
  const answer = await services().workspace.call('connections.save', request);
  if (!answer.ok) return { message: 'The connection was not saved.', hint: answer.error.message };
  if (answer.value.failure !== null) return answer.value.failure;
  await loadConnections();
  const changed = before === undefined ? 0 : await followConnection(before, request.connection);
  const tables = changed === 0 ? '' : ` ${changed === 1 ? 'The table' : `The ${changed} tables`} that use it follow.`;
  announce(`Saved the connection ${request.connection.name}.${tables}`);
  return null;
}

/** Forgets a connection with its password. Tables that use it keep their options. */
export async function deleteConnection(name: string): Promise<void> {
  const answer = await services().workspace.call('connections.delete', { name });
  if (!answer.ok) {
    toast('bad', 'The connection was not deleted.', { hint: answer.error.message });
    return;
  }
  await loadConnections();
  announce(`Deleted the connection ${name}.`);
}

/** The tables of the program that use a connection. */
export function tablesOf(connection: Connection, nodes: readonly GraphNode[]): readonly GraphNode[] {
  return nodes.filter(({ form }) => form?.kind === 'table' && connectionOf(form.options, [connection]) !== null);
}

let editCount = 0;

/** Tables that use a connection get its new options, all in one step of the history. Answers how many there were. */
async function followConnection(before: Connection, after: Connection): Promise<number> {
  if (JSON.stringify(connectionOptions(before)) === JSON.stringify(connectionOptions(after))) return 0;
  editCount += 1;
  const tables = tablesOf(before, useAnalysis.getState().graph.nodes);
  for (const { id, form } of tables) {
    if (form?.kind !== 'table') continue;
    const options = withConnection(form.options, after);
    await requestEdit(
      { kind: 'set-form', node: id, form: { ...form, options } },
      { group: `connection:${editCount}`, keepSelection: true },
    );
  }
  return tables.length;
}

/** How a cluster is reached: what options of a table say, and secrets that were typed and are not kept yet. */
export interface ClusterAccess {
  readonly options: readonly TableOption[];
  readonly typed: Readonly<Record<string, string>>;
}

type Asked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: ConnectionFailure };

/** Whether a cluster answers, how fast, and how many topics it has. */
export async function testConnection(access: ClusterAccess): Promise<Asked<{ topicCount: number; elapsedMs: number }>> {
  const asked = await ready(access);
  if (!asked.ok) return asked;
  const answer = await asked.value.engine.call('connections.test', asked.value.params);
  if (!answer.ok) return notAsked(answer.error.message);
  return answer.value.answer === null
    ? { ok: false, failure: answer.value.failure ?? { message: 'Kafka did not answer.', hint: '' } }
    : { ok: true, value: answer.value.answer };
}

/** The topics of a cluster. */
export async function listTopics(access: ClusterAccess): Promise<Asked<readonly Topic[]>> {
  const asked = await ready(access);
  if (!asked.ok) return asked;
  const answer = await asked.value.engine.call('connections.topics', asked.value.params);
  if (!answer.ok) return notAsked(answer.error.message);
  const { topics, failure } = answer.value;
  return failure === null ? { ok: true, value: topics } : { ok: false, failure };
}

/** Messages that are looked at to propose a schema. */
const SAMPLE_COUNT = 100;

/** The newest records of a topic. */
export async function sampleTopic(access: ClusterAccess, topic: string): Promise<Asked<readonly SampledRecord[]>> {
  const asked = await ready(access);
  if (!asked.ok) return asked;
  const params = { ...asked.value.params, topic, countMax: SAMPLE_COUNT };
  const answer = await asked.value.engine.call('connections.sample', params);
  if (!answer.ok) return notAsked(answer.error.message);
  const { records, failure } = answer.value;
  return failure === null ? { ok: true, value: records } : { ok: false, failure };
}

/** The text of a schema that records name, from the registry of a connection. */
export async function askRegistry(connection: Connection, schemaId: number): Promise<Asked<string>> {
  const { place } = useProject.getState();
  const engine = await connectEngine();
  if (engine === null || place === null) return notAsked('The engine is not there. Start it again.');
  const { name, registryUrl, registryUser } = connection;
  const params = { folder: place.folder, connection: name, url: registryUrl, user: registryUser, schemaId };
  const answer = await engine.call('connections.schema', params);
  if (!answer.ok) return notAsked(answer.error.message);
  const { schema, failure } = answer.value;
  return schema === null
    ? { ok: false, failure: failure ?? { message: 'The registry gave no schema.', hint: '' } }
    : { ok: true, value: schema };
}

async function ready({ options, typed }: ClusterAccess) {
  if (!(await askForTrust())) return notAsked('Nothing is connected for a project whose folder is not trusted.');
  const { place } = useProject.getState();
  const engine = await connectEngine();
  if (engine === null || place === null) return notAsked('The engine is not there. Start it again.');
  return {
    ok: true,
    value: { engine, params: { folder: place.folder, properties: propertiesOf(options), typed } },
  } as const;
}

function notAsked(hint: string): { readonly ok: false; readonly failure: ConnectionFailure } {
  return { ok: false, failure: { message: 'Kafka was not asked.', hint } };
}

/** Names that the palette gives: a table that still has one is named by its topic. */
const PALETTE_NAME = /^topic_\d+$/;

/** Writes a choice into its table; with a new name where it has none of its own. One step of the history. */
export async function acceptTopic(nodeId: string, choice: TopicChoice): Promise<boolean> {
  const node = useAnalysis.getState().nodesById.get(nodeId);
  if (node?.form?.kind !== 'table') return false;
  editCount += 1;
  const group = `topic:${editCount}`;
  const outcome = await requestEdit({ kind: 'set-form', node: nodeId, form: topicTable(node.form, choice) }, { group });
  if (!outcome.ok) return false;
  const wanted = tableName(choice.topic);
  const isFree = useAnalysis.getState().graph.nodes.every(({ name }) => name.toLowerCase() !== wanted.toLowerCase());
  if (PALETTE_NAME.test(node.name) && isFree)
    await requestEdit({ kind: 'rename', node: nodeId, name: wanted }, { group });
  announce(`The table reads ${choice.topic} with ${choice.columns.length} columns.`);
  return true;
}

function tableName(topic: string): string {
  const name = topic.replace(/\W+/g, '_').replace(/^_+|_+$/g, '');
  return /^[A-Za-z]/.test(name) ? name : `topic_${name}`;
}
