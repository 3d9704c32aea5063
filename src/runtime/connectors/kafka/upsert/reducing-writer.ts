/**
 * Collects changes before they are written and keeps only the last one of each key. Flink: `ReducingUpsertWriter`.
 */
import { present } from '../../../base/assert.ts';
import type { Disposable } from '../../../base/disposable.ts';
import { ok, type Result } from '../../../base/result.ts';
import type { RowKind } from '../../../data/row-kind.ts';
import type { Row, Value } from '../../../data/value.ts';
import { contentKey, type PrimitiveKey } from '../../../data/value-key.ts';
import type { SinkResume, SinkWriter } from '../../../engine/source.ts';
import type { SinkRequest } from '../../connector.ts';
import { sinkColumns } from '../../table-columns.ts';
import type { writerOf } from '../writer.ts';

/** When what was collected is written. */
export interface BufferLimits {
  readonly rowCountMax: number;
  readonly intervalMs: number;
}

/** A writer in front of the writer. */
export class ReducingWriter implements SinkWriter {
  readonly #writer: ReturnType<typeof writerOf>;
  readonly #request: SinkRequest;
  readonly #limits: BufferLimits;
  readonly #keyColumns: readonly number[];
  /** In order of the last change of each key. */
  readonly #changes = new Map<PrimitiveKey, { readonly kind: RowKind; readonly row: Row }>();
  #timer: Disposable | null = null;
  /** What went wrong when the time was up: the next call tells. */
  #failed: Result<void> = ok(undefined);

  constructor(writer: ReturnType<typeof writerOf>, request: SinkRequest, limits: BufferLimits) {
    this.#writer = writer;
    this.#request = request;
    this.#limits = limits;
    const { table } = request;
    const columns = sinkColumns(table);
    this.#keyColumns = table.primaryKey.map((column) => {
      const { name } = present(table.schema[column], 'column of the key');
      return columns.findIndex((each) => each.name === name);
    });
  }

  open(): Result<void> {
    return this.#writer.open();
  }

  resume(from: SinkResume): Result<readonly string[]> {
    return this.#writer.resume(from);
  }

  write(kind: RowKind, row: Row): Result<void> {
    if (!this.#failed.ok) return this.#failed;
    const key = contentKey(this.#keyColumns.map((column) => row[column] ?? null));
    this.#changes.delete(key);
    this.#changes.set(key, { kind, row });
    if (this.#changes.size >= this.#limits.rowCountMax) return this.#flush();
    const { clock } = this.#request.seams;
    this.#timer ??= clock.at(clock.nowMs() + this.#limits.intervalMs, () => {
      this.#failed = this.#flush();
    });
    return ok(undefined);
  }

  waitFor(): Promise<void> | null {
    return this.#writer.waitFor();
  }

  prepareCommit(): Result<Value> {
    const flushed = this.#flush();
    return flushed.ok ? this.#writer.prepareCommit() : flushed;
  }

  commit(committable: Value): Result<void> {
    return this.#writer.commit(committable);
  }

  snapshot(): Value {
    return this.#writer.snapshot();
  }

  finish(): Result<void> {
    const flushed = this.#flush();
    return flushed.ok ? this.#writer.finish() : flushed;
  }

  settle(): Promise<Result<void>> {
    return this.#writer.settle();
  }

  close(): void {
    this.#timer?.dispose();
    this.#writer.close();
  }

  #flush(): Result<void> {
    this.#timer?.dispose();
    this.#timer = null;
    for (const { kind, row } of this.#changes.values()) {
      const written = this.#writer.write(kind, row);
      if (!written.ok) return written;
    }
    this.#changes.clear();
    return this.#failed;
  }
}
