/** The rows that an export expects of Flink: of a run on this machine, or of a recording of one. */
import * as fs from 'node:fs';
import * as os from 'node:os';
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
import { jobsOf, libraryOf, type WrapWriter } from '../../job/replay-script.ts';
import { DocumentCollector, type ResultDocument } from '../../job/result-document.ts';
import { executeScript } from '../../job/run-script.ts';
import { loadRecording } from '../../recording/load-recording.ts';
import { Replay } from '../../recording/replay.ts';
import { SeededRandom } from '../../seams/seeded-random.ts';
import type { BoundTable } from '../../sql/2-bind/catalog.ts';
import type { CompiledFunction } from '../../udf/function-library.ts';
import { UNWATCHED } from '../engine/call-guard.ts';
import { VmFunctionSandbox } from '../functions/function-sandbox.ts';
import { LevelStore } from '../host/level-store.ts';
import { NodeFiles } from '../host/node-files.ts';
import { nodeHost } from '../host/node-host.ts';
import { kafkaBrokers } from '../kafka/kafka-client.ts';

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

/** The rows of a document, by sink; a sink that got none has none. */
export function rowsOfDocument({ results }: ResultDocument, sinks: readonly BoundTable[]): ExpectedTable[] {
  return sinks.map((table) => {
    const result = results.find((each) => each.type === 'sink' && each.table === table.path.name);
    return { ...shapeOf(table), rows: result?.rows ?? [] };
  });
}

/** What is run in this thread. */
export interface RunHere {
  readonly script: string;
  /** Relative paths count from it. */
  readonly folder: string;
  readonly functions: readonly CompiledFunction[];
}

/** Runs a script in this thread, to its end. Nothing is printed and nothing is written into its sinks. */
export async function rowsOfRunHere(
  { script, folder, functions }: RunHere,
  sinks: readonly BoundTable[],
): Promise<Result<ExpectedTable[], NoRows>> {
  const collector = new DocumentCollector('all');
  const seams = {
    host: nodeHost(),
    files: new NodeFiles(folder),
    random: new SeededRandom(0),
    printLine: () => {},
    brokers: kafkaBrokers(),
  };
  const runtime = { functions: new Map(functions.map((fn) => [fn.path, fn])), sandbox: new VmFunctionSandbox() };
  const outcome = await executeScript(script, seams, collector, {
    rowCountMax: null,
    trace: null,
    library: libraryOf(functions),
    functionRuntime: functions.length === 0 ? null : { ...runtime, guard: UNWATCHED },
  });
  if (outcome.status !== 'finished') return err({ message: RUN_FAILED, diagnostics: outcome.diagnostics });
  return ok(rowsOfDocument(collector.document(outcome), sinks));
}

/** Said where a run that was to give the rows did not come to its end. */
export const RUN_FAILED = 'The run failed, so there are no rows to expect.';

/**
 * Runs a recording of this very script again and notes what its sinks get. A copy is opened, so that it does not matter
 * whether somebody looks at the recording.
 */
export async function rowsOfRecording(
  folder: string,
  script: string,
  sinks: readonly BoundTable[],
): Promise<Result<ExpectedTable[], NoRows>> {
  const copy = fs.mkdtempSync(path.join(os.tmpdir(), 'millrace-rows-'));
  try {
    copyStore(folder, copy);
    return await rowsOfStore(copy, folder, script, sinks);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return err({ message: `The recording ${folder} cannot be read: ${message}`, diagnostics: [] });
  } finally {
    fs.rmSync(copy, { recursive: true, force: true });
  }
}

/** The witness goes first: a store that is written meanwhile may know of more batches than its witness, never of fewer. */
function copyStore(folder: string, copy: string): void {
  fs.copyFileSync(path.join(folder, 'witness'), path.join(copy, 'witness'));
  fs.mkdirSync(path.join(copy, 'store'));
  for (const name of fs.readdirSync(path.join(folder, 'store'))) {
    if (name !== 'LOCK') fs.copyFileSync(path.join(folder, 'store', name), path.join(copy, 'store', name));
  }
}

async function rowsOfStore(
  copy: string,
  folder: string,
  script: string,
  sinks: readonly BoundTable[],
): Promise<Result<ExpectedTable[], NoRows>> {
  const no = (message: string): Result<never, NoRows> => err({ message, diagnostics: [] });
  const store = await LevelStore.open(copy);
  if (!store.ok) return no(store.error.message);
  try {
    const loaded = await loadRecording(store.value);
    if (!loaded.ok) return no(loaded.error.message);
    const { header, damage } = loaded.value;
    if (damage.length > 0) return no(damage.join(' '));
    if (header.script !== script) return no(`The recording ${folder} is of another script: record the job again.`);
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
