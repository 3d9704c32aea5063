/**
 * A process for the crash test: records a run into the folder that it is given and tells, line by line, how
 * many rows the store has accepted. It is killed on the way. Arguments: script file, recording folder.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { executeScript } from '../../job/run-script.ts';
import { keyOf } from '../../recording/format.ts';
import { DEFAULT_RECORDING_LIMITS, RecordingWriter } from '../../recording/recording-writer.ts';
import { SeededRandom } from '../../seams/seeded-random.ts';
import { LevelStore } from '../host/level-store.ts';
import { NodeFiles } from '../host/node-files.ts';
import { nodeHost } from '../host/node-host.ts';

const [file = '', folder = ''] = process.argv.slice(2);
const store = await LevelStore.create(folder);
if (!store.ok) throw new Error(store.error.message);
const host = nodeHost();
const script = fs.readFileSync(file, 'utf8');
const header = {
  script,
  functions: [],
  seed: 3,
  planned: 'statements',
  folder: '..',
  startMs: host.clock.nowMs(),
} as const;
const limits = { ...DEFAULT_RECORDING_LIMITS, chunkMs: 20 };
const writer = new RecordingWriter(store.value, header, limits);
// There is a recording from the moment at which its header is in the store.
while ((await store.value.get(keyOf('header'))) === undefined) await delay(1);
setInterval(() => fs.writeSync(1, `${writer.acknowledgedRows}\n`), 2);
const outcome = await executeScript(
  script,
  { host, files: new NodeFiles(path.dirname(file)), random: new SeededRandom(3), printLine: () => {} },
  { queryStarted: () => {}, queryRow: () => {} },
  { rowCountMax: null, trace: null, recording: { writer } },
);
await writer.finish(outcome.status);
fs.writeSync(1, `${writer.acknowledgedRows}\n`);
await store.value.close();
process.exit(0);
