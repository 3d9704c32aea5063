/**
 * Compares random queries (`random-case.ts`) on real Flink and on Millrace. As a command it runs as many as wanted and
 * writes each difference, with its seed, as a project that can be run alone:
 *
 *     npx tsx e2e/flink/differential-queries/compare-seeds.ts 1-300 [FOLDER]      or 7,67,110
 */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compareDocuments, firstDifference } from '../compare-results.ts';
import type { ResultDocument } from '../result-document.ts';
import { runOnFlink } from '../run-flink.ts';
import { type MillraceFrom, runBatchOnMillrace } from '../run-millrace.ts';
import { type RandomCase, randomCase } from './random-case.ts';

/** What came of one seed. `difference` is `null` when both gave the same. */
export interface SeedOutcome {
  readonly seed: number;
  readonly script: string;
  readonly difference: string | null;
  /** Both refused the query. */
  readonly refused: boolean;
  readonly rows: number;
}

/** Runs the cases of these seeds on both and compares, in the order of the seeds. */
export async function compareSeeds(
  seeds: readonly number[],
  options: { readonly from: MillraceFrom; readonly say: (line: string) => void; readonly keepIn?: string },
): Promise<SeedOutcome[]> {
  if (seeds.length === 0) return [];
  const parent = mkdtempSync(join(tmpdir(), 'millrace-queries-'));
  try {
    const cases = seeds.map(randomCase);
    const paths = cases.map((one) => writeProject(join(parent, String(one.seed)), one));
    const millrace = await runBatchOnMillrace(paths, options.from);
    const flink = await runOnFlink(
      paths.map((path, i) => ({ path, paced: cases[i]?.rules.paced === true })),
      { say: options.say },
    );
    return cases.map((one, i) => {
      const [expected, actual] = [flink[i], millrace[i]];
      if (expected === undefined || actual === undefined) throw new Error(`seed ${one.seed} has no document`);
      const outcome = outcomeOf(one, expected, actual);
      if (outcome.difference !== null && options.keepIn !== undefined) {
        const folder = join(options.keepIn, String(one.seed));
        writeProject(folder, one);
        writeFileSync(join(folder, 'expected.json'), JSON.stringify(expected, null, 1));
        writeFileSync(join(folder, 'actual.json'), JSON.stringify(actual, null, 1));
      }
      return outcome;
    });
  } finally {
    rmSync(parent, { recursive: true, force: true });
  }
}

function outcomeOf(one: RandomCase, expected: ResultDocument, actual: ResultDocument): SeedOutcome {
  return {
    seed: one.seed,
    script: one.script,
    difference:
      firstDifference(compareDocuments(expected, actual, one.rules)) ??
      // Where Flink itself takes back what was never there the rows were just found to be the same.
      (unseenRetraction(expected) === null ? unseenRetraction(actual) : null),
    refused: expected.error !== undefined && actual.error !== undefined,
    rows: expected.results.reduce((sum, { rows }) => sum + rows.length, 0),
  };
}

/** The first row of a result that is taken back without being there, in words. */
function unseenRetraction({ results }: ResultDocument): string | null {
  for (const { rows } of results) {
    const counts = new Map<string, number>();
    for (const [i, [kind, values]] of rows.entries()) {
      const key = JSON.stringify(values);
      const count = (counts.get(key) ?? 0) + (kind === '+I' || kind === '+U' ? 1 : -1);
      if (count < 0) return `row ${i + 1}: ${kind}${key} takes back a row that is not there`;
      counts.set(key, count);
    }
  }
  return null;
}

function writeProject(folder: string, { script, files }: RandomCase): string {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const path = join(folder, 'job.sql');
  writeFileSync(path, script);
  return path;
}

/** Seeds of a list: `1-300` or `7,67,110`. */
export function seedsOf(list: string): number[] {
  const range = /^(\d+)-(\d+)$/.exec(list);
  if (range === null) return list.split(',').map(Number);
  const first = Number(range[1]);
  return Array.from({ length: Number(range[2]) - first + 1 }, (_, i) => first + i);
}

async function main(): Promise<void> {
  const [list = '', keepIn] = process.argv.slice(2);
  const seeds = seedsOf(list);
  if (seeds.length === 0 || seeds.some(Number.isNaN)) {
    console.error('usage: npx tsx e2e/flink/differential-queries/compare-seeds.ts 1-300 [FOLDER]');
    process.exitCode = 2;
    return;
  }
  const outcomes = await compareSeeds(seeds, {
    from: 'built',
    say: () => {},
    ...(keepIn === undefined ? {} : { keepIn }),
  });
  for (const { seed, difference } of outcomes) if (difference !== null) console.log(`${seed}: ${difference}`);
  const differing = outcomes.filter(({ difference }) => difference !== null).length;
  const refused = outcomes.filter((outcome) => outcome.refused).length;
  const rows = outcomes.reduce((sum, outcome) => sum + outcome.rows, 0);
  console.log(
    `${outcomes.length} queries, ${differing} differ, ${refused} refused by both, ${rows} rows of Flink compared`,
  );
  if (differing > 0) process.exitCode = 1;
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
