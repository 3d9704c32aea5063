/** Every sample on real Flink and on Millrace, side by side. Prints one line per result with its counts. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Comparison, compareDocuments, firstDifference } from './compare-results.ts';
import { flinkSuite } from './flink-suite.ts';
import type { ResultDocument } from './result-document.ts';
import { runOnFlink } from './run-flink.ts';
import { runOnMillrace } from './run-millrace.ts';
import { type ComparedScript, sampleScripts } from './scripts.ts';
import { scriptForFlink, writeExport } from './typescript-on-flink.ts';
import { withCopy } from './workspace.ts';

const samples = sampleScripts();

flinkSuite('samples on real Flink', () => {
  const flink = new Map<string, ResultDocument>();
  const report: string[] = [];

  beforeAll(async () => {
    for (const sample of samples) {
      await withCopy(sample.folder, async (copy) => {
        const { text, files } = await scriptForFlink(copy, sample.file);
        const path = join(copy, sample.file);
        writeFileSync(path, text);
        const folder = join(copy, 'jvm');
        writeExport(folder, files);
        const sources = files.filter((file) => file.path.endsWith('.java')).map((file) => join(folder, file.path));
        const [document] = await runOnFlink([{ path, paced: sample.rules.paced === true }], {
          say: (line) => process.stderr.write(`${line}\n`),
          ...(files.length === 0 ? {} : { project: { folder, sources } }),
        });
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
