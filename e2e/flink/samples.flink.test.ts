/** Every sample on real Flink and on Millrace, side by side. Prints one line per result with its counts. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Comparison, compareDocuments, firstDifference } from './compare-results.ts';
import { flinkSuite } from './flink-suite.ts';
import type { ResultDocument } from './result-document.ts';
import { runOnFlink } from './run-flink.ts';
import { runOnMillrace } from './run-millrace.ts';
import { type ComparedScript, sampleScripts } from './scripts.ts';
import { withCopy } from './workspace.ts';

const samples = sampleScripts();

flinkSuite('samples on real Flink', () => {
  const flink = new Map<string, ResultDocument>();
  const report: string[] = [];

  beforeAll(async () => {
    for (const sample of samples) {
      await withCopy(sample.folder, async (copy) => {
        const script = { path: join(copy, sample.file), paced: sample.rules.paced === true };
        const [document] = await runOnFlink([script], { say: (line) => process.stderr.write(`${line}\n`) });
        if (document) flink.set(sample.name, document);
      });
    }
  });

  afterAll(() => {
    process.stdout.write(`\n${report.join('\n')}\n`);
  });

  test.each(samples)('$name gives the same rows as Flink', async (sample) => {
    const expected = flink.get(sample.name);
    if (!expected) throw new Error('Flink gave no document');
    const actual = await withCopy(sample.folder, (copy) => runOnMillrace(join(copy, sample.file), 'built'));
    const comparison = compareDocuments(expected, actual, sample.rules);
    report.push(...reportLines(sample, comparison));
    expect(expected.error, 'a sample must run on Flink').toBeUndefined();
    expect(firstDifference(comparison)).toBeNull();
  });
});

function reportLines(sample: ComparedScript, comparison: Comparison): string[] {
  return comparison.tables.map((t) => {
    const rule = sample.rules.rules?.[t.name];
    const how =
      rule?.compare === 'final-table'
        ? 'final table'
        : rule?.order === 'per-key'
          ? `per ${rule.key?.join(', ')}`
          : 'exact';
    const verdict = t.difference === null ? 'equal' : 'DIFFERENT';
    return `${verdict.padEnd(9)} ${sample.name}.${t.name} (${how}): ${t.rows} rows, ${t.equal} equal, ${t.missing} missing, ${t.extra} extra`;
  });
}
