/** Runs over topics: a watermark for each partition, and recordings that give the same again without the broker. */
import { describe, expect, it } from 'vitest';
import { encodeUtf8 } from '../base/utf8.ts';
import { MemoryBroker } from '../seams/memory-broker.ts';
import { MemoryFiles } from '../seams/memory-files.ts';
import { everythingOf, replayOf, startWholeRun, type WholeRun } from './test-whole-run.ts';

const script = (more = '', sink = ''): string => `
CREATE TABLE clicks (k STRING, ts TIMESTAMP(3), p INT METADATA FROM 'partition' VIRTUAL,
  late AS ts + INTERVAL '0' SECOND, WATERMARK FOR ts AS ts - INTERVAL '1' SECOND)
  WITH ('connector' = 'kafka', 'topic' = 'clicks', 'properties.bootstrap.servers' = 'localhost:9092',
    'format' = 'json', 'scan.startup.mode' = 'earliest-offset', 'scan.bounded.mode' = 'latest-offset',
    'scan.watermark.emit.strategy' = 'on-event'${more});
CREATE VIEW counts AS SELECT window_end, COUNT(*) AS n FROM TABLE(TUMBLE(TABLE clicks, DESCRIPTOR(ts), INTERVAL '10' SECOND))
  GROUP BY window_start, window_end;
${sink}
SELECT * FROM counts;`;

const click = (second: number): { readonly value: Uint8Array } => ({
  value: encodeUtf8(
    JSON.stringify({ k: `k${second % 3}`, ts: new Date(second * 1000).toISOString().replace(/[TZ]/g, ' ').trim() }),
  ),
});

/** The first partition is far ahead of the second, which is read behind it. */
function broker(): MemoryBroker {
  const made = new MemoryBroker();
  made.create('clicks', 2);
  made.create('out', 1);
  for (let second = 0; second < 300; second++) made.put('clicks', 0, click(second));
  for (let second = 0; second < 100; second++) made.put('clicks', 1, click(second));
  return made;
}

/** What the broker answers comes with promises, which the simulated host knows nothing of. */
async function runToEnd({ run, host }: WholeRun): Promise<void> {
  run.resume();
  for (let turn = 0; turn < 1000 && run.status === 'running'; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
    host.runUntil(() => run.status !== 'running');
  }
}

describe('a run over a topic', () => {
  it('makes no row of a partition late because another was read faster', async () => {
    const whole = startWholeRun({ script: script(), files: new MemoryFiles(), brokers: broker() });
    await runToEnd(whole);
    const counts = whole.run.readTap('view:counts', 0, 100);
    const lateRows = whole.run.figures().map(({ nodeId, ...figures }) => [nodeId, JSON.stringify(figures)]);
    expect([
      whole.run.status,
      counts.rows.length,
      lateRows.filter(([, text]) => /"late\w*":[1-9]/.test(text ?? '')),
    ]).toEqual(['finished', 30, []]);
    expect(counts.rows.slice(0, 2).map((row) => JSON.stringify(row).includes('20'))).toEqual([true, true]);
  });

  it('is replayed from its recording to the same rows, state and watermarks, at its end and in its middle', async () => {
    const files = new MemoryFiles();
    const brokers = broker();
    const sink = `CREATE TABLE written (window_end TIMESTAMP(3), n BIGINT) WITH ('connector' = 'kafka', 'topic' = 'out',
      'properties.bootstrap.servers' = 'localhost:9092', 'format' = 'json');
      INSERT INTO written SELECT * FROM counts;`;
    const whole = startWholeRun({ script: script('', sink), files, brokers });
    await runToEnd(whole);
    const written = brokers.records('out', 0).length;
    const end = await replayOf(whole, { files });
    const moment = end.moment();
    expect([whole.run.status, moment.row, written]).toEqual(['finished', 400, 30]);
    expect(moment.digests?.replayed).toBe(moment.digests?.first);
    expect(await everythingOf(end)).toEqual(await everythingOf(whole.run));

    // Straight from the beginning, and from a checkpoint of the recording.
    const straight = await replayOf(whole, { files }, { row: 333, withoutCheckpoints: true });
    const jumped = await replayOf(whole, { files }, { row: 333 });
    expect(await everythingOf(jumped)).toEqual(await everythingOf(straight));
    expect(brokers.records('out', 0)).toHaveLength(written);
  });

  it('leaves a partition without rows out of the minimum when it has been idle for long enough', async () => {
    const unbounded = script().replace("'scan.bounded.mode' = 'latest-offset',", '');
    const reached = async (more: string): Promise<unknown> => {
      const brokers = new MemoryBroker();
      brokers.create('clicks', 2);
      for (let second = 0; second < 50; second++) brokers.put('clicks', 0, click(second));
      const text = unbounded.replace("'on-event'", `'on-event'${more}`);
      const whole = startWholeRun({ script: text, files: new MemoryFiles(), brokers });
      whole.run.resume();
      await new Promise((resolve) => setImmediate(resolve));
      const { clock } = whole.host;
      const startMs = clock.nowMs();
      whole.host.runUntil(() => clock.nowMs() > startMs + 3_000);
      brokers.put('clicks', 0, click(50));
      whole.host.runUntil(() => clock.nowMs() > startMs + 7_000);
      const rows = whole.run.readTap('view:counts', 0, 100).rows.length;
      whole.run.stop();
      return rows;
    };
    expect([await reached(''), await reached(", 'scan.watermark.idle-timeout' = '5 s'")]).toEqual([0, 4]);
  });
});
