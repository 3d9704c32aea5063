/** Random programs are worth what they reach: every kind of operator that runs. */
import { describe, expect, it } from 'vitest';
import { parseScript } from '../sql/1-parse/parse-script.ts';
import { bindStatement } from '../sql/2-bind/bind-statement.ts';
import { Session } from '../sql/2-bind/session.ts';
import { projectFunctions } from '../udf/project-functions.ts';
import { connectorCatalog } from './connector-catalog.ts';
import { operatorFactories } from './operator-registry.ts';
import { RANDOM_FUNCTIONS } from './random-functions.ts';
import { randomProgram } from './random-programs.ts';
import { planOf } from './run-script.ts';

const library = projectFunctions(RANDOM_FUNCTIONS);

/** Kinds of the operators in the plans of a script, and what was refused. */
function kindsOf(text: string): { readonly kinds: ReadonlySet<string>; readonly refused: readonly string[] } {
  const session = new Session();
  const kinds = new Set<string>();
  const refused: string[] = [];
  for (const statement of parseScript(text).script.statements) {
    const { bound, diagnostics } = bindStatement(statement, session, connectorCatalog, { text, functions: library });
    if (bound === undefined) refused.push(diagnostics[0]?.message ?? '');
    if (bound?.kind !== 'query' && bound?.kind !== 'inserts') continue;
    const { plan, diagnostics: planned } = planOf(bound, session);
    if (plan === undefined) refused.push(planned[0]?.message ?? '');
    for (const { options } of plan?.nodes ?? []) kinds.add(options.kind);
  }
  return { kinds, refused };
}

describe('random programs', () => {
  it('reach every kind of operator, and few of them are refused', { timeout: 60_000 }, () => {
    const kinds = new Set<string>();
    const refused: string[] = [];
    for (let seed = 1; seed <= 600; seed++) {
      const seen = kindsOf(randomProgram(seed, { functions: true }).script);
      for (const kind of seen.kinds) kinds.add(kind);
      refused.push(...seen.refused);
    }
    expect(Object.keys(operatorFactories).filter((kind) => !kinds.has(kind))).toEqual([]);
    expect(refused.length).toBeLessThan(120);
  });
});
