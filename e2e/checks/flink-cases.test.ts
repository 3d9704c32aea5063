/** Millrace gives what real Flink gave: the recorded cases, through the command line, in one process, without Java. */
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { KNOWN_DIFFERENCES, knownDifference } from '../../src/runtime/job/known-differences.ts';
import { type Comparison, compareDocuments, firstDifference } from '../flink/compare-results.ts';
import { type ResultDocument, readResultDocument } from '../flink/result-document.ts';
import { runBatchOnMillrace } from '../flink/run-millrace.ts';
import { type ComparedScript, caseScripts, casesFolder, recordedPath } from '../flink/scripts.ts';
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

  const numbered = cases.map((script, i) => ({ ...script, i }));

  test.each(numbered.filter(({ rules }) => rules.differs === undefined))('$name', ({ i, ...script }) => {
    expect(firstDifference(compare(script, documents[i]))).toBeNull();
  });

  const different = numbered.filter(({ rules }) => rules.differs !== undefined);
  test.each(different)('$name differs as it is known to: $rules.differs', ({ i, ...script }) => {
    expect(firstDifference(compare(script, documents[i])), 'take `differs` out of its rules').not.toBeNull();
  });

  test('every case that differs names an entry of the one list of differences', () => {
    const unknown = different.filter(({ rules }) => knownDifference(rules.differs ?? '') === undefined);
    expect(unknown.map(({ name, rules }) => `${name}: ${rules.differs}`)).toEqual([]);
    expect(new Set(KNOWN_DIFFERENCES.map(({ id }) => id)).size).toBe(KNOWN_DIFFERENCES.length);
  });
});

function compare(script: ComparedScript, actual: ResultDocument | undefined): Comparison {
  if (!actual) throw new Error('Millrace gave no document');
  return compareDocuments(readResultDocument(recordedPath(script)), actual, script.rules);
}
