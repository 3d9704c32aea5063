/** What an export makes of a job, and what it says before: through `flinkBundle`. */
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { bundleOf, textOf } from '../job/test-bundle.ts';
import { secretReference } from '../program/secret-references.ts';

const SOURCE = `CREATE TABLE pay (card STRING, amount INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts)
  WITH ('connector' = 'filesystem', 'path' = 'data/pay.jsonl', 'format' = 'json');`;
const SINK = `CREATE TABLE report (card STRING, amount INT) WITH ('connector' = 'print');`;

const SCALAR = `import { scalar, t } from 'millrace';
export default scalar({ args: { card: t.string() }, returns: t.string(), eval: ({ card }) => card });`;
const PROCESS = (body: string): string => `import { process, t } from 'millrace';
export default process({ returns: { n: t.int() }, onRow(_row, cx) { ${body} } });`;

describe('the bundle of a job', () => {
  it('changes nothing in the script but the functions in TypeScript', () => {
    const script = (create: string): string =>
      `-- é 'quoted'\n${SOURCE}\n\tcreate  temporary /* here */ function if not exists mask ${create} ;\n${SINK}\nINSERT INTO report SELECT mask(card), amount FROM pay;`;
    const bundle = bundleOf(script("as 'operators/mask.ts'\n language typescript"), { 'operators/mask.ts': SCALAR });
    expect(textOf(bundle, 'sql/job.sql')).toBe(
      script("as 'millrace.functions.Mask' LANGUAGE JAVA USING JAR 'jvm/target/millrace-job.jar'"),
    );
  });

  it('leaves GraalJS out of a job without functions', () => {
    const plain = bundleOf(`${SOURCE}\n${SINK}\nINSERT INTO report SELECT card, amount FROM pay;`);
    expect(plain.files.map(({ path }) => path).filter((path) => path.startsWith('jvm/src/main/java'))).toEqual([
      'jvm/src/main/java/millrace/verify/Gateway.java',
      'jvm/src/main/java/millrace/verify/RowText.java',
      'jvm/src/main/java/millrace/verify/RowsTableFactory.java',
      'jvm/src/main/java/millrace/verify/SqlScript.java',
      'jvm/src/main/java/millrace/verify/Tables.java',
      'jvm/src/main/java/millrace/verify/Verify.java',
      'jvm/src/main/java/millrace/runtime/Json.java',
    ]);
    const all = plain.files.map((file) => ('text' in file ? file.text : '')).join('\n');
    expect(all).not.toMatch(/polyglot|graaljs/);
  });

  it('holds two functions of one file as one class', () => {
    const text = `${SOURCE}\n${SINK}
CREATE TEMPORARY FUNCTION f AS 'f.ts' LANGUAGE TYPESCRIPT;
CREATE TEMPORARY FUNCTION g AS 'f.ts' LANGUAGE TYPESCRIPT;
INSERT INTO report SELECT f(g(card)), amount FROM pay;`;
    const bundle = bundleOf(text, { 'f.ts': SCALAR });
    expect(textOf(bundle, 'sql/job.sql').match(/AS '[\w.]+' LANGUAGE JAVA/g)).toEqual([
      "AS 'millrace.functions.G' LANGUAGE JAVA",
      "AS 'millrace.functions.G' LANGUAGE JAVA",
    ]);
    expect(bundle.files.filter(({ path }) => path.includes('millrace/functions/G'))).toHaveLength(3);
  });

  it('binds the ports of Docker Compose to this machine and lets nobody upload programs', () => {
    const text = textOf(
      bundleOf(`${SOURCE}\n${SINK}\nINSERT INTO report SELECT card, amount FROM pay;`),
      'docker-compose.yml',
    );
    expect(text.match(/\d+:\d+"/g)).toHaveLength(2);
    expect(text.match(/"127\.0\.0\.1:\d+:\d+"/g)).toEqual(['"127.0.0.1:8081:8081"', '"127.0.0.1:8083:8083"']);
    expect(text.match(/web\.submit\.enable: false/g)).toHaveLength(3);
  });
});

describe('the bundle of a job with secrets', () => {
  const password = secretReference('orders.password');
  const login = `org.apache.flink.kafka.shaded.org.apache.kafka.common.security.plain.PlainLoginModule required username="u" password="${password}";`;
  const bundle = bundleOf(`CREATE TABLE k (card STRING, amount INT) WITH ('connector' = 'kafka', 'topic' = 't',
  'properties.bootstrap.servers' = 'b:9092', 'properties.security.protocol' = 'SASL_SSL', 'properties.sasl.mechanism' = 'PLAIN',
  'properties.sasl.jaas.config' = '${login}', 'scan.startup.mode' = 'earliest-offset', 'format' = 'json');
${SINK}\nINSERT INTO report SELECT card, amount FROM k;`);

  it('holds the references, says which variables are needed, and says nothing of a login that goes along', () => {
    expect(textOf(bundle, 'sql/job.sql')).toContain(`password="${password}";`);
    expect(textOf(bundle, 'README.md')).toContain('| `orders.password` | `MILLRACE_SECRET_ORDERS_PASSWORD` |');
    expect(bundle.differences.map(({ code }) => code)).toEqual([
      'export/kafka',
      'export/secret-reference',
      'export/print',
    ]);
  });

  it('puts the values in when a container starts, not into the image', () => {
    const docker = textOf(bundle, 'Dockerfile');
    expect(docker).toContain(
      `printf '#!/bin/sh\\nset -eu\\numask 077\\n%s\\nexec /docker-entrypoint.sh "$@"\\n' 'LC_ALL=C awk `,
    );
    expect(docker).toMatch(/\nENTRYPOINT \["\/opt\/flink\/millrace-entrypoint\.sh"\]\n$/);
    const { spec } = parse(textOf(bundle, 'kubernetes/flink-deployment.yaml')) as Record<
      string,
      Record<string, unknown>
    >;
    expect(spec?.podTemplate).toEqual({
      spec: { containers: [{ name: 'flink-main-container', envFrom: [{ secretRef: { name: 'job-secrets' } }] }] },
    });
  });
});

describe('what an export says before it writes', () => {
  const said = (text: string, functions: Readonly<Record<string, string>> = {}) => {
    const { differences, refusals } = bundleOf(text, functions);
    const short = (found: typeof differences) => found.map(({ code, nodeId }) => `${code} ${nodeId}`).sort();
    return { differences: short(differences), refusals: short(refusals) };
  };

  it('names what is read from the clock or from chance, where it is', () => {
    const text = `${SOURCE}
CREATE TABLE tick (n INT, p AS PROCTIME()) WITH ('connector' = 'datagen', 'number-of-rows' = '3');
CREATE VIEW v AS SELECT card, CURRENT_TIMESTAMP AS at_time, RAND() AS r FROM pay;
CREATE TABLE o (card STRING, r DOUBLE) WITH ('connector' = 'blackhole');
INSERT INTO o SELECT card, r FROM v;`;
    expect(said(text)).toEqual({
      differences: [
        'export/chance view:v',
        'export/clock table:tick',
        'export/clock view:v',
        'export/datagen table:tick',
        'export/files table:pay',
      ],
      refusals: [],
    });
  });

  it('names the wished differences that the job touches', () => {
    const text = `${SOURCE}\n${SINK}
CREATE TEMPORARY FUNCTION mask AS 'mask.ts' LANGUAGE TYPESCRIPT;
CREATE TEMPORARY FUNCTION p AS 'p.ts' LANGUAGE TYPESCRIPT;
CREATE VIEW counted AS SELECT * FROM p(input => TABLE pay PARTITION BY card);
INSERT INTO report SELECT mask('a😀'), n FROM counted;`;
    const { differences } = bundleOf(text, { 'mask.ts': SCALAR, 'p.ts': PROCESS('cx.emit({ n: 1 });') });
    expect(
      differences.flatMap(({ differenceId, nodeId }) => (differenceId === undefined ? [] : [[differenceId, nodeId]])),
    ).toEqual([
      ['equal-timers-of-keys', 'view:counted'],
      ['functions-not-folded', 'insert:report'],
      ['constants-by-code-point', 'insert:report'],
    ]);
  });

  it('refuses timers on the clock, at the node that calls the function', () => {
    const text = `${SOURCE}\n${SINK}
CREATE TEMPORARY FUNCTION p AS 'p.ts' LANGUAGE TYPESCRIPT;
CREATE VIEW idle AS SELECT * FROM p(input => TABLE pay PARTITION BY card);
INSERT INTO report SELECT card, n FROM idle;`;
    const { files, refusals } = bundleOf(text, { 'p.ts': PROCESS("cx.registerProcessingTime('x', 1);") });
    expect(files).toEqual([]);
    expect(refusals).toEqual([
      {
        code: 'export/processing-timers',
        nodeId: 'view:idle',
        differenceId: 'processing-timers',
        message:
          'p.ts sets timers on the clock (registerProcessingTime), and process functions of Flink have timers on the watermark only.',
      },
    ]);
  });

  it('refuses what Flink cannot plan, and scripts with mistakes', () => {
    const TABLE_FUNCTION = `import { table, t } from 'millrace';
export default table({ args: { card: t.string() }, returns: { w: t.string() }, *eval() {} });`;
    const lateral = `${SOURCE}\n${SINK}
CREATE TEMPORARY FUNCTION f AS 'f.ts' LANGUAGE TYPESCRIPT;
CREATE VIEW v AS SELECT card, amount FROM pay LEFT JOIN LATERAL TABLE(f(card)) ON w = card;
INSERT INTO report SELECT * FROM v;`;
    expect(said(lateral, { 'f.ts': TABLE_FUNCTION }).refusals).toEqual(['export/lateral-condition view:v']);
    const wrong = `${SOURCE}\n${SINK}\nCREATE VIEW v AS SELECT crd FROM pay;\nINSERT INTO report SELECT * FROM pay;`;
    expect(said(wrong).refusals).toContain('export/mistake view:v');
  });

  it('refuses logins that load classes, and says where a secret goes along', () => {
    const kafka = (
      login: string,
    ): string => `CREATE TABLE k (card STRING, amount INT) WITH ('connector' = 'kafka', 'topic' = 't',
  'properties.bootstrap.servers' = 'b:9092', 'properties.sasl.jaas.config' = '${login}', 'scan.startup.mode' = 'earliest-offset', 'format' = 'json');
${SINK}\nINSERT INTO report SELECT card, amount FROM k;`;
    const plain = 'org.apache.kafka.common.security.plain.PlainLoginModule required username="u" password="p";';
    expect(said(kafka(plain)).differences).toEqual(
      expect.arrayContaining(['export/kafka table:k', 'export/secret table:k']),
    );
    expect(said(kafka(plain)).refusals).not.toContain('export/login-module table:k');
    for (const login of [
      'com.sun.security.auth.module.JndiLoginModule required;',
      `${plain} com.evil.Module required;`,
    ]) {
      expect(said(kafka(login)).refusals).toContain('export/login-module table:k');
    }
  });

  it.each([
    '../pay.jsonl',
    'data/../../pay.jsonl',
    '.git/hooks/post-checkout',
    'data\\pay.jsonl',
    'README.md',
    'bin/x',
    './sql/x',
    'data/con.txt',
  ])('refuses the data path %s', (path) => {
    const text = `${SOURCE.replace('data/pay.jsonl', path)}\n${SINK}\nINSERT INTO report SELECT card, amount FROM pay;`;
    expect(said(text).refusals).toEqual([expect.stringMatching(/^export\/path(-taken)? table:pay$/)]);
  });
});
