/**
 * Every script of the corpus of real Flink outputs parses, but for those statements that Flink's own
 * parser refused, which are refused here too. The corpus lies beside the project, not in it.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseScript } from './parse-script.ts';

const CORPUS = join(import.meta.dirname ?? __dirname, '../../../../../shared/corpus/open');
const there = existsSync(CORPUS);

/** The number of the statement that Flink's parser refused, or undefined. */
function refusedByFlink(folder: string): number | undefined {
  const { error } = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as {
    error?: { statement: number; phase: string };
  };
  return error?.phase === 'parse' ? error.statement : undefined;
}

describe.skipIf(!there)(there ? 'corpus' : 'corpus (not run, because ../shared/corpus/open is not there)', () => {
  const areas = there ? readdirSync(CORPUS) : ['none'];
  test.each(areas)('%s', (area) => {
    const wrong = readdirSync(join(CORPUS, area)).flatMap((name) => {
      const folder = join(CORPUS, area, name);
      const { script, diagnostics } = parseScript(readFileSync(join(folder, 'job.sql'), 'utf8'));
      const refused = script.statements.find(({ statement }) => statement.kind === 'unknown')?.number;
      const expected = refusedByFlink(folder);
      return refused === expected ? [] : [{ name, refused, expected, said: diagnostics[0]?.message }];
    });
    expect(wrong).toEqual([]);
  });
});
