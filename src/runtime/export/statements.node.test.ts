/** The start scripts cut a script into the statements of the parser, and make relative paths absolute, in nothing else. */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { secretReference } from '../program/secret-references.ts';
import { parseScript } from '../sql/1-parse/parse-script.ts';

const awk = path.join(import.meta.dirname, 'scripts', 'statements.awk');
const work = fs.mkdtempSync(path.join(os.tmpdir(), 'millrace-awk-'));
afterAll(() => fs.rmSync(work, { recursive: true, force: true }));

function runAwk(text: string, root: string, ...args: string[]): string {
  const file = path.join(work, 'job.sql');
  fs.writeFileSync(file, text);
  const env = { PATH: process.env.PATH, MILLRACE_ROOT: root, LC_ALL: 'C' };
  const { stdout, stderr, status } = spawnSync('awk', [...args, '-f', awk, file], { env, encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

const REFERENCE = secretReference('orders.password');

function runWithSecret(text: string, value: string) {
  const file = path.join(work, 'job.sql');
  fs.writeFileSync(file, text);
  const env = { PATH: process.env.PATH, LC_ALL: 'C', MILLRACE_ROOT: '/r', MILLRACE_SECRET_ORDERS_PASSWORD: value };
  const { stdout, stderr, status } = spawnSync('awk', ['-f', awk, file], { env, encoding: 'utf8' });
  return { status, stderr, stdout };
}

function statementsOf(text: string, root: string): string[] {
  const folder = fs.mkdtempSync(path.join(work, 'out-'));
  const count = Number(runAwk(text, root, '-v', `dir=${folder}`));
  expect(fs.readdirSync(folder)).toHaveLength(count);
  return Array.from({ length: count }, (_, i) => {
    const { statement } = JSON.parse(fs.readFileSync(path.join(folder, `${i + 1}.json`), 'utf8')) as {
      statement: string;
    };
    return statement;
  });
}

/** The statements as the parser finds them; the scripts below have no path to resolve. */
function parsedStatements(text: string): string[] {
  return parseScript(text).script.statements.map(({ extent, leading }) =>
    text.slice(Math.min(leading.start, extent.start), extent.end).replace(/^[\s;]+|[\s;]+$/g, ''),
  );
}

const repository = path.join(import.meta.dirname, '..', '..', '..');
const namesIn = (folder: string): string[] => fs.readdirSync(path.join(repository, folder)).sort();
const scripts = [
  ...namesIn('samples').map((name) => `samples/${name}/job.sql`),
  ...namesIn('e2e/flink/cases').map((name) => `e2e/flink/cases/${name}`),
].filter((name) => name.endsWith('.sql') && fs.existsSync(path.join(repository, name)));

describe('the start scripts', () => {
  it('cut every script of the cases as the parser does', () => {
    const different: string[] = [];
    let count = 0;
    for (const name of scripts) {
      const text = fs.readFileSync(path.join(repository, name), 'utf8').replaceAll(/'path'/g, "'other'");
      const { script, diagnostics } = parseScript(text);
      // A script that does not parse has no statements that could be told apart; BEGIN … END are several to a gateway.
      if (
        diagnostics.length > 0 ||
        script.statements.some(({ statement }) => statement.kind === 'statement-set' && statement.form === 'BEGIN')
      )
        continue;
      count += 1;
      if (JSON.stringify(statementsOf(text, '/r')) !== JSON.stringify(parsedStatements(text))) different.push(name);
    }
    expect(different).toEqual([]);
    expect(count).toBeGreaterThan(90);
  });

  it('send BEGIN STATEMENT SET, its statements and END one by one, and EXECUTE STATEMENT SET as one', () => {
    expect(
      statementsOf(
        "BEGIN STATEMENT SET; INSERT INTO a SELECT 1; INSERT INTO b SELECT 2; END;\nexecute statement set\nbegin insert into a select case when x then 1 end; insert into b select ';'; end; SELECT 1",
        '/r',
      ),
    ).toEqual([
      'BEGIN STATEMENT SET',
      'INSERT INTO a SELECT 1',
      'INSERT INTO b SELECT 2',
      'END',
      "execute statement set\nbegin insert into a select case when x then 1 end; insert into b select ';'; end",
      'SELECT 1',
    ]);
  });

  it('make paths absolute in options and after JAR, and touch no other text', () => {
    const text = `CREATE TABLE t (a INT) WITH ('path' = 'data/it''s.csv', 'format'='csv', 'path'='/abs', 'path' = 's3://b/c');
SELECT 'path' = 'x', "q", \`'path' = 'y'\` /* 'path' = 'z' */ FROM t /*+ OPTIONS('path'='hint/x') */ -- ('path' = 'w')
WHERE note <> '(''path'' = ''v'')';
CREATE FUNCTION f AS 'a.B' LANGUAGE JAVA USING JAR 'jvm/a.jar', JAR '/b.jar';
`;
    expect(runAwk(text, "/it's $(x) & \\1")).toBe(
      text
        .replace("'data/it''s.csv'", () => "'/it''s $(x) & \\1/data/it''s.csv'")
        .replace("'hint/x'", () => "'/it''s $(x) & \\1/hint/x'")
        .replace("'jvm/a.jar'", () => "'/it''s $(x) & \\1/jvm/a.jar'"),
    );
  });

  it('put values of the environment in place of secrets, as text of SQL and of a login, and in nothing but quoted texts', () => {
    const text = `CREATE TABLE t (a INT) WITH ('login' = 'required password="${REFERENCE}";', 'auth' = 'me:${REFERENCE}'); -- ${REFERENCE}\n`;
    const put = runWithSecret(text, `it's "\\& $x`);
    expect(put).toEqual({
      status: 0,
      stderr: '',
      stdout: text
        .replace(`"${REFERENCE}"`, () => `"it''s \\"\\\\& $x"`)
        .replace(`me:${REFERENCE}`, () => `me:it''s "\\& $x`),
    });
  });

  it('send nothing when a secret is not set, and name its variable', () => {
    const text = `CREATE TABLE t (a INT) WITH ('auth' = '${REFERENCE}');\n`;
    expect(runWithSecret(text, '')).toEqual({
      status: 2,
      stderr: 'The variable MILLRACE_SECRET_ORDERS_PASSWORD is not set: it has the secret orders.password of the job\n',
      stdout: '',
    });
  });

  it('pass every text on, whatever is in it', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom(
            "''",
            '"',
            '\\',
            '$(touch x)',
            '`id`',
            '%s',
            '&',
            '\t',
            'é😀',
            '\u202e',
            ';',
            '--',
            '/*',
            '\u0001',
            '\r\n',
            "' ",
            'JAR',
          ),
          { maxLength: 30 },
        ),
        (parts) => {
          // Quotes come in pairs, so the literal stays one.
          const inner = parts.map((part) => (part === "' " ? '__' : part)).join('');
          const text = `SELECT '${inner}' FROM t;`;
          expect(runAwk(text, '/r')).toBe(`${text}\n`);
          expect(statementsOf(text, '/r')).toEqual([text.slice(0, -1)]);
        },
      ),
      { numRuns: 40 },
    );
  });
});
