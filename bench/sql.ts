/**
 * What somebody who types waits for: the front end from nothing (a fresh process), parse and bind of a script of
 * 60 lines cold and warm, and the questions of an editor on a script of 500 lines.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { PROJECT_FOLDER } from '../tools/build.ts';

/** Fresh processes, and rounds inside each. */
const PROCESS_COUNT = 10;
const ROUND_COUNT = 60;

const ENTRY = `
import { analyse } from './src/runtime/job/analyse.ts';
import { connectorCatalog } from './src/runtime/job/connector-catalog.ts';
import { optionCatalog } from './src/runtime/job/option-catalog.ts';
import { completeAt } from './src/runtime/language/complete.ts';
import { hoverAt } from './src/runtime/language/hover.ts';
import { renameAt } from './src/runtime/language/rename.ts';
import { formatEdits } from './src/runtime/language/format.ts';
import { modelOf } from './src/runtime/language/script-model.ts';
const world = { connectors: connectorCatalog, options: optionCatalog };
const loadedMs = performance.now() - globalThis.startedMs;
const timed = (run) => { const t = performance.now(); run(); return performance.now() - t; };
const [short, long] = JSON.parse(process.argv[2]);
const out = { loaded: [loadedMs], cold: [], warm: [], complete: [], hover: [], rename: [], format: [] };
const front = (text) => timed(() => analyse(text, { statementCountMax: 1000 }, []));
out.cold.push(front(short));
for (let i = 0; i < ${ROUND_COUNT}; i += 1) {
  out.warm.push(front(short + ' '.repeat(i)));
  // Every round is another text, as after a key: nothing is kept from the round before.
  const text = long + '-- ' + i + '\\n';
  const at = text.lastIndexOf('WHERE') + 6;
  const typed = text.slice(0, at) + 'p' + text.slice(at);
  out.complete.push(timed(() => completeAt({ text: typed, files: [] }, at + 1, world)));
  out.hover.push(timed(() => hoverAt(modelOf({ text, files: [] }, world), at, world)));
  out.rename.push(timed(() => renameAt({ text, files: [] }, at, 'cost' + i, world)));
  out.format.push(timed(() => formatEdits(text)));
}
console.log(JSON.stringify(out));
`;

/** `npm run bench -- sql [processes]`. */
export async function run(args: readonly string[]): Promise<number> {
  const processCount = Number(args[0] ?? PROCESS_COUNT);
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-sql-'));
  try {
    const bundle = join(folder, 'front-end.mjs');
    await build({
      stdin: { contents: ENTRY, resolveDir: PROJECT_FOLDER, loader: 'ts' },
      outfile: bundle,
      bundle: true,
      minify: true,
      platform: 'node',
      format: 'esm',
      external: ['node:*'],
      loader: { '.sql': 'text', '.md': 'text' },
    });
    const start = join(folder, 'start.mjs');
    writeFileSync(start, "globalThis.startedMs = performance.now();\nawait import('./front-end.mjs');\n");
    const all: Record<string, number[]> = {};
    for (let i = 0; i < processCount; i += 1) {
      const printed = execFileSync(process.execPath, [start, JSON.stringify([script(60), script(500)])]);
      for (const [what, ms] of Object.entries(JSON.parse(String(printed)) as Record<string, number[]>))
        all[what] = [...(all[what] ?? []), ...ms];
    }
    process.stdout.write(`${processCount} processes, Node ${process.version}, ${cpus()[0]?.model ?? ''}\n`);
    print('loading the front end', all.loaded ?? [], 150);
    print('parse, bind, plan: 60 lines, cold', all.cold ?? [], null);
    print('parse, bind, plan: 60 lines, warm', all.warm ?? [], null);
    print('completion in 500 lines', all.complete ?? [], 50);
    print('hover in 500 lines', all.hover ?? [], 50);
    print('rename in 500 lines', all.rename ?? [], 50);
    print('format 500 lines', all.format ?? [], 50);
    return 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A script of about so many lines: sources, filters, windows, joins, sinks. */
function script(lineCount: number): string {
  const blocks: string[] = [];
  for (let i = 0; blocks.length * 15 < lineCount; i += 1)
    blocks.push(`CREATE TABLE orders${i} (
  id BIGINT,
  price DOUBLE,
  ts TIMESTAMP(3),
  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
) WITH ('connector' = 'datagen');
CREATE TABLE sums${i} (w TIMESTAMP(3), total DOUBLE) WITH ('connector' = 'blackhole');
CREATE VIEW window${i} AS
SELECT window_start, SUM(price * 1.2) AS total, COUNT(DISTINCT id) AS ids
FROM TUMBLE(TABLE orders${i}, DESCRIPTOR(ts), INTERVAL '1' MINUTE)
GROUP BY window_start, window_end;
INSERT INTO sums${i}
SELECT window_start, total FROM window${i} WHERE total > 10;
CREATE VIEW dear${i} AS SELECT * FROM orders${i} WHERE price > 100;
`);
  return blocks.join('');
}

function print(what: string, valuesMs: readonly number[], targetMs: number | null): void {
  const sorted = [...valuesMs].sort((a, b) => a - b);
  const at = (share: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN).toFixed(1);
  const target = targetMs === null ? '' : `   target ${targetMs} ms`;
  process.stdout.write(`${what.padEnd(36)} p50 ${at(0.5)} ms   p95 ${at(0.95)} ms   n ${sorted.length}${target}\n`);
}
