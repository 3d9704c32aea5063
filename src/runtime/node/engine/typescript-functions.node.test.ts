/** Scripts with TypeScript functions through the real compiler and sandbox. That they give what Flink gives is in e2e/checks. */
import { expect, it } from 'vitest';
import { runWithFunctions } from './test-functions.ts';

const STRICT = `import { scalar, t } from 'millrace';
export default scalar({
  args: { n: t.int() },
  returns: t.int().notNull(),
  eval({ n }) {
    if (n === 2) throw new Error('no twos');
    return n === 3 ? null as never : (n ?? 0) * 10;
  },
});`;
const PAIRS = `import { table, t } from 'millrace';
export default table({
  args: { n: t.int() },
  returns: { a: t.int(), b: t.bigint() },
  *eval({ n }) {
    yield { a: n, b: 1n };
    if (n === 2) yield { a: n, b: 0.5 as never };
  },
});`;
const FILES = [
  { path: 'strict.ts', text: STRICT },
  { path: 'pairs.ts', text: PAIRS },
];
const CREATE = `CREATE TEMPORARY FUNCTION strict AS 'strict.ts' LANGUAGE TYPESCRIPT;
CREATE TEMPORARY FUNCTION pairs AS 'pairs.ts' LANGUAGE TYPESCRIPT;
`;

async function failure(query: string) {
  const { outcome } = await runWithFunctions(CREATE + query, FILES, '.');
  const [diagnostic] = outcome.diagnostics;
  return { message: diagnostic?.message, hint: diagnostic?.hint, file: diagnostic?.file, code: diagnostic?.code };
}

it('a function and the rows it gives go through a query', async () => {
  const query = 'SELECT strict(a) AS s, b FROM (VALUES (1), (4)) AS v(n), LATERAL TABLE(pairs(n));';
  const { document } = await runWithFunctions(CREATE + query, FILES, '.');
  expect(document).toEqual({
    results: [
      {
        type: 'query',
        statement: 3,
        columns: [
          ['s', 'INT NOT NULL'],
          ['b', 'BIGINT'],
        ],
        rows: [
          ['+I', ['10', '1']],
          ['+I', ['40', '1']],
        ],
      },
    ],
  });
});

it('an exception names function, place and arguments', async () => {
  expect(await failure('SELECT strict(n) FROM (VALUES (1), (2)) AS v(n);')).toEqual({
    code: 'run/function-failed',
    message: 'strict failed at strict.ts:6:24: no twos',
    hint: 'It came up at input row 2, in the operator Calc. It was called with n = 2.',
    file: { path: 'strict.ts', line: 6, column: 24 },
  });
});

it('NULL for a result that may not be NULL, and a fraction for a BIGINT, are told in SQL types', async () => {
  const nothing = await failure('SELECT strict(n) FROM (VALUES (3)) AS v(n);');
  const fraction = await failure('SELECT b FROM (VALUES (2)) AS v(n), LATERAL TABLE(pairs(n));');
  expect([nothing.message, fraction.message]).toEqual([
    expect.stringContaining('the result of strict: expected INT NOT NULL, but got NULL'),
    expect.stringContaining('a row of pairs, column b: expected BIGINT'),
  ]);
});
