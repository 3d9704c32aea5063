/** Sources that cannot be read again: their rows are in the recording, with every kind of value. */
import { describe, expect, it } from 'vitest';
import { ok, type Result } from '../base/result.ts';
import { RowKind } from '../data/row-kind.ts';
import { MapValue, NanoTimestamp, type Row, type Value } from '../data/value.ts';
import { Dataflow } from '../engine/dataflow.ts';
import type { RowInput } from '../engine/operator.ts';
import { OperatorBase } from '../engine/operator-base.ts';
import { Run } from '../engine/scheduler.ts';
import { SimHost } from '../engine/sim-host.ts';
import type { PollStatus, SourceReader } from '../engine/source.ts';
import { Trace } from '../engine/trace.ts';
import { TurnClock } from '../engine/turn-clock.ts';
import type { Clock } from '../seams/clock.ts';
import { MemoryFiles } from '../seams/memory-files.ts';
import { MemoryOrderedStore } from '../seams/memory-ordered-store.ts';
import { loadRecording } from './load-recording.ts';
import { DEFAULT_RECORDING_LIMITS, RecordingWriter } from './recording-writer.ts';
import { Replay } from './replay.ts';
import { WatchedFiles } from './watched-files.ts';

const VALUES: readonly Value[] = [
  null,
  true,
  -0,
  2 ** 70,
  9007199254740993n,
  'text \ud800',
  Uint8Array.of(0, 255),
  new NanoTimestamp(-1, 999_999),
  new MapValue([['k', [1, null]]]),
  [['nested'], []],
];

/** A reader as of a socket: rows come once. */
class OnceReader implements SourceReader {
  #next = 0;

  open(): Result<void> {
    return ok(undefined);
  }

  poll(output: RowInput, rowCountMax: number): Result<PollStatus> {
    for (let i = 0; i < rowCountMax; i++) {
      if (this.#next >= 350) return ok('end');
      const row: Row = [this.#next, VALUES[this.#next % VALUES.length] as Value];
      output.processRow(this.#next % 4 === 3 ? RowKind.Delete : RowKind.Insert, row);
      this.#next += 1;
    }
    return ok('more');
  }

  progress() {
    return { rowsRead: this.#next, fraction: null };
  }

  position(): Value {
    return this.#next;
  }

  restore(): void {}

  close(): void {}
}

/** A replay must never ask the outside world again. */
class GoneReader extends OnceReader {
  override open(): Result<void> {
    throw new Error('the source is gone');
  }

  override poll(): Result<PollStatus> {
    throw new Error('the source is gone');
  }
}

class PassOn extends OperatorBase implements RowInput {
  readonly inputs = [this];

  processRow(kind: RowKind, row: Row): void {
    this.output.processRow(kind, row);
  }
}

function dataflow(reader: SourceReader, clock: Clock, endTrace: Trace): Dataflow {
  return new Dataflow(
    [
      { id: 0, name: 'source', nodeIds: ['source'], inputs: [], body: { kind: 'source', reader } },
      { id: 1, name: 'end', nodeIds: ['end'], inputs: [0], body: { kind: 'operator', operator: new PassOn() } },
    ],
    { nowMs: () => clock.nowMs(), random: () => 0, timeZone: 'UTC', stateTtlMs: 0, trace: null, endTrace },
  );
}

describe('a source that cannot be read again', () => {
  it('is replayed from the recording alone, at any row', async () => {
    const store = new MemoryOrderedStore();
    const host = new SimHost(1000);
    const header = { script: '', functions: [], seed: 0, planned: 'statements', folder: '', startMs: 1000 } as const;
    const limits = {
      ...DEFAULT_RECORDING_LIMITS,
      chunkRowCount: 100,
      checkpointRowCount: 100,
      checkpointShare: Number.POSITIVE_INFINITY,
    };
    const writer = new RecordingWriter(store, header, limits);
    const clock = new TurnClock(host.clock);
    const trace = new Trace();
    const first = dataflow(new OnceReader(), clock, trace);
    const files = new WatchedFiles(new MemoryFiles());
    const recorder = writer.beginJob({
      statement: 1,
      buildMs: clock.nowMs(),
      dataflow: first,
      trace,
      files,
      clock: host.clock,
    });
    const run = new Run(first, host, () => {}, { clock, recorder });
    run.resume();
    host.runUntil(() => run.hasEnded);
    await writer.finish(run.status);

    const loaded = await loadRecording(store);
    if (!loaded.ok) throw new Error(loaded.error.message);
    expect(loaded.value).toMatchObject({ rowCount: 350, damage: [] });
    expect(loaded.value.checkpoints.length).toBeGreaterThan(2);
    const opened = await Replay.open(
      loaded.value,
      (_, seams) => ok(dataflow(new GoneReader(), seams.clock, seams.endTrace)),
      new MemoryFiles(),
    );
    if (!opened.ok) throw new Error(opened.error.message);
    const replay = opened.value;
    expect(await replay.seek(347)).toMatchObject({ ok: true });
    expect(replay.dataflow?.tapOf('end')?.read(345, 10)).toEqual([
      { sequence: 345, kind: RowKind.Insert, row: [345, VALUES[5]] },
      { sequence: 346, kind: RowKind.Insert, row: [346, VALUES[6]] },
    ]);
    // The tap of the checkpoint: rows that came before it are there too.
    expect(replay.dataflow?.tapOf('end')?.read(290, 1000).at(0)?.row).toEqual([290, VALUES[0]]);
    expect(await replay.seek(0)).toMatchObject({ ok: true });
    expect(await replay.playToEnd()).toMatchObject({ ok: true });
    expect(replay.digests()).toEqual([{ statement: 1, first: replay.digest(), replayed: replay.digest() }]);
  });
});
