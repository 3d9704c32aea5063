/** A proposal while it is looked at and changed, before it is accepted. */
import type { Connection } from '../../runtime/connections/connection.ts';
import { backTicked } from '../../runtime/connections/field-shape.ts';
import { proposeFromAvro } from '../../runtime/connections/propose-avro.ts';
import {
  type Proposal,
  type ProposedFormat,
  proposeSchema,
  SAMPLE_FORMATS,
  schemaIdOf,
} from '../../runtime/connections/propose-schema.ts';
import type { ProposedTime } from '../../runtime/connections/time-columns.ts';
import type { MetadataKey, TopicChoice } from '../../runtime/connections/topic-table.ts';
import { askRegistry, type SampledRecord } from '../store/connections.ts';

/** Formats in words. */
export const FORMAT_WORDS: Readonly<Record<ProposedFormat, string>> = {
  json: 'JSON',
  'debezium-json': 'Debezium JSON',
  'canal-json': 'Canal JSON',
  'maxwell-json': 'Maxwell JSON',
  csv: 'CSV',
  raw: 'raw',
  'avro-confluent': 'Avro of a registry',
};

/** Delays of event time that are offered. */
export const DELAYS: readonly (readonly [number, string])[] = [
  [0, 'not at all'],
  [1_000, '1 second'],
  [5_000, '5 seconds'],
  [10_000, '10 seconds'],
  [30_000, '30 seconds'],
  [60_000, '1 minute'],
  [300_000, '5 minutes'],
  [900_000, '15 minutes'],
  [3_600_000, '1 hour'],
  [86_400_000, '1 day'],
];

/** A column. */
export interface DraftColumn {
  readonly name: string;
  readonly type: string;
  readonly isTaken: boolean;
  readonly isNotNull: boolean;
  /** As it was proposed: what is renamed may still carry the event time. */
  readonly proposedName: string;
}

/** The whole. */
export interface Draft {
  readonly proposal: Proposal;
  readonly columns: readonly DraftColumn[];
  /** Column for event time; empty: none. */
  readonly time: string;
  readonly delayMs: number;
  readonly metadata: readonly MetadataKey[];
  readonly withKey: boolean;
}

/** A proposal as it is, with the best column for event time. */
export function draftOf(proposal: Proposal): Draft {
  const [best] = proposal.times;
  return {
    proposal,
    columns: proposal.columns.map(({ name, type }) => ({
      name,
      type,
      isTaken: true,
      isNotNull: false,
      proposedName: name,
    })),
    time: best?.column ?? '',
    delayMs: best?.delayMs ?? 0,
    metadata: [],
    withKey: false,
  };
}

/** Proposals for the samples: the one that was found first, one for each other format that can be asked for. */
export interface Proposals {
  readonly found: ProposedFormat;
  readonly formats: readonly ProposedFormat[];
  of(format: ProposedFormat): Proposal;
}

/** All proposals; `avro`: that of a registry, where there is one. */
export function proposalsOf(records: readonly SampledRecord[], avro: Proposal | null): Proposals {
  const best = avro ?? proposeSchema(records);
  return {
    found: best.format,
    formats: [...(avro === null ? [] : [avro.format]), ...SAMPLE_FORMATS],
    of: (format) =>
      format === 'avro-confluent' ? (avro ?? best) : format === best.format ? best : proposeSchema(records, format),
  };
}

/** What a registry says of the records: nothing to ask, the proposal, or why there is none. */
export type RegistryAnswer =
  | { readonly kind: 'none' }
  | { readonly kind: 'proposal'; readonly proposal: Proposal }
  | { readonly kind: 'failed'; readonly message: string };

/** Asks the registry of a connection for the schema that the records name. */
export async function proposalOfRegistry(
  records: readonly SampledRecord[],
  connection: Connection | null,
): Promise<RegistryAnswer> {
  const schemaId = schemaIdOf(records);
  if (schemaId === null) return { kind: 'none' };
  if (connection === null || connection.registryUrl === '')
    return {
      kind: 'failed',
      message: `The records name schema ${schemaId} of a registry: give the connection the address of that registry to see their columns.`,
    };
  const answer = await askRegistry(connection, schemaId);
  if (!answer.ok) return { kind: 'failed', message: `${answer.failure.message} ${answer.failure.hint}` };
  const proposal = proposeFromAvro(answer.value, connection, records);
  return proposal === null
    ? { kind: 'failed', message: `Schema ${schemaId} of the registry is no Avro record.` }
    : { kind: 'proposal', proposal };
}

/** What is accepted. */
export function choiceOf(draft: Draft, topic: string, connection: Connection | null): TopicChoice {
  const { proposal, columns } = draft;
  const taken = columns.filter(({ isTaken }) => isTaken);
  const time = timeOf(draft);
  const renamed = columns.find(({ proposedName }) => proposedName === time?.column);
  return {
    topic,
    connection,
    format: proposal.format,
    formatOptions: proposal.options,
    columns: taken,
    metadata: draft.metadata,
    withKey: draft.withKey,
    time:
      time === null
        ? null
        : { ...time, column: renamed?.name ?? time.column, expression: renamedSource(time, columns) },
    delayMs: draft.delayMs,
    primaryKey: proposal.primaryKey.flatMap(
      (key) => taken.find(({ proposedName }) => proposedName === key)?.name ?? [],
    ),
  };
}

/** The column for event time that is chosen. */
export function timeOf({ proposal, time }: Draft): Proposal['times'][number] | null {
  return proposal.times.find(({ column }) => column === time) ?? null;
}

/** Why it cannot be accepted as it is; null: it can. */
export function problemOf(draft: Draft): string | null {
  const { columns } = draft;
  const taken = columns.filter(({ isTaken }) => isTaken);
  if (taken.length === 0) return 'Take at least one column.';
  const empty = taken.find(({ name, type }) => name.trim() === '' || type.trim() === '');
  if (empty !== undefined) return `The column ${empty.proposedName} needs a name and a type.`;
  const names = taken.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return `Two columns are called ${twice}.`;
  const time = timeOf(draft);
  const source = time?.expression === null && !time.isMetadata ? time.column : timeSource(time?.expression ?? '');
  if (columns.some(({ proposedName, isTaken }) => proposedName === source && !isTaken))
    return `Event time is taken from ${source}: take that column, or choose another.`;
  return null;
}

/** The expression of a computed column over columns that may have got other names. */
function renamedSource({ expression }: ProposedTime, columns: readonly DraftColumn[]): string | null {
  const source = timeSource(expression ?? '');
  const column = columns.find(({ proposedName }) => proposedName === source);
  if (expression === null || source === null || column === undefined) return expression;
  return expression.replace(backTicked(source), () => backTicked(column.name));
}

/** The column in the back-ticks of a computed one. */
function timeSource(expression: string): string | null {
  return /`((?:[^`]|``)*)`/.exec(expression)?.[1]?.replaceAll('``', '`') ?? null;
}
