/**
 * The ends of a plan: the query's rows for the user, and sinks with what Flink puts before them.
 * Flink: `StreamPhysicalSink`, `CommonExecSink`, `FlinkChangelogModeInferenceProgram.inferSinkRequiredTraits`.
 */

import { writtenColumns } from '../2-bind/bind-insert.ts';
import type { BoundInsert } from '../2-bind/rel.ts';
import { pathSummary } from '../2-bind/session.ts';
import {
  beforeAfterOrNone,
  INSERT_ONLY,
  isInsertOnly,
  kindsText,
  onlyAfterOrNone,
  passThrough,
} from './changelog-mode.ts';
import { columnNames, describe } from './draft-tools.ts';
import { planProblems } from './messages.ts';
import type { ModifyKindSet, UpdateKind } from './physical.ts';
import type { Columns } from './physical-options.ts';
import type { Draft, PlanContext, PlanRule } from './rule.ts';

/** Takes any changelog and changes nothing. */
function endRule(kind: 'collect' | 'sink' | 'sink-materializer'): PlanRule {
  return {
    kind,
    plan: () => undefined,
    provides: (_, [kinds]) => kinds ?? INSERT_ONLY,
    requires: kind === 'sink-materializer' ? (_, _required, inputs) => inputs.map(beforeAfterOrNone) : passThrough,
    explain: ({ options, schema }) => {
      const fields = `fields=[${schema.map((f) => f.name).join(', ')}]`;
      return options.kind === 'sink' ? `table=[${pathSummary(options.table.path)}], ${fields}` : fields;
    },
  };
}

const COLLECT = endRule('collect');
const SINK = endRule('sink');
const MATERIALIZER = endRule('sink-materializer');

/** The end of a query. */
export function collectDraft(input: Draft): Draft {
  return {
    rule: COLLECT,
    options: { kind: 'collect' },
    inputs: [input],
    schema: input.schema,
    name: 'Collect',
    upsertKeys: input.upsertKeys,
    nodeIds: [],
  };
}

/** A way to plan a sink, best first. */
export interface SinkCandidate {
  readonly draft: Draft;
  readonly updates: UpdateKind;
}

/** Ways to write `input` into the statement's table; none (reported) when the sink cannot take it. */
export function sinkDraft(
  insert: BoundInsert,
  input: Draft,
  kinds: ModifyKindSet,
  cx: PlanContext,
): readonly SinkCandidate[] {
  if (insert.overwrite && !cx.batch) cx.report(planProblems.overwrite(), insert.span);
  const { table } = insert;
  const mode = cx.connectors.sinkChangelog(table);
  if (mode === 'insert-only' && !isInsertOnly(kinds)) {
    cx.report(planProblems.sinkUpdates(pathSummary(table.path), kindsText(kinds), describe(input)), insert.span);
    return [];
  }
  const columns = writtenColumns(table);
  const primaryKey: Columns = table.primaryKey.flatMap((k) => {
    const position = columns.findIndex((c) => c.position === k);
    return position === -1 ? [] : [position];
  });
  const matches = primaryKey.length > 0 && input.upsertKeys.some((key) => key.every((k) => primaryKey.includes(k)));
  const setting = cx.session.setting('table.exec.sink.upsert-materialize')?.toUpperCase() ?? 'AUTO';
  const conflict = primaryKey.length > 0 && !isInsertOnly(kinds) && !matches;
  if (
    conflict &&
    setting === 'AUTO' &&
    insert.onConflict === undefined &&
    cx.session.flag('table.exec.sink.require-on-conflict') &&
    !cx.batch
  ) {
    cx.report(
      planProblems.onConflict(pathSummary(table.path), keyText(primaryKey, columns), upsertKeyText(input)),
      insert.span,
    );
    return [];
  }
  const upsertSink = mode === 'upsert';
  const deduplicates =
    conflict && !cx.batch && insert.onConflict?.toUpperCase() === 'DEDUPLICATE' && setting !== 'NONE';
  if (conflict && insert.onConflict !== undefined && insert.onConflict.toUpperCase() !== 'DEDUPLICATE') {
    cx.report(planProblems.notYet(`ON CONFLICT DO ${insert.onConflict.toUpperCase()}`), insert.span);
  }
  const needed =
    primaryKey.length > 0 &&
    !cx.batch &&
    ((setting === 'FORCE' && upsertSink) || (setting === 'AUTO' && upsertSink && !isInsertOnly(kinds) && !matches));
  const materialize = needed || deduplicates;
  const before: Draft = materialize
    ? {
        rule: MATERIALIZER,
        options: { kind: 'sink-materializer', keys: primaryKey, inputUpsertKey: smallest(input.upsertKeys) },
        inputs: [input],
        schema: input.schema,
        name: 'SinkUpsertMaterializer',
        upsertKeys: [primaryKey],
        nodeIds: [],
      }
    : input;
  const draft: Draft = {
    rule: SINK,
    options: {
      kind: 'sink',
      table,
      notNull: cx.session.setting('table.exec.sink.not-null-enforcer')?.toUpperCase() === 'DROP' ? 'drop' : 'error',
      typeLength: typeLength(cx.session.setting('table.exec.sink.type-length-enforcer')),
      notNullColumns: columns.flatMap((c, i) => (c.type.nullable ? [] : [i])),
      upsert: upsertSink,
    },
    inputs: [before],
    schema: input.schema,
    name: 'Sink',
    upsertKeys: input.upsertKeys,
    nodeIds: table.nodeId === undefined ? [] : [table.nodeId],
    span: insert.span,
  };
  const both: SinkCandidate = { draft, updates: beforeAfterOrNone(kinds) };
  // An upsert sink does without -U when its key is the changelog's.
  return upsertSink && !materialize ? [{ draft, updates: onlyAfterOrNone(kinds) }, both] : [both];
}

function smallest(keys: readonly Columns[]): Columns | null {
  return keys.reduce<Columns | null>((best, key) => (best === null || key.length < best.length ? key : best), null);
}

function keyText(key: Columns, columns: readonly { readonly name: string }[]): string {
  return `[${key.map((k) => columns[k]?.name ?? '').join(', ')}]`;
}

function upsertKeyText(input: Draft): string {
  if (input.upsertKeys.length === 0) return 'none';
  return input.upsertKeys.map((k) => `[${columnNames(input.schema, k)}]`).join(', ');
}

function typeLength(setting: string | undefined): 'ignore' | 'trim-pad' | 'error' {
  switch (setting?.toUpperCase()) {
    case 'TRIM_PAD':
      return 'trim-pad';
    case 'ERROR':
      return 'error';
    default:
      return 'ignore';
  }
}
