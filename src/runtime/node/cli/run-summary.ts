/** How a run ended, in a line: how many rows in what time, and what was written where. */
import type { ScriptListener, ScriptOutcome } from '../../job/run-script.ts';
import type { BoundTable } from '../../sql/2-bind/catalog.ts';

interface Sink {
  readonly table: BoundTable;
  rowCount: number;
}

/** Counts the rows that pass on their way to another listener. */
export class RunSummary {
  readonly #startedMs = Date.now();
  readonly #sinks = new Map<string, Sink>();
  /** The same by object: statements that write one table may each have one of their own. */
  readonly #sinkOfTable = new WeakMap<BoundTable, Sink>();
  #lastTable: BoundTable | null = null;
  #lastSink: Sink | null = null;
  #rowCount = 0;

  /** `listener`, counted. */
  watch(listener: ScriptListener): ScriptListener {
    const { snapshot, restore, checkpointNote } = listener;
    return {
      ...(snapshot === undefined ? {} : { snapshot: snapshot.bind(listener) }),
      ...(restore === undefined ? {} : { restore: restore.bind(listener) }),
      ...(checkpointNote === undefined ? {} : { checkpointNote: checkpointNote.bind(listener) }),
      queryStarted: (statement, columns) => listener.queryStarted(statement, columns),
      queryRow: (kind, row, timeZone) => {
        this.#rowCount += 1;
        listener.queryRow(kind, row, timeZone);
      },
      sinkStarted: (statement, table, columns) => listener.sinkStarted?.(statement, table, columns),
      sinkRow: (statement, table, columns, kind, row, timeZone) => {
        this.#rowCount += 1;
        this.#sinkOf(table).rowCount += 1;
        return listener.sinkRow?.(statement, table, columns, kind, row, timeZone) ?? false;
      },
    };
  }

  /** Lines without their ends: the sum, then one for each table in files. */
  lines(status: ScriptOutcome['status']): string[] {
    const files = [...this.#sinks.values()].flatMap(({ table, rowCount }) => {
      const path = table.options.get('path');
      // Files of a run that was stopped are not committed.
      if (path === undefined || status !== 'finished') return [];
      return [`${countText(rowCount)} written into ${table.path.name}: ${path}`];
    });
    const stopped = status === 'stopped' ? 'stopped after ' : '';
    return [`${stopped}${countText(this.#rowCount)} in ${durationText(Date.now() - this.#startedMs)}`, ...files];
  }

  #sinkOf(table: BoundTable): Sink {
    // Most rows go where the one before went.
    if (table === this.#lastTable && this.#lastSink !== null) return this.#lastSink;
    const sink = this.#find(table);
    this.#lastTable = table;
    this.#lastSink = sink;
    return sink;
  }

  #find(table: BoundTable): Sink {
    const known = this.#sinkOfTable.get(table);
    if (known !== undefined) return known;
    const key = JSON.stringify([table.path.catalog, table.path.database, table.path.name]);
    let sink = this.#sinks.get(key);
    if (sink === undefined) {
      sink = { table, rowCount: 0 };
      this.#sinks.set(key, sink);
    }
    this.#sinkOfTable.set(table, sink);
    return sink;
  }
}

function countText(count: number): string {
  return `${count.toLocaleString('en')} row${count === 1 ? '' : 's'}`;
}

function durationText(durationMs: number): string {
  return durationMs < 100 ? `${durationMs} ms` : `${(durationMs / 1000).toFixed(1)} s`;
}
