/**
 * Whether the recorded documents of the cases are still what real Flink gives. (That Millrace gives the same is a fast
 * test: e2e/checks/flink-cases.test.ts. It needs no Java.)
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { compareDocuments, firstDifference } from './compare-results.ts';
import { flinkSuite } from './flink-suite.ts';
import { type ResultDocument, readResultDocument } from './result-document.ts';
import { runOnFlink } from './run-flink.ts';
import { caseScripts, casesFolder, recordedPath } from './scripts.ts';
import { withCopy } from './workspace.ts';

const cases = caseScripts();

/** A line per script would be a hundred lines. */
function sayWithoutScripts(line: string): void {
  if (!line.startsWith('Flink: ')) process.stderr.write(`${line}\n`);
}

flinkSuite('recorded cases', () => {
  let documents: ResultDocument[] = [];

  beforeAll(async () => {
    documents = await withCopy(casesFolder, (copy) =>
      runOnFlink(
        cases.map((c) => ({ path: join(copy, c.file), paced: c.rules.paced === true })),
        { say: sayWithoutScripts },
      ),
    );
  });

  test.each(cases.map((c, i) => ({ ...c, i })))('$name is recorded as Flink gives it', ({ i, ...script }) => {
    const now = documents[i];
    if (!now) throw new Error('Flink gave no document');
    const path = recordedPath(script);
    if (!existsSync(path)) throw new Error(`not recorded yet: npx tsx e2e/flink/record.ts ${script.name}`);
    const comparison = compareDocuments(now, readResultDocument(path), { ...script.rules, message: true });
    expect(firstDifference(comparison)).toBeNull();
  });
});
