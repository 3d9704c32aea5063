/** Millrace still gives what real Flink gave for the many recorded scripts, area by area, in one process. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compareDocuments, firstDifference } from '../flink/compare-results.ts';
import { recordedCases, rulesOf, writeCase } from '../flink/recorded-cases.ts';
import type { ResultDocument } from '../flink/result-document.ts';
import { runBatchOnMillrace } from '../flink/run-millrace.ts';

const cases = recordedCases();
const areas = [...new Set(cases.map(({ area }) => area))];

describe('scripts recorded from real Flink', () => {
  const parent = mkdtempSync(join(tmpdir(), 'millrace-recorded-'));
  let documents: ResultDocument[] = [];

  beforeAll(async () => {
    documents = await runBatchOnMillrace(
      cases.map((recorded) => writeCase(parent, recorded)),
      'source',
    );
  }, 120_000);
  afterAll(() => rmSync(parent, { recursive: true, force: true }));

  test.each(areas)('%s', (area) => {
    const differences = cases.flatMap((recorded, i) => {
      const actual = documents[i];
      if (recorded.area !== area || actual === undefined) return [];
      const difference = firstDifference(compareDocuments(recorded.expected, actual, rulesOf(recorded)));
      return difference === null ? [] : [`${recorded.name}: ${difference}`];
    });
    expect(differences).toEqual([]);
  });

  test('every case was run', () => {
    expect(documents.length).toBe(cases.length);
    expect(cases.length).toBeGreaterThan(2000);
  });
});
