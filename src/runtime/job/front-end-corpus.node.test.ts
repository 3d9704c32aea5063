/**
 * Parsing, binding and planning over all scripts of the corpus of real Flink, when it lies beside the
 * project: the columns of every result and every mistake that Flink finds before a job runs. Nothing
 * is run here. The floor only rises.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { typeToString } from '../data/type-text.ts';
import { parseScript } from '../sql/1-parse/parse-script.ts';
import { bindStatement } from '../sql/2-bind/bind-statement.ts';
import { Session } from '../sql/2-bind/session.ts';
import { plan } from '../sql/3-plan/plan.ts';
import { analyse } from './analyse.ts';
import { connectorCatalog } from './connector-catalog.ts';
import { planRules } from './plan-rules.ts';

const ROOT = fileURLToPath(new URL('../../../../shared/corpus/open', import.meta.url));

/** Share of the cases that must agree. */
const FLOOR = 0.99;

interface Expected {
  readonly results: readonly {
    readonly type: string;
    readonly statement?: number;
    readonly columns: readonly (readonly [string, string])[];
  }[];
  readonly error?: { readonly statement: number; readonly phase: string; readonly message: string };
}

interface Case {
  readonly name: string;
  readonly text: string;
  readonly expected: Expected;
}

function cases(): readonly Case[] {
  return readdirSync(ROOT).flatMap((area) =>
    readdirSync(join(ROOT, area))
      .filter((name) => existsSync(join(ROOT, area, name, 'expected.json')))
      .map((name) => ({
        name: `${area}/${name}`,
        text: readFileSync(join(ROOT, area, name, 'job.sql'), 'utf8'),
        expected: JSON.parse(readFileSync(join(ROOT, area, name, 'expected.json'), 'utf8')) as Expected,
      })),
  );
}

interface Found {
  readonly columns: ReadonlyMap<number, string>;
  readonly failed: number | undefined;
  readonly message: string;
}

function frontEnd(text: string): Found {
  const { script, diagnostics: unparsed } = parseScript(text);
  const session = new Session();
  const columns = new Map<number, string>();
  for (const statement of script.statements) {
    const { extent, number } = statement;
    const { bound, diagnostics } = bindStatement(statement, session, connectorCatalog, { text });
    const all = [
      ...unparsed.filter((d) => d.span !== undefined && d.span.start >= extent.start && d.span.start <= extent.end),
      ...diagnostics,
    ];
    if (bound?.kind === 'query' || bound?.kind === 'inserts') {
      const inputs = bound.kind === 'query' ? [{ kind: 'query' as const, rel: bound.rel }] : bound.inserts;
      all.push(...plan(inputs, planRules, session, connectorCatalog).diagnostics);
    }
    const error = all.find((d) => d.severity === 'error');
    if (error !== undefined) return { columns, failed: number, message: error.message };
    if (bound?.kind === 'query' || bound?.kind === 'rows')
      columns.set(number, bound.columns.map((f) => `${f.name} ${typeToString(f.type)}`).join(', '));
  }
  return { columns, failed: undefined, message: '' };
}

/** What is wrong with a case, or `undefined`. */
function disagreement({ text, expected }: Case): string | undefined {
  const found = frontEnd(text);
  const early = expected.error !== undefined && expected.error.phase !== 'run' ? expected.error : undefined;
  if (found.failed !== early?.statement) {
    return early === undefined
      ? `unexpected error in ${found.failed}: ${found.message}`
      : `error in ${found.failed}, expected in ${early.statement}: ${early.message}`;
  }
  for (const result of expected.results) {
    if (result.type !== 'query' || result.statement === undefined) continue;
    const got = found.columns.get(result.statement);
    const want = result.columns.map((c) => c.join(' ')).join(', ');
    // EXPLAIN's single column is made where it runs.
    if (got !== undefined && got !== want) return `columns ${got}, expected ${want}`;
  }
  return undefined;
}

describe.skipIf(!existsSync(ROOT))('the corpus (not run where it does not lie beside the project)', () => {
  it('agrees with Flink on columns and on mistakes before running', () => {
    const all = cases();
    const wrong = all.flatMap((c) => {
      const why = disagreement(c);
      return why === undefined ? [] : [`${c.name}: ${why}`];
    });
    const share = (all.length - wrong.length) / all.length;
    expect(
      share,
      `${all.length - wrong.length} of ${all.length} agree; not:\n${wrong.join('\n')}`,
    ).toBeGreaterThanOrEqual(FLOOR);
  });

  it('never throws, however a script is cut off or mixed up', () => {
    for (const [i, { text }] of cases().entries()) {
      if (i % 5 !== 0) continue;
      for (const share of [0.35, 0.6, 0.85]) {
        const cut = text.slice(0, Math.floor(text.length * share));
        expect(() => analyse(cut, { statementCountMax: 1000 })).not.toThrow();
      }
      const words = text.split(/\b/);
      const swapped = words.map((w, j) => (j % 17 === 3 ? (words[(j * 7) % words.length] ?? w) : w)).join('');
      expect(() => analyse(swapped, { statementCountMax: 1000 })).not.toThrow();
    }
  });
});
