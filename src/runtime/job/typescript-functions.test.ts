/** TypeScript functions in the front end: read and bound, never run. */
import { describe, expect, it } from 'vitest';
import { projectFunctions } from '../udf/project-functions.ts';
import { type Analysis, analyse } from './analyse.ts';
import { explainScript, inspectScript } from './inspect-script.ts';

const RISK = `import { scalar, t } from 'millrace';
export default scalar({ args: { amount: t.decimal(10, 2), city: t.string() }, returns: t.double(), eval: () => globalThis.ran() });`;
const DICE = `import { scalar, t } from 'millrace';
export default scalar({ args: {}, returns: t.double().notNull(), deterministic: false, eval: () => Math.random() });`;
const COUNT = `import { process, state, t } from 'millrace';
export default process({
  returns: { n: t.bigint().notNull() },
  state: { n: state.value(t.bigint()) },
  onRow(row, cx) { globalThis.ran(); },
});`;
const BY_CITY = `import { process, t } from 'millrace';
export default process({
  input: { city: t.string(), amount: t.decimal(12, 2) },
  returns: { n: t.bigint() },
  onRow() {},
});`;
const FILES = [
  { path: 'operators/risk.ts', text: RISK },
  { path: 'operators/dice.ts', text: DICE },
  { path: 'operators/count.ts', text: COUNT },
  { path: 'operators/by-city.ts', text: BY_CITY },
];
const TABLE = `CREATE TABLE payments (card STRING, city STRING, amount DECIMAL(10, 2) NOT NULL, ts TIMESTAMP(3), WATERMARK FOR ts AS ts)
  WITH ('connector' = 'datagen');
`;
const create = (name: string, file: string): string =>
  `CREATE TEMPORARY FUNCTION ${name} AS 'operators/${file}.ts' LANGUAGE TYPESCRIPT;\n`;

function known(text: string, files = FILES): Analysis {
  return analyse(text, { statementCountMax: 1000 }, files);
}

function messages(text: string, files = FILES): readonly string[] {
  return known(text, files).diagnostics.map(({ code, message }) => `${code}: ${message}`);
}

function plan(text: string): string {
  const { text: explained, diagnostics } = explainScript(text, projectFunctions(FILES));
  expect(diagnostics).toEqual([]);
  return explained;
}

