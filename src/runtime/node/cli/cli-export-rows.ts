/** The rows that an export expects of Flink: of a run on this machine, or of a recording of one. */
import * as path from 'node:path';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { sinkColumns } from '../../connectors/table-columns.ts';
import { formatForDocument } from '../../data/format-value.ts';
import type { LogicalType } from '../../data/logical-type.ts';
import { ROW_KIND_TEXT } from '../../data/row-kind.ts';
import { typeToString } from '../../data/type-text.ts';
import type { ExpectedTable, ExpectedValue } from '../../export/expected-rows.ts';
import type { InspectedScript } from '../../job/inspect-script.ts';
import { jobsOf, type WrapWriter } from '../../job/replay-script.ts';
import type { ResultDocument } from '../../job/result-document.ts';
import { loadRecording } from '../../recording/load-recording.ts';
import { Replay } from '../../recording/replay.ts';
import type { BoundTable } from '../../sql/2-bind/catalog.ts';
import { UNWATCHED } from '../engine/call-guard.ts';
import { VmFunctionSandbox } from '../functions/function-sandbox.ts';
import { LevelStore } from '../host/level-store.ts';
import { NodeFiles } from '../host/node-files.ts';
import { runAnywhere, type ScriptFile, type Terminal } from './cli-run.ts';
import { LineOutput } from './output.ts';

/** Why there are no rows. */
export interface NoRows {
  readonly message: string;
  readonly diagnostics: readonly Diagnostic[];
}

/** The sinks of a script that can be compared: those that nothing in it reads. In order of the script. */
export function comparedSinks(inspected: InspectedScript, isRead: (table: BoundTable) => boolean): BoundTable[] {
  const sinks = new Map<string, BoundTable>();
  for (const { bound } of inspected.statements) {
    if (bound?.kind !== 'inserts') continue;
    for (const { table } of bound.inserts) if (!isRead(table)) sinks.set(table.path.name, table);
  }
  return [...sinks.values()];
}

/** Runs the script here. Nothing is printed and nothing is written into its sinks. */
export async function rowsOfRun(
  script: ScriptFile,
  sinks: readonly BoundTable[],
  terminal: Terminal,
): Promise<Result<ExpectedTable[], NoRows>> {
  const pieces: string[] = [];
  const out = new LineOutput({ write: (piece: string) => pieces.push(piece), on: () => {} }, () => {});
  // Ctrl+C on the outside terminal ends the run.
  const inner: Terminal = { out, error: terminal.error, active: null, isStopped: terminal.isStopped };
  terminal.active = { stop: () => inner.active?.stop() };
  const options = { format: 'rows', seed: 0, limit: null, record: null, isQuiet: true } as const;
  const { outcome } = await runAnywhere(script, options, inner);
  terminal.active = null;
  out.flush();
  if (outcome.status !== 'finished') {
    return err({
      message:
        outcome.status === 'stopped' ? 'The run was stopped.' : 'The run failed, so there are no rows to expect.',
      diagnostics: outcome.diagnostics,
    });
  }
  const { results } = JSON.parse(pieces.join('')) as ResultDocument;
  return ok(
    sinks.map((table) => {
      const result = results.find((each) => each.type === 'sink' && each.table === table.path.name);
      return { ...shapeOf(table), rows: result?.rows ?? [] };
    }),
  );
}

/** Runs a recording of this very script again and notes what its sinks get. */
export async function rowsOfRecording(
  folder: string,
  script: ScriptFile,
  sinks: readonly BoundTable[],
): Promise<Result<ExpectedTable[], NoRows>> {
  const no = (message: string): Result<never, NoRows> => err({ message, diagnostics: [] });
  const store = await LevelStore.open(folder);
  if (!store.ok) return no(store.error.message);
  try {
    const loaded = await loadRecording(store.value);
    if (!loaded.ok) return no(loaded.error.message);
    const { header, damage } = loaded.value;
    if (damage.length > 0) return no(damage.join(' '));
    if (header.script !== script.text)
      return no(`The recording ${folder} is of another text than ${script.file}: record the job again.`);
    const rows = new Map(sinks.map((table) => [table.path.name, [] as ExpectedTable['rows'][number][]]));
    const wrap =
      (timeZone: string): WrapWriter =>
      (table, writer) => {
        const found = rows.get(table.path.name);
        if (found === undefined) return writer;
        const types = sinkColumns(table).map(({ type }) => type);
        return {
          ...dropped(writer),
          write: (kind, row) => {
            const values = types.map((type, i): ExpectedValue => formatForDocument(row[i] ?? null, type, timeZone));
            found.push([ROW_KIND_TEXT[kind], values]);
            return ok(undefined);
          },
        };
      };
    const functionHost = { sandbox: new VmFunctionSandbox(), guard: UNWATCHED };
    const files = new NodeFiles(path.resolve(folder, header.folder));
    const opened = await Replay.open(loaded.value, jobsOf(header, functionHost, wrap), files);
    if (!opened.ok) return no(opened.error.message);
    const went = await opened.value.playToEnd();
    const isWell = went.ok && opened.value.failure === null;
    opened.value.close();
    if (!isWell) return no(went.ok ? 'The recorded run failed, so there are no rows to expect.' : went.error.message);
    return ok(sinks.map((table) => ({ ...shapeOf(table), rows: rows.get(table.path.name) ?? [] })));
  } finally {
    await store.value.close();
  }
}

/** A writer with its ends, without its rows. */
function dropped(writer: ReturnType<WrapWriter>): ReturnType<WrapWriter> {
  return {
    open: () => writer.open(),
    write: () => ok(undefined),
    prepareCommit: () => writer.prepareCommit(),
    commit: (committable) => writer.commit(committable),
    finish: () => writer.finish(),
    close: () => writer.close(),
  };
}

function shapeOf(table: BoundTable): Omit<ExpectedTable, 'rows'> {
  const typed = (type: LogicalType): string => typeToString(type);
  return {
    name: table.path.name,
    isTemporary: table.temporary,
    columns: sinkColumns(table).map(({ name, type }) => [name, typed(type)]),
    key: table.primaryKey.map((index) => table.schema[index]?.name ?? ''),
  };
}
