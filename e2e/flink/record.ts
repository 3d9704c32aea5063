/**
 * Records what real Flink gives for the cases: `npx tsx e2e/flink/record.ts [NAME …]`. Each case runs three times; one
 * whose runs differ under its own rules is refused, because then Flink itself is not deterministic there.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareDocuments, firstDifference } from './compare-results.ts';
import type { ResultDocument } from './result-document.ts';
import { runOnFlink } from './run-flink.ts';
import { caseScripts, casesFolder, recordedPath } from './scripts.ts';
import { withCopy } from './workspace.ts';

const RUNS = 3;

const wanted = process.argv.slice(2);
const cases = caseScripts().filter((c) => wanted.length === 0 || wanted.includes(c.name));
const runs: ResultDocument[][] = [];
for (let n = 1; n <= RUNS; n++) {
  console.error(`run ${n} of ${RUNS}, ${cases.length} cases`);
  // More at a time in each run: what depends on the load of the machine shows.
  const documents = await withCopy(casesFolder, (copy) =>
    runOnFlink(
      cases.map((c) => ({ path: join(copy, c.file), paced: c.rules.paced === true })),
      { say: () => {}, jobs: n },
    ),
  );
  runs.push(documents);
}
const [first = []] = runs;
for (const [i, c] of cases.entries()) {
  const document = first[i];
  if (!document) throw new Error(`no document for ${c.name}`);
  const differences = runs.slice(1).map((run) => {
    const other = run[i];
    return other ? firstDifference(compareDocuments(document, other, c.rules)) : 'no document';
  });
  const difference = differences.find((d) => d !== null);
  if (difference) {
    console.error(`${c.name}: not recorded, Flink gives something else each time: ${difference}`);
    process.exitCode = 1;
    continue;
  }
  writeFileSync(recordedPath(c), documentText(document));
  const rows = document.results.map((r) => r.rows.length).join('+');
  console.error(
    `${c.name}: ${rows || 'no'} rows${document.error ? `, error (${document.error.phase}): ${document.error.message}` : ''}`,
  );
}

/** One row a line, so that a change is readable in a diff. */
function documentText(document: ResultDocument): string {
  const results = document.results.map((r) => {
    const { rows, ...head } = r;
    const lines = rows.map((row) => JSON.stringify(row)).join(',\n');
    return `${JSON.stringify(head).slice(0, -1)},"rows":[${lines === '' ? '' : `\n${lines}`}]}`;
  });
  const error = document.error ? `,\n"error":${JSON.stringify(document.error)}` : '';
  return `{"flink":${JSON.stringify(document.flink)},\n"results":[${results.map((r) => `\n${r}`).join(',')}]${error}}\n`;
}