describe('functions of a script', () => {
  it('are known with their signatures, and process functions with the rows that the graph gives them', () => {
    const text = `${TABLE}${create('risk', 'risk')}${create('tally', 'count')}${create('by_city', 'by-city')}CREATE FUNCTION j AS 'com.example.J';
CREATE VIEW v AS SELECT * FROM tally(input => TABLE payments PARTITION BY card, on_time => DESCRIPTOR(ts));
CREATE VIEW w AS SELECT * FROM by_city(input => TABLE payments PARTITION BY (city, card));`;
    const analysis = known(text);
    expect(analysis.diagnostics).toEqual([]);
    const columns = [
      { name: 'card', type: 'STRING' },
      { name: 'city', type: 'STRING' },
      { name: 'amount', type: 'DECIMAL(10, 2) NOT NULL' },
      { name: 'ts', type: 'TIMESTAMP(3) *ROWTIME*' },
    ];
    const inputRowType = [
      'readonly card: string | null;',
      'readonly city: string | null;',
      'readonly amount: Decimal;',
      'readonly ts: Timestamp | null;',
    ].join('\n');
    expect(analysis.functions.map(({ path: _, language: __, ...rest }) => rest)).toEqual([
      {
        name: 'risk',
        form: 'scalar',
        signature: 'risk(amount DECIMAL(10, 2), city STRING) → DOUBLE',
        inputColumns: null,
        inputRowType: null,
      },
      {
        name: 'tally',
        form: 'process',
        signature: 'tally(input TABLE) → (n BIGINT NOT NULL)',
        inputColumns: columns,
        inputRowType,
      },
      {
        name: 'by_city',
        form: 'process',
        signature: 'by_city(input TABLE) → (n BIGINT)',
        inputColumns: columns,
        inputRowType,
      },
      { name: 'j', form: null, signature: '', inputColumns: null, inputRowType: null },
    ]);
    expect(analysis.outputs.filter(({ nodeId }) => nodeId.startsWith('view:'))).toEqual([
      {
        nodeId: 'view:v',
        columns: [
          { name: 'card', type: 'STRING' },
          { name: 'n', type: 'BIGINT NOT NULL' },
          { name: 'rowtime', type: 'TIMESTAMP(3) NOT NULL *ROWTIME*' },
        ],
        changelog: 'append',
      },
      {
        nodeId: 'view:w',
        columns: [
          { name: 'city', type: 'STRING' },
          { name: 'card', type: 'STRING' },
          { name: 'n', type: 'BIGINT' },
        ],
        changelog: 'append',
      },
    ]);
  });

  it('whose file is wrong are mistakes of CREATE FUNCTION that point into the file, and their calls are not blamed', () => {
    const files = [{ path: 'operators/risk.ts', text: `${RISK.replace('t.string()', 't.text()')}` }];
    const { diagnostics } = known(`${TABLE}${create('risk', 'risk')}SELECT risk(amount, city) FROM payments;`, files);
    expect(diagnostics).toEqual([
      expect.objectContaining({
        code: 'udf/unknown-type',
        message: 'operators/risk.ts, line 2: There is no type t.text.',
        file: {
          path: 'operators/risk.ts',
          line: 2,
          column: (RISK.split('\n')[1]?.indexOf('t.string()') ?? 0) + 3,
        },
      }),
    ]);
    expect(diagnostics[0]?.span).toBeDefined();
  });

  it('whose file is not there say so once', () => {
    expect(
      messages(`${TABLE}${create('risk', 'rsk')}SELECT risk(amount, city), risk(amount, city) FROM payments;`),
    ).toEqual(['udf/file-missing: operators/rsk.ts, line 1: There is no file operators/rsk.ts in the project.']);
  });

  it('lose against built-in functions unless they are system functions', () => {
    const system = create('repeat', 'risk').replace('TEMPORARY', 'TEMPORARY SYSTEM');
    expect(messages(`${create('repeat', 'risk')}SELECT repeat('a', 2);`)).toEqual([]);
    expect(messages(`${system}SELECT repeat('a', 2);`)[0]).toContain(
      'Data type DECIMAL(10, 2) expected but CHAR(1) NOT NULL passed',
    );
    expect(messages(`${create('repeat', 'risk')}SELECT default_database.repeat('a');`)[0]).toContain(
      'repeat(<CHARACTER>)',
    );
  });

  it('are gone after DROP, and a temporary one hides a permanent one until then', () => {
    const permanent = create('f', 'dice').replace('TEMPORARY ', '');
    const script = `${permanent}${create('f', 'risk')}SELECT f(1, 'a');DROP TEMPORARY FUNCTION F;SELECT f();DROP FUNCTION f;SELECT f();`;
    expect(messages(script)).toEqual(['validate/unknown-function: No match found for function signature f()']);
  });

  it('explain their plan in Flink’s words', () => {
    const query = `SELECT n FROM tally(input => TABLE payments PARTITION BY card, on_time => DESCRIPTOR(ts), uid => 'q') WHERE risk(CAST(n AS DECIMAL(10, 2)), card) > 1;`;
    expect(plan(`${TABLE}${create('risk', 'risk')}${create('tally', 'count')}${query}`)).toContain(
      [
        '+- Calc(select=[n], where=[(risk(CAST(n AS DECIMAL(10, 2) NOT NULL), card) > CAST(1 AS DOUBLE NOT NULL))], changelogMode=[I])',
        "   +- ProcessTableFunction(invocation=[tally(TABLE(#0) PARTITION BY($0), DESCRIPTOR(_UTF-16LE'ts'), _UTF-16LE'q')], uid=[q], select=[card,n,rowtime], rowType=[RecordType(VARCHAR(2147483647) card, BIGINT n, TIMESTAMP(3) *ROWTIME* rowtime)], changelogMode=[I])",
      ].join('\n'),
    );
  });

  it('that are not deterministic are never computed once for two', () => {
    const { statements } = inspectScript(
      `${TABLE}${create('dice', 'dice')}SELECT x, x AS y FROM (SELECT dice() AS x FROM payments);`,
      projectFunctions(FILES),
    );
    const calcs = statements.at(-1)?.plan?.nodes.filter(({ name }) => name === 'Calc') ?? [];
    expect(calcs).toHaveLength(2);
  });

  it('read no columns that they do not declare', () => {
    const { statements } = inspectScript(
      `${TABLE}${create('by_city', 'by-city')}SELECT * FROM by_city(input => TABLE payments PARTITION BY city);`,
      projectFunctions(FILES),
    );
    const scan = statements.at(-1)?.plan?.nodes.find(({ name }) => name === 'TableSourceScan');
    expect(scan?.schema.map(({ name }) => name)).toEqual(['city', 'amount', 'ts']);
  });

  it('say which declared column is missing, and which has another type', () => {
    const script = (query: string): string =>
      `${TABLE}${create('by_city', 'by-city')}SELECT * FROM by_city(input => ${query} PARTITION BY card);`;
    expect([
      ...messages(script('(SELECT card, city AS town, amount FROM payments)')),
      ...messages(script('(SELECT card, 1 AS city, amount FROM payments)')),
    ]).toEqual([
      "validate/input-column: by_city needs a column 'city' STRING in its table, which has [card, town, amount].",
      "validate/input-column: Column 'city' of the table is INT NOT NULL, but by_city takes STRING.",
    ]);
  });
});
