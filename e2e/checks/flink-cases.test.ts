/** Millrace gives what real Flink gave: the recorded cases, through the command line, in one process, without Java. */
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { compareDocuments, firstDifference } from '../flink/compare-results.ts';
import { type ResultDocument, readResultDocument } from '../flink/result-document.ts';
import { runBatchOnMillrace } from '../flink/run-millrace.ts';
import { caseScripts, casesFolder, recordedPath } from '../flink/scripts.ts';
import { withCopy } from '../flink/workspace.ts';

const cases = caseScripts();

describe('cases recorded from real Flink', () => {
  let documents: ResultDocument[] = [];

  beforeAll(async () => {
    documents = await withCopy(casesFolder, (copy) =>
      runBatchOnMillrace(
        cases.map((c) => join(copy, c.file)),
        'source',
      ),
    );
  }, 120_000);

  test.each(cases.map((c, i) => ({ ...c, i })))('$name', ({ i, ...script }) => {
    const actual = documents[i];
    if (!actual) throw new Error('Millrace gave no document');
    const comparison = compareDocuments(readResultDocument(recordedPath(script)), actual, script.rules);
    expect(firstDifference(comparison)).toBeNull();
  });
});
