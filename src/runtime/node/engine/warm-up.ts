/**
 * Runs something small through the whole engine, so that the first real run of a thread finds its code loaded
 * and compiled. Nothing of it is seen, kept or written.
 */
import { type PlannedScript, planScript } from '../../job/plan-script.ts';
import { type DesignerRun, startRun } from '../../job/start-run.ts';
import { MemoryFiles } from '../../seams/memory-files.ts';
import { SeededRandom } from '../../seams/seeded-random.ts';
import { nodeHost } from '../host/node-host.ts';

/** Enough for the compiler of the machine to take notice, little enough to be over before anybody asks. */
const ROW_COUNT = 2_000;

const SCRIPT = `CREATE TABLE warm (k STRING, v INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND)
  WITH ('connector' = 'filesystem', 'path' = 'warm.jsonl', 'format' = 'json');
CREATE TEMPORARY VIEW kept AS SELECT k, v, ts FROM warm WHERE v >= 0;
CREATE TEMPORARY VIEW sums AS SELECT k, COUNT(*) AS c, SUM(v) AS s FROM kept GROUP BY k;
CREATE TEMPORARY VIEW windows AS SELECT k, window_start, COUNT(*) AS c
  FROM TABLE(TUMBLE(TABLE kept, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY k, window_start, window_end;
SELECT * FROM sums;
SELECT * FROM windows;`;

/**
 * Warms in later turns of the event loop, so that what comes meanwhile is heard; the answer stops it: a real run
 * needs the processor more.
 */
export function warmUp(): () => void {
  // The module with LevelDB in it is loaded when it is first wanted: that is now.
  void import('classic-level').catch(() => {});
  let isWanted = true;
  let run: DesignerRun | null = null;
  setImmediate(() => {
    if (!isWanted) return;
    const { planned } = planScript(SCRIPT);
    setImmediate(() => {
      if (isWanted && planned !== null) run = warmRun(planned);
    });
  });
  return () => {
    isWanted = false;
    run?.stop();
  };
}

/** Sets the warming run going. */
function warmRun(planned: PlannedScript): DesignerRun | null {
  const line = (i: number): string =>
    `{"k":"k${i % 7}","v":${i},"ts":"2024-01-01 00:${String(Math.floor(i / 60) % 60).padStart(2, '0')}:${String(i % 60).padStart(2, '0')}"}\n`;
  const files = new MemoryFiles();
  files.put('warm.jsonl', Array.from({ length: ROW_COUNT }, (_, i) => line(i)).join(''));
  const { run } = startRun(planned, { host: nodeHost(), files, random: new SeededRandom(0), printLine: () => {} });
  if (run === null) return null;
  run.onEnd(() => {
    if (run.status !== 'finished') return;
    run.figures();
    run.readTap('view:sums', 0, 100);
  });
  run.resume();
  return run;
}
