/**
 * Names from hostile projects stay data in every language of a bundle: independent parsers read back what went in,
 * and nothing that looks like a command is ever run. What `javac` and Flink make of them is in `e2e/bundle`.
 */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import * as os from 'node:os';
import * as path from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { bundleOf, textOf } from '../job/test-bundle.ts';
import { parseScript } from '../sql/1-parse/parse-script.ts';
import type { Bundle } from './bundle.ts';
import { javaComment, javaString } from './writers/java.ts';
import { markdownText } from './writers/markdown.ts';
import { dnsName, pathProblem, safeName } from './writers/names.ts';
import { yamlText } from './writers/yaml.ts';

const HOSTILE = [
  "'; DROP TABLE x;--",
  '`$(touch CANARY)`',
  '$(touch CANARY)',
  '"; touch CANARY; "',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a name that log4j would have followed
  '${jndi:ldap://evil.test/a}',
  '\n- evil: true',
  'a: b # c',
  '{{ evil }}',
  '*alias',
  '&anchor',
  '!!js/function',
  'no',
  '1e3',
  '0x1F',
  '2024-01-01',
  '~',
  '',
  '@x',
  '%YAML 1.2',
  '---',
  '<script>alert(1)</script>',
  '![x](http://evil.test)',
  '| cell | cell |',
  '*/ static { System.exit(1); } /*',
  '\\u002a/ evil',
  '🙂 emoji',
  '\u202eright to left',
  '__proto__',
  'CON',
  '-rf',
  '../../etc/passwd',
  'a\u0000b',
  'x'.repeat(65_536),
];

/** A second YAML parser, which the packer of the app brings along. */
const jsYaml = createRequire(import.meta.url)('js-yaml') as { load(text: string): unknown };

const q = (name: string): string => `\`${name.replaceAll('`', '``')}\``;

function hostileBundle(name: string): Bundle {
  const text = `CREATE TABLE src (card STRING) WITH ('connector' = 'filesystem', 'path' = 'data/x', 'format' = 'raw');
CREATE TABLE ${q(name)} (${q(name)} STRING) WITH ('connector' = 'print', 'print-identifier' = '${name.replaceAll("'", "''")}');
CREATE TEMPORARY FUNCTION ${q(name)} AS 'f.ts' LANGUAGE TYPESCRIPT;
INSERT INTO ${q(name)} SELECT ${q(name)}(card) FROM src;`;
  const fn = `import { scalar, t } from 'millrace';
export default scalar({ args: { card: t.string() }, returns: t.string(), eval: ({ card }) => card });`;
  return bundleOf(
    text,
    { 'f.ts': fn },
    {
      name,
      expected: [{ name, isTemporary: false, columns: [[name, 'STRING']], key: [], rows: [['+I', [name]]] }],
    },
  );
}

const work = fs.mkdtempSync(path.join(os.tmpdir(), 'millrace-hostile-'));
afterAll(() => fs.rmSync(work, { recursive: true, force: true }));

/** Names that SQL can write down at all. */
const IN_SQL = HOSTILE.filter((name) => name !== '' && !name.includes('\u0000') && !name.includes('\n')).map((name) =>
  name.slice(0, 120),
);

