/** Scalar functions from text to value: parsed, bound, compiled, and compared with what real Flink gave. */
import { describe, expect, test } from 'vitest';
import { present } from '../base/assert.ts';
import { formatForDocument } from '../data/format-value.ts';
import { typeToString } from '../data/type-text.ts';
import type { Row } from '../data/value.ts';
import { parseScript } from '../sql/1-parse/parse-script.ts';
import { bindStatement } from '../sql/2-bind/bind-statement.ts';
import { Session } from '../sql/2-bind/session.ts';
import { compileProjection } from '../sql/4-codegen/compile-calc.ts';
import type { EvalContext } from '../sql/functions/function.ts';
import { connectorCatalog } from './connector-catalog.ts';
import { SCALAR_CASES } from './scalar-functions.flink.ts';

const ZONE = 'America/Los_Angeles';
const TABLE = `CREATE TABLE t (id INT, s STRING, j STRING, dt DATE, ts TIMESTAMP(3), x STRING, p STRING, ai ARRAY<INT>,
  d DOUBLE, l BIGINT, de DECIMAL(10,3)) WITH ('connector' = 'filesystem', 'path' = 't.jsonl', 'format' = 'json');`;

const ROW: Row = [
  1,
  '2024-01-31 10:00:00',
  '{"a":1,"b":[1,{"c":2.50}],"s":"x"}',
  19782,
  Date.UTC(1960, 4, 6, 7, 8, 9, 123),
  'abcabc',
  'a%',
  [1, null, 2],
  2.5,
  9007199254740993n,
  12345,
];

const cx: EvalContext = {
  currentTimeMs: () => 1_700_000_000_000,
  queryStartMs: 1_700_000_000_000,
  random: () => 0.25,
  currentWatermarkMs: () => null,
  timeZone: ZONE,
};

function evaluate(expression: string) {
  const text = `${TABLE}\nSELECT ${expression} AS c FROM t;`;
  const session = new Session();
  for (const statement of parseScript(text).script.statements) {
    const { bound, diagnostics } = bindStatement(statement, session, connectorCatalog, { text });
    if (bound === undefined) throw new Error(diagnostics.map((d) => d.message).join('; '));
    if (bound.kind !== 'query') continue;
    const { rel } = bound;
    if (rel.kind !== 'project') throw new Error(`a SELECT is a projection, not ${rel.kind}`);
    const { type } = present(rel.schema[0], 'the column');
    const value = compileProjection(rel.exprs, rel.input.schema)(ROW, cx)[0] ?? null;
    return [typeToString(type), formatForDocument(value, type, ZONE)];
  }
  throw new Error('no query');
}

describe('a scalar expression gives what Flink gives', () => {
  test.each(SCALAR_CASES)('%s', (expression, type, value) => {
    expect(evaluate(expression)).toEqual([type, value]);
  });
});
