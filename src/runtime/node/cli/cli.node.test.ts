/**
 * The command line as a user has it: bundled, in a process of its own. What is asked for goes to the
 * output, everything else to the error output; the exit code says how it went.
 */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleEntry } from '../engine/test-engine.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'millrace-cli-'));
let bundle = { file: '', remove: (): void => {} };

beforeAll(async () => {
  bundle = await bundleEntry('cli/cli');
});

afterAll(() => {
  bundle.remove();
  fs.rmSync(folder, { recursive: true, force: true });
});

function write(name: string, text: string): string {
  const file = path.join(folder, name);
  fs.writeFileSync(file, text);
  return file;
}

function millrace(...args: string[]) {
  const { status, stdout, stderr } = spawnSync('node', [bundle.file, ...args], { encoding: 'utf8', timeout: 15_000 });
  return { status, stdout, stderr };
}

const TABLE = `CREATE TABLE t (k STRING, v INT) WITH ('connector' = 'filesystem', 'path' = 't.jsonl', 'format' = 'json');`;

describe('millrace', () => {
  it('prints the changelog of a query and of print sinks, row for row', () => {
    write('t.jsonl', '{"k":"a","v":1}\n{"k":"a","v":2}\n');
    const script = write(
      'job.sql',
      `${TABLE}
CREATE TABLE s (c BIGINT) WITH ('connector' = 'print', 'print-identifier' = 'out');
INSERT INTO s SELECT COUNT(*) FROM t;
SELECT k, SUM(v) AS s FROM t GROUP BY k;`,
    );
    expect(millrace('run', script)).toEqual({
      status: 0,
      stdout: ['out> +I[1]', 'out> -U[1]', 'out> +U[2]', '+I[a, 1]', '-U[a, 1]', '+U[a, 3]', ''].join('\n'),
      stderr: expect.stringMatching(/^-- sink s, statement 3\n-- query, statement 4\n6 rows in [\d.]+ m?s\n$/),
    });
    expect(millrace('run', script, '--quiet').stderr).toBe('-- sink s, statement 3\n-- query, statement 4\n');
  });

  it('prints one document, with and without a list of scripts', () => {
    write('t.jsonl', '{"k":"a","v":1}\n');
    const good = write('good.sql', `${TABLE}\nSELECT v FROM t;`);
    const bad = write('bad.sql', `${TABLE}\nSELECT w FROM t;`);
    const document = {
      results: [{ type: 'query', statement: 2, columns: [['v', 'INT']], rows: [['+I', ['1']]] }],
    };
    const single = millrace('run', good, '--format', 'json');
    expect({ status: single.status, document: JSON.parse(single.stdout) }).toEqual({ status: 0, document });
    const list = write('list.txt', `${good}\n${bad}\n`);
    for (const args of [
      ['run', '--batch', list],
      ['--batch', list],
    ]) {
      const batch = millrace(...args);
      const [first, second] = batch.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(first).toEqual(document);
      expect(second).toMatchObject({ results: [], error: { statement: 2, phase: 'validate' } });
      expect(batch.status).toBe(1);
    }
  });

  it('ends a query after the rows asked for, also one that never ends', () => {
    const script = write('endless.sql', "CREATE TABLE g (a INT) WITH ('connector' = 'datagen');\nSELECT a FROM g;");
    const first = millrace('run', script, '--limit', '3', '--seed', '5');
    expect(first.status).toBe(0);
    expect(first.stdout.trim().split('\n')).toHaveLength(3);
    expect(millrace('run', script, '--limit', '3', '--seed', '5').stdout).toBe(first.stdout);
    expect(millrace('run', script, '--limit', '3', '--seed', '6').stdout).not.toBe(first.stdout);
  });

  it('shows the tables in the end, those of print sinks too, each under its name', () => {
    write('t.jsonl', '{"k":"a","v":1}\n{"k":"a","v":2}\n{"v":3}\n');
    const script = write(
      'table.sql',
      `${TABLE}
CREATE TABLE s (c BIGINT) WITH ('connector' = 'print');
INSERT INTO s SELECT COUNT(*) FROM t;
SELECT k, SUM(v) AS total FROM t GROUP BY k;`,
    );
    expect(millrace('run', script, '--format', 'table').stdout).toBe(
      [
        'query, statement 4',
        '+--------+-------+',
        '| k      | total |',
        '+--------+-------+',
        '| a      | 3     |',
        '| <NULL> | 3     |',
        '+--------+-------+',
        '2 rows',
        '',
        'sink s',
        '+---+',
        '| c |',
        '+---+',
        '| 3 |',
        '+---+',
        '1 row',
        '',
      ].join('\n'),
    );
  });

  it('takes the job.sql of a folder, and says so when there is none', () => {
    fs.mkdirSync(path.join(folder, 'project'), { recursive: true });
    fs.mkdirSync(path.join(folder, 'nothing'), { recursive: true });
    write('project/t.jsonl', '{"k":"a","v":1}\n');
    write('project/job.sql', `${TABLE}\nSELECT v FROM t;`);
    const project = path.join(folder, 'project');
    expect(millrace('run', project)).toMatchObject({ status: 0, stdout: '+I[1]\n' });
    expect(millrace('check', project).stderr).toBe(`${path.join(project, 'job.sql')}: nothing to report\n`);
    for (const command of ['run', 'check', 'explain']) {
      const { status, stderr } = millrace(command, path.join(folder, 'nothing'));
      expect(status).toBe(1);
      expect(stderr).toContain('has no job.sql');
    }
  });

  it('says what is wrong, where, and what to do', () => {
    const script = write('wrong.sql', `${TABLE}\nSELECT vv FROM t;`);
    for (const command of ['run', 'check']) {
      const { status, stdout, stderr } = millrace(command, script);
      expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
      expect(stderr).toContain('wrong.sql:2:8');
      expect(stderr).toContain("Column 'vv' not found");
    }
  });

  it('says where a run failed: statement, table, and the line of the input', () => {
    write('bad.csv', 'a,1\nb,x\n');
    const script = write(
      'fails.sql',
      `CREATE TABLE c (k STRING, v INT) WITH ('connector' = 'filesystem', 'path' = 'bad.csv', 'format' = 'csv');
SELECT k, v FROM c;`,
    );
    const { status, stderr } = millrace('run', script);
    expect(status).toBe(1);
    expect(stderr).toContain('fails.sql:2:1: error');
    expect(stderr).toContain('while table c was read, after input row 1. The record stands at bad.csv:2.');
  });

  it('refuses wrong use with code 2 and a missing script with code 1', () => {
    expect(millrace().status).toBe(2);
    expect(millrace('run').status).toBe(2);
    expect(millrace('run', 'x.sql', '--format', 'yaml').status).toBe(2);
    expect(millrace('run', path.join(folder, 'none.sql')).status).toBe(1);
    expect(millrace('run', 'x.sql', '--limit', '0').status).toBe(2);
    expect(millrace('run', 'x.sql', '--batch', 'list.txt')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('not both'),
    });
    expect(millrace('rn')).toMatchObject({
      status: 2,
      stderr: "error: unknown command 'rn', did you mean 'run'?\n",
    });
    expect(millrace('help', 'rn').stderr).toContain("unknown command 'rn'");
    expect(millrace('help', 'run')).toMatchObject({ status: 0, stdout: expect.stringContaining('--limit <rows>') });
    expect(millrace('--version')).toMatchObject({ status: 0, stderr: '' });
  });

  it('ends quietly with code 0 when its reader goes away, in every format', () => {
    const script = write(
      'long.sql',
      `CREATE TABLE g (a INT) WITH ('connector' = 'datagen', 'number-of-rows' = '20000', 'rows-per-second' = '1000000');\nSELECT a FROM g;`,
    );
    for (const format of ['changelog', 'table', 'json']) {
      const command = `set -o pipefail; node '${bundle.file}' run '${script}' --format ${format} | head -n 1 > ${os.devNull}`;
      const { status, stderr } = spawnSync('bash', ['-c', command], { encoding: 'utf8', timeout: 15_000 });
      expect({ format, status, stderr: stderr.replace(/^20,000 rows in .*\n$/, '') }).toEqual({
        format,
        status: 0,
        stderr: '',
      });
    }
  });

  it('says how many rows were written into files, and where', () => {
    write('t.jsonl', '{"k":"a","v":1}\n{"k":"a","v":2}\n');
    const script = write(
      'files.sql',
      `${TABLE}
CREATE TABLE o (v INT) WITH ('connector' = 'filesystem', 'path' = 'written', 'format' = 'json');
INSERT INTO o SELECT v FROM t;`,
    );
    expect(millrace('run', script).stderr).toMatch(/^2 rows in [\d.]+ m?s\n2 rows written into o: written\n$/);
  });

  it('explains plans and generated code', () => {
    write('t.jsonl', '');
    const script = write('plan.sql', `${TABLE}\nSELECT k, COUNT(*) AS c FROM t WHERE v > 1 GROUP BY k;`);
    expect(millrace('explain', script).stdout).toContain('GroupAggregate(groupBy=[k]');
    expect(millrace('explain', script, '--phase', 'code').stdout).toContain('accumulate(acc, row, cx)');
    expect(JSON.parse(millrace('explain', script, '--phase', 'parse').stdout)).toHaveLength(2);
  });
});