describe('a bundle of hostile names', () => {
  it.each(IN_SQL.map((name) => [name.slice(0, 40), name] as const))(
    '%j is data in all of its files',
    (_short, name) => {
      const bundle = hostileBundle(name);
      expect(bundle.refusals).toEqual([]);
      for (const { path: file } of bundle.files) expect(pathProblem(file), file).toBeNull();

      // SQL: the parser finds the same names and no statement more.
      const { script, diagnostics } = parseScript(textOf(bundle, 'sql/job.sql'));
      expect(diagnostics).toEqual([]);
      expect(script.statements.map(({ statement }) => statement.kind)).toEqual([
        'create-table',
        'create-table',
        'create-function',
        'insert',
      ]);

      // YAML: two parsers read the same, and only labels made for it come from the name.
      const deployment = textOf(bundle, 'kubernetes/flink-deployment.yaml');
      expect(jsYaml.load(deployment)).toEqual(parseYaml(deployment));
      expect(parseYaml(deployment)).toMatchObject({
        metadata: {
          name: expect.stringMatching(/^[a-z]([a-z0-9-]*[a-z0-9])?$/),
          annotations: { 'millrace/job': name },
        },
        spec: { image: expect.stringMatching(/^[a-z][a-z0-9-]*:1$/) },
      });
      const compose = textOf(bundle, 'docker-compose.yml');
      expect(jsYaml.load(compose)).toEqual(parseYaml(compose));

      // Java: the generated class has the name of a class and nothing of the name as it was.
      const generated = bundle.files.filter(({ path: file }) => /millrace\/functions\/[^/]+\.java$/.test(file));
      expect(generated).toHaveLength(1);
      expect(generated[0]?.path).toMatch(/\/[A-Z][A-Za-z0-9]*\.java$/);

      // The rows.
      const manifest = JSON.parse(textOf(bundle, 'expected/manifest.json')) as {
        tables: { name: string; file: string }[];
      };
      expect(manifest.tables).toMatchObject([{ name, file: expect.stringMatching(/^[A-Za-z0-9_-]{1,66}\.jsonl$/) }]);
      const rows = textOf(bundle, `expected/${manifest.tables[0]?.file}`);
      expect(Object.entries((JSON.parse(rows) as { row: object }).row)).toEqual([[name, name]]);

      // Start scripts hold no name at all.
      for (const file of [
        'bin/submit-gateway.sh',
        'bin/submit-sql-client.sh',
        'bin/verify.sh',
        'bin/lib/statements.awk',
        'Dockerfile',
        'jvm/pom.xml',
      ]) {
        expect(textOf(bundle, file)).toBe(textOf(hostileBundle('plain'), file));
      }
    },
  );

  it('runs nothing: neither when the scripts are read nor when they work on the names', () => {
    for (const [index, name] of IN_SQL.entries()) {
      const folder = path.join(work, String(index), 'a $(touch CANARY) b');
      for (const file of hostileBundle(name).files) {
        const target = path.join(folder, file.path);
        fs.mkdirSync(path.dirname(target), { recursive: true });
        fs.writeFileSync(target, 'text' in file ? file.text : file.bytes, { mode: 0o755 });
      }
      // A stand-in for the client of a distribution, which keeps what it is given.
      const flink = path.join(work, String(index), 'flink');
      fs.mkdirSync(path.join(flink, 'bin'), { recursive: true });
      fs.writeFileSync(path.join(flink, 'bin', 'sql-client.sh'), '#!/bin/sh\ncat "$2" > "$FLINK_HOME/given.sql"\n', {
        mode: 0o755,
      });
      const script = path.join(folder, 'bin', 'submit-sql-client.sh');
      for (const shell of ['bash', 'sh']) {
        for (const each of ['submit-gateway.sh', 'submit-sql-client.sh', 'verify.sh']) {
          expect(spawnSync(shell, ['-n', path.join(folder, 'bin', each)]).status).toBe(0);
        }
      }
      const env = { PATH: process.env.PATH, FLINK_HOME: flink };
      expect(spawnSync(script, { cwd: folder, env, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
      const given = fs.readFileSync(path.join(flink, 'given.sql'), 'utf8');
      expect(given).toBe(
        `${textOf(hostileBundle(name), 'sql/job.sql')
          .replace("'data/x'", () => `'${folder}/data/x'`)
          .replace("'jvm/target/millrace-job.jar'", () => `'${folder}/jvm/target/millrace-job.jar'`)}\n`,
      );
    }
    const found = fs
      .readdirSync(work, { recursive: true, encoding: 'utf8' })
      .filter((file) => path.basename(file) === 'CANARY');
    expect(found).toEqual([]);
  });
});

describe('the writers', () => {
  const text = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }));

  it('YAML: two parsers read every text back as it was', () => {
    fc.assert(
      fc.property(text, text, (key, value) => {
        fc.pre(!/[\ud800-\udfff]/.test(key + value) || (key + value).isWellFormed());
        const document = yamlText('a comment', { list: [value], map: { inner: value, key } });
        const expected = { list: [value], map: { inner: value, key } };
        expect(parseYaml(document)).toEqual(expected);
        expect(jsYaml.load(document)).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  it('Java: a literal holds only ASCII and ends where it should; a comment never ends early', () => {
    fc.assert(
      fc.property(text, (value) => {
        expect(javaString(value)).toMatch(/^"(?:[ !#-[\]-~]|\\["\\]|\\[0-3][0-7]{2}|\\u[0-9a-f]{4})*"$/);
        expect(javaComment(value)).not.toMatch(/\*\/|\\|[\r\n]/);
      }),
      { numRuns: 500 },
    );
  });

  it('Markdown: no text opens a tag, a link, an image, a cell or a line of its own', () => {
    fc.assert(
      fc.property(text, (value) => {
        expect(markdownText(value)).not.toMatch(/[<>]|(?<!\\)[[\]|`*_#$]|[\r\n\u2028\u202e]/);
      }),
      { numRuns: 500 },
    );
  });

  it('names of files and of Kubernetes objects are safe and stay apart', () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 20 }), (names) => {
        const taken = new Set<string>();
        const files = names.map((name) => safeName(name, taken));
        expect(new Set(files.map((name) => name.toLowerCase())).size).toBe(names.length);
        for (const name of files) expect(pathProblem(`expected/${name}.jsonl`), name).toBeNull();
        for (const name of names) expect(dnsName(name)).toMatch(/^[a-z](?:[a-z0-9-]{0,38}[a-z0-9])?$/);
      }),
      { numRuns: 300 },
    );
  });
});
